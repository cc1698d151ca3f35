"""Who calls the REST interface: bearer tokens, known only by their SHA-256, checked before anything else is read."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sections import Limits
from bot.web.problems import Problem
from handlers.commands import Service
from storage.queries import tokens
from storage.rows import Row
from storage.store import Store

PREFIX = "/api/v1"
OPEN_PATH = f"{PREFIX}/openapi.json"


@dataclass(frozen=True)
class Caller:
    """A verified caller: its token, whose name and scopes it acts with, the client it is bound to (or None)."""

    token_id: str
    service: Service
    client_id: str | None


def new_token() -> str:
    """A bearer token: 256 random bits behind a prefix that secret scanners can look for."""
    return f"keyline_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Doorman:
    """Lets a request under /api/v1 in when its token is good; reads its body whole, up to a limit and a time.

    Unknown paths and malformed bodies of strangers are answered 401 too: nobody learns here what there is.
    """

    def __init__(self, app: ASGIApp, *, store: Store, limits: Limits) -> None:
        self._app = app
        self._store = store
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await self._app(scope, receive, send)
            return
        if path == OPEN_PATH and scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["caller"] = await self._caller(Headers(scope=scope))
            body = await self._body(Headers(scope=scope), receive)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)

    async def _caller(self, headers: Headers) -> Caller:
        given = headers.getlist("authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        digest = digest_of(token.strip())
        row = await run_in_threadpool(self._find, digest) if scheme.lower() == "bearer" and token.strip() else None
        if row is None or not hmac.compare_digest(row.digest, digest):
            raise Problem(
                401,
                "unauthorized",
                "Send a valid token as `Authorization: Bearer ...`; an operator makes one with `token create`.",
                headers={"WWW-Authenticate": 'Bearer realm="keyline"'},
            )
        return Caller(row.id, Service(row.name, frozenset(row.scopes), row.client_slug), row.client_id)

    def _find(self, digest: str) -> Row[Any] | None:
        with self._store.read() as tx:
            return tokens.by_digest(tx, digest)

    async def _body(self, headers: Headers, receive: Receive) -> bytes | None:
        """The whole body; None when the caller hung up."""
        most = self._limits.body_bytes
        too_large = Problem(
            413, "too_large", f"The body is too large: at most {most} bytes.", headers={"Connection": "close"}
        )
        declared = headers.get("content-length", "")
        if declared.isdigit() and len(declared) < 20 and int(declared) > most:
            raise too_large
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return None
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > most:
                        raise too_large
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise Problem(
                408, "too_slow", "The body did not arrive in time.", headers={"Connection": "close"}
            ) from None


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
