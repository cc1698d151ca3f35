"""The catalogue: off until a client opts in, exact, capped for one order and for a month, and told afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.commands import (
    ChangeApproval,
    Disown,
    Fulfil,
    Purchase,
    PurchaseLine,
    PutPolicy,
    RaiseApproval,
    Ref,
    Refused,
    SendOn,
    Service,
    System,
)
from handlers.mechanisms.meanings import purchase_of
from tests.handlers.office import Office, purchase
from tests.handlers.screens import Screens

PSA = Service("psa", frozenset({"approvals:write"}))
TONER = {"name": "Toner", "vendor": "Tidewater Supply", "unit_minor": 9_500}


def opt_in(office: Office, **catalogue: Any) -> None:
    """Marlow & Finch pre-approves toner."""
    policy = {"catalogue": {"on": True, "items": [TONER], **catalogue}}
    office.do(System("operator"), PutPolicy("marlow-finch", policy))


def toner(unit: int = 8_900, quantity: int = 1, **changes: Any) -> RaiseApproval:
    """Toner, or nearly."""
    made = purchase(unit, quantity)
    assert made.purchase is not None
    return replace(made, purchase=replace(made.purchase, **changes)) if changes else made


def bought(office: Office, command: RaiseApproval) -> Ref:
    return office.raised("Sofia Marchetti", command)


def test_nothing_is_pre_approved_until_the_client_opts_in(office: Office) -> None:
    ref = bought(office, toner())
    assert (office.state(ref), office.standing(ref).request.tier) == ("pending", "T1")


def test_an_item_of_the_catalogue_is_approved_at_once_and_told_afterwards(office: Office) -> None:
    opt_in(office)
    screens, ref = Screens(office), bought(office, toner())
    standing = office.standing(ref)
    assert (standing.request.state, standing.request.tier, standing.needed) == ("approved", "catalogue", 0)
    assert screens.purposes("Dana Whitlock", ref) == ["catalogue"]
    assert "You are only told." in screens.text("Dana Whitlock", ref, "catalogue")
    assert office.journal("approval.catalogue") == 1
    office.do(PSA, Fulfil(ref))
    assert office.state(ref) == "fulfilled"
    assert screens.labels("Dana Whitlock", ref, "catalogue") == []


def test_whoever_is_told_may_stop_it(office: Office) -> None:
    opt_in(office)
    screens, ref = Screens(office), bought(office, toner())
    assert office.refused("Priya Raman", Disown(ref)).code == "not_entitled"
    screens.press("Dana Whitlock", ref, "I didn't ask for this", purpose="catalogue")
    assert office.state(ref) == "void"


@pytest.mark.parametrize(
    "command",
    [
        toner(9_600),
        toner(8_900, vendor="Elsewhere Ltd"),
        toner(8_900, lines=(PurchaseLine("Toner, large", 1, 8_900),)),
        toner(8_900, lines=(PurchaseLine("Toner", 1, 8_900, "monthly"),)),
        toner(8_900, lines=(PurchaseLine("Toner", 1, 100), PurchaseLine("Toner", 1, 100))),
        toner(8_900, currency="CAD"),
        toner(8_900, quantity=2),
        toner(8_900, shipping_minor=6_101),
    ],
    ids=["dearer", "vendor", "name", "recurring", "two lines", "currency", "two", "shipping"],
)
def test_what_is_not_exactly_the_item_within_the_cap_is_asked(office: Office, command: RaiseApproval) -> None:
    opt_in(office)
    assert office.state(bought(office, command)) == "pending"


def test_the_month_has_a_cap_of_its_own(office: Office) -> None:
    opt_in(office, month_cap_minor=20_000)
    states = [office.state(bought(office, toner())) for _ in range(3)]
    assert states == ["approved", "approved", "pending"]
    office.later(days=24)
    assert office.state(bought(office, toner())) == "approved"


def test_what_was_stopped_does_not_use_up_the_month(office: Office) -> None:
    opt_in(office, month_cap_minor=10_000)
    first = bought(office, toner())
    assert office.state(bought(office, toner(9_000))) == "pending"
    office.do("Dana Whitlock", Disown(first))
    opt_in(office, month_cap_minor=10_001)
    office.later(days=8)
    assert office.state(bought(office, toner(8_900))) == "approved"


@pytest.mark.parametrize(
    "catalogue", [{"order_max_minor": 15_001}, {"month_cap_minor": 50_001}, {"order_max_minor": 0}]
)
def test_the_caps_have_a_ceiling(office: Office, catalogue: dict[str, int]) -> None:
    with pytest.raises(Refused, match="cannot be used"):
        opt_in(office, **catalogue)


def test_a_pre_approved_price_does_not_creep(office: Office) -> None:
    opt_in(office)
    ref = bought(office, toner(9_400))
    facts = purchase_of(office.standing(ref).request.facts)
    assert isinstance(facts, Purchase)
    dearer = replace(facts, lines=(replace(facts.lines[0], unit_minor=9_600),))
    office.do(PSA, ChangeApproval(ref, purchase=dearer))
    assert office.state(ref) == "void"
    rows = office.rows("SELECT state, tier FROM approval_request WHERE replaces = :id", id=ref.id)
    assert [(row.state, row.tier) for row in rows] == [("pending", "T1")]


def test_a_question_already_asked_does_not_turn_into_a_pre_approved_one(office: Office) -> None:
    ref = bought(office, toner(9_600))
    opt_in(office)
    office.do(PSA, ChangeApproval(ref, purchase=toner(8_900).purchase))
    assert (office.state(ref), office.standing(ref).request.tier) == ("pending", "T1")
    assert office.asked(ref) == ["Dana Whitlock"]


def test_an_employees_item_goes_to_the_csm_first_and_is_then_pre_approved(office: Office) -> None:
    opt_in(office)
    screens = Screens(office)
    ref = office.raised("Luis Ortega", toner())
    if office.state(ref) == "draft":
        office.do("Sofia Marchetti", SendOn(ref))
    assert office.state(ref) == "approved"
    assert "outcome" in screens.purposes("Luis Ortega", ref)


def test_a_quote_of_a_pre_approved_item_runs_out_too(office: Office) -> None:
    opt_in(office)
    ref = bought(office, toner(quote_valid_until=date(2026, 6, 9)))
    office.later(days=2)
    assert office.state(ref) == "void"
