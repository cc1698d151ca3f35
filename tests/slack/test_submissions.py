"""Forms that were sent: errors at their fields, refusals in the window, good answers below the card."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.conversation import Answer
from tests.slack import samples
from tests.slack.house import house
from tests.slack.judge import judge_view, texts
from tests.slack.payloads import a_reason, a_submission

PAGE = Answer(card=samples.WAITING)
FORM = Answer(form=samples.REJECT)


async def test_a_submitted_form_is_a_press_with_inputs() -> None:
    async with house() as it:
        response = await it.interaction(a_submission(a_reason()))
        assert response.json() == {"response_action": "clear"}
        (press,) = it.talk.presses
        assert press.inputs == {"reason": "Too many at once"} and press.verb == "reject" and press.version == 2
        assert press.key == "slack:view:T0HARBOR:U0DANA:V0FORM:1781000000.h4sh"
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
