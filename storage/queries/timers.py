"""Timers and tasks: what happens when nobody acts, and what people of the provider have to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared, add_once, among
from storage.store import Tx
from storage.tables import Delivery, Task, Timer
from storage.tables.delivery import standing
from storage.tables.types import core

timers = core(Timer)
tasks = core(Task)
deliveries = core(Delivery)

TOGETHER = "write_report"
"""The deed of timers that are taken many at a time (`storage.queries.report_writing`) and never one by one."""
DUE = Prepared(
    select(timers.c.id)
    .where(timers.c.state == "waiting", timers.c.due_at <= bindparam("now"), timers.c.deed != TOGETHER)
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most"))
)
_EVERY: dict[str, Any] = {column.name: bindparam(column.name) for column in timers.c}
_UNSAID = {"client_id": None, "state": "waiting", "done_at": None}
PLAN = Prepared(
    sqlite=sqlite_insert(timers).values(_EVERY).on_conflict_do_nothing(),
    postgresql=pg_insert(timers).values(_EVERY).on_conflict_do_nothing(),
)
_AGAIN: dict[str, Any] = {
    "index_elements": [timers.c.subject, timers.c.plan, timers.c.position],
    "set_": {"due_at": bindparam("due_at"), "state": "waiting", "done_at": None},
    "where": (timers.c.state != "waiting") | (timers.c.due_at > bindparam("now")),
}
WIND_UP = Prepared(
    sqlite=sqlite_insert(timers).values(_EVERY).on_conflict_do_update(**_AGAIN),
    postgresql=pg_insert(timers).values(_EVERY).on_conflict_do_update(**_AGAIN),
)
NEXT_TIMER = select(func.min(timers.c.due_at)).where(timers.c.state == "waiting", timers.c.due_at > bindparam("now"))
NEXT_CARD = select(func.min(deliveries.c.due_at)).where(standing("owed"), deliveries.c.due_at > bindparam("now"))
OF_SUBJECT = Prepared(
    select(timers).where(timers.c.subject == bindparam("subject")).order_by(timers.c.due_at, timers.c.position)
)
_IN_ORDER = (timers.c.due_at, timers.c.position)
OF_PLANS = Prepared.with_lists(
    lambda one_of: (
        select(timers)
        .where(timers.c.subject == bindparam("subject"), one_of(timers.c.plan, "plans"))
        .order_by(*_IN_ORDER)
    )
)
OF_SUBJECTS = Prepared.with_lists(
    lambda one_of: select(timers).where(one_of(timers.c.subject, "subjects")).order_by(*_IN_ORDER)
)
TIMER = Prepared(select(timers).where(timers.c.id == bindparam("id")))
TAKE = Prepared(
    update(timers)
    .where(timers.c.id == bindparam("timer_id"), timers.c.state == "waiting", timers.c.due_at <= bindparam("at"))
    .values(state="done", done_at=bindparam("at", type_=timers.c.done_at.type))
    .returning(*timers.c)
)
OPEN_TASKS_OF = Prepared(
    select(tasks)
    .where(tasks.c.owner_id == bindparam("owner"), tasks.c.state == "open")
    .order_by(tasks.c.created_at, tasks.c.id)
)
_OF_PLAN = (timers.c.subject == bindparam("of")) & (timers.c.plan == bindparam("plan"))
CANCEL_PLAN = Prepared(
    update(timers).where(_OF_PLAN & among(timers.c.state, ("waiting", "paused"))).values(state="cancelled")
)
DROP_PLAN = Prepared(delete(timers).where(_OF_PLAN & among(timers.c.state, ("waiting", "cancelled"))))
TASK = Prepared(select(tasks).where(tasks.c.id == bindparam("id")))


def due(tx: Tx, now: datetime, most: int = 500) -> Sequence[str]:
    """The ids of what is due one by one, the oldest first."""
    return [row.id for row in DUE.run(tx, now=now, most=most).all()]


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """The next moment after now at which something happens by itself: a timer, or a card that was held back."""
    moments = [tx.execute(statement, {"now": now}).scalar() for statement in (NEXT_TIMER, NEXT_CARD)]
    return min((moment for moment in moments if moment is not None), default=None)


def waiting_of(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """What is still to come for a subject."""
    # the state is looked at here: asked for it, SQLite reads every waiting timer there is to have them by due_at
    return [row for row in OF_SUBJECT.run(tx, subject=subject) if row.state == "waiting"]


def of_plans(tx: Tx, subject: str, plans: Sequence[str]) -> Sequence[Row[Any]]:
    """Every timer of these plans of a subject, whatever has become of it, in the order in which they are due."""
    return OF_PLANS.run(tx, subject=subject, plans=list(plans)).all()


def of_subjects(tx: Tx, subjects: Sequence[str]) -> Sequence[Row[Any]]:
    """The same of these subjects."""
    return OF_SUBJECTS.run(tx, subjects=list(subjects)).all()


def timer(tx: Tx, id_: str) -> Row[Any] | None:
    """A timer by id."""
    return TIMER.run(tx, id=id_).one_or_none()


def take(tx: Tx, id_: str, now: datetime) -> Row[Any] | None:
    """Marks a waiting timer done and answers it; None when another was first or it was cancelled.

    The moment is asked for too: one that comes round again may wait anew by the time its lock is ours.
    """
    return TAKE.run(tx, timer_id=id_, at=now).one_or_none()


def skip(tx: Tx, id_: str) -> None:
    """A timer that came too late to be of use."""
    tx.execute(update(timers).where(timers.c.id == id_).values(state="skipped"))


def plan(tx: Tx, values: Mapping[str, Any]) -> None:
    """A timer; one planned before under the same (subject, plan, position) is left as it is."""
    PLAN.run(tx, **_UNSAID | dict(values))


def wind_up(tx: Tx, values: Mapping[str, Any], now: datetime) -> None:
    """A timer that comes round again, one row for ever: waits for its next moment; one already due happens first."""
    WIND_UP.run(tx, now=now, **_UNSAID | dict(values))


def cancel(tx: Tx, subject: str, deeds: Collection[str] | None = None) -> None:
    """Nothing more happens by itself for this subject (of these deeds only, if given)."""
    _cancel(frozenset(deeds) if deeds is not None else None).run(tx, of=subject)


@cache
def _cancel(deeds: frozenset[str] | None) -> Prepared:
    where = (timers.c.subject == bindparam("of")) & among(timers.c.state, ("waiting", "paused"))
    return Prepared(
        update(timers).where(where if deeds is None else where & among(timers.c.deed, deeds)).values(state="cancelled")
    )


def cancel_plan(tx: Tx, subject: str, plan: str) -> None:
    """One plan of a subject is over."""
    CANCEL_PLAN.run(tx, of=subject, plan=plan)


def planned(tx: Tx, subject: str, plan: str) -> bool:
    """Whether a plan of this name was made, whatever has become of it."""
    where = (timers.c.subject == subject) & (timers.c.plan == plan)
    return tx.execute(select(timers.c.id).where(where).limit(1)).first() is not None


def positions_done(tx: Tx, subject: str, plan: str) -> set[int]:
    """The rungs of a plan that have happened or were skipped."""
    where = (timers.c.subject == subject) & (timers.c.plan == plan) & timers.c.state.in_(("done", "skipped"))
    return set(tx.execute(select(timers.c.position).where(where)).scalars())


def drop_waiting(tx: Tx, subject: str, deeds: Collection[str]) -> None:
    """Takes out what is still to come, to be planned anew."""
    where = (
        (timers.c.subject == subject) & timers.c.state.in_(("waiting", "cancelled")) & timers.c.deed.in_(sorted(deeds))
    )
    tx.execute(delete(timers).where(where))


def drop_plan(tx: Tx, subject: str, plan: str) -> None:
    """The same of one plan."""
    DROP_PLAN.run(tx, of=subject, plan=plan)


def pause(tx: Tx, subject: str, deeds: Collection[str]) -> None:
    """Stops these timers of a subject where they are."""
    where = (timers.c.subject == subject) & (timers.c.state == "waiting") & timers.c.deed.in_(sorted(deeds))
    tx.execute(update(timers).where(where).values(state="paused"))


def paused_of(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """What stands still for a subject."""
    where = (timers.c.subject == subject) & (timers.c.state == "paused")
    return tx.execute(select(timers).where(where).order_by(timers.c.due_at)).all()


def resume(tx: Tx, id_: str, due_at: datetime) -> None:
    """A paused timer runs again."""
    tx.execute(update(timers).where(timers.c.id == id_).values(state="waiting", due_at=due_at))


def add_task(tx: Tx, values: Mapping[str, Any]) -> str | None:
    """A new task; None when the same (subject, kind, key) was given before."""
    found: str | None = add_once(tx, tasks, values)
    return found


def task(tx: Tx, id_: str) -> Row[Any] | None:
    """A task by id."""
    return TASK.run(tx, id=id_).one_or_none()


def open_tasks_of(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What a person of the provider has to do."""
    return OPEN_TASKS_OF.run(tx, owner=person_id).all()


def change_task(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a task."""
    tx.execute(update(tasks).where(tasks.c.id == id_).values(**values))


def finish_task(tx: Tx, id_: str, now: datetime) -> bool:
    """Marks an open task done; False when it was."""
    done = update(tasks).where(tasks.c.id == id_, tasks.c.state == "open").values(state="done", done_at=now)
    return tx.execute(done.returning(tasks.c.id)).first() is not None


def open_task(tx: Tx, subject: str, kind: str) -> Row[Any] | None:
    """An open task of this kind about a subject."""
    where = (tasks.c.subject == subject) & (tasks.c.kind == kind) & (tasks.c.state == "open")
    return tx.execute(select(tasks).where(where).limit(1)).one_or_none()


def finish_tasks(tx: Tx, subject: str, now: datetime, kinds: Collection[str]) -> list[str]:
    """Nobody has to do this about a subject any more; -> the ids of the tasks of these kinds that were open."""
    return list(_finish(frozenset(kinds)).run(tx, of=subject, now=now).scalars())


@cache
def _finish(kinds: frozenset[str]) -> Prepared:
    return Prepared(
        update(tasks)
        .where(tasks.c.subject == bindparam("of"), tasks.c.state == "open", among(tasks.c.kind, kinds))
        .values(state="done", done_at=bindparam("now", type_=tasks.c.done_at.type))
        .returning(tasks.c.id)
    )
