"""Takes lanes into our hands and lets them go: which have work, what it is, what a dead holder left there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from bot.together import Together
from bot.yard import MOST, Found, Yard, by_lane
from handlers.context import BULK
from storage import settling, waiting
from storage.lanes import Hold, Lanes
from storage.store import Tx
from storage.waiting import Due

SWEEP_SECONDS = 30.0
"""How often the deliveries are looked for that died without anybody being told."""
LOCKED_SECONDS = 0.02
"""A click has a row locked for a moment."""


class Taken(NamedTuple):
    """A lane in our hands, and what was found in it."""

    hold: Hold
    found: Found


class Keeper:
    """The courier's hand on `Lanes`; everything that blocks runs in a thread."""

    def __init__(self, yard: Yard, lanes: Lanes) -> None:
        self._yard = yard
        self._lanes = lanes
        self._swept = -inf
        self._releases: Together[Hold] = Together(yard.hop, self._release)

    async def due(self) -> dict[str, int]:
        """The lanes where something is to be done and the priority of it, the most urgent first."""
        return await self._yard.hop(self._due)

    async def take(self, lanes: Sequence[str]) -> list[Taken]:
        """Takes those that can be had. What their last holder had been told by the platform holds for us too."""
        if not lanes:
            return []
        clock = self._yard.clock()
        taken: list[tuple[Hold, list[Due], Found]] = await self._yard.hop(self._take, lanes, clock)
        for _, postponed, _ in taken:
            self._yard.inherit(postponed)
        return [Taken(hold, found) for hold, _, found in taken]

    async def release(self, hold: Hold) -> None:
        """Lets a lane go."""
        await self._releases.ask(hold)

    def _due(self) -> dict[str, int]:
        clock = self._yard.clock()
        sweep = clock - self._swept >= SWEEP_SECONDS
        with self._yard.store.read() as tx:
            due = waiting.lanes_due(tx, self._yard.now())
            untold = waiting.lanes_untold(tx) if sweep else []
        if sweep:
            self._swept = clock
        return due | {lane: BULK for lane in untold if lane not in due}

    def _take(self, lanes: Sequence[str], clock: float) -> list[tuple[Hold, list[Due], Found]]:
        holds = self._lanes.hold_all(lanes)
        if not holds:
            return []
        try:
            names = [hold.lane for hold in holds]
            with self._yard.store.glance() as tx:
                rare = waiting.rare(tx, names, self._yard.now())
                if not rare.half_sent:
                    return self._left(tx, holds, rare, clock)
            self._recover(names)
            with self._yard.store.glance() as tx:
                return self._left(tx, holds, waiting.rare(tx, names, self._yard.now()), clock)
        except BaseException:
            self._lanes.release(*holds)
            raise

    def _recover(self, lanes: Sequence[str]) -> None:
        """What a dead holder left half-sent becomes unsure."""
        while True:
            with self._lanes.write() as tx:
                _, locked = settling.recover(tx, lanes, self._yard.now())
            if not locked:
                return
            time.sleep(LOCKED_SECONDS)

    def _left(
        self, tx: Tx, holds: Sequence[Hold], rare: waiting.Rare, clock: float
    ) -> list[tuple[Hold, list[Due], Found]]:
        now, lanes = self._yard.now(), [hold.lane for hold in holds]
        postponed = by_lane(waiting.postponed(tx, lanes, now)) if rare.postponed else {}
        untold = by_lane(waiting.untold(tx, lanes)) if rare.untold else {}
        led = waiting.led(tx, lanes) if rare.led else ()
        rows = waiting.due_among(tx, lanes, now, MOST)
        due, more = by_lane(rows), len(rows) == MOST
        return [
            (
                hold,
                postponed.get(hold.lane, []),
                Found(due.get(hold.lane, []), untold.get(hold.lane, []), more, hold.lane in led, clock),
            )
            for hold in holds
        ]

    def _release(self, holds: Sequence[Hold]) -> Sequence[None]:
        self._lanes.release(*holds)
        return [None] * len(holds)
