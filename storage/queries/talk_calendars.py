"""What a calendar shows of planned talks: agreed, given up and offered times with their names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, literal, or_, select

from storage.queries.calendars import MOST
from storage.store import Tx
from storage.tables import Client, OfferedWindow, Person, Touchpoint, VoiceAsked
from storage.tables.types import core

talks = core(Touchpoint)
windows = core(OfferedWindow)
asked = core(VoiceAsked)
clients = core(Client)
people = core(Person)

SUBJECT = literal("touchpoint:") + talks.c.id
_owner, _decider = people.alias("owner"), people.alias("decider")


def _named() -> Select[Any]:
    return (
        select(
            talks,
            clients.c.name.label("client_name"),
            clients.c.timezone.label("client_timezone"),
            _owner.c.name.label("owner_name"),
            _owner.c.email.label("owner_email"),
            _decider.c.name.label("decider_name"),
        )
        .join(clients, clients.c.id == talks.c.client_id)
        .outerjoin(_owner, _owner.c.id == talks.c.owner_id)
        .outerjoin(_decider, _decider.c.id == talks.c.decided_by)
    )


def one(tx: Tx, id_: str) -> Row[Any] | None:
    """A talk with the names of its client, owner (and e-mail) and of who agreed."""
    return tx.execute(_named().where(talks.c.id == id_)).one_or_none()


def of_client(tx: Tx, client_id: str, since: datetime) -> Sequence[Row[Any]]:
    """What was ever agreed with a client and ends after `since`, also what was given up, and what is on offer to it."""
    return _recent(tx, _named().where(talks.c.client_id == client_id), since)


def of_staff(tx: Tx, person_id: str, since: datetime) -> Sequence[Row[Any]]:
    """The same of what somebody of the provider holds."""
    return _recent(tx, _named().where(talks.c.owner_id == person_id), since)


def concerned(tx: Tx, client_id: str, person_id: str) -> set[str]:
    """The talks of a client about which this contact was asked, or to which this one has agreed."""
    agreed = select(talks.c.id).where(talks.c.client_id == client_id, talks.c.decided_by == person_id)
    told = (
        select(talks.c.id)
        .join(asked, asked.c.subject == SUBJECT)
        .where(talks.c.client_id == client_id, asked.c.person_id == person_id)
    )
    return set(tx.execute(agreed.union(told)).scalars())


def offered(tx: Tx, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The times now on offer of these talks, with `touchpoint_id`."""
    return tx.execute(
        select(windows, talks.c.id.label("touchpoint_id"))
        .join(talks, windows.c.subject == SUBJECT)
        .where(talks.c.id.in_(list(ids)), windows.c.revision == talks.c.revision, windows.c.state == "open")
        .order_by(windows.c.starts_at, windows.c.id)
    ).all()


def _recent(tx: Tx, wanted: Select[Any], since: datetime) -> Sequence[Row[Any]]:
    agreed = talks.c.starts_at.is_not(None) & (talks.c.ends_at > since)
    found = wanted.where(or_(agreed, talks.c.state == "proposed"))
    return tx.execute(found.order_by(talks.c.ends_at.desc(), talks.c.id).limit(MOST)).all()
