"""While the clock is moved, the bot goes from one due moment to the next: what it sends is dated by its own clock."""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.playground.ensemble import Clock
from bot.playground.live import Live


class Moving:
    """Whether the clock is being moved, and the clock; shared by the control API and the middleware."""

    def __init__(self, clock: Clock, live: Live) -> None:
        self.clock = clock
        self.live = live
        self.under_way = 0

    def __enter__(self) -> Moving:
        self.under_way += 1
        return self

    def __exit__(self, *problem: object) -> None:
        self.under_way -= 1
        self.live.clock(self.clock.now().isoformat())

    async def look(self) -> None:
        """Takes over the bot's time, and shows it; the time kept here serves if the bot does not answer."""
        with suppress(ConnectionError):
            self.live.clock((await self.clock.sync()).isoformat())


class Dated:
    """ASGI middleware: a call below one of `prefixes` (the doubles' paths) that comes during a move is dated first."""

    def __init__(self, app: ASGIApp, moving: Moving, prefixes: tuple[str, ...]) -> None:
        self.app = app
        self.moving = moving
        self.prefixes = prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.moving.under_way and scope["path"].startswith(self.prefixes):
            await self.moving.look()
        await self.app(scope, receive, send)
