"""Each kind of payload from Slack's signature to what the person sees."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from aiohttp import web

from bot.cards.card import Card, Field, Form
from bot.conversation import Answer
from bot.slack.answers import SORRY
from bot.slack.listeners import hear
from bot.slack.voice import NOT_OPENED, TOO_LATE
from handlers.commands import Ref
from tests.slack import samples
from tests.slack.house import (
    TEAM,
    a_click,
    a_command,
    a_message,
    a_reason,
    a_submission,
    an_event,
    house,
    installation,
)
from tests.slack.judge import judge_message, judge_view, texts

PAGE = Answer(card=samples.WAITING)
FORM = Answer(form=samples.REJECT)


def refused(code: str):  # type: ignore[no-untyped-def]
    return lambda method, args: {"ok": False, "error": code}


# ------------------------------------------------------------------ buttons


async def test_a_click_becomes_a_press_and_its_sentence_a_private_message() -> None:
    async with house() as it:
        response = await it.interaction(a_click(it.response_url))
        assert (response.status_code, response.text) == (200, "")
        (press,) = it.talk.presses
        assert (press.platform, press.org, press.user) == ("slack", TEAM, "U0DANA")
        assert (press.verb, press.ref, press.version, press.revision) == ("approve", Ref("approval", "apr_1"), 2, 5)
        assert press.inputs is None
        assert press.key == (
            f"slack:click:{TEAM}:D0DANA/1781000000.000100:U0DANA:approve:approval:apr_1:1781000001.000100"
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


# ------------------------------------------------------------------ who and where


async def test_a_guest_through_slack_connect_acts_as_the_guests_own_workspace() -> None:
    async with house() as it:
        await it.interaction(a_click(it.response_url, user={"id": "U0DANA", "team_id": "T0MARLOW"}))
        assert (it.talk.presses[0].org, it.talk.presses[0].user) == ("T0MARLOW", "U0DANA")
        (account,) = it.installations.remembered
        assert account.org == "T0MARLOW" and account.address == {"channel": "D0DANA", "team": TEAM}


async def test_the_token_is_never_picked_by_the_clickers_workspace() -> None:
    async with house(offline=True) as it:
        it.installations.found = {"T0MARLOW": installation("T0MARLOW")}
        response = await it.interaction(a_click(user={"id": "U0DANA", "team_id": "T0MARLOW"}))
        assert response.status_code == 401 and it.talk.presses == []


async def test_an_org_wide_installation_is_found_by_its_enterprise() -> None:
    async with house() as it:
        it.installations.found = {"E0ORG": installation("E0ORG")}
        changes = {"team": None, "enterprise": {"id": "E0ORG"}, "is_enterprise_install": True}
        response = await it.interaction(a_click(it.response_url, user={"id": "U1", "team_id": "T0SALES"}, **changes))
        assert response.status_code == 200 and it.talk.presses[0].org == "T0SALES"


@pytest.mark.parametrize("why", ["unknown", "not allowed"])
async def test_a_workspace_we_do_not_serve_is_401_and_nothing_is_asked(why: str) -> None:
    async with house(offline=True) as it:
        if why == "unknown":
            it.installations.found.clear()
        else:
            it.installations.not_allowed.add(TEAM)
        for response in (
            await it.interaction(a_click()),
            await it.interaction(a_submission(a_reason())),
            await it.form(a_command("waiting")),
            await it.event(**a_message("waiting")),
        ):
            assert response.status_code == 401 and response.headers["x-slack-no-retry"] == "1"
        assert it.talk.presses == [] and it.installations.remembered == []


async def test_an_event_met_by_a_broken_store_may_come_again() -> None:
    async with house(offline=True) as it:
        it.installations.broken = True
        response = await it.event(**a_message("waiting"))
        assert response.status_code == 500 and "x-slack-no-retry" not in response.headers
        it.installations.broken = False
        assert (await it.event(**a_message("waiting"))).status_code == 200
        assert len(it.talk.presses) == 1


# ------------------------------------------------------------------ forms


async def test_a_submitted_form_is_a_press_with_inputs() -> None:
    async with house() as it:
        response = await it.interaction(a_submission(a_reason()))
        assert response.json() == {"response_action": "clear"}
        (press,) = it.talk.presses
        assert press.inputs == {"reason": "Too many at once"} and press.verb == "reject" and press.version == 2
        assert press.key == "slack:view:V0FORM:1781000000.h4sh"
        (said,) = it.slack.of("chat.postEphemeral")
        assert (said["channel"], said["user"], said["text"]) == ("D0DANA", "U0DANA", "Done.")


async def test_errors_come_back_at_their_fields_and_a_second_try_is_asked_again() -> None:
    async with house(offline=True) as it:
        it.talk.answers["reject"] = Answer(form=replace(samples.REJECT, errors={"reason": "Please say why."}))
        for _ in range(2):
            response = await it.interaction({**a_submission(a_reason("x")), "trigger_id": f"t{len(it.talk.presses)}"})
            assert response.json() == {"response_action": "errors", "errors": {"reason": "Please say why."}}
        assert len(it.talk.presses) == 2


async def test_an_error_of_the_form_redraws_it_with_what_was_written() -> None:
    async with house(offline=True) as it:
        it.talk.answers["reject"] = Answer(form=samples.REFUSED_FORM)
        answer = (await it.interaction(a_submission(a_reason()))).json()
        assert answer["response_action"] == "update"
        judge_view(answer["view"])
        assert json.loads(answer["view"]["private_metadata"])["c"] == "D0DANA"


async def test_a_next_form_takes_the_place_of_the_first() -> None:
    async with house(offline=True) as it:
        it.talk.answers["reject"] = Answer(form=samples.EVERY_KIND)
        answer = (await it.interaction(a_submission(a_reason()))).json()
        assert answer["response_action"] == "update" and answer["view"]["callback_id"] == "start_checklist"


async def test_a_refusal_stays_in_the_window() -> None:
    async with house(offline=True) as it:
        it.talk.answers["reject"] = Answer(say="Dana or Priya can decide.", tone="bad")
        answer = (await it.interaction(a_submission(a_reason()))).json()
        assert answer["response_action"] == "update"
        judge_view(answer["view"])
        assert "✕ Dana or Priya can decide." in list(texts(answer["view"]))


async def test_a_submission_answered_by_a_card_shows_it_in_the_window() -> None:
    async with house(offline=True) as it:
        it.talk.answers["reject"] = PAGE
        answer = (await it.interaction(a_submission(a_reason()))).json()
        judge_view(answer["view"])
        assert "Waiting for you" in list(texts(answer["view"]))


async def test_a_form_of_unknown_making_is_answered_politely() -> None:
    async with house(offline=True) as it:
        answer = (await it.interaction(a_submission(a_reason(), private_metadata="{}"))).json()
        assert answer["response_action"] == "update" and it.talk.presses == []


async def test_a_good_answer_without_a_channel_goes_to_the_persons_own_chat() -> None:
    async with house() as it:
        await it.interaction(a_submission(a_reason(), private_metadata='{"v":"reject"}'))
        assert it.slack.of("chat.postMessage")[0]["channel"] == "U0DANA"


# ------------------------------------------------------------------ words


async def test_a_command_is_answered_in_its_response() -> None:
    async with house(offline=True) as it:
        it.talk.answers["say"] = PAGE
        answer = (await it.form(a_command("waiting &amp; more"))).json()
        assert answer["response_type"] == "ephemeral" and answer["text"] == "2 things wait for you"
        judge_message(answer["blocks"])
        (press,) = it.talk.presses
        assert (press.verb, press.words, press.key) == ("say", "waiting & more", "slack:command:999.888.cmd")
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
        assert (press.org, press.user, press.words, press.key) == (TEAM, "U0DANA", "waiting", "slack:event:Ev0001")
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


# ------------------------------------------------------------------ the Home tab and the end


async def test_opening_the_home_tab_publishes_what_waits() -> None:
    async with house() as it:
        it.talk.answers["say"] = PAGE
        await it.event(type="app_home_opened", user="U0DANA", channel="D0DANA", tab="home")
        assert it.talk.presses[0].words == "waiting"
        (published,) = it.slack.of("views.publish")
        assert published["user_id"] == "U0DANA" and published["view"]["type"] == "home"
        assert "Waiting for you" in list(texts(published["view"]))


async def test_a_click_on_the_home_tab_is_answered_in_the_chat_and_the_tab_is_drawn_anew() -> None:
    async with house() as it:
        it.talk.answers["say"] = PAGE
        view = {"id": "V0HOME", "type": "home", "hash": "h"}
        await it.interaction(a_click(channel=None, container={"type": "view", "view_id": "V0HOME"}, view=view))
        assert [press.verb for press in it.talk.presses] == ["approve", "say"]
        assert it.slack.of("chat.postMessage")[0]["channel"] == "U0DANA"
        assert len(it.slack.of("views.publish")) == 1
        page = {"value": '{"v":"say","r":"page:contacts"}', "action_ts": "2.2"}
        await it.interaction(
            a_click(channel=None, container={"type": "view", "view_id": "V0HOME"}, view=view, action=page)
        )
        assert it.talk.presses[-1].words == "contacts" and len(it.slack.of("views.publish")) == 2


async def test_an_uninstalled_app_is_removed() -> None:
    async with house(offline=True) as it:
        assert (await it.event(event_id="Ev1", type="tokens_revoked", tokens={"bot": ["U0KEYBOT1"]})).status_code == 200
        assert (await it.event(event_id="Ev2", type="app_uninstalled")).status_code == 200
        assert it.installations.removed == [TEAM, TEAM]
        assert (await it.form(a_command("waiting"))).status_code == 401


async def test_an_answer_that_cannot_be_delivered_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with house() as it:
        it.talk.answers["say"] = Answer(card=Card("t", "a secret sentence"))
        it.slack.replies["chat.postMessage"] = refused("channel_not_found")
        assert (await it.event(**a_message("waiting"))).status_code == 200
        assert "slack message answered" in caplog.text and "a secret sentence" not in caplog.text


async def test_an_adapter_without_a_signing_secret_does_not_start() -> None:
    with pytest.raises(ValueError, match="signing secret"):
        async with house(offline=True, signing_secret=""):
            pass


def test_an_event_of_a_shared_channel_belongs_to_the_guests_workspace() -> None:
    payload = an_event(type="app_mention", user="U9", user_team="T0MARLOW", channel="C1", text="hi")
    press = hear(payload).press
    assert press is not None and press.org == "T0MARLOW" and hear(payload).orgs == (TEAM,)
