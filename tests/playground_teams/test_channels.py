"""Teams and channels of the Teams double: threads, who sees them, what is refused, and what the bot is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from botbuilder.schema import Activity, ChannelAccount, ConversationParameters
from botframework.connector import ConnectorClient
from msrest.authentication import BasicTokenAuthentication

from tests.playground_teams.house import APP, CARD, CEDAR, JILL, TOM, Stage, card, cast, execute, on_stage

TEAM, STAFF = "19:cedar@thread.tacv2", "19:staff@thread.tacv2"
Json = dict[str, Any]


def peopled(bot_url: str) -> Json:
    made = cast(bot_url)
    team = {"id": TEAM, "name": "Cedar Ridge", "channels": [{"id": STAFF, "name": "All staff"}], "members": [TOM, JILL]}
    made["teams"]["tenants"][1]["teams"] = [team]
    return made


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with on_stage(peopled) as one:
        yield one


async def begin(stage: Stage, text: str = "Internet is down", channel: str = STAFF, **more: Any) -> Any:
    body = {
        "bot": {"id": f"28:{APP}"},
        "isGroup": True,
        "tenantId": CEDAR,
        "channelData": {"channel": {"id": channel}, "tenant": {"id": CEDAR}},
        "activity": {"type": "message", "text": text, **more},
    }
    return await stage.call("POST", "", body)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_thread_begun_in_a_channel_is_on_every_members_screen(stage: Stage) -> None:
    answer = await begin(stage)
    assert answer.status_code == 201
    assert answer.json()["id"] == f"{STAFF};messageid={answer.json()['activityId']}"
    for name in (TOM, JILL):
        (seen,) = stage.double.screen(name)
        assert (seen["channel"], seen["text"], seen["thread"]) == ("All staff", "Internet is down", "")
    assert sorted(stage.changed) == [JILL, TOM]


async def test_a_reply_stands_in_the_thread_and_both_can_be_edited(stage: Stage) -> None:
    thread, root = (await begin(stage)).json().values()
    reply = await stage.call("POST", f"/{thread}/activities", {"type": "message", "text": "Back at noon"})
    assert reply.status_code == 201
    first, second = stage.double.screen(TOM)
    assert second["thread"] == first["message"] == f"teams-{root}"
    for identity, text in ((root, "Internet was down"), (reply.json()["id"], "Back")):
        edited = await stage.call("PUT", f"/{thread}/activities/{identity}", {"type": "message", "text": text})
        assert edited.status_code == 200
    assert [seen["text"] for seen in stage.double.screen(JILL)] == ["Internet was down", "Back"]
    assert (await stage.call("DELETE", f"/{thread}/activities/{root}")).status_code == 200
    assert [seen["text"] for seen in stage.double.screen(TOM)] == ["Back"]
    late = await stage.call("POST", f"/{thread}/activities", {"type": "message", "text": "late"})
    assert code(late) == (404, "ConversationNotFound")


async def test_a_message_to_the_channel_itself_is_a_thread_of_its_own(stage: Stage) -> None:
    await stage.call("POST", f"/{STAFF}/activities", {"type": "message", "text": "one"})
    await stage.call("POST", f"/{TEAM}/activities", {"type": "message", "text": "two"})
    assert [(seen["channel"], seen["thread"]) for seen in stage.double.screen(TOM)] == [
        ("All staff", ""),
        ("General", ""),
    ]


async def test_the_official_client_begins_a_thread(stage: Stage) -> None:
    token = await stage.token()
    client = ConnectorClient(BasicTokenAuthentication({"access_token": token}), base_url=stage.double.service_url)
    parameters = ConversationParameters(
        is_group=True,
        channel_data={"channel": {"id": STAFF}},
        activity=Activity(type="message", text="From the SDK"),
        bot=ChannelAccount(id=f"28:{APP}"),
        tenant_id=CEDAR,
    )
    made = await asyncio.to_thread(client.conversations.create_conversation, parameters)
    assert made.id == f"{STAFF};messageid={made.activity_id}"
    assert stage.double.screen(TOM)[0]["text"] == "From the SDK"


async def test_a_channel_nobody_has_and_a_bot_that_is_not_in_it_are_refused(stage: Stage) -> None:
    assert code(await begin(stage, channel="19:none@thread.tacv2"))[0] in (403, 404)
    missing = await stage.call("POST", "/19:none@thread.tacv2/activities", {"type": "message", "text": "x"})
    assert code(missing) == (404, "ConversationNotFound")
    await stage.double.team_event(TEAM, "removed")
    assert code(await begin(stage)) == (403, "BotNotInConversationRoster")
    posted = await stage.call("POST", f"/{STAFF}/activities", {"type": "message", "text": "x"})
    assert code(posted) == (403, "BotNotInConversationRoster")
    assert stage.double.screen(TOM) == []


async def test_a_team_tells_its_channels_and_general_without_a_name(stage: Stage) -> None:
    headers = {"Authorization": f"Bearer {await stage.token()}"}
    url = f"{stage.double.service_url}v3/teams/{TEAM}/conversations"
    answer = await stage.http.get(url, headers=headers)
    assert answer.json() == {"conversations": [{"id": TEAM, "name": None}, {"id": STAFF, "name": "All staff"}]}
    assert (await stage.http.get(url)).status_code == 401
    await stage.double.team_event(TEAM, "removed")
    assert code(await stage.http.get(url, headers=headers)) == (403, "BotNotInConversationRoster")


async def test_the_bot_is_told_when_a_team_adds_it(stage: Stage) -> None:
    await stage.double.install_all()
    told = stage.bot.last
    assert told["type"] == "conversationUpdate" and told["membersAdded"][0]["id"] == f"28:{APP}"
    assert told["conversation"] == {"isGroup": True, "conversationType": "channel", "tenantId": CEDAR, "id": TEAM}
    assert told["channelData"]["team"] == {"id": TEAM, "name": "Cedar Ridge"}
    assert told["channelData"]["eventType"] == "teamMemberAdded"


async def test_what_happens_to_a_channel_is_told_by_its_event(stage: Stage) -> None:
    for order in (
        {"team": TEAM, "event": "channelCreated", "channel": "19:new", "name": "News"},
        {"team": TEAM, "event": "channelRenamed", "channel": "19:new", "name": "Old news"},
        {"team": TEAM, "event": "channelDeleted", "channel": "19:new"},
    ):
        stage.double.fault(order)
        await stage.double.settle()
        data = stage.bot.last["channelData"]
        assert data["eventType"] == order["event"] and data["channel"]["id"] == "19:new"
        assert data["channel"]["name"] == order.get("name", "Old news")


async def test_a_card_in_a_channel_is_pressed_there_and_answered_to_the_one_who_pressed(stage: Stage) -> None:
    stage.bot.replies({"statusCode": 200, "type": CARD, "value": card("noted")})
    content = {"attachments": [{"contentType": CARD, "content": card("Internet is down", execute("I saw it", "saw"))}]}
    answer = (await begin(stage, "", **content)).json()
    await stage.double.press(TOM, f"teams-{answer['activityId']}", "I saw it")
    assert stage.bot.last["conversation"]["id"] == answer["id"]
    assert stage.bot.last["channelData"]["channel"] == {"id": STAFF}
    assert [stage.double.screen(name)[0]["text"] for name in (TOM, JILL)] == ["noted", "Internet is down\n[I saw it]"]


async def test_channels_are_limited_as_chats_are_and_what_is_too_fast_is_counted(stage: Stage) -> None:
    answers = [await stage.call("POST", f"/{STAFF}/activities", {"type": "message", "text": "x"}) for _ in range(9)]
    assert [answer.status_code for answer in answers].count(429) >= 1
    refused = [answer for answer in answers if answer.status_code == 429]
    (calls,) = [one for one in stage.double.calls() if one["op"] == "send"]
    assert calls["over"] == len(refused) == calls["statuses"]["429"]
    stage.double.fault({"unlimited": True})
    for _ in range(9):
        assert (await stage.call("POST", f"/{STAFF}/activities", {"type": "message", "text": "x"})).status_code == 201


@pytest.mark.parametrize("kind", ["ratelimited", "429"])
async def test_a_fraction_of_the_calls_is_struck_the_same_ones_every_time(stage: Stage, kind: str) -> None:
    async def run() -> list[int]:
        stage.double.fault({"clear": True})
        stage.double.fault({"unlimited": True})
        stage.double.fault({"kind": kind, "fraction": 0.3, "seed": 5, "op": "send", "retry_after": 1})
        answers = [await stage.call("POST", "/a:tom/activities", {"type": "message", "text": "x"}) for _ in range(40)]
        assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 429)
        return [answer.status_code for answer in answers]

    first, second = await run(), await run()
    assert first == second and 5 <= first.count(429) <= 20
    (calls,) = [one for one in stage.double.calls() if one["op"] == "send"]
    assert (calls["struck"], calls["over"]) == (2 * first.count(429), 0)


@pytest.mark.parametrize("order", [{"team": "19:none", "event": "added"}, {"kind": "429", "fraction": 2}])
async def test_an_order_that_means_nothing_is_refused(stage: Stage, order: Json) -> None:
    with pytest.raises((LookupError, ValueError)):
        stage.double.fault(order)


def test_a_team_of_strangers_is_no_cast() -> None:
    from bot.playground.teams.cast import read_world

    made = peopled("http://127.0.0.1:1")
    made["teams"]["tenants"][1]["teams"][0]["members"].append("Nobody")
    with pytest.raises(ValueError, match="Nobody is in the team Cedar Ridge"):
        read_world(made)
