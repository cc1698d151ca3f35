"""Has the cards of a broadcast drawn and sent in a process beside the bot's own, which meanwhile answers clicks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from math import inf
from typing import Any

from bot.beside import Beside
from bot.carriage import Asks, Drawn
from bot.easel import Drawing, Errand, Recipe, taken
from bot.platform import Result, Unsure

log = logging.getLogger("keyline.atelier")

MANY, FEW = 16, 4
"""So many cards at once are worth another process, and so many the way to it; a click's own card never goes there."""
KINDS = frozenset({"notice", "relay"})
"""What thousands are told at once. A report's card is drawn at home: its chart has to be expected there."""
IDLE_SECONDS = 60.0
"""After so long without a broadcast its memory, about that of the bot itself, is given back."""
CROWD, SETTLED_SECONDS = 500, 10.0
"""With more accounts than that it is begun so long after the bot has started, and stays: starting it takes as long as
some thousand messages."""
PATIENCE_SECONDS = 20.0
"""Longer than any batch takes to be drawn; then it is drawn at home, and the process is used no more."""
SENDING_SECONDS = 60.0
"""Longer than any message takes to be sent, each call has a time limit of its own; then nobody knows what became of
it, and the process is ended."""
REST_SECONDS = 30.0
"""After a failure it is left alone for so long."""


class Atelier:
    """`draw` has cards drawn and printed by a process that is begun with the first MANY of them; `send` has it send
    what it has printed.

    Nothing depends on it: what it does not do (it is not ready yet, has failed, or does not know how) is done at home.
    It ends when nothing was asked for IDLE_SECONDS (unless it stays), with `close`, and with this process.
    """

    def __init__(self, recipe: Recipe, now: Callable[[], datetime]) -> None:
        self._recipe = recipe
        self._now = now
        self._other: Beside | None = None
        """The other process, while there is one that can be asked."""
        self._sending = 0
        self._stays = False
        self._beginning: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._failed = -inf
        self._leaving: dict[asyncio.Task[None], Beside] = {}
        """Asked no more, but not ended yet."""

    @property
    def pid(self) -> int | None:
        """The other process, while there is one that can be asked."""
        return self._other.pid if self._other is not None else None

    @property
    def sending(self) -> int | None:
        """How many messages are being sent there; None while nothing can be."""
        return self._sending if self._other is not None else None

    async def draw(self, asks: Asks) -> Drawn | None:
        """The cards of one batch, printed and without their blocks; None when they have to be drawn at home."""
        if len(asks) < (FEW if self._other is not None else MANY) or not all(ref.kind in KINDS for ref, *_ in asks):
            return None
        if self._other is None:
            self.begin()
            return None
        try:
            wanted = [(str(ref), purpose, person, platform) for ref, purpose, person, platform in asks]
            sheets = await self._ask(self._other, Drawing(self._now(), wanted), PATIENCE_SECONDS)
        except (OSError, EOFError, TimeoutError):
            return None
        return None if sheets is None else [None if sheet is None else taken(sheet) for sheet in sheets]

    async def send(self, errand: Errand) -> Result | None:
        """What became of it; None when it has to be sent from here."""
        if self._other is None:
            return None
        self._sending += 1
        try:
            result: Result = await self._ask(self._other, errand, SENDING_SECONDS)
        except (OSError, EOFError, TimeoutError) as problem:
            return Unsure(f"the process that sends has failed ({problem!r})")
        finally:
            self._sending -= 1
        return result

    def begin(self) -> asyncio.Task[None]:
        """Starts the other process, if there is none; the task ends when it is ready, or has failed."""
        loop = asyncio.get_running_loop()
        tired = loop.time() - self._failed < REST_SECONDS
        if self._beginning is None or (self._beginning.done() and self._other is None and not tired):
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
        self._stay()
        if self._other is not None:
            self._leave(self._other, 0.0)
        await asyncio.gather(*(other.end() for other in self._leaving.values()), *self._leaving)

    async def _start(self) -> None:
        try:
            other = await Beside.begin("bot.easel")
        except OSError as problem:
            self._give_up(problem)
            return
        try:
            await other.ask(self._recipe)
        except BaseException as problem:
            await other.end()
            if not isinstance(problem, (OSError, EOFError)):
                raise
            self._give_up(problem)
        else:
            self._other = other
            self._rest()

    async def _ask(self, other: Beside, what: Drawing | Errand, seconds: float) -> Any:
        """Raises OSError, EOFError or TimeoutError, after which the other process is asked no more."""
        self._stay()
        try:
            async with asyncio.timeout(seconds):
                return await other.ask(what)
        except (OSError, EOFError, TimeoutError) as problem:
            if other is self._other:
                self._give_up(problem)
                self._leave(other, SENDING_SECONDS if isinstance(what, Drawing) else 0.0)
            raise
        finally:
            self._rest()

    def _give_up(self, problem: Exception) -> None:
        log.warning("cards are drawn by the bot's own process: the other one has failed (%r)", problem)
        self._failed = asyncio.get_running_loop().time()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _rest(self) -> None:
        """Nobody asks at the moment: it stays for a while, or for good where there are many people."""
        self._stay()
        if self._other is not None and not self._other.asked and not self._stays:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._leave, self._other, 0.0)

    def _leave(self, other: Beside, seconds: float) -> None:
        """It is asked no more, and ends when all is answered, but after so long at the latest."""
        if other is self._other:
            self._other = None
        task = asyncio.get_running_loop().create_task(other.end(seconds))
        self._leaving[task] = other
        task.add_done_callback(self._leaving.pop)
