"""Our list of currencies against the one that CLDR keeps: what is legal tender somewhere today can be ordered in."""

from __future__ import annotations

from datetime import date

from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies, list_currencies

from handlers.currencies import CURRENCIES, minor_digits

DAY = date(2026, 6, 8)

CLDR_IS_LATE = {"BGN"}
"""Replaced by the euro at the start of 2026."""

ROUNDED_IN_SHOPS = {"AFN", "ALL", "IQD", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"}
"""CLDR gives no digits to money whose coins are worth too little, while ISO 4217 keeps two or three."""


def test_every_currency_that_is_legal_tender_today_is_known() -> None:
    tender = {
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory, DAY, DAY)
    }
    assert len(tender) > 140
    assert tender - CURRENCIES <= CLDR_IS_LATE


def test_every_known_currency_exists() -> None:
    assert set(list_currencies()) >= CURRENCIES


def test_minor_digits_agree_with_cldr_but_where_the_shops_round() -> None:
    differing = {code for code in CURRENCIES if minor_digits(code) != get_currency_precision(code)}
    assert differing <= ROUNDED_IN_SHOPS
    assert (minor_digits("USD"), minor_digits("JPY"), minor_digits("KWD"), minor_digits("IQD")) == (2, 0, 3, 3)
