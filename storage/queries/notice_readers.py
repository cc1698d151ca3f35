"""A reader who answers a notice: the receipt and all that the answer asks for, in one select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, exists, func, select

from storage.joined import Joined
from storage.store import Tx
from storage.tables import Client, Identity, Location, NoticeUpdate, Person, Receipt, Workspace
from storage.tables.types import core

receipts = core(Receipt)
people = core(Person)
clients = core(Client)
locations = core(Location)
updates = core(NoticeUpdate)
identities = core(Identity)
workspaces = core(Workspace)

_later = updates.alias("later").c
_LATEST = select(func.max(_later.number)).where(_later.notice_id == bindparam("notice")).scalar_subquery()
_THERE = exists().where(  # joined to the accounts, SQLite would read everybody's
    workspaces.c.platform == identities.c.platform,
    workspaces.c.org == identities.c.org,
    workspaces.c.state != "removed",
)
READER = Joined(
    select(receipts, people, clients, updates, locations, identities)
    .join(people, people.c.id == receipts.c.person_id)
    .join(clients, clients.c.id == receipts.c.client_id)
    .outerjoin(updates, (updates.c.notice_id == receipts.c.notice_id) & (updates.c.number == _LATEST))
    .outerjoin(locations, locations.c.client_id == receipts.c.client_id)
    .outerjoin(identities, (identities.c.person_id == people.c.id) & identities.c.reachable & _THERE)
    .where(receipts.c.notice_id == bindparam("notice"), receipts.c.person_id == bindparam("person"))
    .order_by(locations.c.name, locations.c.id, identities.c.id),
    receipts,
    people,
    clients,
    updates,
    locations,
    identities,
)


class Reader(NamedTuple):
    """One person's receipt, whose it is, the notice's latest progress line, all `offices` of the client by name, and
    the person's reachable `accounts` as in `broadcasts.accounts_of`."""

    receipt: Row[Any]
    person: Row[Any]
    client: Row[Any]
    update: Row[Any] | None
    offices: Sequence[Row[Any]]
    accounts: Sequence[Row[Any]]


def reader_of(tx: Tx, notice_id: str, person_id: str) -> Reader | None:
    """One person as a reader; asked for when the client's places are locked, so that the receipt stands still."""
    found = READER.run(tx, notice=notice_id, person=person_id)
    if not found:
        return None
    receipt, person, client, latest, _, _ = found[0]
    offices = {office.id: office for _, _, _, _, office, _ in found if office is not None}
    accounts = {account.id: account for _, _, _, _, _, account in found if account is not None}
    return Reader(receipt, person, client, latest, list(offices.values()), list(accounts.values()))
