"""Selects and writes of the REST callers' tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ApiToken, Client

tokens = ApiToken.__table__  # type: ignore[attr-defined]
clients = Client.__table__  # type: ignore[attr-defined]

BY_DIGEST = Prepared(
    select(tokens, clients.c.slug.label("client_slug"))
    .outerjoin(clients, clients.c.id == tokens.c.client_id)
    .where(tokens.c.digest == bindparam("digest"), tokens.c.revoked_at.is_(None))
)
ALL = (
    select(tokens, clients.c.slug.label("client_slug"))
    .outerjoin(clients, clients.c.id == tokens.c.client_id)
    .order_by(tokens.c.name)
)
BY_NAME = select(tokens).where(tokens.c.name == bindparam("name_"))
_REVOKE = (
    update(tokens)
    .where(tokens.c.id == bindparam("token"), tokens.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
    .returning(tokens.c.id)
)
_ADD = {
    "postgresql": postgresql.insert(tokens).on_conflict_do_nothing().returning(tokens.c.id),
    "sqlite": sqlite.insert(tokens).on_conflict_do_nothing().returning(tokens.c.id),
}


def by_digest(tx: Tx, digest: str) -> Row[Any] | None:
    """The live token with this SHA-256, with `client_slug` when it is bound to a client."""
    return BY_DIGEST.run(tx, digest=digest).one_or_none()


def by_name(tx: Tx, name: str) -> Row[Any] | None:
    """The token of this name, also a revoked one."""
    return tx.execute(BY_NAME, {"name_": name}).one_or_none()


def every(tx: Tx) -> Sequence[Row[Any]]:
    """Every token, also the revoked, by name."""
    return tx.execute(ALL).all()


def add(tx: Tx, values: Mapping[str, Any]) -> bool:
    """A new token; False when the name (or the digest) is taken."""
    return tx.execute(_ADD[tx.dialect.name], dict(values)).first() is not None


def revoke(tx: Tx, token_id: str, now: datetime) -> bool:
    """The token counts no longer; False when it did not any more."""
    return tx.execute(_REVOKE, {"token": token_id, "now": now}).first() is not None
