"""The figures of many clients' reports at once: a fixed handful of statements, however many clients and cases.

All moments are aware instants. `ids` are clients whose periods begin and end at the same instants. `cuts` are the
beginnings of the compared stretches and the end of the last one, which is the reported period.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, case, func, literal, or_, select

from storage.prepared import OneOf, Prepared, among
from storage.store import Tx
from storage.tables import ApprovalRequest, Case, Client, Downtime, Feedback, HealthCheck, Report
from storage.tables.types import core

cases = core(Case)
clients = core(Client)
feedback = core(Feedback)
downtimes = core(Downtime)
approvals = core(ApprovalRequest)
health = core(HealthCheck)
reports = core(Report)

OLD_BY = (4, 8, 15, 31)
"""A case of so many whole days belongs to the next of the five ages."""
WAITING = "waiting_on_client"
DAY = timedelta(days=1)
STRETCHES = 8

_c = cases.c


def _at(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=_c.opened_at.type)


_FROM, _UNTIL, _NOW = _at("since"), _at("until"), _at("now")


def _count(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((what, 1), else_=0))


def _per_stretch(moment: Any) -> Prepared:
    """Per client and stretch, how many cases have this moment in it."""
    ends = [(moment < _at(f"cut{number}"), literal(number - 1)) for number in range(1, STRETCHES)]
    stretch = case(*ends, else_=literal(STRETCHES - 1)).label("stretch")
    return Prepared.with_lists(
        lambda one_of: (
            select(_c.client_id, stretch, func.count().label("n"))
            .where(one_of(_c.client_id, "ids"), moment >= _at("cut0"), moment < _UNTIL)
            .group_by(_c.client_id, stretch)
        )
    )


_OPEN_AT_END = and_(_c.opened_at < _UNTIL, or_(_c.closed_at.is_(None), _c.closed_at >= _UNTIL))
_ANSWERED = func.coalesce(_c.responded_at, _c.closed_at)
"""Whoever has solved a case has answered it, even where nobody wrote that down."""
_ASKED_OF_US = and_(_c.response_due_at.is_not(None), or_(_ANSWERED.is_not(None), _c.response_due_at <= _NOW))


def _backlog(one_of: OneOf) -> Any:
    at_end = or_(_c.closed_at.is_(None), _c.closed_at >= _UNTIL)
    bounds = [_c.opened_at > _at(f"age{number}") for number in range(len(OLD_BY))]
    ages = [
        _count(and_(at_end, younger, *(~bound for bound in bounds[:number]))).label(f"aged{number}")
        for number, younger in enumerate(bounds)
    ]
    found = select(
        _c.client_id,
        _count(_c.opened_at < _FROM).label("at_start"),
        _count(at_end).label("at_end"),
        _count(and_(at_end, _c.state == WAITING)).label("waiting"),
        *ages,
        _count(and_(at_end, ~bounds[-1])).label(f"aged{len(OLD_BY)}"),
    )
    alive = or_(_c.closed_at.is_(None), _c.closed_at >= _FROM)
    return found.where(one_of(_c.client_id, "ids"), _c.opened_at < _UNTIL, alive).group_by(_c.client_id)


def _named(one_of: OneOf) -> Any:
    waits = case((_c.state == WAITING, 0), else_=1)
    since = func.coalesce(_c.waiting_since, _c.opened_at)
    order = {"oldest": (_c.opened_at, _c.id), "longest": (waits, since, _c.id)}
    places = [func.row_number().over(partition_by=_c.client_id, order_by=by).label(name) for name, by in order.items()]
    columns = (_c.client_id, _c.id, _c.external_id, _c.title, _c.state, _c.priority, _c.opened_at, _c.waiting_since)
    inner = select(*columns, *places).where(one_of(_c.client_id, "ids"), _OPEN_AT_END).subquery()
    shown = or_(
        inner.c.oldest <= bindparam("most"), (inner.c.longest <= bindparam("most")) & (inner.c.state == WAITING)
    )
    return select(inner).where(shown)


OPENED_EACH = _per_stretch(_c.opened_at)
CLOSED_EACH = _per_stretch(_c.closed_at)
BACKLOG = Prepared.with_lists(_backlog)
NAMED = Prepared.with_lists(_named)
NEW = Prepared.with_lists(
    lambda one_of: (
        select(
            _c.client_id,
            _c.priority,
            _c.category,
            _c.requester,
            func.count().label("n"),
            _count(_ASKED_OF_US).label("of"),
            _count(and_(_ASKED_OF_US, _c.response_due_at >= _ANSWERED)).label("met"),
        )
        .where(one_of(_c.client_id, "ids"), _c.opened_at >= _FROM, _c.opened_at < _UNTIL)
        .group_by(_c.client_id, _c.priority, _c.category, _c.requester)
    )
)
SOLVED = Prepared.with_lists(
    lambda one_of: (
        select(
            _c.client_id,
            _c.priority,
            func.count().label("n"),
            func.count(_c.resolution_due_at).label("of"),
            _count(_c.closed_at <= _c.resolution_due_at).label("met"),
        )
        .where(one_of(_c.client_id, "ids"), _c.closed_at >= _FROM, _c.closed_at < _UNTIL)
        .group_by(_c.client_id, _c.priority)
    )
)
REOPENED = Prepared.with_lists(
    lambda one_of: (
        select(_c.client_id, func.count().label("n"))
        .where(one_of(_c.client_id, "ids"), _c.reopened_at >= _FROM, _c.reopened_at < _UNTIL)
        .group_by(_c.client_id)
    )
)
_f = feedback.c
ANSWERS = Prepared.with_lists(
    lambda one_of: (
        select(_f.client_id, func.count().label("answers"), _count(_f.score >= 4).label("good"))
        .where(one_of(_f.client_id, "ids"), _f.kind == "csat", _f.score.is_not(None))
        .where(_f.answered_at >= _FROM, _f.answered_at < _UNTIL)
        .group_by(_f.client_id)
    )
)
SURVEYS = Prepared.with_lists(
    lambda one_of: (
        select(_f.client_id, func.count().label("n"))
        .where(one_of(_f.client_id, "ids"), _f.kind == "csat", _f.asked_at >= _FROM, _f.asked_at < _UNTIL)
        .group_by(_f.client_id)
    )
)
_d = downtimes.c
DONE_WORK = Prepared.with_lists(
    lambda one_of: (
        select(_d.client_id, _d.id, _d.work, _d.closed_at.label("at"))
        .where(one_of(_d.client_id, "ids"), _d.state == "accepted", _d.life == "completed")
        .where(_d.closed_at >= _FROM, _d.closed_at < _UNTIL)
        .order_by(_d.closed_at, _d.id)
    )
)
WORK_AHEAD = Prepared.with_lists(
    lambda one_of: (
        select(_d.client_id, _d.id, _d.work, _d.starts_at.label("at"))
        .where(one_of(_d.client_id, "ids"), _d.state == "accepted", among(_d.life, ("scheduled", "announced")))
        .where(_d.starts_at > _NOW)
        .order_by(_d.starts_at, _d.id)
    )
)
_a = approvals.c
PENDING = Prepared.with_lists(
    lambda one_of: (
        select(_a.client_id, _a.id, _a.ref, _a.title, _a.expires_at.label("at"))
        .where(one_of(_a.client_id, "ids"), _a.state == "pending")
        .order_by(_a.expires_at, _a.id)
    )
)
CHECKS = Prepared.with_lists(
    lambda one_of: (
        select(health.c.client_id, health.c.week, health.c.result, health.c.text, health.c.at)
        .where(one_of(health.c.client_id, "ids"), one_of(health.c.week, "checked"))
        .order_by(health.c.week)
    )
)
KNOWN = Prepared.with_lists(
    lambda one_of: select(clients.c.id).where(
        one_of(clients.c.id, "ids"), select(_c.id).where(_c.client_id == clients.c.id).exists()
    )
)
REPORTED = Prepared.with_lists(
    lambda one_of: (
        select(reports.c.client_id, func.max(reports.c.until_at).label("until_at"))
        .where(one_of(reports.c.client_id, "ids"), reports.c.kind == bindparam("kind"))
        .where(reports.c.until_at <= _FROM)
        .group_by(reports.c.client_id)
    )
)
WRITTEN = Prepared.with_lists(
    lambda one_of: (
        select(reports.c.client_id)
        .where(one_of(reports.c.client_id, "ids"), reports.c.kind == bindparam("kind"))
        .where(reports.c.period == bindparam("period"), reports.c.number == 1)
    )
)

PER_CLIENT: Mapping[str, Prepared] = {
    "opened_each": OPENED_EACH,
    "closed_each": CLOSED_EACH,
    "backlog": BACKLOG,
    "named": NAMED,
    "new": NEW,
    "solved": SOLVED,
    "reopened": REOPENED,
    "answers": ANSWERS,
    "surveys": SURVEYS,
    "done_work": DONE_WORK,
    "work_ahead": WORK_AHEAD,
    "pending": PENDING,
    "checks": CHECKS,
}
"""Each answers rows with a `client_id`."""


def facts(
    tx: Tx, ids: Collection[str], cuts: Sequence[datetime], *, checked: Collection[str], now: datetime, most: int
) -> Mapping[str, Mapping[str, Sequence[Row[Any]]]]:
    """What the figures of these clients are made of: name of the statement -> client -> its rows.

    `checked`: the weeks whose health checks count. `most`: so many cases are named in each list.
    """
    assert len(cuts) == STRETCHES + 1
    since, until = cuts[-2], cuts[-1]
    given: dict[str, Any] = {"ids": sorted(ids), "since": since, "until": until, "now": now, "most": most}
    given |= {f"cut{number}": moment for number, moment in enumerate(cuts[:-1])}
    given |= {f"age{number}": until - days * DAY for number, days in enumerate(OLD_BY)}
    given["checked"] = sorted(checked)
    return {name: _by_client(statement.run(tx, **given).all()) for name, statement in PER_CLIENT.items()}


def known(tx: Tx, ids: Collection[str]) -> set[str]:
    """Those of these clients of whom there is a case at all: of the others nobody tells us any."""
    return {row.id for row in KNOWN.run(tx, ids=sorted(ids))}


def reported(tx: Tx, ids: Collection[str], kind: str, since: datetime) -> set[str]:
    """Those of these clients who had a report of this kind about an earlier period."""
    return {row.client_id for row in REPORTED.run(tx, ids=sorted(ids), kind=kind, since=since)}


def checked(tx: Tx, ids: Collection[str], weeks: Collection[str]) -> set[str]:
    """Those of these clients who had a health check in one of these weeks."""
    return {row.client_id for row in CHECKS.run(tx, ids=sorted(ids), checked=sorted(weeks))}


def written(tx: Tx, ids: Collection[str], kind: str, period: str) -> set[str]:
    """Those of these clients whose report of this period was written before."""
    return {row.client_id for row in WRITTEN.run(tx, ids=sorted(ids), kind=kind, period=period)}


def _by_client(rows: Sequence[Row[Any]]) -> Mapping[str, Sequence[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.client_id, []).append(row)
    return found
