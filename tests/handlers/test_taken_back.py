"""A yes is taken back; people leave and roles change while a request is open."""

from __future__ import annotations

from datetime import timedelta

from handlers.commands import (
    Approve,
    ChangeApproval,
    PutPerson,
    RemovePerson,
    Service,
    System,
    TakeBack,
)
from tests.handlers.office import Office, access, purchase
from tests.handlers.screens import Screens


def open_asks(office: Office) -> list[str]:
    """Deeds of the ladder still to come."""
    rows = office.rows("SELECT deed FROM timer WHERE state = 'waiting' AND subject LIKE 'approval:%' ORDER BY due_at")
    return [row.deed for row in rows]


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
