"""How far the clock is moved, as people write it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.playground.durations import duration, moment

NOW = datetime.fromisoformat("2026-06-08T09:05:00-04:00")


@pytest.mark.parametrize(
    ("text", "hours"), [("4h", 4), ("30m", 0.5), ("2d", 48), ("1d4h", 28), (" 1d 4h 30m ", 28.5), ("36s", 0.01)]
)
def test_a_length_of_time_is_read(text: str, hours: float) -> None:
    assert duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "4h!", "1w", "0h", "4 hours", "999999d", "1.5h", "4h soon"])
def test_anything_else_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        duration(text)


def test_a_moment_keeps_its_zone() -> None:
    assert moment("2026-06-08T18:00:00+02:00", NOW).isoformat() == "2026-06-08T18:00:00+02:00"
    assert moment(NOW.isoformat(), NOW) == NOW


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-06-08T18:00:00", "2026-06-08", "2026-06-08T09:04:00-04:00", "2099-01-01T00:00Z"]
)
def test_no_zone_the_past_and_the_far_future_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        moment(text, NOW)
