"""Slack misbehaving on demand, and its rate limits: what the bot's SDK really sees."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.slack.pace import Pace
from tests.playground_slack.house import OTHER_TOKEN, TOKEN, House, card


async def failing(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_429_says_when_to_come_back(house: House) -> None:
    house.double.fault({"platform": "slack", "method": "chat.postMessage", "kind": "429", "retry_after": 2, "times": 1})
    response = await failing(house.client().chat_postMessage(channel="U0SOFIA", text="x"))
    assert (response.status_code, response.headers["Retry-After"], response["error"]) == (429, "2", "ratelimited")
    assert (await house.client().chat_postMessage(channel="U0SOFIA", text="x"))["ok"]


async def test_a_fault_is_for_its_method_and_team_and_wears_off(house: House) -> None:
    house.double.fault({"method": "chat.postMessage", "kind": "5xx", "team": "T0MARLOW", "times": 2})
    assert (await house.client(TOKEN).chat_postMessage(channel="U0SOFIA", text="x"))["ok"]
    assert (await house.client(OTHER_TOKEN).auth_test())["ok"]
    for _ in range(2):
        response = await failing(house.client(OTHER_TOKEN).chat_postMessage(channel="U0DANA", text="x"))
        assert response.status_code == 503
    assert (await house.client(OTHER_TOKEN).chat_postMessage(channel="U0DANA", text="x"))["ok"]
    assert [m["text"] for m in house.double.screen("Dana Whitlock")] == ["x"]


@pytest.mark.parametrize(("kind", "stored"), [("drop_after_store", 1), ("drop_before_store", 0)])
async def test_a_dropped_connection_is_a_disconnect_without_an_answer(house: House, kind: str, stored: int) -> None:
    house.double.fault({"method": "chat.postMessage", "kind": kind})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await house.client().chat_postMessage(channel="U0SOFIA", text="Was it stored?")
    assert len(house.double.screen("Sofia Marchetti")) == stored
    assert (await house.client().auth_test())["ok"]


async def test_an_ambiguous_error_may_have_stored_the_message(house: House) -> None:
    house.double.fault({"method": "chat.postMessage", "kind": "fatal_error", "stored": True})
    assert (await failing(house.client().chat_postMessage(channel="U0SOFIA", text="x")))["error"] == "fatal_error"
    assert len(house.double.screen("Sofia Marchetti")) == 1


async def test_any_error_word_can_be_asked_for(house: House) -> None:
    house.double.fault({"method": "chat.postMessage", "kind": "invalid_blocks"})
    refused = await failing(house.client().chat_postMessage(channel="U0SOFIA", text="x", blocks=card()))
    assert refused["error"] == "invalid_blocks"
    assert (await house.client().chat_postMessage(channel="U0SOFIA", text="x", blocks=card()))["ok"]


async def test_slow_is_slow_but_right(house: House) -> None:
    house.double.fault({"method": "auth.test", "kind": "slow", "seconds": 0.2})
    began = time.monotonic()
    assert (await house.client().auth_test())["ok"]
    assert time.monotonic() - began >= 0.2


async def test_a_revoked_token_stays_revoked_until_the_fault_is_cleared(house: House) -> None:
    house.double.fault({"kind": "revoked", "team": "T0HARBOR"})
    for _ in range(2):
        assert (await failing(house.client().auth_test()))["error"] == "token_revoked"
    assert (await house.client(OTHER_TOKEN).auth_test())["ok"]
    assert house.double.fault({"clear": True}) == {"ok": True, "waiting": 0}
    assert (await house.client().auth_test())["ok"]


@pytest.mark.parametrize("spec", [{}, {"platform": "slack"}, {"limits": "maybe"}, {"kind": "slow", "seconds": "long"}])
def test_a_spec_that_says_nothing_is_refused(spec: dict[str, Any]) -> None:
    from bot.playground.clock import Clock
    from bot.playground.slack import SlackDouble
    from tests.playground_slack.house import cast

    with pytest.raises(ValueError):
        SlackDouble(cast(), Clock(cast()), "http://127.0.0.1:1").fault(spec)


async def test_one_conversation_takes_a_short_burst_then_one_a_second(house: House) -> None:
    client = house.client()
    house.double.state.pace.now = lambda: 0.0
    for _ in range(4):
        await client.chat_postMessage(channel="U0SOFIA", text="x")
    response = await failing(client.chat_postMessage(channel="U0SOFIA", text="x"))
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
    channel = house.double.screen("Sofia Marchetti")[0]["message"].split("-")[1]
    assert (await failing(client.chat_postMessage(channel=channel, text="x"))).status_code == 429
    assert (await client.chat_postMessage(channel="U0GUS", text="x"))["ok"]
    house.double.fault({"platform": "slack", "limits": "off"})
    for _ in range(10):
        await client.chat_postMessage(channel="U0SOFIA", text="x")
    house.double.fault({"platform": "slack", "limits": "on"})
    assert (await client.chat_postMessage(channel="U0SOFIA", text="x"))["ok"]


def test_each_method_has_its_tier_in_each_workspace() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    assert [pace.ask("chat.update", "T1") for _ in range(51)] == [0] * 50 + [2]
    assert pace.ask("chat.update", "T2") == 0
    assert pace.ask("views.open", "T1") == 0
    now = 1.2
    assert pace.ask("chat.update", "T1") == 0
    assert pace.ask("chat.update", "T1") == 2
    now = 61.3
    assert [pace.ask("chat.update", "T1") for _ in range(51)].count(0) == 50


async def test_answering_by_response_url_can_fail_too(house: House) -> None:
    async def acked(ack: Any) -> None:
        await ack()

    house.bolt.action("approve")(acked)
    message = await house.post(blocks=card())
    await house.double.press("Dana Whitlock", message, "Approve")
    url = house.bodies[0]["response_url"]
    house.double.fault({"method": "response_url", "kind": "drop_after_store"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await house.session.post(url, json={"text": "Noted"})
    assert house.double.screen("Dana Whitlock")[-1]["text"] == "Noted"
    async with house.session.post(url, json={"blocks": [{"type": "section"}]}) as answer:
        assert (answer.status, await answer.text()) == (400, "invalid_blocks")
    assert [c["method"] for c in house.double.calls()] == ["chat.postMessage", "response_url"]
