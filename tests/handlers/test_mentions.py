"""Whose access it is about, and who is an outsider: read from what people typed, on the safe side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from handlers.mechanisms.mentions import mentioned, outsiders
from handlers.mechanisms.spending import vendor_key

PEOPLE: list[Any] = [
    SimpleNamespace(id="per_1", name="Dana Whitlock", email="dana@marlow.example"),
    SimpleNamespace(id="per_2", name="Ana Pratt", email="ana@marlow.example"),
    SimpleNamespace(id="per_3", name="Sean O'Brien", email="o'brien@gmail.com"),
    SimpleNamespace(id="per_4", name="a", email=""),
    SimpleNamespace(id="per_5", name="Access", email=""),
    SimpleNamespace(id="per_6", name="Cher", email="cher@marlow.example"),
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Dana Whitlock", ["per_1"]),
        ("account of DANA \u00a0 whitlock (laptop)", ["per_1"]),
        ("Da\u200bna Whitlock", ["per_1"]),
        ("\uff24ana Whitlock", ["per_1"]),
        ("dana@marlow.example.", ["per_1"]),
        ("mailto:Dana@Marlow.example", ["per_1"]),
        ("dana+admin@marlow.example", ["per_1"]),
        ("'dana@marlow.example'", ["per_1"]),
        ("per_1", ["per_1"]),
        ("o'brien@gmail.com and ana@marlow.example", ["per_2", "per_3"]),
        ("Dana Whitlocke", []),
        ("Joana Pratt", []),
        ("access for a person", []),
        ("Cher's laptop", ["per_6"]),
        ("Cheryl", []),
        ("", []),
    ],
)
def test_everybody_named_is_found_and_nobody_else(text: str, ids: list[str]) -> None:
    assert mentioned(text, PEOPLE) == ids


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("partners@marlow.example", False),
        ("O'BRIEN@gmail.com", False),
        ("somebody@gmail.com", True),
        ("harlow@other.example", True),
        ("dana@marlow.example and harlow@other.example", True),
        ("dana@mail.marlow.example", True),
        ("dana@marlow.example.evil.test", True),
        ("no address here", False),
    ],
)
def test_an_address_of_somebody_elses_is_an_outsiders(text: str, outside: bool) -> None:
    assert outsiders([text], PEOPLE) is outside


def test_a_company_without_addresses_has_no_insiders() -> None:
    assert outsiders(["x@gmail.com"], [])


@pytest.mark.parametrize(
    "vendor", ["Tidewater Supply", " tidewater  SUPPLY.", "Tide-water Supply", "\uff34idewater Supply"]
)
def test_one_vendor_stays_one_however_it_is_typed(vendor: str) -> None:
    assert vendor_key(vendor) == vendor_key("Tidewater Supply")


def test_vendors_of_signs_only_are_still_told_apart() -> None:
    assert vendor_key("!!!") != vendor_key("???")
