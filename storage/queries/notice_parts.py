"""What the cards of some readers ask of a notice: their own rows, and of everybody around them no more than names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Dialect,
    Row,
    Select,
    String,
    TypeDecorator,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from storage.prepared import OneOf, Prepared, among
from storage.store import Tx
from storage.tables import Absence, Client, Location, NoticePlace, Person, Receipt, Relay, RoleAssignment, Timer
from storage.tables.types import core

receipts = core(Receipt)
relays = core(Relay)
timers = core(Timer)
people = core(Person)
places = core(NoticePlace)
locations = core(Location)
clients = core(Client)
roles = core(RoleAssignment)
absences = core(Absence)


class Rung(NamedTuple):
    """One step of a plan: its deed, when it is due, and whether it is still waiting or was done."""

    deed: str
    due_at: datetime
    state: str


class _Ids(TypeDecorator[tuple[str, ...]]):
    """A JSON list of ids brought as its text: the drivers' own way of reading it costs more than all else of a row."""

    impl = String
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """What two statements of one batch bring is read once."""
        return _ids


@lru_cache(maxsize=4096)
def _ids(text: str) -> tuple[str, ...]:
    return tuple(from_json(text))


_PLACES_OF = type_coerce(cast(receipts.c.places, String), _Ids()).label("places")


def _listed(one_of: OneOf) -> Select[Any]:
    return (
        select(receipts.c.client_id, receipts.c.person_id, people.c.name, receipts.c.state, _PLACES_OF)
        .join(people, people.c.id == receipts.c.person_id)
        .where(receipts.c.notice_id == bindparam("notice"), one_of(receipts.c.client_id, "clients"))
        .order_by(receipts.c.asked_at, people.c.name, receipts.c.id)
    )


def _places(one_of: OneOf) -> Select[Any]:
    return (
        select(places, locations.c.name.label("office"), locations.c.timezone.label("office_timezone"))
        .select_from(places.outerjoin(locations, locations.c.id == places.c.location_id))
        .where(places.c.notice_id == bindparam("notice"), one_of(places.c.client_id, "clients"))
        .where(or_(one_of(places.c.id, "ids"), places.c.impact != ""))
        .order_by(locations.c.name, places.c.id)
    )


def _receipts(one_of: OneOf) -> Select[Any]:
    return select(receipts).where(receipts.c.notice_id == bindparam("notice"), one_of(receipts.c.person_id, "people"))


def _readers(one_of: OneOf) -> Select[Any]:
    """A receipt and whose it is in one row."""
    person = (people.c.id, people.c.client_id, people.c.name, people.c.timezone, people.c.phone)
    answered = (receipts.c.acked_at, receipts.c.via, receipts.c.trouble, receipts.c.trouble_at, receipts.c.call_me_at)
    return (
        select(*person, receipts.c.state, *answered, _PLACES_OF)
        .select_from(receipts.join(people, people.c.id == receipts.c.person_id))
        .where(receipts.c.notice_id == bindparam("notice"), one_of(receipts.c.person_id, "people"))
        .where(people.c.client_id == receipts.c.client_id)
    )


def _relays(whose: ColumnElement[bool]) -> Select[Any]:
    found = select(relays).where(relays.c.subject == bindparam("subject"), whose)
    return found.order_by(relays.c.number, relays.c.id)


PLACES = Prepared.with_lists(_places)


def _rungs(one_of: OneOf) -> Select[Any]:
    """The rungs of each plan as one text: thousands of plans have the same, which is then read once."""
    rung = cast(timers.c.due_at, String) + "|" + cast(timers.c.position, String) + "|" + timers.c.deed
    between: Any = literal_column("';'")  # a text would be a parameter that is compiled anew for every execution
    return (
        select(timers.c.plan, func.aggregate_strings(rung + "|" + timers.c.state, between))
        .where(timers.c.subject == bindparam("subject"), one_of(timers.c.plan, "plans"))
        .where(among(timers.c.state, ("waiting", "done")))
        .group_by(timers.c.plan)
    )


_NOW: BindParameter[Any] = bindparam("now", type_=absences.c.starts_at.type)


def _able(one_of: OneOf) -> CompoundSelect[Any]:
    given = select(roles.c.client_id, roles.c.location_id, roles.c.person_id).where(
        one_of(roles.c.client_id, "clients"), roles.c.role == bindparam("role")
    )
    stand_ins = (
        select(people.c.client_id, literal(""), absences.c.delegate_id)
        .select_from(absences.join(people, people.c.id == absences.c.person_id))
        .where(absences.c.starts_at <= _NOW, absences.c.ends_at > _NOW, absences.c.delegate_id.is_not(None))
        .where(one_of(people.c.client_id, "clients"))
    )
    return union_all(given, stand_ins)


def _clients(one_of: OneOf) -> Select[Any]:
    found = select(clients.c.id, clients.c.name, clients.c.timezone, clients.c.locale, clients.c.default_contact_id)
    return found.where(one_of(clients.c.id, "ids"))


CLIENTS = Prepared.with_lists(_clients)
ABLE = Prepared.with_lists(_able)
RUNGS = Prepared.with_lists(_rungs)
LISTED = Prepared.with_lists(_listed)
READERS = Prepared.with_lists(_readers)
RECEIPTS = Prepared.with_lists(_receipts)
RELAYS = Prepared.with_lists(lambda one_of: _relays(one_of(relays.c.person_id, "people")))
RELAYS_OF_ONE = Prepared(_relays(relays.c.person_id == bindparam("person")))


def clients_named(tx: Tx, ids: Collection[str]) -> Sequence[Row[Any]]:
    """(id, name, timezone, locale, default_contact_id) of these clients, in any order."""
    return CLIENTS.named(tx, ids=list(ids))


def listed(tx: Tx, notice_id: str, clients: Collection[str]) -> Sequence[Sequence[Any]]:
    """(client_id, person_id, name, state, places) of everybody at these clients, in the order they were asked."""
    return LISTED.tuples(tx, notice=notice_id, clients=list(clients))


def places_among(tx: Tx, notice_id: str, clients: Collection[str], ids: Collection[str]) -> Sequence[Row[Any]]:
    """These places, and those of the same clients for which it means something of their own; each client's by office,
    with `office` and `office_timezone` (null for a whole client)."""
    return PLACES.named(tx, notice=notice_id, clients=list(clients), ids=list(ids))


def receipts_for(tx: Tx, notice_id: str, people: Collection[str]) -> Sequence[Row[Any]]:
    """The receipts of these people, in any order."""
    return RECEIPTS.run(tx, notice=notice_id, people=list(people)).all()


def readers(tx: Tx, notice_id: str, people: Collection[str]) -> Sequence[Row[Any]]:
    """The receipts of these people as far as their own cards say something of them (`state`, `places`, `acked_at`,
    `via`, `trouble`, `trouble_at`, `call_me_at`), each with whose it is (`id`, `client_id`, `name`, `timezone`,
    `phone`), in any order."""
    return READERS.named(tx, notice=notice_id, people=list(people))


def relays_for(tx: Tx, notice_id: str, people: Collection[str]) -> Sequence[Row[Any]]:
    """What these people told their staff, or are about to.

    For a list PostgreSQL looks through all of the notice's until it has noticed how many those have become; in a crowd
    each who acknowledges adds one, and asks for the own.
    """
    subject = f"notice:{notice_id}"
    if len(people) == 1:
        return RELAYS_OF_ONE.run(tx, subject=subject, person=next(iter(people))).all()
    return RELAYS.run(tx, subject=subject, people=list(people)).all()


def rungs(tx: Tx, subject: str, plans: Collection[str]) -> Mapping[str, tuple[Rung, ...]]:
    """Plan -> what is still to come of it and what has come, in the order in which it is due; no plan without any."""
    return {plan: _in_order(text) for plan, text in RUNGS.tuples(tx, subject=subject, plans=list(plans))}


def able(tx: Tx, clients: Collection[str], role: str, now: datetime) -> Sequence[Sequence[Any]]:
    """(client_id, location_id, person_id) of who was given this role at these clients, and with location "" of who
    stands in there for anybody."""
    return ABLE.tuples(tx, clients=list(clients), role=role, now=now)


@lru_cache(maxsize=1024)
def _in_order(text: str) -> tuple[Rung, ...]:
    found = []
    for rung in text.split(";"):
        due_at, position, deed, state = rung.split("|")
        moment = datetime.fromisoformat(due_at)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        found.append((moment, int(position), Rung(deed, moment, state)))
    return tuple(rung for _, _, rung in sorted(found))
