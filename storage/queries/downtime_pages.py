"""Lists of downtimes, a page at a time, with the names that stand beside them: one statement a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_, select

from storage.queries import directory
from storage.store import Tx
from storage.tables import Client, Downtime, Location
from storage.tables.types import core

downtimes = core(Downtime)
clients = core(Client)
offices = core(Location)


def _page(by_client: bool, by_state: bool, by_life: bool, further: bool, sent: bool) -> Select[Any]:
    """Newest first. One statement a combination: a filter that may be null would keep the index from being used."""
    statement = (
        select(downtimes).order_by(downtimes.c.created_at.desc(), downtimes.c.id.desc()).limit(bindparam("limit_"))
    )
    if by_client:
        statement = statement.where(downtimes.c.client_id == bindparam("client"))
    if by_state:
        statement = statement.where(downtimes.c.state == bindparam("state_"))
    if by_life:
        statement = statement.where(downtimes.c.life == bindparam("life_"))
    if sent:
        statement = statement.where(downtimes.c.proposed_at.is_not(None))
    if further:
        earlier = and_(downtimes.c.created_at == bindparam("at"), downtimes.c.id < bindparam("id_"))
        statement = statement.where(or_(downtimes.c.created_at < bindparam("at"), earlier))
    return statement


PAGES = {choice: _page(*choice) for choice in product((False, True), repeat=5)}
INSTEAD = select(downtimes).where(downtimes.c.instead_of == bindparam("id_")).order_by(downtimes.c.created_at)
CLIENTS = select(clients.c.id, clients.c.slug, clients.c.name, clients.c.timezone).where(
    clients.c.id.in_(bindparam("clients", expanding=True))
)
OFFICES = select(offices.c.id, offices.c.slug, offices.c.name, offices.c.timezone).where(
    offices.c.id.in_(bindparam("offices", expanding=True))
)

Mark = tuple[datetime, str]
"""Where a page ended: the moment and id of its last row."""


def page(
    tx: Tx,
    *,
    client_id: str | None,
    state: str | None = None,
    life: str | None = None,
    after: Mark | None = None,
    limit: int,
    sent: bool = False,
) -> Sequence[Row[Any]]:
    """Downtimes, newest first, of one client, in one state and life where given, after the row that `after` names.

    `sent`: only what was ever offered or asked for, no drafts.
    """
    values: dict[str, Any] = {"limit_": limit}
    if client_id is not None:
        values["client"] = client_id
    if state is not None:
        values["state_"] = state
    if life is not None:
        values["life_"] = life
    if after is not None:
        values |= {"at": after[0], "id_": after[1]}
    choice = (client_id is not None, state is not None, life is not None, after is not None, sent)
    return tx.execute(PAGES[choice], values).all()


def instead(tx: Tx, id_: str) -> Row[Any] | None:
    """The downtime that is offered in the place of this postponed one."""
    return tx.execute(INSTEAD, {"id_": id_}).first()


def clients_of(tx: Tx, rows: Iterable[Row[Any]]) -> dict[str, Any]:
    """client -> `slug`, `name`, `timezone`, for these downtimes."""
    ids = sorted({row.client_id for row in rows})
    return {row.id: row for row in tx.execute(CLIENTS, {"clients": ids}).all()} if ids else {}


def offices_of(tx: Tx, rows: Iterable[Row[Any]]) -> dict[str, Any]:
    """office -> `slug`, `name`, `timezone`, for these downtimes."""
    ids = sorted({id_ for row in rows for id_ in row.locations if id_})
    return {row.id: row for row in tx.execute(OFFICES, {"offices": ids}).all()} if ids else {}


def names_of(tx: Tx, rows: Iterable[Row[Any]]) -> dict[str, str]:
    """person -> name, for everybody whom these downtimes name."""
    columns = ("owner_id", "engineer_id", "asker_id", "decided_by")
    ids = sorted({id_ for row in rows for column in columns if (id_ := getattr(row, column))})
    return {row.id: row.name for row in directory.people_named(tx, ids)} if ids else {}
