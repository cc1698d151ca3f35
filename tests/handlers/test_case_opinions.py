"""After a case is closed whoever reported it is asked how it was handled: once in a while, in daylight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.commands import (
    Acknowledge,
    CaseRow,
    PutPolicy,
    RaiseNotice,
    Rate,
    Ref,
    ResolveNotice,
    System,
)
from tests.handlers.office import Office
from tests.handlers.ticketing import moment, put, said, stored

DANA, HANNAH, SOFIA = "Dana Whitlock", "Hannah Cole", "Sofia Marchetti"


def closed(office: Office, name: str = "CASE-1", who: str = DANA, **more: Any) -> CaseRow:
    """A case that is solved at this moment."""
    return said(office, name, requester=who, state="closed", closed_at=office.now, **more)


def asked(office: Office) -> list[tuple[str, str]]:
    """(who, state) of every question."""
    found = office.rows(
        "SELECT p.name, f.state FROM feedback f JOIN person p ON p.id = f.person_id ORDER BY f.asked_at"
    )
    return [(row.name, row.state) for row in found]


def question(office: Office) -> Ref:
    """The newest question."""
    return Ref("feedback", office.rows("SELECT id FROM feedback ORDER BY asked_at DESC, id DESC")[0].id)


def test_whoever_reported_it_is_asked_when_it_is_closed(office: Office) -> None:
    put(office, said(office, requester=DANA))
    assert asked(office) == []
    put(office, closed(office))
    assert asked(office) == [(DANA, "requested")]
    put(office, closed(office), closed(office))
    assert asked(office) == [(DANA, "requested")]
    cards = office.rows("SELECT purpose FROM delivery WHERE subject = :ref", ref=str(question(office)))
    assert [row.purpose for row in cards] == ["ask"]


def test_history_is_not_asked_about(office: Office) -> None:
    week, day = timedelta(days=7), timedelta(hours=23)
    old = said(office, opened_at=office.now - 2 * week, requester=DANA, state="closed", closed_at=office.now - week)
    put(office, old)
    assert asked(office) == []
    fresh = said(
        office, "CASE-2", opened_at=office.now - week, requester=DANA, state="closed", closed_at=office.now - day
    )
    put(office, fresh)
    assert asked(office) == [(DANA, "requested")]


def test_nobody_is_asked_more_often_than_the_client_wants(office: Office) -> None:
    put(office, closed(office, "CASE-1"), closed(office, "CASE-2"), closed(office, "CASE-3", HANNAH))
    assert sorted(asked(office)) == [(DANA, "requested"), (HANNAH, "requested")]
    office.later(days=6, hours=23)
    put(office, closed(office, "CASE-4"))
    assert len(asked(office)) == 2
    office.later(hours=2)
    put(office, closed(office, "CASE-5"))
    assert len(asked(office)) == 3
    office.do(System("cli"), PutPolicy("marlow-finch", {"timetable": {"survey_days": 1}}))
    office.later(days=1, hours=1)
    put(office, closed(office, "CASE-6"))
    assert len(asked(office)) == 4


def test_in_the_evening_it_waits_until_an_hour_after_the_day_begins(office: Office) -> None:
    office.later(hours=11)
    put(office, closed(office))
    due = office.rows("SELECT due_at FROM delivery WHERE subject = :ref", ref=str(question(office)))[0].due_at
    assert moment(due).isoformat() == "2026-06-09T13:00:00+00:00", "an hour after quiet hours end at 08:00"


def test_a_low_answer_is_a_task_that_names_the_case(office: Office) -> None:
    put(office, closed(office))
    office.do(DANA, Rate(question(office), 2))
    office.do(DANA, Rate(question(office), 2, "It took three calls."))
    found = office.rows(
        "SELECT t.kind, t.title, t.detail, t.subject, p.name FROM task t JOIN person p ON p.id = owner_id"
    )
    assert [tuple(row) for row in found] == [
        (
            "low_score", "CASE-1: Dana Whitlock gave 2 of 5", "It took three calls.",
            f"case:{stored(office).id}", SOFIA
        )
    ]  # fmt: skip
    assert office.journal("feedback.received") == 2


def test_a_question_is_left_unanswered_after_a_week_and_may_be_answered_still(office: Office) -> None:
    put(office, closed(office))
    office.later(days=7, minutes=1)
    assert asked(office) == [(DANA, "unanswered")]
    assert office.do(DANA, Rate(question(office), 5)).say == "Thank you for your answer."
    assert asked(office) == [(DANA, "received")]


def test_opened_again_it_is_not_asked_about_any_more(office: Office) -> None:
    put(office, closed(office))
    put(office, said(office, state="open"))
    assert asked(office) == [(DANA, "unanswered")]
    office.later(days=8)
    put(office, closed(office))
    assert asked(office) == [(DANA, "unanswered")], "one question about one case"


def test_what_the_ticket_system_was_answered_is_taken_as_it_is(office: Office) -> None:
    row = closed(office, score=5, scored_at=office.now, comment="Quick!")
    put(office, row, closed(office, "CASE-2", HANNAH, score=1, comment="Broken again."))
    assert sorted(asked(office)) == [(DANA, "received"), (HANNAH, "received")]
    assert not office.rows("SELECT id FROM delivery WHERE purpose = 'ask'")
    assert [row.title for row in office.rows("SELECT title FROM task")] == ["CASE-2: Hannah Cole gave 1 of 5"]
    put(office, row, closed(office, score=1))
    scores = office.rows("SELECT score FROM feedback ORDER BY score")
    assert [row.score for row in scores] == [1, 5], "the first answer stands"


def test_an_answer_there_ends_the_question_here(office: Office) -> None:
    put(office, closed(office))
    put(office, closed(office, score=4, scored_at=office.now))
    assert asked(office) == [(DANA, "received")]
    assert office.do(DANA, Rate(question(office), 1)).repeated


def test_somebody_unknown_is_not_asked(office: Office) -> None:
    put(office, closed(office, who="Elise Grant"), closed(office, "CASE-2", "elise@marlowfinch.example"))
    assert asked(office) == [] and stored(office).requester == "Elise Grant"


def test_an_outage_and_a_case_share_the_days_in_which_nobody_is_asked_again(office: Office) -> None:
    office.do(System("cli"), PutPolicy("marlow-finch", {"timetable": {"survey_days": 20}}))
    put(office, closed(office))
    office.later(days=8)
    _outage_is_over(office)
    assert len(asked(office)) == 1
    office.later(days=13)
    _outage_is_over(office)
    assert [name for name, _ in asked(office)] == [DANA, DANA]


def _outage_is_over(office: Office) -> None:
    """Dana has read of one, and it is solved."""
    notice = office.do(SOFIA, RaiseNotice("outage", ("marlow-finch",), 3, "E-mail", "Mail is late.", send=True)).ref
    assert notice is not None
    office.do(DANA, Acknowledge(notice))
    office.do(SOFIA, ResolveNotice(notice, "It is on time."))
