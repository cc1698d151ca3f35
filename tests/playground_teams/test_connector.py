"""The connector as the bot meets it: sending, editing, opening conversations, and every documented no."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from botbuilder.schema import Activity, ChannelAccount, ConversationParameters
from botframework.connector import ConnectorClient
from botframework.connector.models import ErrorResponseException
from msrest.authentication import BasicTokenAuthentication

from tests.playground_teams.house import APP, CARD, CEDAR, HOME, JILL, TOM, Stage, card, execute

Json = dict[str, Any]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_sent_card_is_on_the_screen_of_that_person_only(stage: Stage) -> None:
    message = await stage.send(TOM, card("UPS $640.00", execute("Approve", "approve")), summary="Needs you")
    seen = stage.double.screen(TOM)
    assert [entry["message"] for entry in seen] == [message]
    assert seen[0]["text"] == "UPS $640.00\n[Approve]" and seen[0]["summary"] == "Needs you"
    assert seen[0]["native"]["type"] == "AdaptiveCard"
    assert (seen[0]["platform"], seen[0]["channel"], seen[0]["private"]) == ("teams", "a:tom", False)
    assert seen[0]["posted_at"] == "2026-06-08T09:05:00-04:00" and seen[0]["edited_at"] is None
    assert stage.double.screen(JILL) == []
    assert stage.changed == [TOM]


async def test_an_edit_keeps_the_message_and_tells_when(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked"))
    stage.clock.advance(minutes=6)
    answer = await stage.edit(TOM, message, card("approved"))
    assert (answer.status_code, answer.json()) == (200, {"id": message.removeprefix("teams-")})
    (seen,) = stage.double.screen(TOM)
    assert (seen["message"], seen["text"]) == (message, "approved")
    assert (seen["posted_at"], seen["edited_at"]) == ("2026-06-08T09:05:00-04:00", "2026-06-08T09:11:00-04:00")


async def test_a_reply_to_any_activity_is_taken_and_a_deleted_message_is_gone(stage: Stage) -> None:
    reply = await stage.call("POST", "/a:tom/activities/5b0a9f1e", {"type": "message", "text": "hello"})
    assert reply.status_code == 201
    identity = reply.json()["id"]
    assert (await stage.call("DELETE", f"/a:tom/activities/{identity}")).status_code == 200
    assert stage.double.screen(TOM) == []
    again = await stage.call("PUT", f"/a:tom/activities/{identity}", {"type": "message", "text": "late"})
    assert code(again) == (404, "ActivityNotFoundInConversation")


async def test_a_persons_own_words_are_not_the_bots_to_change(stage: Stage) -> None:
    await stage.double.say(TOM, "mine")
    identity = stage.double.screen(TOM)[0]["message"].removeprefix("teams-")
    answer = await stage.call("PUT", f"/a:tom/activities/{identity}", {"type": "message", "text": "yours"})
    assert code(answer) == (403, "NotEnoughPermissions")
    assert stage.double.screen(TOM)[0]["text"] == "mine"


async def test_a_conversation_is_the_same_each_time_it_is_opened(stage: Stage) -> None:
    for member in ("29:tom", "aad-tom"):
        body = {"bot": {"id": f"28:{APP}"}, "members": [{"id": member}], "tenantId": CEDAR, "isGroup": False}
        answer = await stage.call("POST", "", body)
        assert (answer.status_code, answer.json()["id"]) == (201, "a:tom")


@pytest.mark.parametrize(
    ("body", "status", "error", "words"),
    [
        ({"members": [{"id": "29:tom"}]}, 400, "BadArgument", "Could not parse tenant id"),
        ({"members": [], "tenantId": CEDAR}, 400, "BadArgument", "exactly one member"),
        ({"members": [{"id": "29:stranger"}], "tenantId": CEDAR}, 403, "BadArgument", "Failed to decrypt pairwise id"),
        ({"members": [{"id": "29:tom"}], "tenantId": HOME}, 403, "BadArgument", "Failed to decrypt pairwise id"),
        ({"members": [{"id": "aad-nobody"}], "tenantId": CEDAR}, 404, "NotFound", ""),
        ({"members": [{"id": "29:tom"}], "tenantId": CEDAR, "bot": {"id": "28:other"}}, 401, "BotNotRegistered", ""),
        ({"members": [{"id": "29:tom"}], "tenantId": CEDAR, "isGroup": True}, 403, "BotNotInConversationRoster", ""),
        ([], 400, "BadArgument", ""),
    ],
)
async def test_a_conversation_that_cannot_be_opened(
    stage: Stage, body: Any, status: int, error: str, words: str
) -> None:
    answer = await stage.call("POST", "", body)
    assert code(answer) == (status, error)
    assert words in answer.json()["error"]["message"]


async def test_whoever_removed_the_app_cannot_be_reached_until_it_is_back(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "uninstall": TOM})
    await stage.double.settle()
    assert stage.bot.last["action"] == "remove"
    message = {"type": "message", "text": "hello?"}
    assert code(await stage.call("POST", "/a:tom/activities", message)) == (403, "BotNotInConversationRoster")
    opened = await stage.call("POST", "", {"members": [{"id": "29:tom"}], "tenantId": CEDAR})
    assert code(opened) == (403, "ForbiddenOperationException")
    assert (await stage.double.say(TOM, "hello?"))["status"] == 409
    stage.double.fault({"platform": "teams", "install": TOM})
    await stage.double.settle()
    assert (await stage.call("POST", "/a:tom/activities", message)).status_code == 201


async def test_whoever_blocked_the_bot_is_left_alone(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "block": TOM})
    message = {"type": "message", "text": "hello?"}
    assert code(await stage.call("POST", "/a:tom/activities", message)) == (403, "ConversationBlockedByUser")
    stage.double.fault({"platform": "teams", "unblock": TOM})
    assert (await stage.call("POST", "/a:tom/activities", message)).status_code == 201


async def test_a_conversation_nobody_knows(stage: Stage) -> None:
    answer = await stage.call("POST", "/a:nobody/activities", {"type": "message", "text": "hello?"})
    assert code(answer) == (404, "ConversationNotFound")


async def test_the_members_of_a_chat_are_the_one_person(stage: Stage) -> None:
    (member,) = (await stage.call("GET", "/a:tom/members")).json()
    assert (member["id"], member["aadObjectId"], member["tenantId"]) == ("29:tom", "aad-tom", CEDAR)
    assert (await stage.call("GET", "/a:tom/pagedmembers")).json()["members"] == [member]
    assert (await stage.call("GET", "/a:tom/members/29:tom")).json() == member
    assert (await stage.call("GET", "/a:tom/members/29:jill")).status_code == 404


@pytest.mark.parametrize("body", [None, [], {"type": "message"}, {"type": "invoke", "text": "x"}, {"text": "x"}])
async def test_what_is_not_a_message_is_refused(stage: Stage, body: Any) -> None:
    assert code(await stage.call("POST", "/a:tom/activities", body)) == (400, "BadArgument")


async def test_the_size_is_counted_in_utf_16_without_pictures(stage: Stage) -> None:
    async def post(text: str) -> int:
        return (await stage.call("POST", "/a:tom/activities", {"type": "message", "text": text})).status_code

    assert await post("ä" * 50_000) == 201
    assert await post("ä" * 52_000) == 413
    assert await post("😀" * 26_000) == 413
    assert await post(f"data:image/png;base64,{'A' * 120_000}") == 201


async def test_a_card_that_teams_would_not_show_is_refused_and_complained_of(stage: Stage) -> None:
    broken = card("too new", version="1.6")
    attachment = {"attachments": [{"contentType": CARD, "content": broken}]}
    answer = await stage.call("POST", "/a:tom/activities", {"type": "message"} | attachment)
    assert code(answer) == (400, "BadArgument")
    assert [found["why"] for found in stage.double.complaints()] == ["Teams renders cards up to version 1.5, not 1.6."]


async def test_the_client_of_microsoft_gets_along_with_it(stage: Stage) -> None:
    """botframework.connector's own REST client, over the wire, in its thread as it is synchronous."""
    token = await stage.token()
    client = ConnectorClient(BasicTokenAuthentication({"access_token": token}), base_url=stage.double.service_url)
    message = Activity(type="message", text="from the SDK")

    def talk() -> Any:
        parameters = ConversationParameters(
            is_group=False, bot=ChannelAccount(id=f"28:{APP}"), members=[ChannelAccount(id="29:tom")], tenant_id=CEDAR
        )
        opened = client.conversations.create_conversation(parameters)
        sent = client.conversations.send_to_conversation(opened.id, message)
        client.conversations.update_activity(opened.id, sent.id, Activity(type="message", text="edited"))
        (member,) = client.conversations.get_conversation_members(opened.id)
        with pytest.raises(ErrorResponseException) as refused:
            client.conversations.delete_activity(opened.id, "123")
        return opened.id, sent.id, member.id, refused.value

    opened, sent, member, refused = await asyncio.to_thread(talk)
    assert (opened, member) == ("a:tom", "29:tom")
    assert refused.response.status_code == 404
    assert refused.error.error.code == "ActivityNotFoundInConversation"
    (seen,) = stage.double.screen(TOM)
    assert (seen["message"], seen["text"]) == (f"teams-{sent}", "edited")


async def test_what_the_bot_called_is_counted_by_path_and_status(stage: Stage) -> None:
    message = await stage.send(TOM, card("one"))
    await stage.edit(TOM, message, card("two"))
    await stage.call("POST", "/a:nobody/activities", {"type": "message", "text": "x"})
    calls = {call["op"]: call for call in stage.double.calls()}
    assert calls["send"]["count"] == 2 and calls["send"]["statuses"] == {"201": 1, "404": 1}
    assert calls["update"]["method"] == "PUT"
    assert calls["update"]["path"] == "/v3/conversations/{cid}/activities/{aid}"
    assert json.dumps(stage.double.calls())
