"""A process of ours beside this one: how the two talk, and what it was asked and has not answered yet."""

from __future__ import annotations

import asyncio
import itertools
import os
import pickle
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

LENGTH = struct.Struct("!I")
"""Leads everything that is said: how many bytes of pickle follow."""
FORGET = "forget"
"""Asked for by somebody who does not wait any more."""

_HERE = str(Path(__file__).resolve().parents[1])
"""Where `bot` is, whatever the directory is that we were started in."""


def packed(said: Any) -> bytes:
    """As it is said between the two."""
    content = pickle.dumps(said, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


async def listen(heard: asyncio.StreamReader) -> AsyncIterator[Any]:
    """What is said, one after the other, until the other side ends; only ever of our own processes."""
    with suppress(EOFError, OSError):
        while True:
            head = await heard.readexactly(LENGTH.size)
            yield pickle.loads(await heard.readexactly(*LENGTH.unpack(head)))  # noqa: S301


class Voice:
    """Says in one go what there is to say at one turn of the loop."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._waiting: list[Any] = []

    def say(self, what: Any) -> None:
        """Soon."""
        self._waiting.append(what)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._write(packed(waiting))


class Beside:
    """One process, begun with `begin`: `ask` it as often as you like, it answers in any order.

    What it hears are lists of (number, question), or (number, FORGET); what it says are lists of (number, answer).
    It ends when it is told to, and with this process: nobody speaks to it any more.
    """

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        self._voice = Voice(self._write)
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._listening = asyncio.get_running_loop().create_task(self._listen(process.stdout))

    @classmethod
    async def begin(cls, module: str) -> Beside:
        """Starts a module of ours; OSError where that is not possible."""
        paths = os.pathsep.join(filter(None, (_HERE, os.environ.get("PYTHONPATH", ""))))
        environment = {**os.environ, "PYTHONPATH": paths}
        return cls(
            await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, env=environment)
        )

    @property
    def pid(self) -> int:
        """The other process."""
        return self._process.pid

    @property
    def asked(self) -> int:
        """How many questions it has not answered yet."""
        return len(self._asked)

    async def ask(self, what: Any) -> Any:
        """Its answer. EOFError when it ends before that, and nobody knows what it has done."""
        if self._listening.done():
            raise EOFError("it has ended")
        number = next(self._numbers)
        future = self._asked[number] = asyncio.get_running_loop().create_future()
        self._voice.say((number, what))
        try:
            return await future
        except asyncio.CancelledError:
            self._voice.say((number, FORGET))  # cut off there, too
            raise
        finally:
            self._asked.pop(number, None)

    async def end(self, patience: float = 0.0) -> None:
        """When all is answered, but after so many seconds at the latest."""
        if patience and self._asked:
            await asyncio.wait(self._asked.values(), timeout=patience)
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await asyncio.wait([self._listening])

    def _write(self, content: bytes) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(content)

    async def _listen(self, heard: asyncio.StreamReader) -> None:
        try:
            async for answers in listen(heard):
                for number, answer in answers:
                    future = self._asked.get(number)
                    if future is not None and not future.done():
                        future.set_result(answer)
        finally:
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(EOFError("it has ended"))
