"""Entra's token endpoint: client credentials of the cast's one app, from its home tenant only.

Shapes: the OAuth 2.0 client credentials page of the Microsoft identity platform; error codes as its list of AADSTS
codes names them.
"""

from __future__ import annotations

import hmac
import time
from typing import Any
from urllib.parse import parse_qs

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.teams.cast import World
from bot.playground.teams.faults import Faults
from bot.playground.teams.journal import Journal
from bot.playground.teams.keys import new_key
from bot.playground.teams.wire import HangUp

SCOPE = "https://api.botframework.com/.default"
LIFETIME = 3599.0


class Login:
    """Issues tokens and knows which of them are still good. `lifetime` is in seconds and may be changed by a test."""

    def __init__(self, world: World, faults: Faults, journal: Journal) -> None:
        self._world = world
        self._faults = faults
        self._journal = journal
        self._good_until: dict[str, float] = {}
        self._issued = 0
        self.lifetime = LIFETIME

    def accepts(self, authorization: str | None) -> bool:
        """Whether this header carries a token that was issued here and has not expired."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme == "Bearer" and self._good_until.get(token, 0.0) > time.monotonic()

    def revoke_all(self) -> None:
        """Every token issued so far stops working."""
        self._good_until.clear()

    async def token(self, request: Request) -> Response:
        """POST /teams/login/{tenant}/oauth2/v2.0/token"""
        tenant = request.path_params["tenant"]
        fault = await self._faults.meet("token", tenant=tenant)
        if fault is not None and fault.drops:
            self._journal.note("POST", "/{tenant}/oauth2/v2.0/token", "token", 0, tenant=tenant)
            return HangUp()
        response = fault.response() if fault is not None else None
        response = response or self._grant(tenant, request.headers.get("content-type", ""), await request.body())
        self._journal.note("POST", "/{tenant}/oauth2/v2.0/token", "token", response.status_code, tenant=tenant)
        return response

    def _grant(self, tenant: str, content_type: str, body: bytes) -> Response:
        if not content_type.startswith("application/x-www-form-urlencoded"):
            return _error(400, "invalid_request", 900144, "The request body must be form-encoded.")
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        for name in ("client_id", "client_secret", "grant_type", "scope"):
            if not form.get(name):
                return _error(400, "invalid_request", 900144, f"The request body must contain '{name}'.")
        if tenant not in (self._world.home_tenant, "botframework.com", *self._world.tenants):
            return _error(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form["grant_type"] != "client_credentials":
            return _error(400, "unsupported_grant_type", 70003, "The grant type is not supported.")
        if form["client_id"] != self._world.app_id or tenant != self._world.home_tenant:
            # A single-tenant bot is known in its home tenant only, whatever tenants use it.
            words = f"The application {form['client_id']!r} was not found in the directory '{tenant}'."
            return _error(400, "unauthorized_client", 700016, words)
        if not hmac.compare_digest(form["client_secret"].encode(), self._world.app_secret.encode()):
            return _error(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if form["scope"] != SCOPE:
            return _error(400, "invalid_scope", 70011, "The scope is not valid.")
        return JSONResponse(self._issue(), headers={"Cache-Control": "no-store"})

    def _issue(self) -> dict[str, Any]:
        now = int(time.time())
        self._issued += 1
        claims = {
            "aud": "https://api.botframework.com",
            "iss": f"https://sts.windows.net/{self._world.home_tenant}/",
            "iat": now,
            "nbf": now,
            "exp": now + int(self.lifetime),
            "appid": self._world.app_id,
            "tid": self._world.home_tenant,
            "uti": f"playground-{self._issued}",
        }
        token = jwt.encode(claims, new_key("entra").private, algorithm="RS256")
        self._good_until[token] = time.monotonic() + self.lifetime
        seconds = int(self.lifetime)
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}


def _error(status: int, error: str, code: int, words: str) -> JSONResponse:
    body = {"error": error, "error_description": f"AADSTS{code}: {words}", "error_codes": [code]}
    return JSONResponse(body, status_code=status)
