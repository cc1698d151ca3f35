"""A message sent while the clock moves carries the time at which the bot sent it."""

from __future__ import annotations

from datetime import datetime

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.playground.dating import Dated, Moving
from bot.playground.live import Live
from tests.playground_stage.fakes import START, FakeClock


class BotClock(FakeClock):
    """Kept here it stands at the start; the bot's, when asked, has moved on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def sync(self) -> datetime:
        self.asked += 1
        if self.away:
            raise ConnectionError("The bot's clock does not answer.")
        self.moment = START.replace(hour=13)
        return self.moment


async def posted_at(clock: BotClock, moving: Moving, path: str = "/slack/api/post") -> str:
    async def post(request: Request) -> PlainTextResponse:
        return PlainTextResponse(clock.now().isoformat())

    routes = [Route("/slack/api/post", post), Route("/control/clock", post)]
    app = Starlette(routes=routes, middleware=[Middleware(Dated, moving=moving, prefixes=("/slack/",))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        return (await client.get(path)).text


async def test_during_a_move_the_bots_clock_dates_a_call() -> None:
    clock = BotClock()
    with Moving(clock, Live()) as moving:
        assert await posted_at(clock, moving) == "2026-06-08T13:05:00-04:00"


async def test_otherwise_and_elsewhere_the_clock_is_not_asked() -> None:
    clock = BotClock()
    moving = Moving(clock, Live())
    assert await posted_at(clock, moving) == START.isoformat()
    with moving:
        assert await posted_at(clock, moving, "/control/clock") == START.isoformat()
    assert clock.asked == 0


async def test_a_bot_that_does_not_answer_is_dated_by_the_time_kept_here() -> None:
    clock = BotClock()
    clock.away = True
    with Moving(clock, Live()) as moving:
        assert await posted_at(clock, moving) == START.isoformat()
    assert clock.asked == 1
