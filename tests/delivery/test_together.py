"""Many small blocking things in one go: batches, so many at once, each with its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.together import Together


class Hops:
    """A thread that is let go by hand."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.gate = asyncio.Semaphore(0)

    async def __call__(self, deed: Callable[[Sequence[Any]], Sequence[Any]], items: list[Any]) -> Any:
        self.batches.append(items)
        await self.gate.acquire()
        return deed(items)

    def let_go(self, times: int = 1) -> None:
        for _ in range(times):
            self.gate.release()


def doubled(items: Sequence[int]) -> list[Any]:
    return [ValueError("odd") if item % 2 else item * 2 for item in items]


async def begun(*waiting: Any) -> list[asyncio.Task[Any]]:
    tasks = [asyncio.ensure_future(one) for one in waiting]
    await asyncio.sleep(0.01)
    return tasks


async def test_what_arrives_meanwhile_goes_together() -> None:
    hops = Hops()
    together = Together[int](hops, doubled)
    tasks = await begun(together.ask(2)) + await begun(*(together.ask(item) for item in (4, 6, 8)))
    hops.let_go(2)
    assert await asyncio.gather(*tasks) == [4, 8, 12, 16]
    assert hops.batches == [[2], [4, 6, 8]]


async def test_a_batch_has_its_size_and_the_next_waits_for_it() -> None:
    hops = Hops()
    together = Together[int](hops, doubled, most=2)
    tasks = await begun(*(together.ask(item) for item in range(0, 14, 2)))
    assert hops.batches == [[0, 2]]
    hops.let_go(9)
    assert await asyncio.gather(*tasks) == list(range(0, 28, 4))
    await together.quiet()
    assert hops.batches == [[0, 2], [4, 6], [8, 10], [12]]


async def test_so_many_batches_are_under_way_at_once() -> None:
    hops = Hops()
    together = Together[int](hops, doubled, most=2, abreast=2)
    tasks = await begun(*(together.ask(item) for item in range(0, 14, 2)))
    assert hops.batches == [[0, 2], [4, 6]]
    hops.let_go(9)
    assert await asyncio.gather(*tasks) == list(range(0, 28, 4))
    await together.quiet()
    assert hops.batches == [[0, 2], [4, 6], [8, 10], [12]]


async def test_each_has_its_own_failure_and_a_batch_that_fails_tells_everybody() -> None:
    hops = Hops()
    together = Together[int](hops, doubled)
    first = await begun(together.ask(2))
    rest = await begun(together.ask(3), together.ask(4))
    hops.let_go(2)
    assert await first[0] == 4 and await rest[1] == 8
    with pytest.raises(ValueError, match="odd"):
        await rest[0]

    def broken(items: Sequence[int]) -> list[Any]:
        raise ConnectionError("the store is away")

    other = await begun(Together[int](hops, broken).ask(1))
    hops.let_go()
    with pytest.raises(ConnectionError):
        await other[0]


async def test_who_comes_in_the_moment_a_batch_ends_is_not_forgotten() -> None:
    async def hop(deed: Callable[[Sequence[int]], Sequence[Any]], items: list[int]) -> Any:
        return deed(items)

    async def again_and_again(together: Together[int]) -> None:
        for _ in range(50):
            assert await together.ask(2) == 4

    for abreast in (1, 2):
        together = Together[int](hop, doubled, abreast=abreast)
        async with asyncio.timeout(5):
            await asyncio.gather(*(again_and_again(together) for _ in range(5)))
