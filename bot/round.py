"""One lane in our hands: what is due goes out, several at once, each conversation in order, until nothing waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from math import inf
from typing import Any

from bot import pace
from bot.carriage import Carried
from bot.gate import Gate
from bot.yard import Found, Yard
from storage.lanes import Hold, LaneLost
from storage.waiting import Due

log = logging.getLogger("keyline.courier")

COURTEOUS, COURTESY_SECONDS = 8, 0.25
"""So many deliveries are under way while a person waits for an answer. The answer rings when it is given; in between
it is looked so seldom whether somebody still waits, since in a crowd's hundred lanes somebody always does."""
LEAD_SECONDS, GROUP_SECONDS = 0.6, 0.3
"""So much earlier than it may go a new message is begun, together with those that may go so soon after it: many are
drawn and marked at little more than the cost of one. An edit is not: it would miss what changes meanwhile."""
LOOK_AGAIN_SECONDS = 0.5
"""While a lane waits for its pace, so often it is looked whether something else has become due in it."""
FRESH_SECONDS = 1.0
"""What was read so short a time ago is not read again before it is sent: marking it as sending asks what matters."""


class Round:
    """Carries one lane. `resting_until`: nothing is under way, and nothing may go before (real clock).

    `found` is what was in it when it was taken.
    """

    def __init__(self, yard: Yard, hold: Hold, found: Found, stirred: Callable[[], None] = lambda: None) -> None:
        self._yard = yard
        self._hold = hold
        self._lane = hold.lane
        self._stirred = stirred
        self._candidates: list[Due] = []
        self._found: Found | None = found
        self._fresh: frozenset[str] = frozenset()
        self._fresh_until = -inf
        """What the last look has read whole, and until when that is good enough to be sent."""
        self._looked = -inf
        self._more = self._led = False
        self._flying: dict[str, asyncio.Task[Carried]] = {}
        self._gate = Gate(yard.pace, yard.clock)
        self._lead, self._group = 0.0, 0.0
        self._event = asyncio.Event()
        self._stale = True
        self._untold = True
        self._freed = False
        """Whether something was posted, or given up, since the last look: what follows it may go now."""
        self._stopping = False
        self._next = inf
        self._failure: BaseException | None = None
        self.resting_until = 0.0

    def wake(self) -> None:
        """Something may be due."""
        self._stale = True
        self.resting_until = 0.0
        self._event.set()

    def stop(self) -> None:
        """Starts nothing more; `go` returns when what is under way has ended."""
        self._stopping = True
        self._event.set()

    @property
    def missed(self) -> bool:
        """Whether it was woken after its last look."""
        return self._stale and self._failure is None

    async def one(self) -> bool:
        """Carries one delivery, or none when nothing may go now; spawns nothing."""
        await self._look()
        row = self._pick()
        if row is None:
            return False
        self._done(row.id, await self._carry(row))
        return True

    async def go(self) -> None:
        """Until nothing is due or waits. Raises what went wrong, after what was under way has ended."""
        self._lead, self._group = LEAD_SECONDS - GROUP_SECONDS, GROUP_SECONDS
        try:
            while True:
                if (self._stale or self._ripe or (self._more and not self._candidates)) and not self._stopping:
                    await self._look_or_stop()
                group = 0.0
                while not self._full and (row := self._pick(self._lead + group)):
                    self._fly(row)
                    group = self._group
                if not self._flying and self._freed and not self._stopping:
                    self._stale = True
                    continue
                if not self._flying and (self._stopping or (self._next == inf and not self._stale and not self._more)):
                    break
                await self._pause()
                self._land()
        finally:
            await self._crash()
        if isinstance(self._failure, LaneLost):
            log.warning("lane %s: %s", self._lane, self._failure)
        elif self._failure is not None:
            raise self._failure

    # -------------------------------------------------------------- what goes next

    async def _look(self) -> None:
        self._stale = self._freed = False
        found, self._found = self._found, None
        if found is None:
            found = await self._yard.look(self._lane, untold=self._untold, alone=self._more)
        self._untold = False
        for dead in found.untold:
            await self._yard.carrier.tell(self._hold, dead)
        rows = found.due
        known = {row.id for row in rows}
        self._fresh = frozenset(row.id for row in rows if row.reachable and not row.follows)
        self._fresh_until = found.at + FRESH_SECONDS
        waiting, clock = self._yard.waiting.get(self._lane, {}), self._yard.clock()
        self._looked = clock
        ripe = [waiting.pop(id_).row for id_, one in list(waiting.items()) if one.ready <= clock]
        self._more, self._led = found.more, found.led
        flying = {task.get_name() for task in self._flying.values()}
        self._candidates = [
            row for row in (*(row for row in ripe if row.id not in known), *rows) if row.id not in flying
        ]

    async def _look_or_stop(self) -> None:
        try:
            await self._look()
        except Exception as problem:  # the store is away: what is under way still ends well
            self._failure = self._failure or problem
            self._stopping = True

    def _pick(self, lead: float = 0.0) -> Due | None:
        """The next that may go now: nobody's second message before the first, and none faster than allowed."""
        clock = self._yard.clock()
        courteous = self._yard.flying >= COURTEOUS and self._yard.busy()
        waiting = self._yard.waiting.get(self._lane, {}).values()
        # whoever was told to wait goes first when it is time, which the next look finds
        behind = {*self._flying, *(one.row.target for one in waiting if one.row.message is None)}
        self._next = min((one.ready for one in waiting), default=inf)
        for place, row in enumerate(self._candidates):
            if row.target in behind:
                continue
            if row.message is None:  # an edit that may not go yet keeps nothing new from the person
                behind.add(row.target)
            if courteous and row.priority > 0:
                self._next = min(self._next, clock + COURTESY_SECONDS)
                continue
            wait = self._gate.begun(_asked(row), lead if row.message is None else 0.0, row.priority == 0)
            if wait > 0:
                self._next = min(self._next, clock + wait)
                continue
            del self._candidates[place]
            return row
        return None

    def _carry(self, row: Due) -> Coroutine[Any, Any, Carried]:
        known = row if row.id in self._fresh and self._yard.clock() < self._fresh_until else None
        by = max(self._yard.now(), row.due_at)
        return self._gate.through(
            _asked(row),
            row.priority == 0,
            lambda leave: self._yard.carrier.carry(self._hold, row.id, by, leave, known),
        )

    # -------------------------------------------------------------- what is under way

    def _fly(self, row: Due) -> None:
        self.resting_until = 0.0
        self._yard.flying += 1
        task = asyncio.create_task(self._carry(row))
        task.add_done_callback(self._landed)
        self._flying[row.target] = task
        task.set_name(row.id)

    def _landed(self, _task: asyncio.Task[Carried]) -> None:
        self._yard.flying -= 1
        self._event.set()

    @property
    def _full(self) -> bool:
        return self._stopping or len(self._flying) - self._gate.resting >= self._gate.abreast

    @property
    def _ripe(self) -> bool:
        """Whether somebody was told to wait and has waited."""
        clock = self._yard.clock()
        return any(one.ready <= clock for one in self._yard.waiting.get(self._lane, {}).values())

    async def _pause(self) -> None:
        """Until something lands, somebody rings, or the next may go."""
        delay = inf if self._full else max(0.0, self._next - self._yard.clock())
        if not self._flying:
            self.resting_until = self._next
            self._stirred()
        if delay == inf:
            await self._event.wait()
        else:
            try:
                async with asyncio.timeout(delay):
                    await self._event.wait()
            except TimeoutError:
                self._stale = self._stale or self._yard.clock() - self._looked >= LOOK_AGAIN_SECONDS
        self._event.clear()

    def _land(self) -> None:
        for target, task in list(self._flying.items()):
            if not task.done():
                continue
            del self._flying[target]
            problem = task.exception()
            if problem is None:
                self._done(task.get_name(), task.result())
                continue
            self._failure = self._failure or problem
            self._stopping = True
            if not isinstance(problem, Exception):
                raise problem  # this process is dying: nothing that is under way may end well

    def _done(self, delivery: str, carried: Carried) -> None:
        self._yard.waiting.get(self._lane, {}).pop(delivery, None)
        if carried.row is not None and carried.due_at is not None:
            self._yard.postpone(carried.row, carried.wait, carried.due_at, org=carried.scope == "org")
        self._untold = self._untold or carried.state == "closed"
        posted = carried.row is not None and carried.row.message is None
        self._freed = self._freed or (self._led and posted and carried.state in ("shown", "dropped", "dead", "closed"))
        self._stale = self._stale or carried.state in ("again", "anew", "closed")

    async def _crash(self) -> None:
        for task in self._flying.values():
            task.cancel()
        await asyncio.gather(*self._flying.values(), return_exceptions=True)


def _asked(row: Due) -> tuple[pace.Key, ...]:
    """The limits that sending it draws on."""
    return pace.keys(row.platform, row.org, row.user, edits="" if row.message is None else row.id)
