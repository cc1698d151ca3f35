"""Selects and writes of when clients and their offices want no work, and when they like it to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, or_, select, update

from storage.prepared import Prepared
from storage.queries.directory import put
from storage.store import Tx
from storage.tables import Blackout, Client, Location, PreferredTime
from storage.tables.types import core

blackouts = core(Blackout)
preferred = core(PreferredTime)
clients = core(Client)
locations = core(Location)


def _named(table: Any) -> Select[Any]:
    """With the client's slug, and the office's slug and name ("" and "" for all offices)."""
    return (
        select(
            table,
            clients.c.slug.label("client_slug"),
            clients.c.name.label("client_name"),
            clients.c.timezone.label("client_timezone"),
            locations.c.slug.label("location_slug"),
            locations.c.name.label("location_name"),
            locations.c.timezone.label("location_timezone"),
        )
        .join(clients, clients.c.id == table.c.client_id)
        .outerjoin(locations, locations.c.id == table.c.location_id)
    )


def _counts(now: Any) -> ColumnElement[bool]:
    if now is None:
        return blackouts.c.state == "active"
    return and_(blackouts.c.state == "active", or_(blackouts.c.ends_at.is_(None), blackouts.c.ends_at > now))


def _of_client(now: Any) -> Prepared:
    wanted = _named(blackouts).where(blackouts.c.client_id == bindparam("client"), _counts(now))
    return Prepared(wanted.order_by(blackouts.c.created_at, blackouts.c.id))


ACTIVE_OF = _of_client(None)
AHEAD_OF = _of_client(bindparam("now"))
BLACKOUT = Prepared(_named(blackouts).where(blackouts.c.id == bindparam("id")))
PREFERRED_OF = Prepared(
    _named(preferred)
    .where(preferred.c.client_id == bindparam("client"))
    .order_by(preferred.c.location_id, preferred.c.id)
)


def active_of(tx: Tx, client_id: str, now: datetime | None = None) -> Sequence[Row[Any]]:
    """When a client and its offices want no work, oldest entry first; with `now` without single times that are over.

    Each with `client_slug`, `client_name`, `client_timezone`, `location_slug`, `location_name`, `location_timezone`
    (the last three null for every office).
    """
    return (ACTIVE_OF.run(tx, client=client_id) if now is None else AHEAD_OF.run(tx, client=client_id, now=now)).all()


def page(
    tx: Tx, now: datetime, *, client_id: str | None, after: tuple[datetime, str] | None, limit: int
) -> Sequence[Row[Any]]:
    """The same of one client or of all, newest entry first, after the last row of the page before."""
    wanted = _named(blackouts).where(_counts(now))
    if client_id is not None:
        wanted = wanted.where(blackouts.c.client_id == client_id)
    if after is not None:
        at, id_ = after
        earlier = and_(blackouts.c.created_at == at, blackouts.c.id < id_)
        wanted = wanted.where(or_(blackouts.c.created_at < at, earlier))
    return tx.execute(wanted.order_by(blackouts.c.created_at.desc(), blackouts.c.id.desc()).limit(limit)).all()


def blackout(tx: Tx, id_: str) -> Row[Any] | None:
    """One by id, in whatever state, with the names of `active_of`."""
    return BLACKOUT.run(tx, id=id_).one_or_none()


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """No work then."""
    tx.execute(blackouts.insert(), dict(values))


def change(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of one."""
    tx.execute(update(blackouts).where(blackouts.c.id == id_).values(**values))


def preferred_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """When a client and its offices like work to be done, the client's own row first, with the names of `active_of`."""
    return PREFERRED_OF.run(tx, client=client_id).all()


def preferred_page(tx: Tx, *, client_id: str | None, after: str, limit: int) -> Sequence[Row[Any]]:
    """The same of one client or of all, by id, after the last id of the page before."""
    wanted = _named(preferred).where(preferred.c.id > after)
    if client_id is not None:
        wanted = wanted.where(preferred.c.client_id == client_id)
    return tx.execute(wanted.order_by(preferred.c.id).limit(limit)).all()


def preference(tx: Tx, id_: str) -> Row[Any] | None:
    """One preferred time by id, with the names of `active_of`."""
    return tx.execute(_named(preferred).where(preferred.c.id == id_)).one_or_none()


def put_preferred(tx: Tx, values: Mapping[str, Any]) -> str:
    """This preferred time and no other for the client, or for this office of it; answers its id."""
    return put(tx, preferred, values, on=["client_id", "location_id"])


def drop_preferred(tx: Tx, id_: str) -> None:
    """No preference any more."""
    tx.execute(delete(preferred).where(preferred.c.id == id_))
