"""The CSM's pages; without a session every address under /console says how to get in, and nothing else."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Keyline</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><p>{sentence}</p></main></body></html>
"""
SIGN_IN = "Open the console from its link in chat; such a link works for a short time and only for you."
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def closed(_request: Request) -> Response:
    """401 for everybody without a session."""
    return HTMLResponse(PAGE.format(sentence=SIGN_IN), 401, HEADERS)


def console_routes() -> list[Route]:
    """Every address under /console."""
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [Route("/console", closed, methods=methods), Route("/console/{path:path}", closed, methods=methods)]
