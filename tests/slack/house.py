"""A Slack adapter on its own: a fake house behind it, a fake Slack before it, and hand-signed requests."""

from __future__ import annotations

import json
import time
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
from bot.platform import Account, Installation
from bot.slack.adapter import SlackAdapter, create_slack
from bot.slack.guard import SIGNATURE, TIMESTAMP, sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM = "T0HARBOR"
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

    async def remember(self, account: Account) -> None:
        self.remembered.append(account)

    async def forget(self, account: Account, reason: str) -> None:
        raise AssertionError("nothing on Slack says that a person opted out")


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


# ------------------------------------------------------------------ payloads
# Shapes: docs.slack.dev/reference/interaction-payloads, /apis/events-api, /interactivity/implementing-slash-commands.

BUTTON = {
    "type": "button",
    "action_id": "approve:approval:apr_1",
    "block_id": "b1",
    "text": {"type": "plain_text", "text": "Approve", "emoji": False},
    "value": '{"v":"approve","r":"approval:apr_1","n":2,"s":5}',
    "action_ts": "1781000001.000100",
}


def a_click(url: str = "", **changes: Any) -> Json:
    action = {**BUTTON, **changes.pop("action", {})}
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "harborline"},
        "user": {"id": "U0DANA", "username": "dana", "team_id": TEAM},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": "A0KEYLINE",
        "token": "legacy",
        "container": {
            "type": "message",
            "message_ts": "1781000000.000100",
            "channel_id": "D0DANA",
            "is_ephemeral": False,
        },
        "trigger_id": "12345.98765.abcd",
        "channel": {"id": "D0DANA", "name": "directmessage"},
        "message": {"type": "message", "ts": "1781000000.000100", "text": "x", "bot_id": "B0KEYBOT1"},
        "response_url": url,
        "state": {"values": {}},
        "actions": [action],
        **changes,
    }


def a_submission(values: Json, **view: Any) -> Json:
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "harborline"},
        "user": {"id": "U0DANA", "name": "dana", "team_id": TEAM},
        "api_app_id": "A0KEYLINE",
        "trigger_id": "12345.98765.efgh",
        "view": {
            "id": "V0FORM",
            "team_id": TEAM,
            "app_installed_team_id": TEAM,
            "type": "modal",
            "callback_id": "reject",
            "private_metadata": '{"v":"reject","r":"approval:apr_1","n":2,"c":"D0DANA"}',
            "hash": "1781000000.h4sh",
            "title": {"type": "plain_text", "text": "Reject this request", "emoji": False},
            "state": {"values": values},
            **view,
        },
        "response_urls": [],
    }


def a_reason(text: str = "Too many at once") -> Json:
    return {"reason": {"value": {"type": "plain_text_input", "value": text}}}


def a_command(text: str, url: str = "", **changes: str) -> dict[str, str]:
    return {
        "token": "legacy",
        "team_id": TEAM,
        "team_domain": "harborline",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0DANA",
        "user_name": "dana",
        "command": "/keyline",
        "text": text,
        "api_app_id": "A0KEYLINE",
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": "999.888.cmd",
        **changes,
    }


def an_event(event_id: str = "Ev0001", team: str = TEAM, outer: Json | None = None, **event: Any) -> Json:
    return {
        "token": "legacy",
        "team_id": team,
        "api_app_id": "A0KEYLINE",
        "event": {"event_ts": "1781000000.000200", **event},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": "U0KEYBOT1",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        **(outer or {}),
    }


def a_message(text: str, **changes: Any) -> Json:
    return {"type": "message", "channel_type": "im", "channel": "D0DANA", "user": "U0DANA", "text": text, **changes}
