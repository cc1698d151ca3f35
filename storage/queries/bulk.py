"""What concerns all of a notice at once, in a few statements for thousands: timers, tasks, questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, exists, func, literal, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared, among
from storage.queries import notices as notice_rows
from storage.queries.broadcasts import chunks
from storage.rowsets import Rowset
from storage.store import Tx
from storage.tables import Feedback, Notice, NoticePlace, Receipt, Task, Timer
from storage.tables.types import core

notices = core(Notice)
timers = core(Timer)
tasks = core(Task)
feedback = core(Feedback)
receipts = core(Receipt)
places = core(NoticePlace)

_NUMBER_LOCK = (0x4B4C, 1)
"""Two numbers: the couriers' locks of lanes are made of one."""
READ = ("acknowledged", "relayed")
PLAN_ALL = Rowset.insert(timers, timers.c.keys(), lambda insert: insert.on_conflict_do_nothing())
CANCEL_PLANS = Prepared.with_lists(
    lambda one_of: (
        update(timers)
        .where(timers.c.subject == bindparam("of"), one_of(timers.c.plan, "plans"))
        .where(among(timers.c.state, ("waiting", "paused")))
        .values(state="cancelled")
    )
)


def _cover(is_of: Callable[[Any], ColumnElement[bool]]) -> Any:
    """`is_of` says in a dialect that the list of a receipt's places names a place."""
    here = (places.c.notice_id == bindparam("notice")) & (places.c.client_id == bindparam("client"))
    waiting = exists().where(here, places.c.acked_by.is_(None), is_of(places.c.id))
    return (
        update(receipts)
        .where(receipts.c.notice_id == bindparam("notice"), receipts.c.client_id == bindparam("client"))
        .where(receipts.c.person_id != bindparam("reader"), among(receipts.c.state, notice_rows.SILENT))
        .where(~waiting)
        .values(state="covered")
    )


COVER = Prepared(
    sqlite=_cover(lambda id_: id_.in_(select(func.json_each(receipts.c.places).table_valued("value").c.value))),
    postgresql=_cover(lambda id_: type_coerce(receipts.c.places, JSONB).has_key(id_)),
)
CSAT_ABOUT = Prepared.with_lists(
    lambda one_of: (
        select(feedback)
        .where(one_of(feedback.c.subject, "subjects"), feedback.c.kind == "csat")
        .order_by(feedback.c.id)
        .with_for_update()
    )
)
LAST_ASKED = Prepared.with_lists(
    lambda one_of: (
        select(feedback.c.person_id, func.max(feedback.c.asked_at, type_=feedback.c.asked_at.type).label("asked_at"))
        .where(one_of(feedback.c.person_id, "people"), feedback.c.kind == "csat")
        .where(feedback.c.asked_at > bindparam("since", type_=feedback.c.asked_at.type))
        .group_by(feedback.c.person_id)
    )
)
FINISH_KEYED = Prepared.with_lists(
    lambda one_of: (
        update(tasks)
        .where(tasks.c.subject == bindparam("of"), one_of(tasks.c.kind, "kinds"), one_of(tasks.c.key, "keys"))
        .where(tasks.c.state == "open")
        .values(state="done", done_at=bindparam("now", type_=tasks.c.done_at.type))
        .returning(tasks.c.id)
    )
)


def _add(tx: Tx, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    if rows:
        tx.execute(insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


def plan_all(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Timers; those planned before under the same (subject, plan, position) are left as they are."""
    PLAN_ALL.put(tx, [{"done_at": None, **row} for row in rows])


def plan_places(
    tx: Tx,
    notice_id: str,
    among: Sequence[str] | None,
    *,
    id_prefix: str,
    plan: tuple[str, str],
    position: int,
    deed: str,
    due_at: datetime,
) -> None:
    """The same timer for every place of a notice (for these, if given); its plan is named around the place's id."""
    values: dict[str, Any] = {
        "id": literal(f"{id_prefix}.") + places.c.id,
        "client_id": places.c.client_id,
        "subject": literal(f"notice:{notice_id}"),
        "plan": literal(plan[0]) + places.c.id + literal(plan[1]),
        "position": literal(position),
        "deed": literal(deed),
        "due_at": literal(due_at, timers.c.due_at.type),
        "state": literal("waiting"),
    }
    found = select(*values.values()).where(places.c.notice_id == notice_id)
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    for some in chunks(among) if among is not None else [None]:
        these = found if some is None else found.where(places.c.id.in_(some))
        tx.execute(insert(timers).from_select(list(values), these).on_conflict_do_nothing())


def cancel_plans(tx: Tx, subject: str, plans: Collection[str]) -> None:
    """Nothing more happens by these plans of a subject."""
    CANCEL_PLANS.run(tx, of=subject, plans=sorted(plans))


def cover(tx: Tx, notice_id: str, client_id: str, reader_id: str) -> None:
    """Of a client's readers (but this one) those are covered who are waited for at no place any more."""
    COVER.run(tx, notice=notice_id, client=client_id, reader=reader_id)


def add_tasks(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Tasks; those given before under the same (subject, kind, key) are left as they are."""
    _add(tx, tasks, rows)


def tasks_about(tx: Tx, subject: str, kind: str) -> Sequence[Row[Any]]:
    """Every task of a kind about a subject, done or not, the first one first."""
    where = (tasks.c.subject == subject) & (tasks.c.kind == kind)
    return tx.execute(select(tasks).where(where).order_by(tasks.c.created_at, tasks.c.id)).all()


def finish_keyed(tx: Tx, subject: str, kinds: Collection[str], keys: Collection[str], now: datetime) -> list[str]:
    """Nobody has to do these any more; -> the ids of those that were open."""
    return list(FINISH_KEYED.run(tx, of=subject, kinds=sorted(kinds), keys=sorted(keys), now=now).scalars())


def add_feedback(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Questions how it went; nobody is asked twice about one thing."""
    _add(tx, feedback, [{"answers": {}, **row} for row in rows])


def feedback_of(tx: Tx, id_: str) -> Row[Any] | None:
    """One question, locked until the transaction ends."""
    return tx.execute(select(feedback).where(feedback.c.id == id_).with_for_update()).one_or_none()


def change_feedback(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a question."""
    tx.execute(update(feedback).where(feedback.c.id == id_).values(**values))


def csat_about(tx: Tx, subjects: Collection[str]) -> Sequence[Row[Any]]:
    """Every question how one of these was handled, answered or not."""
    return CSAT_ABOUT.run(tx, subjects=sorted(set(subjects))).all() if subjects else ()


def last_asked(tx: Tx, people: Collection[str], since: datetime) -> dict[str, datetime]:
    """person -> when they were last asked how something was handled, of these people and not before `since`."""
    return {row.person_id: row.asked_at for row in LAST_ASKED.run(tx, people=sorted(people), since=since)}


def leave_unanswered(tx: Tx, subject: str) -> None:
    """Nobody has answered these questions in time."""
    where = (feedback.c.subject == subject) & (feedback.c.state == "requested")
    tx.execute(update(feedback).where(where).values(state="unanswered"))


def readers(tx: Tx, notice_id: str) -> Sequence[Row[Any]]:
    """(person_id, client_id) of everybody who has read a notice."""
    where = (receipts.c.notice_id == notice_id) & receipts.c.state.in_(READ)
    found: Select[Any] = select(receipts.c.person_id, receipts.c.client_id).where(where).order_by(receipts.c.id)
    return tx.execute(found).all()


def next_ref(tx: Tx) -> str:
    """The provider's next reference, "N-7". Notices are never deleted, and two are not raised side by side."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(*_NUMBER_LOCK)))
    return f"N-{(tx.scalar(select(func.count()).select_from(notices)) or 0) + 1}"


def tally(tx: Tx, notice_id: str) -> tuple[int, int]:
    """How many people a notice is for who can be reached, and how many who cannot."""
    lost = func.sum(case((receipts.c.state == "undeliverable", 1), else_=0))
    row = tx.execute(select(func.count(), lost).where(receipts.c.notice_id == notice_id)).one()
    return row[0] - (row[1] or 0), row[1] or 0


def ask_again(tx: Tx, notice_id: str, now: datetime) -> None:
    """A new round: nobody has acknowledged, and everybody who was told is waited for."""
    mine = places.c.notice_id == notice_id
    tx.execute(update(places).where(mine).values(acked_by=None, acked_at=None))
    told = (receipts.c.notice_id == notice_id) & (receipts.c.state != "undeliverable")
    fresh = {"state": "queued", "asked_at": now, "acked_at": None, "via": "", "recorded_by": None}
    tx.execute(update(receipts).where(told).values(**fresh))
