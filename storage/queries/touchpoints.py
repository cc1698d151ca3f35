"""Selects and writes of planned talks: the talks, their agendas, action items and records, and how often they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select, update

from storage.prepared import Prepared, add_once, among
from storage.queries.directory import put
from storage.store import Tx
from storage.tables import ActionItem, AgendaItem, Cadence, MeetingRecord, Touchpoint, VoiceAsked
from storage.tables.types import core

talks = core(Touchpoint)
items = core(AgendaItem)
actions = core(ActionItem)
records = core(MeetingRecord)
cadences = core(Cadence)
asked = core(VoiceAsked)

OPEN = ("due", "proposed", "rescheduled")
"""States of a talk for which no time is agreed yet."""
ALIVE = (*OPEN, "confirmed")
"""States of a talk that is still to be."""

_OF_ID = select(talks).where(talks.c.id == bindparam("id"))
TALK = Prepared(_OF_ID)
LOCKED = Prepared(_OF_ID.with_for_update())
BY_REF = Prepared(select(talks).where(talks.c.ref == bindparam("ref")))
ALIVE_OF_CLIENT = Prepared(
    select(talks).where(talks.c.client_id == bindparam("client"), among(talks.c.state, ALIVE)).order_by(talks.c.id)
)
COUNT = Prepared(select(func.count()).select_from(talks))


def _confirmed_between(mine: ColumnElement[bool]) -> Prepared:
    overlaps = (talks.c.starts_at < bindparam("ends")) & (talks.c.ends_at > bindparam("starts"))
    where = (talks.c.state == "confirmed") & (talks.c.id != bindparam("but")) & mine & overlaps
    return Prepared(select(talks).where(where).order_by(talks.c.starts_at, talks.c.id))


_OF_CLIENT = talks.c.client_id == bindparam("client")
CONFIRMED_BETWEEN = _confirmed_between(_OF_CLIENT)
CONFIRMED_BETWEEN_OF_OWNER = _confirmed_between(or_(_OF_CLIENT, talks.c.owner_id == bindparam("owner")))
LATEST = Prepared(
    select(talks)
    .where(talks.c.client_id == bindparam("client"), talks.c.kind == bindparam("kind"))
    .order_by(talks.c.due_on.desc(), talks.c.created_at.desc(), talks.c.id.desc())
    .limit(1)
)
LAST_ROUND = Prepared(
    select(func.max(talks.c.due_on)).where(
        talks.c.client_id == bindparam("client"), talks.c.kind == bindparam("kind"), talks.c.period != talks.c.id
    )
)
ITEMS = Prepared(
    select(items)
    .where(items.c.touchpoint_id == bindparam("of"), items.c.state == "open")
    .order_by(items.c.at, items.c.id)
)
ACTIONS = Prepared(
    select(actions).where(actions.c.touchpoint_id == bindparam("of")).order_by(actions.c.at, actions.c.id)
)
RECORDS = Prepared(
    select(records).where(records.c.touchpoint_id == bindparam("of")).order_by(records.c.at, records.c.id)
)
FOR_PERSON = Prepared(
    select(talks)
    .where(
        among(talks.c.state, ALIVE),
        or_(
            talks.c.decided_by == bindparam("person"),
            select(asked.c.id)
            .where(asked.c.subject == "touchpoint:" + talks.c.id, asked.c.person_id == bindparam("person"))
            .exists(),
        ),
    )
    .order_by(func.coalesce(talks.c.starts_at, talks.c.proposed_at, talks.c.created_at), talks.c.id)
)
FOR_STAFF = Prepared(
    select(talks)
    .where(talks.c.owner_id == bindparam("person"), among(talks.c.state, (*ALIVE, "held")))
    .order_by(func.coalesce(talks.c.starts_at, talks.c.proposed_at, talks.c.created_at), talks.c.id)
)
CLIENTS_HELD = Prepared(
    select(talks.c.client_id)
    .distinct()
    .where(
        or_(talks.c.owner_id == bindparam("person"), talks.c.stands_in_for == bindparam("person")),
        among(talks.c.state, ALIVE),
    )
    .order_by(talks.c.client_id)
)
CADENCE = Prepared(
    select(cadences).where(cadences.c.client_id == bindparam("client"), cadences.c.kind == bindparam("kind"))
)
_NUMBER_LOCK = (7_201, 3)
"""Two talks opened at once do not get one reference."""
_OWNERS = 7_202
"""Two talks of one owner are not agreed at one moment."""


def talk(tx: Tx, id_: str) -> Row[Any] | None:
    """A talk by id."""
    return TALK.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """A talk by id, its row locked until the transaction ends: every transition begins here."""
    return LOCKED.run(tx, id=id_).one_or_none()


def by_ref(tx: Tx, ref: str) -> Row[Any] | None:
    """A talk by the reference people use, "T-4"."""
    return BY_REF.run(tx, ref=ref).one_or_none()


def next_ref(tx: Tx) -> str:
    """The provider's next reference, "T-7". Talks are never deleted, and two are not opened side by side."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(*_NUMBER_LOCK)))
    return f"T-{COUNT.run(tx).scalar_one() + 1}"


def lock_owner(tx: Tx, person_id: str) -> None:
    """Until the transaction ends nobody else agrees on a time with this person of the provider."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_OWNERS, func.hashtext(person_id))))


def alive_of_client(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """A client's talks that are still to be, in the order in which they are locked."""
    return ALIVE_OF_CLIENT.run(tx, client=client_id).all()


def latest(tx: Tx, client_id: str, kind: str) -> Row[Any] | None:
    """The last talk of a kind, whatever has become of it; None before the first."""
    return LATEST.run(tx, client=client_id, kind=kind).one_or_none()


def last_round(tx: Tx, client_id: str, kind: str) -> date | None:
    """The latest day for which a talk of a kind has come round, whatever became of it; those planned by hand apart."""
    found: date | None = LAST_ROUND.run(tx, client=client_id, kind=kind).scalar_one()
    return found


def before(tx: Tx, row: Row[Any]) -> Row[Any] | None:
    """The last talk of the same kind that was held before this one."""
    where = (talks.c.client_id == row.client_id) & (talks.c.kind == row.kind) & (talks.c.id != row.id)
    held = where & talks.c.state.in_(("held", "closed"))
    if row.ended_at is not None:
        held &= talks.c.ended_at <= row.ended_at
    return tx.execute(select(talks).where(held).order_by(talks.c.ended_at.desc(), talks.c.id).limit(1)).one_or_none()


def confirmed_between(
    tx: Tx, starts_at: datetime, ends_at: datetime, *, client_id: str, owner_id: str | None, but: str
) -> Sequence[Row[Any]]:
    """Agreed talks of this client, or of this owner with any client, that share time with the span; not `but`."""
    span = {"client": client_id, "starts": starts_at, "ends": ends_at, "but": but}
    if owner_id is None:
        return CONFIRMED_BETWEEN.run(tx, **span).all()
    return CONFIRMED_BETWEEN_OF_OWNER.run(tx, owner=owner_id, **span).all()


def missed_since(tx: Tx, client_id: str, moment: datetime) -> int:
    """How many talks with this client were missed since then."""
    where = (talks.c.client_id == client_id) & (talks.c.state == "missed") & (talks.c.ended_at > moment)
    return tx.scalar(select(func.count()).select_from(talks).where(where)) or 0


def for_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The talks to come about which this contact was asked or has decided, the next one first."""
    return FOR_PERSON.run(tx, person=person_id).all()


def for_staff(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What this person of the provider holds: still to be, or held and not closed."""
    return FOR_STAFF.run(tx, person=person_id).all()


def clients_held(tx: Tx, person_id: str) -> list[str]:
    """The clients (by id, sorted) with whom this person of the provider holds a talk to come, or is stood in for."""
    return [str(row.client_id) for row in CLIENTS_HELD.run(tx, person=person_id)]


def open_talk(tx: Tx, values: Mapping[str, Any]) -> bool:
    """A new talk; False when the one of this client, kind and period is there."""
    return add_once(tx, talks, values, on=("client_id", "kind", "period")) is not None


def change_talk(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a talk; its version goes up by one."""
    _changing(*sorted(values)).run(tx, talk=id_, **{f"new_{name}": value for name, value in values.items()})


@cache
def _changing(*names: str) -> Prepared:
    new = {name: bindparam(f"new_{name}", type_=talks.c[name].type) for name in names}
    statement = update(talks).where(talks.c.id == bindparam("talk"))
    return Prepared(statement.values(**{"version": talks.c.version + 1, **new}))


# ------------------------------------------------------------------ what it is about, and what it leaves


def items_of(tx: Tx, touchpoint_id: str) -> Sequence[Row[Any]]:
    """What people want to talk about, oldest first."""
    return ITEMS.run(tx, of=touchpoint_id).all()


def item(tx: Tx, id_: str) -> Row[Any] | None:
    """One of them by id, in whatever state."""
    return tx.execute(select(items).where(items.c.id == id_)).one_or_none()


def add_item(tx: Tx, values: Mapping[str, Any]) -> None:
    """One more thing to talk about."""
    tx.execute(items.insert(), dict(values))


def remove_item(tx: Tx, id_: str) -> None:
    """It is off the agenda."""
    tx.execute(update(items).where(items.c.id == id_).values(state="removed"))


def actions_of(tx: Tx, touchpoint_id: str) -> Sequence[Row[Any]]:
    """What a talk left to do, oldest first, in whatever state."""
    return ACTIONS.run(tx, of=touchpoint_id).all()


def open_actions(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """What all talks of a client left to do and is not done, the next due first."""
    where = (actions.c.client_id == client_id) & (actions.c.state == "open")
    return tx.execute(select(actions).where(where).order_by(actions.c.due_on, actions.c.at, actions.c.id)).all()


def lock_action(tx: Tx, id_: str) -> Row[Any] | None:
    """One of them by id, its row locked until the transaction ends."""
    return tx.execute(select(actions).where(actions.c.id == id_).with_for_update()).one_or_none()


def add_action(tx: Tx, values: Mapping[str, Any]) -> None:
    """Somebody is to do something."""
    tx.execute(actions.insert(), dict(values))


def change_action(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of an action item."""
    tx.execute(update(actions).where(actions.c.id == id_).values(**values))


def records_of(tx: Tx, touchpoint_id: str) -> Sequence[Row[Any]]:
    """What a talk has on file, oldest first."""
    return RECORDS.run(tx, of=touchpoint_id).all()


def put_record(tx: Tx, values: Mapping[str, Any]) -> None:
    """What is on file of this kind, in place of what was."""
    put(tx, records, values, on=["touchpoint_id", "kind"])


# ------------------------------------------------------------------ how often


def cadence(tx: Tx, client_id: str, kind: str) -> Row[Any] | None:
    """A client's own rule of a kind of talk, or of its pulse; None where the defaults hold."""
    return CADENCE.run(tx, client=client_id, kind=kind).one_or_none()


def cadences_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """Every rule of its own that a client has, by kind."""
    return tx.execute(select(cadences).where(cadences.c.client_id == client_id).order_by(cadences.c.kind)).all()


def put_cadence(tx: Tx, values: Mapping[str, Any]) -> None:
    """This rule and no other for the client and the kind."""
    put(tx, cadences, values, on=["client_id", "kind"])
