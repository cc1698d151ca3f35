"""Forms: task/fetch opens them, task/submit closes, renews or explains them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.teams.client import GENERIC_ERROR
from tests.playground_teams.house import TOM, Json, Stage, card, dialog_answer, execute, form_button

REASON: Json = {"type": "Input.Text", "id": "reason", "label": "Reason", "isRequired": True}
SEND: Json = {"type": "Action.Submit", "title": "Send", "data": {"verb": "reject", "ref": "APR-1"}}
FORM = card("Why not?", inputs=(REASON,), actions=[SEND])


def answering(stage: Stage, fetch: Any, submit: Any, status: int = 200) -> None:
    answers = {"task/fetch": (200, fetch), "task/submit": (status, submit)}
    stage.bot.answer = lambda activity: answers.get(str(activity.get("name")), (201, None))


async def opened(stage: Stage, submit: Any = None, status: int = 200) -> str:
    """A card with a form button, pressed: the dialog is open."""
    answering(stage, dialog_answer(FORM, "Reject APR-1"), submit, status)
    message = await stage.send(TOM, card("asked", form_button("Reject", "reject", ref="APR-1")))
    await stage.double.press(TOM, message, "Reject")
    return message


async def test_a_form_button_opens_a_dialog_and_sends_nothing_else(stage: Stage) -> None:
    message = await opened(stage)
    fetch = stage.bot.last
    assert (fetch["name"], fetch["replyToId"]) == ("task/fetch", message.removeprefix("teams-"))
    assert fetch["value"]["data"]["verb"] == "reject" and fetch["value"]["context"] == {"theme": "default"}
    modal = stage.double.modal(TOM)
    assert modal is not None
    assert (modal["platform"], modal["title"], modal["card"], modal["errors"]) == ("teams", "Reject APR-1", FORM, {})


async def test_an_empty_answer_closes_the_dialog(stage: Stage) -> None:
    await opened(stage, submit=None)
    result = await stage.double.submit(TOM, {"Reason": "Too dear"})
    assert result == {"status": 200, "body": None}
    assert stage.bot.last["value"]["data"] == {"verb": "reject", "ref": "APR-1", "reason": "Too dear"}
    assert stage.double.modal(TOM) is None
    assert stage.double.complaints() == []


async def test_a_message_closes_the_dialog_and_is_read(stage: Stage) -> None:
    await opened(stage, submit={"task": {"type": "message", "value": "Rejected."}})
    await stage.double.submit(TOM, {"reason": "Too dear"}, by="id")
    assert stage.double.modal(TOM) is None
    assert stage.double.screen(TOM)[-1]["text"] == "Rejected."


async def test_another_continue_renews_the_form(stage: Stage) -> None:
    again = card("Say more, please.", inputs=(REASON | {"value": "x"},), actions=[SEND])
    await opened(stage, submit=dialog_answer(again))
    first = stage.double.modal(TOM)
    await stage.double.submit(TOM, {"Reason": "x"})
    modal = stage.double.modal(TOM)
    assert modal is not None and first is not None
    assert (modal["card"], modal["id"]) == (again, first["id"])
    await stage.double.submit(TOM, {})
    assert stage.bot.last["value"]["data"]["reason"] == "x"


async def test_press_with_inputs_fills_and_sends_the_form_it_opens(stage: Stage) -> None:
    answering(stage, dialog_answer(FORM), {"task": {"type": "message", "value": "Rejected."}})
    message = await stage.send(TOM, card("asked", form_button("Reject", "reject")))
    await stage.double.press(TOM, message, "Reject", {"Reason": "Too dear"})
    assert [sent["name"] for sent in stage.bot.received] == ["task/fetch", "task/submit"]
    assert stage.double.screen(TOM)[-1]["text"] == "Rejected."


async def test_a_missing_input_keeps_the_dialog_open_with_its_error(stage: Stage) -> None:
    await opened(stage)
    result = await stage.double.submit(TOM, {})
    modal = stage.double.modal(TOM)
    assert result["status"] == 422 and modal is not None
    assert modal["errors"] == {"reason": "This field is required."}
    assert len(stage.bot.received) == 1
    stage.double.fault({"platform": "teams", "client_checks": "off"})
    assert (await stage.double.submit(TOM, {}))["status"] == 200
    assert stage.bot.last["value"]["data"]["reason"] == ""


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, None, "HTTP 200, not 500"),
        (200, {"statusCode": 200}, "has no task"),
        (200, {"task": {"type": "message", "value": {}}}, "value is a text"),
        (200, {"task": {"type": "stop"}}, "message or continues"),
        (200, dialog_answer({"type": "AdaptiveCard", "version": "9.9"}), "up to version 1.5"),
        (200, dialog_answer(card("x", execute("Send", "send"))), "with Action.Submit"),
    ],
)
async def test_a_failed_submit_keeps_the_dialog_and_says_so(stage: Stage, status: int, body: Any, why: str) -> None:
    await opened(stage, submit=body, status=status)
    await stage.double.submit(TOM, {"Reason": "Too dear"})
    modal = stage.double.modal(TOM)
    assert modal is not None and modal["card"] == FORM
    assert stage.double.screen(TOM)[-1]["text"] == GENERIC_ERROR
    assert any(why in found["why"] for found in stage.double.complaints())


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"title": "x", "url": "https://forms.example.test"}, "with an Adaptive Card"),
        ({"title": "x", "card": FORM}, "with an Adaptive Card"),
        ({"title": 3, "card": dialog_answer(FORM)["task"]["value"]["card"]}, "title is not a text"),
        ({"height": "huge", "card": dialog_answer(FORM)["task"]["value"]["card"]}, "neither a number of pixels"),
    ],
)
async def test_a_fetch_must_be_answered_with_a_dialog(stage: Stage, value: Json, why: str) -> None:
    answering(stage, {"task": {"type": "continue", "value": value}}, None)
    message = await stage.send(TOM, card("asked", form_button("Reject", "reject")))
    await stage.double.press(TOM, message, "Reject")
    assert stage.double.modal(TOM) is None
    assert any(why in found["why"] for found in stage.double.complaints())


async def test_an_empty_answer_to_a_fetch_is_an_error(stage: Stage) -> None:
    answering(stage, None, None)
    message = await stage.send(TOM, card("asked", form_button("Reject", "reject")))
    await stage.double.press(TOM, message, "Reject")
    assert stage.double.screen(TOM)[-1]["text"] == GENERIC_ERROR


async def test_closing_the_dialog_tells_the_bot_nothing(stage: Stage) -> None:
    await opened(stage)
    await stage.double.close(TOM)
    assert stage.double.modal(TOM) is None and len(stage.bot.received) == 1
    with pytest.raises(LookupError, match="no form open"):
        await stage.double.submit(TOM, {"Reason": "late"})


async def test_the_page_submits_the_dialog_by_its_id_and_the_buttons_json(stage: Stage) -> None:
    await opened(stage)
    modal = stage.double.modal(TOM)
    assert modal is not None
    await stage.double.act(TOM, modal["id"], SEND, {"reason": "From the page"})
    assert stage.bot.last["value"]["data"] == {"verb": "reject", "ref": "APR-1", "reason": "From the page"}
    assert stage.double.modal(TOM) is None


async def test_a_form_with_two_buttons_is_sent_by_the_one_that_is_named(stage: Stage) -> None:
    both = card("?", actions=[SEND, {"type": "Action.Submit", "title": "Save", "data": {"verb": "save"}}])
    answering(stage, dialog_answer(both), None)
    message = await stage.send(TOM, card("asked", form_button("Reject", "reject")))
    await stage.double.press(TOM, message, "Reject")
    with pytest.raises(LookupError, match="only Send, Save"):
        await stage.double.submit(TOM, {}, label="Delete")
    await stage.double.submit(TOM, {}, label="Save")
    assert stage.bot.last["value"]["data"] == {"verb": "save"}
