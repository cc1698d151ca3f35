"""The Slack adapter, wired: guard, Bolt, listeners, answers and messenger behind three routes or a socket."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.conversation import Talk
from bot.platform import Account, Installation, Installations
from bot.slack import guard
from bot.slack.answers import Answers, Reply
from bot.slack.api import SlackApi
from bot.slack.claims import Malformed
from bot.slack.errands import Errands, Once
from bot.slack.install import Install
from bot.slack.listeners import Heard, hear
from bot.slack.manifest import EVENTS, INSTALL, OAUTH_REDIRECT
from bot.slack.messenger import SlackMessenger
from bot.slack.rooms import Rooms
from bot.slack.socket import Pace, SocketMode

_log = logging.getLogger(__name__)
_bolt_log = logging.getLogger("bot.slack.bolt")

_CLOSING_SECONDS = 10.0
_ADDRESSES = 10_000


def create_slack(
    talk: Talk,
    installations: Installations,
    *,
    signing_secret: str = "",
    app_token: str = "",
    api_url: str | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    command: str = "/keyline",
    public_url: str = "",
    now: Callable[[], float] = time.time,
    pace: Pace = Pace(),
) -> SlackAdapter:
    """The adapter for one Slack app, by HTTP with a signing secret, by Socket Mode with an app-level token.

    ValueError without either: an unsigned request is anybody's, who could press anybody's buttons.
    `now` is real time in seconds since 1970 (signatures and OAuth states age by it, not by the playground's clock).
    Nothing is opened until the first request.
    """
    if not signing_secret and not app_token:
        raise ValueError("Slack needs a signing secret (KEYLINE_SLACK_SIGNING_SECRET), or an app-level token.")
    api = SlackApi(api_url)
    install = Install(
        api,
        installations,
        client_id=client_id or "",
        client_secret=client_secret or "",
        public_url=public_url,
        now=now,
    )
    adapter = SlackAdapter(talk, installations, api, install, signing_secret=signing_secret, command=command, now=now)
    if app_token:
        adapter.socket = SocketMode(api, app_token, adapter.receive, pace)
    return adapter


class SlackAdapter:
    """`routes()` for the web server, `socket` to start and stop, `messenger` for the courier, `close()` at the end."""

    socket: SocketMode | None = None

    def __init__(
        self,
        talk: Talk,
        installations: Installations,
        api: SlackApi,
        install: Install,
        *,
        signing_secret: str,
        command: str,
        now: Callable[[], float],
    ) -> None:
        self._installations, self._api, self._install = installations, api, install
        self._secret, self._now = signing_secret, now
        self._errands = Errands()
        self._once: Once[Reply] = Once()
        self._answers = Answers(talk, api, self._errands, command)
        self._rooms = Rooms(installations, self._errands)
        self._known_addresses: set[tuple[str, str, str]] = set()
        self._bolt = self._create_bolt()
        self.messenger = SlackMessenger(api, installations)

    def routes(self) -> list[Route]:
        """POST /slack/events (not without a signing secret), GET /slack/install, GET /slack/oauth_redirect."""
        return [
            *([Route(EVENTS, self._events, methods=["POST"])] if self._secret else []),
            Route(INSTALL, self._install.begin, methods=["GET"]),
            Route(OAUTH_REDIRECT, self._install.finish, methods=["GET"]),
        ]

    async def settle(self) -> None:
        """Waits until every answer that follows an acknowledgement is sent."""
        await self._errands.settle()

    async def close(self) -> None:
        """Sends what is still to be said, for a few seconds, then closes the connections."""
        await self._errands.settle(_CLOSING_SECONDS)
        await self._api.close()

    async def _events(self, request: Request) -> Response:
        """401: not signed by Slack, or from a workspace that is not (or no longer) served. 400: signed nonsense.

        413: larger than anything Slack sends. None of these is stored or logged, and `x-slack-no-retry` keeps Slack
        from sending it again.
        """
        try:
            body = await guard.read(request.stream(), request.headers.get("content-length"))
        except guard.TooLarge:
            return _refusal(413, "too large")
        if not guard.is_genuine(self._secret, request.headers, body, self._now()):
            return _refusal(401, "not signed by Slack")
        try:
            payload = guard.parse(body, request.headers.get("content-type", ""))
        except (Malformed, *_SHAPE_ERRORS):
            return _refusal(400, "not understood")
        if payload.get("ssl_check") == "1":
            return Response()
        reply = await self._answer(payload, hashlib.sha256(body).hexdigest())
        if reply.status != 200:
            return _refusal(reply.status, reply.body, retry=reply.status >= 500)
        return Response(reply.body, media_type="application/json" if reply.body.startswith("{") else "text/plain")

    async def receive(self, payload: dict[str, Any]) -> Reply:
        """The acknowledgement of a payload that came from Slack otherwise than by HTTP; statuses as there."""
        written = json.dumps(payload, sort_keys=True).encode()
        return await self._answer(payload, hashlib.sha256(written).hexdigest())

    async def _answer(self, payload: dict[str, Any], digest: str) -> Reply:
        """What is known to come from Slack, understood, admitted and performed once per digest."""
        try:
            heard = hear(payload)
            # Bolt's parser for HTTP loses commands (see guard.parse); its other mode takes a body that is parsed.
            # It also takes a null for an object here and there, so nulls go, which mean the same as nothing.
            given = {name: value for name, value in payload.items() if value is not None}
            bolt_request = AsyncBoltRequest(body=given, mode="socket_mode", context={"heard": heard})
        except (Malformed, *_SHAPE_ERRORS):
            return Reply(400, "not understood")

        async def dispatch() -> Reply:
            try:
                response = await self._bolt.async_dispatch(bolt_request)
            except _SHAPE_ERRORS:
                return Reply(400, "not understood")
            return Reply(response.status, response.body)

        return await self._once.run(digest, dispatch, lambda reply: reply.status == 200)

    def _create_bolt(self) -> AsyncApp:
        # At INFO and DEBUG Bolt writes payloads to the log.
        _bolt_log.setLevel(logging.WARNING)
        app = AsyncApp(
            logger=_bolt_log,
            name="keyline",
            # By default Bolt polls for the acknowledgement every 10 ms.
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            before_authorize=self._admit,
            # The installation store of the SDK would call auth.test for every request.
            authorize=_authorize,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        anything = re.compile("")
        for kind in (app.action, app.view, app.command, app.event, app.shortcut, app.options):
            kind(anything)(self._hear)
        app.error(_unhandled)
        return app

    async def _admit(self, body: dict[str, Any], context: Any, next: Any) -> BoltResponse | None:
        """Lets a request on when its workspace is installed and still allowed."""
        heard: Heard = context["heard"]
        if heard.kind != "left" and body.get("type") != "url_verification":
            installation = await self._installed(heard.orgs)
            if installation is None:
                return BoltResponse(status=401, body="not installed")
            context["installation"] = installation
        await next()
        return None

    async def _installed(self, orgs: tuple[str, ...]) -> Installation | None:
        for org in orgs:
            installation = await self._installations.find("slack", org)
            if installation is not None and await self._installations.allowed("slack", org):
                return installation
        return None

    async def _hear(self, context: Any) -> BoltResponse:
        heard: Heard = context["heard"]
        if heard.kind == "left":
            for org in heard.orgs:
                await self._installations.remove("slack", org, "uninstalled or revoked at Slack")
            return BoltResponse(status=200)
        installation: Installation = context["installation"]
        if heard.kind in ("closed", "alive"):
            await self._changed(Account("slack", *heard.account), closed=heard.kind == "closed")
            return BoltResponse(status=200)
        if heard.room is not None:
            await self._rooms.hear(heard.room, installation, self._client(installation))
            return BoltResponse(status=200)
        self._remember(heard, installation)
        reply = await self._answers.to(heard, self._client(installation))
        return BoltResponse(status=reply.status, body=reply.body)

    async def _changed(self, account: Account, *, closed: bool) -> None:
        """Who was deactivated cannot be reached; who was brought back can, and is known where they were."""
        if closed:
            await self._installations.forget(account, "the Slack account was deactivated")
        else:
            await self._installations.remember(account)

    def _client(self, installation: Installation) -> AsyncWebClient:
        return self._api.client(installation.secrets.get("bot_token"))

    def _remember(self, heard: Heard, installation: Installation) -> None:
        """Keeps a person's direct chat with the bot, the one address where a message can be edited later.

        Only what a person writes there shows whose chat it is. A card that is pressed may stand in somebody else's (and
        whoever posted it knows its chat), a command may come from a chat between two people.
        """
        press, place = heard.press, heard.place
        if press is None or heard.kind != "message" or place.channel[:1] != "D":
            return
        known = (press.org, press.user, place.channel)
        if known in self._known_addresses:
            return
        if len(self._known_addresses) >= _ADDRESSES:
            self._known_addresses.clear()
        self._known_addresses.add(known)
        # Through Slack Connect the person's workspace is not the one whose bot talks to the person.
        through = {"team": installation.org} if installation.org != press.org else {}
        account = Account("slack", press.org, press.user, {"channel": place.channel, **through})
        self._errands.run("slack address remembered", self._installations.remember(account))


async def _authorize(context: Any) -> AuthorizeResult:
    installation: Installation = context["installation"]
    return AuthorizeResult(
        enterprise_id=installation.facts.get("enterprise"),
        team_id=installation.org,
        bot_token=installation.secrets.get("bot_token"),
        bot_id=installation.facts.get("bot_id"),
        bot_user_id=installation.facts.get("bot_user"),
    )


async def _unhandled(error: Exception, context: Any) -> BoltResponse:
    """What no listener is for is acknowledged, or Slack would send it again; a fault of ours is 500, and it may."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200)
    heard: Heard = context["heard"]
    if heard.kind == "nothing" and isinstance(error, _SHAPE_ERRORS):
        return BoltResponse(status=400, body="not understood")
    _log.error("a slack %s failed", heard.kind, exc_info=error)
    return BoltResponse(status=500, body="failed")


_SHAPE_ERRORS = (TypeError, KeyError, AttributeError, IndexError, ValueError, RecursionError)
"""What Bolt raises for a payload whose parts are not of the kinds it expects."""


def _refusal(status: int, reason: str, *, retry: bool = False) -> Response:
    return PlainTextResponse(reason, status_code=status, headers={} if retry else {"x-slack-no-retry": "1"})
