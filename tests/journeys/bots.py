"""Bots that die: the doubles live on in the test's process, the bot is a process of its own, started ever anew."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn

from bot.cli.theatre import HOST, free_port
from bot.demo.cast import Cast
from bot.demo.world import START, World
from bot.installations import HouseInstallations
from bot.platform import Installation
from bot.playground.stage import create_playground
from bot.web.callers import digest_of
from handlers.commands import Command, CreateToken, Event, Outcome, System
from handlers.desk import Desk
from storage.store import Store
from tests.forks import processes
from tests.journeys import child
from tests.journeys.scene import SCOPES, TOKEN, Facts, Street, until

MET = {"Dana Whitlock", "Priya Raman", "Sofia Marchetti"}
KEPT_SECONDS = 2.0
"""An idle connection is used again for so long: the bot closes it after five, and a busy test hears of it late."""
STEPS_OF_DECIDING = ("admitted", "handled", "journalled", "committed")
STEPS_OF_DELIVERING = ("claimed", "drawn", "sending", "sent", "settled")


@dataclass
class Bots(Street):
    """One bot at a time on one address and one database; the doubles and what people see outlive it."""

    world: World
    url: str
    doom_file: Path
    offset: float
    process: ForkServerProcess | None = None

    async def start(self) -> None:
        """A new life, without the doom of the last."""
        self.doom_file.unlink(missing_ok=True)
        environment = self.world.environment() | {"KEYLINE_DATABASE_URL": self.url, "KEYLINE_CLOCK_TICK_SECONDS": "5"}
        port = int(self.bot.rpartition(":")[2])
        given = (environment, port, self.world.clock_secret, self.offset, str(self.doom_file))
        self.process = processes.Process(target=child.run, args=given, daemon=True)
        self.process.start()
        while not await self._answers():
            assert self.process.is_alive(), "the bot did not start"
            await asyncio.sleep(0.02)

    def doom(self, step: str, turn: int = 1) -> None:
        """From now on, the `turn`-th passage of this step is the last thing the bot does."""
        told = self.doom_file.with_suffix(".new")
        told.write_text(f"{step} {turn}")
        told.replace(self.doom_file)

    async def died(self) -> None:
        """Waits until it is dead; it was the signal that nobody can catch."""
        process = self.process
        assert process is not None
        await until(lambda: not process.is_alive(), "the death of the bot")
        assert process.exitcode == -signal.SIGKILL

    async def quiet(self) -> None:
        """Everything that is due has been done and sent."""
        headers = {"X-Play-Secret": self.world.clock_secret}
        async with self.http.post(f"{self.bot}/_play/clock", json={"advance_seconds": 0}, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    def kill(self) -> None:
        """The end of the test, whatever came before."""
        if self.process is not None and self.process.is_alive():
            self.process.kill()
            self.process.join(10)

    async def _answers(self) -> bool:
        try:
            async with self.http.get(f"{self.bot}/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def bots(
    url: str, folder: Path, cast: Cast, *, met: Collection[str] = MET, rhythm: bool = False
) -> AsyncIterator[Bots]:
    """The doubles, a seeded database and the first life of a bot, which these people have already met on Teams.

    `rhythm`: reports, talks and pulses come by themselves.
    """
    world = World(cast, f"http://{HOST}:{free_port()}", f"http://{HOST}:{free_port()}")
    store = Store(url)
    await _seed(store, world, rhythm)
    stage = create_playground(world.for_playground(clock=False), world.stage_url)
    kept = aiohttp.TCPConnector(keepalive_timeout=KEPT_SECONDS)
    async with _serving(stage, int(world.stage_url.rpartition(":")[2])), aiohttp.ClientSession(connector=kept) as http:
        offset = (START - datetime.now(UTC)).total_seconds()
        made = Bots(stage.state.doubles, Facts(store), http, world.bot_url, world, url, folder / "doom", offset)
        try:
            await made.start()
            for name in set(met) & {one["name"] for one in made.teams.people()}:
                await made.teams.install(name)
            await made.quiet()
            yield made
        finally:
            made.kill()
            stage.state.live.close()
            store.close()


async def _seed(store: Store, world: World, rhythm: bool) -> None:
    desk, now = Desk(store), START.astimezone(UTC)

    async def perform(command: Command, key: str = "") -> Outcome:
        return desk.perform(command, Event(f"seed:{key or command!r}", now, System("seed"), "cli"))

    await world.seed(perform, rhythm=rhythm)
    installations = HouseInstallations(store, perform, world.secret_key)
    for company in world.cast.orgs("slack"):
        secrets = {"bot_token": world.bot_token(company)}
        await installations.save(Installation("slack", company.team, company.name, secrets, {}))
    await perform(CreateToken("journeys", digest_of(TOKEN), SCOPES))


@asynccontextmanager
async def _serving(app: Any, port: int) -> AsyncIterator[None]:
    server = _Server(uvicorn.Config(app, host=HOST, port=port, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or task.done(), "the doubles' server")
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that leaves signals to the test run."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
