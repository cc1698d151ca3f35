"""Takes lanes into our hands and lets them go: which have work, what a dead holder left there, what it was told."""

from __future__ import annotations

import time
from math import inf

from bot.round import Yard
from storage import settling, waiting
from storage.lanes import Hold, Lanes
from storage.waiting import Due

SWEEP_SECONDS = 30.0
"""How often the deliveries are looked for that died without anybody being told."""
LOCKED_SECONDS = 0.02
"""A click has a row locked for a moment."""


class Keeper:
    """The courier's hand on `Lanes`; everything that blocks runs in a thread."""

    def __init__(self, yard: Yard, lanes: Lanes) -> None:
        self._yard = yard
        self._lanes = lanes
        self._swept = -inf

    async def due(self) -> list[str]:
        """The lanes where something is to be done, the most urgent first."""
        return await self._yard.hop(self._due)

    async def take(self, lanes: list[str]) -> list[Hold]:
        """Takes those that can be had. What their last holder had been told by the platform holds for us too."""
        taken: list[tuple[Hold, list[Due]]] = await self._yard.hop(self._take, lanes) if lanes else []
        for _, postponed in taken:
            self._yard.inherit(postponed)
        return [hold for hold, _ in taken]

    async def release(self, hold: Hold) -> None:
        """Lets a lane go."""
        await self._yard.hop(self._lanes.release, hold)

    def _due(self) -> list[str]:
        clock = self._yard.clock()
        sweep = clock - self._swept >= SWEEP_SECONDS
        with self._yard.store.read() as tx:
            due = waiting.lanes_due(tx, self._yard.now())
            untold = waiting.lanes_untold(tx) if sweep else []
        if sweep:
            self._swept = clock
        return due + [lane for lane in untold if lane not in due]

    def _take(self, lanes: list[str]) -> list[tuple[Hold, list[Due]]]:
        taken: list[tuple[Hold, list[Due]]] = []
        for lane in lanes:
            hold = self._lanes.hold(lane)
            if hold is None:
                continue
            taken.append((hold, []))
            try:
                taken[-1] = (hold, self._left(lane))
            except BaseException:
                for one, _ in taken:
                    self._lanes.release(one)
                raise
        return taken

    def _left(self, lane: str) -> list[Due]:
        """What a dead holder left half-sent becomes unsure. -> what it was told to wait with."""
        while True:
            with self._lanes.write() as tx:
                _, locked = settling.recover(tx, lane, self._yard.now())
            if not locked:
                break
            time.sleep(LOCKED_SECONDS)
        with self._yard.store.read() as tx:
            return waiting.postponed(tx, lane, self._yard.now())
