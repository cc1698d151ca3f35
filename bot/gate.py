"""The last moment before a platform is called: whatever is ready waits here until its pace lets it go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

from bot.carriage import Carried, Leave
from bot.pace import Key, Pace
from bot.platform import Later, Result

ABREAST, MOST_ABREAST = 16, 64
"""So many of a lane are carried at once, besides those that wait here; more, up to so many, where carrying one takes so
long that the platform would take more meanwhile."""
SPARE = 1.5
"""So many times as many as that."""
NEWEST = 0.1
"""How much of what is known of the time it takes is the latest one's."""
PATIENCE_SECONDS = 2.0
"""Who would wait longer here is not sent now: nothing is known to be on its way that has not left."""


@dataclass(eq=False)
class _Turn:
    asked: Sequence[Key]
    urgent: bool
    told: asyncio.Future[float]
    """0.0 when it may go, else the seconds to wait."""
    counted: float = 0.0
    """When it was counted."""


class Gate:
    """One for a lane. Who came first goes first, but for those whom a person waits for.

    Counting at this moment, and not when a card is begun, is what lets a full window be used: the making ready takes
    none of its time.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._queue: list[_Turn] = []
        self._timer: asyncio.TimerHandle | None = None
        self._expected: dict[Key, int] = {}
        self._takes = 0.0
        self.abreast = ABREAST
        """So many may be carried at once."""

    @property
    def resting(self) -> int:
        """How many are ready and wait here."""
        return len(self._queue)

    def begun(self, asked: Sequence[Key], lead: float, urgent: bool) -> float:
        """Seconds to wait until one more that draws on these keys may be begun (`Pace.begun`)."""
        return self._pace.begun(asked, self._clock(), self._expected, lead, urgent=urgent)

    def through(
        self, asked: Sequence[Key], urgent: bool, carry: Callable[[Leave], Awaitable[Carried]]
    ) -> Coroutine[Any, Any, Carried]:
        """Carries one that draws on these keys: expected from this moment on, and counted when it leaves."""
        for key in asked:
            self._expected[key] = self._expected.get(key, 0) + 1
        return self._through(asked, urgent, carry)

    async def _through(
        self, asked: Sequence[Key], urgent: bool, carry: Callable[[Leave], Awaitable[Carried]]
    ) -> Carried:
        began, rested, left = self._clock(), 0.0, False

        async def leave(send: Callable[[], Awaitable[Result]]) -> Result:
            nonlocal rested, left
            came = counted = self._clock()
            wait = self._ask(asked, urgent, came)
            if 0 < wait <= PATIENCE_SECONDS:
                turn = _Turn(asked, urgent, asyncio.get_running_loop().create_future())
                wait = await self._wait(turn)
                counted = turn.counted
                rested = self._clock() - came
            left = True
            self._forget(asked)
            if wait > 0:
                return Later(wait, "conversation", "the others there have to wait, too")
            result = await send()
            self._pace.heard(asked, counted, self._clock())
            return result

        try:
            return await carry(leave)
        finally:
            if not left:
                self._forget(asked)
            self._learn(asked, self._clock() - began - rested)

    async def _wait(self, turn: _Turn) -> float:
        """0.0 when it may go, and has been counted; else the seconds to wait, which are too many to stay."""
        try:
            place = sum(one.urgent for one in self._queue) if turn.urgent else len(self._queue)
            self._queue.insert(place, turn)
            self._open()
            return await turn.told
        finally:
            if turn in self._queue:  # cut off while it waited
                self._queue.remove(turn)

    def _learn(self, asked: Sequence[Key], took: float) -> None:
        self._takes += NEWEST * (took - self._takes)
        self.abreast = min(MOST_ABREAST, max(ABREAST, ceil(SPARE * self._takes * self._pace.rate(asked))))

    def _forget(self, asked: Sequence[Key]) -> None:
        for key in asked:
            self._expected[key] -= 1

    def _open(self) -> None:
        """Lets go whoever may, and comes back when the next may."""
        self._queue = [turn for turn in self._queue if not self._serve(turn)]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._clock()
        wait = min((self._pace.allowed(one.asked, now, urgent=one.urgent) for one in self._queue), default=inf)
        if wait < inf:
            self._timer = asyncio.get_running_loop().call_later(wait, self._open)

    def _serve(self, turn: _Turn) -> bool:
        """Whether its waiting is over, one way or the other."""
        if turn.told.done():
            return True
        now = self._clock()
        wait = self._ask(turn.asked, turn.urgent, now)
        if 0 < wait <= PATIENCE_SECONDS:
            return False
        turn.counted = now
        turn.told.set_result(wait)
        return True

    def _ask(self, asked: Sequence[Key], urgent: bool, now: float) -> float:
        """Seconds to wait; 0.0: it may go, and is counted."""
        wait = self._pace.allowed(asked, now, urgent=urgent)
        if wait <= 0:
            self._pace.take(asked, now)
        return wait
