"""The cases of many clients as their reports count and name them, in one look at each client's cases for most of it.

All moments are aware instants; see `storage.queries.report_figures` for what `ids` have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, or_, select

from storage.prepared import OneOf, Prepared
from storage.store import Tx
from storage.tables import Case
from storage.tables.types import core

Line = TypeVar("Line", bound=Sequence[Any])

cases = core(Case)

OLD_BY = (4, 8, 15, 31)
"""A case of so many whole days belongs to the next of the five ages."""
WAITING = "waiting_on_client"
DAY = timedelta(days=1)
STRETCHES = 8

_c = cases.c


def at(name: str) -> BindParameter[Any]:
    """A parameter that is an instant."""
    return bindparam(name, type_=_c.opened_at.type)


FROM, UNTIL, NOW = at("since"), at("until"), at("now")
_OPEN_AT_END = or_(_c.closed_at.is_(None), _c.closed_at >= UNTIL)
_ANSWERED = func.coalesce(_c.responded_at, _c.closed_at)
"""Whoever has solved a case has answered it, even where nobody wrote that down."""
_ASKED_OF_US = and_(_c.response_due_at.is_not(None), or_(_ANSWERED.is_not(None), _c.response_due_at <= NOW))


class Counts(NamedTuple):
    """One client's cases. `opened` and `closed` are by stretch; `aging` by the ages that `OLD_BY` parts."""

    opened: Sequence[int] = (0,) * STRETCHES
    closed: Sequence[int] = (0,) * STRETCHES
    at_start: int = 0
    at_end: int = 0
    waiting: int = 0
    aging: Sequence[int] = (0,) * (len(OLD_BY) + 1)


class NamedCases(NamedTuple):
    """Values in the order of `NAMES`, at most so many as were asked for: the oldest and those that wait longest."""

    oldest: Sequence[Sequence[Any]] = ()
    longest: Sequence[Sequence[Any]] = ()


NAMES = ("client_id", "id", "external_id", "title", "state", "priority", "opened_at", "waiting_since")


def _count(*what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*what)


def _counts(one_of: OneOf) -> Any:
    """What is counted since each moment (`_counted` takes the differences): half as much to compare.

    A case that was over before the first stretch counts nowhere, and is not read.
    """
    one = cases.alias("c").c
    cuts = [at(f"cut{number}") for number in range(STRETCHES)]
    open_at_end = or_(one.closed_at.is_(None), one.closed_at >= UNTIL)
    open_at_start = or_(one.closed_at.is_(None), one.closed_at >= FROM)
    found = select(
        one.client_id,
        *(_count(one.opened_at >= cut) for cut in cuts),
        *(_count(one.closed_at >= cut) for cut in (*cuts, UNTIL)),
        _count(one.opened_at < FROM, open_at_start),
        _count(open_at_end, one.state == WAITING),
        *(_count(one.opened_at > at(f"age{number}"), open_at_end) for number in range(len(OLD_BY))),
        _count(open_at_end),
    )
    alive = or_(one.closed_at.is_(None), one.closed_at >= cuts[0])
    return found.where(one_of(one.client_id, "ids"), one.opened_at < UNTIL, alive).group_by(one.client_id)


def _counted(row: Sequence[int]) -> Counts:
    """A row of `_counts` without its client."""
    opened, closed = (*row[:STRETCHES], 0), row[STRETCHES : 2 * STRETCHES + 1]
    at_start, waiting, *aged = row[2 * STRETCHES + 1 :]
    return Counts(
        [since - after for since, after in pairwise(opened)],
        [since - after for since, after in pairwise(closed)],
        at_start,
        aged[-1],
        waiting,
        [older - younger for younger, older in pairwise((0, *aged))],
    )


def _named(one_of: OneOf) -> Any:
    waits = case((_c.state == WAITING, 0), else_=1)
    since = func.coalesce(_c.waiting_since, _c.opened_at)
    order = {"oldest": (_c.opened_at, _c.id), "longest": (waits, since, _c.id)}
    places = [func.row_number().over(partition_by=_c.client_id, order_by=by).label(name) for name, by in order.items()]
    some = (one_of(_c.client_id, "ids"), _c.opened_at < UNTIL, _OPEN_AT_END)
    inner = select(*(_c[name] for name in NAMES), *places).where(*some).subquery()
    shown = or_(
        inner.c.oldest <= bindparam("most"), (inner.c.longest <= bindparam("most")) & (inner.c.state == WAITING)
    )
    return select(inner).where(shown)


COUNTS = Prepared.with_lists(_counts)
ALL_OPEN = Prepared.with_lists(
    lambda one_of: select(*(_c[name] for name in NAMES)).where(
        one_of(_c.client_id, "ids"), _c.opened_at < UNTIL, _OPEN_AT_END
    )
)
MOST_OPEN = Prepared.with_lists(_named)
"""Of clients with more open cases than are named: the database puts them in order, and only these come over."""
NEW = Prepared.with_lists(
    lambda one_of: (
        select(
            _c.client_id,
            _c.priority,
            _c.category,
            _c.requester,
            func.count().label("n"),
            _count(_ASKED_OF_US).label("of"),
            _count(_ASKED_OF_US, _c.response_due_at >= _ANSWERED).label("met"),
        )
        .where(one_of(_c.client_id, "ids"), _c.opened_at >= FROM, _c.opened_at < UNTIL)
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
        .where(one_of(_c.client_id, "ids"), _c.closed_at >= FROM, _c.closed_at < UNTIL)
        .group_by(_c.client_id, _c.priority)
    )
)
REOPENED = Prepared.with_lists(
    lambda one_of: (
        select(_c.client_id, func.count().label("n"))
        .where(one_of(_c.client_id, "ids"), _c.reopened_at >= FROM, _c.reopened_at < UNTIL)
        .group_by(_c.client_id)
    )
)


def counts(tx: Tx, given: Mapping[str, Any]) -> dict[str, Counts]:
    """client -> what is counted of its cases; those without any that counts are left out."""
    return {row[0]: _counted(row[1:]) for row in COUNTS.tuples(tx, **given)}


def named(tx: Tx, given: Mapping[str, Any], known: Mapping[str, Counts], most: int) -> dict[str, NamedCases]:
    """client -> those of its open cases that are named, of clients of whom `known` was counted."""
    few = [id_ for id_, own in known.items() if 0 < own.at_end <= most]
    many = [id_ for id_, own in known.items() if own.at_end > most]
    rows = by_client(ALL_OPEN.tuples(tx, **{**given, "ids": few})) if few else {}
    found = {id_: NamedCases(sorted(own, key=_age), _waiting(own)) for id_, own in rows.items()}
    rows = by_client(MOST_OPEN.tuples(tx, **{**given, "ids": many}, most=most)) if many else {}
    for id_, own in rows.items():
        old = [row[:-2] for row in own if row[-2] <= most]
        found[id_] = NamedCases(sorted(old, key=_age), _waiting([row[:-2] for row in own if row[-1] <= most]))
    return found


def _waiting(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted([row for row in rows if row[4] == WAITING], key=_longest)


_age = itemgetter(6, 1)


def _longest(row: Sequence[Any]) -> tuple[Any, str]:
    return row[7] or row[6], row[1]


def by_client(rows: Iterable[Line]) -> dict[str, list[Line]]:
    """Rows whose first column is their client."""
    found: dict[str, list[Line]] = {}
    for row in rows:
        own = found.get(row[0])
        if own is None:
            found[row[0]] = [row]
        else:
            own.append(row)
    return found
