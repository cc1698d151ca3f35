"""A bot in a process of its own, which kills itself at a step that the test has named: no warning, no clean-up."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Everything a bot needs is imported here, once, so that each of its lives begins in a moment (see tests.forks).
import anyio._backends._asyncio  # noqa: F401
import apscheduler.schedulers.asyncio  # noqa: F401
import pydantic.v1  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401
import uvicorn
import uvicorn.lifespan.on
import uvicorn.loops.auto
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.auto

import bot.slack.adapter
import bot.teams.adapter  # noqa: F401
from bot import logs
from bot.app import House
from bot.settings import load
from bot.web.server import SERVED
from schedules.clock import DomainClock

HOST = "127.0.0.1"


def run(environment: Mapping[str, str], port: int, secret: str, offset: float, doom: str) -> None:
    """Serves the house until it dies. `offset`: seconds from real to domain time, the same in every life."""
    os.environ.update(environment)
    logs.set_up("error", "text")
    clock = DomainClock(datetime.now(UTC) + timedelta(seconds=offset))
    house = House(load(Path(os.devnull)), clock=clock, at=Doom(Path(doom)), play_secret=secret)
    uvicorn.run(house.web, host=HOST, port=port, **SERVED)


class Doom:
    """The seam between two steps. The file says "STEP N": death at the N-th passage of that step from then on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._said = ""
        self._passed = 0

    def __call__(self, step: str) -> None:
        said = ""
        with suppress(FileNotFoundError):
            said = self._file.read_text()
        if said != self._said:
            self._said, self._passed = said, 0
        doomed, _, turn = said.partition(" ")
        if step != doomed:
            return
        self._passed += 1
        if self._passed == int(turn):
            os.kill(os.getpid(), signal.SIGKILL)
            signal.pause()  # the signal is on its way: not one step further
