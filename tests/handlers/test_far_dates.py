"""Dates that nobody means: a slip of the pen is a sentence at its field, and never arithmetic beyond the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from handlers.commands import RaiseApproval
from tests.handlers.office import Office, access, purchase

WEST, EAST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (datetime(9999, 12, 31, 23, 59, tzinfo=WEST), "beyond the year 2200"),
        (datetime(2201, 1, 1, tzinfo=UTC), "beyond the year 2200"),
        (datetime(1, 1, 1, tzinfo=EAST), "in the past"),
        (datetime(2026, 6, 1, tzinfo=UTC), "in the past"),
    ],
)
def test_an_access_ends_within_reach(office: Office, until: datetime, words: str) -> None:
    asked = access()
    assert asked.access is not None
    command: RaiseApproval = replace(asked, access=replace(asked.access, until=until))
    refused = office.refused("Sofia Marchetti", command)
    assert (refused.field, words in refused.sentence) == ("access.until", True), refused.sentence


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2201, 1, 1), date(1, 1, 1)])
def test_a_quote_ends_within_reach(office: Office, day: date) -> None:
    asked = purchase()
    assert asked.purchase is not None
    command = replace(asked, purchase=replace(asked.purchase, quote_valid_until=day))
    assert office.refused("Sofia Marchetti", command).field == "quote_valid_until"
