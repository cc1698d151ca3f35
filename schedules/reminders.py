"""Ladders: the rungs that are due now, each as one command."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from handlers.commands import Climb
from storage.queries import timers
from storage.store import Store


def rungs(store: Store, now: datetime, most: int = 500) -> Sequence[Climb]:
    """What nobody has answered in time, the oldest first; the cost grows with what is due."""
    with store.glance() as tx:
        return [Climb(id_) for id_ in timers.due(tx, now, most)]


async def due(store: Store, now: datetime, most: int) -> Sequence[Climb]:
    """The same for the clock, which keeps nobody waiting meanwhile.

    SQLite answers from its cache in less time than a thread takes to wake up, and a reader of its never waits for a
    writer; PostgreSQL is asked over a socket.
    """
    if store.dialect == "sqlite":
        return rungs(store, now, most)
    return await asyncio.to_thread(rungs, store, now, most)
