"""Buttons, from Slack's signature to what the person sees."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from bot.cards.card import Field, Form
from bot.conversation import Answer
from bot.slack.answers import SORRY
from bot.slack.voice import NOT_OPENED, TOO_LATE
from handlers.commands import Ref
from tests.slack import samples
from tests.slack.house import house, refused
from tests.slack.judge import judge_message, judge_view, texts
from tests.slack.payloads import TEAM, a_click

PAGE = Answer(card=samples.WAITING)
FORM = Answer(form=samples.REJECT)


async def test_a_click_becomes_a_press_and_its_sentence_a_private_message() -> None:
    async with house() as it:
        response = await it.interaction(a_click(it.response_url))
        assert (response.status_code, response.text) == (200, "")
        (press,) = it.talk.presses
        assert (press.platform, press.org, press.user) == ("slack", TEAM, "U0DANA")
        assert (press.verb, press.ref, press.version, press.revision) == ("approve", Ref("approval", "apr_1"), 2, 5)
        assert press.inputs is None
        assert press.key == (
            f"slack:click:{TEAM}:D0DANA/1781000000.000100:{TEAM}:U0DANA:approve:approval:apr_1:1781000001.000100"
        )
        (said,) = it.slack.of("response")
        assert said["text"] == "Done." and said["replace_original"] is False and said["response_type"] == "ephemeral"
        judge_message(said["blocks"])


async def test_two_clicks_are_two_presses() -> None:
    async with house() as it:
        await it.interaction(a_click(it.response_url))
        await it.interaction(a_click(it.response_url, action={"action_ts": "1781000002.000100"}))
        assert len({press.key for press in it.talk.presses}) == 2


async def test_a_pressed_card_in_a_chat_is_left_to_the_courier() -> None:
    async with house() as it:
        it.talk.answers["approve"] = Answer(card=samples.DECIDED)
        await it.interaction(a_click(it.response_url))
        assert it.slack.calls == []


async def test_a_pressed_card_on_a_private_page_is_shown_below_it() -> None:
    async with house() as it:
        it.talk.answers["approve"] = Answer(card=samples.DECIDED)
        container = {"type": "message", "message_ts": "1.2", "channel_id": "C0GENERAL", "is_ephemeral": True}
        await it.interaction(a_click(it.response_url, container=container))
        (said,) = it.slack.of("response")
        assert said["replace_original"] is False and "✕ Not approved" in list(texts(said["blocks"]))
        assert it.installations.remembered == []


async def test_a_button_that_needs_a_form_opens_it_before_the_acknowledgement() -> None:
    async with house() as it:
        it.talk.answers["approve"] = FORM
        response = await it.interaction(a_click(it.response_url))
        assert (response.status_code, response.text) == (200, "")
        ((method, opened),) = it.slack.calls
        assert method == "views.open" and opened["trigger_id"] == "12345.98765.abcd"
        judge_view(opened["view"])
        assert json.loads(opened["view"]["private_metadata"])["c"] == "D0DANA"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("expired_trigger_id", TOO_LATE), ("exchanged_trigger_id", TOO_LATE), ("fatal_error", NOT_OPENED)],
)
async def test_a_form_that_does_not_open_says_so(code: str, sentence: str) -> None:
    async with house() as it:
        it.talk.answers["approve"] = FORM
        it.slack.replies["views.open"] = refused(code)
        assert (await it.interaction(a_click(it.response_url))).status_code == 200
        assert it.slack.of("response")[0]["text"] == sentence


async def test_a_lost_connection_while_opening_a_form_says_so() -> None:
    async with house() as it:
        it.talk.answers["approve"] = FORM
        it.slack.replies["views.open"] = lambda method, args: ConnectionError()
        await it.interaction(a_click(it.response_url))
        assert it.slack.of("response")[0]["text"] == NOT_OPENED


async def test_a_form_no_view_can_hold_says_sorry() -> None:
    async with house() as it:
        it.talk.answers["approve"] = Answer(form=Form("t", "v", tuple(Field(f"f{n}", "F") for n in range(200))))
        await it.interaction(a_click(it.response_url))
        assert it.slack.of("response")[0]["text"] == SORRY


@pytest.mark.parametrize("value", ["approve", '{"v":1}', "", None, "{" * 99])
async def test_a_button_of_unknown_making_is_answered_politely(value: object) -> None:
    async with house() as it:
        response = await it.interaction(a_click(it.response_url, action={"value": value}))
        assert response.status_code == 200 and it.talk.presses == []
        assert "/keyline waiting" in it.slack.of("response")[0]["text"]


async def test_a_sentence_finds_its_way_when_the_response_url_is_used_up() -> None:
    async with house() as it:
        it.slack.replies["response"] = lambda method, args: web.Response(status=404, text="expired_url")
        await it.interaction(a_click(it.response_url))
        (said,) = it.slack.of("chat.postEphemeral")
        assert (said["channel"], said["user"], said["text"]) == ("D0DANA", "U0DANA", "Done.")


async def test_the_last_resort_is_the_persons_own_chat_in_plain_text() -> None:
    async with house() as it:
        it.slack.replies["response"] = lambda method, args: web.Response(status=500)
        it.slack.replies["chat.postEphemeral"] = refused("user_not_in_channel")
        it.slack.replies["chat.postMessage"] = lambda method, args: (
            {"ok": False, "error": "invalid_blocks"} if "blocks" in args else {"ok": True}
        )
        await it.interaction(a_click(it.response_url))
        last = it.slack.of("chat.postMessage")[-1]
        assert last["channel"] == "U0DANA" and last["text"] == "Done." and "blocks" not in last


async def test_a_house_that_fails_is_still_answered() -> None:
    async with house() as it:
        it.talk.answers["approve"] = RuntimeError("the disk is full")
        assert (await it.interaction(a_click(it.response_url))).status_code == 200
        assert it.slack.of("response")[0]["text"] == SORRY


async def test_a_page_button_turns_the_page_in_place() -> None:
    async with house() as it:
        it.talk.answers["say"] = PAGE
        container = {"type": "message", "message_ts": "1.2", "channel_id": "C0GENERAL", "is_ephemeral": True}
        await it.interaction(
            a_click(it.response_url, container=container, action={"value": '{"v":"say","r":"page:contacts"}'})
        )
        assert it.talk.presses[0].words == "contacts"
        (said,) = it.slack.of("response")
        assert said["replace_original"] is True and said["text"] == "2 things wait for you"


async def test_an_input_that_reports_a_change_is_only_acknowledged() -> None:
    async with house() as it:
        response = await it.interaction(a_click(action={"type": "static_select", "value": None}))
        assert response.status_code == 200 and it.talk.presses == [] and it.slack.calls == []
