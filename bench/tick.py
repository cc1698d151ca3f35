"""A tick over a great many waiting timers: nothing due, much due, and whether waiting rows make it slower."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench import databases, waiting
from bench.floor import REMINDER, Floor, open_floor
from bench.harness import Pause, Times, in_slices, in_turn, say
from bot.app import House
from bot.demo.world import START
from bot.settings import load
from handlers.commands import ITSELF, System
from schedules import reminders
from schedules.clock import AT_ONCE, DomainClock, Rung, Ticker

SIZES = (100_000, 1_000_000)
"""Waiting timers."""
GROUPS = (1_000, 1_000, 1_000, 1_000, 10_000)
"""So many come due together, one group after the other."""
EMPTY, WARM_UP = 600, 100
"""Ticks without anything due of each size, and how many of them are not counted."""
DRIVERS = {"sqlite": "sqlite3, WAL, synchronous=FULL", "postgresql": "psycopg, fsync on"}
SELECT = "SELECT id FROM timer WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at, id LIMIT " + f"{AT_ONCE}"


@dataclass
class Size:
    """A house and a floor on the same rows."""

    timers: int
    house: House
    floor: Floor

    async def empty(self) -> None:
        """A tick, as the house's clock does it, when nothing is due."""
        assert await self.house.ticker.tick() == 0

    async def select(self) -> None:
        """The least that such a tick needs to ask."""
        assert self.floor.rows(SELECT, {"now": waiting.stored(self.house.clock.now())}) == []

    async def tick(self, due: int, pause: Pause) -> None:
        """One tick over everything that is due; pauses after as much as it reads at a time."""
        done = 0

        async def perform(command: Rung) -> None:
            nonlocal done
            await self.house.conversation.perform(command, System("the clock"), ITSELF, "tick")
            done += 1
            if done % AT_ONCE == 0:
                await pause()

        ticker = Ticker([partial(reminders.due, self.house.store)], perform, self.house.clock.now, seconds=60)
        assert await ticker.tick() == done == due

    async def write(self, due: Sequence[waiting.Reminder], pause: Pause) -> None:
        """The rows of that tick, in transactions as many."""
        now = waiting.stored(self.house.clock.now())
        for number, one in enumerate(due, 1):
            self.floor.write(one.values(now))
            if number % AT_ONCE == 0:
                await pause()


async def measure(dialect: str, urls: Sequence[tuple[int, str, str]]) -> None:
    """All figures on one database. `urls`: waiting timers, the house's database and the floor's, for each size."""
    async with AsyncExitStack() as stack:
        sizes = [await stack.enter_async_context(_size(*given)) for given in urls]
        raw = f"raw {DRIVERS[dialect]}"
        asked = in_turn(*([side] * EMPTY for size in sizes for side in (size.empty, size.select)), warm_up=WARM_UP)
        for size, (product, floor) in zip(sizes, _pairs(await asked), strict=True):
            told = f"p50 {_micro(product)} : {_micro(floor)} (a tick with nothing due : one indexed select, {raw})"
            say(f"tick {dialect} 0 due of {size.timers:,}", product.p50 / floor.p50, told)
        found: dict[int, list[list[float]]] = {}
        for group, due in enumerate(GROUPS):
            slices = found.setdefault(due, [[] for _ in range(2 * len(sizes))])
            for side, more in zip(slices, await _group(sizes, group, due), strict=True):
                side += more
        for due, slices in found.items():
            _tell(f"tick {dialect} {due:,} due", sizes, [Times(tuple(side)) for side in slices], raw)


async def _group(sizes: Sequence[Size], group: int, due: int) -> list[list[float]]:
    """A group comes due at every size and on every floor; -> seconds a due row of every slice, side by side."""
    sides: list[Callable[[Pause], Awaitable[None]]] = []
    for size in sizes:
        with size.house.store.read() as tx:
            rungs = waiting.reminders(tx, group)
        assert len(rungs) == due
        size.house.clock.move(waiting.due_at(group))
        sides += [partial(size.tick, due), partial(size.write, rungs)]
    return [[seconds / min(due, AT_ONCE) for seconds in side] for side in await in_slices(*sides)]


def _tell(name: str, sizes: Sequence[Size], sides: Sequence[Times], raw: str) -> None:
    pairs = _pairs(sides)
    for size, (product, floor) in zip(sizes, pairs, strict=True):
        told = f"p50 {_micro(product)} : {_micro(floor)} a due row (a reminder : the same rows in {raw})"
        say(f"{name} of {size.timers:,}", product.p50 / floor.p50, told)
    (small, least), (large, most) = pairs[0], pairs[-1]
    told = f"p50 {_micro(large)} : {_micro(small)} a due row, {sizes[-1].timers:,} waiting : {sizes[0].timers:,}"
    say(f"{name}, flat", large.p50 / small.p50, f"{told} (the floor's: {most.p50 / least.p50:.2f})")


def _pairs(sides: Sequence[Times]) -> list[tuple[Times, Times]]:
    return list(zip(sides[::2], sides[1::2], strict=True))


def _micro(times: Times) -> str:
    return f"{times.p50 * 1_000_000:,.0f} us"


@asynccontextmanager
async def _size(timers: int, url: str, floor_url: str) -> AsyncIterator[Size]:
    """Opens a house, whose clock stands at the beginning, and its floor."""
    with patch.dict(os.environ, {"KEYLINE_DATABASE_URL": url, "KEYLINE_SECRET_KEY": "of no use to a tick" * 2}):
        house = House(load(Path(os.devnull)), clock=DomainClock(START))
    floor = open_floor(floor_url, REMINDER)
    try:
        yield Size(timers, house, floor)
    finally:
        floor.close()
        await house.close()


def run() -> None:
    """SQLite first; PostgreSQL where it is installed."""
    import uvloop

    with ExitStack() as stack:
        made = [
            (size, *stack.enter_context(databases.sqlite_pair(partial(waiting.seed, waiting=size, groups=GROUPS))))
            for size in SIZES
        ]
        uvloop.run(measure("sqlite", made))
    binaries = databases.postgres_binaries()
    if binaries is None:
        print("PostgreSQL is missing, its figures are left out: apt-get install postgresql", flush=True)
        return
    with databases.postgres(binaries) as server, ExitStack() as stack:
        made = [
            (
                size,
                *stack.enter_context(
                    databases.postgres_pair(server, partial(waiting.seed, waiting=size, groups=GROUPS))
                ),
            )
            for size in SIZES
        ]
        uvloop.run(measure("postgresql", made))
