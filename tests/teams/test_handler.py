"""What a person does in Teams becomes a press, and what the house answers becomes what Teams expects."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.card import Card, Field, Form
from bot.conversation import Answer, Press
from bot.teams import answers
from bot.teams.elements import claims
from bot.teams.handler import WELCOME
from handlers.commands import Ref
from tests.teams import judges, samples
from tests.teams.world import BOT, CHAT, MRI, TENANT, TOM, World, world

REF = Ref("approval", "apr_1")
DATA = claims("approve", REF, 2, 5)
FORM = Form("Reject", "reject", (Field("reason", "Reason", "longtext"),), ref=REF, version=2, revision=5)
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MESSAGE_TYPE = "application/vnd.microsoft.activity.message"


async def _body(w: World, activity: dict[str, Any]) -> dict[str, Any]:
    answer = await w.deliver(activity)
    assert answer.status_code == 200
    body = answer.json()
    assert isinstance(body, dict)
    return body


def _task(w: World, name: str, data: Any, **fields: Any) -> dict[str, Any]:
    value = {"data": data, "context": {"theme": "default"}}
    return w.microsoft.activity("invoke", name=name, value=value, replyToId="1:card", **fields)


# ------------------------------------------------------------------ presses


async def test_a_press_carries_the_verified_identity_and_what_the_button_claims() -> None:
    async with world() as w:
        await _body(w, w.microsoft.execute(DATA))
        (press,) = w.talk.presses
        assert replace(press, key="") == Press("", "teams", TENANT, TOM, "approve", REF, 2, 5)
        assert press.key.startswith("teams:")


async def test_the_same_click_has_the_same_key_and_another_has_not() -> None:
    async with world() as w:
        clicks = [
            w.microsoft.execute(DATA),
            w.microsoft.execute(DATA, id="another-activity-id"),
            w.microsoft.execute(DATA, reply_to="1:other"),
            w.microsoft.execute(claims("approve", REF, 2, 6)),
            w.microsoft.execute(claims("reject", REF, 2, 5)),
            w.microsoft.execute(claims("approve", Ref("approval", "apr_2"), 2, 5)),
            w.microsoft.execute({**claims("approve", REF, 2, 5, submits=True), "reason": "a"}),
            w.microsoft.execute({**claims("approve", REF, 2, 5, submits=True), "reason": "b"}),
            w.microsoft.execute(DATA) | {"from": {"id": "29:jill", "aadObjectId": "jill"}},
        ]
        for click in clicks:
            await w.deliver(click)
        keys = [press.key for press in w.talk.presses]
        assert keys[0] == keys[1], "a retry changes nothing"
        assert len(set(keys[1:])) == len(keys) - 1


async def test_words_lose_the_mention_and_are_keyed_by_message() -> None:
    async with world() as w:
        for id_ in ("m1", "m1", "m2"):
            text = "<at>Keyline</at>&nbsp;".replace("&nbsp;", "\xa0") + "waiting \n"
            assert (await w.deliver(w.microsoft.activity(text=text, id=id_))).status_code == 200
        assert {press.words for press in w.talk.presses} == {"waiting"}
        assert {press.verb for press in w.talk.presses} == {"say"}
        keys = [press.key for press in w.talk.presses]
        assert keys[0] == keys[1] != keys[2]


async def test_inputs_come_back_as_the_forms_fields() -> None:
    async with world() as w:
        data = {
            **claims("downtime", REF, 1, 0, submits=True),
            "msteams": {"type": "task/submit"},
            "start.date": "2026-06-21",
            "start.time": "06:00",
            "end.date": "2026-06-21T10:00",
            "who": "dana,priya",
            "quantity": 6,
            "urgent": True,
            "note": None,
        }
        await _body(w, _task(w, "task/submit", data))
        expected = {"start": "2026-06-21T06:00", "end": "2026-06-21T10:00", "who": "dana,priya"}
        assert w.talk.presses[0].inputs == {**expected, "quantity": "6", "urgent": "true", "note": ""}


# ------------------------------------------------------------------ adaptiveCard/action


async def test_a_card_answers_with_the_sentence_on_top() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="Thank you. Approved.", tone="good", card=samples.RECEIPT)
        body = await _body(w, w.microsoft.execute(DATA))
        assert (body["statusCode"], body["type"]) == (200, CARD_TYPE)
        assert judges.problems(body["value"]) == []
        top = body["value"]["body"][0]
        assert (top["type"], top["style"]) == ("Container", "good")
        assert top["items"][0]["inlines"][0]["text"] == "Thank you. Approved."


async def test_a_sentence_answers_as_a_message() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="Dana or Priya can decide this.", tone="bad")
        body = await _body(w, w.microsoft.execute(DATA))
        assert body == {"statusCode": 200, "type": MESSAGE_TYPE, "value": "Dana or Priya can decide this."}


async def test_even_an_empty_answer_is_visible() -> None:
    async with world() as w:
        w.talk.answer = Answer()
        assert (await _body(w, w.microsoft.execute(DATA)))["value"] == "Done."
        assert (await _body(w, _task(w, "task/submit", DATA)))["task"] == {"type": "message", "value": "Done."}


async def test_a_form_for_a_client_without_dialogs_takes_the_cards_place_and_cancel_brings_it_back() -> None:
    async with world() as w:
        w.talk.answer = Answer(form=FORM)
        form = (await _body(w, w.microsoft.execute(DATA)))["value"]
        send, cancel = form["body"][-1]["actions"]
        assert (send["title"], cancel["title"], cancel["associatedInputs"]) == ("Send", "Cancel", "none")
        w.talk.answer = Answer(card=samples.PURCHASE)
        body = await _body(w, w.microsoft.execute({**send["data"], "reason": "Too early."}))
        assert w.talk.presses[-1].inputs == {"reason": "Too early."}
        assert body["type"] == CARD_TYPE
        await _body(w, w.microsoft.execute(cancel["data"]))
        last = w.talk.presses[-1]
        assert (last.verb, last.ref, last.inputs) == ("refresh", REF, None)


async def test_cancelling_a_form_without_a_card_asks_nobody() -> None:
    async with world() as w:
        body = await _body(w, w.microsoft.execute(claims("cancel", None, 0, 0)))
        assert body["type"] == CARD_TYPE and "Cancelled" in str(body["value"])
        assert w.talk.presses == []
        w.talk.answer = Answer()
        body = await _body(w, w.microsoft.execute(claims("cancel", Ref("page", "request"), 0, 0)))
        assert body["type"] == CARD_TYPE and "Cancelled" in str(body["value"])


async def test_an_automatic_refresh_is_a_press() -> None:
    async with world() as w:
        w.talk.answer = Answer(card=samples.PURCHASE)
        activity = w.microsoft.execute(claims("refresh", REF, 2, 5))
        activity["value"]["trigger"] = "automatic"
        assert (await _body(w, activity))["type"] == CARD_TYPE
        assert w.talk.presses[0].verb == "refresh"


MALFORMED: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "no action": {},
    "action is text": {"action": "approve"},
    "submit": {"action": {"type": "Action.Submit", "verb": "approve", "data": DATA}},
    "no data": {"action": {"type": "Action.Execute", "verb": "approve"}},
    "someone else's": {"action": {"type": "Action.Execute", "verb": "approve", "data": {"ref": "x"}}},
    "no verb": {"action": {"type": "Action.Execute", "data": {"keyline": {}}}},
    "verb is a number": {"action": {"type": "Action.Execute", "data": {"keyline": {"verb": 7}}}},
    "bad ref": {"action": {"type": "Action.Execute", "data": {"keyline": {"verb": "a", "ref": "nonsense"}}}},
    "bad version": {"action": {"type": "Action.Execute", "data": {"keyline": {"verb": "a", "version": -1}}}},
    "version is true": {"action": {"type": "Action.Execute", "data": {"keyline": {"verb": "a", "version": True}}}},
    "huge revision": {"action": {"type": "Action.Execute", "data": {"keyline": {"verb": "a", "revision": 10**30}}}},
    "input is a list": {
        "action": {"type": "Action.Execute", "data": {"keyline": {"verb": "a", "submits": True}, "reason": []}}
    },
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_action_is_answered_with_an_error_body(name: str) -> None:
    async with world() as w:
        activity = w.microsoft.activity("invoke", name="adaptiveCard/action", value=MALFORMED[name])
        body = await _body(w, activity)
        assert (body["statusCode"], body["type"]) == (400, "application/vnd.microsoft.error")
        assert body["value"] == {"code": "BadRequest", "message": answers.UNREADABLE}
        for name in ("task/fetch", "task/submit"):
            body = await _body(w, w.microsoft.activity("invoke", name=name, value={"data": {"keyline": 3}}))
            assert body == {"task": {"type": "message", "value": answers.UNREADABLE}}
        assert w.talk.presses == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["type", "name", "value", "from", "recipient", "conversation", "membersAdded", "text", "action", "replyToId", "id"]
)
kinds = st.sampled_from(["message", "invoke", "conversationUpdate", "installationUpdate", "event", "typing", "trace"])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases=st.lists(st.tuples(kinds, st.dictionaries(names, json_values, max_size=4)), min_size=10, max_size=20))
def test_no_body_from_teams_whatever_makes_a_500(cases: list[tuple[str, dict[str, Any]]]) -> None:
    async def run() -> None:
        async with world() as w:
            for kind, odd in cases:
                answer = await w.deliver(w.microsoft.activity(kind, name="adaptiveCard/action") | odd)
                assert answer.status_code in (200, 400, 401)

    asyncio.run(run())


async def test_unknown_invokes_events_and_entities_are_taken_calmly() -> None:
    async with world() as w:
        for name in ("composeExtension/query", "signin/verifyState", "fileConsent/invoke", "brand/new", ""):
            body = await _body(w, w.microsoft.activity("invoke", name=name, value={"x": 1}))
            assert (body["statusCode"], body["value"]["code"]) == (400, "NotSupported")
        for kind in ("event", "messageReaction", "messageUpdate", "typing", "endOfConversation", "brandNew"):
            odd = {
                "entities": [{"type": "brandNew", "x": [1]}],
                "reactionsAdded": [{"type": "like"}],
                "brandNew": {"a": 1},
            }
            answer = await w.deliver(w.microsoft.activity(kind, name="application/vnd.microsoft.readReceipt") | odd)
            assert (answer.status_code, answer.content) == (200, b"")
        assert w.talk.presses == [] and w.microsoft.calls == []


async def test_a_click_of_nobody_does_nothing() -> None:
    async with world() as w:
        nobody = {"from": {"id": MRI}}
        assert (await _body(w, w.microsoft.execute(DATA) | nobody))["statusCode"] == 400
        assert "who you are" in (await _body(w, _task(w, "task/fetch", DATA) | nobody))["task"]["value"]
        assert (await w.deliver(w.microsoft.activity(text="waiting") | nobody)).status_code == 200
        assert w.talk.presses == [] and w.book.untouched


async def test_a_house_on_fire_is_a_sentence_and_not_a_500() -> None:
    def fire(press: Press) -> Answer:
        raise RuntimeError("the house is on fire")

    async with world() as w:
        w.talk.answer = fire
        assert (await _body(w, w.microsoft.execute(DATA)))["value"] == answers.BROKEN
        assert (await _body(w, _task(w, "task/submit", DATA)))["task"]["value"] == answers.BROKEN
        assert (await w.deliver(w.microsoft.activity(text="waiting"))).status_code == 200
        assert w.sent[-1]["text"] == answers.BROKEN


# ------------------------------------------------------------------ dialogs


async def test_a_dialog_opens_keeps_what_was_typed_beside_the_error_and_closes_with_a_sentence() -> None:
    async with world() as w:
        w.talk.answer = Answer(form=FORM)
        opened = (await _body(w, _task(w, "task/fetch", claims("reject", REF, 2, 5))))["task"]
        assert w.talk.presses[-1].inputs is None
        assert (opened["type"], opened["value"]["title"]) == ("continue", "Reject")
        assert opened["value"]["card"]["contentType"] == CARD_TYPE
        card = opened["value"]["card"]["content"]
        assert judges.problems(card) == []
        (send,) = card["actions"]
        assert send["type"] == "Action.Submit"

        w.talk.answer = Answer(form=replace(FORM, errors={"reason": "A few words more, please."}))
        again = (await _body(w, _task(w, "task/submit", {**send["data"], "reason": "no"})))["task"]
        assert w.talk.presses[-1].inputs == {"reason": "no"}
        found = list(judges.nodes(again["value"]["card"]["content"]))
        assert [node["value"] for node in found if node.get("type") == "Input.Text"] == ["no"]
        assert "A few words more, please." in [node.get("text") for node in found]

        w.talk.answer = Answer(say="Rejected. Sofia knows.", tone="good", card=samples.RECEIPT)
        closed = await _body(w, _task(w, "task/submit", {**send["data"], "reason": "Too early, in July."}))
        assert closed == {"task": {"type": "message", "value": "Rejected. Sofia knows."}}


async def test_a_refusal_instead_of_a_form_is_a_sentence() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="This was decided already.", tone="bad")
        body = await _body(w, _task(w, "task/fetch", claims("reject", REF, 2, 5)))
        assert body == {"task": {"type": "message", "value": "This was decided already."}}


# ------------------------------------------------------------------ messages


async def test_a_message_is_answered_in_its_conversation_as_plain_text() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="**2** things wait for you. <at>Dana</at>")
        answer = await w.deliver(w.microsoft.activity(text="waiting"))
        assert (answer.status_code, answer.content) == (200, b"")
        ((method, path, body),) = w.microsoft.calls
        assert (method, path) == ("POST", f"/connector/v3/conversations/{CHAT}/activities")
        assert body["textFormat"] == "plain" and body["text"] == "**2** things wait for you. <at>Dana</at>"
        assert body["recipient"]["id"] == MRI and body["from"]["id"] == BOT and "entities" not in body
        assert w.microsoft.bearers == ["Bearer out-1"]


async def test_a_page_asked_for_is_sent_as_a_card_and_a_form_in_line() -> None:
    async with world() as w:
        w.talk.answer = Answer(card=samples.WAITING)
        await w.deliver(w.microsoft.activity(text="waiting"))
        w.talk.answer = Answer(form=samples.EVERYTHING)
        await w.deliver(w.microsoft.activity(text="request"))
        for sent, summary in zip(w.sent, ("2 things wait for you", "Ask for something"), strict=True):
            (attachment,) = sent["attachments"]
            assert attachment["contentType"] == CARD_TYPE and sent["summary"] == summary
            assert judges.problems(attachment["content"]) == []


async def test_a_button_of_an_old_client_edits_the_card_and_says_what_happened() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="Approved.", card=samples.RECEIPT)
        await w.deliver(w.microsoft.execute(DATA))
        activity = w.microsoft.activity(value=DATA, replyToId="1:card")
        assert (await w.deliver(activity)).status_code == 200
        first, second = w.talk.presses
        assert first == second, "pressed either way it is the same press"
        (edit, told) = w.microsoft.calls
        assert edit[:2] == ("PUT", f"/connector/v3/conversations/{CHAT}/activities/1:card")
        assert edit[2]["attachments"][0]["contentType"] == CARD_TYPE
        assert told[0] == "POST" and told[2]["text"] == "Approved."


async def test_where_the_card_cannot_be_edited_it_is_sent_anew() -> None:
    async with world() as w:
        gone = {"error": {"code": "ActivityNotFoundInConversation"}}
        w.microsoft.connector = lambda method, path, body: (
            web.json_response(gone, status=404) if method == "PUT" else None
        )
        w.talk.answer = Answer(say="Approved.", card=samples.RECEIPT)
        await w.deliver(w.microsoft.activity(value=DATA, replyToId="1:card"))
        assert "Approved." in str(w.sent[-1]["attachments"])


async def test_an_unreadable_button_of_an_old_client_is_told_so() -> None:
    async with world() as w:
        await w.deliver(w.microsoft.activity(value={"keyline": {"verb": "x", "ref": "nonsense"}}))
        assert w.sent[0]["text"] == answers.UNREADABLE and w.talk.presses == []


async def test_a_reply_that_must_wait_a_moment_is_sent_again() -> None:
    async with world() as w:
        refusals = [web.json_response({}, status=429, headers={"Retry-After": "0.1"})]
        w.microsoft.connector = lambda *call: refusals.pop() if refusals else None
        await w.deliver(w.microsoft.activity(text="waiting"))
        assert len(w.sent) == 2


CHANNEL = {"conversation": {"id": "19:x@thread.tacv2", "conversationType": "channel", "tenantId": TENANT}}


async def test_a_channel_learns_nothing_but_the_way_to_the_private_chat() -> None:
    async with world() as w:
        w.talk.answer = Answer(card=samples.PURCHASE)
        await w.deliver(w.microsoft.activity(text="<at>Keyline</at> waiting") | CHANNEL)
        await w.deliver(w.microsoft.activity(value=DATA) | CHANNEL)
        assert [sent["text"] for sent in w.sent] == [answers.IN_PRIVATE] * 2
        assert w.talk.presses == [] and w.book.untouched
        for answer in (Answer(card=samples.PURCHASE), Answer(form=FORM)):
            w.talk.answer = answer
            body = await _body(w, w.microsoft.execute(DATA) | CHANNEL)
            assert (body["type"], body["value"]) == (MESSAGE_TYPE, answers.IN_PRIVATE)


# ------------------------------------------------------------------ where people are


async def test_an_installation_is_remembered_and_greeted_once() -> None:
    async with world() as w:
        added = w.microsoft.activity("conversationUpdate", membersAdded=[{"id": BOT}, {"id": MRI}])
        for activity in (w.microsoft.activity("installationUpdate", action="add"), added):
            assert (await w.deliver(activity)).status_code == 200
        (account,) = w.book.remembered
        assert (account.platform, account.org, account.user) == ("teams", TENANT, TOM)
        assert account.address == {
            "service_url": w.microsoft.service_url,
            "conversation": CHAT,
            "mri": MRI,
            "bot": BOT,
        }
        assert [sent["text"] for sent in w.sent] == [WELCOME]


async def test_an_upgrade_or_another_member_greets_nobody_and_forgets_nobody() -> None:
    async with world() as w:
        for action in ("remove-upgrade", "add-upgrade"):
            await w.deliver(w.microsoft.activity("installationUpdate", action=action))
        await w.deliver(w.microsoft.activity("conversationUpdate", membersAdded=[{"id": "29:jill"}]))
        await w.deliver(w.microsoft.activity("conversationUpdate", membersRemoved=[{"id": "29:jill"}]))
        assert w.sent == [] and w.book.forgotten == []


@pytest.mark.parametrize("how", ["installation", "member"])
async def test_a_removed_app_forgets_the_address_until_it_is_back(how: str) -> None:
    async with world() as w:
        await w.deliver(w.microsoft.activity(text="hi"))
        removed = (
            w.microsoft.activity("installationUpdate", action="remove")
            if how == "installation"
            else w.microsoft.activity("conversationUpdate", membersRemoved=[{"id": BOT}])
        )
        await w.deliver(removed)
        ((account, reason),) = w.book.forgotten
        assert account.user == TOM and reason
        assert len(w.book.remembered) == 1, "leaving is no sign of life"
        await w.deliver(w.microsoft.activity("installationUpdate", action="add"))
        assert len(w.book.remembered) == 2
        assert w.sent[-1]["text"] == WELCOME


async def test_an_address_is_written_when_it_changes_and_costs_nothing_otherwise() -> None:
    clock = [time.time()]
    async with world(now=lambda: clock[0]) as w:
        for _ in range(5):
            await w.deliver(w.microsoft.execute(DATA))
        assert len(w.book.remembered) == 1
        await w.deliver(w.microsoft.execute(DATA) | {"conversation": {"id": "a:new", "tenantId": TENANT}})
        assert [account.address["conversation"] for account in w.book.remembered] == [CHAT, "a:new"]
        clock[0] += 601
        await w.deliver(w.microsoft.execute(DATA) | {"conversation": {"id": "a:new", "tenantId": TENANT}})
        assert len(w.book.remembered) == 3, "another process may have marked the person unreachable"
        await w.deliver(w.microsoft.execute(DATA) | CHANNEL)
        assert len(w.book.remembered) == 3, "a channel is no way to one person"


async def test_a_store_that_fails_to_remember_fails_no_click() -> None:
    async def fails(account: Any) -> None:
        raise OSError("disk full")

    async with world() as w:
        w.book.remember = fails  # type: ignore[method-assign]
        assert (await _body(w, w.microsoft.execute(DATA)))["value"] == "Noted."


def test_a_card_answer_needs_no_ref() -> None:
    body = answers.of_action(Answer(card=Card("Help", "Help")), Press("k", "teams", TENANT, TOM, "say"), personal=True)
    assert body["value"]["body"][0]["inlines"][0]["text"] == "Help"
