"""Buttons: what a press sends, what the answer does to the screen, and which answers Teams would not understand."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.teams.client import GENERIC_ERROR
from tests.playground_teams.house import (
    CARD,
    JILL,
    TOM,
    Json,
    Stage,
    card,
    card_answer,
    execute,
    toast_answer,
)

REASON: Json = {"type": "Input.Text", "id": "reason", "label": "Reason", "isRequired": True, "maxLength": 20}


async def test_the_card_of_an_answer_replaces_it_for_that_client_until_the_next_edit(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve")))
    stage.bot.replies(card_answer(card("you approved")))
    result = await stage.double.press(TOM, message, "Approve")
    assert result["status"] == 200 and result["body"]["type"] == CARD
    (seen,) = stage.double.screen(TOM)
    assert (seen["text"], seen["edited_at"], seen["message"]) == ("you approved", None, message)
    await stage.edit(TOM, message, card("approved by both"))
    assert stage.double.screen(TOM)[0]["text"] == "approved by both"


async def test_a_sentence_is_shown_to_the_clicker_alone(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve")))
    stage.bot.replies(toast_answer("Already decided by Jill."))
    await stage.double.press(TOM, message, "Approve")
    seen = stage.double.screen(TOM)[-1]
    assert (seen["text"], seen["private"]) == ("Already decided by Jill.", True)
    assert stage.double.complaints() == []


async def test_a_forged_click_carries_the_clickers_identity_and_the_cards_data(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve", ref="APR-1")))
    stage.bot.replies(card_answer(card("approved")))
    result = await stage.double.press(JILL, message, "Approve")
    assert result["status"] == 200
    sent = stage.bot.last
    assert (sent["from"]["aadObjectId"], sent["conversation"]["id"]) == ("aad-jill", "a:jill")
    assert sent["replyToId"] == message.removeprefix("teams-")
    assert sent["value"]["action"]["data"] == {"ref": "APR-1"}
    assert stage.double.screen(JILL) == []
    assert stage.double.screen(TOM)[0]["text"] == "asked\n[Approve]"


async def test_a_forged_clicker_sees_the_sentence_that_refuses_it(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve")))
    stage.bot.replies(toast_answer("This is not yours to decide."))
    await stage.double.press(JILL, message, "Approve")
    assert [seen["text"] for seen in stage.double.screen(JILL)] == ["This is not yours to decide."]
    assert len(stage.double.screen(TOM)) == 1


async def test_a_late_click_on_a_button_that_an_edit_took_away_is_still_sent(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve", version=1)))
    await stage.edit(TOM, message, card("approved"))
    stage.bot.replies(toast_answer("Already decided."))
    await stage.double.press(TOM, message, "Approve")
    assert stage.bot.last["value"]["action"]["data"] == {"version": 1}


async def test_a_button_or_message_that_never_was_is_a_lookup_error(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve"), execute("Reject", "reject")))
    with pytest.raises(LookupError, match="only Approve, Reject"):
        await stage.double.press(TOM, message, "approve")
    with pytest.raises(LookupError, match="no message 'teams-1'"):
        await stage.double.press(TOM, "teams-1", "Approve")
    with pytest.raises(LookupError, match="Zed is not on Teams"):
        stage.double.screen("Zed")
    assert stage.bot.received == []


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, None, "HTTP 200, not 500"),
        (201, None, "HTTP 200, not 201"),
        (501, None, "HTTP 200, not 501"),
        (200, None, "is not {statusCode, type, value}"),
        (200, {"ok": True}, "is not {statusCode, type, value}"),
        (200, {"statusCode": "200", "type": CARD, "value": card("x")}, "statusCode of the answer is not a number"),
        (200, {"statusCode": 200, "type": "application/vnd.microsoft.adaptive.card", "value": card("x")}, "no answer"),
        (200, {"statusCode": 200, "type": CARD, "value": {"type": "message"}}, "not an AdaptiveCard"),
        (200, {"statusCode": 200, "type": CARD, "value": card("x", version="1.7")}, "up to version 1.5"),
        (200, toast_answer(""), "value is a text"),
        (
            200,
            {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": {}},
            "value is a text",
        ),
        (200, {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": "no"}, "{code, message}"),
        (200, {"statusCode": 200, "type": "application/vnd.microsoft.error", "value": {}}, "knows no answer"),
        (200, {"statusCode": 401, "type": "application/vnd.microsoft.activity.loginRequest", "value": {}}, "sign-in"),
    ],
)
async def test_an_answer_that_teams_does_not_understand(stage: Stage, status: int, body: Any, why: str) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve")))
    stage.bot.replies(body, status)
    assert (await stage.double.press(TOM, message, "Approve"))["status"] == status
    assert [found["why"] for found in stage.double.complaints() if why in found["why"]]
    asked, toast = stage.double.screen(TOM)
    assert asked["text"] == "asked\n[Approve]"
    assert (toast["text"], toast["private"]) == (GENERIC_ERROR, True)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, "application/vnd.microsoft.error"),
        (500, "application/vnd.microsoft.error"),
        (412, "application/vnd.microsoft.error.preconditionFailed"),
    ],
)
async def test_an_error_in_its_right_form_is_the_generic_sentence_without_a_complaint(
    stage: Stage, code: int, kind: str
) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve")))
    stage.bot.replies({"statusCode": code, "type": kind, "value": {"code": "BadRequest", "message": "no such verb"}})
    await stage.double.press(TOM, message, "Approve")
    assert stage.double.screen(TOM)[-1]["text"] == GENERIC_ERROR
    assert stage.double.complaints() == []


async def test_inputs_on_the_card_travel_in_the_actions_data(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Reject", "reject", ref="APR-1"), inputs=(REASON,)))
    stage.bot.replies(toast_answer("Rejected."))
    await stage.double.press(TOM, message, "Reject", {"Reason": "Too dear"})
    assert stage.bot.last["value"]["action"]["data"] == {"ref": "APR-1", "reason": "Too dear"}


async def test_the_client_sends_nothing_while_an_input_is_wrong_unless_it_is_told_not_to_check(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Reject", "reject"), inputs=(REASON,)))
    empty = await stage.double.press(TOM, message, "Reject")
    assert (empty["status"], empty["body"]["errors"]) == (422, {"Reason": "This field is required."})
    unknown = await stage.double.press(TOM, message, "Reject", {"Reason": "No", "Colour": "red"})
    assert unknown["body"]["errors"] == {"Colour": "There is no such field."}
    assert stage.bot.received == []
    stage.double.fault({"platform": "teams", "client_checks": "off"})
    stage.bot.replies(toast_answer("A reason, please."))
    await stage.double.press(TOM, message, "Reject", {"Reason": "x" * 50})
    assert stage.bot.last["value"]["action"]["data"] == {"reason": "x" * 50}


async def test_a_show_card_opens_first_and_its_button_sends_its_inputs_and_those_around(stage: Stage) -> None:
    outer = {"type": "Input.Text", "id": "note", "label": "Note", "value": "kept"}
    inner = card("Why?", inputs=(REASON,), actions=[execute("Send", "reject", ref="APR-1")])
    beside = card(
        "?", inputs=({"type": "Input.Text", "id": "other", "label": "Other"},), actions=[execute("Ask", "ask")]
    )
    shows = [
        {"type": "Action.ShowCard", "title": "Reject", "card": inner},
        {"type": "Action.ShowCard", "title": "Ask a question", "card": beside},
    ]
    message = await stage.send(TOM, card("asked", inputs=(outer,), actions=shows))
    stage.bot.replies(toast_answer("Rejected."))
    assert (await stage.double.press(TOM, message, "Reject"))["body"] == {"opened": "Reject"}
    assert stage.bot.received == []
    expected = {"ref": "APR-1", "note": "kept", "reason": "No budget"}
    await stage.double.press(TOM, message, "Reject", {"Reason": "No budget"})
    assert stage.bot.last["value"]["action"]["data"] == expected
    await stage.double.press(TOM, message, "Send", {"Reason": "No budget"})
    assert stage.bot.last["value"]["action"]["data"] == expected


async def test_a_plain_submit_is_a_message_with_a_value(stage: Stage) -> None:
    submit = {"type": "Action.Submit", "title": "Approve", "data": {"verb": "approve"}}
    message = await stage.send(TOM, card("asked", submit))
    assert (await stage.double.press(TOM, message, "Approve"))["status"] == 201
    sent = stage.bot.last
    assert (sent["type"], sent["value"], "text" in sent) == ("message", {"verb": "approve"}, False)
    assert sent["replyToId"] == message.removeprefix("teams-")


async def test_a_message_back_is_a_message_with_its_text(stage: Stage) -> None:
    back = {"type": "Action.Submit", "title": "Help", "data": {"msteams": {"type": "messageBack", "text": "help"}}}
    message = await stage.send(TOM, card("hello", back))
    await stage.double.press(TOM, message, "Help")
    assert (stage.bot.last["type"], stage.bot.last["text"]) == ("message", "help")


async def test_a_link_is_opened_here_and_not_sent(stage: Stage) -> None:
    link = {"type": "Action.OpenUrl", "title": "Quote", "url": "https://quotes.example.test/1"}
    message = await stage.send(TOM, card("asked", link))
    assert (await stage.double.press(TOM, message, "Quote"))["body"] == {"url": link["url"]}
    assert stage.bot.received == []


async def test_an_old_client_has_no_button_where_there_is_no_fallback(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "legacy_client": TOM})
    lonely = {"type": "Action.Execute", "title": "Approve", "verb": "approve"}
    for content in (card("asked", lonely), card("asked", actions=[execute("Approve", "approve")])):
        message = await stage.send(TOM, content)
        with pytest.raises(LookupError, match="no button"):
            await stage.double.press(TOM, message, "Approve")


async def test_the_page_presses_by_the_action_and_the_collected_values(stage: Stage) -> None:
    reject = execute("Reject", "reject", ref="APR-1")
    message = await stage.send(TOM, card("asked", reject, inputs=(REASON,)))
    stage.bot.replies(toast_answer("Rejected."))
    await stage.double.act(TOM, message, reject, {"reason": "No"})
    assert stage.bot.last["value"]["action"]["data"] == {"ref": "APR-1", "reason": "No"}
    refused = await stage.double.act(TOM, message, reject, {})
    assert refused["status"] == 422


async def test_a_card_that_refreshes_itself_asks_for_each_listed_reader_once_a_minute(stage: Stage) -> None:
    refresh = {"action": {"type": "Action.Execute", "verb": "view", "data": {"ref": "APR-1"}}, "userIds": ["29:tom"]}
    stage.bot.replies(card_answer(card("for Tom")))
    message = await stage.send(TOM, card("for all", refresh=refresh))
    await stage.double.settle()
    assert stage.bot.last["value"] == {
        "action": {"type": "Action.Execute", "verb": "view", "data": {"ref": "APR-1"}},
        "trigger": "automatic",
    }
    assert stage.double.screen(TOM)[0]["text"] == "for Tom"
    await stage.edit(TOM, message, card("for all again", refresh=refresh))
    await stage.double.settle()
    assert len(stage.bot.received) == 1 and stage.double.screen(TOM)[0]["text"] == "for all again"
    stage.clock.advance(seconds=61)
    await stage.double.open(TOM)
    assert len(stage.bot.received) == 2 and stage.double.screen(TOM)[0]["text"] == "for Tom"


async def test_a_reader_who_is_not_listed_is_not_asked_for(stage: Stage) -> None:
    action = {"type": "Action.Execute", "verb": "view"}
    await stage.send(TOM, card("for all", refresh={"action": action, "userIds": ["29:jill"]}))
    await stage.double.settle()
    assert stage.bot.received == []


async def test_a_bot_may_use_the_connector_while_it_answers_a_click(stage: Stage) -> None:
    message = await stage.send(TOM, card("asked", execute("Approve", "approve")))

    async def answer(activity: Json) -> tuple[int, Json]:
        await stage.edit(TOM, message, card("approved"))
        return 200, card_answer(card("approved, for you"))

    stage.bot.answer = answer
    await stage.double.press(TOM, message, "Approve")
    assert stage.double.screen(TOM)[0]["text"] == "approved, for you"
