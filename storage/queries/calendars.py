"""What a calendar shows: agreed, given up and offered times with their names, a handful of statements for hundreds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, literal, or_, select

from storage.store import Tx
from storage.tables import Client, Downtime, Location, OfferedWindow, Person, VoiceAsked
from storage.tables.types import core

downtimes = core(Downtime)
windows = core(OfferedWindow)
asked = core(VoiceAsked)
clients = core(Client)
locations = core(Location)
people = core(Person)

SUBJECT = literal("downtime:") + downtimes.c.id
OPEN = ("proposed", "countered")
MOST = 1000
"""Events of one calendar: the nearest in time are kept."""

_owner, _engineer, _decider = people.alias("owner"), people.alias("engineer"), people.alias("decider")


def _named() -> Select[Any]:
    return (
        select(
            downtimes,
            clients.c.name.label("client_name"),
            clients.c.timezone.label("client_timezone"),
            _owner.c.name.label("owner_name"),
            _owner.c.email.label("owner_email"),
            _engineer.c.name.label("engineer_name"),
            _decider.c.name.label("decider_name"),
        )
        .join(clients, clients.c.id == downtimes.c.client_id)
        .outerjoin(_owner, _owner.c.id == downtimes.c.owner_id)
        .outerjoin(_engineer, _engineer.c.id == downtimes.c.engineer_id)
        .outerjoin(_decider, _decider.c.id == downtimes.c.decided_by)
    )


def one(tx: Tx, id_: str) -> Row[Any] | None:
    """A downtime with the names of its client, owner (and e-mail), engineer and decider."""
    return tx.execute(_named().where(downtimes.c.id == id_)).one_or_none()


def of_client(tx: Tx, client_id: str, since: datetime) -> Sequence[Row[Any]]:
    """What a client has agreed that ends after `since`, also what was given up, and what is on offer to it."""
    return _recent(tx, _named().where(downtimes.c.client_id == client_id), since)


def of_staff(tx: Tx, person_id: str, since: datetime) -> Sequence[Row[Any]]:
    """The same of what somebody of the provider is accountable for or carries out."""
    mine = or_(downtimes.c.owner_id == person_id, downtimes.c.engineer_id == person_id)
    return _recent(tx, _named().where(mine), since)


def concerned(tx: Tx, client_id: str, person_id: str) -> set[str]:
    """The downtimes of a client about which this contact was asked, has asked or has decided."""
    own = or_(downtimes.c.asker_id == person_id, downtimes.c.decided_by == person_id)
    said = select(downtimes.c.id).where(downtimes.c.client_id == client_id, own)
    told = (
        select(downtimes.c.id)
        .join(asked, asked.c.subject == SUBJECT)
        .where(downtimes.c.client_id == client_id, asked.c.person_id == person_id)
    )
    return set(tx.execute(said.union(told)).scalars())


def offered(tx: Tx, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The times now on offer of these downtimes, with `downtime_id`."""
    return tx.execute(
        select(windows, downtimes.c.id.label("downtime_id"))
        .join(downtimes, windows.c.subject == SUBJECT)
        .where(downtimes.c.id.in_(list(ids)), windows.c.revision == downtimes.c.revision, windows.c.state == "open")
        .order_by(windows.c.starts_at, windows.c.id)
    ).all()


def offices_of(tx: Tx, client_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The offices of these clients by name."""
    wanted = select(locations).where(locations.c.client_id.in_(list(client_ids)))
    return tx.execute(wanted.order_by(locations.c.name, locations.c.id)).all()


def _recent(tx: Tx, wanted: Select[Any], since: datetime) -> Sequence[Row[Any]]:
    ends = func.coalesce(downtimes.c.extended_to, downtimes.c.ends_at)
    agreed = (downtimes.c.state == "accepted") & (ends > since)
    found = wanted.where(or_(agreed, downtimes.c.state.in_(OPEN)))
    return tx.execute(found.order_by(ends.desc(), downtimes.c.id).limit(MOST)).all()
