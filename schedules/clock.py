"""Time: the domain's clock, and a short timetable of ticks that ask what is due and perform it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from handlers.commands import Climb, Refused

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

Due = Callable[[datetime], Sequence[Climb]]
Perform = Callable[[Climb, str], Awaitable[object]]
Chore = Callable[[], Awaitable[object]]

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
    """Runs the timetable. Every replica ticks; each rung is one idempotent command, so one of them wins.

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
        self._one_at_a_time = asyncio.Lock()
        self.beat: datetime | None = None
        """When the last tick ended, in real time: readiness asks."""

    def start(self) -> None:
        """Ticks from now on, on the running event loop."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

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

    def stop(self) -> None:
        """No further ticks."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def tick(self) -> int:
        """Performs everything that is due now; answers how much that was. One broken rung does not stop the others."""
        done = 0
        async with self._one_at_a_time:
            broken: set[str] = set()
            while True:
                commands = [c for due in self._sources for c in await asyncio.to_thread(due, self._now())]
                fresh = [command for command in commands if command.timer not in broken]
                if not fresh:
                    break
                for command in fresh:
                    try:
                        await self._perform(command, f"tick:{command.timer}")
                        done += 1
                    except Refused as refused:
                        broken.add(command.timer)
                        log.warning("a rung was refused", timer=command.timer, why=refused.sentence)
                    except Exception:
                        broken.add(command.timer)
                        log.exception("a rung failed and is tried again at the next tick", timer=command.timer)
            self.beat = datetime.now(UTC)
        return done


async def _carefully(chore: Chore) -> None:
    try:
        await chore()
    except Exception:
        log.exception("a daily chore failed and is tried again tomorrow")
