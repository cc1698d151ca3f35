"""The bot and the playground on two ports of this machine, in one process: for play, for stories and for tests."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from bot.app import House
from bot.demo.cast import Cast
from bot.demo.world import START, World, laptops
from bot.platform import Installation
from bot.playground.stage import create_playground
from bot.settings import load
from bot.web.server import SERVED
from handlers.commands import Chat, Command, Outcome, System
from schedules.clock import DomainClock
from storage import migrate, settling
from storage.queries import journal
from storage.store import Store

HOST = "127.0.0.1"
HELD = 200
_held: deque[socket.socket] = deque()
SECRETS = ("signing_secret", "client_secret", "app_secret", "clock_secret", "secret_key", "token_part")


@dataclass
class Theatre:
    """Both sides, running."""

    house: House
    world: World
    doubles: Any


def free_port() -> int:
    """A port that nobody else on this machine is given before a server of ours listens on it.

    A socket stays bound to it, without listening, until `HELD` more have been asked for: meanwhile the system gives the
    port to no connection and to nobody who asks for any port, and a server that sets SO_REUSEADDR, as asyncio's do,
    may still listen on it, again and again.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((HOST, 0))
    _held.append(held)
    if len(_held) > HELD:
        _held.popleft().close()
    return int(held.getsockname()[1])


@asynccontextmanager
async def theatre(
    url: str,
    *,
    bot_port: int,
    stage_port: int,
    cast: Cast | None = None,
    order: bool = True,
    start: datetime = START,
    keep: Path | None = None,
    at: Callable[[str], None] = lambda step: None,
    tickets: bool = False,
) -> AsyncIterator[Theatre]:
    """Opens the house on the database `url` with the demo cast; `order`: story 1's order is raised in a fresh one.

    `tickets`: the demo's ticket system is there too, and says what is new whenever the clock is moved; without it
    reports, meetings and pulses do not come by themselves either.

    `start` is the moment at which it opens, or later, where this database has come further already.
    `keep` is a file that remembers the world's secrets, so that a database can be opened again: then every card is
    sent anew, for the doubles remember nothing.
    """
    world = _world(cast or Cast(), f"http://{HOST}:{bot_port}", f"http://{HOST}:{stage_port}", keep, start)
    store = Store(url)
    await asyncio.to_thread(migrate.upgrade, store)
    with store.read() as tx:
        last = journal.last_moment(tx)
    if last is not None:
        with store.write() as tx:
            settling.forget_shown(tx, last)
    store.close()
    with _environment(world, url):
        settings = load(Path(os.devnull))
    house = House(
        settings, clock=DomainClock(max(last, start) if last else start), at=at, play_secret=world.clock_secret
    )
    await _seed(house, world, rhythm=tickets)
    if tickets:
        await _with_tickets(house, world)
    stage = create_playground(world.for_playground(), world.stage_url)
    servers = [_server(house.web, bot_port), _server(stage, stage_port)]
    tasks = [asyncio.create_task(server.serve(), name=f"server {server.config.port}") for server in servers]
    try:
        await _until_up(servers, tasks)
        await stage.state.doubles["teams"].install_all()
        await stage.state.doubles["slack"].invite_all()
        if order and last is None:
            sofia = next(
                one
                for one in world.for_playground()["slack"]["people"] + world.for_playground()["teams"]["people"]
                if one["name"] == "Sofia Marchetti"
            )
            account = (
                Chat("slack", sofia["team"], sofia["user"])
                if "team" in sofia
                else Chat("teams", sofia["tenant"], sofia["aad"])
            )
            await house.conversation.perform(laptops(), account, "demo:laptops", account.platform)
        await house.catch_up()
        yield Theatre(house, world, stage.state.doubles)
    finally:
        stage.state.live.close()
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks, return_exceptions=True)


async def _seed(house: House, world: World, *, rhythm: bool) -> None:
    async def perform(command: Command, key: str) -> Outcome:
        return await house.conversation.perform(command, System("demo"), f"seed:{key}", "cli")

    await world.seed(perform, rhythm=rhythm)
    for company in world.cast.orgs("slack"):
        facts = {"bot_user": f"U0BOT{company.key.upper()}", "bot_id": f"B0BOT{company.key.upper()}"}
        secrets = {"bot_token": world.bot_token(company)}
        await house.installations.save(Installation("slack", company.team, company.name, secrets, facts))


async def _with_tickets(house: House, world: World) -> None:
    from bot.demo.tickets import Tickets

    async def perform(command: Command, key: str) -> Outcome:
        return await house.conversation.perform(command, System("tickets"), key, "rest")

    system = Tickets(perform, house.clock.now, {company.slug for company in world.cast.companies})
    house.hear(system.tell)
    await system.tell()


def _world(cast: Cast, bot_url: str, stage_url: str, keep: Path | None, start: datetime) -> World:
    """The world as it was kept, or a new one; the file also tells operator's commands where its clock is asked."""
    known = json.loads(keep.read_text()) if keep is not None and keep.is_file() else {}
    world = World(cast, bot_url, stage_url, **{name: known[name] for name in SECRETS if name in known}, start=start)
    if keep is not None:
        keep.touch(mode=0o600)
        keep.write_text(json.dumps({name: getattr(world, name) for name in (*SECRETS, "bot_url")}))
    return world


@contextmanager
def _environment(world: World, url: str) -> Iterator[None]:
    """The settings of the demo bot and nothing of the operator's own: real tokens never meet the doubles."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("KEYLINE_")]:
        del os.environ[name]
    os.environ.update(world.environment(), KEYLINE_DATABASE_URL=url, KEYLINE_CLOCK_TICK_SECONDS="5")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: Any, port: int) -> _Server:
    return _Server(uvicorn.Config(app, host=HOST, port=port, timeout_graceful_shutdown=2, **SERVED))


async def _until_up(servers: list[_Server], tasks: list[asyncio.Task[None]]) -> None:
    while not all(server.started for server in servers):
        for task in tasks:
            if task.done():
                problem = task.exception() if not task.cancelled() else None
                raise OSError(f"A server did not start: {problem or 'its port is taken'}")
        await asyncio.sleep(0.02)
