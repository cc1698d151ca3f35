"""A connection that has been idle is not used again: its server may be closing it, and a message would be lost."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platform import KEPT_SECONDS
from bot.slack.api import SlackApi
from bot.teams.web import Web

IMPATIENT_SECONDS = 5.0
"""What uvicorn and Node wait before they close an idle connection; nginx and the great balancers wait longer."""


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_an_idle_connection_is_not_used_again_and_a_busy_one_is(platform: str) -> None:
    seen: list[object] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.transport)
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        slack, teams = SlackApi(kept=0.2), Web(kept=0.2)
        try:
            for pause in (0.0, 0.0, 0.4):
                await asyncio.sleep(pause)
                session = slack.session() if platform == "slack" else teams.session
                async with session.post(server.make_url("/")) as response:
                    await response.read()
        finally:
            await slack.close()
            await teams.close()
    first, second, third = seen
    assert first is second and second is not third


def test_it_is_let_go_before_an_impatient_server_closes_it() -> None:
    assert KEPT_SECONDS + 2.0 <= IMPATIENT_SECONDS
