"""Time: the domain's clock, and a short timetable of ticks that ask what is due and perform it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

import structlog

from handlers.commands import Climb, Refused, WriteReports

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

Rung = Climb | WriteReports
"""What comes due, named by a timer."""
Due = Callable[[datetime, int], Awaitable[Sequence[Rung]]]
"""(now, how many at most) -> what is due, the oldest first."""
Perform = Callable[[Rung], Awaitable[object]]
"""Does one rung if it is still to be done. It is asked by every replica and at every tick until it is."""
Chore = Callable[[], Awaitable[object]]

AT_ONCE = 500
"""So many rungs are read at a time."""
LATE = 3
"""After so many intervals without a tick the next one is due at once."""

SETTLED_MINUTES = 10
"""How long a process has run before its first chore: not at start-up, and yet in one that is restarted every day."""


class DomainClock:
    """Now, as far as decisions go: real time, or real time moved by an offset (tests, the playground)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = start - datetime.now(UTC) if start is not None else timedelta()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def move(self, moment: datetime) -> None:
        """It is `moment` now, and time goes on from there."""
        self._offset = moment - datetime.now(UTC)


class Ticker:
    """Runs the timetable. Every replica ticks; each rung is one command that does nothing twice, so one of them wins.

    `daily` chores are done once a day of real time, for the first time when the process has `settled`.

    APScheduler keeps its jobs in memory: what is due is in the store, a missed tick heals at the next.
    """

    def __init__(
        self,
        sources: Sequence[Due],
        perform: Perform,
        now: Callable[[], datetime],
        *,
        seconds: float,
        daily: Sequence[Chore] = (),
        settled: timedelta = timedelta(minutes=SETTLED_MINUTES),
    ) -> None:
        self._sources = sources
        self._perform = perform
        self._now = now
        self._seconds = seconds
        self._daily = daily
        self._settled = settled
        self._scheduler: AsyncIOScheduler | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._one_at_a_time = asyncio.Lock()
        self._beat = -inf

    def start(self) -> None:
        """Ticks from now on, on the running event loop."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # a tick that takes long is no news
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(
            self.tick, "interval", seconds=self._seconds, id="due", next_run_time=datetime.now(UTC), **options
        )
        for number, chore in enumerate(self._daily):
            first = datetime.now(UTC) + self._settled
            self._scheduler.add_job(
                _carefully, "interval", [chore], days=1, id=f"daily:{number}", next_run_time=first, **options
            )
        self._scheduler.start()
        self._look_after()

    def stop(self) -> None:
        """No further ticks."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def silent(self) -> float:
        """Seconds since it last did something, which is long after a tick that hangs; readiness asks."""
        return time.monotonic() - self._beat

    async def tick(self) -> int:
        """Performs everything that is due now; answers how much that was. One broken rung does not stop the others.

        Each rung is tried once, so one that stays due whatever is done is tried again at the next tick.
        """
        tried: set[str] = set()
        done = 0
        left = 0  # of what the last look found: how much had been tried before
        async with self._one_at_a_time:
            while True:
                due = [command for ask in self._sources for command in await ask(self._now(), AT_ONCE + left)]
                fresh = [command for command in due if command.timer not in tried]
                if not fresh and len(due) == left:
                    break
                left = len(due) - len(fresh)
                for command in fresh:
                    tried.add(command.timer)
                    done += await self._climb(command)
                    self._beat = time.monotonic()
            self._beat = time.monotonic()
        return done

    async def _climb(self, command: Rung) -> bool:
        try:
            await self._perform(command)
            return True
        except Refused as refused:
            log.warning("a rung was refused", timer=command.timer, why=refused.sentence)
        except Exception:
            log.exception("a rung failed and is tried again at the next tick", timer=command.timer)
        return False

    def _look_after(self) -> None:
        """APScheduler goes by the wall clock: set back an hour, that would not tick for an hour."""
        loop = asyncio.get_running_loop()
        if self._scheduler is not None and not self._one_at_a_time.locked() and self.silent() > LATE * self._seconds:
            self._scheduler.modify_job("due", next_run_time=datetime.now(UTC))
        self._watch = loop.call_later(LATE * self._seconds, self._look_after)


async def _carefully(chore: Chore) -> None:
    try:
        await chore()
    except Exception:
        log.exception("a daily chore failed and is tried again tomorrow")
