"""Cases as a ticket system says them: taken in a thousand at a time, listed for people, paged for REST callers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Case, Client, Location, Person, ReportRemark
from storage.tables.types import core

cases = core(Case)
clients = core(Client)
locations = core(Location)
people = core(Person)
remarks = core(ReportRemark)

COLUMNS = tuple(column.name for column in cases.c)
OPEN = cases.c.closed_at.is_(None)
"""Said by the moment and not by the state, so that the index by client and closing finds them."""
_BATCHES = 0x4B4C
"""The first number of the lock under which a client's cases are taken in."""
_EVERY: dict[str, Any] = {name: bindparam(name) for name in COLUMNS}


def _upsert(insert: Any) -> Any:
    statement = insert(cases).values(_EVERY)
    kept = ("id", "client_id", "external_id")
    changed = {name: statement.excluded[name] for name in COLUMNS if name not in kept}
    return statement.on_conflict_do_update(index_elements=["client_id", "external_id"], set_=changed)


PUT = Prepared(sqlite=_upsert(sqlite_insert), postgresql=_upsert(pg_insert))
KNOWN = Prepared.with_lists(
    lambda one_of: select(cases).where(one_of(cases.c.client_id, "clients"), one_of(cases.c.external_id, "names"))
)
REQUESTERS = Prepared.with_lists(
    lambda one_of: (
        select(people.c.id, people.c.client_id, people.c.name, people.c.email)
        .where(one_of(people.c.client_id, "clients"), people.c.state == "active")
        .where(or_(one_of(people.c.name, "names"), one_of(people.c.email, "emails")))
        .order_by(people.c.id)
    )
)
_NAMED = (
    select(
        cases,
        clients.c.name.label("client_name"),
        clients.c.slug.label("client_slug"),
        clients.c.timezone.label("client_timezone"),
        locations.c.name.label("location_name"),
        locations.c.slug.label("location_slug"),
    )
    .join(clients, clients.c.id == cases.c.client_id)
    .outerjoin(locations, locations.c.id == cases.c.location_id)
)
_CALLED = or_(*(cases.c.external_id == bindparam(name) for name in ("name", "upper", "lower")))
"""Not by a function of the column, which no index would find."""
BY_ID = Prepared(_NAMED.where(cases.c.id == bindparam("id")))
BY_NAME = Prepared(_NAMED.where(cases.c.client_id == bindparam("client"), _CALLED).limit(1))
EVERYWHERE = _NAMED.where(_CALLED).order_by(clients.c.name, cases.c.id).limit(50)
OPEN_OF = Prepared(
    _NAMED.where(cases.c.client_id == bindparam("client"), OPEN).order_by(cases.c.opened_at, cases.c.external_id)
)
COUNTED = (
    select(
        clients.c.id,
        clients.c.name,
        clients.c.slug,
        func.count(cases.c.id).label("open"),
        func.count(cases.c.id).filter(cases.c.state == "waiting_on_client").label("waiting"),
        func.min(cases.c.opened_at).label("oldest_at"),
    )
    .join(cases, cases.c.client_id == clients.c.id)
    .where(OPEN)
    .group_by(clients.c.id, clients.c.name, clients.c.slug)
    .order_by(clients.c.name, clients.c.id)
)
CLOSED = "closed"


def _page(by_client: bool, state: str, further: bool) -> Select[Any]:
    """The latest opened first. One statement a combination, so that each has an index that fits."""
    statement = _NAMED.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(bindparam("most"))
    if by_client:
        statement = statement.where(cases.c.client_id == bindparam("client"))
    if state == "any_open":
        statement = statement.where(OPEN)
    elif state == "one":
        statement = statement.where(cases.c.state == bindparam("state_"))
    if further:
        at = bindparam("at", type_=cases.c.opened_at.type)
        earlier = or_(cases.c.opened_at < at, and_(cases.c.opened_at == at, cases.c.id < bindparam("id_")))
        statement = statement.where(earlier)
    return statement


PAGES = {
    choice: Prepared(_page(*choice)) for choice in product((False, True), ("all", "any_open", "one"), (False, True))
}
Mark = tuple[datetime, str]
"""Where a page ended: when its last case was opened, and its id."""


def lock_batches(tx: Tx, client_ids: Iterable[str]) -> None:
    """Two batches about one client come one after the other; on SQLite every writer does."""
    if tx.dialect.name == "postgresql":
        for id_ in sorted(set(client_ids)):
            tx.execute(select(func.pg_advisory_xact_lock(_BATCHES, func.hashtext(id_))))


def known(tx: Tx, client_ids: Collection[str], names: Collection[str]) -> Sequence[Row[Any]]:
    """The cases of these clients that bear one of these external ids."""
    return KNOWN.run(tx, clients=sorted(client_ids), names=sorted(names)).all()


def requesters(tx: Tx, client_ids: Collection[str], said: Collection[str]) -> Sequence[Row[Any]]:
    """(id, client_id, name, email) of everybody there whose name is among these, or whose address is."""
    emails = sorted({one.lower() for one in said if "@" in one})
    return REQUESTERS.run(tx, clients=sorted(client_ids), names=sorted(set(said)), emails=emails).all()


def put_all(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds these cases, or changes those that are there under the same client and external id; they keep their ids."""
    PUT.run_all(tx, [dict(row) for row in rows])


def case(tx: Tx, id_: str) -> Row[Any] | None:
    """A case with the names of its client and its office."""
    return BY_ID.run(tx, id=id_).one_or_none()


def case_named(tx: Tx, client_id: str, name: str) -> Row[Any] | None:
    """A client's case as people call it: "CASE-4471", in any case of letters."""
    return BY_NAME.run(tx, client=client_id, **_spelled(name)).first()


def open_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """Every open case of a client, the oldest first."""
    return OPEN_OF.run(tx, client=client_id).all()


def counted(tx: Tx) -> Sequence[Row[Any]]:
    """(id, name, slug, open, waiting, oldest_at) of every client that has open cases, by name."""
    return tx.execute(COUNTED).all()


def page(tx: Tx, *, client_id: str | None, state: str, after: Mark | None, limit: int) -> Sequence[Row[Any]]:
    """Cases of one client or of all, the latest opened first; `state`: "" for all, "open" for all not closed, or one
    of `closed`, `waiting_on_client`, `waiting_on_vendor`."""
    values: dict[str, Any] = {"most": limit}
    which = {"": "all", "open": "any_open"}.get(state, "one")
    if client_id is not None:
        values["client"] = client_id
    if which == "one":
        values["state_"] = state
    if after is not None:
        values |= {"at": after[0], "id_": after[1]}
    return PAGES[client_id is not None, which, after is not None].run(tx, **values).all()


def everywhere(tx: Tx, name: str) -> Sequence[Row[Any]]:
    """The cases that people call so, at whichever client, by its name."""
    return tx.execute(EVERYWHERE, _spelled(name)).all()


def _spelled(name: str) -> dict[str, str]:
    """Typed words come in small letters."""
    return {"name": name, "upper": name.upper(), "lower": name.lower()}
