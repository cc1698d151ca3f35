"""Pages of opinions for lists outside the chat, the newest first, with whose they are and what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from storage.store import Tx
from storage.tables import Case, Client, Feedback, Notice, Person, Touchpoint
from storage.tables.types import core

opinions = core(Feedback)
clients = core(Client)
people = core(Person)
NAMES = {"touchpoint": core(Touchpoint).c.ref, "case": core(Case).c.external_id, "notice": core(Notice).c.ref}
"""What people call the things that an opinion can be about, by the kind of its subject."""
ROWS = (
    select(
        opinions,
        clients.c.slug.label("client_slug"),
        clients.c.name.label("client_name"),
        people.c.name.label("person"),
    )
    .join(clients, clients.c.id == opinions.c.client_id)
    .join(people, people.c.id == opinions.c.person_id)
    .order_by(opinions.c.asked_at.desc(), opinions.c.id.desc())
)


def page(
    tx: Tx,
    *,
    client_id: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    after: tuple[datetime, str] | None = None,
    skip: int = 0,
    limit: int | None = 50,
) -> Sequence[Row[Any]]:
    """Opinions of one client or of all, after the last row of the page before; None as limit: all of them.

    With `client_slug`, `client_name` and `person`, who said it or passed it on.
    """
    wanted = ROWS.where(*_which(client_id, kind, state))
    if after is not None:
        at, id_ = after
        same = and_(opinions.c.asked_at == at, opinions.c.id < id_)
        wanted = wanted.where(or_(opinions.c.asked_at < at, same))
    return tx.execute(wanted.offset(skip).limit(limit) if limit is not None else wanted).all()


def one(tx: Tx, id_: str) -> Row[Any] | None:
    """One of them, with the same beside it."""
    return tx.execute(ROWS.where(opinions.c.id == id_)).one_or_none()


def counts(tx: Tx, kind: str | None = None) -> Mapping[str, int]:
    """State -> how many there are, of all clients."""
    wanted = select(opinions.c.state, func.count()).where(*_which(None, kind, None)).group_by(opinions.c.state)
    return {str(state): int(many) for state, many in tx.execute(wanted)}


def called(tx: Tx, subjects: Iterable[str]) -> dict[str, str]:
    """Subject -> what people call it: "case:cas_1" -> "CASE-4471". What an opinion of its own is about is not there."""
    found: dict[str, str] = {}
    for kind, name in NAMES.items():
        ids = sorted({one.partition(":")[2] for one in subjects if one.startswith(f"{kind}:")})
        if ids:
            rows = tx.execute(select(name.table.c.id, name).where(name.table.c.id.in_(ids)))
            found.update({f"{kind}:{id_}": str(said) for id_, said in rows})
    return found


def _which(client_id: str | None, kind: str | None, state: str | None) -> list[ColumnElement[bool]]:
    asked = ((opinions.c.client_id, client_id), (opinions.c.kind, kind), (opinions.c.state, state))
    return [column == value for column, value in asked if value is not None]
