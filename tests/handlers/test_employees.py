"""Any employee may ask: the CSM looks first, sends it on or says why not, and the employee learns how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handlers.commands import (
    AddEmployee,
    Approve,
    ChangeApproval,
    Chat,
    Disown,
    Grant,
    PutPerson,
    PutPolicy,
    RaiseApproval,
    Ref,
    Refused,
    Reject,
    SendOn,
    Service,
    System,
    Withdraw,
)
from tests.handlers.office import Office, access, purchase
from tests.handlers.screens import Screens

NOAH = Chat("slack", "T0MARLOW", "U0NOAH")
PSA = Service("psa", frozenset({"approvals:write"}))


@pytest.fixture
def noah(office: Office) -> Office:
    """An office where an employee without any role has joined."""
    office.do(System("the house"), AddEmployee("slack", "T0MARLOW", "U0NOAH", "Noah Reed"))
    return office


def asks(office: Office, command: RaiseApproval | None = None) -> Ref:
    """Noah asks for something."""
    ref = office.do(NOAH, command or purchase()).ref
    assert ref is not None
    return ref


def test_an_employees_request_goes_to_the_csm_first(noah: Office) -> None:
    screens, ref = Screens(noah), asks(noah)
    assert noah.state(ref) == "draft"
    assert noah.asked(ref) == []
    assert "Noah Reed" in screens.text("Sofia Marchetti", ref, "draft")
    assert screens.labels("Sofia Marchetti", ref, "draft") == ["Send to key contacts", "Decline"]
    assert screens.purposes("Dana Whitlock", ref) == []
    assert "your provider" in noah.do(NOAH, purchase(title="More toner")).say
    noah.later(days=60)
    assert noah.state(ref) == "draft"


def test_what_is_sent_on_is_asked_and_the_employee_learns_the_outcome(noah: Office) -> None:
    screens, ref = Screens(noah), asks(noah)
    screens.press("Sofia Marchetti", ref, "Send to key contacts", purpose="draft")
    assert (noah.state(ref), noah.asked(ref)) == ("pending", ["Dana Whitlock"])
    assert noah.do("Sofia Marchetti", SendOn(ref)).repeated
    assert len(noah.rows("SELECT * FROM asked")) == 1
    noah.approve("Dana Whitlock", ref)
    assert "outcome" in screens.purposes("Noah Reed", ref)
    assert "Approved" in screens.text("Noah Reed", ref, "outcome")


def test_what_is_declined_is_told_with_the_reason(noah: Office) -> None:
    screens, ref = Screens(noah), asks(noah)
    answer = screens.press("Sofia Marchetti", ref, "Decline", {"reason": "There is a box in room 4."}, "draft")
    assert answer.tone == "good"
    assert noah.state(ref) == "withdrawn"
    assert "There is a box in room 4." in screens.text("Noah Reed", ref, "outcome")
    assert noah.do("Sofia Marchetti", SendOn(ref)).repeated
    assert noah.state(ref) == "withdrawn"


def test_an_employee_asks_in_the_own_name_only_and_decides_nothing(noah: Office) -> None:
    ref = asks(noah, purchase(requested_by="dana@marlowfinch.example"))
    request = noah.standing(ref).request
    assert noah.standing(ref).name(request.requester_id) == "Noah Reed"
    for command in (SendOn(ref), Withdraw(ref, "x"), ChangeApproval(ref, title="x")):
        with pytest.raises(Refused, match="Only your provider"):
            noah.do(NOAH, command)
    noah.do("Sofia Marchetti", SendOn(ref))
    for command in (Approve(ref, 1), Reject(ref, 1, "No.")):
        with pytest.raises(Refused, match="You are not one of the people"):
            noah.do(NOAH, command)
    with pytest.raises(Refused):
        noah.do(NOAH, Disown(ref))
    assert noah.state(ref) == "pending"


def test_an_employee_asks_for_the_own_company_only(noah: Office) -> None:
    with pytest.raises(Refused, match="no client called northgate"):
        noah.do(NOAH, purchase(client="northgate"))


def test_by_policy_an_employees_request_is_asked_at_once(noah: Office) -> None:
    noah.do(System("operator"), PutPolicy("marlow-finch", {"employee_requests": "direct"}))
    ref = asks(noah)
    assert (noah.state(ref), noah.asked(ref)) == ("pending", ["Dana Whitlock"])


def test_somebody_with_a_role_asks_at_once(noah: Office) -> None:
    assert noah.state(noah.raised("Luis Ortega", purchase())) == "pending"
    assert noah.state(noah.raised("Dana Whitlock", purchase())) == "pending"


def test_an_employee_who_becomes_a_key_contact_still_does_not_count_for_two_voices(noah: Office) -> None:
    ref = asks(noah, purchase(500_000))
    email = "noah@marlowfinch.example"
    roles = (Grant("purchasing", 1), Grant("billing", 1))
    noah.do(System("operator"), PutPerson("marlow-finch", "Noah Reed", email, accounts=(), grants=()))
    with noah.store.write() as tx:
        other = noah.rows("SELECT id FROM person WHERE email = :email", email=email)[0].id
        tx.exec_driver_sql(f"DELETE FROM role_assignment WHERE person_id = '{other}'")
        tx.exec_driver_sql(f"UPDATE person SET email = '', state = 'left' WHERE id = '{other}'")
        tx.exec_driver_sql(f"UPDATE person SET email = '{email}' WHERE name = 'Noah Reed' AND id <> '{other}'")
    noah.do(System("operator"), PutPerson("marlow-finch", "Noah Reed", email, accounts=(NOAH,), grants=roles))
    noah.do("Sofia Marchetti", SendOn(ref))
    assert "Noah Reed" not in noah.asked(ref)
    with pytest.raises(Refused, match="your own approval does not count"):
        noah.do(NOAH, Approve(ref, 1))
    assert noah.state(ref) == "pending"


def test_a_draft_is_changed_by_the_csm_and_then_sent(noah: Office) -> None:
    screens, ref = Screens(noah), asks(noah)
    said = noah.do("Sofia Marchetti", ChangeApproval(ref, title="Black toner")).say
    assert said == "MF-1 has changed. Nobody is asked yet."
    assert (noah.state(ref), noah.asked(ref)) == ("draft", [])
    noah.do("Sofia Marchetti", SendOn(ref))
    assert screens.purposes("Dana Whitlock", ref) == ["ask:v2"]
    assert "Approve" in screens.labels("Dana Whitlock", ref, "ask:v2")


def test_a_draft_whose_quote_runs_out_is_closed_and_told(noah: Office) -> None:
    made = purchase()
    assert made.purchase is not None
    ref = asks(noah, replace(made, purchase=replace(made.purchase, quote_valid_until=date(2026, 6, 9))))
    noah.later(days=3)
    assert noah.state(ref) == "expired"
    assert "outcome" in Screens(noah).purposes("Noah Reed", ref)


def test_a_draft_is_not_sent_on_for_a_client_that_has_left(noah: Office) -> None:
    ref = asks(noah)
    with noah.store.write() as tx:
        tx.exec_driver_sql("UPDATE client SET stage = 'ended' WHERE slug = 'marlow-finch'")
    assert "active service agreement" in noah.refused("Sofia Marchetti", SendOn(ref)).sentence


def test_an_employee_asks_for_access_of_the_own_and_never_decides_it(noah: Office) -> None:
    ref = asks(noah, access("Noah Reed"))
    noah.do("Sofia Marchetti", SendOn(ref))
    with pytest.raises(Refused, match="about your own access"):
        noah.do(NOAH, Approve(ref, 1))


def test_a_stranger_of_another_workspace_joins_nothing(office: Office) -> None:
    for org in ("T0HARBOR", "T0NOWHERE"):
        with pytest.raises(Refused):
            office.do(System("the house"), AddEmployee("slack", org, "U0X", "X"))


@pytest.mark.parametrize("asker", ["dana@marlowfinch.example", "sofia@harborline.example"])
def test_a_program_asks_in_the_name_of_a_known_person(office: Office, asker: str) -> None:
    ref = office.raised(PSA, purchase(requested_by=asker))
    assert office.standing(ref).people[office.standing(ref).request.requester_id].email == asker


@pytest.mark.parametrize(
    "asker", ["tom@cedarridge.example", "nobody@else.example", "per_nobody", "\x00", "\ud800", "@"]
)
def test_a_program_asks_in_nobody_elses_name(office: Office, asker: str) -> None:
    with pytest.raises(Refused, match="nobody with the e-mail or id"):
        office.raised(PSA, purchase(requested_by=asker))


def test_what_was_asked_in_somebodys_name_reaches_that_person(office: Office) -> None:
    screens = Screens(office)
    ref = office.raised(PSA, purchase(500_000, requested_by="dana@marlowfinch.example"))
    assert "This was asked in your name." in screens.text("Dana Whitlock", ref, "about")
    screens.press("Dana Whitlock", ref, "I didn't ask for this", purpose="about")
    assert office.state(ref) == "withdrawn"
