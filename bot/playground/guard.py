"""Keeps the playground to this machine: loopback hosts only, and no page from elsewhere may drive it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware. A foreign Host header (DNS rebinding) and a foreign page's write are answered 403.

    Browsers send Origin with every cross-site write and Sec-Fetch-Site with every request to loopback
    (Fetch standard, W3C Fetch Metadata); programs such as the bot or curl send neither.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sentence = _objection(scope["method"], Headers(scope=scope)) if scope["type"] == "http" else ""
        if sentence:
            await JSONResponse({"error": sentence}, status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _objection(method: str, headers: Headers) -> str:
    """Why this request is refused, or an empty string."""
    host = headers.get("host", "")
    if _name(f"http://{host}") not in LOOPBACK:
        return "The playground answers only on this machine: open it at 127.0.0.1 or localhost."
    if method in SAFE:
        return ""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if (origin is not None and origin != f"http://{host}") or site not in (None, "same-origin", "none"):
        return "Only the playground's own page may press its buttons."
    return ""


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
