"""Selects and writes of absences: who is away, from when until when, and who stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Absence, Person
from storage.tables.types import core

absences = core(Absence)
people = core(Person)

ABSENT_AT = Prepared(
    select(absences)
    .join(people, people.c.id == absences.c.person_id)
    .where(
        people.c.client_id == bindparam("client"),
        absences.c.starts_at <= bindparam("now"),
        absences.c.ends_at > bindparam("now"),
    )
)


def absent_at(tx: Tx, client_id: str, now: datetime) -> Sequence[Row[Any]]:
    """Who of a client is away at this moment."""
    return ABSENT_AT.run(tx, client=client_id, now=now).all()


OF_PERSON_AT = Prepared(
    select(absences).where(
        absences.c.person_id == bindparam("person"),
        absences.c.starts_at <= bindparam("now"),
        absences.c.ends_at > bindparam("now"),
    )
)


def of_person_at(tx: Tx, person_id: str, now: datetime) -> Row[Any] | None:
    """The absence of somebody at a moment, of either side; None for who is there."""
    return OF_PERSON_AT.run(tx, person=person_id, now=now).first()


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """A person will be away."""
    tx.execute(absences.insert(), dict(values))


def coming_of(tx: Tx, person_id: str, now: datetime) -> Sequence[Row[Any]]:
    """A person's absences that have not ended, the next one first."""
    where = (absences.c.person_id == person_id) & (absences.c.ends_at > now)
    return tx.execute(select(absences).where(where).order_by(absences.c.starts_at)).all()


def end(tx: Tx, id_: str, ends_at: datetime) -> None:
    """An absence ends earlier than said."""
    tx.execute(update(absences).where(absences.c.id == id_).values(ends_at=ends_at))
