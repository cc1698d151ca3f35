"""What these tests stand on: a cast, a clock that can be set, a real server, and a bot that answers as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.teams import TeamsDouble

HOME = "11111111-0000-4000-8000-000000000001"
CEDAR = "22222222-0000-4000-8000-000000000002"
APP = "33333333-0000-4000-8000-000000000003"
SECRET = "play-secret-of-the-cast"
CARD = "application/vnd.microsoft.card.adaptive"
TOM, JILL, BEN = "Tom Beckett", "Jill Sandoval", "Ben Okafor"

Json = dict[str, Any]


def person(name: str, tenant: str, company: str, zone: str) -> Json:
    short = name.split()[0].lower()
    return {
        "name": name,
        "title": "Manager",
        "company": company,
        "tenant": tenant,
        "aad": f"aad-{short}",
        "mri": f"29:{short}",
        "conversation": f"a:{short}",
        "email": f"{short}@example.test",
        "timezone": zone,
    }


def cast(bot_url: str) -> Json:
    return {
        "teams": {
            "bot_url": bot_url,
            "app_id": APP,
            "app_secret": SECRET,
            "home_tenant": HOME,
            "tenants": [
                {"tenant": HOME, "name": "Harborline IT"},
                {"tenant": CEDAR, "name": "Cedar Ridge Pediatrics"},
            ],
            "people": [
                person(TOM, CEDAR, "Cedar Ridge Pediatrics", "America/Denver"),
                person(JILL, CEDAR, "Cedar Ridge Pediatrics", "America/Denver"),
                person(BEN, HOME, "Harborline IT", "America/New_York"),
            ],
        }
    }


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime.fromisoformat("2026-06-08T09:05:00-04:00")

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Bot:
    """POST /api/messages: remembers what came, answers with `answer(activity)` after `delay` seconds."""

    received: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Json], Any] = lambda activity: (201, None)
    delay: float = 0.0

    async def messages(self, request: Request) -> Response:
        activity = await request.json()
        self.received.append(activity)
        self.headers.append(dict(request.headers))
        if self.delay:
            await asyncio.sleep(self.delay)
        said = self.answer(activity)
        status, body = await said if asyncio.iscoroutine(said) else said
        return Response(status_code=status) if body is None else JSONResponse(body, status_code=status)

    def replies(self, body: Any, status: int = 200) -> None:
        """Every invoke is answered so, everything else with 201."""
        self.answer = lambda activity: (status, body) if activity["type"] == "invoke" else (201, None)

    @property
    def last(self) -> Json:
        return self.received[-1]


def bound() -> tuple[socket.socket, str]:
    """A socket on a port of its own, and its URL."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def serving(routes: list[BaseRoute], listening: socket.socket) -> AsyncIterator[None]:
    """A real uvicorn for these routes while the block runs."""
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    # `serve` and `shutdown` wait a tenth of a second each, which adds up over many tests.
    await server.startup(sockets=[listening])
    try:
        yield
    finally:
        for listener in server.servers:
            listener.close()


@dataclass
class Stage:
    """The double and the bot, both reachable over HTTP, and a client that speaks as the bot."""

    double: TeamsDouble
    bot: Bot
    clock: Clock
    url: str
    http: httpx.AsyncClient
    changed: list[str]
    cached: str = ""

    async def token(self) -> str:
        """A fresh token of the connector."""
        answer = await self.ask_token()
        return str(answer.json()["access_token"])

    async def ask_token(self, tenant: str = HOME, **fields: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": SECRET,
            "scope": "https://api.botframework.com/.default",
        }
        return await self.http.post(f"{self.url}/teams/login/{tenant}/oauth2/v2.0/token", data=form | fields)

    async def call(self, method: str, path: str, body: Any = None, token: str = "") -> httpx.Response:
        """One connector call with a good token."""
        self.cached = token or self.cached or await self.token()
        headers = {"Authorization": f"Bearer {self.cached}"}
        url = f"{self.double.service_url}v3/conversations{path}"
        return await self.http.request(method, url, json=body, headers=headers)

    async def send(self, to: str, card: Json | None = None, **fields: Any) -> str:
        """The bot posts a card or a text to a person; the message's id on the screen."""
        attachments = {"attachments": [{"contentType": CARD, "content": card}]} if card else {}
        answer = await self.call(
            "POST", f"/a:{to.split()[0].lower()}/activities", {"type": "message"} | attachments | fields
        )
        assert answer.status_code == 201, answer.text
        return f"teams-{answer.json()['id']}"

    async def edit(self, to: str, message: str, card: Json) -> httpx.Response:
        path = f"/a:{to.split()[0].lower()}/activities/{message.removeprefix('teams-')}"
        return await self.call(
            "PUT", path, {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
        )


@asynccontextmanager
async def on_stage(peopled: Callable[[str], Json] = cast, **options: Any) -> AsyncIterator[Stage]:
    """The double and the bot on one port, nobody told anything yet."""
    bot, clock = Bot(), Clock()
    listening, url = bound()
    double = TeamsDouble(peopled(url), clock, url, **options)
    changed: list[str] = []
    double.on_change = changed.append
    routes: list[BaseRoute] = [Route("/api/messages", bot.messages, methods=["POST"]), *double.routes()]
    async with serving(routes, listening), httpx.AsyncClient(timeout=10, verify=False) as http:
        await double.start()
        yield Stage(double, bot, clock, url, http, changed)
        await double.stop()


def holding(content: Json) -> Json:
    return {"attachments": [{"contentType": CARD, "content": content}]}


def execute(title: str, verb: str, **data: Any) -> Json:
    fallback = {"type": "Action.Submit", "title": title, "data": {"verb": verb} | data}
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": data, "fallback": fallback}


def form_button(title: str, verb: str, **data: Any) -> Json:
    return {"type": "Action.Submit", "title": title, "data": {"msteams": {"type": "task/fetch"}, "verb": verb} | data}


def card(text: str, *actions: Json, inputs: tuple[Json, ...] = (), **more: Any) -> Json:
    body: list[Json] = [{"type": "TextBlock", "text": text, "wrap": True}, *inputs]
    if actions:
        body.append({"type": "ActionSet", "actions": list(actions)})
    return {"type": "AdaptiveCard", "version": "1.5", "body": body} | more


def card_answer(content: Json) -> Json:
    return {"statusCode": 200, "type": CARD, "value": content}


def toast_answer(text: str) -> Json:
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def dialog_answer(content: Json, title: str = "A form") -> Json:
    value = {"title": title, "height": "medium", "width": "medium", "card": {"contentType": CARD, "content": content}}
    return {"task": {"type": "continue", "value": value}}
