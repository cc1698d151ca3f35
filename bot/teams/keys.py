"""The Bot Framework's public keys (JWKS), fetched without blocking, cached, and renewed when an unknown key appears."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from bot.teams.web import Web, read

FRESH_SECONDS = 24 * 3600
"""The documentation's refresh interval. An older set is renewed in the background and serves meanwhile."""
BURST, SECONDS_EACH = 5, 15.0
"""Fetches in a row, and how fast a used one comes back: junk tokens must not make us hammer the key server, while two
rotations within a minute must still be picked up."""
LEAST_BITS = 2048

log = logging.getLogger("keyline.teams")


@dataclass(frozen=True)
class Key:
    """One public key and the channels whose tokens it may sign."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class Keys:
    """Finds keys by kid. A failed fetch changes nothing: a warm cache keeps serving, a cold one finds no key (401)."""

    def __init__(self, web: Web, openid_url: str, now: Callable[[], float]) -> None:
        self._web, self._openid_url, self._now = web, openid_url, now
        self._keys: dict[str, Key] = {}
        self._fetched_at = 0.0
        self._fetching: asyncio.Task[None] | None = None
        self._allowance, self._allowed_at = float(BURST), now()

    async def find(self, kid: str) -> Key | None:
        """The key, or None when nobody knows it. Requests that miss at the same time share one fetch."""
        if kid in self._keys:
            if self._now() - self._fetched_at > FRESH_SECONDS:
                self._start()
            return self._keys[kid]
        if fetching := self._start():
            await asyncio.shield(fetching)
        return self._keys.get(kid)

    async def close(self) -> None:
        """Ends a fetch that is under way."""
        if self._fetching is not None and not self._fetching.done():
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _start(self) -> asyncio.Task[None] | None:
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        now = self._now()
        self._allowance = min(float(BURST), self._allowance + max(now - self._allowed_at, 0.0) / SECONDS_EACH)
        self._allowed_at = now
        if self._allowance < 1.0:
            return None
        self._allowance -= 1.0
        self._fetching = asyncio.get_running_loop().create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            document = await self._get(self._openid_url)
            jwks_uri = document.get("jwks_uri")
            if not isinstance(jwks_uri, str) or (self._openid_url.startswith("https:") and jwks_uri[:6] != "https:"):
                raise ValueError("the OpenID document names no jwks_uri to trust")
            keys = _usable(await self._get(jwks_uri))
            if not keys:
                raise ValueError("the key set holds no usable RSA key")
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as error:
            log.warning("teams keys not fetched: %s", type(error).__name__)
            return
        self._keys, self._fetched_at = keys, self._now()
        log.info("teams keys fetched: %d", len(keys))

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._web.session.get(url) as response:
            response.raise_for_status()
            document = json.loads(await read(response))
        if not isinstance(document, dict):
            raise ValueError("not a JSON object")
        return document


def _usable(document: dict[str, Any]) -> dict[str, Key]:
    listed = document.get("keys")
    found: dict[str, Key] = {}
    for jwk in listed if isinstance(listed, list) else []:
        if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or not isinstance(jwk.get("kid"), str):
            continue
        if jwk.get("use", "sig") != "sig":
            continue
        try:
            public = PyJWK(jwk, "RS256").key
        except (PyJWTError, ValueError, TypeError, KeyError):
            continue
        endorsements = jwk.get("endorsements")
        named = [name for name in endorsements if isinstance(name, str)] if isinstance(endorsements, list) else []
        if isinstance(public, RSAPublicKey) and public.key_size >= LEAST_BITS:
            found[jwk["kid"]] = Key(public, frozenset(named))
    return found
