"""Bulk reads of the directory for a broadcast: a handful of statements, however many clients and people there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, or_, select, true, union

from storage.prepared import OneOf, Prepared, asked, both
from storage.queries.duties import named
from storage.store import Tx
from storage.tables import (
    Absence,
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
absences = core(Absence)
identities = core(Identity)
workspaces = core(Workspace)

Among = Collection[str] | None
"""Ids of clients, or None for all of them."""

_NOW: BindParameter[Any] = bindparam("now", type_=absences.c.starts_at.type)
_ROLE: BindParameter[Any] = bindparam("role")


def _of(column: ColumnElement[Any], one_of: OneOf | None) -> ColumnElement[bool]:
    return true() if one_of is None else one_of(column, "ids")


def _away(one_of: OneOf | None) -> Select[Any]:
    found: Select[Any] = (
        select(absences, people.c.client_id)
        .join(people, people.c.id == absences.c.person_id)
        .where(absences.c.starts_at <= _NOW, absences.c.ends_at > _NOW)
    )
    return found.where(people.c.client_id.is_not(None), _of(people.c.client_id, one_of))


def _candidates(one_of: OneOf | None) -> Any:
    given = select(roles.c.person_id).where(_of(roles.c.client_id, one_of), roles.c.role == _ROLE)
    default = select(clients.c.default_contact_id).where(
        _of(clients.c.id, one_of), clients.c.default_contact_id.is_not(None)
    )
    stand_ins = (
        select(absences.c.delegate_id)
        .join(people, people.c.id == absences.c.person_id)
        .where(absences.c.starts_at <= _NOW, absences.c.ends_at > _NOW, absences.c.delegate_id.is_not(None))
        .where(_of(people.c.client_id, one_of))
    )
    return union(given, default, stand_ins)


def _accounts(one_of: OneOf | None) -> Select[Any]:
    here = (workspaces.c.platform == identities.c.platform) & (workspaces.c.org == identities.c.org)
    found: Select[Any] = select(identities.c.person_id, identities.c.platform).join(workspaces, here)
    return found.where(
        identities.c.person_id.in_(_candidates(one_of)), identities.c.reachable, workspaces.c.state != "removed"
    ).order_by(identities.c.platform)


def _duties(one_of: OneOf | None) -> Select[Any]:
    found = named(_of(staff.c.client_id, one_of))
    return select(found).where(found.c.name.is_not(None)).order_by(found.c.name, found.c.person_id)


def _offices(one_of: OneOf | None) -> Select[Any]:
    return select(locations).where(_of(locations.c.client_id, one_of)).order_by(locations.c.name, locations.c.id)


def _grants(one_of: OneOf | None) -> Select[Any]:
    mine = _of(roles.c.client_id, one_of)
    return select(roles).where(mine, roles.c.role == _ROLE).order_by(roles.c.rank, roles.c.id)


def _holders(one_of: OneOf | None) -> Select[Any]:
    return select(people).where(people.c.id.in_(_candidates(one_of))).order_by(people.c.name, people.c.id)


OFFICES = both(_offices)
GRANTS = both(_grants)
HOLDERS = both(_holders)
AWAY = both(_away)
ACCOUNTS = both(_accounts)
DUTIES = both(_duties)


def _clients_named(one_of: OneOf) -> Select[Any]:
    found = or_(*(one_of(func.lower(clients.c[column]), "names") for column in ("slug", "code", "name")))
    return select(clients).where(found).order_by(clients.c.name, clients.c.id)


_CLIENTS_NAMED = Prepared.with_lists(_clients_named)


def clients_named(tx: Tx, names: Iterable[str]) -> Sequence[Row[Any]]:
    """Clients whose slug, code or name is among these, in any case of letters."""
    return _CLIENTS_NAMED.run(tx, names=sorted({name.casefold() for name in names})).all()


def clients_in_stage(tx: Tx, stages: Collection[str]) -> Sequence[Row[Any]]:
    """Every client in one of these stages, by name."""
    found = select(clients).where(clients.c.stage.in_(sorted(stages)))
    return tx.execute(found.order_by(clients.c.name, clients.c.id)).all()


def offices(tx: Tx, ids: Among) -> Sequence[Row[Any]]:
    """The offices of these clients, by name."""
    return asked(tx, OFFICES, "ids", ids).all()


def grants(tx: Tx, ids: Among, role: str) -> Sequence[Row[Any]]:
    """Who was given this role at these clients, by rank."""
    return asked(tx, GRANTS, "ids", ids, role=role).all()


def away(tx: Tx, ids: Among, now: datetime) -> Sequence[Row[Any]]:
    """Who of these clients is away now (`client_id` beside the absence's columns)."""
    return asked(tx, AWAY, "ids", ids, now=now).all()


def holders(tx: Tx, ids: Among, role: str, now: datetime) -> Sequence[Row[Any]]:
    """Everybody who may come into question for a role: who was given it, default contacts, who stands in for them."""
    return asked(tx, HOLDERS, "ids", ids, role=role, now=now).all()


def accounts(tx: Tx, ids: Among, role: str, now: datetime) -> Sequence[Row[Any]]:
    """(person_id, platform) of every live account of the same people."""
    return asked(tx, ACCOUNTS, "ids", ids, role=role, now=now).all()


def duties(tx: Tx, ids: Among) -> Sequence[Row[Any]]:
    """Who of the provider does what for these clients: rows of their own, and those for all clients."""
    return asked(tx, DUTIES, "ids", ids).all()
