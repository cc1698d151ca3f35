"""Has the cards of a broadcast drawn in a process beside the bot's own, which meanwhile sends and answers clicks."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any

from bot.carriage import Asks, Drawn
from bot.easel import LENGTH, Recipe, packed, taken, unpacked

log = logging.getLogger("keyline.atelier")

MANY = 16
"""So many cards at once are worth the way to another process; a click's own card never goes there."""
KINDS = frozenset({"notice", "relay"})
"""What thousands are told at once. A report's card is drawn at home: its chart has to be expected there."""
IDLE_SECONDS = 60.0
"""After so long without a broadcast its memory, about that of the bot itself, is given back."""
CROWD, SETTLED_SECONDS = 500, 10.0
"""With more accounts than that it is begun so long after the bot has started, and stays: starting it takes as long as
some thousand messages."""
PATIENCE_SECONDS = 20.0
"""Longer than any batch takes; then it is drawn at home, and the process is ended."""
REST_SECONDS = 30.0
"""After a failure it is left alone for so long."""

_HERE = str(Path(__file__).resolve().parents[1])
"""Where `bot` is, whatever the directory is that we were started in."""


class Atelier:
    """`draw` has cards drawn and printed by a process that is begun with the first MANY of them.

    Nothing depends on it: what it does not draw (it is not ready yet, has failed, or does not know how) is drawn at
    home. It ends when nothing was asked for IDLE_SECONDS (unless it stays), with `close`, and with this process.
    """

    def __init__(self, recipe: Recipe, now: Callable[[], datetime]) -> None:
        self._recipe = recipe
        self._now = now
        self._process: Process | None = None
        self._ready = False
        self._stays = False
        self._beginning: asyncio.Task[None] | None = None
        self._answers = asyncio.Lock()
        """They come in the order of the questions."""
        self._idle: asyncio.TimerHandle | None = None
        self._failed = -inf
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """The other process, while there is one that can be asked."""
        return self._process.pid if self._process is not None and self._ready else None

    async def draw(self, asks: Asks) -> Drawn | None:
        """The cards of one batch, printed and without their blocks; None when they have to be drawn at home."""
        if len(asks) < MANY or not all(ref.kind in KINDS for ref, *_ in asks):
            return None
        if not self._ready:
            self.begin()
            return None
        self._stay(inf)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                sheets = await self._ask((self._now(), [(str(ref), *rest) for ref, *rest in asks]))
        except (OSError, EOFError, TimeoutError) as problem:
            self._give_up(problem)
            return None
        except asyncio.CancelledError:
            self._end()  # nobody would take its answer, which the next who asks would take for theirs
            raise
        self._stay(IDLE_SECONDS)
        return None if sheets is None else [taken(sheet) for sheet in sheets]

    def begin(self) -> asyncio.Task[None]:
        """Starts the other process, if there is none; the task ends when it is ready, or has failed."""
        loop = asyncio.get_running_loop()
        tired = loop.time() - self._failed < REST_SECONDS
        if self._beginning is None or (self._beginning.done() and not self._ready and not tired):
            self._beginning = loop.create_task(self._start())
        return self._beginning

    async def expect(self, crowded: Callable[[], bool]) -> None:
        """Starts it once the bot's own start is over, where many people can be told at once; then it stays."""
        await asyncio.sleep(SETTLED_SECONDS)
        self._stays = await asyncio.to_thread(crowded)
        if self._stays:
            await self.begin()

    async def close(self) -> None:
        """Ends the other process."""
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)
        self._end()
        await asyncio.gather(*self._ending)

    async def _start(self) -> None:
        paths = os.pathsep.join(filter(None, (_HERE, os.environ.get("PYTHONPATH", ""))))
        environment = {**os.environ, "PYTHONPATH": paths}
        command = (sys.executable, "-m", "bot.easel")
        try:
            self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=environment)
            self._ready = await self._ask(self._recipe)
        except (OSError, EOFError) as problem:
            self._give_up(problem)
        else:
            self._stay(IDLE_SECONDS)

    async def _ask(self, said: Any) -> Any:
        """Raises OSError or EOFError when the other process is gone."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(packed(said))
        async with self._answers:
            head = await process.stdout.readexactly(LENGTH.size)
            return unpacked(await process.stdout.readexactly(*LENGTH.unpack(head)))

    def _give_up(self, problem: Exception) -> None:
        log.warning("cards are drawn by the bot's own process: the other one has failed (%r)", problem)
        self._failed = asyncio.get_running_loop().time()
        self._end()

    def _stay(self, seconds: float) -> None:
        """For so long, unless something is asked."""
        if self._idle is not None:
            self._idle.cancel()
        ends = seconds < inf and not self._stays
        self._idle = asyncio.get_running_loop().call_later(seconds, self._end) if ends else None

    def _end(self) -> None:
        process, self._process, self._ready = self._process, None, False
        self._stay(inf)
        if process is not None:
            task = asyncio.get_running_loop().create_task(_killed(process))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


async def _killed(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
