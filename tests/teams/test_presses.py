"""What a person does in Teams becomes a press, and the answer to a button is what Teams expects."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.card import Card, Field, Form
from bot.conversation import Answer, Press
from bot.teams import answers
from bot.teams.elements import claims
from handlers.commands import Ref
from tests.teams import judges, samples
from tests.teams.world import (
    CARD_TYPE,
    DATA,
    MESSAGE_TYPE,
    MRI,
    REF,
    TENANT,
    TOM,
    body_of,
    task,
    world,
)

FORM = Form("Reject", "reject", (Field("reason", "Reason", "longtext"),), ref=REF, version=2, revision=5)


async def test_a_press_carries_the_verified_identity_and_what_the_button_claims() -> None:
    async with world() as w:
        await body_of(w, w.microsoft.execute(DATA))
        (press,) = w.talk.presses
        assert replace(press, key="") == Press("", "teams", TENANT, TOM, "approve", REF, 2, 5, name="Tom")
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
        await body_of(w, task(w, "task/submit", data))
        expected = {"start": "2026-06-21T06:00", "end": "2026-06-21T10:00", "who": "dana,priya"}
        assert w.talk.presses[0].inputs == {**expected, "quantity": "6", "urgent": "true", "note": ""}


async def test_a_card_answers_with_the_sentence_on_top() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="Thank you. Approved.", tone="good", card=samples.RECEIPT)
        body = await body_of(w, w.microsoft.execute(DATA))
        assert (body["statusCode"], body["type"]) == (200, CARD_TYPE)
        assert judges.problems(body["value"]) == []
        top = body["value"]["body"][0]
        assert (top["type"], top["style"]) == ("Container", "good")
        assert top["items"][0]["inlines"][0]["text"] == "Thank you. Approved."


async def test_a_sentence_answers_as_a_message() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="Dana or Priya can decide this.", tone="bad")
        body = await body_of(w, w.microsoft.execute(DATA))
        assert body == {"statusCode": 200, "type": MESSAGE_TYPE, "value": "Dana or Priya can decide this."}


async def test_even_an_empty_answer_is_visible() -> None:
    async with world() as w:
        w.talk.answer = Answer()
        assert (await body_of(w, w.microsoft.execute(DATA)))["value"] == "Done."
        assert (await body_of(w, task(w, "task/submit", DATA)))["task"] == {"type": "message", "value": "Done."}


async def test_a_form_for_a_client_without_dialogs_takes_the_cards_place_and_cancel_brings_it_back() -> None:
    async with world() as w:
        w.talk.answer = Answer(form=FORM)
        form = (await body_of(w, w.microsoft.execute(DATA)))["value"]
        send, cancel = form["body"][-1]["actions"]
        assert (send["title"], cancel["title"], cancel["associatedInputs"]) == ("Send", "Cancel", "none")
        w.talk.answer = Answer(card=samples.PURCHASE)
        body = await body_of(w, w.microsoft.execute({**send["data"], "reason": "Too early."}))
        assert w.talk.presses[-1].inputs == {"reason": "Too early."}
        assert body["type"] == CARD_TYPE
        await body_of(w, w.microsoft.execute(cancel["data"]))
        last = w.talk.presses[-1]
        assert (last.verb, last.ref, last.inputs) == ("refresh", REF, None)


async def test_cancelling_a_form_without_a_card_asks_nobody() -> None:
    async with world() as w:
        body = await body_of(w, w.microsoft.execute(claims("cancel", None, 0, 0)))
        assert body["type"] == CARD_TYPE and "Cancelled" in str(body["value"])
        assert w.talk.presses == []
        w.talk.answer = Answer()
        body = await body_of(w, w.microsoft.execute(claims("cancel", Ref("page", "request"), 0, 0)))
        assert body["type"] == CARD_TYPE and "Cancelled" in str(body["value"])


async def test_an_automatic_refresh_is_a_press() -> None:
    async with world() as w:
        w.talk.answer = Answer(card=samples.PURCHASE)
        activity = w.microsoft.execute(claims("refresh", REF, 2, 5))
        activity["value"]["trigger"] = "automatic"
        assert (await body_of(w, activity))["type"] == CARD_TYPE
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
async def test_a_malformed_action_is_answered_with_an_errorbody_of(name: str) -> None:
    async with world() as w:
        activity = w.microsoft.activity("invoke", name="adaptiveCard/action", value=MALFORMED[name])
        body = await body_of(w, activity)
        assert (body["statusCode"], body["type"]) == (400, "application/vnd.microsoft.error")
        assert body["value"] == {"code": "BadRequest", "message": answers.UNREADABLE}
        for name in ("task/fetch", "task/submit"):
            body = await body_of(w, w.microsoft.activity("invoke", name=name, value={"data": {"keyline": 3}}))
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
            body = await body_of(w, w.microsoft.activity("invoke", name=name, value={"x": 1}))
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
        assert (await body_of(w, w.microsoft.execute(DATA) | nobody))["statusCode"] == 400
        assert "who you are" in (await body_of(w, task(w, "task/fetch", DATA) | nobody))["task"]["value"]
        assert (await w.deliver(w.microsoft.activity(text="waiting") | nobody)).status_code == 200
        assert w.talk.presses == [] and w.book.untouched


async def test_a_house_on_fire_is_a_sentence_and_not_a_500() -> None:
    def fire(press: Press) -> Answer:
        raise RuntimeError("the house is on fire")

    async with world() as w:
        w.talk.answer = fire
        assert (await body_of(w, w.microsoft.execute(DATA)))["value"] == answers.BROKEN
        assert (await body_of(w, task(w, "task/submit", DATA)))["task"]["value"] == answers.BROKEN
        assert (await w.deliver(w.microsoft.activity(text="waiting"))).status_code == 200
        assert w.sent[-1]["text"] == answers.BROKEN


def test_a_card_answer_needs_no_ref() -> None:
    body = answers.of_action(Answer(card=Card("Help", "Help")), Press("k", "teams", TENANT, TOM, "say"), personal=True)
    assert body["value"]["body"][0]["inlines"][0]["text"] == "Help"
