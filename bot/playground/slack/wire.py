"""Signed requests to the bot: three seconds to answer, events sent again when it does not."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.slack.limits import Timing

_SENT_KEPT = 200


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """X-Slack-Signature, version 0: docs.slack.dev/authentication/verifying-requests-from-slack."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Reply:
    """What the bot answered. `status` 0 and a `failure` (http_timeout, connection_failed) when it did not."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def body(self) -> Any:
        """The JSON of the answer, its text when it is none, or the failure."""
        if self.failure:
            return {"error": self.failure}
        try:
            return json.loads(self.text) if self.text else ""
        except ValueError:
            return self.text


class Wire:
    """One signed channel to one bot. `sent` remembers the last requests (kind, attempt, status) for tests."""

    def __init__(self, url: str, secret: str, timing: Timing) -> None:
        self._url, self._secret, self._timing = url, secret, timing
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent: deque[dict[str, Any]] = deque(maxlen=_SENT_KEPT)

    async def start(self) -> None:
        """Opens the session; needs a running loop."""
        if self._session is None:
            # No pool between requests: a bot that closes an idle connection or starts again costs nobody a press.
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def stop(self) -> None:
        """Drops retries still to come and closes the session."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def settled(self) -> None:
        """Returns when no retry and no event is on its way any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def interaction(self, payload: dict[str, Any]) -> Reply:
        """A press, a form: JSON in a form field; sent once."""
        return await self.form({"payload": json.dumps(payload)}, str(payload["type"]))

    async def form(self, fields: dict[str, str], kind: str = "command") -> Reply:
        """A form-encoded request (slash commands are nothing else); sent once."""
        return await self._post(urlencode(fields).encode(), "application/x-www-form-urlencoded", kind)

    async def event(self, payload: dict[str, Any]) -> Reply:
        """An event: the first attempt's answer; three more follow by themselves while it is not a 2xx.

        Headers: docs.slack.dev/apis/events-api (error handling: retries).
        """
        body = json.dumps(payload).encode()
        kind = str(payload.get("event", {}).get("type", payload["type"]))
        reply = await self._post(body, "application/json", kind)
        if not reply.ok and payload["type"] == "event_callback" and _may_retry(reply):
            self.later(self._retry(body, kind, reply))
        return reply

    def later(self, work: Any) -> None:
        """Runs a coroutine beside everything else, until stop()."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry(self, body: bytes, kind: str, last: Reply) -> None:
        for number, delay in enumerate(self._timing.retries, 1):
            await asyncio.sleep(delay)
            why = last.failure or "http_error"
            headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": why}
            last = await self._post(body, "application/json", kind, headers, attempt=number)
            if last.ok or not _may_retry(last):
                return

    async def _post(
        self, body: bytes, content_type: str, kind: str, more: Mapping[str, str] | None = None, attempt: int = 0
    ) -> Reply:
        await self.start()
        assert self._session is not None
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **(more or {}),
        }
        patience = aiohttp.ClientTimeout(total=self._timing.ack)
        try:
            async with self._session.post(self._url, data=body, headers=headers, timeout=patience) as answer:
                found = Reply(answer.status, await answer.text(errors="replace"), dict(answer.headers))
        except TimeoutError:
            found = Reply(0, failure="http_timeout")
        except aiohttp.ClientError:
            found = Reply(0, failure="connection_failed")
        self.sent.append({"kind": kind, "attempt": attempt, "status": found.status, "failure": found.failure})
        return found


def _may_retry(reply: Reply) -> bool:
    return {name.lower(): value for name, value in reply.headers.items()}.get("x-slack-no-retry") != "1"
