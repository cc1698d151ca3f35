"""Ladders: the rungs that are due now, each as one command."""

from __future__ import annotations

from datetime import datetime

from handlers.commands import Climb
from storage.queries import timers
from storage.store import Store

MOST_AT_ONCE = 500


def due(store: Store, now: datetime) -> list[Climb]:
    """What nobody has answered in time, the oldest first; the cost grows with what is due."""
    with store.read() as tx:
        return [Climb(row.id) for row in timers.due(tx, now, MOST_AT_ONCE)]
