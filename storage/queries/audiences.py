"""Bulk reads of the directory for a broadcast: a handful of statements, however many clients and people there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, true, union

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


def _of(column: ColumnElement[Any], ids: Among) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(sorted(ids))


def clients_named(tx: Tx, names: Iterable[str]) -> Sequence[Row[Any]]:
    """Clients whose slug, code or name is among these, in any case of letters."""
    wanted = sorted({name.casefold() for name in names})
    found = or_(*(func.lower(clients.c[column]).in_(wanted) for column in ("slug", "code", "name")))
    return tx.execute(select(clients).where(found).order_by(clients.c.name, clients.c.id)).all()


def clients_in_stage(tx: Tx, stages: Collection[str]) -> Sequence[Row[Any]]:
    """Every client in one of these stages, by name."""
    found = select(clients).where(clients.c.stage.in_(sorted(stages)))
    return tx.execute(found.order_by(clients.c.name, clients.c.id)).all()


def offices(tx: Tx, ids: Among) -> Sequence[Row[Any]]:
    """The offices of these clients, by name."""
    found = select(locations).where(_of(locations.c.client_id, ids))
    return tx.execute(found.order_by(locations.c.name, locations.c.id)).all()


def grants(tx: Tx, ids: Among, role: str) -> Sequence[Row[Any]]:
    """Who was given this role at these clients, by rank."""
    found = select(roles).where(_of(roles.c.client_id, ids), roles.c.role == role)
    return tx.execute(found.order_by(roles.c.rank, roles.c.id)).all()


def away(tx: Tx, ids: Among, now: datetime) -> Sequence[Row[Any]]:
    """Who of these clients is away now (`client_id` beside the absence's columns)."""
    found: Select[Any] = (
        select(absences, people.c.client_id)
        .join(people, people.c.id == absences.c.person_id)
        .where(absences.c.starts_at <= now, absences.c.ends_at > now)
        .where(people.c.client_id.is_not(None), _of(people.c.client_id, ids))
    )
    return tx.execute(found).all()


def holders(tx: Tx, ids: Among, role: str, now: datetime) -> Sequence[Row[Any]]:
    """Everybody who may come into question for a role: who was given it, default contacts, who stands in for them."""
    found = select(people).where(people.c.id.in_(_candidates(ids, role, now))).order_by(people.c.name, people.c.id)
    return tx.execute(found).all()


def accounts(tx: Tx, ids: Among, role: str, now: datetime) -> Sequence[Row[Any]]:
    """(person_id, platform) of every live account of the same people."""
    here = (workspaces.c.platform == identities.c.platform) & (workspaces.c.org == identities.c.org)
    found: Select[Any] = (
        select(identities.c.person_id, identities.c.platform)
        .join(workspaces, here)
        .where(identities.c.person_id.in_(_candidates(ids, role, now)))
        .where(identities.c.reachable, workspaces.c.state != "removed")
        .order_by(identities.c.platform)
    )
    return tx.execute(found).all()


def _candidates(ids: Among, role: str, now: datetime) -> Any:
    given = select(roles.c.person_id).where(_of(roles.c.client_id, ids), roles.c.role == role)
    default = select(clients.c.default_contact_id).where(
        _of(clients.c.id, ids), clients.c.default_contact_id.is_not(None)
    )
    stand_ins = (
        select(absences.c.delegate_id)
        .join(people, people.c.id == absences.c.person_id)
        .where(absences.c.starts_at <= now, absences.c.ends_at > now, absences.c.delegate_id.is_not(None))
        .where(_of(people.c.client_id, ids))
    )
    return union(given, default, stand_ins)


def duties(tx: Tx, ids: Among) -> Sequence[Row[Any]]:
    """Who of the provider does what for these clients: rows of their own, and those for all clients."""
    concerned = true() if ids is None else or_(staff.c.client_id == "", _of(staff.c.client_id, ids))
    found: Select[Any] = (
        select(staff, people.c.name)
        .join(people, people.c.id == staff.c.person_id)
        .where(concerned, people.c.state == "active")
        .order_by(people.c.name, people.c.id)
    )
    return tx.execute(found).all()
