"""Dialogs and typed words are answered where they were asked, and a channel learns nothing."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from bot.cards.card import Field, Form
from bot.conversation import Answer
from bot.teams import answers
from bot.teams.elements import claims
from tests.teams import judges, samples
from tests.teams.world import (
    BOT,
    CARD_TYPE,
    CHANNEL,
    CHAT,
    DATA,
    MESSAGE_TYPE,
    MRI,
    REF,
    body_of,
    task,
    world,
)

FORM = Form("Reject", "reject", (Field("reason", "Reason", "longtext"),), ref=REF, version=2, revision=5)


async def test_a_dialog_opens_keeps_what_was_typed_beside_the_error_and_closes_with_a_sentence() -> None:
    async with world() as w:
        w.talk.answer = Answer(form=FORM)
        opened = (await body_of(w, task(w, "task/fetch", claims("reject", REF, 2, 5))))["task"]
        assert w.talk.presses[-1].inputs is None
        assert (opened["type"], opened["value"]["title"]) == ("continue", "Reject")
        assert opened["value"]["card"]["contentType"] == CARD_TYPE
        card = opened["value"]["card"]["content"]
        assert judges.problems(card) == []
        (send,) = card["actions"]
        assert send["type"] == "Action.Submit"

        w.talk.answer = Answer(form=replace(FORM, errors={"reason": "A few words more, please."}))
        again = (await body_of(w, task(w, "task/submit", {**send["data"], "reason": "no"})))["task"]
        assert w.talk.presses[-1].inputs == {"reason": "no"}
        found = list(judges.nodes(again["value"]["card"]["content"]))
        assert [node["value"] for node in found if node.get("type") == "Input.Text"] == ["no"]
        assert "A few words more, please." in [node.get("text") for node in found]

        w.talk.answer = Answer(say="Rejected. Sofia knows.", tone="good", card=samples.RECEIPT)
        closed = await body_of(w, task(w, "task/submit", {**send["data"], "reason": "Too early, in July."}))
        assert closed == {"task": {"type": "message", "value": "Rejected. Sofia knows."}}


async def test_a_refusal_instead_of_a_form_is_a_sentence() -> None:
    async with world() as w:
        w.talk.answer = Answer(say="This was decided already.", tone="bad")
        body = await body_of(w, task(w, "task/fetch", claims("reject", REF, 2, 5)))
        assert body == {"task": {"type": "message", "value": "This was decided already."}}


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


async def test_a_channel_learns_nothing_but_the_way_to_the_private_chat() -> None:
    async with world() as w:
        w.talk.answer = Answer(card=samples.PURCHASE)
        await w.deliver(w.microsoft.activity(text="<at>Keyline</at> waiting") | CHANNEL)
        await w.deliver(w.microsoft.activity(value=DATA) | CHANNEL)
        assert [sent["text"] for sent in w.sent] == [answers.IN_PRIVATE] * 2
        assert w.talk.presses == [] and w.book.untouched
        for answer in (Answer(card=samples.PURCHASE), Answer(form=FORM)):
            w.talk.answer = answer
            body = await body_of(w, w.microsoft.execute(DATA) | CHANNEL)
            assert (body["type"], body["value"]) == (MESSAGE_TYPE, answers.IN_PRIVATE)
