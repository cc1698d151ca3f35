"""A question stops the clock, five business days at most, and the answer comes to everybody."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.commands import (
    AnswerQuestion,
    AskQuestion,
)
from tests.handlers.office import Office
from tests.handlers.screens import Screens

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of June 2026 in New York."""
    return datetime(2026, 6, day, hour, minute, tzinfo=NEW_YORK)


def open_asks(office: Office) -> list[str]:
    """Deeds of the ladder still to come."""
    rows = office.rows("SELECT deed FROM timer WHERE state = 'waiting' AND subject LIKE 'approval:%' ORDER BY due_at")
    return [row.deed for row in rows]


def test_a_question_stops_the_clock_and_the_answer_gives_back_the_time_that_was_left(office: Office) -> None:
    office.now = at(8, 10)
    ref = office.order(unit=8_900)
    assert office.standing(ref).request.expires_at == at(15, 10)
    office.later(hours=1)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    assert office.state(ref) == "info_requested"
    office.later(days=2)
    assert office.state(ref) == "info_requested"
    assert office.rows("SELECT * FROM delivery WHERE subject = :ref AND purpose LIKE 'remind%'", ref=str(ref)) == []
    office.do("Sofia Marchetti", AnswerQuestion(ref, "Black."))
    assert office.state(ref) == "pending"
    assert office.standing(ref).request.expires_at == at(17, 10), "two business days later than before"
    office.later(days=6, hours=22, minutes=59)
    assert office.state(ref) == "pending"
    office.later(minutes=1)
    assert office.state(ref) == "expired"


def test_the_answer_is_on_every_card_and_comes_to_whoever_asked(office: Office) -> None:
    screens, ref = Screens(office), office.order()
    office.later(minutes=1)
    screens.press("Dana Whitlock", ref, "Ask a question", {"text": "Which colour?"})
    inquiry = office.standing(ref).inquiries[0].id
    assert screens.purposes("Sofia Marchetti", ref) == ["board", f"question:{inquiry}"]
    assert "Dana Whitlock asks: Which colour?" in screens.text("Sofia Marchetti", ref, f"question:{inquiry}")
    office.later(minutes=1)
    answer = screens.press("Sofia Marchetti", ref, "Answer", {"text": "Black."}, f"question:{inquiry}")
    assert answer.say == "Your answer is on every card."
    for name in ("Dana Whitlock", "Priya Raman"):
        assert "Sofia Marchetti answered: Black." in screens.text(name, ref)
    assert screens.sent("Dana Whitlock", ref, "answer") == f"answer:{inquiry}"
    assert "Approve" in screens.labels("Dana Whitlock", ref, f"answer:{inquiry}")
    assert screens.purposes("Priya Raman", ref) == ["ask"]


def test_a_question_holds_the_deadline_for_five_business_days_only(office: Office) -> None:
    office.now = at(8, 10)
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    office.later(days=6, hours=23)
    assert office.state(ref) == "info_requested"
    office.later(hours=1)
    assert office.state(ref) == "pending"
    assert "question" in [row.kind for row in office.rows("SELECT kind FROM task WHERE state = 'open'")]
    assert office.standing(ref).request.expires_at == at(23, 10), "Jun 19 is a holiday"
    told = office.do("Priya Raman", AskQuestion(ref, 1, "And how many?")).say
    assert told == "Your question has been sent. The deadline has waited once already and runs on."
    assert office.state(ref) == "pending"
    office.later(days=9)
    assert office.state(ref) == "expired"


def test_a_question_answered_late_does_not_push_the_deadline_out(office: Office) -> None:
    office.now = at(8, 10)
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    office.later(days=7, hours=1)
    office.do("Sofia Marchetti", AnswerQuestion(ref, "Black."))
    assert office.standing(ref).request.expires_at == at(23, 10)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Really?"))
    office.later(hours=2)
    office.do("Sofia Marchetti", AnswerQuestion(ref, "Yes."))
    assert office.standing(ref).request.expires_at == at(23, 12)


def test_two_questions_have_one_answer(office: Office) -> None:
    ref = office.order()
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    office.do("Priya Raman", AskQuestion(ref, 1, "How many?"))
    office.do("Sofia Marchetti", AnswerQuestion(ref, "Six, black."))
    assert {row.answer for row in office.standing(ref).inquiries} == {"Six, black."}
    assert office.do("Sofia Marchetti", AnswerQuestion(ref, "Again.")).repeated


def test_a_yes_ends_it_while_a_question_is_open(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"
    assert open_asks(office) == []


def test_the_next_stage_waits_for_the_answer_too(office: Office) -> None:
    ref = office.order(unit=1_100_000, quote_url="https://quotes.example/1")
    office.do("Priya Raman", AskQuestion(ref, 1, "Which colour?"))
    office.approve("Dana Whitlock", ref)
    assert office.asked(ref) == ["Priya Raman"]
    office.later(days=4)
    assert office.state(ref) == "info_requested"
    assert office.rows("SELECT * FROM delivery WHERE subject = :ref AND purpose LIKE 'remind%'", ref=str(ref)) == []
    office.do("Sofia Marchetti", AnswerQuestion(ref, "Black."))
    assert open_asks(office) == ["remind_primary", "add_backup", "remind_both", "tell_csm", "expire"]


def test_a_question_needs_somebody_who_decides_and_words(office: Office) -> None:
    ref = office.order(unit=8_900)
    assert "not one of the people" in office.refused("Hannah Cole", AskQuestion(ref, 1, "Why?")).sentence
    assert office.refused("Dana Whitlock", AskQuestion(ref, 1, " ")).field == "text"
    assert office.refused("Dana Whitlock", AskQuestion(ref, 1, "x" * 3001)).field == "text"
    for unkept in ("a\x00b", "\ud800"):
        assert "cannot be kept" in office.refused("Dana Whitlock", AskQuestion(ref, 1, unkept)).sentence
    assert office.refused("Hannah Cole", AnswerQuestion(ref, "Black.")).code == "not_entitled"


def test_a_question_about_something_closed_is_told_how_it_ended(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.later(days=30)
    told = office.refused("Dana Whitlock", AskQuestion(ref, 1, "Why?")).sentence
    assert told == "MF-1 is already closed without an answer, so it was not approved."
    told = office.refused("Luis Ortega", AskQuestion(ref, 1, "Why?")).sentence
    assert told == "You are not one of the people who can decide this."
