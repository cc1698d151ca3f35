"""The socket itself: a connection that comes back whatever ended it, and an end that loses nothing."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from aiohttp import web

from bot.conversation import Answer, Press
from bot.slack.adapter import create_slack
from tests.slack.house import FakeTalk
from tests.slack.payloads import a_command
from tests.slack.sockets import APP_TOKEN, BRISK, COMMAND, QUICK, wire, works


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_slack_asks_to_connect_anew(reason: str) -> None:
    async with wire() as it:
        await works(it, "1.1.before")
        await it.slack.lines[0].ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        second = await it.slack.connected(2)
        assert second.ticket == "ticket-2"
        await works(it, "1.1.after")
        assert it.slack.lines[0].ws.closed


async def test_a_press_under_way_while_slack_asks_to_connect_anew_is_acknowledged() -> None:
    async with wire() as it:
        gate = asyncio.Event()
        slow(it.talk, gate)
        envelope = await it.slack.push(COMMAND, a_command("waiting"))
        await it.slack.lines[0].ws.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await it.slack.connected(2)
        gate.set()
        assert (await it.slack.ack(envelope))["payload"]["text"].endswith("Done.")


async def test_a_connection_that_slack_closes_comes_back() -> None:
    async with wire() as it:
        await it.slack.lines[0].ws.close()
        await it.slack.connected(2)
        await works(it, "1.1.after")


async def test_a_connection_that_breaks_off_comes_back() -> None:
    async with wire(pace=BRISK) as it:
        transport = it.slack.lines[0].ws._req.transport  # type: ignore[union-attr]
        transport.abort()  # type: ignore[union-attr]
        await it.slack.connected(2)
        await works(it, "1.1.after")


async def test_a_connection_that_falls_silent_is_replaced() -> None:
    async with wire(start=False, pace=BRISK) as it:
        it.slack.deaf = True
        assert it.adapter.socket is not None
        it.adapter.socket.start()
        await it.slack.connected()
        it.slack.deaf = False
        await it.slack.connected(2)
        await works(it, "1.1.after")


async def test_where_the_sdk_does_not_come_back_the_watch_starts_a_new_one(caplog: pytest.LogCaptureFixture) -> None:
    async def never() -> web.StreamResponse:
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    async with wire() as it:
        it.slack.opening = [never]
        await it.slack.lines[0].ws.close()
        await it.slack.connected(2)
        await works(it, "1.1.after")
        assert len(it.slack.opened) == 3 and "fell silent" in caplog.text


async def test_slack_refuses_and_does_not_answer_and_the_bot_goes_on_asking(caplog: pytest.LogCaptureFixture) -> None:
    async def refused() -> web.StreamResponse:
        return web.json_response({"ok": False, "error": "invalid_auth"})

    async def limited() -> web.StreamResponse:
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})

    async def broken() -> web.StreamResponse:
        return web.Response(status=500, text="<html>")

    async def elsewhere() -> web.StreamResponse:
        return web.json_response({"ok": True, "url": f"{it.slack.url.replace('http', 'ws', 1)}/link?ticket=stale"})

    caplog.set_level(logging.DEBUG)
    async with wire(start=False, pace=replace(QUICK, connect=0.2)) as it:
        it.slack.opening = [refused, limited, broken, elsewhere]
        assert it.adapter.socket is not None
        it.adapter.socket.start()
        await it.slack.connected()
        await works(it, "1.1.after")
    said = " ".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access")
    assert "refuses the app-level token, which needs connections:write (invalid_auth)" in said
    assert APP_TOKEN not in said and "ticket" not in said and "U0DANA" not in said


async def test_the_end_answers_what_is_under_way_and_takes_nothing_new() -> None:
    async with wire() as it:
        gate = asyncio.Event()
        slow(it.talk, gate)
        under_way = await it.slack.push(COMMAND, a_command("waiting"))
        await asyncio.wait_for(it.talk.entered.wait(), 5)  # type: ignore[attr-defined]
        assert it.adapter.socket is not None
        stopping = asyncio.create_task(it.adapter.socket.stop())
        await asyncio.sleep(0)
        late = await it.slack.push(COMMAND, a_command("request", trigger_id="2.2.late"))
        gate.set()
        await stopping
        await it.slack.ack(under_way)
        await it.slack.until(lambda: it.slack.lines[0].ws.closed)
        assert late not in it.slack.acknowledged() and len(it.talk.presses) == 1
        assert len(it.slack.opened) == 1


async def test_the_end_does_not_wait_for_a_slack_that_is_gone() -> None:
    async with wire(start=False) as it:
        it.slack.url = "http://127.0.0.1:9"
        gone = create_slack(it.talk, it.installations, app_token=APP_TOKEN, api_url=f"{it.slack.url}/", pace=QUICK)
        assert gone.socket is not None
        gone.socket.start()
        await asyncio.sleep(0.05)
        await asyncio.wait_for(gone.socket.stop(), 2)
        await gone.close()


def slow(talk: FakeTalk, gate: asyncio.Event) -> None:
    """Every press waits for the gate."""
    press, talk.entered = talk.press, asyncio.Event()  # type: ignore[attr-defined]

    async def wait(given: Press) -> Answer:
        talk.entered.set()  # type: ignore[attr-defined]
        await gate.wait()
        return await press(given)

    talk.press = wait  # type: ignore[method-assign]
