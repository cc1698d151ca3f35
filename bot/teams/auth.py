"""Decides whether a request to /api/messages really comes from the Bot Service; whatever is wrong, the answer is 401.

The rules are the Bot Connector authentication page's: RS256, issuer, audience (our app id, also for a single-tenant
bot), expiry with five minutes of skew, the key's endorsement of the channel, and the serviceUrl inside the token.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.exceptions import PyJWTError

from bot.teams.keys import Key, Keys

ISSUER = "https://api.botframework.com"
SKEW_SECONDS = 300
LONGEST_TOKEN = 16_384
REMEMBERED = 64
"""Tokens whose signature was checked: the Bot Service sends one with many requests."""


class Denied(Exception):
    """Why a request was not believed: for the log, never for the caller; it holds nothing of the token."""


@dataclass(frozen=True)
class _Checked:
    """What a token says, and under which key its signature was found good."""

    kid: str
    key: Key
    claims: dict[str, Any]


@dataclass(frozen=True)
class Bearer:
    """What a verified token vouches for."""

    service_url: str
    channels: frozenset[str]


class Gate:
    """Checks tokens. `channels` are the channel ids this bot serves."""

    def __init__(self, keys: Keys, app_id: str, channels: tuple[str, ...], now: Callable[[], float]) -> None:
        self._keys, self._app_id, self._channels, self._now = keys, app_id, frozenset(channels), now
        self._checked: OrderedDict[bytes, _Checked] = OrderedDict()

    async def verify(self, authorization: str | None) -> Bearer:
        """The token of an Authorization header, checked before anything of the body is read; Denied otherwise."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN or not token.isascii():
            raise Denied("no bearer token")
        checked = await self._check(token)
        self._check_times(checked.claims)
        service_url = checked.claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise Denied("the token names no serviceUrl")
        return Bearer(service_url, checked.key.endorsements)

    def match(self, bearer: Bearer, channel: object, service_url: object) -> None:
        """Denied unless the activity's channel and serviceUrl are the ones the token vouches for."""
        if not isinstance(channel, str) or channel not in self._channels:
            raise Denied("a channel this bot does not serve")
        if channel not in bearer.channels:
            raise Denied("the key is not endorsed for the channel")
        if not isinstance(service_url, str) or not service_url:
            raise Denied("the activity names no serviceUrl")
        if service_url.rstrip("/") != bearer.service_url.rstrip("/"):
            raise Denied("the activity's serviceUrl is not the token's")

    async def _check(self, token: str) -> _Checked:
        """The signature and what never changes of a token; a known one's only anew when its key is another one now."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._checked.get(digest)
        if known is not None and await self._keys.find(known.kid) == known.key:
            return known
        try:
            header = jwt.get_unverified_header(token)
        except (PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Denied(f"not a token: {type(error).__name__}") from None
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise Denied("not signed with RS256 under a named key")
        key = await self._keys.find(kid)
        if key is None:
            raise Denied("signed with a key nobody published")
        checked = self._checked[digest] = _Checked(kid, key, self._claims(token, key.public))
        while len(self._checked) > REMEMBERED:
            self._checked.popitem(last=False)
        return checked

    def _claims(self, token: str, public: Any) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                public,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                options={
                    "require": ["iss", "aud", "exp"],
                    "strict_aud": True,
                    # checked below, against the injected clock and with finite numbers only
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_sub": False,
                    "verify_jti": False,
                },
            )
        except (PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Denied(f"token refused: {type(error).__name__}") from None

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._now()
        if now > _moment(claims.get("exp")) + SKEW_SECONDS:
            raise Denied("the token is expired")
        if "nbf" in claims and now < _moment(claims["nbf"]) - SKEW_SECONDS:
            raise Denied("the token is not valid yet")


def _moment(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Denied("a time in the token is no number")
    try:
        moment = float(value)
    except OverflowError:
        raise Denied("a time in the token is no moment") from None
    if not math.isfinite(moment):
        raise Denied("a time in the token is no moment")
    return moment
