"""Ladders: the rungs that are due now, each as one command."""

from __future__ import annotations

from datetime import datetime

from handlers.commands import Climb
from storage.queries import timers
from storage.store import Store


def due(store: Store, now: datetime, most: int = 500) -> list[Climb]:
    """What nobody has answered in time, the oldest first; the cost grows with what is due."""
    with store.read() as tx:
        return [Climb(row.id) for row in timers.due(tx, now, most)]
