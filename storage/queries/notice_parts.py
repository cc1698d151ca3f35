"""What the cards of some readers ask of a notice: their own rows, and of everybody around them no more than names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select

from storage.prepared import OneOf, Prepared, among
from storage.store import Tx
from storage.tables import Location, NoticePlace, Person, Receipt, Relay, Timer
from storage.tables.types import core

receipts = core(Receipt)
relays = core(Relay)
timers = core(Timer)
people = core(Person)
places = core(NoticePlace)
locations = core(Location)


def _listed(one_of: OneOf) -> Select[Any]:
    return (
        select(receipts.c.client_id, receipts.c.person_id, people.c.name, receipts.c.state, receipts.c.places)
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


def _relays(one_of: OneOf) -> Select[Any]:
    found = select(relays).where(relays.c.subject == bindparam("subject"), one_of(relays.c.person_id, "people"))
    return found.order_by(relays.c.number, relays.c.id)


PLACES = Prepared.with_lists(_places)


def _rungs(one_of: OneOf) -> Select[Any]:
    return (
        select(timers.c.plan, timers.c.deed, timers.c.due_at, timers.c.state)
        .where(timers.c.subject == bindparam("subject"), one_of(timers.c.plan, "plans"))
        .where(among(timers.c.state, ("waiting", "done")))
        .order_by(timers.c.due_at, timers.c.position)
    )


RUNGS = Prepared.with_lists(_rungs)
LISTED = Prepared.with_lists(_listed)
RECEIPTS = Prepared.with_lists(_receipts)
RELAYS = Prepared.with_lists(_relays)


def listed(tx: Tx, notice_id: str, clients: Collection[str]) -> Sequence[Row[Any]]:
    """(client_id, person_id, name, state, places) of everybody at these clients, in the order they were asked."""
    return LISTED.run(tx, notice=notice_id, clients=list(clients)).all()


def places_among(tx: Tx, notice_id: str, clients: Collection[str], ids: Collection[str]) -> Sequence[Row[Any]]:
    """These places, and those of the same clients for which it means something of their own; each client's by office,
    with `office` and `office_timezone` (null for a whole client)."""
    return PLACES.run(tx, notice=notice_id, clients=list(clients), ids=list(ids)).all()


def receipts_for(tx: Tx, notice_id: str, people: Collection[str]) -> Sequence[Row[Any]]:
    """The receipts of these people, in any order."""
    return RECEIPTS.run(tx, notice=notice_id, people=list(people)).all()


def relays_for(tx: Tx, notice_id: str, people: Collection[str]) -> Sequence[Row[Any]]:
    """What these people told their staff, or are about to."""
    return RELAYS.run(tx, subject=f"notice:{notice_id}", people=list(people)).all()


def rungs(tx: Tx, subject: str, plans: Collection[str]) -> Sequence[Row[Any]]:
    """(plan, deed, due_at, state) of what is still to come of these plans, and of what has come, as it is due."""
    return RUNGS.run(tx, subject=subject, plans=list(plans)).all()
