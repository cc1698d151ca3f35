"""The HTTP edge of the double: reading a request as Slack does, and every way an answer can fail to arrive."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.playground.slack.faults import Fault


@dataclass(frozen=True)
class Answer:
    """What goes back: JSON (or text), or, with `drop`, nothing: the connection is cut."""

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it as ASGI."""
        if self.drop:
            await cut(receive, send)
            return
        made = Response if isinstance(self.body, str) else JSONResponse
        kind = "text/html" if isinstance(self.body, str) and self.status >= 500 else None
        await made(self.body, self.status, self.headers, kind)(scope, receive, send)


def refused(error: str, problems: list[str] | None = None) -> Answer:
    """`{ok: false, error}` with HTTP 200, as Slack refuses."""
    body: dict[str, Any] = {"ok": False, "error": error}
    if problems:
        body["errors"] = problems
        body["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in problems]}
    return Answer(body)


def ratelimited(seconds: int) -> Answer:
    """HTTP 429 with Retry-After in seconds."""
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


def faulty(fault: Fault) -> Answer:
    """The answer that a fault stands for: a status, a cut connection, or an error word."""
    if fault.kind == "429":
        return ratelimited(fault.retry_after)
    if fault.kind == "5xx" or (len(fault.kind) == 3 and fault.kind.startswith("5") and fault.kind.isdigit()):
        status = 503 if fault.kind == "5xx" else int(fault.kind)
        return Answer("<html><body>Our servers are having a moment.</body></html>", status)
    if fault.kind.startswith("drop_"):
        return Answer(drop=True)
    return refused("token_revoked" if fault.kind == "revoked" else fault.kind)


async def cut(receive: Receive, send: Send) -> None:
    """Closes the TCP connection without a byte of answer.

    uvicorn hands the application the bound `receive` of its request cycle, whose `transport` can be aborted. Behind
    a server or middleware that hides it, the answer's head is sent with a length that never comes.
    """
    abort = getattr(getattr(getattr(receive, "__self__", None), "transport", None), "abort", None)
    if abort is not None:
        abort()
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def read_call(request: Request) -> dict[str, Any] | None:
    """The arguments of a Web API call from query, form or JSON body, `token` among them; None when unreadable.

    A bearer token in the header counts before one in the body; Basic credentials (oauth.v2.access) become
    client_id and client_secret.
    """
    args: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        if kind == "application/json":
            sent = json.loads(body) if body else {}
            if not isinstance(sent, dict):
                return None
            args |= sent
        elif body and kind != "multipart/form-data":
            args |= dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=False))
        elif body:
            args |= {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    except (ValueError, RecursionError):
        return None
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        args["token"] = credentials.strip()
    elif scheme.lower() == "basic":
        args |= _basic(credentials)
    return args


def _basic(credentials: str) -> dict[str, str]:
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}
