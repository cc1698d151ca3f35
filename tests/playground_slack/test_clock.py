"""The playground's clock: its own, or the bot's when the cast names one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.playground.clock import Clock
from tests.playground_slack.house import bound, serving

START = datetime.fromisoformat("2026-06-08T09:05:00-04:00")


async def test_without_a_bot_it_runs_from_the_start_and_can_be_moved() -> None:
    clock = Clock({"start": START.isoformat()})
    assert timedelta() <= clock.now() - START < timedelta(seconds=5)
    moved = await clock.advance(timedelta(hours=4))
    assert timedelta(hours=4) <= moved - START < timedelta(hours=4, seconds=5)
    await clock.to(datetime(2026, 6, 1, tzinfo=UTC))
    assert clock.now().isoformat().startswith("2026-05-31T20:00:0")
    assert clock.now() < await clock.sync()
    with pytest.raises(ValueError, match="no time zone"):
        await clock.to(datetime(2026, 6, 1))  # noqa: DTZ001


async def test_with_a_bot_it_moves_the_bots_clock_and_follows_it() -> None:
    asked: list[object] = []

    async def remote(request: Request) -> JSONResponse:
        assert request.headers["x-play-secret"] == "hush"
        asked.append(await request.json() if request.method == "POST" else "GET")
        return JSONResponse({"now": "2026-06-09T12:00:00+00:00"})

    sock, url = bound()
    async with serving(Starlette(routes=[Route("/clock", remote, methods=["GET", "POST"])]), sock):
        clock = Clock({"start": START.isoformat(), "clock": {"url": f"{url}/clock", "secret": "hush"}})
        assert (await clock.sync()).isoformat().startswith("2026-06-09T08:00:00")
        await clock.advance(timedelta(minutes=90))
        await clock.to(START)
    assert asked == ["GET", {"advance_seconds": 5400.0}, {"to": "2026-06-08T09:05:00-04:00"}]
    assert clock.now().isoformat().startswith("2026-06-09T08:00:0")


async def test_a_bot_that_is_away_or_refuses_is_a_connection_error() -> None:
    async def refuse(request: Request) -> JSONResponse:
        return JSONResponse({"error": "wrong secret"}, 403)

    sock, url = bound()
    async with serving(Starlette(routes=[Route("/clock", refuse, methods=["GET"])]), sock):
        with pytest.raises(ConnectionError, match="403"):
            await Clock({"clock": {"url": f"{url}/clock", "secret": "x"}}).sync()
    with pytest.raises(ConnectionError, match="does not answer"):
        await Clock({"clock": {"url": f"{url}/clock", "secret": "x"}}).sync()
