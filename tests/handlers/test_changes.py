"""Facts change: before the decision everybody is asked again; afterwards a small change is told, a large one asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards.card import buttons_of
from handlers.commands import (
    AskQuestion,
    ChangeApproval,
    Fulfil,
    Ref,
    Refused,
    Service,
    Withdraw,
)
from handlers.mechanisms.meanings import purchase_of
from tests.handlers.office import Office, access, purchase
from tests.handlers.screens import Screens

PSA = Service("psa", frozenset({"approvals:write"}))


def priced(office: Office, ref: Ref, unit: int, **changes: Any) -> ChangeApproval:
    """The same order with another price of one."""
    facts = purchase_of(office.standing(ref).request.facts)
    assert facts is not None
    line = replace(facts.lines[0], unit_minor=unit)
    return ChangeApproval(ref, purchase=replace(facts, lines=(line,), **changes))


def successor(office: Office, ref: Ref) -> Ref:
    """The request that took this one's place."""
    rows = office.rows("SELECT id FROM approval_request WHERE replaces = :id", id=ref.id)
    return Ref("approval", rows[0].id)


def test_a_changed_order_is_asked_anew_and_earlier_votes_do_not_count(office: Office) -> None:
    ref = office.order()
    office.approve("Dana Whitlock", ref)
    office.do("Sofia Marchetti", priced(office, ref, 140_000))
    standing = office.standing(ref)
    assert (standing.request.version, standing.given, standing.request.state) == (2, 0, "pending")
    assert office.asked(ref) == ["Dana Whitlock", "Priya Raman"]
    office.approve("Priya Raman", ref, version=2)
    assert office.state(ref) == "pending"
    office.approve("Dana Whitlock", ref, version=2)
    assert office.state(ref) == "approved"
    assert len(office.rows("SELECT * FROM vote")) == 3


def test_the_old_card_loses_its_buttons_and_the_new_one_shows_the_difference(office: Office) -> None:
    screens, ref = Screens(office), office.order()
    old = screens.card("Dana Whitlock", ref)
    office.do("Sofia Marchetti", priced(office, ref, 140_000, for_whom="Litigation, Providence"))
    assert sorted(screens.purposes("Dana Whitlock", ref)) == ["ask", "ask:v2"]
    assert screens.labels("Dana Whitlock", ref) == []
    assert "Approve" in screens.labels("Dana Whitlock", ref, "ask:v2")
    told = screens.text("Dana Whitlock", ref, "ask:v2")
    assert "$8,659.88 → $8,965.88" in told
    assert "Litigation, Boston → Litigation, Providence" in told
    answer = screens.push("Dana Whitlock", buttons_of(old)[0])
    assert (answer.tone, "has changed since" in answer.say) == ("bad", True)
    assert office.standing(ref).given == 0


def test_a_reminder_of_an_older_version_has_no_buttons(office: Office) -> None:
    screens, ref = Screens(office), office.order()
    office.later(hours=5)
    assert "Approve" in screens.labels("Dana Whitlock", ref, "remind:v1.1.0")
    office.do("Sofia Marchetti", priced(office, ref, 140_000))
    assert screens.labels("Dana Whitlock", ref, "remind:v1.1.0") == []


def test_a_smaller_order_may_need_fewer_people_and_tells_those_not_asked_any_more(office: Office) -> None:
    screens, ref = Screens(office), office.order()
    office.do("Sofia Marchetti", priced(office, ref, 10_000))
    assert office.asked(ref) == ["Dana Whitlock"]
    assert "You are not asked any more." in screens.text("Priya Raman", ref)
    assert "newer message" in screens.text("Dana Whitlock", ref)


def test_a_change_that_changes_nothing_asks_nobody(office: Office) -> None:
    ref = office.order()
    assert office.do("Sofia Marchetti", priced(office, ref, 134_900)).repeated
    assert office.standing(ref).request.version == 1


def test_only_the_provider_changes_a_request_and_only_an_open_or_approved_one(office: Office) -> None:
    ref = office.order(unit=8_900)
    told = office.refused("Dana Whitlock", ChangeApproval(ref, title="Free toner")).sentence
    assert told == "Only your provider can change a request."
    office.do("Sofia Marchetti", Withdraw(ref, "Not needed."))
    assert "can no longer be changed" in office.refused("Sofia Marchetti", ChangeApproval(ref, title="X")).sentence


def test_a_change_restarts_the_ladder_and_drops_the_old_one(office: Office) -> None:
    ref = office.order()
    office.later(hours=26)
    office.do("Sofia Marchetti", priced(office, ref, 140_000))
    waiting = office.rows("SELECT plan FROM timer WHERE state = 'waiting' AND subject = :of", of=str(ref))
    assert {row.plan for row in waiting} == {"v2.1"}
    assert len(waiting) == 5
    office.later(days=20)
    assert office.state(ref) == "expired"


@pytest.mark.parametrize(("unit", "outcome"), [(209_900, "approved"), (210_001, "void"), (190_000, "approved")])
def test_an_approved_price_may_rise_by_a_hundred_dollars(office: Office, unit: int, outcome: str) -> None:
    ref = office.order(unit=200_000)
    office.approve("Dana Whitlock", ref)
    office.do(PSA, priced(office, ref, unit))
    assert office.state(ref) == outcome


@pytest.mark.parametrize(("unit", "outcome"), [(105_000, "approved"), (105_001, "void")])
def test_an_approved_price_may_rise_by_five_percent(office: Office, unit: int, outcome: str) -> None:
    ref = office.order(unit=100_000)
    office.approve("Dana Whitlock", ref)
    office.do(PSA, priced(office, ref, unit))
    assert office.state(ref) == outcome


def test_small_rises_do_not_add_up_to_a_large_one(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=100_000)
    office.approve("Dana Whitlock", ref)
    office.do(PSA, priced(office, ref, 104_000))
    assert "The price moved from $1,000.00 to $1,040.00" in screens.text("Dana Whitlock", ref)
    office.do(PSA, priced(office, ref, 108_000))
    assert office.state(ref) == "void"


@pytest.mark.parametrize("change", [{"title": "Toner and a holiday"}, {"why": "Just because."}])
def test_other_words_on_an_approved_order_are_asked_again(office: Office, change: dict[str, str]) -> None:
    ref = office.order(unit=8_900)
    office.approve("Dana Whitlock", ref)
    office.do(PSA, ChangeApproval(ref, **change))  # type: ignore[arg-type]
    assert office.state(ref) == "void"
    assert office.state(successor(office, ref)) == "pending"


def test_more_pieces_or_another_vendor_are_not_a_price(office: Office) -> None:
    for change in ({"vendor": "Elsewhere Ltd"}, {"category": "printer"}):
        ref = office.order(unit=8_900)
        office.approve("Dana Whitlock", ref)
        office.do(PSA, priced(office, ref, 8_900, **change))
        assert office.state(ref) == "void"


def test_what_is_void_is_asked_again_in_one_request_that_names_the_other(office: Office) -> None:
    screens = Screens(office)
    command = replace(purchase(100_000, requested_by="hannah@marlowfinch.example"))
    ref = office.raised("Sofia Marchetti", command)
    office.approve("Dana Whitlock", ref)
    outcome = office.do(PSA, priced(office, ref, 120_000))
    assert outcome.facts["replaced_by"] == "MF-2"
    new = office.standing(successor(office, ref))
    assert new.request.commitment_minor == 120_000
    assert new.request.tier == "T1", "the order that gives way is not summed with the one in its place"
    assert new.name(new.request.requester_id) == "Hannah Cole"
    assert "it no longer holds" in screens.text("Dana Whitlock", ref, "void")
    with pytest.raises(Refused, match="not approved"):
        office.do(PSA, Fulfil(ref))


def test_an_approved_change_of_access_has_no_tolerance(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access())
    office.approve("Dana Whitlock", ref)
    wider = access(after="Full control").access
    office.do(PSA, ChangeApproval(ref, access=wider))
    assert office.state(ref) == "void"
    assert office.state(successor(office, ref)) == "pending"


def test_a_request_raised_again_takes_the_place_of_another(office: Office) -> None:
    first = office.order(unit=8_900)
    second = office.raised(PSA, replace(purchase(9_900), replaces="MF-1"))
    assert (office.state(first), office.state(second)) == ("superseded", "pending")
    office.approve("Dana Whitlock", second)
    third = office.raised(PSA, replace(purchase(9_900), replaces=second.id))
    assert (office.state(second), office.state(third)) == ("void", "pending")
    with pytest.raises(Refused, match="cannot be replaced"):
        office.raised(PSA, replace(purchase(), replaces="MF-1"))


@pytest.mark.parametrize("name", ["MF-77", "apr_nothing", "\x00", "NF-1"])
def test_only_a_request_of_the_same_client_can_be_replaced(office: Office, name: str) -> None:
    office.raised(PSA, purchase(client="northgate"))
    with pytest.raises(Refused, match="no request"):
        office.raised(PSA, replace(purchase(), replaces=name))
    assert len(office.rows("SELECT * FROM approval_request")) == 1


def test_a_client_cannot_replace_what_it_has_approved(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.approve("Dana Whitlock", ref)
    told = office.refused("Luis Ortega", replace(purchase(), replaces="MF-1")).sentence
    assert told == "Only your provider can replace a request."
    assert office.state(ref) == "approved"


def test_a_change_voids_a_question_and_lets_the_next_one_wait_again(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which colour?"))
    office.do("Sofia Marchetti", priced(office, ref, 9_000))
    assert office.state(ref) == "pending"
    office.do("Dana Whitlock", AskQuestion(ref, 2, "And now?"))
    assert office.state(ref) == "info_requested"
