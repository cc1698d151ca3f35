"""Scopes, content type and Idempotency-Key around every REST route: the same POST is never carried out twice."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.web.callers import PREFIX, Caller
from bot.web.problems import Problem
from handlers.commands import Refused
from storage import idempotency
from storage.store import Store

KEY = re.compile(r"[\x21-\x7e]{1,200}")
HEADER = "Idempotency-Key"
PATIENCE = timedelta(seconds=10)
"""A call of another process that has not ended after this long is taken to have died; taking it over is safe, because
the desk answers an event it has performed with the first outcome."""

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass
class Ledger:
    """Which keyed calls run in this process, and the kept answers in the store. `real` is the real time."""

    store: Store
    keep: timedelta
    real: Callable[[], datetime] = lambda: datetime.now(UTC)
    running: set[tuple[str, str]] = field(default_factory=set)

    def claim(self, caller: Caller, key: str, route: str, body_hash: str) -> tuple[int, bytes] | None:
        """None: ours to carry out. Else the kept answer. Raises Problem for another body or a call still running."""
        now = self.real()
        mine: dict[str, Any] = {
            "token_id": caller.token_id,
            "key": key,
            "route": route,
            "body_hash": body_hash,
            "at": now,
        }
        with self.store.write() as tx:
            row = idempotency.claim(tx, **mine)
            if row is None:
                return None
            if now - row.at > self.keep:
                idempotency.take_over(tx, **mine)
                return None
            if (row.route, row.body_hash) != (route, body_hash):
                raise Problem(
                    422,
                    "key_reused",
                    "This Idempotency-Key was used with another request. Use a new key for a new request.",
                    field=HEADER,
                )
            if row.status:
                return row.status, row.answer
            if tx.dialect.name == "sqlite" or now - row.at > PATIENCE:  # SQLite: no other process serves this file
                idempotency.take_over(tx, **mine)
                return None
        raise _running()

    def settle(self, caller: Caller, key: str, response: Response) -> None:
        """Keeps the answer of a call that was carried out."""
        with self.store.write() as tx:
            idempotency.keep(
                tx, token_id=caller.token_id, key=key, status=response.status_code, answer=bytes(response.body)
            )

    def release(self, caller: Caller, key: str) -> None:
        """Nothing was done: the key is free again."""
        with self.store.write() as tx:
            idempotency.release(tx, token_id=caller.token_id, key=key)


def guarded(ledger: Ledger) -> type[APIRoute]:
    """A route class that asks for the scope its OpenAPI `security` names and honours Idempotency-Key."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Endpoint:
            inner, scope = super().get_route_handler(), scope_of(self)

            async def handle(request: Request) -> Response:
                caller: Caller = request.state.caller
                if scope not in caller.service.scopes:
                    raise Problem(403, "scope_missing", f"This token lacks the scope {scope}, which this call needs.")
                if request.method in ("GET", "HEAD"):
                    return await inner(request)
                body = await request.body()
                if body and not _is_json(request.headers.get("content-type", "")):
                    raise Problem(415, "not_json", "Send the body as application/json.", field="Content-Type")
                return await _once(ledger, caller, request, body, inner)

            return handle

    return Guarded


def security(scope: str) -> dict[str, Any]:
    """What a route says of the scope it needs, for OpenAPI and for `guarded` alike."""
    return {"security": [{"bearer": [scope]}]}


def scope_of(route: APIRoute) -> str:
    """The scope a route needs."""
    return str((route.openapi_extra or {})["security"][0]["bearer"][0])


def previewed(request: Request) -> None:
    """This call only said what another would do: its key stays free for the call that does it."""
    request.state.previewed = True


async def _once(ledger: Ledger, caller: Caller, request: Request, body: bytes, inner: Endpoint) -> Response:
    given = request.headers.getlist(HEADER)
    if not given:
        request.state.event_key = f"rest:{caller.token_id}:{uuid.uuid4().hex}"
        return await inner(request)
    key = given[0]
    if len(given) > 1 or not KEY.fullmatch(key):
        raise Problem(422, "invalid", f"{HEADER} is one text of 1 to 200 visible ASCII characters.", field=HEADER)
    address = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    route, body_hash = f"{request.method} {address}"[:300], _fingerprint(body)
    if (caller.token_id, key) in ledger.running:
        raise _running()
    ledger.running.add((caller.token_id, key))
    try:
        kept = await run_in_threadpool(ledger.claim, caller, key, route, body_hash)
        if kept is not None:
            return _again(request, *kept)
        place = hashlib.sha256(f"{route}\n{body_hash}".encode()).hexdigest()[:32]
        request.state.event_key = f"rest:{caller.token_id}:{place}:{key}"
        try:
            response = await inner(request)
        except (Refused, Problem, RequestValidationError, HTTPException):
            await run_in_threadpool(ledger.release, caller, key)
            raise
        keep = (
            ledger.release if getattr(request.state, "previewed", False) else partial(ledger.settle, response=response)
        )
        await run_in_threadpool(keep, caller, key)
        return response
    finally:
        ledger.running.discard((caller.token_id, key))


def _again(request: Request, status: int, answer: bytes) -> Response:
    headers = {"Idempotency-Replayed": "true", "Cache-Control": "no-store"}
    if status == 201:
        kind = request.url.path.removeprefix(f"{PREFIX}/").partition("/")[0]
        headers["Location"] = f"{PREFIX}/{kind}/{json.loads(answer)['id']}"
    return Response(answer, status, headers, "application/json")


def _running() -> Problem:
    return Problem(
        409,
        "still_running",
        "A request with this Idempotency-Key is still being carried out. Try again in a moment.",
        field=HEADER,
        headers={"Retry-After": "1"},
    )


def _fingerprint(body: bytes) -> str:
    """The same JSON written differently is the same body."""
    with suppress(ValueError, RecursionError):  # not JSON: the bytes are compared, and the route will refuse them
        body = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode("ascii")
    return hashlib.sha256(body).hexdigest()


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
