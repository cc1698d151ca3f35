"""Gathers the courier's small writes: whatever waits while one transaction commits goes into the next, together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from storage.lanes import Hold, Lanes
from storage.scribe import Entry, commit
from storage.store import Store, Tx

TRIES = 6
FIRST_WAIT_SECONDS = 0.1
"""What follows a network call is tried for about three seconds: not written, it would have to be sent again."""

Hop = Callable[..., Awaitable[Any]]
"""Runs a blocking function in a thread."""


class Scribe:
    """One writer for all deliveries that are under way at once, in any lane."""

    def __init__(self, store: Store, lanes: Lanes, hop: Hop) -> None:
        self._store = store
        self._lanes = lanes
        self._hop = hop
        self._waiting: list[tuple[Entry, asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, hold: Hold, delivery: str, deed: Callable[[Tx], Any], *, held: bool = False) -> Any:
        """-> what the deed returned, once committed. `held`: only while the lane is ours, else `LaneLost`."""
        entry = Entry(hold, delivery, deed, held)
        answer = await self._once(entry)
        for tried in range(0 if held else TRIES - 1):
            if not isinstance(answer, Exception):
                break
            await asyncio.sleep(FIRST_WAIT_SECONDS * 2.0**tried)
            answer = await self._once(entry)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def quiet(self) -> None:
        """Returns once nothing is being written any more."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])

    async def _once(self, entry: Entry) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._commit())
        return await future

    async def _commit(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                answers = await self._hop(commit, self._store, self._lanes, [entry for entry, _ in batch])
            except Exception as problem:
                answers = [problem] * len(batch)
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():  # cancelled meanwhile
                    future.set_result(answer)
