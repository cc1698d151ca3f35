"""Somebody objects: "I didn't ask for this", "that was a mistake", the call back that was not confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.commands import (
    ChangeApproval,
    Disown,
    FinishTask,
    Fulfil,
    Ref,
    Refused,
    Regret,
    Service,
    SettleMistake,
    Withdraw,
)
from tests.handlers.office import Office, access, purchase
from tests.handlers.screens import Screens

PSA = Service("psa", frozenset({"approvals:write"}))


def task(office: Office, kind: str) -> Any:
    """The newest task of a kind: tasks of one moment are told apart by which of them is still open."""
    return office.rows("SELECT * FROM task WHERE kind = :kind ORDER BY created_at DESC, state DESC", kind=kind)[0]


def in_danas_name(office: Office) -> Ref:
    """An order that somebody raised in Dana's name."""
    return office.raised("Sofia Marchetti", purchase(requested_by="dana@marlowfinch.example"))


# ------------------------------------------------------------------ I didn't ask for this


def test_somebody_stops_what_was_asked_in_the_own_name(office: Office) -> None:
    screens, ref = Screens(office), in_danas_name(office)
    answer = screens.press("Dana Whitlock", ref, "I didn't ask for this", purpose="about")
    assert answer.say == "Stopped. Nothing will be done, and your provider will call you."
    assert office.state(ref) == "withdrawn"
    told = task(office, "disowned")
    assert (told.owner_id, told.state) == (office.person("Sofia Marchetti"), "open")
    assert "+1 617 555 0110" in told.title
    assert office.approve("Dana Whitlock", ref) == "MF-1 is already withdrawn."


def test_the_person_an_access_change_is_about_stops_it(office: Office) -> None:
    screens = Screens(office)
    ref = office.raised("Sofia Marchetti", access("Luis Ortega", kind="privileged"))
    assert screens.labels("Luis Ortega", ref, "about") == ["I didn't ask for this"]
    office.approve("Dana Whitlock", ref)
    office.do("Luis Ortega", Disown(ref))
    assert office.state(ref) == "withdrawn"
    assert task(office, "call_back").state == "done"
    assert task(office, "disowned").state == "open"


def test_an_approved_request_is_stopped_before_it_is_carried_out(office: Office) -> None:
    screens, ref = Screens(office), in_danas_name(office)
    office.approve("Priya Raman", ref)
    office.do("Dana Whitlock", Disown(ref))
    assert office.state(ref) == "void"
    assert "it no longer holds" in screens.text("Priya Raman", ref, "void")
    with pytest.raises(Refused, match="not approved"):
        office.do(PSA, Fulfil(ref))


def test_an_objection_after_the_end_still_reaches_the_csm(office: Office) -> None:
    ref = in_danas_name(office)
    office.approve("Priya Raman", ref)
    office.do(PSA, Fulfil(ref))
    told = office.do("Dana Whitlock", Disown(ref))
    assert told.say.endswith("Your provider has been told and will call you.")
    assert office.state(ref) == "fulfilled"
    assert task(office, "disowned").state == "open"
    assert office.do("Dana Whitlock", Disown(ref)).repeated


def test_a_holder_of_security_stops_a_change_of_access_nobody_asked_for(office: Office) -> None:
    screens, ref = Screens(office), office.raised("Sofia Marchetti", access())
    assert "I didn't ask for this" in screens.labels("Dana Whitlock", ref)
    office.do("Hannah Cole", Disown(ref))
    assert office.state(ref) == "withdrawn"


@pytest.mark.parametrize("name", ["Priya Raman", "Luis Ortega", "Sofia Marchetti"])
def test_nobody_else_stops_an_order(office: Office, name: str) -> None:
    ref = office.order()
    assert office.refused(name, Disown(ref)).sentence == "This was not asked in your name and is not about you."
    assert office.state(ref) == "pending"


def test_nobody_disowns_what_the_own_account_asked(office: Office) -> None:
    screens = Screens(office)
    ref = office.raised("Hannah Cole", purchase())
    assert screens.labels("Hannah Cole", ref, "about") == []
    assert office.refused("Hannah Cole", Disown(ref)).code == "not_entitled"


def test_an_approver_of_an_order_cannot_void_it_by_objecting(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.approve("Dana Whitlock", ref)
    assert office.refused("Dana Whitlock", Disown(ref)).code == "not_entitled"
    assert office.state(ref) == "approved"


# ------------------------------------------------------------------ that was a mistake


def approved(office: Office) -> Ref:
    """A small order that Dana approved."""
    ref = office.order(unit=8_900)
    office.approve("Dana Whitlock", ref)
    return ref


def test_a_mistake_holds_everything_until_it_is_settled(office: Office) -> None:
    screens, ref = Screens(office), approved(office)
    assert screens.labels("Dana Whitlock", ref) == ["That was a mistake"]
    screens.press("Dana Whitlock", ref, "That was a mistake", {"text": "Wrong toner."})
    with pytest.raises(Refused, match="Dana Whitlock says that approving MF-1 was a mistake"):
        office.do(PSA, Fulfil(ref))
    assert "Mark as done" not in screens.labels("Sofia Marchetti", ref, "board")
    assert "Wrong toner." in screens.text("Sofia Marchetti", ref, "board")
    assert task(office, "mistake").detail == "Wrong toner."
    screens.press("Sofia Marchetti", ref, "It stands", {"text": "It fits after all."}, "board")
    assert task(office, "mistake").state == "done"
    office.do(PSA, Fulfil(ref))
    assert office.state(ref) == "fulfilled"


def test_a_mistake_that_is_one_voids_the_approval(office: Office) -> None:
    screens, ref = Screens(office), approved(office)
    office.do("Dana Whitlock", Regret(ref, "Wrong toner."))
    screens.press("Sofia Marchetti", ref, "Cancel it", {"text": "We order another."}, "board")
    assert office.state(ref) == "void"
    assert task(office, "mistake").state == "done"
    assert office.do("Sofia Marchetti", SettleMistake(ref, True, "Again.")).repeated
    assert office.state(ref) == "void"
    assert "On hold" not in screens.text("Dana Whitlock", ref)


def test_a_mistake_seen_after_it_was_carried_out_is_told_and_kept(office: Office) -> None:
    screens, ref = Screens(office), approved(office)
    office.do(PSA, Fulfil(ref))
    told = office.do("Dana Whitlock", Regret(ref, "Wrong toner."))
    assert told.say == "Your provider has been told. It has been carried out already, so they will call you."
    assert "carried out already" in task(office, "mistake").title
    answer = screens.press("Sofia Marchetti", ref, "It is undone", {"text": "Sent back."}, "board")
    assert "stays on record as done" in answer.say
    assert office.state(ref) == "fulfilled"
    assert "Sent back." in screens.text("Dana Whitlock", ref)


def test_only_an_approver_regrets_and_only_what_is_approved(office: Office) -> None:
    ref = office.order()
    office.approve("Dana Whitlock", ref)
    assert "take your approval back" in office.refused("Dana Whitlock", Regret(ref, "x")).sentence
    office.approve("Priya Raman", ref)
    assert office.refused("Hannah Cole", Regret(ref, "x")).code == "not_entitled"
    assert office.refused("Dana Whitlock", Regret(ref, "  ")).field == "text"
    office.do("Dana Whitlock", Regret(ref, "Wrong."))
    assert office.do("Priya Raman", Regret(ref, "Me too.")).repeated
    assert office.refused("Priya Raman", SettleMistake(ref, True, "No.")).code == "not_entitled"


def test_a_mistake_may_be_found_again_after_it_was_settled(office: Office) -> None:
    ref = approved(office)
    office.do("Dana Whitlock", Regret(ref, "Wrong."))
    office.do("Sofia Marchetti", SettleMistake(ref, True, "It fits."))
    office.do("Dana Whitlock", Regret(ref, "It does not."))
    assert [row.state for row in office.rows("SELECT state FROM task WHERE kind = 'mistake' ORDER BY state")] == [
        "done",
        "open",
    ]
    with pytest.raises(Refused, match="mistake"):
        office.do(PSA, Fulfil(ref))


# ------------------------------------------------------------------ calling back


def privileged(office: Office) -> Ref:
    """A powerful change for Luis that Dana and Priya approved."""
    ref = office.raised("Sofia Marchetti", access("Luis Ortega", kind="privileged"))
    office.approve("Dana Whitlock", ref)
    office.approve("Priya Raman", ref)
    return ref


def test_a_powerful_change_is_carried_out_only_after_a_call(office: Office) -> None:
    screens, ref = Screens(office), privileged(office)
    call = task(office, "call_back")
    assert "Luis Ortega (+1 401 555 0113)" in call.title
    with pytest.raises(Refused, match="confirmed by a call first"):
        office.do(PSA, Fulfil(ref))
    assert "Mark as done" not in screens.labels("Sofia Marchetti", ref, "board")
    screens.press("Sofia Marchetti", Ref("task", call.id), "Confirmed on the phone", purpose="task")
    assert "Mark as done" in screens.labels("Sofia Marchetti", ref, "board")
    office.do(PSA, Fulfil(ref))
    assert office.state(ref) == "fulfilled"


@pytest.mark.parametrize("when", ["pending", "approved"])
def test_a_call_that_is_not_confirmed_stops_the_change(office: Office, when: str) -> None:
    if when == "approved":
        ref = privileged(office)
    else:
        ref = office.raised("Sofia Marchetti", access("Luis Ortega", kind="privileged"))
    said = office.do("Sofia Marchetti", FinishTask(Ref("task", task(office, "call_back").id), confirmed=False)).say
    assert said == "MF-1 is stopped."
    assert office.state(ref) == {"pending": "withdrawn", "approved": "void"}[when]
    assert office.do("Sofia Marchetti", FinishTask(Ref("task", task(office, "call_back").id))).repeated


def test_a_call_about_older_facts_confirms_nothing(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access("Luis Ortega", kind="privileged"))
    first = task(office, "call_back").id
    office.do("Sofia Marchetti", FinishTask(Ref("task", first)))
    office.do(
        "Sofia Marchetti", ChangeApproval(ref, access=access("Luis Ortega", kind="privileged", after="All").access)
    )
    assert task(office, "call_back").id != first
    office.approve("Dana Whitlock", ref, version=2)
    office.approve("Priya Raman", ref, version=2)
    with pytest.raises(Refused, match="confirmed by a call first"):
        office.do(PSA, Fulfil(ref))


def test_a_change_that_becomes_powerful_needs_the_call_too(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access("Luis Ortega"))
    assert office.rows("SELECT * FROM task") == []
    office.do("Sofia Marchetti", ChangeApproval(ref, access=access("Luis Ortega", kind="privileged").access))
    assert task(office, "call_back").state == "open"
    assert office.asked(ref) == ["Dana Whitlock", "Priya Raman"]


def test_a_client_finishes_no_task(office: Office) -> None:
    privileged(office)
    ref = Ref("task", task(office, "call_back").id)
    assert office.refused("Dana Whitlock", FinishTask(ref)).code == "not_entitled"
    assert office.refused("Sofia Marchetti", FinishTask(Ref("task", "tsk_nothing"))).code == "not_found"
    assert office.refused("Sofia Marchetti", FinishTask(Ref("approval", "x"))).code == "not_found"


def test_access_for_a_time_is_removed_at_its_time(office: Office) -> None:
    made = access()
    assert made.access is not None
    until = datetime(2026, 7, 31, 21, tzinfo=UTC)
    ref = office.raised("Sofia Marchetti", replace(made, access=replace(made.access, until=until)))
    office.approve("Hannah Cole", ref)
    office.do(PSA, Fulfil(ref))
    office.later(days=53)
    assert office.rows("SELECT * FROM task WHERE kind = 'removal'") == []
    office.later(days=2)
    assert task(office, "removal").title == "MF-1: remove the access of Nora Blake to Litigation/Harlow"
    assert office.state(ref) == "fulfilled"


def test_nothing_is_removed_that_was_never_given(office: Office) -> None:
    made = access()
    assert made.access is not None
    until = datetime(2026, 6, 12, 21, tzinfo=UTC)
    ref = office.raised("Sofia Marchetti", replace(made, access=replace(made.access, until=until)))
    office.do("Sofia Marchetti", Withdraw(ref, "Not needed."))
    office.later(days=10)
    assert office.rows("SELECT * FROM task WHERE kind = 'removal'") == []


def test_a_decision_takes_the_tasks_to_get_it_off_the_list_and_leaves_suspicions(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.later(days=3)
    assert task(office, "call").state == "open"
    office.approve("Dana Whitlock", ref)
    assert task(office, "call").state == "done"
