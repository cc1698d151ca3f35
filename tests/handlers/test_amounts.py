"""What orders cost: the worked examples to the cent, and every mistake refused at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.amounts import Totals, line_minor, totals
from handlers.commands import Purchase, PurchaseLine, Refused
from handlers.order_checks import MOST_MINOR

LAPTOPS = Purchase(
    category="computer",
    vendor="Northwind Supply",
    currency="USD",
    lines=(PurchaseLine("Laptop 14 inch", 6, 134_900),),
    shipping_minor=6_000,
    tax_minor=50_588,
)


def order(*lines: PurchaseLine, **facts: Any) -> Purchase:
    return Purchase(**{"category": "other", "vendor": "Northwind", "currency": "USD", "lines": lines, **facts})


def test_six_laptops_with_shipping_and_tax() -> None:
    assert totals(LAPTOPS) == Totals(
        one_off_minor=809_400,
        monthly_minor=0,
        yearly_minor=0,
        shipping_minor=6_000,
        tax_minor=50_588,
        first_year_minor=865_988,
        commitment_minor=865_988,
    )


def test_a_licence_a_month_counts_for_its_first_year() -> None:
    found = totals(order(PurchaseLine("Licence", 5, 2_200, "monthly")))
    assert (found.monthly_minor, found.first_year_minor, found.commitment_minor) == (11_000, 132_000, 132_000)
    assert (found.one_off_minor, found.yearly_minor) == (0, 0)


@pytest.mark.parametrize(
    ("one_off", "monthly", "first_year", "commitment"),
    [(1_890_000, 12_000, 2_034_000, 2_322_000), (940_000, 64_000, 1_708_000, 3_244_000)],
)
def test_a_term_of_three_years_is_committed_whole(one_off: int, monthly: int, first_year: int, commitment: int) -> None:
    found = totals(order(PurchaseLine("Set-up", 1, one_off), PurchaseLine("Server", 1, monthly, "monthly", 36)))
    assert (found.first_year_minor, found.commitment_minor) == (first_year, commitment)


def test_a_term_shorter_than_a_year_is_paid_as_long_as_it_runs() -> None:
    found = totals(order(PurchaseLine("Rented screen", 2, 1_000, "monthly", 3)))
    assert (found.monthly_minor, found.first_year_minor, found.commitment_minor) == (2_000, 6_000, 6_000)


@pytest.mark.parametrize(("term", "commitment"), [(None, 50_000), (12, 50_000), (36, 150_000)])
def test_a_price_a_year_is_paid_once_in_the_first_year(term: int | None, commitment: int) -> None:
    found = totals(order(PurchaseLine("Warranty", 1, 50_000, "yearly", term)))
    assert (found.yearly_minor, found.monthly_minor, found.first_year_minor) == (50_000, 0, 50_000)
    assert found.commitment_minor == commitment


def test_an_open_end_beside_a_long_term_counts_for_a_year() -> None:
    found = totals(
        order(
            PurchaseLine("Line", 1, 10_000, "monthly", 24),
            PurchaseLine("Phone", 1, 1_000, "monthly"),
            PurchaseLine("Router", 1, 20_000),
            tax_minor=7,
        )
    )
    assert found.first_year_minor == 120_000 + 12_000 + 20_000 + 7
    assert found.commitment_minor == 240_000 + 12_000 + 20_000 + 7


def test_a_free_thing_may_be_asked_for() -> None:
    assert totals(order(PurchaseLine("Trial", 1, 0, "monthly", 1))).commitment_minor == 0


LINES = st.one_of(
    st.builds(PurchaseLine, st.just("Thing"), st.integers(1, 999), st.integers(0, 10**7)),
    st.builds(
        PurchaseLine,
        st.just("Thing"),
        st.integers(1, 999),
        st.integers(0, 10**6),
        st.just("monthly"),
        st.none() | st.integers(1, 120),
    ),
    st.builds(
        PurchaseLine,
        st.just("Thing"),
        st.integers(1, 999),
        st.integers(0, 10**6),
        st.just("yearly"),
        st.none() | st.integers(1, 10).map(lambda years: years * 12),
    ),
)


@given(st.lists(LINES, min_size=1, max_size=8), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_commitment_is_never_less_than_the_first_year(lines: list[PurchaseLine], shipping: int, tax: int) -> None:
    found = totals(order(*lines, shipping_minor=shipping, tax_minor=tax))
    assert found.commitment_minor >= found.first_year_minor
    assert found.first_year_minor >= found.one_off_minor + found.yearly_minor + shipping + tax
    assert found.one_off_minor == sum(line_minor(line) for line in lines if line.recurrence == "once")


@given(st.lists(LINES, min_size=2, max_size=8))
def test_an_order_costs_what_its_lines_cost_alone(lines: list[PurchaseLine]) -> None:
    alone = [totals(order(line)) for line in lines]
    together = totals(order(*lines))
    assert together.first_year_minor == sum(found.first_year_minor for found in alone)
    assert together.commitment_minor == sum(found.commitment_minor for found in alone)


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"lines": ()}, "lines", "at least one line"),
        ({"lines": LAPTOPS.lines * 201}, "lines", "at most 200 lines, not 201"),
        ({"vendor": "  "}, "vendor", "The vendor is missing"),
        ({"vendor": "x" * 201}, "vendor", "at most 200 characters, not 201"),
        ({"vendor": "a\x00b"}, "vendor", "cannot be shown"),
        ({"vendor": "a\ud800b"}, "vendor", "cannot be shown"),
        ({"vendor": "a\nb"}, "vendor", "line break"),
        ({"vendor": 7}, "vendor", "is a text"),
        ({"category": ""}, "category", "The category is missing"),
        ({"for_whom": "x" * 201}, "for_whom", "Who it is for is too long"),
        ({"budget_line": "x" * 201}, "budget_line", "The budget line is too long"),
        ({"proposal": "x" * 101}, "proposal", "The proposal is too long"),
        ({"currency": "usd"}, "currency", "in capitals: USD"),
        ({"currency": "DEM"}, "currency", "three letters like USD"),
        ({"currency": ""}, "currency", "three letters like USD"),
        ({"currency": None}, "currency", "three letters like USD"),
        ({"shipping_minor": -1}, "shipping_minor", "Shipping is a whole number"),
        ({"shipping_minor": 1.5}, "shipping_minor", "Shipping is a whole number"),
        ({"tax_minor": True}, "tax_minor", "Tax is a whole number"),
        ({"tax_minor": MOST_MINOR + 1}, "tax_minor", "Tax is too large"),
        ({"quote_url": "javascript:alert(1)"}, "quote_url", "starts with https://"),
        ({"quote_url": "https://"}, "quote_url", "starts with https://"),
        ({"quote_url": "https://[::1"}, "quote_url", "starts with https://"),
        ({"quote_url": "https://a.example/ b"}, "quote_url", "no spaces"),
        ({"quote_url": "https://a.example/" + "b" * 2000}, "quote_url", "too long"),
        ({"quote_valid_until": "2026-06-30"}, "quote_valid_until", "is a date"),
        ({"quote_valid_until": datetime(2026, 6, 30, tzinfo=UTC)}, "quote_valid_until", "is a date"),
    ],
)
def test_a_purchase_with_a_mistake_is_refused_at_its_field(facts: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        totals(replace(LAPTOPS, **facts))
    assert (refused.value.field, refused.value.code) == (field, "invalid")


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"description": ""}, "description", "Line 2: the description is missing"),
        ({"description": "x" * 501}, "description", "Line 2: the description is too long"),
        ({"quantity": 0}, "quantity", "Line 2: the quantity is a whole number from 1"),
        ({"quantity": -3}, "quantity", "Line 2: the quantity"),
        ({"quantity": 1.5}, "quantity", "Line 2: the quantity"),
        ({"quantity": True}, "quantity", "Line 2: the quantity"),
        ({"quantity": 1_000_001}, "quantity", "to 1,000,000"),
        ({"unit_minor": -1}, "unit_minor", "Line 2: the price of one is a whole number"),
        ({"unit_minor": "5"}, "unit_minor", "Line 2: the price of one is a whole number"),
        ({"unit_minor": 2**63}, "unit_minor", "Line 2: the price of one is too large"),
        ({"recurrence": "weekly"}, "recurrence", "once, monthly or yearly"),
        ({"term_months": 12}, "term_months", "paid once has no term"),
        ({"recurrence": "monthly", "term_months": 0}, "term_months", "from 1 to 120 months"),
        ({"recurrence": "monthly", "term_months": 121}, "term_months", "from 1 to 120 months"),
        ({"recurrence": "monthly", "term_months": 2.5}, "term_months", "from 1 to 120 months"),
        ({"recurrence": "yearly", "term_months": 18}, "term_months", "18 months are not"),
    ],
)
def test_a_line_with_a_mistake_is_refused_by_its_number(facts: dict[str, Any], field: str, sentence: str) -> None:
    good = PurchaseLine("Mouse", 1, 2_000)
    with pytest.raises(Refused, match=sentence) as refused:
        totals(order(good, replace(good, **facts)))
    assert refused.value.field == f"lines.1.{field}"


def test_a_sum_too_large_for_the_store_is_refused() -> None:
    with pytest.raises(Refused, match="too large to be true"):
        totals(order(PurchaseLine("Gold", 1_000_000, MOST_MINOR)))
    assert MOST_MINOR * 12 < 2**53


def test_a_quote_with_a_link_and_a_last_day_is_fine() -> None:
    quoted = replace(LAPTOPS, quote_url="https://quotes.example.com/17?v=2", quote_valid_until=date(2026, 6, 30))
    assert totals(quoted) == totals(LAPTOPS)
