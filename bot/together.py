"""Does many small blocking things in one go: whatever arrives while one batch is in its thread goes into the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

Hop = Callable[..., Awaitable[Any]]
"""Runs a blocking function in a thread."""

Item = TypeVar("Item")


class Together(Generic[Item]):
    """`deed` takes the items of a batch and gives an answer for each, in their order.

    At most `most` items make a batch, and so many batches are under way `abreast`.
    """

    def __init__(
        self, hop: Hop, deed: Callable[[Sequence[Item]], Sequence[Any]], *, most: int = 10_000, abreast: int = 1
    ) -> None:
        self._hop = hop
        self._deed = deed
        self._most = most
        self._waiting: deque[tuple[Item, asyncio.Future[Any]]] = deque()
        self._abreast = abreast
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, item: Item) -> Any:
        """The deed's answer for this item; what the deed raises is the answer for all of its batch."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._busy < self._abreast:
            self._busy += 1
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def quiet(self) -> None:
        """Returns once nothing is under way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._do([self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))])
        finally:
            self._busy -= 1  # not when the task is seen to be done: what is asked for before that would be left

    async def _do(self, batch: Sequence[tuple[Item, asyncio.Future[Any]]]) -> None:
        try:
            answers = await self._hop(self._deed, [item for item, _ in batch])
        except Exception as problem:
            answers = [problem] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():  # cancelled meanwhile
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
