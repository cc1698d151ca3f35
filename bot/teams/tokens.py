"""Our token for the Bot Connector: from the provider's home tenant, cached, one request however many senders wait."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.teams.web import Web, read

SCOPE = "https://api.botframework.com/.default"
EARLY_SECONDS = 300
"""A token is renewed this long before it expires."""
REFUSAL_SECONDS = 10
"""So long a refusal is believed without asking again: a wrong secret must not flood the login service."""

log = logging.getLogger("keyline.teams")

_MEANING = {
    "AADSTS7000215": "the app secret is wrong",
    "AADSTS7000222": "the app secret has expired; make a new one in Entra",
    "AADSTS700016": "the home tenant does not know this app id",
    "AADSTS90002": "the home tenant id does not exist",
    "AADSTS900023": "the home tenant id does not exist",
    "AADSTS53003": "a Conditional Access policy blocks the app",
    "AADSTS7000112": "the app is disabled in the home tenant",
}


class Refused(Exception):
    """Entra says no, and will say so again: `str()` is a sentence for the operator."""


class Unreachable(Exception):
    """No token right now; try again after `seconds`."""

    def __init__(self, seconds: float, sentence: str) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Tokens:
    """Hands out the current token. The home tenant's, also for conversations in clients' tenants: a token minted at
    botframework.com or in the client's tenant is answered 401 for a single-tenant bot."""

    def __init__(
        self, web: Web, *, login_url: str, tenant: str, app_id: str, app_secret: str, now: Callable[[], float]
    ) -> None:
        self._web, self._now = web, now
        self._url = f"{login_url.rstrip('/')}/{tenant}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": app_secret,
            "scope": SCOPE,
        }
        self._token, self._good_until = "", 0.0
        self._refusal, self._refused_until = "", 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token good for minutes. Refused or Unreachable otherwise."""
        now = self._now()
        if self._token and now < self._good_until:
            return self._token
        if now < self._refused_until:
            raise Refused(self._refusal)
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.get_running_loop().create_task(self._fetch())
            self._fetching.add_done_callback(_look)
        return await asyncio.shield(self._fetching)

    def drop(self, token: str) -> None:
        """Forgets this token (the connector refused it), unless another has replaced it already."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        """Ends a request that is under way."""
        if self._fetching is not None and not self._fetching.done():
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    async def _fetch(self) -> str:
        try:
            async with self._web.session.post(self._url, data=self._form, allow_redirects=False) as response:
                status, retry, body = response.status, response.headers.get("Retry-After", ""), await read(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(5, f"the login service cannot be reached ({type(error).__name__})") from None
        answer = _json(body)
        if status == 200:
            return self._keep(answer)
        log.warning("teams token refused: %d %s", status, _code(answer))
        if status == 429 or status >= 500 or answer.get("error") == "temporarily_unavailable":
            raise Unreachable(float(retry) if retry.isdecimal() else 10, f"the login service answered {status}")
        self._refusal, self._refused_until = _sentence(status, answer), self._now() + REFUSAL_SECONDS
        raise Refused(self._refusal)

    def _keep(self, answer: dict[str, Any]) -> str:
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if isinstance(lasts, str) and lasts.isdecimal():
            lasts = int(lasts)
        if not isinstance(token, str) or not token:
            raise Unreachable(30, "the login service answered without a token")
        seconds = float(lasts) if isinstance(lasts, (int, float)) and lasts > 0 else 600.0
        self._token, self._good_until = token, self._now() + max(seconds - EARLY_SECONDS, seconds / 2)
        return token


def _look(task: asyncio.Task[str]) -> None:
    """Reads the task's exception: when every waiter was cancelled, nobody else does."""
    if not task.cancelled():
        task.exception()


def _json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _code(answer: dict[str, Any]) -> str:
    found = re.search(r"AADSTS\d+", str(answer.get("error_description", "")))
    return found.group() if found else str(answer.get("error", ""))[:60]


def _sentence(status: int, answer: dict[str, Any]) -> str:
    code = _code(answer)
    meaning = _MEANING.get(code, "Entra refuses the app's id or secret")
    return f"Teams cannot be used: {meaning} ({code or status})."
