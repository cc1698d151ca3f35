"""The timetable: one tick at a time, late or blocked or broken, and whatever the clock on the wall does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_SUBMITTED

from handlers.commands import Climb, Refused
from schedules import clock
from schedules.clock import Ticker
from tests.journeys.scene import until

NOW = datetime(2026, 6, 8, 13, 0, tzinfo=UTC)
FAST = 0.02


class Ladder:
    """So many due rungs, and what a tick does with them; a rung that was climbed is no longer due."""

    def __init__(self, *rungs: str) -> None:
        self.due = list(rungs)
        self.climbed: Counter[str] = Counter()
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.hard: Callable[[str], Awaitable[None]] | None = None

    async def ask(self, now: datetime, most: int) -> Sequence[Climb]:
        self.asked += 1
        return [Climb(rung) for rung in self.due[:most]]

    async def climb(self, command: Climb) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hard is not None:
                await self.hard(command.timer)
            self.due.remove(command.timer)
            self.climbed[command.timer] += 1
        finally:
            self.at_once -= 1

    def ticker(self, seconds: float = FAST) -> Ticker:
        return Ticker([self.ask], self.climb, lambda: NOW, seconds=seconds)


def heard(ticker: Ticker, kind: int) -> list[Any]:
    """What APScheduler says of this kind from now on."""
    events: list[Any] = []
    assert ticker._scheduler is not None
    ticker._scheduler.add_listener(events.append, kind)
    return events


async def test_a_tick_that_takes_longer_than_its_interval_is_alone_and_the_next_one_follows() -> None:
    ladder = Ladder("slow")
    go_on = asyncio.Event()

    async def slow(rung: str) -> None:
        await go_on.wait()

    ladder.hard = slow
    ticker = ladder.ticker()
    ticker.start()
    turned_away = heard(ticker, EVENT_JOB_MAX_INSTANCES)
    await until(lambda: len(turned_away) >= 3, "ticks that are due while the slow one is under way")
    assert (ladder.most_at_once, ladder.asked) == (1, 1), "nobody else has asked meanwhile"
    go_on.set()
    await until(lambda: ladder.climbed["slow"], "the slow rung")
    ladder.due.append("next")
    await until(lambda: ladder.climbed["next"], "the next tick")
    ticker.stop()


async def test_a_blocked_loop_is_made_up_for_with_one_tick() -> None:
    ladder = Ladder()
    ticker = ladder.ticker()
    ticker.start()
    begun = heard(ticker, EVENT_JOB_SUBMITTED)
    await until(lambda: 2 <= len(begun) == ladder.asked, "ticks, the last of which has asked")
    before = len(begun)
    ladder.due.append("due meanwhile")
    time.sleep(20 * FAST)  # noqa: ASYNC251 - that is what blocks it
    await until(lambda: ladder.climbed["due meanwhile"], "what became due meanwhile")
    ticker.stop()
    assert len(begun) > before
    ((last,), (next_,)) = (event.scheduled_run_times for event in begun[before - 1 : before + 1])
    assert next_ - last > timedelta(seconds=18 * FAST), "one tick stands for all that were missed"


async def test_a_broken_rung_stops_no_other_and_is_tried_again_at_the_next_tick() -> None:
    ladder = Ladder("refused", "first", "broken", "second")
    tries: Counter[str] = Counter()

    async def breaks(rung: str) -> None:
        tries[rung] += 1
        if rung == "refused":
            raise Refused("This request does not exist (any more).")
        if rung == "broken" and tries[rung] == 1:
            raise ConnectionError("the database is away")

    ladder.hard = breaks
    ticker = ladder.ticker()
    assert await ticker.tick() == 2
    assert ladder.due == ["refused", "broken"]
    assert await ticker.tick() == 1
    assert (ladder.due, tries) == (["refused"], {"refused": 2, "first": 1, "broken": 2, "second": 1})


async def test_more_broken_rungs_than_are_read_at_once_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "AT_ONCE", 5)
    ladder = Ladder(*(f"broken {number}" for number in range(12)), "sound", "sound too")

    async def breaks(rung: str) -> None:
        if rung.startswith("broken"):
            raise ConnectionError(rung)

    ladder.hard = breaks
    assert await ladder.ticker().tick() == 2
    assert (ladder.climbed["sound"], ladder.climbed["sound too"]) == (1, 1)


async def test_a_rung_that_stays_due_whatever_is_done_is_tried_once_a_tick() -> None:
    performed: list[str] = []

    async def perform(command: Climb) -> None:
        performed.append(command.timer)

    async def ask(now: datetime, most: int) -> Sequence[Climb]:
        return [Climb("stubborn")]

    ticker = Ticker([ask], perform, lambda: NOW, seconds=1)
    await asyncio.wait_for(ticker.tick(), 5)
    await asyncio.wait_for(ticker.tick(), 5)
    assert performed == ["stubborn", "stubborn"]


async def test_a_store_that_is_away_is_asked_again() -> None:
    asked: list[datetime] = []

    async def away(now: datetime, most: int) -> Sequence[Climb]:
        asked.append(now)
        raise ConnectionError("the database is away")

    async def nobody(_command: Climb) -> None:
        raise AssertionError("nothing is due")

    ticker = Ticker([away], nobody, lambda: NOW, seconds=FAST)
    ticker.start()
    await until(lambda: len(asked) >= 3, "three ticks")
    assert ticker.silent() == float("inf"), "and it does not count as alive meanwhile"
    ticker.stop()


class Stopwatch:
    """Stands for the module `time`: its seconds go by when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


async def test_a_long_tick_counts_as_alive_while_it_gets_on_and_not_when_it_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ladder = Ladder(*map(str, range(30)))
    watch, hangs, go_on = Stopwatch(), asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(clock, "time", watch)
    heard_of: list[float] = []

    async def slow(rung: str) -> None:
        if rung != "0":
            heard_of.append(ticker.silent())
        if rung == "20":
            hangs.set()
            await go_on.wait()
        watch.seconds += 1

    ladder.hard = slow
    ticker = ladder.ticker()
    ticking = asyncio.create_task(ticker.tick())
    await asyncio.wait_for(hangs.wait(), 20)
    assert heard_of == [0.0] * 20, "twenty seconds have gone by and every rung was a sign of life"
    watch.seconds += 100
    assert ticker.silent() == 100
    go_on.set()
    assert await ticking == 30
    assert ticker.silent() == 0


class SetBack(datetime):
    """A wall clock that somebody sets back."""

    by = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - cls.by


async def test_a_wall_clock_set_back_an_hour_does_not_stop_the_ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", SetBack)
    monkeypatch.setattr(clock, "datetime", SetBack)
    ladder = Ladder()
    ticker = ladder.ticker()
    ticker.start()
    try:
        await until(lambda: ladder.asked >= 2, "ticks")
        SetBack.by = timedelta(hours=1)
        ladder.due.append("due after it")
        await until(lambda: ladder.climbed["due after it"], "a tick")
        seen = ladder.asked
        await until(lambda: ladder.asked >= seen + 3, "ticks at their interval")
    finally:
        SetBack.by = timedelta()
        ticker.stop()


async def test_a_wall_clock_set_forward_repeats_no_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", SetBack)
    monkeypatch.setattr(clock, "datetime", SetBack)
    ladder = Ladder()
    ticker = ladder.ticker(seconds=30)
    ticker.start()
    try:
        await until(lambda: ladder.asked == 1, "the first tick")
        SetBack.by = timedelta(hours=-3)
        assert ticker._scheduler is not None
        ticker._scheduler.wakeup()
        await until(lambda: ladder.asked == 2, "one tick for all that were missed")
        await asyncio.sleep(5 * FAST)
        assert ladder.asked == 2
    finally:
        SetBack.by = timedelta()
        ticker.stop()
