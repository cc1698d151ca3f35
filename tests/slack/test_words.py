"""Commands, messages, mentions and shortcuts, and everything that is only acknowledged."""

from __future__ import annotations

import json

import pytest

from bot.conversation import Answer
from bot.slack.voice import TOO_LATE
from tests.slack import samples
from tests.slack.house import house, refused
from tests.slack.judge import judge_message, judge_view, texts
from tests.slack.payloads import TEAM, a_click, a_command, a_message

PAGE = Answer(card=samples.WAITING)
FORM = Answer(form=samples.REJECT)


async def test_a_command_is_answered_in_its_response() -> None:
    async with house(offline=True) as it:
        it.talk.answers["say"] = PAGE
        answer = (await it.form(a_command("waiting &amp; more"))).json()
        assert answer["response_type"] == "ephemeral" and answer["text"] == "2 things wait for you"
        judge_message(answer["blocks"])
        (press,) = it.talk.presses
        assert (press.verb, press.words) == ("say", "waiting & more")
        assert press.key == f"slack:command:{TEAM}:U0DANA:999.888.cmd"
        assert it.installations.remembered == []


async def test_a_sentence_stands_above_the_page_of_a_command() -> None:
    async with house(offline=True) as it:
        it.talk.answers["say"] = Answer(say="Saved <b>.", tone="good", card=samples.MANY_LINES)
        answer = (await it.form(a_command("away"))).json()
        judge_message(answer["blocks"])
        assert answer["text"] == "Saved &lt;b&gt;." and next(texts(answer["blocks"])) == "✓ Saved <b>."


async def test_a_command_opens_a_form_or_says_why_not() -> None:
    async with house() as it:
        it.talk.answers["say"] = FORM
        response = await it.form(a_command("request"))
        assert (response.status_code, response.text) == (200, "")
        assert it.slack.of("views.open")[0]["trigger_id"] == "999.888.cmd"
        it.slack.replies["views.open"] = refused("expired_trigger_id")
        again = (await it.form(a_command("request", trigger_id="999.889.cmd"))).json()
        assert again["text"] == TOO_LATE and again["response_type"] == "ephemeral"


async def test_a_message_to_the_bot_is_answered_in_the_same_chat() -> None:
    async with house() as it:
        it.talk.answers["say"] = PAGE
        response = await it.event(**a_message("waiting"))
        assert response.status_code == 200
        (press,) = it.talk.presses
        assert (press.org, press.user, press.words) == (TEAM, "U0DANA", "waiting")
        assert press.key == f"slack:event:{TEAM}:U0DANA:Ev0001"
        (said,) = it.slack.of("chat.postMessage")
        assert said["channel"] == "D0DANA" and said["unfurl_links"] is False
        judge_message(said["blocks"])
        assert it.installations.remembered[0].address == {"channel": "D0DANA"}


async def test_a_form_asked_for_by_message_gets_a_button_that_opens_it() -> None:
    async with house() as it:
        it.talk.answers["say"] = FORM
        await it.event(**a_message("reject"))
        (said,) = it.slack.of("chat.postMessage")
        judge_message(said["blocks"])
        (button,) = said["blocks"][-1]["elements"]
        it.talk.answers["reject"] = FORM
        await it.interaction(a_click(it.response_url, action={**button, "action_ts": "1.1"}))
        assert it.talk.presses[-1].verb == "reject" and it.talk.presses[-1].inputs is None
        assert it.slack.of("views.open")


@pytest.mark.parametrize(
    "event",
    [
        a_message("x", bot_id="B0KEYBOT1"),
        a_message("x", user="U0KEYBOT1"),
        a_message("x", subtype="message_changed"),
        a_message("x", channel_type="channel"),
        a_message("x", user=None),
        {"type": "app_mention", "user": "U1", "bot_id": "B1", "channel": "C1", "text": "x"},
        {"type": "app_home_opened", "tab": "messages", "user": "U0DANA"},
        {"type": "reaction_added", "user": "U0DANA", "reaction": "+1", "item": {"channel": "C1"}},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}},
        {"type": "function_executed"},
    ],
)
async def test_what_is_not_for_us_is_acknowledged_and_left(event: dict) -> None:
    async with house(offline=True) as it:
        assert (await it.event(**event)).status_code == 200
        assert it.talk.presses == [] and it.installations.removed == []


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_closed", "view": {"id": "V1", "callback_id": "x"}, "is_cleared": True},
        {"type": "interactive_message", "callback_id": "old", "actions": [{"name": "x"}]},
        {"type": "dialog_submission", "callback_id": "old"},
        {"type": "workflow_step_edit", "callback_id": "old", "workflow_step": {}},
        {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1518467820},
        {"type": "something_new"},
    ],
)
async def test_every_other_payload_is_acknowledged_so_that_slack_does_not_repeat_it(payload: dict) -> None:
    async with house(offline=True) as it:
        whole = {"team": {"id": TEAM}, "user": {"id": "U0DANA", "team_id": TEAM}, **payload}
        assert (await it.send(json.dumps(whole).encode(), "application/json")).status_code == 200


async def test_a_menu_that_asks_for_options_gets_none() -> None:
    async with house(offline=True) as it:
        payload = {
            "type": "block_suggestion",
            "action_id": "x",
            "block_id": "b",
            "value": "",
            "team": {"id": TEAM},
            "user": {"id": "U1"},
        }
        assert (await it.interaction(payload)).json() == {"options": []}


async def test_a_mention_is_answered_to_that_person_alone() -> None:
    async with house() as it:
        it.talk.answers["say"] = PAGE
        await it.event(type="app_mention", user="U0DANA", channel="C0GENERAL", text="<@U0KEYBOT1> waiting")
        assert it.talk.presses[0].words == "waiting"
        assert it.slack.of("chat.postEphemeral")[0]["user"] == "U0DANA"


async def test_a_repeated_event_is_answered_once() -> None:
    async with house() as it:
        for _ in range(3):
            assert (await it.event(**a_message("waiting"))).status_code == 200
        assert len(it.slack.of("chat.postMessage")) == 1


async def test_a_shortcut_opens_its_page() -> None:
    async with house() as it:
        it.talk.answers["say"] = PAGE
        payload = {
            "type": "shortcut",
            "callback_id": "waiting",
            "trigger_id": "1.2.s",
            "team": {"id": TEAM},
            "user": {"id": "U0DANA", "team_id": TEAM},
        }
        assert (await it.interaction(payload)).status_code == 200
        assert it.talk.presses[0].words == "waiting"
        judge_view(it.slack.of("views.open")[0]["view"])


async def test_a_button_on_a_page_in_a_window_is_answered_over_that_window() -> None:
    async with house() as it:
        view = {"id": "V0PAGE", "type": "modal", "title": {"type": "plain_text", "text": "Waiting"}, "hash": "h"}
        container = {"type": "view", "view_id": "V0PAGE"}
        await it.interaction(a_click(channel=None, container=container, view=view))
        (pushed,) = it.slack.of("views.push")
        judge_view(pushed["view"])
        assert "✓ Done." in list(texts(pushed["view"]))
        it.talk.answers["approve"] = FORM
        await it.interaction(a_click(channel=None, container=container, view=view, action={"action_ts": "9.9"}))
        assert it.slack.of("views.push")[-1]["view"]["callback_id"] == "reject"
