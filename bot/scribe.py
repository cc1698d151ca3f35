"""Reads and writes deliveries for the courier, many at a time: one transaction for all that are under way at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.together import Hop, Together
from storage import waiting
from storage.lanes import Hold, Lanes
from storage.scribe import Entry, commit
from storage.store import Store, Tx
from storage.waiting import Due

TRIES = 6
FIRST_WAIT_SECONDS = 0.1
"""What follows a network call is tried for about three seconds: not written, it would have to be sent again."""


class Scribe:
    """One for all lanes of a courier."""

    def __init__(self, store: Store, lanes: Lanes, hop: Hop) -> None:
        self._store = store
        self._lanes = lanes
        self._claims: Together[tuple[str, datetime]] = Together(hop, self._claim)
        self._entries: Together[Entry] = Together(hop, self._commit)

    async def claim(self, delivery: str, by: datetime) -> Due | None:
        """The delivery as it is now, or None when it no longer wants to go."""
        return await self._claims.ask((delivery, by))

    async def write(self, hold: Hold, delivery: str, deed: Callable[[Tx], Any], *, held: bool = False) -> Any:
        """-> what the deed returned, once committed. `held`: only while the lane is ours, else `LaneLost`."""
        entry = Entry(hold, delivery, deed, held)
        for tried in range(0 if held else TRIES - 1):
            try:
                return await self._entries.ask(entry)
            except Exception:
                await asyncio.sleep(FIRST_WAIT_SECONDS * 2.0**tried)
        return await self._entries.ask(entry)

    async def quiet(self) -> None:
        """Returns once nothing is being read or written any more."""
        await self._claims.quiet()
        await self._entries.quiet()

    def _claim(self, asked: Sequence[tuple[str, datetime]]) -> list[Due | None]:
        with self._store.read() as tx:
            found = waiting.claim(tx, [delivery for delivery, _ in asked])
        return [row if (row := found.get(delivery)) and row.due_at <= by else None for delivery, by in asked]

    def _commit(self, entries: Sequence[Entry]) -> list[Any]:
        return commit(self._store, self._lanes, entries)
