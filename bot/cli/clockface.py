"""What time it is in the house: real time, or, for a database that is played with, the time of the playground."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from storage.store import Store

KEPT = ".world.json"
"""Ends the name of the file beside a played database that keeps its world's secrets and the bot's address."""
PATIENCE = 2.0
"""Seconds that the playground's bot may take to say what time it is."""


def world_file(database: Path) -> Path:
    """Where the world of a played database is kept."""
    return database.with_name(database.name + KEPT)


def now_of(store: Store) -> datetime:
    """Now, for what an operator does to this database: what happens beside a played week happens in that week.

    When nobody plays at the moment it is the moment at which the play was left.
    """
    from storage.queries import journal
    from storage.store import sqlite_file

    file = sqlite_file(str(store.url))
    if file is None or not world_file(file).is_file():
        return datetime.now(UTC)
    said = _asked(world_file(file))
    if said is not None:
        return said
    with store.read() as tx:
        return journal.last_moment(tx) or datetime.now(UTC)


def _asked(world: Path) -> datetime | None:
    """What the running bot's clock says; None when there is none running."""
    try:
        kept = json.loads(world.read_text("utf-8"))
        address = urlsplit(kept["bot_url"])
        connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/_play/clock", headers={"X-Play-Secret": kept["clock_secret"]})
            return datetime.fromisoformat(json.loads(connection.getresponse().read())["now"])
        finally:
            connection.close()
    except (OSError, ValueError, KeyError, TypeError, HTTPException):
        return None
