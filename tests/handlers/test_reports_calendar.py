"""When reports come: weeks and months on the client's wall, holidays, clock changes, and what was missed meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import BusinessCalendar
from handlers.mechanisms.reports.periods import (
    KINDS,
    MONTHLY,
    WEEKLY,
    about,
    after_release,
    following,
    latest,
    missed,
    nominal_at,
    nominal_of,
    period_of,
)
from handlers.timetable import Timetable

NEW_YORK = BusinessCalendar("America/New_York", country="US")
BERLIN = BusinessCalendar("Europe/Berlin", country="DE")
HOBART = BusinessCalendar("Australia/Hobart")
USUAL = Timetable.model_validate({})
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
places = st.sampled_from((NEW_YORK, BERLIN, HOBART))


def local(calendar: BusinessCalendar, year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(calendar.timezone))


def test_a_week_ends_at_midnight_on_the_clients_wall() -> None:
    week = period_of("2026-W24", "America/New_York")
    assert (week.since, week.until) == (local(NEW_YORK, 2026, 6, 8, 0), local(NEW_YORK, 2026, 6, 15, 0))
    assert len(week.cuts) == 9 and week.labels[0] == "2026-W17" and week.checked == ("2026-W23", "2026-W24")


@pytest.mark.parametrize(("label", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W24", 168)])
def test_the_week_of_a_clock_change_is_an_hour_shorter_or_longer(label: str, hours: int) -> None:
    week = period_of(label, "Europe/Berlin")
    assert week.until - week.since == timedelta(hours=hours)


def test_a_month_is_compared_with_months() -> None:
    month = period_of("2026-02", "Europe/Berlin")
    assert month.until - month.since == timedelta(days=28)
    assert month.labels == ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02")
    assert month.checked == ("2026-W06", "2026-W07", "2026-W08", "2026-W09")


def test_a_monday_without_business_moves_the_report_and_nothing_else() -> None:
    slot = following(WEEKLY, NEW_YORK, USUAL, local(NEW_YORK, 2026, 9, 4, 12))  # Labor Day is Sep 7
    assert slot is not None
    assert (slot.written, slot.sent) == (local(NEW_YORK, 2026, 9, 8, 7), local(NEW_YORK, 2026, 9, 8, 9))
    assert slot.remind == local(NEW_YORK, 2026, 9, 9, 9)
    assert about(WEEKLY, slot.nominal) == "2026-W36"


def test_junes_summary_comes_on_july_6_since_the_3rd_is_the_observed_holiday() -> None:
    slot = following(MONTHLY, NEW_YORK, USUAL, local(NEW_YORK, 2026, 6, 30, 12))
    assert slot is not None and slot.written == local(NEW_YORK, 2026, 7, 6, 7)
    assert about(MONTHLY, slot.nominal) == "2026-06"


@settings(max_examples=150, deadline=None)
@given(now=moments, calendar=places, kind=st.sampled_from(KINDS))
def test_one_report_follows_the_other_and_every_one_has_a_period_of_its_own(
    now: datetime, calendar: BusinessCalendar, kind: str
) -> None:
    last, coming = latest(kind, calendar, USUAL, now), following(kind, calendar, USUAL, now)
    assert last is not None and coming is not None
    assert last.written <= now < coming.written
    assert calendar.is_business_day(calendar.local_day(coming.written))
    assert coming.written.astimezone(calendar.zone).time() == time(7)
    assert coming.written < coming.sent < coming.given_up and coming.sent <= coming.remind
    assert nominal_of(about(kind, coming.nominal)) == coming.nominal
    assert about(kind, last.nominal) != about(kind, coming.nominal)
    assert not missed(kind, calendar, USUAL, last.written, last)


@settings(max_examples=100, deadline=None)
@given(now=moments, calendar=places, weeks=st.integers(1, 8))
def test_a_house_that_was_down_for_weeks_names_every_report_but_the_last(
    now: datetime, calendar: BusinessCalendar, weeks: int
) -> None:
    first = latest(WEEKLY, calendar, USUAL, now)
    last = latest(WEEKLY, calendar, USUAL, now + timedelta(weeks=weeks))
    assert first is not None and last is not None
    lost = missed(WEEKLY, calendar, USUAL, first.written, last)
    expected = (last.nominal - first.nominal).days // 7
    assert len(lost) == len(set(lost)) == expected
    assert about(WEEKLY, last.nominal) not in lost


@settings(max_examples=150, deadline=None)
@given(now=moments, calendar=places, kind=st.sampled_from(KINDS))
def test_readers_have_a_business_day_whenever_a_report_goes_out(
    now: datetime, calendar: BusinessCalendar, kind: str
) -> None:
    last = latest(kind, calendar, USUAL, now)
    assert last is not None
    remind, given_up = after_release(kind, about(kind, last.nominal), now, calendar, USUAL)
    assert given_up >= calendar.add_business_days(now, 1)
    if remind is not None:
        assert now < remind < given_up
        assert calendar.local_day(remind) > calendar.local_day(now)


def test_reports_that_are_off_never_come() -> None:
    off = Timetable.model_validate({"case_report": {"on": False}, "exec_summary": {"on": False}})
    for kind in KINDS:
        assert following(kind, NEW_YORK, off, local(NEW_YORK, 2026, 6, 8, 7)) is None
        assert latest(kind, NEW_YORK, off, local(NEW_YORK, 2026, 6, 8, 7)) is None


def test_a_closed_fortnight_makes_one_report_of_three() -> None:
    closed = frozenset(date(2026, 12, 21) + timedelta(days=number) for number in range(14))
    calendar = BusinessCalendar("Europe/Berlin", holidays=closed)
    slot = following(WEEKLY, calendar, USUAL, local(calendar, 2026, 12, 20, 12))
    assert slot is not None and slot.written == local(calendar, 2027, 1, 4, 7)
    last = latest(WEEKLY, calendar, USUAL, slot.written)
    assert last is not None and about(WEEKLY, last.nominal) == "2026-W53"
    assert nominal_at(WEEKLY, date(2027, 1, 4)) == last.nominal
    assert missed(WEEKLY, calendar, USUAL, slot.written, last) == ["2026-W51", "2026-W52"]
