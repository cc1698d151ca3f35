"""How long Slack waits for an answer, what it sends again, and what the person reads when none comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response

from bot.playground.slack import Timing
from bot.playground.slack.wire import Wire
from tests.playground_slack.house import House, bound, card, living, serving

Json = dict[str, Any]


async def test_an_event_without_an_answer_comes_again_three_times(house: House) -> None:
    async def broken() -> Response:
        return PlainTextResponse("down", 500)

    house.before = broken
    assert (await house.double.say("Dana Whitlock", "hello"))["status"] == 500
    await house.double.settled()
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h in house.headers]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]


@pytest.fixture
async def hasty() -> AsyncIterator[House]:
    """A Slack that waits for less than a second."""
    async with living(Timing(ack=0.7, retries=(0.0, 0.02, 0.02))) as found:
        yield found


async def test_retries_are_the_same_event_and_stop_when_told_to(hasty: House) -> None:
    house = hasty
    ids: list[str] = []

    async def once_late() -> Response | None:
        if len(house.headers) == 1:
            await asyncio.sleep(1.0)
        return None

    @house.bolt.event("message")
    async def message(body: Json) -> None:
        ids.append(body["event_id"])

    house.before = once_late
    assert (await house.double.say("Dana Whitlock", "hello"))["body"] == {"error": "http_timeout"}
    await house.double.settled()
    assert house.headers[1]["x-slack-retry-reason"] == "http_timeout"
    await asyncio.sleep(0.4)
    assert len(ids) == 2
    assert len(set(ids)) == 1

    async def stop() -> Response:
        return PlainTextResponse("never again", 500, {"x-slack-no-retry": "1"})

    house.before = stop
    await house.double.say("Dana Whitlock", "hello")
    await house.double.settled()
    assert len(house.headers) == 3


async def test_no_press_is_lost_in_a_connection_that_the_bot_is_just_closing() -> None:
    sock, url = bound()
    async with serving(PlainTextResponse("ok"), sock, timeout_keep_alive=0.02):
        wire = Wire(url, "secret", Timing())
        try:
            for number in range(60):
                await asyncio.sleep(0.019 + number % 4 * 0.0005)
                assert (await wire.interaction({"type": "block_actions"})).status == 200
        finally:
            await wire.stop()


async def test_a_press_that_is_not_answered_in_time_is_not_sent_again_but_the_person_is_warned(hasty: House) -> None:
    house = hasty

    async def slow() -> Response | None:
        await asyncio.sleep(1.0)
        return None

    message = await house.post(blocks=card())
    house.before = slow
    began = time.monotonic()
    assert await house.double.press("Dana Whitlock", message, "Approve") == {
        "status": 0,
        "body": {"error": "http_timeout"},
    }
    assert time.monotonic() - began >= 0.7
    await house.double.settled()
    assert len(house.headers) == 1
    warning = house.double.screen("Dana Whitlock")[-1]
    assert (warning["from"], warning["text"], warning["private"]) == (
        "Slack",
        "Keyline did not answer in time. Please try again.",
        True,
    )


async def test_a_bot_that_is_away_is_a_warning_too() -> None:
    async with living(bot_url="http://127.0.0.1:9") as house:
        assert (await house.double.say("Dana Whitlock", "/keyline waiting"))["body"] == {"error": "connection_failed"}
        assert house.double.screen("Dana Whitlock")[-1]["text"] == "Keyline cannot be reached. Please try again."
