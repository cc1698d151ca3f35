"""The figures of many clients' reports at once: a fixed handful of statements, however many clients and cases.

All moments are aware instants. `ids` are clients whose periods begin and end at the same instants. `cuts` are the
beginnings of the compared stretches and the end of the last one, which is the reported period.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from storage.prepared import Prepared, among
from storage.queries import report_cases
from storage.queries.report_cases import DAY, FROM, NEW, NOW, OLD_BY, REOPENED, SOLVED, STRETCHES, UNTIL
from storage.store import Tx
from storage.tables import ApprovalRequest, Client, Downtime, Feedback, HealthCheck, Report
from storage.tables.types import core

cases = report_cases.cases
clients = core(Client)
feedback = core(Feedback)
downtimes = core(Downtime)
approvals = core(ApprovalRequest)
health = core(HealthCheck)
reports = core(Report)

_f = feedback.c
ANSWERS = Prepared.with_lists(
    lambda one_of: (
        select(_f.client_id, func.count().label("answers"), func.count().filter(_f.score >= 4).label("good"))
        .where(one_of(_f.client_id, "ids"), _f.kind == "csat", _f.score.is_not(None))
        .where(_f.answered_at >= FROM, _f.answered_at < UNTIL)
        .group_by(_f.client_id)
    )
)
SURVEYS = Prepared.with_lists(
    lambda one_of: (
        select(_f.client_id, func.count().label("n"))
        .where(one_of(_f.client_id, "ids"), _f.kind == "csat", _f.asked_at >= FROM, _f.asked_at < UNTIL)
        .group_by(_f.client_id)
    )
)
_d = downtimes.c
DONE_WORK = Prepared.with_lists(
    lambda one_of: (
        select(_d.client_id, _d.id, _d.work, _d.closed_at.label("at"))
        .where(one_of(_d.client_id, "ids"), _d.state == "accepted", _d.life == "completed")
        .where(_d.closed_at >= FROM, _d.closed_at < UNTIL)
        .order_by(_d.closed_at, _d.id)
    )
)
WORK_AHEAD = Prepared.with_lists(
    lambda one_of: (
        select(_d.client_id, _d.id, _d.work, _d.starts_at.label("at"))
        .where(one_of(_d.client_id, "ids"), _d.state == "accepted", among(_d.life, ("scheduled", "announced")))
        .where(_d.starts_at > NOW)
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
        one_of(clients.c.id, "ids"), select(cases.c.id).where(cases.c.client_id == clients.c.id).exists()
    )
)
REPORTED = Prepared.with_lists(
    lambda one_of: (
        select(reports.c.client_id)
        .distinct()
        .where(one_of(reports.c.client_id, "ids"), reports.c.kind == bindparam("kind"), reports.c.until_at <= FROM)
    )
)
WRITTEN = Prepared.with_lists(
    lambda one_of: (
        select(reports.c.client_id)
        .where(one_of(reports.c.client_id, "ids"), reports.c.kind == bindparam("kind"))
        .where(reports.c.period.concat("") == bindparam("period"), reports.c.number == 1)
    )
)
"""The period is compared as no index knows it: by the clients it is, and not through all that were written of it."""

PER_CLIENT: Mapping[str, Prepared] = {
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


@dataclass(frozen=True)
class Facts:
    """What the figures of many clients are made of, each by client: their cases, and the rows of each statement."""

    counts: Mapping[str, report_cases.Counts]
    named: Mapping[str, report_cases.NamedCases]
    rows: Mapping[str, Mapping[str, Sequence[Row[Any]]]]


def facts(
    tx: Tx, ids: Collection[str], cuts: Sequence[datetime], *, checked: Collection[str], now: datetime, most: int
) -> Facts:
    """All of it for these clients.

    `checked`: the weeks whose health checks count. `most`: so many cases are named in each list.
    """
    assert len(cuts) == STRETCHES + 1
    since, until = cuts[-2], cuts[-1]
    given: dict[str, Any] = {"ids": sorted(ids), "since": since, "until": until, "now": now}
    given |= {f"cut{number}": moment for number, moment in enumerate(cuts[:-1])}
    given |= {f"age{number}": until - days * DAY for number, days in enumerate(OLD_BY)}
    given["checked"] = sorted(checked)
    counts = report_cases.counts(tx, given)
    named = report_cases.named(tx, given, counts, most)
    rows = {name: report_cases.by_client(statement.run(tx, **given).all()) for name, statement in PER_CLIENT.items()}
    return Facts(counts, named, rows)


def known(tx: Tx, ids: Collection[str]) -> set[str]:
    """Those of these clients of whom there is a case at all: of the others nobody tells us any."""
    return set(KNOWN.run(tx, ids=sorted(ids)).scalars())


def written(tx: Tx, ids: Collection[str], kind: str, period: str) -> set[str]:
    """Those of these clients whose report of this period was written before."""
    return set(WRITTEN.run(tx, ids=sorted(ids), kind=kind, period=period).scalars())


def reported(tx: Tx, ids: Collection[str], kind: str, since: datetime) -> set[str]:
    """Those of these clients who had a report of this kind about an earlier period."""
    return set(REPORTED.run(tx, ids=sorted(ids), kind=kind, since=since).scalars())


def checked(tx: Tx, ids: Collection[str], weeks: Collection[str]) -> set[str]:
    """Those of these clients who had a health check in one of these weeks."""
    return {row.client_id for row in CHECKS.run(tx, ids=sorted(ids), checked=sorted(weeks))}
