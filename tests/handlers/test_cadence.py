"""When something is due next: intervals as people write them, weekdays, ends of months, holidays and quarters."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.businessdays import BusinessDays, week
from handlers.mechanisms.cadence import Rule, months_after, nearest, next_due, read

OHIO = BusinessDays("America/New_York", country="US", subdivision="OH")
ALWAYS = BusinessDays("America/New_York", hours=week(time(9), time(17), range(7)))
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def rule(every: str) -> Rule:
    found = read(every)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("every", "count", "unit"),
    [("7 days", 7, "day"), ("1 day", 1, "day"), ("2 weeks", 2, "week"), ("1 month", 1, "month"), ("1 year", 1, "year")],
)
def test_intervals_are_read_as_people_write_them(every: str, count: int, unit: str) -> None:
    assert read(every) == Rule(count, unit)


def test_never_is_a_rule_too() -> None:
    assert read("never") is None


@pytest.mark.parametrize("every", ["", "weekly", "0 days", "2  weeks", "100 days", "-1 week", "1 fortnight", "٢ weeks"])
def test_anything_else_is_refused_in_a_sentence(every: str) -> None:
    with pytest.raises(ValueError, match="written like 2 weeks"):
        read(every)


@pytest.mark.parametrize(
    ("since", "every", "weekday", "due"),
    [
        ("2026-06-11", "2 weeks", 3, "2026-06-25"),  # a Thursday, and the next one but one
        ("2026-06-12", "2 weeks", 3, "2026-06-25"),  # held a day late: it does not shift
        ("2026-06-08", "2 weeks", 3, "2026-06-25"),
        ("2026-06-15", "2 weeks", 3, "2026-07-02"),  # four days late or three days early: the nearest
        ("2026-06-05", "2 weeks", 4, "2026-06-22"),  # Friday, June 19 is a holiday, so is the weekend
        ("2026-01-31", "1 month", None, "2026-03-02"),  # the last of February is a Saturday
        ("2026-03-25", "3 months", None, "2026-06-25"),
        ("2025-06-10", "1 year", None, "2026-06-10"),
        ("2024-02-29", "1 year", None, "2025-02-28"),
        ("2026-06-08", "7 days", 3, "2026-06-15"),  # days are days
        ("2026-12-24", "1 day", None, "2026-12-28"),
    ],
)
def test_the_next_day_is_reckoned_from_the_last(since: str, every: str, weekday: int | None, due: str) -> None:
    found = next_due(date.fromisoformat(since), rule(every), OHIO, weekday=weekday)
    assert found == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-06-18", "2026-09-18"),
        ("2026-07-02", "2026-09-02"),  # three months later is October: September is nearer than December
        ("2026-05-29", "2026-09-29"),  # August becomes September
        ("2026-12-01", "2027-03-01"),
    ],
)
def test_a_review_of_the_budget_falls_into_the_last_month_of_a_quarter(since: str, due: str) -> None:
    found = next_due(date.fromisoformat(since), rule("3 months"), OHIO, closes_quarter=True)
    assert found == date.fromisoformat(due)


def test_after_a_time_of_standing_still_the_rhythm_stays() -> None:
    found = next_due(date(2026, 1, 8), rule("2 weeks"), OHIO, weekday=3, earliest=date(2026, 6, 10))
    assert found == date(2026, 6, 11)


def test_a_month_is_counted_from_the_first_day_and_not_from_a_shorter_month_between() -> None:
    assert rule("1 month").after(date(2026, 1, 31), 2) == date(2026, 3, 31)


@given(DAYS, st.sampled_from(["1 week", "2 weeks", "1 month", "3 months", "6 months", "1 year"]), st.integers(0, 6))
def test_what_is_due_is_a_business_day_near_the_interval(since: date, every: str, weekday: int) -> None:
    one = rule(every)
    found = next_due(since, one, OHIO, weekday=weekday)
    assert OHIO.is_business_day(found)
    assert found > since
    plain = nearest(one.after(since), weekday)
    assert plain <= found <= plain + timedelta(days=5)
    if OHIO.is_business_day(plain):
        assert found == plain
        assert found.weekday() == weekday


@given(DAYS, DAYS, st.sampled_from(["1 day", "7 days", "2 weeks", "1 month", "1 year"]))
def test_nothing_is_due_before_the_earliest_day_nor_an_interval_too_late(
    since: date, earliest: date, every: str
) -> None:
    one = rule(every)
    found = next_due(since, one, ALWAYS, earliest=earliest)
    assert found >= earliest
    assert found > since
    times = next(n for n in range(1, 20_000) if one.after(since, n) >= max(earliest, since + timedelta(days=1)))
    assert found == one.after(since, times)


@given(DAYS, st.integers(-40, 40))
def test_months_go_by_and_come_back(day: date, months: int) -> None:
    there = months_after(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day <= day.day
