"""The world outside the bot without a socket: Slack's Web API, Microsoft's login, keys and connector, answered here."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from multidict import CIMultiDict
from yarl import URL

from tests.fuzz import judge

OPENID, JWKS, LOGIN = "https://keys.fuzz/openid", "https://keys.fuzz/jwks", "https://login.fuzz"
SLACK, CONNECTOR = "https://slack.fuzz/api/", "https://connector.fuzz/teams/"
RESPONSE_URL = "https://slack.fuzz/response"
KID = "fuzz"
BROKEN = ("channel_not_found", "expired_trigger_id", "ratelimited", "fatal_error", "invalid_blocks", "not_in_channel")


class Said:
    """What aiohttp's callers need of a response."""

    content_type = "application/json"
    charset = "utf-8"

    def __init__(self, value: Any, status: int = 200, **headers: str) -> None:
        self.status = status
        self.headers = CIMultiDict(headers)
        self._body = json.dumps(value).encode()
        self.content = self

    async def __aenter__(self) -> Said:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def __await__(self) -> Any:
        async def myself() -> Said:
            return self

        return myself().__await__()

    async def iter_any(self) -> Any:
        yield self._body

    async def read(self) -> bytes:
        return self._body

    async def text(self, *_: object) -> str:
        return self._body.decode()

    async def json(self, *_: object, **__: object) -> Any:
        return json.loads(self._body)

    def raise_for_status(self) -> None:
        assert self.status < 400


class Outside:
    """Answers every call; one in twenty goes wrong in one of the ways such calls go wrong."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._key = rsa.generate_private_key(65537, 2048)
        self._bearers: dict[str, tuple[float, str]] = {}
        self.calls: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.told: list[bytes] = []
        """What the bot said to Slack and Teams since somebody looked."""

    def replace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Puts itself between aiohttp and the network."""
        monkeypatch.setattr(aiohttp.ClientSession, "request", lambda _, method, url, **given: self(str(url), given))
        monkeypatch.setattr(aiohttp.ClientSession, "get", lambda _, url, **given: self(str(url), given))
        monkeypatch.setattr(aiohttp.ClientSession, "post", lambda _, url, **given: self(str(url), given))

    def bearer(self, app_id: str) -> str:
        """A token of the Bot Framework for this app."""
        now = time.time()
        made, bearer = self._bearers.get(app_id, (0.0, ""))
        if now - made > 600:
            claims = {"iss": "https://api.botframework.com", "aud": app_id, "serviceurl": CONNECTOR}
            claims |= {"nbf": int(now), "exp": int(now) + 3_600}
            bearer = "Bearer " + jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KID})
            self._bearers[app_id] = (now, bearer)
        return bearer

    def __call__(self, url: str, given: dict[str, Any]) -> Said:
        host = self._host(url)
        self.calls[host] += 1
        if url == OPENID:
            return Said({"jwks_uri": JWKS})
        if url == JWKS:
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
            return Said({"keys": [{**jwk, "kid": KID, "use": "sig", "endorsements": ["msteams"]}]})
        if url.startswith(LOGIN):
            return Said({"access_token": "out", "expires_in": 3_600})
        if host not in ("slack.fuzz", "connector.fuzz"):
            raise aiohttp.ClientConnectionError
        self.told.append(json.dumps(given, default=repr).encode())
        self.complaints += judge.slack_call(given) if host == "slack.fuzz" else judge.teams_call(given)
        chance = self._rng.random()
        if chance < 0.01:
            raise aiohttp.ServerDisconnectedError
        if chance < 0.02:
            raise TimeoutError
        if host == "connector.fuzz":
            status = self._rng.choice((400, 403, 404, 412, 429, 500, 502)) if chance < 0.05 else 201
            return Said({"id": f"m{self.calls[host]}"} if status == 201 else {"error": {"code": "x"}}, status)
        if chance < 0.05:
            return Said({"ok": False, "error": self._rng.choice(BROKEN)}, **{"Retry-After": "1"})
        ts = f"1781000000.{self.calls[host]:06}"
        return Said({"ok": True, "channel": "D0FUZZ", "ts": ts, "view": {"id": "V0"}, "user": {"profile": {}}})

    @staticmethod
    def _host(url: str) -> str:
        """As aiohttp reads it, which refuses what is no address of the web."""
        try:
            parsed = URL(url)
        except ValueError as error:
            raise aiohttp.InvalidURL(url) from error
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise aiohttp.InvalidURL(url)
        return parsed.host
