"""The adapter against the playground's strict double of Slack: real HTTP both ways, judged by somebody else's rules."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.cards.card import Card, Text
from bot.conversation import Answer
from bot.platform import Account, Gone, Later, Shown, Unsure
from tests.slack import samples
from tests.slack.street import DANA, street


@pytest.mark.parametrize("name", samples.CARDS)
async def test_every_card_is_shown(name: str) -> None:
    async with street() as it:
        card = samples.CARDS[name]
        shown = await it.show(card)
        assert it.last()["native"]["metadata"]["event_payload"] == {"id": "del_1"}
        result = await it.adapter.messenger.update(DANA, shown.message, replace(card, title="Changed"))
        assert isinstance(result, Shown) and "Changed" in it.last()["text"] and it.last()["edited_at"]
        assert len(it.double.screen("Dana Whitlock")) == 1


async def test_one_press_approves_and_the_sentence_is_for_the_presser_alone() -> None:
    async with street() as it:
        await it.show()
        assert (await it.press("Approve"))["status"] == 200
        (press,) = it.talk.presses
        assert (press.org, press.user, press.verb, press.inputs) == ("T0MARLOW", "U0DANA", "approve", None)
        assert it.last()["text"] == "✓ Done." and it.last()["private"] is True
        assert it.installations.remembered == []


async def test_a_reason_is_asked_for_and_sent_with_the_no() -> None:
    async with street() as it:
        await it.show()
        it.talk.answers["reject"] = Answer(form=samples.REJECT)
        await it.press("Reject")
        assert it.double.modal("Dana Whitlock") is not None
        it.talk.answers["reject"] = Answer(say="Rejected. Sofia has been told.", tone="good", card=samples.DECIDED)
        done = await it.double.submit("Dana Whitlock", {"Why not?": "Too many at once"})
        await it.settle()
        assert done["status"] == 200 and it.double.modal("Dana Whitlock") is None
        assert it.talk.presses[-1].inputs == {"reason": "Too many at once"}
        assert it.last()["private"] and it.last()["text"] == "✓ Rejected. Sofia has been told."


async def test_an_error_stands_at_its_field_and_the_form_stays() -> None:
    async with street() as it:
        await it.show()
        it.talk.answers["reject"] = Answer(form=samples.REJECT)
        await it.press("Reject")
        it.talk.answers["reject"] = Answer(form=replace(samples.REJECT, errors={"reason": "Please say why."}))
        await it.double.submit("Dana Whitlock", {"Why not?": "no"})
        modal = it.double.modal("Dana Whitlock")
        assert modal is not None and modal["errors"] == {"reason": "Please say why."}
        it.talk.answers["reject"] = Answer(form=samples.REFUSED_FORM)
        await it.double.submit("Dana Whitlock", {"Why not?": "no"})
        modal = it.double.modal("Dana Whitlock")
        assert modal is not None and "changed while you were writing" in str(modal["view"]["blocks"])
        it.talk.answers["reject"] = Answer(say="Dana or Priya can decide.", tone="bad")
        await it.double.submit("Dana Whitlock", {"Why not?": "still no"})
        modal = it.double.modal("Dana Whitlock")
        assert modal is not None and "✕ Dana or Priya can decide." in str(modal["view"]["blocks"])
        assert "submit" not in modal["view"] or modal["view"]["submit"] is None


async def test_every_kind_of_field_is_filled_and_read_back() -> None:
    async with street() as it:
        await it.show()
        it.talk.answers["hand_over"] = Answer(form=samples.EVERY_KIND)
        await it.press("Hand to someone else")
        it.talk.answers["start_checklist"] = Answer(say="Sent.", tone="good")
        entered = {
            "Legal name": "Owen Pratt",
            "Why": "",
            "Seats": "5",
            "Expected cost": "1,349.00",
            "First day": "2026-06-22",
            "Exact time": "2026-06-12T16:00:00",
            "E-mail": "owen@marlow.example",
            "Kind": "Desktop",
            "Location": "Not decided",
            "Groups": ["Staff", "IT"],
            "Applications": ["Application 3", "Application 12"],
            "Manager": "Person 129",
        }
        done = await it.double.submit("Dana Whitlock", entered)
        assert done["status"] == 200, done
        assert it.talk.presses[-1].inputs == {
            "name": "Owen Pratt",
            "why": "",
            "seats": "5",
            "cost": "1,349.00",
            "start": "2026-06-22",
            "cutoff": "2026-06-12T20:00:00Z",
            "email": "owen@marlow.example",
            "kind": "desktop",
            "location": "",
            "groups": "staff,it",
            "apps": "app3,app12",
            "person": "con_129",
        }


async def test_words_are_answered_where_they_were_typed() -> None:
    async with street() as it:
        it.talk.answers["say"] = Answer(card=samples.WAITING)
        assert (await it.double.say("Dana Whitlock", "/keyline waiting"))["status"] == 200
        assert it.last()["private"] and "Waiting for you" in it.last()["text"]
        page = it.last()["message"]
        await it.double.press("Dana Whitlock", page, "Contacts")
        await it.settle()
        assert it.talk.presses[-1].words == "contacts"
        await it.double.press("Dana Whitlock", page, "Approve")
        await it.settle()
        assert it.last()["text"] == "✓ Done."
        await it.double.say("Dana Whitlock", "what <waits> & why?")
        await it.settle()
        assert it.talk.presses[-1].words == "what <waits> & why?"
        assert not it.last()["private"] and "Waiting for you" in it.last()["text"]
        await it.double.say("Sofia Marchetti", "/keyline request")
        assert it.talk.presses[-1].org == "T0HARBOR"


async def test_the_home_tab_shows_what_waits_and_its_buttons_work() -> None:
    async with street() as it:
        it.talk.answers["say"] = Answer(card=samples.WAITING)
        await it.double.open_home("Dana Whitlock")
        await it.settle()
        home = it.double.home("Dana Whitlock")
        assert home is not None and "Waiting for you" in str(home["view"]["blocks"])
        await it.double.press("Dana Whitlock", home["id"], "Approve")
        await it.settle()
        assert it.last()["text"] == "✓ Done."


async def test_somebody_elses_click_is_somebody_elses_press() -> None:
    async with street() as it:
        await it.show()
        await it.press("Approve", person="Priya Raman")
        assert it.talk.presses[0].user == "U0PRIYA"


async def test_a_guest_of_slack_connect_presses_as_the_own_workspace() -> None:
    async with street() as it:
        gus = Account("slack", "T0ELSE", "U0GUS", {"team": "T0HARBOR"})
        await it.show(account=gus)
        message = it.last("Gus Guest")["message"]
        await it.double.press("Gus Guest", message, "Approve")
        await it.settle()
        assert (it.talk.presses[0].org, it.talk.presses[0].user) == ("T0ELSE", "U0GUS")
        assert it.last("Gus Guest")["text"] == "✓ Done."


async def test_a_captured_request_sent_again_is_one_press() -> None:
    async with street() as it:
        await it.show()
        done = await it.double.press_often("Dana Whitlock", it.last()["message"], "Approve", times=3, identical=True)
        await it.settle()
        assert {one["status"] for one in done} == {200}
        assert len({press.key for press in it.talk.presses}) == 1
        assert len([m for m in it.double.screen("Dana Whitlock") if m["private"]]) == 1


async def test_a_late_form_says_to_press_again() -> None:
    async with street() as it:
        await it.show()
        it.double.fault({"kind": "expired_trigger_id", "method": "views.open"})
        it.talk.answers["reject"] = Answer(form=samples.REJECT)
        await it.press("Reject")
        assert "Please press again" in it.last()["text"]


async def test_the_couriers_troubles_are_told_apart() -> None:
    async with street() as it:
        shown = await it.show()
        it.double.fault({"kind": "429", "method": "chat.postMessage", "retry_after": 7})
        assert await it.adapter.messenger.post(DANA, samples.PURCHASE, delivery="d") == Later(7.0, "org", "ratelimited")
        it.double.fault({"kind": "drop_after_store", "method": "chat.postMessage"})
        assert isinstance(await it.adapter.messenger.post(DANA, samples.PURCHASE, delivery="d"), Unsure)
        assert len(it.double.screen("Dana Whitlock")) == 2
        it.double.fault({"kind": "fatal_error", "method": "chat.update"})
        assert isinstance(await it.adapter.messenger.update(DANA, shown.message, samples.DECIDED), Later)
        assert isinstance(await it.adapter.messenger.update(DANA, shown.message, samples.DECIDED), Shown)
        lost = {"channel": shown.message["channel"], "ts": "1.000001"}
        assert await it.adapter.messenger.update(DANA, lost, samples.DECIDED) == Gone("message", "message_not_found")
        nobody = Account("slack", "T0MARLOW", "U0NOBODY")
        result = await it.adapter.messenger.post(nobody, samples.PURCHASE, delivery="d")
        assert isinstance(result, Gone) and result.what == "target"
        it.double.fault({"kind": "revoked", "team": "T0MARLOW"})
        result = await it.adapter.messenger.post(DANA, samples.PURCHASE, delivery="d")
        assert isinstance(result, Gone) and result.what == "installation"


async def test_a_card_beyond_everything_is_still_shown() -> None:
    async with street() as it:
        beyond = Card(
            "t" * 500, "s" * 9000, (Text("漢" * 9000), *samples.MANY_LINES.blocks, *samples.WAITING.blocks * 9)
        )
        shown = await it.show(beyond)
        assert "Silence never holds the invoice back." in it.last()["text"]
        assert isinstance(await it.adapter.messenger.update(DANA, shown.message, beyond), Shown)


async def test_a_workspace_that_removes_the_app_is_forgotten() -> None:
    async with street() as it:
        it.double.fault({"kind": "uninstall", "team": "T0MARLOW"})
        for _ in range(200):
            if len(it.installations.removed) == 2:
                break
            await asyncio.sleep(0.01)
        assert it.installations.removed == ["T0MARLOW", "T0MARLOW"]
        assert await it.adapter.messenger.post(DANA, samples.PURCHASE, delivery="d") == Gone(
            "installation", "not installed"
        )


async def test_slack_verifies_our_url() -> None:
    async with street() as it:
        assert (await it.double.verify_url())["status"] == 200


async def test_an_administrator_installs_the_app_through_the_consent_page() -> None:
    async with street() as it, httpx.AsyncClient() as browser:
        del it.installations.found["T0MARLOW"]
        begun = await browser.get(f"{it.bot_url}/slack/install")
        consent = begun.headers["location"]
        assert consent.startswith(f"{it.url}/slack/oauth/v2/authorize?")
        decided = await browser.post(consent, data={"team": "T0MARLOW", "decision": "allow"})
        back = decided.headers["location"]
        assert "code" in parse_qs(urlsplit(back).query)
        done = await browser.get(back)
        assert done.status_code == 200, done.text
        assert it.installations.saved[0].org == "T0MARLOW" and it.installations.saved[0].facts["bot_id"] == "B0KEY2"
        await it.show()
