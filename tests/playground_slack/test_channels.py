"""Channels and threads of the Slack double: who sees what, what is refused, and what the app is told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.playground_slack.house import House, cast, living

STAFF = "C0STAFF"
CHANNELS = [
    {"id": STAFF, "name": "all-staff", "members": ["Sofia Marchetti"], "bot": True},
    {"id": "C0QUIET", "name": "quiet", "members": ["Sofia Marchetti", "Gus Guest"], "bot": False},
]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    harbor, marlow = cast()["slack"]["workspaces"]
    async with living(workspaces=[{**harbor, "channels": CHANNELS}, marlow]) as one:

        async def heard(ack: Any) -> None:
            await ack()

        one.bolt.event(re.compile("."))(heard)
        yield one


async def failing(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def events(house: House, kind: str) -> list[dict[str, Any]]:
    return [body["event"] for body in house.bodies if body.get("event", {}).get("type") == kind]


async def test_a_message_in_a_channel_is_on_every_members_screen_and_nobody_elses(house: House) -> None:
    await house.client().chat_postMessage(channel=STAFF, text="Internet is down")
    assert [(m["channel"], m["text"]) for m in house.double.screen("Sofia Marchetti")] == [
        ("#all-staff", "Internet is down")
    ]
    assert house.double.screen("Gus Guest") == []


async def test_the_app_is_told_of_every_channel_it_is_invited_to(house: House) -> None:
    await house.double.invite_all()
    (event,) = events(house, "member_joined_channel")
    assert (event["user"], event["channel"], event["team"]) == ("U0KEYBOT1", STAFF, "T0HARBOR")
    found = (await house.client().conversations_info(channel=STAFF))["channel"]
    assert (found["name"], found["is_member"]) == ("all-staff", True)


async def test_a_channel_without_the_app_takes_nothing(house: House) -> None:
    assert await failing(house.client().chat_postMessage(channel="C0QUIET", text="x")) == "not_in_channel"
    house.double.fault({"kind": "invite", "channel": "C0QUIET"})
    await house.double.settled()
    assert events(house, "member_joined_channel")[0]["channel"] == "C0QUIET"
    assert (await house.client().chat_postMessage(channel="C0QUIET", text="x"))["ok"]


@pytest.mark.parametrize(
    ("deed", "event", "error"),
    [("kick", "channel_left", "not_in_channel"), ("archive", "channel_archive", "is_archived")],
)
async def test_an_app_taken_out_or_a_channel_archived_is_told_and_refused(
    house: House, deed: str, event: str, error: str
) -> None:
    house.double.fault({"kind": deed, "channel": STAFF})
    await house.double.settled()
    assert events(house, event)[0]["channel"] == STAFF
    assert await failing(house.client().chat_postMessage(channel=STAFF, text="x")) == error


async def test_a_new_name_is_told(house: House) -> None:
    house.double.fault({"kind": "rename", "channel": STAFF, "name": "everybody"})
    await house.double.settled()
    assert events(house, "channel_rename")[0]["channel"]["name"] == "everybody"
    await house.client().chat_postMessage(channel=STAFF, text="x")
    assert house.double.screen("Sofia Marchetti")[0]["channel"] == "#everybody"


@pytest.mark.parametrize("spec", [{"kind": "kick", "channel": "C0NONE"}, {"kind": "rename", "channel": STAFF}])
async def test_what_cannot_be_done_to_a_channel_is_said_in_a_sentence(house: House, spec: dict[str, Any]) -> None:
    with pytest.raises((LookupError, ValueError)) as caught:
        house.double.fault(spec)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("place", ["U0SOFIA", STAFF])
async def test_a_reply_stands_in_its_thread(house: House, place: str) -> None:
    root = await house.client().chat_postMessage(channel=place, text="Internet is down")
    reply = await house.client().chat_postMessage(channel=root["channel"], text="Back at noon", thread_ts=root["ts"])
    assert reply["message"]["thread_ts"] == root["ts"]
    first, second = house.double.screen("Sofia Marchetti")
    assert (first["thread"], second["thread"]) == ("", first["message"])


async def test_a_reply_to_nothing_is_refused(house: House) -> None:
    house.double.fault({"unlimited": True})
    client = house.client()
    root = await client.chat_postMessage(channel=STAFF, text="Internet is down")
    elsewhere = await client.chat_postMessage(channel="U0SOFIA", text="x")
    reply = await client.chat_postMessage(channel=STAFF, text="x", thread_ts=root["ts"])
    for ts, error in (
        ("1.000001", "thread_not_found"),
        (elsewhere["ts"], "thread_not_found"),
        (reply["ts"], "cannot_reply_to_message"),
    ):
        assert await failing(client.chat_postMessage(channel=STAFF, text="x", thread_ts=ts)) == error
    assert len(house.double.screen("Sofia Marchetti")) == 3


async def test_a_fraction_of_the_calls_is_struck_the_same_ones_every_time(house: House) -> None:
    async def run() -> list[bool]:
        house.double.fault({"clear": True, "unlimited": True})
        house.double.fault({"kind": "ratelimited", "fraction": 0.3, "seed": 5, "method": "chat.postMessage"})
        came = []
        for _ in range(40):
            try:
                came.append(bool(await house.client().chat_postMessage(channel="U0SOFIA", text="x")))
            except SlackApiError as error:
                assert error.response.status_code == 429 and error.response.headers["Retry-After"] == "1"
                came.append(False)
        return came

    first, second = await run(), await run()
    assert first == second and 5 <= first.count(False) <= 20
    (calls,) = [one for one in house.double.calls() if one["method"] == "chat.postMessage"]
    assert (calls["struck"], calls["over"]) == (2 * first.count(False), 0)


async def test_what_comes_too_fast_is_counted_unless_nothing_is_limited(house: House) -> None:
    async def storm() -> int:
        for _ in range(12):
            try:
                await house.client().chat_postMessage(channel="U0SOFIA", text="x")
            except SlackApiError as error:
                assert error.response["error"] == "ratelimited"
        return int(next(one["over"] for one in house.double.calls() if one["method"] == "chat.postMessage"))

    over = await storm()
    assert over >= 6
    house.double.fault({"unlimited": True})
    assert await storm() == over
    house.double.fault({"unlimited": False})
    assert await storm() > over


@pytest.mark.parametrize("fraction", [-0.1, 1.1, "many"])
async def test_a_fraction_that_is_none_is_refused(house: House, fraction: Any) -> None:
    with pytest.raises(ValueError):
        house.double.fault({"kind": "429", "fraction": fraction})
