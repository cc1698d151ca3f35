"""Laws of business time: they hold for every calendar, every moment and every amount."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import BusinessCalendar, week

BREAKFAST_SHIFT = ((time(6), time(10, 30)), (time(11), time(14)))
CALENDARS = st.sampled_from(
    [
        BusinessCalendar("America/New_York", country="US"),
        BusinessCalendar("America/Denver", country="US", subdivision="CO"),
        BusinessCalendar("Europe/Berlin", country="DE", subdivision="SN"),
        BusinessCalendar("Asia/Kolkata", hours=(BREAKFAST_SHIFT,) * 6 + ((),)),
        BusinessCalendar("Australia/Lord_Howe", hours=week(time(0), time(0), range(7))),
        BusinessCalendar(
            "Europe/London", hours=week(time(0, 30), time(2, 30), range(7)), country="GB", subdivision="ENG"
        ),
    ]
)
INSTANTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda m: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
LAW = settings(deadline=None)  # reading a country's holidays for the first time takes a moment
HOURS = st.integers(0, 80 * 60).map(lambda minutes: Fraction(minutes, 60))


@LAW
@given(CALENDARS, INSTANTS, HOURS, HOURS)
def test_adding_twice_is_adding_the_sum(
    calendar: BusinessCalendar, start: datetime, one: Fraction, two: Fraction
) -> None:
    there = calendar.add_business_hours(calendar.add_business_hours(start, one), two)
    assert there == calendar.add_business_hours(start, one + two)


@LAW
@given(CALENDARS, INSTANTS, INSTANTS, HOURS, HOURS)
def test_adding_keeps_order(
    calendar: BusinessCalendar, one: datetime, two: datetime, less: Fraction, more: Fraction
) -> None:
    (first, second), (less, more) = sorted((one, two)), sorted((less, more))
    assert first <= calendar.add_business_hours(first, less) <= calendar.add_business_hours(second, more)


@LAW
@given(CALENDARS, INSTANTS, HOURS)
def test_the_way_back_is_as_long_and_ends_in_business_time(
    calendar: BusinessCalendar, start: datetime, hours: Fraction
) -> None:
    end = calendar.add_business_hours(start, hours)
    assert calendar.business_hours_between(start, end) == hours
    assert calendar.business_hours_between(end, start) == -hours
    assert calendar.is_business(end) or calendar.is_business(end - timedelta(microseconds=1))


@LAW
@given(CALENDARS, INSTANTS, st.integers(-40, 40))
def test_business_days_there_and_back_and_always_in_business_time(
    calendar: BusinessCalendar, start: datetime, days: int
) -> None:
    day = calendar.at_or_after_business_day(calendar.local_day(start))
    assert calendar.add_business_days(calendar.add_business_days(day, days), -days) == day
    end = calendar.add_business_days(start, days)
    assert calendar.is_business(end) or calendar.is_business(end - timedelta(microseconds=1))


@LAW
@given(CALENDARS, INSTANTS)
def test_quiet_ends_at_the_first_moment_that_is_not_quiet(calendar: BusinessCalendar, moment: datetime) -> None:
    end = calendar.quiet_ends(moment)
    assert not calendar.is_quiet(end)
    assert calendar.is_quiet(moment) == (end > moment)
    assert end == moment or calendar.is_quiet(end - timedelta(microseconds=1))


@settings(max_examples=25, deadline=None)
@given(CALENDARS, INSTANTS)
def test_hours_between_agree_with_counting_minute_by_minute(calendar: BusinessCalendar, start: datetime) -> None:
    minutes = [start + timedelta(minutes=m) for m in range(0, 2 * 24 * 60, 1)]
    counted = sum(calendar.is_business(minute) for minute in minutes)
    assert calendar.business_hours_between(start, minutes[-1] + timedelta(minutes=1)) == Fraction(counted, 60)
