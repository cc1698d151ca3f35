"""The playground: doubles of both platforms, the control API and the page, as one web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.playground.clock import Clock as DomainClock
from bot.playground.control import Control
from bot.playground.dating import Dated, Moving
from bot.playground.ensemble import Clock, Double, Ensemble
from bot.playground.guard import Guard
from bot.playground.live import Live
from bot.playground.slack import SlackDouble
from bot.playground.teams import TeamsDouble

PAGE = Path(__file__).parent / "page"
PACKAGES = Path(__file__).parents[2] / "node_modules"
VENDOR = {
    "adaptivecards.js": "adaptivecards/dist/adaptivecards.min.js",
    "markdown-it.js": "markdown-it/dist/markdown-it.min.js",
}
"""What the page borrows when `npm ci` ran: Microsoft's renderer, and the Markdown parser its documentation names."""

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:*; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Whatever a message holds, the page runs only its own scripts and loads nothing from another machine. Inline styles
stay allowed because Microsoft's renderer writes them."""


def create_playground(cast: dict[str, Any], base_url: str) -> Starlette:
    """The whole playground for a cast (see `bot/demo`), reachable at `base_url` (no trailing slash needed).

    Run it with uvicorn and `timeout_graceful_shutdown=1`, or call `app.state.live.close()` before stopping: an open
    page holds its event stream until then.
    """
    clock = DomainClock(cast)
    doubles: dict[str, Double] = {
        "slack": SlackDouble(cast, clock, base_url),
        "teams": TeamsDouble(cast, clock, base_url),
    }
    slack = cast.get("slack") or {}
    names = {person["user"]: person["name"] for person in slack.get("people", ())}
    return assemble(doubles, clock, command=slack.get("command", "/keyline"), names=names)


def assemble(
    doubles: dict[str, Double],
    clock: Clock,
    *,
    command: str = "/keyline",
    names: dict[str, str] | None = None,
    packages: Path = PACKAGES,
) -> Starlette:
    """The application around any doubles.

    `names` tells whom a Slack mention means (user id -> name); `packages` is the folder of npm packages, if installed.
    """
    cast, live = Ensemble(doubles, clock), Live()
    moving = Moving(clock, live)
    vendored = {name: packages / path for name, path in VENDOR.items()}
    if not all(file.is_file() for file in vendored.values()):
        vendored = {}

    async def about(request: Request) -> Response:
        """What the page needs to know before it draws."""
        people = cast.people()
        return JSONResponse(
            {
                "command": command,
                "now": clock.now().isoformat(),
                "timezone": people[0]["timezone"] if people else "UTC",
                "people": people,
                "names": names or {},
                "vendor": [f"/vendor/{name}" for name in vendored],
            }
        )

    async def events(request: Request) -> Response:
        return StreamingResponse(live.stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def vendor(request: Request) -> Response:
        file = vendored.get(request.path_params["name"])
        return _file(file) if file else Response(status_code=404)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        live.open()
        started: list[Double] = []
        try:
            for double in doubles.values():
                double.on_change = live.person
                await double.start()
                started.append(double)
            yield
        finally:
            live.close()
            for double in reversed(started):
                await double.stop()

    routes: list[BaseRoute] = [
        Route("/", _page),
        Route("/page/{path:path}", _page),
        Route("/vendor/{name}", vendor),
        Route("/events", events),
        Route("/control/about", about),
        *Control(cast, moving).routes(),
    ]
    for double in doubles.values():
        routes += double.routes()
    bots = tuple(f"/{platform}/" for platform in doubles)
    middleware = [Middleware(Guard), Middleware(Dated, moving=moving, prefixes=bots)]
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    app.state.live = live
    app.state.doubles = doubles
    return app


async def _page(request: Request) -> Response:
    file = (PAGE / (request.path_params.get("path") or "index.html")).resolve()
    if not file.is_relative_to(PAGE) or not file.is_file():
        return Response(status_code=404)
    return _file(file)


def _file(file: Path) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, media_type=TYPES.get(file.suffix), headers=headers)
