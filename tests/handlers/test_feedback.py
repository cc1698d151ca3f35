"""Feedback: said unasked, for others by name or without, asked before a talk; answered, and nobody named who is not."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text

from handlers.commands import (
    AnswerFeedback,
    AnswerForm,
    DeliveryFailed,
    FinishTask,
    GiveFeedback,
    Ref,
    Refused,
    RemovePerson,
    System,
)
from storage import journal
from tests.handlers.alarm import owed, tasks
from tests.handlers.office import Office
from tests.handlers.sayings import (
    DANA,
    KAI,
    LUIS,
    PRIYA,
    RITA,
    SOFIA,
    TOM,
    VPN,
    asked,
    found_in,
    left,
    move,
    opinion,
    talk,
)


def said(office: Office, who: str = DANA, **given: object) -> Ref:
    """Somebody gives feedback; -> its reference."""
    ref = office.do(who, GiveFeedback(**{"text": VPN, **given})).ref  # type: ignore[arg-type]
    assert ref is not None
    return ref


def test_what_is_said_unasked_is_the_csms_task_within_one_business_day(office: Office) -> None:
    ref = said(office)
    assert tasks(office, "feedback") == [f"{SOFIA}: Feedback from {DANA}, Marlow & Finch LLP"]
    row = office.rows("SELECT t.due_at, t.detail FROM task t WHERE t.kind = 'feedback'")[0]
    assert str(row.due_at)[:16].replace("T", " ") == "2026-06-09 13:05"  # 9:05 in New York the next day
    assert row.detail == VPN
    assert owed(office, str(ref), "receipt") == [DANA]
    assert opinion(office, ref).state == "follow_up"


def test_feedback_that_nobody_answers_in_time_is_passed_on(office: Office) -> None:
    said(office)
    office.later(days=1, hours=1)
    assert office.journal("task.passed_on") == 0
    office.later(days=1)
    assert office.journal("task.passed_on") == 1
    assert owed(office, "task:%", "passed_on") == [RITA]


def test_the_answer_is_read_by_whoever_said_it_and_ends_the_task(office: Office) -> None:
    ref = said(office)
    answer = AnswerFeedback(ref, "A new router comes on Thursday.")
    assert office.do(SOFIA, answer).say == f"{DANA} reads your answer."
    assert owed(office, str(ref), "answer") == [DANA]
    assert office.rows("SELECT follows FROM delivery WHERE purpose = 'answer'")[0].follows == "receipt"
    assert tasks(office, "feedback") == []
    row = opinion(office, ref)
    assert (row.state, row.reply, row.replied_by) == ("closed", "A new router comes on Thursday.", SOFIA)
    again = office.do(KAI, AnswerFeedback(ref, "Me too."))
    assert again.repeated and SOFIA in again.say
    assert opinion(office, ref).reply == "A new router comes on Thursday."
    assert office.journal("feedback.answered") == 1


def test_the_task_is_done_by_answering_and_not_by_saying_done(office: Office) -> None:
    ref = said(office)
    task = Ref("task", office.rows("SELECT id FROM task WHERE kind = 'feedback'")[0].id)
    assert "waits for an answer" in office.refused(SOFIA, FinishTask(task, True)).sentence
    office.do(SOFIA, AnswerFeedback(ref, "Thank you."))
    assert office.do(SOFIA, FinishTask(task, True)).repeated


def test_somebody_who_is_named_is_named_to_the_provider(office: Office) -> None:
    said(office, on_behalf_of="Sam Whitfield")
    (title,) = tasks(office, "feedback")
    assert title == f"{SOFIA}: Feedback from Sam Whitfield, Marlow & Finch LLP (passed on by {DANA})"


def test_ones_own_name_is_no_other_person(office: Office) -> None:
    assert opinion(office, said(office, on_behalf_of=DANA.upper())).on_behalf_of == ""


def test_who_stays_unnamed_is_named_nowhere(office: Office) -> None:
    ref = said(office, anonymous=True, on_behalf_of="Sam Whitfield")
    office.do(SOFIA, AnswerFeedback(ref, "Please tell them that we look into it."))
    assert found_in(office.store, "Whitfield") == []
    assert opinion(office, ref).anonymous
    (title,) = tasks(office, "feedback", "done")
    assert title == f"{SOFIA}: Feedback from somebody at Marlow & Finch LLP who stays unnamed (passed on by {DANA})"
    named, unnamed = GiveFeedback(VPN, "Sam Whitfield", True), GiveFeedback(VPN, "", True)
    assert named == unnamed  # so that not even a fingerprint of it tells names apart


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 2001, "\ud800"])
def test_words_that_cannot_be_kept_are_refused_at_their_field(office: Office, text: str) -> None:
    assert office.refused(DANA, GiveFeedback(text)).field == "text"
    assert office.refused(DANA, GiveFeedback(VPN, "x" * 121)).field == "on_behalf_of"
    assert office.rows("SELECT id FROM feedback") == []


def test_only_people_of_clients_give_feedback_and_only_the_provider_answers(office: Office) -> None:
    assert office.refused(SOFIA, GiveFeedback(VPN)).code == "not_entitled"
    ref = said(office)
    assert office.refused(DANA, AnswerFeedback(ref, "I do.")).code == "not_entitled"
    assert office.refused(SOFIA, AnswerFeedback(ref, " ")).field == "text"
    for forged in (Ref("feedback", "fbk_none"), Ref("task", ref.id), Ref("feedback", "\x00")):
        assert office.refused(SOFIA, AnswerFeedback(forged, "Hello.")).code == "not_found"
    assert opinion(office, ref).state == "follow_up"


def test_an_answer_to_somebody_who_has_left_is_written_down(office: Office) -> None:
    ref = said(office, LUIS)
    office.do(System("the house"), RemovePerson(office.person(LUIS), office.person(DANA)))
    assert "does not work there any more" in office.do(SOFIA, AnswerFeedback(ref, "Thank you.")).say
    assert owed(office, str(ref), "answer") == []


# ------------------------------------------------------------------ the form before a talk


def test_everybody_who_attends_is_asked_once(office: Office) -> None:
    about = talk(office)
    first = asked(office, about, DANA, PRIYA)
    assert len(first) == 2
    assert asked(office, about, PRIYA, DANA) == []
    assert owed(office, "feedback:%", "form") == [DANA, PRIYA]


def test_a_form_is_answered_by_whom_it_was_sent_to_and_may_be_changed(office: Office) -> None:
    about = talk(office)
    (ref,) = asked(office, about, DANA)
    assert office.refused(PRIYA, AnswerForm(ref, 7)).code == "not_entitled"
    assert office.refused(TOM, AnswerForm(ref, 7)).code == "not_found"
    for wrong in (-1, 11, True):
        assert office.refused(DANA, AnswerForm(ref, wrong)).field == "score"
    assert office.do(DANA, AnswerForm(ref, 7, "You are friendly.", "slow onsite")).say.startswith("Thank you")
    assert office.do(DANA, AnswerForm(ref, 7, "You are friendly.", "slow onsite")).repeated
    office.do(DANA, AnswerForm(ref, 8, "", "slow onsite"))
    row = opinion(office, ref)
    assert (row.state, row.score) == ("received", 8)
    assert tasks(office, "low_score") == []
    move(office, about, "held")
    assert office.refused(DANA, AnswerForm(ref, 9)).code == "conflict"


def test_an_unanswered_form_can_be_answered_until_the_talk_is_over(office: Office) -> None:
    about = talk(office)
    (ref,) = asked(office, about, DANA)
    left(office, about)
    assert opinion(office, ref).state == "unanswered"
    office.do(DANA, AnswerForm(ref, 10))
    assert opinion(office, ref).state == "received"


def test_a_low_score_is_a_task_and_a_better_one_takes_it_back(office: Office) -> None:
    (ref,) = asked(office, talk(office), DANA)
    office.do(DANA, AnswerForm(ref, 4, "", "slow onsite"))
    assert tasks(office, "low_score") == [f"{SOFIA}: {DANA} gave 4 of 10 before the next meeting"]
    office.do(DANA, AnswerForm(ref, 2, "", "very slow onsite"))
    assert tasks(office, "low_score") == [f"{SOFIA}: {DANA} gave 2 of 10 before the next meeting"]
    office.do(DANA, AnswerForm(ref, 5))
    assert tasks(office, "low_score") == []
    office.do(DANA, AnswerForm(ref, 0))
    assert tasks(office, "low_score") == [f"{SOFIA}: {DANA} gave 0 of 10 before the next meeting"]


def test_an_answered_form_is_closed_and_the_answer_read(office: Office) -> None:
    (ref,) = asked(office, talk(office), DANA)
    assert office.refused(SOFIA, AnswerFeedback(ref, "Too early.")).code == "conflict"
    office.do(DANA, AnswerForm(ref, 3, "", "slow onsite"))
    office.do(SOFIA, AnswerFeedback(ref, "A second engineer comes to Boston from July on."))
    assert tasks(office, "low_score") == []
    assert owed(office, str(ref), "answer") == [DANA]
    assert office.refused(DANA, AnswerForm(ref, 9)).code == "conflict"


def test_the_same_words_twice_are_two_opinions_but_one_event_is_one(office: Office) -> None:
    for key in ("one", "one", "two"):
        with suppress(Refused):
            office.do(DANA, GiveFeedback(VPN), key=key)
    assert len(office.rows("SELECT id FROM feedback")) == 2
    with office.store.read() as tx:
        assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []


def test_an_answer_that_does_not_arrive_is_told_on_the_phone(office: Office) -> None:
    ref = said(office)
    office.do(SOFIA, AnswerFeedback(ref, "A new router comes on Thursday."))
    (row,) = office.rows("SELECT id FROM delivery WHERE subject = :of AND purpose = 'answer'", of=str(ref))
    with office.store.write() as tx:
        tx.execute(text("UPDATE delivery SET state = 'dead' WHERE id = :id"), {"id": row.id})
    lost = DeliveryFailed(row.id, "target", "The app was removed there.")
    office.do(System("the courier"), lost)
    assert tasks(office, "answer_lost") == [f"{SOFIA}: {DANA} has not got your answer to the feedback"]
    assert office.do(System("the courier"), lost).repeated
