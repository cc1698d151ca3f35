"""Socket Mode: Slack's payloads over a WebSocket that we open, for a house that Slack cannot call.

One connection a process; with several replicas Slack gives each envelope to one of them. An envelope carries no
signature, since only the app-level token opens the connection; from there on it goes the way of a signed request.
Facts: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.platform import Gone, Later
from bot.slack.answers import Reply
from bot.slack.api import SlackApi
from bot.slack.errors import classify

_log = logging.getLogger(__name__)
_sdk_log = logging.getLogger("bot.slack.socket.sdk")

_DROP_SECONDS = 2.0

Receive = Callable[[dict[str, Any]], Awaitable[Reply]]


@dataclass(frozen=True)
class Pace:
    """Seconds. `ping`: between pings, of which the SDK misses four before it connects anew; `silence`: how long it may
    fail to, before the watch does it; `waits`: after one, two, ... failures to connect in a row."""

    ping: float = 5.0
    look: float = 1.0
    silence: float = 20.0
    connect: float = 20.0
    finish: float = 8.0
    waits: tuple[float, ...] = (1, 5, 15, 60)


class SocketMode:
    """`start()` on the running loop, `stop()` at the end.

    The SDK's client answers pings and follows Slack's requests to reconnect. It has been seen to fall silent for good
    (bolt-python#417, #1529; python-slack-sdk#1110, #1446), so a watch replaces it whole when it does.
    """

    def __init__(self, api: SlackApi, app_token: str, receive: Receive, pace: Pace) -> None:
        self._api, self._token, self._receive, self._pace = api, app_token, receive, pace
        # The SDK writes payloads to the log at DEBUG, and with its errors the address that holds the ticket.
        _sdk_log.setLevel(logging.CRITICAL + 1)
        self._running: asyncio.Task[None] | None = None
        self._stopping = False
        self._busy: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Connects, and stays connected, in the background: a house starts also while Slack cannot be reached."""
        self._running = asyncio.create_task(self._run(), name="slack socket")

    async def stop(self) -> None:
        """Takes nothing new, answers what is under way for a few seconds, and closes the connection."""
        self._stopping = True
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=self._pace.finish)
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    # ------------------------------------------------------------------ the connection

    async def _run(self) -> None:
        failures = 0
        while True:
            client = self._client()
            try:
                await self._connect(client)
                failures = 0
                _log.info("slack's socket is connected")
                await self._watch(client)
                _log.warning("slack's socket fell silent and is connected anew")
                wait = 0.0
            except Exception as error:
                failures += 1
                wait = self._wait(error, failures)
            finally:
                await _drop(client)
            await asyncio.sleep(wait)

    def _client(self) -> SocketModeClient:
        web = self._api.client()
        client = SocketModeClient(self._token, _sdk_log, web, ping_interval=self._pace.ping)
        client.proxy = web.proxy  # its own look at the environment would send this machine's traffic to a proxy
        client.socket_mode_request_listeners.append(self._heard)
        return client

    async def _connect(self, client: SocketModeClient) -> None:
        # Left to itself the SDK asks for an address every few seconds, and Slack allows that about once a minute.
        opened = await client.web_client.apps_connections_open(app_token=self._token)
        client.wss_uri = opened["url"]
        # Not wait_for: Python 3.11's loses a cancellation that comes in the same moment as the result (fixed in 3.12).
        async with asyncio.timeout(self._pace.connect):
            await client.connect()  # type: ignore[no-untyped-call]

    async def _watch(self, client: SocketModeClient) -> None:
        """Ends when the client has been without a connection that answers for too long."""
        loop = asyncio.get_running_loop()
        good = loop.time()
        while loop.time() - good < self._pace.silence:
            await asyncio.sleep(self._pace.look)
            if not client.message_processor.done() and await client.is_connected():
                good = loop.time()

    def _wait(self, error: Exception, failures: int) -> float:
        wait = self._pace.waits[min(failures, len(self._pace.waits)) - 1]
        what = classify(error, "update")
        if isinstance(error, SlackApiError) and isinstance(what, Gone):
            _log.error("slack refuses the app-level token, which needs connections:write (%s)", what.reason)
            return self._pace.waits[-1]
        _log.warning("slack's socket cannot be connected (%s)", type(error).__name__)
        return max(wait, what.seconds) if isinstance(what, Later) and what.reason == "ratelimited" else wait

    # ------------------------------------------------------------------ an envelope

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Done and committed, then acknowledged, as over HTTP. What is not acknowledged Slack sends again."""
        task = asyncio.current_task()
        if self._stopping or task is None:
            return
        self._busy.add(task)
        try:
            reply = await self._receive(request.payload)
            # Slack tells the person when a press is not acknowledged; an event it would only repeat.
            if reply.status < 400 or (reply.status < 500 and request.type == "events_api"):
                await client.send_socket_mode_response(_acknowledgement(request, reply))
        except Exception as error:
            _log.error("a slack envelope (%s) was not acknowledged", request.type, exc_info=error)
        finally:
            self._busy.discard(task)


def _acknowledgement(request: SocketModeRequest, reply: Reply) -> SocketModeResponse:
    payload: dict[str, Any] | None = None
    if reply.status == 200 and reply.body and request.accepts_response_payload:
        payload = json.loads(reply.body) if reply.body.startswith("{") else {"text": reply.body}
    return SocketModeResponse(request.envelope_id, payload)


async def _drop(client: SocketModeClient) -> None:
    """Ends a client for good: its own `close` waits for the other side, and leaves its tasks when it fails."""
    client.closed = True
    with suppress(Exception):
        async with asyncio.timeout(_DROP_SECONDS):
            await client.close()  # type: ignore[no-untyped-call]
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    left = [task for task in tasks if task is not None and not task.done()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=_DROP_SECONDS)
    await client.aiohttp_client_session.close()
