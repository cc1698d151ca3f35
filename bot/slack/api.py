"""Slack's Web API over one shared session: no call opens its own connection, retries by itself or writes to the log."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platform import KEPT_SECONDS
from bot.slack.blocks import WRITER

SLACK_API = "https://slack.com/api/"

_log = logging.getLogger(__name__)
_quiet = logging.getLogger("bot.slack.sdk")

TOTAL_SECONDS = 15.0
CONNECT_SECONDS = 5.0


class SlackApi:
    """Clients by token on one aiohttp session, which is opened on the running loop at the first call."""

    def __init__(self, api_url: str | None = None, *, kept: float = KEPT_SECONDS) -> None:
        self._kept = kept
        self.url = (api_url or SLACK_API).rstrip("/") + "/"
        # At DEBUG the SDK writes every request and answer to the log; nobody's approvals belong there.
        _quiet.setLevel(logging.INFO)
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    @property
    def authorize_url(self) -> str:
        """The page that asks a workspace to install the app, beside the API."""
        return self.url.removesuffix("api/") + "oauth/v2/authorize"

    def session(self) -> aiohttp.ClientSession:
        """The open session; call it on the loop that will use it."""
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS)
            connector = aiohttp.TCPConnector(keepalive_timeout=self._kept)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=connector, json_serialize=WRITER.write)
            self._clients.clear()
        return self._session

    def client(self, token: str | None = None) -> AsyncWebClient:
        """A client for one installation. Its errors surface: whether to try again is the caller's to decide."""
        session = self.session()
        found = self._clients.get(token or "")
        if found is None:
            # The SDK's default handler repeats a call after a lost connection: a message could be posted twice.
            found = AsyncWebClient(token, base_url=self.url, session=session, retry_handlers=[], logger=_quiet)
            if (urlsplit(self.url).hostname or "") in ("127.0.0.1", "::1", "localhost"):
                found.proxy = None  # the SDK takes a proxy from the environment even for this machine
            self._clients[token or ""] = found
        return found

    async def respond(self, response_url: str, body: dict[str, Any]) -> bool:
        """Posts to a payload's response_url (good for 30 minutes and five uses); False when Slack did not take it."""
        try:
            async with self.session().post(response_url, json=body, allow_redirects=False) as response:
                if response.status == 200:
                    return True
                _log.info("slack refused a response_url with %s", response.status)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _log.info("slack response_url failed: %s", type(error).__name__)
        return False

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
            self._clients.clear()


def code_of(error: SlackApiError) -> str:
    """Slack's error code ("ratelimited"), or "" when the answer was not Slack's JSON."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


TRANSPORT_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a call may raise besides SlackApiError."""
