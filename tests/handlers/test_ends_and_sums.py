"""Quotes run out, halves of a purchase are summed, long terms count whole, and nothing is approved after its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.commands import (
    Approve,
    Fulfil,
    PurchaseLine,
    RaiseApproval,
    Refused,
    Withdraw,
)
from tests.handlers.office import Office, access, purchase
from tests.handlers.screens import Screens
from tests.handlers.test_changes import PSA, priced


def quoted(until: date, **changes: Any) -> RaiseApproval:
    """An order whose quote is good until a day."""
    made = purchase(8_900)
    assert made.purchase is not None
    return replace(made, purchase=replace(made.purchase, quote_valid_until=until), **changes)


def test_a_quote_that_runs_out_ends_an_open_request(office: Office) -> None:
    ref = office.raised(PSA, quoted(date(2026, 6, 9)))
    office.later(hours=38)
    assert office.state(ref) == "pending"
    office.later(hours=1)
    assert office.state(ref) == "expired"
    assert "valid until 2026-06-09" in office.standing(ref).request.closed_why


def test_a_quote_that_runs_out_voids_an_approval_and_tells_the_csm(office: Office) -> None:
    ref = office.raised(PSA, quoted(date(2026, 6, 9)))
    office.approve("Dana Whitlock", ref)
    office.later(days=2)
    assert office.state(ref) == "void"
    assert "quote" in [row.kind for row in office.rows("SELECT kind FROM task WHERE state = 'open'")]
    with pytest.raises(Refused, match="not approved"):
        office.do(PSA, Fulfil(ref))


def test_a_quote_does_not_undo_what_was_carried_out(office: Office) -> None:
    ref = office.raised(PSA, quoted(date(2026, 6, 9)))
    office.approve("Dana Whitlock", ref)
    office.do(PSA, Fulfil(ref))
    office.later(days=3)
    assert office.state(ref) == "fulfilled"


def test_a_longer_quote_on_an_approved_order_moves_its_end(office: Office) -> None:
    ref = office.raised(PSA, quoted(date(2026, 6, 9)))
    office.approve("Dana Whitlock", ref)
    office.do(PSA, priced(office, ref, 8_900, quote_valid_until=date(2026, 6, 30)))
    office.later(days=10)
    assert office.state(ref) == "approved"
    office.later(days=20)
    assert office.state(ref) == "void"


def test_an_expired_quote_cannot_be_asked_about(office: Office) -> None:
    with pytest.raises(Refused, match="quote has run out"):
        office.raised(PSA, quoted(date(2026, 6, 7)))
    office.raised(PSA, quoted(date(2026, 6, 8)))


def test_two_halves_of_a_purchase_take_the_voices_of_the_whole(office: Office) -> None:
    screens = Screens(office)
    first = office.order(unit=200_000)
    vendors = ("Tidewater Supply", "  tidewater   SUPPLY ", "Tidewater Supply.", "Tide\u200bwater Supply")
    for vendor in vendors:
        made = purchase(100_000)
        assert made.purchase is not None
        ref = office.raised("Sofia Marchetti", replace(made, purchase=replace(made.purchase, vendor=vendor)))
        assert office.standing(ref).request.tier == "T2", vendor
        assert "Counted together with MF-1" in screens.text("Dana Whitlock", ref)
        office.do("Sofia Marchetti", Withdraw(ref, "Another try."))
    assert office.standing(first).request.tier == "T1"


def test_the_split_guard_looks_at_the_same_vendor_person_and_week_only(office: Office) -> None:
    office.order(unit=200_000)
    made = purchase(100_000)
    assert made.purchase is not None
    elsewhere = replace(made, purchase=replace(made.purchase, vendor="Another Ltd"))
    others = replace(made, requested_by="hannah@marlowfinch.example")
    for command in (elsewhere, others):
        assert office.standing(office.raised("Sofia Marchetti", command)).request.tier == "T1"
    office.later(days=8)
    assert office.standing(office.raised("Sofia Marchetti", made)).request.tier == "T1"


def test_what_was_refused_does_not_count_as_a_half(office: Office) -> None:
    ref = office.order(unit=200_000)
    office.reject("Dana Whitlock", ref)
    assert office.standing(office.order(unit=100_000)).request.tier == "T1"


def test_an_order_made_larger_by_a_change_is_summed_too(office: Office) -> None:
    office.order(unit=200_000)
    made = purchase(10_000)
    assert made.purchase is not None
    ref = office.raised(PSA, replace(made, requested_by="sofia@harborline.example"))
    assert office.standing(ref).request.tier == "T1"
    office.do(PSA, priced(office, ref, 60_000))
    assert office.standing(ref).request.tier == "T2"


def test_many_years_signed_for_count_whole(office: Office) -> None:
    three_years = (PurchaseLine("Backup", 1, 10_000, "monthly", 36),)
    request = office.standing(office.order(lines=three_years)).request
    assert (request.first_year_minor, request.commitment_minor, request.tier) == (120_000, 360_000, "T2")
    with pytest.raises(Refused, match="proposal"):
        office.order(lines=(PurchaseLine("Backup", 1, 90_200, "monthly", 36),), quote_url="https://quotes.example/1")


def test_an_access_for_a_time_is_not_approved_after_that_time(office: Office) -> None:
    made = access()
    assert made.access is not None
    until = datetime(2026, 6, 9, 21, tzinfo=UTC)
    ref = office.raised(PSA, replace(made, access=replace(made.access, until=until)))
    office.later(days=2)
    assert office.state(ref) == "expired"


def test_nobody_approves_in_the_moment_after_the_deadline(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=8_900)
    office.now = office.standing(ref).request.expires_at + timedelta(seconds=1)
    told = office.refused("Dana Whitlock", Approve(ref, 1)).sentence
    assert told == "The deadline of MF-1 has passed, so it is not approved."
    assert screens.labels("Dana Whitlock", ref) == []
    office.later(seconds=1)
    assert office.state(ref) == "expired"
