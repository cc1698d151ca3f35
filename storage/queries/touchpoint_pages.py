"""Pages of planned talks for lists outside the chat, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select

from storage.store import Tx
from storage.tables import Client, Touchpoint
from storage.tables.types import core

talks = core(Touchpoint)
clients = core(Client)


def page(
    tx: Tx,
    *,
    client_id: str | None,
    state: str | None = None,
    kind: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[Row[Any]]:
    """Talks of one client or of all, newest first, after the last row of the page before; with `client_slug`."""
    wanted = select(talks, clients.c.slug.label("client_slug")).join(clients, clients.c.id == talks.c.client_id)
    for column, value in ((talks.c.client_id, client_id), (talks.c.state, state), (talks.c.kind, kind)):
        if value is not None:
            wanted = wanted.where(column == value)
    if after is not None:
        at, id_ = after
        wanted = wanted.where(or_(talks.c.created_at < at, and_(talks.c.created_at == at, talks.c.id < id_)))
    return tx.execute(wanted.order_by(talks.c.created_at.desc(), talks.c.id.desc()).limit(limit)).all()
