"""The courier: carries owed cards and keeps shown ones true, a lane at a time, woken by whoever owes."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from math import inf
from typing import Any, NamedTuple

from bot.carriage import Away, Carrier, Draw
from bot.keeper import Keeper
from bot.pace import Pace
from bot.platform import Account, Messenger
from bot.queueing import Queue, platform_of
from bot.round import Round
from bot.scribe import Scribe
from bot.yard import Yard
from handlers.commands import Command
from storage.bell import Bell
from storage.lanes import Hold, Lanes
from storage.store import Store

log = logging.getLogger("keyline.courier")

POLL_SECONDS = 2.0
"""The slow look that heals a missed notification and finds what has become due."""
CONTESTED_POLL_SECONDS = 0.25
"""While another process holds a lane with due work: how soon its death is noticed."""
GATHER_SECONDS = 0.1
"""While somebody else waits for an answer, what was just owed waits so long for what they owe: a crowd's many small
rounds become few larger ones, and no answer waits for any of them."""
THREADS = 4
"""Of the courier's own: a person's click never queues behind a broadcast's drawings."""
GRACE_SECONDS = 10.0
PATIENCE_SECONDS = 30.0


def _nothing(_step: str) -> None:
    return None


class _Leg(NamedTuple):
    round: Round
    hold: Hold
    task: asyncio.Task[None]


class Courier:
    """`step`, `drain` and `run` do the same work: one delivery, all that is due now, and for as long as it lives.

    `draw([(ref, purpose, person_id), ...])` gives the cards, None for those not worth sending any more; it is called
    in a thread and opens its own read. `open_address` unseals an identity's address (ValueError: unreadable).
    `perform` takes DeliveryFailed. `remember` keeps a new address. `now` is the domain's clock, `clock` counts real
    seconds. `at` is called between every two steps: claimed, drawn, sending, sent, (reported,) settled; what it
    raises ends the courier as a dying process would. `busy` says whether a person waits for an answer just now. `away`
    draws and prints cards nobody waits for elsewhere, or answers None.
    """

    def __init__(
        self,
        store: Store,
        draw: Draw,
        messengers: Mapping[str, Messenger],
        open_address: Callable[[str], Mapping[str, str]],
        perform: Callable[[Command], Awaitable[Any]],
        now: Callable[[], datetime],
        *,
        remember: Callable[[Account], Awaitable[object]] | None = None,
        at: Callable[[str], None] = _nothing,
        busy: Callable[[], bool] = lambda: False,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        poll: float = POLL_SECONDS,
        away: Away | None = None,
    ) -> None:
        self.lanes = Lanes(store)
        """`lanes.open()` makes this process SQLite's only engine: the app calls it before clock and courier start."""
        self._store = store
        self._now = now
        self._clock = clock
        self._poll = poll
        self._threads = ThreadPoolExecutor(THREADS, "keyline-courier")
        self._scribe = Scribe(store, self.lanes, self._hop)
        self._carrier = Carrier(
            hop=self._hop,
            scribe=self._scribe,
            draw=draw,
            messengers=messengers,
            open_address=open_address,
            perform=perform,
            remember=remember,
            now=now,
            random=rng or random.Random(),  # noqa: S311 - jitter
            at=at,
            away=away,
        )
        self._yard = Yard(store, self._hop, self._carrier, pace or Pace(), clock, now, busy)
        self._keeper = Keeper(self._yard, self.lanes)
        self._legs: dict[str, _Leg] = {}
        self._queue = Queue({})
        self._stale = True
        self._failures: list[BaseException] = []
        self._starting = asyncio.Lock()
        self._rung = asyncio.Event()
        self._stirred = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._elsewhere = False
        self._running = False
        self._gathering = False
        self._stopping = False
        self._busy = busy
        self._beat = -inf

    @property
    def counts(self) -> Counter[str]:
        """What became of deliveries since this process started: shown, again, later, unsure, dead, repeated, ..."""
        return self._carrier.counts

    def beating(self) -> bool:
        """Whether the loop has gone round lately."""
        return self._clock() - self._beat < 3 * self._poll + 5

    def wake(self) -> None:
        """Something is owed. May be called from any thread, at any time."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._gather)

    # -------------------------------------------------------------- one, all, for ever

    async def step(self, lane: str) -> bool:
        """Carries one delivery of a lane; False when nothing may go now or the lane is in other hands."""
        for hold, found in await self._keeper.take([lane]):
            try:
                return await Round(self._yard, hold, found).one()
            finally:
                await self._scribe.quiet()
                await self._keeper.release(hold)
        return False

    async def drain(self, patience: float = PATIENCE_SECONDS) -> int:
        """Carries everything due, waiting for the platforms up to `patience` real seconds in all. -> how many settled.

        Returns when nothing is due or under way any more, except what may not go before its patience ends.
        """
        self._loop = asyncio.get_running_loop()
        before = self._settled()
        until = self._clock() + patience
        try:
            while True:
                self._stirred.clear()
                await self._start()
                if self._failures:
                    first, self._failures = self._failures[0], []
                    raise first
                busy = any(leg.round.resting_until <= until for leg in self._legs.values())
                if not busy and (not self._elsewhere or self._clock() >= until):
                    return self._settled() - before
                await _until(self._stirred, CONTESTED_POLL_SECONDS if self._elsewhere else None)
        finally:
            if not self._running:
                await self._end()

    async def run(self) -> None:
        """Until `stop`. Raises `storage.enginefile.EngineBusy` when another process is SQLite's engine."""
        self._loop = asyncio.get_running_loop()
        await self._hop(self.lanes.open)
        self._running = True
        bell = Bell(self._store, self.wake)
        bell.start()
        try:
            while not self._stopping:
                self._rung.clear()
                self._beat = self._clock()
                try:
                    await self._start()
                except Exception:
                    log.exception("the store cannot be asked what is due; asking again")
                for failure in self._failures:
                    log.error("a lane's round failed; it is begun again", exc_info=failure)
                self._failures.clear()
                await _until(self._rung, CONTESTED_POLL_SECONDS if self._elsewhere else self._poll)
                self._stale = self._stale or not self._rung.is_set()
        finally:
            self._running = False
            await asyncio.to_thread(bell.stop)

    async def stop(self) -> None:
        """Starts nothing more, lets what is under way end (up to a grace), lets the lanes go."""
        self._stopping = True
        self._rung.set()
        legs = list(self._legs.values())
        for leg in legs:
            leg.round.stop()
        if legs:
            await asyncio.wait([leg.task for leg in legs], timeout=GRACE_SECONDS)
        await self.abandon()

    async def abandon(self) -> None:
        """What the death of the process does: everything under way is cut off, lanes and lock file go."""
        self._stopping = True
        self._rung.set()
        async with self._starting:  # a round that is just being begun is cut off too
            await self._end()
            await asyncio.to_thread(self.lanes.close)
            self._threads.shutdown(wait=False)

    # -------------------------------------------------------------- rounds

    async def _start(self) -> None:
        """Begins a round in every lane that has something due and can be had."""
        async with self._starting:
            if self._stopping:
                return
            if self._stale or not self._queue:
                self._queue = Queue(await self._keeper.due(), self._legs)
            self._stale = True  # unless all goes well
            wanted = self._next()
            taken = await self._keeper.take(wanted)
            for hold, found in taken:
                one = Round(self._yard, hold, found, self._rests)
                self._legs[hold.lane] = _Leg(one, hold, asyncio.create_task(self._go(one, hold)))
            self._elsewhere = len(taken) < len(wanted)
            self._stale = False

    def _next(self) -> list[str]:
        """Takes from the queue the lanes that are to be carried now, and leaves those for which there is no room."""
        now = self._clock()
        return self._queue.next(
            Counter(platform_of(lane) for lane, leg in self._legs.items() if leg.round.resting_until <= now)
        )

    async def _go(self, one: Round, hold: Hold) -> None:
        try:
            await one.go()
        except BaseException as problem:
            await self._scribe.quiet()  # what was cut off may still be in its thread
            if isinstance(problem, asyncio.CancelledError):
                raise
            self._failures.append(problem)
        finally:
            await self._keeper.release(hold)
            del self._legs[hold.lane]
            self._stale = self._stale or one.missed
            self._rests()
            if one.missed:
                self._rung.set()

    def _rests(self) -> None:
        """A lane needs nothing at the moment: others may go on."""
        self._stirred.set()
        if self._queue:
            self._rung.set()

    async def _end(self) -> None:
        legs = list(self._legs.values())
        for leg in legs:
            leg.task.cancel()
        await asyncio.gather(*(leg.task for leg in legs), return_exceptions=True)
        for leg in list(self._legs.values()):  # cancelled before it began
            await self._keeper.release(leg.hold)
            del self._legs[leg.hold.lane]

    def _gather(self) -> None:
        if not self._busy():
            self._ring()
        elif not self._gathering:
            self._gathering = True
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._ring)

    def _ring(self) -> None:
        self._gathering = False
        self._stale = True
        self._rung.set()
        for leg in self._legs.values():
            leg.round.wake()

    def _settled(self) -> int:
        return sum(self.counts[state] for state in ("shown", "dropped", "dead", "closed"))

    # -------------------------------------------------------------- helpers

    async def _hop(self, deed: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, deed, *args)


async def _until(event: asyncio.Event, seconds: float | None) -> None:
    """Until the event, or so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
