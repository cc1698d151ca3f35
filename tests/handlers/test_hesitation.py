"""People hesitate: they ask first, hand the question on, want to be reminded later, or take a yes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.commands import (
    AnswerQuestion,
    Approve,
    AskQuestion,
    ChangeApproval,
    HandOver,
    PutPerson,
    RemindNow,
    RemovePerson,
    Service,
    Snooze,
    System,
    TakeBack,
    Withdraw,
)
from tests.handlers.office import Office, access, purchase
from tests.handlers.screens import Screens

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of June 2026 in New York."""
    return datetime(2026, 6, day, hour, minute, tzinfo=NEW_YORK)


def open_asks(office: Office) -> list[str]:
    """Deeds of the ladder still to come."""
    rows = office.rows("SELECT deed FROM timer WHERE state = 'waiting' AND subject LIKE 'approval:%' ORDER BY due_at")
    return [row.deed for row in rows]


# ------------------------------------------------------------------ questions


def test_a_question_stops_the_clock_and_the_answer_gives_back_the_time_that_was_left(office: Office) -> None:
    office.now = at(8, 10)
    ref = office.order(unit=8_900)
    assert office.standing(ref).request.expires_at == at(15, 10)
    office.later(hours=1)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    assert office.state(ref) == "info_requested"
    office.later(days=2)
    assert office.state(ref) == "info_requested"
    assert office.rows("SELECT * FROM delivery WHERE purpose LIKE 'remind%'") == []
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
    assert office.rows("SELECT * FROM delivery WHERE purpose LIKE 'remind%'") == []
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


# ------------------------------------------------------------------ handing over


def test_a_question_is_handed_to_somebody_who_may_decide(office: Office) -> None:
    screens, ref = Screens(office), office.raised("Sofia Marchetti", access())
    assert office.asked(ref) == ["Dana Whitlock"]
    form = screens.press("Dana Whitlock", ref, "Hand to someone else").form
    assert form is not None
    assert {option.label for option in form.fields[0].options} == {"Priya Raman", "Hannah Cole"}
    screens.press("Dana Whitlock", ref, "Hand to someone else", {"to": office.person("Hannah Cole")})
    assert sorted(office.asked(ref)) == ["Dana Whitlock", "Hannah Cole"]
    assert "Dana Whitlock has handed this to you." in screens.text("Hannah Cole", ref)
    assert "You have handed this to Hannah Cole." in screens.text("Dana Whitlock", ref)
    office.approve("Hannah Cole", ref)
    assert office.state(ref) == "approved"


@pytest.mark.parametrize("heir", ["Dana Whitlock", "Luis Ortega", "Sofia Marchetti", "Tom Beckett", "nobody"])
def test_nothing_is_handed_to_somebody_who_may_not_decide(office: Office, heir: str) -> None:
    ref = office.order(unit=8_900)
    to = office.person(heir) if heir != "nobody" else "per_nobody"
    assert office.refused("Dana Whitlock", HandOver(ref, 1, to)).field == "to"
    assert office.asked(ref) == ["Dana Whitlock"]


def test_nothing_is_handed_to_those_barred_asked_or_unreachable(office: Office) -> None:
    about_priya = office.raised("Sofia Marchetti", access("Priya Raman"))
    assert office.refused("Dana Whitlock", HandOver(about_priya, 1, office.person("Priya Raman"))).field == "to"
    order = office.order()
    assert office.refused("Dana Whitlock", HandOver(order, 1, office.person("Priya Raman"))).field == "to"
    small = office.order(unit=8_900)
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE identity SET reachable = false WHERE person_id = '{office.person('Priya Raman')}'")
    assert office.refused("Dana Whitlock", HandOver(small, 1, office.person("Priya Raman"))).field == "to"
    assert "Hand to someone else" not in Screens(office).labels("Dana Whitlock", small)


# ------------------------------------------------------------------ snoozing and reminding


def test_a_reminder_later_comes_once_and_holds_the_others_back(office: Office) -> None:
    office.now = at(8, 10)
    screens, ref = Screens(office), office.order(unit=8_900)
    screens.press("Dana Whitlock", ref, "Remind me later", {"choice": "tomorrow"})
    office.later(hours=6)
    assert [p for p in screens.purposes("Dana Whitlock", ref) if p.startswith("remind")] == []
    held = office.rows("SELECT due_at FROM delivery WHERE purpose LIKE 'snooze%'")
    assert len(held) == 1
    assert "Remind me later" not in screens.labels("Dana Whitlock", ref)
    assert "once only" in office.refused("Dana Whitlock", Snooze(ref, 1, "2")).sentence
    office.later(days=1)
    assert [p for p in screens.purposes("Dana Whitlock", ref) if p.startswith("remind")] == ["remind:v1.1.2"]
    assert office.standing(ref).request.expires_at == at(15, 10)


def test_nobody_snoozes_past_the_deadline(office: Office) -> None:
    office.now = at(8, 10)
    screens = Screens(office)
    ref = office.raised("Sofia Marchetti", access(kind="privileged"))
    assert office.standing(ref).request.expires_at == at(9, 10)
    office.later(hours=6, minutes=30)
    form = screens.press("Dana Whitlock", ref, "Remind me later").form
    assert form is not None
    assert [option.value for option in form.fields[0].options] == ["2", "4", "tomorrow"]
    office.later(hours=16, minutes=31)
    assert "Remind me later" not in screens.labels("Dana Whitlock", ref)
    assert office.refused("Dana Whitlock", Snooze(ref, 1, "2")).field == "choice"
    office.later(hours=1)
    assert office.state(ref) == "expired"


def test_a_snooze_is_for_those_asked_and_only_for_known_times(office: Office) -> None:
    ref = office.order(unit=8_900)
    assert "not among those asked" in office.refused("Priya Raman", Snooze(ref, 1, "2")).sentence
    for choice in ("", "0", "-2", "9999999999", "next year"):
        assert office.refused("Dana Whitlock", Snooze(ref, 1, choice)).field == "choice"


def test_a_snoozed_reminder_does_not_come_at_night(office: Office) -> None:
    office.now = at(8, 16, 45)
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", Snooze(ref, 1, "2"))
    row = next(row for step in office.standing(ref).steps for row in step.asked)
    assert row.snoozed_until == at(9, 8)


def test_the_csm_reminds_at_most_once_in_four_business_hours(office: Office) -> None:
    office.now = at(8, 15)
    screens, ref = Screens(office), office.order()
    office.approve("Priya Raman", ref)
    assert office.do("Sofia Marchetti", RemindNow(ref)).say == "Dana Whitlock will be reminded now."
    for hours in (0, 1, 18):
        office.later(hours=hours)
        told = office.do("Sofia Marchetti", RemindNow(ref))
        assert (told.repeated, "within four business hours" in told.say) == (True, True)
    office.later(hours=2)
    assert not office.do("Sofia Marchetti", RemindNow(ref)).repeated
    mine = [p for p in screens.purposes("Dana Whitlock", ref) if "now_" in p]
    assert len(mine) == 2
    assert [p for p in screens.purposes("Priya Raman", ref) if "remind" in p] == []
    assert "Approve" in screens.labels("Dana Whitlock", ref, mine[0])


def test_the_csm_leaves_those_alone_who_chose_a_later_time(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", Snooze(ref, 1, "4"))
    told = office.do("Sofia Marchetti", RemindNow(ref))
    assert (told.repeated, told.say) == (True, "Everybody silent has chosen a later time to be reminded.")
    assert "remind" not in "".join(Screens(office).purposes("Dana Whitlock", ref))


def test_nobody_is_reminded_of_what_is_closed_and_no_client_reminds(office: Office) -> None:
    ref = office.order(unit=8_900)
    assert office.refused("Priya Raman", RemindNow(ref)).code == "not_entitled"
    office.do("Sofia Marchetti", Withdraw(ref, "No."))
    assert office.refused("Sofia Marchetti", RemindNow(ref)).code == "conflict"


# ------------------------------------------------------------------ taking a yes back


def test_a_yes_can_be_taken_back_and_given_again(office: Office) -> None:
    screens, ref = Screens(office), office.order()
    office.approve("Dana Whitlock", ref)
    assert screens.labels("Dana Whitlock", ref) == ["Take back"]
    screens.press("Dana Whitlock", ref, "Take back")
    assert office.standing(ref).given == 0
    assert sorted(office.asked(ref)) == ["Dana Whitlock", "Priya Raman"]
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "pending"
    office.approve("Dana Whitlock", ref)
    assert office.state(ref) == "approved"
    assert office.journal("approval.take_back") == 1
    assert office.journal("approval.approve") == 3


def test_a_yes_of_the_first_stage_taken_back_closes_the_second(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=1_100_000, quote_url="https://quotes.example/1")
    office.approve("Dana Whitlock", ref)
    assert office.asked(ref) == ["Priya Raman"]
    old = screens.card("Priya Raman", ref)
    assert "Approve" in screens.labels("Priya Raman", ref)
    office.do("Dana Whitlock", TakeBack(ref))
    assert office.asked(ref) == ["Dana Whitlock"]
    assert [step.state for step in office.standing(ref).steps] == ["open", "waiting"]
    assert old.title == screens.card("Priya Raman", ref).title
    office.approve("Dana Whitlock", ref)
    assert office.asked(ref) == ["Priya Raman"]
    assert open_asks(office) == ["remind_primary", "add_backup", "remind_both", "tell_csm", "expire"]
    office.later(days=20)
    assert office.state(ref) == "expired", "the second stage, opened again, has an end again"


def test_somebody_else_may_fill_the_voice_that_was_taken_back(office: Office) -> None:
    ref = office.order(unit=1_100_000, quote_url="https://quotes.example/1")
    office.approve("Priya Raman", ref)
    assert office.standing(ref).steps[0].row.decided_by == office.person("Priya Raman")
    office.do("Priya Raman", TakeBack(ref))
    office.approve("Dana Whitlock", ref)
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"


def test_nothing_is_taken_back_twice_by_others_or_after_the_decision(office: Office) -> None:
    ref = office.order()
    assert "no approval of yours" in office.refused("Dana Whitlock", TakeBack(ref)).sentence
    office.approve("Dana Whitlock", ref)
    assert "no approval of yours" in office.refused("Priya Raman", TakeBack(ref)).sentence
    office.do("Dana Whitlock", TakeBack(ref))
    assert office.refused("Dana Whitlock", TakeBack(ref)).code == "conflict"
    office.approve("Dana Whitlock", ref)
    office.approve("Priya Raman", ref)
    assert "MF-1 is approved" in office.refused("Dana Whitlock", TakeBack(ref)).sentence


# ------------------------------------------------------------------ the directory moves meanwhile


def test_a_vote_stands_when_the_voter_leaves_and_the_rest_is_asked_elsewhere(office: Office) -> None:
    ref = office.order()
    office.approve("Dana Whitlock", ref)
    office.do(System("operator"), RemovePerson("dana@marlowfinch.example", "hannah@marlowfinch.example"))
    assert office.standing(ref).given == 1
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"


def test_when_those_asked_leave_somebody_else_is_asked_or_the_csm_told(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", purchase(client="northgate"))
    assert office.asked(ref) == ["Marcus Hale"]
    office.do(System("operator"), RemovePerson("marcus@northgate.example", "anja@northgate.example"))
    assert office.asked(ref) == ["Anja Vogel"]
    office.approve("Anja Vogel", ref)
    assert office.state(ref) == "approved"


def test_a_role_taken_away_takes_the_vote_to_come_and_leaves_the_vote_given(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access(kind="privileged"))
    office.approve("Priya Raman", ref)
    priya = PutPerson("marlow-finch", "Priya Raman", "priya@marlowfinch.example", phone="+1 617 555 0111", grants=())
    office.do(System("operator"), priya)
    assert office.standing(ref).given == 1
    office.do("Priya Raman", TakeBack(ref))
    assert "not one of the people" in office.refused("Priya Raman", Approve(ref, 1)).sentence
    assert sorted(office.asked(ref)) == ["Dana Whitlock", "Hannah Cole"]


def test_somebody_who_comes_to_bear_the_subjects_name_cannot_decide(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access("Nora Blake"))
    nora = PutPerson("marlow-finch", "Nora Blake", "nora@marlowfinch.example", default=True, grants=())
    office.do(System("operator"), nora)
    standing = office.standing(ref)
    assert office.person("Nora Blake") in standing.barred
    assert office.person("Nora Blake") not in {row.id for step in standing.steps for row in step.deciders}


def test_time_passes_the_same_for_a_changed_title(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.later(hours=3)
    office.do(Service("psa", frozenset({"approvals:write"})), ChangeApproval(ref, title="Black toner"))
    left = office.standing(ref).request.expires_at - office.now
    assert left == timedelta(days=7)
