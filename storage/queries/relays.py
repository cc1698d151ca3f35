"""Selects and writes of what contacts tell their staff, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, String, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Relay, Timer
from storage.tables.types import core

relays = core(Relay)
timers = core(Timer)

_OF_ID = select(relays).where(relays.c.id == bindparam("id"))
RELAY = Prepared(_OF_ID)
LOCKED = Prepared(_OF_ID.with_for_update())
_EVERY: dict[str, Any] = {column.name: bindparam(column.name) for column in relays.c}
ADD = Prepared(
    sqlite=sqlite_insert(relays).values(_EVERY).on_conflict_do_nothing(),
    postgresql=pg_insert(relays).values(_EVERY).on_conflict_do_nothing(),
)


def _put_aside(*whose: ColumnElement[bool]) -> Prepared:
    old = (relays.c.subject == bindparam("of")) & (relays.c.number < bindparam("before")) & (relays.c.state == "draft")
    return Prepared(
        update(relays).where(old, *whose).values(state=bindparam("outcome", type_=String)).returning(relays.c.id)
    )


PUT_ASIDE = {False: _put_aside(), True: _put_aside(relays.c.person_id == bindparam("whose"))}
NUDGE_NO_MORE = Prepared.with_lists(
    lambda one_of: (
        update(timers)
        # said so that SQLite looks by subject: by state, it would read every waiting timer there is
        .where(one_of(timers.c.subject, "subjects"), timers.c.state.concat("") == "waiting")
        .values(state="cancelled")
    )
)


def relay(tx: Tx, id_: str, *, lock: bool = False) -> Row[Any] | None:
    """A relay by id; `lock`: nobody else changes it until the transaction ends."""
    return (LOCKED if lock else RELAY).run(tx, id=id_).one_or_none()


def relay_at(tx: Tx, subject: str, person_id: str, number: int) -> Row[Any] | None:
    """What one contact tells about one step."""
    where = (relays.c.subject == subject) & (relays.c.person_id == person_id) & (relays.c.number == number)
    return tx.execute(select(relays).where(where)).one_or_none()


def relays_about(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """What everybody tells the staff about a subject, or is about to, the earliest step first."""
    found = select(relays).where(relays.c.subject == subject).order_by(relays.c.number, relays.c.id)
    return tx.execute(found).all()


def next_number(tx: Tx, subject: str) -> int:
    """The next step of a subject whose steps are counted by what was drafted about them; 0 is the first."""
    last = tx.scalar(select(func.max(relays.c.number)).where(relays.c.subject == subject))
    return 0 if last is None else last + 1


def add_relays(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Drafts for the staff; one for the same step is left as it is."""
    ADD.run_all(tx, rows)


def change_relay(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a relay."""
    tx.execute(update(relays).where(relays.c.id == id_).values(**values))


def put_aside(tx: Tx, subject: str, number: int, person_id: str = "", *, state: str = "replaced") -> list[str]:
    """Drafts that are older than this step (of one contact, if given) get this state, and nobody is nudged about
    them; -> their ids. A relay is locked before its timers, here as everywhere."""
    if number == 0:
        return []
    found = PUT_ASIDE[bool(person_id)].run(tx, of=subject, before=number, whose=person_id, outcome=state)
    if ids := list(found.scalars()):
        NUDGE_NO_MORE.run(tx, subjects=[f"relay:{id_}" for id_ in ids])
    return ids
