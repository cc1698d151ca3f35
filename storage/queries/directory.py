"""Selects and writes of the directory: clients, people, roles, absences, accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Table, bindparam, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared, parameters
from storage.queries.duties import named
from storage.store import Tx
from storage.tables import (
    Client,
    Identity,
    Location,
    Person,
    RoleAssignment,
    StaffAssignment,
    Workspace,
)
from storage.tables.types import core

clients = core(Client)
locations = core(Location)
people = core(Person)
roles = core(RoleAssignment)
staff = core(StaffAssignment)
identities = core(Identity)
workspaces = core(Workspace)

CLIENT_BY_ID = Prepared(select(clients).where(clients.c.id == bindparam("id")))
CLIENT_BY_SLUG = Prepared(select(clients).where(clients.c.slug == bindparam("slug")))
CLIENT_LOCKED = Prepared(select(clients).where(clients.c.id == bindparam("id")).with_for_update(key_share=True))
"""FOR NO KEY UPDATE: whoever only writes rows that name the client does not wait for it."""
CLIENTS = select(clients).order_by(clients.c.name)
TAKE_NUMBER = Prepared(
    update(clients)
    .where(clients.c.id == bindparam("client"))
    .values(next_number=clients.c.next_number + 1)
    .returning(clients.c.code, clients.c.next_number)
)
LOCATIONS = Prepared(select(locations).where(locations.c.client_id == bindparam("client")).order_by(locations.c.name))
PERSON_BY_ID = Prepared(select(people).where(people.c.id == bindparam("id")))
PEOPLE_OF_CLIENT = Prepared(select(people).where(people.c.client_id == bindparam("client")).order_by(people.c.name))
HAS_ACCOUNT = (
    exists()
    .where(
        identities.c.person_id == people.c.id,
        identities.c.reachable,
        workspaces.c.platform == identities.c.platform,
        workspaces.c.org == identities.c.org,
        workspaces.c.state != "removed",
    )
    .correlate(people)
    .label("has_account")
)
PEOPLE_NAMED = Prepared.with_lists(lambda one_of: select(people).where(one_of(people.c.id, "ids")))
PEOPLE_AROUND = Prepared(
    select(people, HAS_ACCOUNT)
    .where(or_(people.c.client_id == bindparam("client"), people.c.client_id.is_(None)))
    .order_by(people.c.client_id.is_(None), people.c.name)
)
STAFF_PEOPLE = select(people).where(people.c.client_id.is_(None)).order_by(people.c.name)
ROLES_OF_CLIENT = Prepared(
    select(roles).where(roles.c.client_id == bindparam("client")).order_by(roles.c.role, roles.c.rank, roles.c.id)
)
_duties = named(staff.c.client_id == bindparam("client"))
DUTIES = Prepared(
    select(_duties).where(_duties.c.name.is_not(None)).order_by(_duties.c.client_id.desc(), _duties.c.name)
)
DUTIES_OF_PERSON = Prepared(select(staff).where(staff.c.person_id == bindparam("person")))
IDENTITY = Prepared(
    select(identities, people.c.client_id, people.c.name, people.c.state, people.c.timezone)
    .join(people, people.c.id == identities.c.person_id)
    .where(
        identities.c.platform == bindparam("platform"),
        identities.c.org == bindparam("org"),
        identities.c.user == bindparam("user"),
        identities.c.linked,
    )
)
ACCOUNT = Prepared(select(identities).where(identities.c.id == bindparam("id")))
_ACCOUNTS = (
    select(identities)
    .join(workspaces, (workspaces.c.platform == identities.c.platform) & (workspaces.c.org == identities.c.org))
    .where(identities.c.reachable, workspaces.c.state != "removed")
    .order_by(identities.c.platform, identities.c.id)
)
ACCOUNTS_OF = _ACCOUNTS.where(identities.c.person_id.in_(bindparam("people", expanding=True)))
ACCOUNTS_OF_ONE = Prepared(_ACCOUNTS.where(identities.c.person_id == bindparam("person")))
PERSON_BY_EMAIL = Prepared(select(people).where(people.c.email == bindparam("email"), people.c.state == "active"))
WORKSPACE = Prepared(
    select(workspaces).where(workspaces.c.platform == bindparam("platform"), workspaces.c.org == bindparam("org"))
)


def client(tx: Tx, id_: str) -> Row[Any] | None:
    """A client by id."""
    return CLIENT_BY_ID.run(tx, id=id_).one_or_none()


def client_by_slug(tx: Tx, slug: str) -> Row[Any] | None:
    """A client by slug."""
    return CLIENT_BY_SLUG.run(tx, slug=slug).one_or_none()


def lock_client(tx: Tx, id_: str) -> Row[Any]:
    """A client by id, its row locked until the transaction ends: two changes of its policy come one after the other."""
    return CLIENT_LOCKED.run(tx, id=id_).one()


def all_clients(tx: Tx) -> Sequence[Row[Any]]:
    """Every client by name."""
    return tx.execute(CLIENTS).all()


def take_number(tx: Tx, client_id: str) -> str:
    """The client's next reference, "MF-7"; the row stays locked until the transaction ends."""
    row = TAKE_NUMBER.run(tx, client=client_id).one()
    return f"{row.code}-{row.next_number - 1}"


def locations_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """A client's offices."""
    return LOCATIONS.run(tx, client=client_id).all()


def person(tx: Tx, id_: str) -> Row[Any] | None:
    """A person by id."""
    return PERSON_BY_ID.run(tx, id=id_).one_or_none()


def people_named(tx: Tx, ids: Collection[str]) -> Sequence[Row[Any]]:
    """These people, in any order."""
    return PEOPLE_NAMED.run(tx, ids=list(ids)).all()


def people_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """Everybody of a client, also those who left."""
    return PEOPLE_OF_CLIENT.run(tx, client=client_id).all()


def people_around(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """Everybody of a client by name, also those who left, then everybody of the provider; `has_account`: a live one."""
    return PEOPLE_AROUND.run(tx, client=client_id).all()


def staff_people(tx: Tx) -> Sequence[Row[Any]]:
    """Everybody of the provider."""
    return tx.execute(STAFF_PEOPLE).all()


def people_by_email(tx: Tx, email: str) -> Sequence[Row[Any]]:
    """Active people with this e-mail (lower case), of any client or of the provider."""
    return PERSON_BY_EMAIL.run(tx, email=email.lower()).all()


def roles_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """Every role given at a client, by role and rank."""
    return ROLES_OF_CLIENT.run(tx, client=client_id).all()


def duties_for(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """Who of the provider does what for this client: rows of its own first, then those for all clients."""
    return DUTIES.run(tx, client=client_id).all()


def duties_of(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What a person of the provider does."""
    return DUTIES_OF_PERSON.run(tx, person=person_id).all()


def identity(tx: Tx, platform: str, org: str, user: str) -> Row[Any] | None:
    """An account with its person's client, name, state and zone."""
    return IDENTITY.run(tx, platform=platform, org=org, user=user).one_or_none()


def account(tx: Tx, id_: str) -> Row[Any]:
    """An account by id, whoever has it."""
    return ACCOUNT.run(tx, id=id_).one()


def accounts_of(tx: Tx, person_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """The reachable accounts of these people."""
    ids = list(person_ids)
    if len(ids) == 1:
        return ACCOUNTS_OF_ONE.run(tx, person=ids[0]).all()
    return tx.execute(ACCOUNTS_OF, {"people": ids}).all() if ids else []


def workspace(tx: Tx, platform: str, org: str) -> Row[Any] | None:
    """A workspace or tenant of the allow-list."""
    return WORKSPACE.run(tx, platform=platform, org=org).one_or_none()


def put(tx: Tx, table: Table, values: Mapping[str, Any], *, on: Sequence[str]) -> str:
    """Adds a row or changes the one with the same `on` columns (its id stays); answers the row's id."""
    made = _put(table, tuple(values), tuple(on))
    return str(made.run(tx, **{f"new_{name}": value for name, value in values.items()}).scalar_one())


@cache
def _put(table: Table, names: tuple[str, ...], on: tuple[str, ...]) -> Prepared:
    def one(insert: Any) -> Any:
        statement = insert(table).values(parameters(table, names))
        fresh = statement.excluded
        changed = {name: fresh[name] for name in names if name != "id" and name not in on} or {on[0]: fresh[on[0]]}
        return statement.on_conflict_do_update(index_elements=list(on), set_=changed).returning(table.c.id)

    return Prepared(sqlite=one(sqlite_insert), postgresql=one(pg_insert))


def add_client(tx: Tx, values: Mapping[str, Any]) -> None:
    """A new client, with no policy of its own yet."""
    fresh = {"csm_title": "client success manager", "policy": {}, "policy_version": 1, "next_number": 1}
    tx.execute(clients.insert(), {**fresh, **values})


def change_person(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a person."""
    tx.execute(update(people).where(people.c.id == id_).values(**values))


def change_client(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a client."""
    tx.execute(update(clients).where(clients.c.id == id_).values(**values))


def change_workspace(tx: Tx, platform: str, org: str, **values: Any) -> bool:
    """Sets columns of a workspace; False when nobody allowed it."""
    where = (workspaces.c.platform == platform) & (workspaces.c.org == org)
    return tx.execute(update(workspaces).where(where).values(**values).returning(workspaces.c.id)).first() is not None


def change_identity(tx: Tx, platform: str, org: str, user: str, **values: Any) -> Row[Any] | None:
    """Sets columns of an account; answers its row, or None when nobody has it."""
    where = (identities.c.platform == platform) & (identities.c.org == org) & (identities.c.user == user)
    return tx.execute(update(identities).where(where).values(**values).returning(*identities.c)).first()


def replace_roles(tx: Tx, person_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """These roles and no others for this person."""
    tx.execute(delete(roles).where(roles.c.person_id == person_id))
    if rows:
        tx.execute(roles.insert(), list(rows))


def replace_duties(tx: Tx, person_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """These duties and no others for this person of the provider."""
    tx.execute(delete(staff).where(staff.c.person_id == person_id))
    if rows:
        tx.execute(staff.insert(), list(rows))


def leave_org(tx: Tx, platform: str, org: str) -> None:
    """Everybody of a workspace or tenant is unreachable there."""
    where = (identities.c.platform == platform) & (identities.c.org == org)
    tx.execute(update(identities).where(where).values(reachable=False, address=""))


def rejoin_org(tx: Tx, platform: str, org: str) -> None:
    """Everybody of a workspace or tenant can be reached there again."""
    where = (identities.c.platform == platform) & (identities.c.org == org) & identities.c.linked
    tx.execute(update(identities).where(where).values(reachable=True))


def unlink_accounts(tx: Tx, person_id: str, keep: Iterable[str]) -> None:
    """A person's other accounts are not that person's any more (history keeps the rows)."""
    where = (identities.c.person_id == person_id) & identities.c.id.not_in(list(keep))
    tx.execute(update(identities).where(where).values(linked=False, reachable=False, address=""))
