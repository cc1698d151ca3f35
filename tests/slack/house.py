"""A Slack adapter on its own: a fake house behind it, a fake Slack before it, and hand-signed requests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer
from starlette.applications import Starlette

from bot.conversation import Answer, Press
from bot.platform import Account, Installation, Room
from bot.slack.adapter import SlackAdapter, create_slack
from bot.slack.guard import SIGNATURE, TIMESTAMP, sign
from tests.slack.payloads import TEAM, an_event

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_781_000_000.0

Json = dict[str, Any]
Reply = Callable[[str, Json], Any]


class FakeTalk:
    """Keeps every press; answers with what the test put into `answers` by verb, else "Done."."""

    def __init__(self) -> None:
        self.presses: list[Press] = []
        self.answers: dict[str, Answer | Exception] = {}

    async def press(self, press: Press) -> Answer:
        self.presses.append(press)
        answer = self.answers.get(press.verb, Answer(say="Done.", tone="good"))
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeInstallations:
    """One workspace; what was saved, removed and remembered is kept for the test."""

    def __init__(self) -> None:
        self.found = {TEAM: installation()}
        self.not_allowed: set[str] = set()
        self.saved: list[Installation] = []
        self.removed: list[str] = []
        self.remembered: list[Account] = []
        self.forgotten: list[tuple[Account, str]] = []
        self.rooms: dict[tuple[str, str], str] = {}
        self.rooms_left: list[tuple[str, str]] = []
        self.broken = False

    async def find(self, platform: str, org: str) -> Installation | None:
        if self.broken:
            raise ConnectionError("the store is away")
        return self.found.get(org)

    async def save(self, installation: Installation) -> None:
        self.saved.append(installation)
        self.found[installation.org] = installation

    async def remove(self, platform: str, org: str, reason: str) -> None:
        self.removed.append(org)
        self.found.pop(org, None)

    async def allowed(self, platform: str, org: str) -> bool:
        return org not in self.not_allowed

    async def remember(self, account: Account) -> bool:
        self.remembered.append(account)
        return True

    async def forget(self, account: Account, reason: str) -> None:
        self.forgotten.append((account, reason))

    async def remember_room(self, room: Room) -> bool:
        if room.org not in self.found:
            return False
        known = self.rooms.get((room.org, room.channel), "")
        self.rooms[room.org, room.channel] = room.name or known or room.channel
        return True

    async def rename_room(self, platform: str, org: str, channel: str, name: str) -> None:
        if (org, channel) in self.rooms:
            self.rooms[org, channel] = name

    async def forget_room(self, platform: str, org: str, channel: str, reason: str) -> None:
        if self.rooms.pop((org, channel), None):
            self.rooms_left.append((channel, reason))


def installation(org: str = TEAM) -> Installation:
    facts = {"bot_user": "U0KEYBOT1", "bot_id": "B0KEYBOT1"}
    return Installation("slack", org, "Harborline IT", {"bot_token": "xoxb-test"}, facts)


class FakeSlack:
    """A Slack Web API that keeps calls and answers as the test says; the playground's double is the strict one."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.replies: dict[str, Reply] = {}
        self.url = "http://127.0.0.1:9"

    def of(self, method: str) -> list[Json]:
        return [args for name, args in self.calls if name == method]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        args = await request.json() if is_json else {**request.query, **(await request.post())}
        self.calls.append((method, args))
        reply = self.replies.get(method, self.fine)(method, args)
        if isinstance(reply, Exception) and request.transport:
            request.transport.close()
        return reply if isinstance(reply, web.Response) else web.json_response(reply if isinstance(reply, dict) else {})

    def fine(self, method: str, args: Json) -> Json:
        channel = str(args.get("channel", ""))
        return {"ok": True, "channel": "D" + channel[1:], "ts": f"1781000000.{len(self.calls):06}"}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_route("*", "/{method}", self.handle)
        async with TestServer(app, host="127.0.0.1") as server:
            self.url = str(server.make_url("")).rstrip("/")
            yield


@dataclass
class House:
    """Everything a test of the adapter touches."""

    talk: FakeTalk
    installations: FakeInstallations
    slack: FakeSlack
    adapter: SlackAdapter
    http: httpx.AsyncClient
    now: list[float] = field(default_factory=lambda: [NOW])

    async def send(self, body: bytes, content_type: str, **changes: Any) -> httpx.Response:
        """Signs and posts the raw bytes; `headers` replaces them, `at` is the time of signing."""
        headers = changes.get("headers") or signed(body, changes.get("at", self.now[0]))
        response = await self.http.post(
            "/slack/events", content=body, headers={**headers, "content-type": content_type}
        )
        await self.adapter.settle()
        return response

    async def event(self, **event: Any) -> httpx.Response:
        return await self.send(json.dumps(an_event(**event)).encode(), "application/json")

    async def interaction(self, payload: Json) -> httpx.Response:
        return await self.form({"payload": json.dumps(payload)})

    async def form(self, form: Mapping[str, str]) -> httpx.Response:
        return await self.send(urlencode(form).encode(), "application/x-www-form-urlencoded")

    @property
    def response_url(self) -> str:
        return f"{self.slack.url}/response"


def signed(body: bytes, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(at))
    return {TIMESTAMP: timestamp, SIGNATURE: sign(secret, timestamp, body)}


@asynccontextmanager
async def house(*, offline: bool = False, **settings: Any) -> AsyncIterator[House]:
    """An adapter over fakes. The fake Slack is reached over real HTTP; `offline` leaves it out."""
    slack, talk, installations = FakeSlack(), FakeTalk(), FakeInstallations()
    now = [NOW]
    async with nullcontext() if offline else slack.serving():
        chosen = {
            "signing_secret": SECRET,
            "api_url": f"{slack.url}/",
            "client_id": "1.2",
            "client_secret": "shh",
            "command": "/keyline",
            "public_url": "https://bot.example",
            **settings,
        }
        adapter = create_slack(talk, installations, **chosen, now=lambda: now[0])
        transport = httpx.ASGITransport(Starlette(routes=adapter.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as http:
            yield House(talk, installations, slack, adapter, http, now)
        await adapter.close()


def refused(code: str) -> Reply:
    """Slack's refusal with this code, whatever it was asked."""
    return lambda method, args: {"ok": False, "error": code}
