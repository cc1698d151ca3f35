"""A double and a Bolt app that talk to each other over real HTTP on loopback, and the small cast they share."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.server import ServerState

from bot.playground.clock import Clock
from bot.playground.slack import SlackDouble, Timing

Json = dict[str, Any]
SECRET = "play-signing-secret"
TOKEN, OTHER_TOKEN = "xoxb-play-harbor", "xoxb-play-marlow"
QUICK = Timing(retries=(0.0, 0.02, 0.02))


def cast(bot_url: str = "http://127.0.0.1:1", **more: Any) -> Json:
    """Two workspaces, three people, one guest of Slack Connect (seen in Harbor, at home elsewhere)."""
    dana = {"name": "Dana Whitlock", "team": "T0MARLOW", "user": "U0DANA", "email": "dana@marlow.example"}
    priya = {"name": "Priya Raman", "team": "T0MARLOW", "user": "U0PRIYA", "email": "priya@marlow.example"}
    sofia = {"name": "Sofia Marchetti", "team": "T0HARBOR", "user": "U0SOFIA", "email": "sofia@harbor.example"}
    guest = {
        "name": "Gus Guest",
        "team": "T0HARBOR",
        "user": "U0GUS",
        "email": "gus@else.example",
        "home_team": "T0ELSE",
    }
    common = {"title": "Manager", "company": "Marlow & Finch LLP", "timezone": "America/New_York"}
    slack: Json = {
        "bot_url": bot_url,
        "signing_secret": SECRET,
        "api_app_id": "A0KEYLINE",
        "client_id": "1.2",
        "client_secret": "shh",
        "command": "/keyline",
        "workspaces": [
            {
                "team": "T0HARBOR",
                "name": "Harborline IT",
                "bot_token": TOKEN,
                "bot_user": "U0KEYBOT1",
                "bot_id": "B0KEY1",
            },
            {
                "team": "T0MARLOW",
                "name": "Marlow",
                "bot_token": OTHER_TOKEN,
                "bot_user": "U0KEYBOT2",
                "bot_id": "B0KEY2",
            },
        ],
        "people": [{**common, **person} for person in (dana, priya, sofia, guest)],
        **more,
    }
    return {"start": "2026-06-08T09:05:00-04:00", "clock": None, "slack": slack, "teams": {}}


@asynccontextmanager
async def serving(app: Any, sock: socket.socket, **settings: Any) -> AsyncIterator[None]:
    """uvicorn's own HTTP protocol on a bound socket; stops at once."""
    config = uvicorn.Config(app, log_level="critical", lifespan="off", **settings)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}), sock=sock
    )
    try:
        yield
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


def bound() -> tuple[socket.socket, str]:
    """A socket on a free port of loopback, and its URL."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock, f"http://127.0.0.1:{sock.getsockname()[1]}"


class House:
    """The double at `url`, the Bolt app `bolt`, what it received in `bodies` (and `headers`), and SDK clients."""

    def __init__(self, url: str, bot_url: str, double: SlackDouble, session: aiohttp.ClientSession) -> None:
        self.url, self.bot_url, self.double, self.session = url, bot_url, double, session
        self.bodies: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.before: Callable[[], Awaitable[Response | None]] | None = None
        self.bolt = AsyncApp(
            signing_secret=SECRET,
            client=self.client(""),
            authorize=_authorizer(double),
            process_before_response=True,
        )
        self.bolt.use(_rememberer(self.bodies))

    def client(self, token: str = TOKEN) -> AsyncWebClient:
        """slack_sdk as the bot uses it; no retries of its own."""
        return AsyncWebClient(token=token, base_url=f"{self.url}/slack/api/", session=self.session, retry_handlers=[])

    async def endpoint(self, request: Request) -> Response:
        await request.body()
        self.headers.append(dict(request.headers))
        if self.before is not None and (early := await self.before()) is not None:
            return early
        return await AsyncSlackRequestHandler(self.bolt).handle(request)

    async def post(self, user: str = "U0DANA", token: str = OTHER_TOKEN, **message: Any) -> str:
        """A message of the app to one person; its id on the screen."""
        sent = await self.client(token).chat_postMessage(channel=user, text="Order", **message)
        return f"slack-{sent['channel']}-{sent['ts']}"


def _authorizer(double: SlackDouble) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt looks at the names of parameters and does not get along with bound methods."""

    async def authorize(team_id: str) -> AuthorizeResult:
        workspace = double.state.world.workspaces[team_id]
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=workspace.token or "xoxb-gone",
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user,
        )

    return authorize


def _rememberer(bodies: list[Json]) -> Callable[..., Awaitable[None]]:
    async def remember(body: Json, next: Callable[[], Awaitable[None]]) -> None:
        bodies.append(body)
        await next()

    return remember


@asynccontextmanager
async def living(timing: Timing = QUICK, **more: Any) -> AsyncIterator[House]:
    """The whole arrangement for one test."""
    (double_sock, url), (bot_sock, bot_url) = bound(), bound()
    known = cast(**{"bot_url": bot_url, **more})
    double = SlackDouble(known, Clock(known), url, timing=timing)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        house = House(url, bot_url, double, session)
        await stack.enter_async_context(serving(Starlette(routes=double.routes()), double_sock))
        bot = Starlette(routes=[Route("/slack/events", house.endpoint, methods=["POST"])])
        await stack.enter_async_context(serving(bot, bot_sock))
        await double.start()
        stack.push_async_callback(double.stop)
        yield house


def button(label: str = "Approve", action_id: str = "approve", **more: Any) -> Json:
    """A button element."""
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": label},
        "action_id": action_id,
        "value": "v1",
        **more,
    }


def card(*buttons: Json) -> list[Json]:
    """A section and a row of buttons."""
    text = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Six laptops* for <https://x.example|Boston> &amp; you"},
    }
    return [
        text,
        {"type": "actions", "block_id": "row", "elements": list(buttons or (button(), button("Decline", "no")))},
    ]


def question(label: str = "Why", block_id: str = "why", **element: Any) -> Json:
    """An input block with a text input (or the given element)."""
    inner = {"type": "plain_text_input", "action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": {"type": "plain_text", "text": label}, "element": inner}


def form(*blocks: Json, **more: Any) -> Json:
    """A modal."""
    words = {name: {"type": "plain_text", "text": name.title()} for name in ("title", "submit", "close")}
    return {"type": "modal", "callback_id": "decline", **words, "blocks": list(blocks or (question(),)), **more}


def options(*texts: str) -> list[Json]:
    return [{"text": {"type": "plain_text", "text": text}, "value": text.lower()} for text in texts]


def opens(house: House, *views: Json, respond: Json | None = None) -> list[Json]:
    """The bot opens the first view on Approve and answers its submission with `respond`; what was submitted."""
    submitted: list[Json] = []

    @house.bolt.action("approve")
    async def approve(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=views[0])
        await ack()

    @house.bolt.view("decline")
    async def decline(ack: Any, view: Json) -> None:
        submitted.append(view)
        await ack(**(respond or {}))

    return submitted


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def acked(ack: Any) -> None:
    """A listener that only acknowledges."""
    await ack()
