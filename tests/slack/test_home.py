"""The Home tab, and the end of an installation."""

from __future__ import annotations

import pytest

from bot.cards.card import Card
from bot.conversation import Answer
from bot.slack.listeners import hear
from tests.slack import samples
from tests.slack.house import house, refused
from tests.slack.judge import texts
from tests.slack.payloads import TEAM, a_click, a_command, a_message, an_event

PAGE = Answer(card=samples.WAITING)
FORM = Answer(form=samples.REJECT)


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
