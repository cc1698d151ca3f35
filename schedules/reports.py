"""Reports: those that are due now, as one command for many clients at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from handlers.commands import WriteReports
from storage.queries import report_writing
from storage.store import Store

TOGETHER = 100
"""So many are written in one transaction: on SQLite nobody else writes meanwhile, and a click waits for no more."""


def batches(store: Store, now: datetime, most: int = TOGETHER) -> Sequence[WriteReports]:
    """The next batch, named by the first timer that is due; nothing when none is."""
    with store.glance() as tx:
        first = report_writing.first_due(tx, now)
    return [WriteReports(first, min(most, TOGETHER))] if first is not None else []


async def due(store: Store, now: datetime, most: int) -> Sequence[WriteReports]:
    """The same for the clock; see `schedules.reminders.due`."""
    if store.dialect == "sqlite":
        return batches(store, now, most)
    return await asyncio.to_thread(batches, store, now, most)
