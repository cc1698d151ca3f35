"""A small Slack that speaks Socket Mode: apps.connections.open, hello, envelopes and what goes wrong between them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from bot.slack.adapter import SlackAdapter, create_slack
from bot.slack.socket import Pace
from tests.slack.house import FakeInstallations, FakeSlack, FakeTalk
from tests.slack.payloads import a_command

Json = dict[str, Any]
COMMAND = "slash_commands"
APP_TOKEN = "xapp-1-A0KEYLINE-1-secret"
QUICK = Pace(ping=1, look=0.05, silence=0.3, connect=2, finish=2, waits=(0.05,))
BRISK = replace(QUICK, ping=0.3, silence=10)
"""For what is only noticed by its missing answers to pings."""


@dataclass
class Line:
    """One connection the bot has opened."""

    ws: web.WebSocketResponse
    ticket: str
    acks: list[Json] = field(default_factory=list)


class SocketSlack(FakeSlack):
    """A fake Slack with a socket. `opening` answers apps.connections.open instead of the usual, once per entry."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.opened: list[str] = []
        self.opening: list[Callable[[], Awaitable[web.StreamResponse]]] = []
        self.deaf = False
        """Whether new connections answer pings no more."""
        self._tickets: set[str] = set()
        self._ids = itertools.count(1)
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/apps.connections.open", self._open)
        app.router.add_get("/link", self._link)
        app.router.add_route("*", "/{method}", self.handle)
        async with TestServer(app, host="127.0.0.1") as server:
            self.url = str(server.make_url("")).rstrip("/")
            yield

    async def _open(self, request: web.Request) -> web.StreamResponse:
        self.opened.append(request.headers.get("Authorization", ""))
        await self._tell()
        if self.opening:
            return await self.opening.pop(0)()
        ticket = f"ticket-{len(self.opened)}"
        self._tickets.add(ticket)
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}/link?ticket={ticket}"})

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)  # an address is good for one connection
        ws = web.WebSocketResponse(autoping=not self.deaf)
        await ws.prepare(request)
        await ws.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0KEYLINE"}})
        line = Line(ws, ticket)
        self.lines.append(line)
        await self._tell()
        async for message in ws:
            if message.type == WSMsgType.TEXT:
                line.acks.append(message.json())
                await self._tell()
        await self._tell()
        return ws

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, holds: Callable[[], Any], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(holds)

    async def connected(self, count: int = 1) -> Line:
        """The newest connection, when there have been so many."""
        await self.until(lambda: len(self.lines) >= count)
        return self.lines[-1]

    async def push(self, kind: str, payload: Any, *, accepts: bool = True, **more: Any) -> str:
        """Sends an envelope on the newest connection; -> its id."""
        envelope_id = more.pop("envelope_id", f"envelope-{next(self._ids)}")
        body = {"type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": accepts}
        await self.lines[-1].ws.send_json({**body, **more})
        return envelope_id

    async def ack(self, envelope_id: str) -> Json:
        """The acknowledgement of this envelope, on whichever connection it comes."""

        def found() -> list[Json]:
            return [ack for line in self.lines for ack in line.acks if ack["envelope_id"] == envelope_id]

        await self.until(found)
        assert len(found()) == 1
        return found()[0]

    def acknowledged(self) -> list[str]:
        return [ack["envelope_id"] for line in self.lines for ack in line.acks]


@dataclass
class Wire:
    """Everything a test of the socket touches."""

    talk: FakeTalk
    installations: FakeInstallations
    slack: SocketSlack
    adapter: SlackAdapter


@asynccontextmanager
async def wire(*, start: bool = True, pace: Pace = QUICK, **settings: Any) -> AsyncIterator[Wire]:
    """An adapter that has opened its socket."""
    slack, talk, installations = SocketSlack(), FakeTalk(), FakeInstallations()
    async with slack.serving():
        adapter = create_slack(talk, installations, app_token=APP_TOKEN, api_url=f"{slack.url}/", pace=pace, **settings)
        assert adapter.socket is not None
        it = Wire(talk, installations, slack, adapter)
        try:
            if start:
                adapter.socket.start()
                await slack.connected()
            yield it
        finally:
            await adapter.socket.stop()
            await adapter.close()


async def works(it: Wire, trigger: str) -> None:
    """A command on the newest connection is answered."""
    ack = await it.slack.ack(await it.slack.push(COMMAND, a_command("help", trigger_id=trigger)))
    assert ack["payload"]["text"].endswith("Done.")
