"""Selects and writes of notices: what one says, its places, who reads it, what was told to the staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Result, Row, Select, bindparam, exists, insert, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.changing import change
from storage.prepared import Both, OneOf, Prepared, among, asked, both
from storage.store import Tx
from storage.tables import (
    Client,
    Identity,
    Location,
    Notice,
    NoticePlace,
    NoticeUpdate,
    Person,
    Receipt,
    Relay,
    Workspace,
)
from storage.tables.types import core

notices = core(Notice)
places = core(NoticePlace)
receipts = core(Receipt)
updates = core(NoticeUpdate)
relays = core(Relay)
clients = core(Client)
locations = core(Location)
people = core(Person)
identities = core(Identity)
workspaces = core(Workspace)

OPEN = ("investigating", "identified", "monitoring")
SILENT = ("queued", "overdue")
"""States of a receipt whose reader has said nothing and is still waited for."""

_OF_ID = select(notices).where(notices.c.id == bindparam("id"))
NOTICE = Prepared(_OF_ID)
LOCKED = Prepared(_OF_ID.with_for_update())
SHARED = Prepared(_OF_ID.with_for_update(read=True))
UPDATES = Prepared(select(updates).where(updates.c.notice_id == bindparam("notice")).order_by(updates.c.number))
RECEIPT = Prepared(
    select(receipts).where(receipts.c.notice_id == bindparam("notice"), receipts.c.person_id == bindparam("person"))
)
LOCKED_PART = Prepared(
    select(places, locations.c.name.label("office"), locations.c.timezone.label("office_timezone"))
    .select_from(places.outerjoin(locations, locations.c.id == places.c.location_id))
    .where(places.c.notice_id == bindparam("notice"), places.c.client_id == bindparam("client"))
    .order_by(places.c.id)
    .with_for_update(of=places)
)


def _of(column: ColumnElement[Any], one_of: OneOf | None) -> ColumnElement[bool]:
    return true() if one_of is None else one_of(column, "clients")


def _places(one_of: OneOf | None) -> Select[Any]:
    return (
        select(places, locations.c.name.label("office"), locations.c.timezone.label("office_timezone"))
        .select_from(places.outerjoin(locations, locations.c.id == places.c.location_id))
        .join(clients, clients.c.id == places.c.client_id)
        .where(places.c.notice_id == bindparam("notice"), _of(places.c.client_id, one_of))
        .order_by(clients.c.name, locations.c.name, places.c.id)
    )


def _clients(one_of: OneOf | None) -> Select[Any]:
    inside = select(places.c.client_id).where(
        places.c.notice_id == bindparam("notice"), _of(places.c.client_id, one_of)
    )
    return select(clients).where(clients.c.id.in_(inside)).order_by(clients.c.name)


def _receipts(one_of: OneOf | None, *columns: Any) -> Select[Any]:
    return select(*columns).where(receipts.c.notice_id == bindparam("notice"), _of(receipts.c.client_id, one_of))


def _in_order(one_of: OneOf | None) -> Select[Any]:
    return (
        _receipts(one_of, receipts)
        .join(people, people.c.id == receipts.c.person_id)
        .order_by(receipts.c.asked_at, people.c.name, receipts.c.id)
    )


def _readers(one_of: OneOf | None) -> Select[Any]:
    return select(people).where(people.c.id.in_(_receipts(one_of, receipts.c.person_id)))


def _accounts(one_of: OneOf | None) -> Select[Any]:
    here = (workspaces.c.platform == identities.c.platform) & (workspaces.c.org == identities.c.org)
    return (
        select(identities.c.person_id, identities.c.platform)
        .join(workspaces, here)
        .where(identities.c.person_id.in_(_receipts(one_of, receipts.c.person_id)))
        .where(identities.c.reachable, workspaces.c.state != "removed")
        .order_by(identities.c.platform)
    )


def _relays(one_of: OneOf | None) -> Select[Any]:
    found = select(relays).where(relays.c.subject == bindparam("subject"), _of(relays.c.client_id, one_of))
    return found.order_by(relays.c.number, relays.c.id)


PLACES = both(_places)
CLIENTS = both(_clients)
RECEIPTS = both(_in_order)
READERS = both(_readers)
ACCOUNTS = both(_accounts)
RELAYS = both(_relays)
ADD_PLACE = Prepared(insert(places).values({column.name: bindparam(column.name) for column in places.c}))
_FRESH = ["id", "notice_id", "client_id", "person_id", "places", "why", "state", "reason", "asked_at", "via", "trouble"]
ADD_RECEIPT = Prepared(
    **{
        name: once(receipts).values({field: bindparam(field) for field in _FRESH}).on_conflict_do_nothing()
        for name, once in (("postgresql", pg_insert), ("sqlite", sqlite_insert))
    }
)
_UNTOLD = exists().where(
    relays.c.subject == literal("notice:") + notices.c.id,
    relays.c.person_id == bindparam("person"),
    relays.c.state == "draft",
)
OPEN_FOR_PERSON = Prepared(
    select(notices)
    .join(receipts, receipts.c.notice_id == notices.c.id)
    .where(
        receipts.c.person_id == bindparam("person"),
        among(notices.c.state, (*OPEN, "resolved")),
        or_(
            among(receipts.c.state, (*SILENT, "covered"))
            & (among(notices.c.state, OPEN) | (notices.c.kind == "root_cause")),
            _UNTOLD,
        ),
    )
    .order_by(notices.c.severity, notices.c.sent_at, notices.c.id)
)
OPEN_FOR_STAFF = Prepared(
    select(notices)
    .where(
        or_(among(notices.c.state, OPEN), (notices.c.state == "resolved") & notices.c.root_cause_due_at.is_not(None)),
        or_(
            notices.c.owner_id == bindparam("person"),
            notices.c.id.in_(select(places.c.notice_id).where(places.c.csm_id == bindparam("person"))),
        ),
    )
    .order_by(notices.c.severity, notices.c.sent_at, notices.c.id)
)
OPEN_OF_CLIENT = Prepared(
    select(notices)
    .where(
        among(notices.c.state, OPEN),
        notices.c.id.in_(select(places.c.notice_id).where(places.c.client_id == bindparam("client"))),
    )
    .order_by(notices.c.id)
)


Part = str | Collection[str] | None
"""The client, or those clients, whose part is asked for; None: everybody's."""


def part_of(tx: Tx, statements: Both, part: Part, **values: Any) -> Result[Any]:
    """Everybody's, or what belongs to those clients."""
    return asked(tx, statements, "clients", [part] if isinstance(part, str) else part, **values)


def notice(tx: Tx, id_: str) -> Row[Any] | None:
    """A notice by id."""
    return NOTICE.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """A notice by id, for a transition: nobody acknowledges and no ladder climbs meanwhile."""
    return LOCKED.run(tx, id=id_).one_or_none()


def share(tx: Tx, id_: str) -> Row[Any] | None:
    """A notice by id, its state held as it is while many acknowledge side by side."""
    return SHARED.run(tx, id=id_).one_or_none()


def updates_of(tx: Tx, notice_id: str) -> Sequence[Row[Any]]:
    """The progress lines, the first one first."""
    return UPDATES.run(tx, notice=notice_id).all()


def places_of(tx: Tx, notice_id: str, part: Part = None) -> Sequence[Row[Any]]:
    """The places by client and office, each with `office` and `office_timezone` (null for a whole client)."""
    return part_of(tx, PLACES, part, notice=notice_id).all()


def clients_in(tx: Tx, notice_id: str, part: Part = None) -> Sequence[Row[Any]]:
    """The clients that a notice is about, by name."""
    return part_of(tx, CLIENTS, part, notice=notice_id).all()


def receipts_of(tx: Tx, notice_id: str, part: Part = None) -> Sequence[Row[Any]]:
    """Everybody it is for, in the order they were asked."""
    return part_of(tx, RECEIPTS, part, notice=notice_id).all()


def readers_of(tx: Tx, notice_id: str, part: Part = None) -> Sequence[Row[Any]]:
    """The people of the receipts."""
    return part_of(tx, READERS, part, notice=notice_id).all()


def accounts_in(tx: Tx, notice_id: str, part: Part = None) -> Sequence[Row[Any]]:
    """(person_id, platform) of every live account of a reader."""
    return part_of(tx, ACCOUNTS, part, notice=notice_id).all()


def relays_of(tx: Tx, notice_id: str, part: Part = None) -> Sequence[Row[Any]]:
    """What contacts told their staff, or are about to."""
    return part_of(tx, RELAYS, part, subject=f"notice:{notice_id}").all()


def receipt_of(tx: Tx, notice_id: str, person_id: str) -> Row[Any] | None:
    """One person's receipt."""
    return RECEIPT.run(tx, notice=notice_id, person=person_id).one_or_none()


def open_for_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The notices that this contact has yet to acknowledge, or to tell the staff about, the most severe first."""
    return OPEN_FOR_PERSON.run(tx, person=person_id).all()


def open_for_staff(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The notices that this person of the provider steers or whose clients are theirs, and that are not done with."""
    return OPEN_FOR_STAFF.run(tx, person=person_id).all()


def open_of_client(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """The notices about a client on which work goes on, in the order in which they are locked."""
    return OPEN_OF_CLIENT.run(tx, client=client_id).all()


def about(tx: Tx, notice_id: str) -> Row[Any] | None:
    """The root cause of an outage, when it was shared."""
    return tx.execute(select(notices).where(notices.c.about_id == notice_id)).first()


def lock_part(tx: Tx, notice_id: str, client_id: str) -> Sequence[Row[Any]]:
    """One client's places as in `places_of`, locked in one order until the transaction ends.

    Whatever happens at one client comes one after the other: this is locked after the notice and before receipts,
    relays, timers and deliveries.
    """
    return LOCKED_PART.run(tx, notice=notice_id, client=client_id).all()


def add_notice(tx: Tx, values: Mapping[str, Any]) -> None:
    """A new notice."""
    tx.execute(notices.insert(), dict(values))


def change_notice(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a notice."""
    tx.execute(update(notices).where(notices.c.id == id_).values(**values))


def add_places(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Where it applies."""
    ADD_PLACE.run_all(tx, rows)


def change_places(tx: Tx, ids: Sequence[str], **values: Any) -> None:
    """Sets columns of these places."""
    change(tx, places, ids, values)


def add_receipts(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Who reads it; nobody twice."""
    ADD_RECEIPT.run_all(tx, rows)


def change_receipts(tx: Tx, ids: Sequence[str], **values: Any) -> None:
    """Sets columns of these receipts."""
    change(tx, receipts, ids, values)


def add_update(tx: Tx, values: Mapping[str, Any]) -> None:
    """The next progress line."""
    tx.execute(updates.insert(), dict(values))
