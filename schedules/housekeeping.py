"""Housekeeping: once a day, forgets what no platform and no REST caller can come back to; nothing else is ever deleted.

Every replica may sweep at any time: rows that another one is deleting are passed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from storage import idempotency, inbox
from storage.store import Store, Tx

EVENTS_KEPT = timedelta(days=14)
"""Domain time. Slack repeats an event for a day at most (its delayed events), Teams for minutes."""
ROWS = 1_000
"""Of one transaction. SQLite has one writer: a click waits for one such transaction at most, some milliseconds."""
BREATH_SECONDS = 0.05

log = structlog.get_logger(__name__)

Forget = Callable[[Tx, datetime, int], int]


@dataclass(frozen=True)
class Housekeeping:
    """`now` is domain time, `real` real time (REST answers age by it), `answers_kept` how long those were promised."""

    store: Store
    now: Callable[[], datetime]
    real: Callable[[], datetime]
    answers_kept: timedelta

    async def sweep(self) -> tuple[int, int]:
        """Forgets everything that is too old, in small transactions; -> how many events and how many answers."""
        events = await self._all(inbox.forget_before, self.now() - EVENTS_KEPT)
        answers = await self._all(idempotency.prune, self.real() - self.answers_kept)
        log.info("housekeeping is done", events=events, answers=answers)
        return events, answers

    async def _all(self, forget: Forget, before: datetime) -> int:
        total = 0
        while True:
            gone = await asyncio.to_thread(self._some, forget, before)
            total += gone
            if gone < ROWS:
                return total
            await asyncio.sleep(BREATH_SECONDS)

    def _some(self, forget: Forget, before: datetime) -> int:
        with self.store.write() as tx:
            return forget(tx, before, ROWS)
