"""Opinions put straight into the store, for what only reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from storage.queries import feedback
from storage.store import Store
from tests.cards.stored import client_id
from tests.web.house import NOW


def person_id(store: Store, name: str) -> str:
    """Somebody's id by the name."""
    with store.read() as tx:
        return str(tx.execute(text("SELECT id FROM person WHERE name = :name"), {"name": name}).scalar_one())


def opine(store: Store, id_: str, slug: str = "marlow-finch", who: str = "Dana Whitlock", **changes: Any) -> str:
    """What somebody of a client said unasked, unless told otherwise, an hour ago; -> its id."""
    values: dict[str, Any] = {
        "id": id_,
        "client_id": client_id(store, slug),
        "person_id": person_id(store, who),
        "subject": f"feedback:{id_}",
        "kind": "ongoing",
        "state": "follow_up",
        "comment": "The VPN drops daily.",
        "asked_at": NOW - timedelta(hours=1),
        "answered_at": NOW - timedelta(hours=1),
    }
    with store.write() as tx:
        feedback.add(tx, {**values, **changes})
    return id_
