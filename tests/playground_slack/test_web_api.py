"""slack_sdk's client against the double: what the methods answer, and what they refuse."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.playground_slack.house import OTHER_TOKEN, TOKEN, House, button, card, living


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_the_token_says_who_the_bot_is(house: House) -> None:
    who = await house.client().auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == ("T0HARBOR", "U0KEYBOT1", "B0KEY1")


@pytest.mark.parametrize(("token", "error"), [("xoxb-1234-5678-real", "invalid_auth"), (None, "not_authed")])
async def test_only_tokens_of_the_cast_are_known(house: House, token: str | None, error: str) -> None:
    assert (
        await refusal(house.client(token or "").auth_test() if token else house.client("").api_call("auth.test"))
        == error
    )
    assert "xoxb" not in str(house.double.calls())


async def test_a_method_nobody_needs_is_unknown(house: House) -> None:
    assert await refusal(house.client().conversations_history(channel="C1")) == "unknown_method"


async def test_a_post_to_a_user_opens_the_direct_message_and_returns_its_id(house: House) -> None:
    sent = await house.client(OTHER_TOKEN).chat_postMessage(
        channel="U0DANA", text="Order", blocks=card(), metadata={"event_type": "delivery", "event_payload": {"id": "7"}}
    )
    assert sent["channel"].startswith("D")
    assert sent["message"]["bot_id"] == "B0KEY2"
    assert all(block["block_id"] for block in sent["message"]["blocks"])
    opened = await house.client(OTHER_TOKEN).conversations_open(users="U0DANA")
    assert opened["channel"]["id"] == sent["channel"]
    assert (await house.client(OTHER_TOKEN).conversations_info(channel=sent["channel"]))["channel"]["user"] == "U0DANA"
    [seen] = house.double.screen("Dana Whitlock")
    assert seen["native"]["metadata"]["event_payload"] == {"id": "7"}
    assert house.double.screen("Sofia Marchetti") == []


async def test_an_update_needs_the_direct_messages_id_and_the_apps_own_message(house: House) -> None:
    client = house.client(OTHER_TOKEN)
    sent = await client.chat_postMessage(channel="U0DANA", text="Order", blocks=card())
    assert await refusal(client.chat_update(channel="U0DANA", ts=sent["ts"], text="x")) == "channel_not_found"
    assert await refusal(client.chat_update(channel=sent["channel"], ts="1.2", text="x")) == "message_not_found"
    assert await refusal(client.chat_update(channel=sent["channel"], ts=sent["ts"], text="x" * 4001)) == "msg_too_long"
    foreign = house.client(TOKEN).chat_update(channel=sent["channel"], ts=sent["ts"], text="x")
    assert await refusal(foreign) == "channel_not_found"
    await house.double.say("Dana Whitlock", "hello")
    theirs = house.double.screen("Dana Whitlock")[-1]["message"].split("-")[-1]
    assert await refusal(client.chat_update(channel=sent["channel"], ts=theirs, text="x")) == "cant_update_message"


async def test_an_update_keeps_what_it_leaves_out_and_the_messages_id(house: House) -> None:
    client = house.client(OTHER_TOKEN)
    sent = await client.chat_postMessage(
        channel="U0DANA", text="Order", blocks=card(), metadata={"event_type": "d", "event_payload": {}}
    )
    before = house.double.screen("Dana Whitlock")[0]
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="Approved")
    after = house.double.screen("Dana Whitlock")[0]
    assert after["message"] == before["message"]
    assert after["native"]["blocks"] == before["native"]["blocks"]
    assert after["native"]["metadata"]["event_type"] == "d"
    assert (before["edited_at"], after["posted_at"]) == (None, before["posted_at"])
    assert after["edited_at"] >= after["posted_at"]


@pytest.mark.filterwarnings("ignore:The top-level `text`")
async def test_an_empty_message_and_an_unknown_channel_are_refused(house: House) -> None:
    client = house.client()
    assert await refusal(client.chat_postMessage(channel="U0SOFIA", text="")) == "no_text"
    assert await refusal(client.chat_postMessage(channel="U0DANA", text="x")) == "channel_not_found"
    assert await refusal(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"


async def test_a_channel_the_app_is_not_in_cannot_be_written_to() -> None:
    channels = [{"team": "T0HARBOR", "name": "locked", "channel": "C0LOCKED", "has_app": False}]
    async with living(channels=channels) as house:
        assert await refusal(house.client().chat_postMessage(channel="C0LOCKED", text="x")) == "not_in_channel"
        assert (await house.client().chat_postMessage(channel="#general", text="Hello all"))["channel"].startswith("C")
        assert house.double.screen("Sofia Marchetti")[0]["channel"] == "#general"


async def test_only_one_person_sees_an_ephemeral_message(house: House) -> None:
    client = house.client(OTHER_TOKEN)
    general = (await client.chat_postMessage(channel="#general", text="All"))["channel"]
    sent = await client.chat_postEphemeral(channel=general, user="U0DANA", text="For you")
    assert [(m["text"], m["private"]) for m in house.double.screen("Dana Whitlock")] == [
        ("All", False),
        ("For you", True),
    ]
    assert [m["text"] for m in house.double.screen("Priya Raman")] == ["All"]
    assert await refusal(client.chat_update(channel=general, ts=sent["message_ts"], text="x")) == "message_not_found"
    assert await refusal(client.chat_postEphemeral(channel=general, user="U0SOFIA", text="x")) == "user_not_in_channel"


async def test_the_app_deletes_its_own_message(house: House) -> None:
    client = house.client(OTHER_TOKEN)
    sent = await client.chat_postMessage(channel="U0DANA", text="Order")
    await client.chat_delete(channel=sent["channel"], ts=sent["ts"])
    assert house.double.screen("Dana Whitlock") == []
    assert await refusal(client.chat_delete(channel=sent["channel"], ts=sent["ts"])) == "message_not_found"


async def test_people_are_found_by_id_and_by_email_in_the_own_workspace_only(house: House) -> None:
    found = (await house.client(OTHER_TOKEN).users_info(user="U0DANA"))["user"]
    assert (found["real_name"], found["tz"], found["tz_offset"]) == ("Dana Whitlock", "America/New_York", -4 * 3600)
    assert (await house.client(OTHER_TOKEN).users_lookupByEmail(email="Dana@Marlow.example"))["user"]["id"] == "U0DANA"
    assert await refusal(house.client(OTHER_TOKEN).users_info(user="U0SOFIA")) == "user_not_found"
    assert await refusal(house.client().users_lookupByEmail(email="gus@else.example")) == "users_not_found"
    guest = (await house.client().users_info(user="U0GUS"))["user"]
    assert guest["team_id"] == "T0ELSE"
    assert "email" not in guest["profile"]


async def test_form_bodies_with_json_strings_work_as_well_as_json(house: House) -> None:
    import json

    async with house.session.post(
        f"{house.url}/slack/api/chat.postMessage",
        data={"token": TOKEN, "channel": "U0SOFIA", "text": "x", "blocks": json.dumps(card())},
    ) as answer:
        assert (await answer.json())["ok"] is True
    async with house.session.post(
        f"{house.url}/slack/api/chat.postMessage", data={"token": TOKEN, "channel": "U0SOFIA", "blocks": "[{"}
    ) as answer:
        assert await answer.json() == {"ok": False, "error": "invalid_blocks_format"}


@pytest.mark.parametrize("body", ["[1]", "{", '"x"', "[" * 100_000, '{"blocks": 7, "channel": {}, "text": []}'])
async def test_nonsense_is_refused_with_a_word(house: House, body: str) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    url = f"{house.url}/slack/api/chat.postMessage"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 200
        assert (await answer.json())["ok"] is False


async def test_a_missing_scope_is_named() -> None:
    workspaces = [
        {"team": "T0HARBOR", "name": "H", "bot_token": TOKEN, "bot_user": "U1", "bot_id": "B1", "scopes": ["commands"]}
    ]
    async with living(workspaces=workspaces) as house:
        with pytest.raises(SlackApiError) as caught:
            await house.client().chat_postMessage(channel="U0SOFIA", text="x")
        assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "chat:write")


async def test_the_calls_are_counted_with_their_arguments(house: House) -> None:
    await house.post(blocks=card(button()))
    await house.post()
    [entry] = house.double.calls()
    assert (entry["method"], entry["team"], entry["count"]) == ("chat.postMessage", "T0MARLOW", 2)
    assert entry["recent"][1]["arguments"]["text"] == "Order"
