"""What waits to happen by itself for one client, and what each of it is about, for a page that shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, literal, select

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ApprovalRequest, Delivery, Downtime, Notice, Person, Relay, Report, Task, Timer, Touchpoint
from storage.tables.delivery import standing
from storage.tables.types import core

timers, deliveries, relays = core(Timer), core(Delivery), core(Relay)
requests, notices, downtimes, tasks, people = (
    core(table) for table in (ApprovalRequest, Notice, Downtime, Task, Person)
)
talks, reports = core(Touchpoint), core(Report)

OF_CLIENT = Prepared(
    select(timers)
    .where(
        timers.c.client_id == bindparam("client"),
        timers.c.state == "waiting",
        timers.c.due_at <= bindparam("until", type_=timers.c.due_at.type),
    )
    .order_by(timers.c.due_at, timers.c.subject, timers.c.position)
)
HELD = Prepared(
    select(deliveries.c.due_at, people.c.name, func.count().label("cards"))
    .join(people, people.c.id == deliveries.c.person_id)
    .where(
        deliveries.c.client_id == bindparam("client"),
        standing("owed"),
        deliveries.c.due_at > bindparam("now", type_=deliveries.c.due_at.type),
        deliveries.c.due_at <= bindparam("until", type_=deliveries.c.due_at.type),
    )
    .group_by(deliveries.c.due_at, people.c.name)
    .order_by(deliveries.c.due_at, people.c.name)
)
_NAMED: dict[str, tuple[Any, ColumnElement[Any], ColumnElement[Any]]] = {
    "approval": (requests, requests.c.ref, requests.c.title),
    "notice": (notices, notices.c.ref, notices.c.title),
    "downtime": (downtimes, downtimes.c.ref, downtimes.c.work),
    "touchpoint": (talks, talks.c.ref, talks.c.kind),
    "report": (reports, reports.c.period, reports.c.kind),
    "task": (tasks, literal(""), tasks.c.title),
    "person": (people, literal(""), people.c.name),
}


def timers_of(tx: Tx, client_id: str, until: datetime) -> Sequence[Row[Any]]:
    """Everything of a client that waits and is due by then, the soonest first."""
    return OF_CLIENT.run(tx, client=client_id, until=until).all()


def held_of(tx: Tx, client_id: str, now: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Cards that are kept back until somebody's quiet hours end: (due_at, name, cards)."""
    return HELD.run(tx, client=client_id, now=now, until=until).all()


def names_of(tx: Tx, subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    """subject -> (its reference, what it is called); a draft for the staff has its notice's."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for subject in subjects:
        kind, _, id_ = subject.partition(":")
        wanted[kind][id_] = subject
    found: dict[str, tuple[str, str]] = {}
    if drafts := wanted.pop("relay", None):
        for row in tx.execute(select(relays.c.id, relays.c.subject).where(relays.c.id.in_(drafts))):
            kind, _, id_ = row.subject.partition(":")
            named = _names(tx, kind, {id_: row.subject})
            if row.subject in named:
                found[drafts[row.id]] = named[row.subject]
    for kind, ids in wanted.items():
        found |= _names(tx, kind, ids)
    return found


def _names(tx: Tx, kind: str, ids: dict[str, str]) -> dict[str, tuple[str, str]]:
    if kind not in _NAMED:
        return {}
    table, ref, name = _NAMED[kind]
    rows = tx.execute(select(table.c.id, ref.label("ref"), name.label("name")).where(table.c.id.in_(ids)))
    return {ids[row.id]: (str(row.ref), str(row.name)) for row in rows}
