"""A year of daily and weekly wall times in seven zones: every one fires, once, at the instant its clock shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.walltime import at, next_wall

ZONES = [
    "America/New_York",
    "America/Denver",
    "Europe/Berlin",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "UTC",
]


def firings(zone: ZoneInfo, weekday: int | None, wall: time) -> list[datetime]:
    moment, end = at(date(2025, 12, 31), time(23, 59), zone), at(date(2027, 1, 1), time(0), zone)
    found = []
    while (moment := next_wall(moment, weekday, wall, zone)) < end:
        found.append(moment)
    return found


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("minute", [0, 15])
def test_every_daily_wall_time_fires_once_a_day(name: str, minute: int) -> None:
    zone = ZoneInfo(name)
    for hour in range(24):
        found = firings(zone, None, time(hour, minute))
        days = [moment.astimezone(zone).date() for moment in found]
        assert days == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
        for moment in found:
            shown = moment.astimezone(zone)
            assert shown.fold == 0
            assert shown.time() == time(hour, minute) or is_first_after_gap(moment, time(hour, minute), zone)


@pytest.mark.parametrize("name", ZONES)
def test_every_weekly_wall_time_fires_once_a_week(name: str) -> None:
    zone = ZoneInfo(name)
    for weekday in range(7):
        first = date(2026, 1, 1) + timedelta(days=(weekday - 3) % 7)
        expected = [first + timedelta(weeks=n) for n in range(53) if first + timedelta(weeks=n) < date(2027, 1, 1)]
        assert len(expected) == (53 if weekday == 3 else 52)
        for hour in range(24):
            found = firings(zone, weekday, time(hour))
            assert [moment.astimezone(zone).date() for moment in found] == expected
            for moment in found:
                shown = moment.astimezone(zone)
                assert shown.fold == 0
                assert shown.time() == time(hour) or is_first_after_gap(moment, time(hour), zone)


def is_first_after_gap(moment: datetime, wall: time, zone: ZoneInfo) -> bool:
    """The clock jumped over `wall` within the second before `moment`."""
    before = (moment - timedelta(seconds=1)).astimezone(zone)
    return before.time() < wall < moment.astimezone(zone).time() and before.date() == moment.astimezone(zone).date()


@pytest.mark.parametrize(
    ("name", "day", "wall", "instant"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:00:00+00:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 0), "2026-03-29T01:00:00+00:00"),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 59), "2026-10-25T00:59:00+00:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30:00+00:00"),
        ("America/Santiago", date(2026, 9, 6), time(0, 0), "2026-09-06T04:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0), "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_skipped_time_is_the_end_of_the_gap_and_a_repeated_one_its_first_showing(
    name: str, day: date, wall: time, instant: str
) -> None:
    assert at(day, wall, ZoneInfo(name)).isoformat() == instant


def test_a_fraction_of_a_second_does_not_miss_the_end_of_the_gap() -> None:
    zone = ZoneInfo("America/New_York")
    assert at(date(2026, 3, 8), time(2, 30, 0, 500_000), zone) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_monday_just_after_midnight_survives_the_spring_change() -> None:
    zone = ZoneInfo("America/New_York")
    sunday = datetime(2026, 3, 8, 4, tzinfo=UTC)
    assert next_wall(sunday, 0, time(0, 5), zone) == datetime(2026, 3, 9, 4, 5, tzinfo=UTC)


def test_the_second_showing_of_a_repeated_hour_waits_for_the_next_day() -> None:
    zone = ZoneInfo("America/New_York")
    second = datetime(2026, 11, 1, 6, 10, tzinfo=UTC)
    assert second.astimezone(zone).fold == 1
    assert next_wall(second, None, time(1, 30), zone) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_the_next_one_is_never_the_moment_itself() -> None:
    zone = ZoneInfo("Europe/Berlin")
    monday = datetime(2026, 6, 8, 7, tzinfo=UTC)
    assert next_wall(monday, 0, time(9), zone) == monday + timedelta(weeks=1)
    assert next_wall(monday - timedelta(microseconds=1), 0, time(9), zone) == monday


def test_a_weekday_or_wall_time_that_means_nothing_is_refused() -> None:
    zone, now = ZoneInfo("UTC"), datetime(2026, 6, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="A weekday is a number"):
        next_wall(now, 7, time(9), zone)
    with pytest.raises(ValueError, match="zone of its own"):
        next_wall(now, None, time(9, tzinfo=UTC), zone)
