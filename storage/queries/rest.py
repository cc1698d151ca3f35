"""What REST callers read: pages of approvals, clients and contacts, each after the last row of the page before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_, select

from storage.store import Tx
from storage.tables import Absence, ApprovalRequest, Client, Identity, Location, Person, RoleAssignment

requests = ApprovalRequest.__table__  # type: ignore[attr-defined]
clients = Client.__table__  # type: ignore[attr-defined]
locations = Location.__table__  # type: ignore[attr-defined]
people = Person.__table__  # type: ignore[attr-defined]
roles = RoleAssignment.__table__  # type: ignore[attr-defined]
absences = Absence.__table__  # type: ignore[attr-defined]
identities = Identity.__table__  # type: ignore[attr-defined]


def _approvals(by_client: bool, by_state: bool, further: bool) -> Select[Any]:
    """Newest first. One statement a combination: a filter that may be null would keep the index from being used."""
    statement = select(requests).order_by(requests.c.created_at.desc(), requests.c.id.desc()).limit(bindparam("limit_"))
    if by_client:
        statement = statement.where(requests.c.client_id == bindparam("client"))
    if by_state:
        statement = statement.where(requests.c.state == bindparam("state_"))
    if further:
        statement = statement.where(
            or_(
                requests.c.created_at < bindparam("at"),
                and_(requests.c.created_at == bindparam("at"), requests.c.id < bindparam("id_")),
            )
        )
    return statement


APPROVALS = {choice: _approvals(*choice) for choice in product((False, True), repeat=3)}
APPROVAL = select(requests.c.id, requests.c.client_id).where(requests.c.id == bindparam("id_"))
CLIENTS = (
    select(clients)
    .where(
        or_(
            clients.c.name > bindparam("name_"),
            and_(clients.c.name == bindparam("name_"), clients.c.id > bindparam("id_")),
        )
    )
    .order_by(clients.c.name, clients.c.id)
    .limit(bindparam("limit_"))
)
LOCATIONS = (
    select(locations)
    .where(locations.c.client_id.in_(bindparam("clients", expanding=True)))
    .order_by(locations.c.name, locations.c.id)
)


def _contacts(by_client: bool) -> Select[Any]:
    statement = (
        select(people, locations.c.slug.label("location_slug"))
        .outerjoin(locations, locations.c.id == people.c.location_id)
        .where(
            people.c.client_id.is_not(None),
            people.c.state == "active",
            or_(
                people.c.name > bindparam("name_"),
                and_(people.c.name == bindparam("name_"), people.c.id > bindparam("id_")),
            ),
        )
        .order_by(people.c.name, people.c.id)
        .limit(bindparam("limit_"))
    )
    return statement.where(people.c.client_id == bindparam("client")) if by_client else statement


CONTACTS = {choice: _contacts(choice) for choice in (False, True)}
ROLES = (
    select(roles, locations.c.slug.label("location_slug"))
    .outerjoin(locations, locations.c.id == roles.c.location_id)
    .where(roles.c.person_id.in_(bindparam("people", expanding=True)))
    .order_by(roles.c.role, roles.c.rank, roles.c.id)
)
ABSENCES = (
    select(absences, people.c.name.label("delegate_name"))
    .outerjoin(people, people.c.id == absences.c.delegate_id)
    .where(absences.c.person_id.in_(bindparam("people", expanding=True)), absences.c.ends_at > bindparam("now"))
    .order_by(absences.c.starts_at, absences.c.id)
)
PLATFORMS = (
    select(identities.c.person_id, identities.c.platform)
    .where(identities.c.person_id.in_(bindparam("people", expanding=True)), identities.c.reachable)
    .distinct()
    .order_by(identities.c.platform)
)
PROVIDER = select(people).where(people.c.client_id.is_(None), people.c.state == "active").order_by(people.c.name)

Mark = tuple[datetime, str]
"""Where a page of approvals ended: the moment and id of its last row."""


def approvals_page(
    tx: Tx, *, client_id: str | None, state: str | None, after: Mark | None, limit: int
) -> Sequence[Row[Any]]:
    """Requests, newest first, of one client and in one state where given, after the row that `after` names."""
    values: dict[str, Any] = {"limit_": limit}
    if client_id is not None:
        values["client"] = client_id
    if state is not None:
        values["state_"] = state
    if after is not None:
        values |= {"at": after[0], "id_": after[1]}
    return tx.execute(APPROVALS[client_id is not None, state is not None, after is not None], values).all()


def approval(tx: Tx, id_: str) -> Row[Any] | None:
    """A request's id and client, to see whether a caller may know of it."""
    return tx.execute(APPROVAL, {"id_": id_}).one_or_none()


def clients_page(tx: Tx, *, after: tuple[str, str], limit: int) -> Sequence[Row[Any]]:
    """Clients by name, after (name, id); ("", "") for the first page."""
    return tx.execute(CLIENTS, {"name_": after[0], "id_": after[1], "limit_": limit}).all()


def locations_of(tx: Tx, client_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The offices of these clients."""
    return tx.execute(LOCATIONS, {"clients": list(client_ids)}).all()


def contacts_page(tx: Tx, *, client_id: str | None, after: tuple[str, str], limit: int) -> Sequence[Row[Any]]:
    """One client's or every client's people by name, after (name, id)."""
    values: dict[str, Any] = {"name_": after[0], "id_": after[1], "limit_": limit}
    if client_id is not None:
        values["client"] = client_id
    return tx.execute(CONTACTS[client_id is not None], values).all()


def roles_of_people(tx: Tx, person_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The roles of these people, with `location_slug`."""
    return tx.execute(ROLES, {"people": list(person_ids)}).all()


def absences_of_people(tx: Tx, person_ids: Sequence[str], now: datetime) -> Sequence[Row[Any]]:
    """The absences of these people that are not over, with `delegate_name`."""
    return tx.execute(ABSENCES, {"people": list(person_ids), "now": now}).all()


def platforms_of_people(tx: Tx, person_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Where these people can be reached."""
    return tx.execute(PLATFORMS, {"people": list(person_ids)}).all()


def provider_people(tx: Tx) -> Sequence[Row[Any]]:
    """The provider's own people, by name."""
    return tx.execute(PROVIDER).all()
