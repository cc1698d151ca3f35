"""Business time: the worked examples to the minute, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from handlers.calendar import NINE_TO_FIVE, BusinessCalendar, week

NEW_YORK = BusinessCalendar("America/New_York", country="US")
DENVER = BusinessCalendar("America/Denver", country="US", subdivision="CO")
TOLEDO = BusinessCalendar("America/New_York", country="US", subdivision="OH")
LEIPZIG = BusinessCalendar("Europe/Berlin", country="DE", subdivision="SN")


def local(text: str, calendar: BusinessCalendar) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(calendar.timezone))


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "end"),
    [
        (NEW_YORK, "2026-06-08 16:30", 4, "2026-06-09 12:30"),
        (NEW_YORK, "2026-06-08 16:30", 8, "2026-06-09 16:30"),
        (NEW_YORK, "2026-06-08 16:30", 12, "2026-06-10 12:30"),
        (NEW_YORK, "2026-06-08 16:30", 16, "2026-06-10 16:30"),
        (NEW_YORK, "2026-06-08 16:30", 40, "2026-06-15 16:30"),
        (NEW_YORK, "2026-06-18 15:00", 8, "2026-06-22 15:00"),
        (DENVER, "2026-06-08 14:30", 4, "2026-06-09 10:30"),
        (DENVER, "2026-06-08 14:30", 8, "2026-06-09 14:30"),
        (NEW_YORK, "2026-06-08 15:00", 2, "2026-06-08 17:00"),
        (NEW_YORK, "2026-06-08 17:00", 0, "2026-06-08 17:00"),
        (NEW_YORK, "2026-06-08 17:01", 0, "2026-06-09 09:00"),
        (NEW_YORK, "2026-06-13 12:00", 8, "2026-06-15 17:00"),
        (NEW_YORK, "2026-06-12 16:59", Fraction(1, 30), "2026-06-15 09:01"),
        (NEW_YORK, "2026-06-08 09:00", 0.1, "2026-06-08 09:06"),
    ],
)
def test_business_hours_run_only_while_the_place_is_open(
    calendar: BusinessCalendar, start: str, hours: float, end: str
) -> None:
    answer = calendar.add_business_hours(local(start, calendar), hours)
    assert answer == local(end, calendar)
    assert answer.tzinfo is UTC


def test_the_firewall_work_of_june_20_has_to_be_sent_by_june_5() -> None:
    assert TOLEDO.add_business_days(date(2026, 6, 20), -10) == date(2026, 6, 5)


def test_a_form_five_business_days_before_june_25_skips_the_holiday() -> None:
    assert NEW_YORK.add_business_days(date(2026, 6, 25), -5) == date(2026, 6, 17)


def test_the_third_business_day_of_july_comes_after_the_observed_holiday() -> None:
    assert TOLEDO.add_business_days(date(2026, 6, 30), 3) == date(2026, 7, 6)


def test_a_proposal_expires_two_business_days_before_a_saturday_window() -> None:
    saturday = local("2026-06-20 18:00", TOLEDO)
    assert TOLEDO.add_business_days(saturday, -2) == local("2026-06-17 09:00", TOLEDO)
    assert TOLEDO.business_hours_between(TOLEDO.add_business_days(saturday, -2), saturday) == 16


def test_a_business_day_later_is_the_same_wall_time_across_the_clock_change() -> None:
    friday = local("2026-10-30 16:30", NEW_YORK)
    assert NEW_YORK.add_business_days(friday, 1) == local("2026-11-02 16:30", NEW_YORK)
    assert NEW_YORK.add_business_days(friday, 1) - friday == timedelta(days=3, hours=1)


def test_a_wall_time_that_a_short_day_does_not_have_becomes_its_closing_or_next_opening() -> None:
    days = (*NINE_TO_FIVE[:3], ((time(9), time(12)), (time(13), time(17))), ((time(9), time(13)),), (), ())
    calendar = BusinessCalendar("Europe/Berlin", hours=days)
    wednesday = local("2026-06-10 16:00", calendar)
    assert calendar.add_business_days(wednesday, 2) == local("2026-06-12 13:00", calendar)
    assert calendar.add_business_days(local("2026-06-10 12:30", calendar), 1) == local("2026-06-11 13:00", calendar)
    assert calendar.add_business_hours(local("2026-06-11 11:00", calendar), 2) == local("2026-06-11 14:00", calendar)


def test_business_days_around_a_weekend_and_a_holiday() -> None:
    thursday, friday, monday = date(2026, 6, 18), date(2026, 6, 19), date(2026, 6, 22)
    assert not NEW_YORK.is_business(friday)
    assert NEW_YORK.is_holiday(friday)
    assert NEW_YORK.next_business_day(thursday) == monday
    assert NEW_YORK.previous_business_day(monday) == thursday
    assert NEW_YORK.at_or_after_business_day(friday) == monday
    assert NEW_YORK.at_or_before_business_day(friday) == thursday
    assert NEW_YORK.at_or_after_business_day(monday) == monday == NEW_YORK.at_or_before_business_day(monday)
    assert NEW_YORK.add_business_days(friday, 0) == monday


def test_business_begins_at_the_opening_and_is_over_at_the_closing() -> None:
    assert NEW_YORK.is_business(local("2026-06-08 09:00", NEW_YORK))
    assert not NEW_YORK.is_business(local("2026-06-08 08:59", NEW_YORK))
    assert not NEW_YORK.is_business(local("2026-06-08 17:00", NEW_YORK))
    assert NEW_YORK.next_opening(local("2026-06-08 17:00", NEW_YORK)) == local("2026-06-09 09:00", NEW_YORK)
    assert NEW_YORK.next_opening(local("2026-06-08 11:11", NEW_YORK)) == local("2026-06-08 11:11", NEW_YORK)
    assert NEW_YORK.next_opening(local("2026-06-18 18:00", NEW_YORK)) == local("2026-06-22 09:00", NEW_YORK)


def test_own_holidays_and_worked_saturdays_overrule_the_week() -> None:
    calendar = BusinessCalendar(
        "America/New_York",
        country="US",
        holidays=frozenset({date(2026, 6, 9)}),
        working_days=frozenset({date(2026, 6, 13), date(2026, 6, 19)}),
    )
    assert calendar.add_business_hours(local("2026-06-08 16:30", calendar), 4) == local("2026-06-10 12:30", calendar)
    assert calendar.is_business(local("2026-06-13 10:00", calendar))
    assert calendar.is_business(date(2026, 6, 19))


def test_holidays_of_one_country_are_workdays_of_the_other() -> None:
    assert LEIPZIG.is_business(date(2026, 6, 19))
    assert not LEIPZIG.is_business(date(2026, 11, 18))
    assert not BusinessCalendar("Europe/Berlin", country="DE").is_holiday(date(2026, 11, 18))
    assert TOLEDO.is_business(date(2026, 11, 18))


def test_new_york_and_berlin_are_five_hours_apart_in_the_last_week_of_october() -> None:
    for day in range(26, 31):
        call = TOLEDO.at(date(2026, 10, day), time(9))
        assert call == LEIPZIG.at(date(2026, 10, day), time(14))
    assert TOLEDO.at(date(2026, 11, 2), time(9)) == LEIPZIG.at(date(2026, 11, 2), time(15))


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        ("2026-06-08 12:00", "2026-06-08 12:00"),
        ("2026-06-08 17:59", "2026-06-08 17:59"),
        ("2026-06-08 18:00", "2026-06-09 08:00"),
        ("2026-06-09 07:59", "2026-06-09 08:00"),
        ("2026-06-12 18:30", "2026-06-15 08:00"),
        ("2026-06-13 12:00", "2026-06-15 08:00"),
        ("2026-06-18 22:10", "2026-06-22 08:00"),
    ],
)
def test_quiet_is_evenings_weekends_and_holidays(moment: str, ends: str) -> None:
    assert NEW_YORK.quiet_ends(local(moment, NEW_YORK)) == local(ends, NEW_YORK)
    assert NEW_YORK.is_quiet(local(moment, NEW_YORK)) == (moment != ends)


def test_quiet_hours_may_lie_inside_a_day_touch_midnight_or_not_exist() -> None:
    siesta = BusinessCalendar("UTC", quiet_from=time(12), quiet_until=time(14))
    assert siesta.quiet_ends(local("2026-06-08 12:30", siesta)) == local("2026-06-08 14:00", siesta)
    assert not siesta.is_quiet(local("2026-06-08 23:59", siesta))
    night = BusinessCalendar("UTC", quiet_from=time(0), quiet_until=time(6))
    assert night.quiet_ends(local("2026-06-08 23:30", night)) == local("2026-06-08 23:30", night)
    assert night.quiet_ends(local("2026-06-09 00:30", night)) == local("2026-06-09 06:00", night)
    evening = BusinessCalendar("UTC", quiet_from=time(20), quiet_until=time(0))
    assert evening.quiet_ends(local("2026-06-08 21:00", evening)) == local("2026-06-09 00:00", evening)
    never = BusinessCalendar("UTC", quiet_from=time(8), quiet_until=time(8))
    assert not never.is_quiet(local("2026-06-08 03:00", never))
    assert never.is_quiet(local("2026-06-13 03:00", never))


def test_a_place_open_day_and_night_counts_the_real_hours_of_a_changed_day() -> None:
    always = BusinessCalendar("America/New_York", hours=week(time(0), time(0), range(7)))
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)):
        start, end = always.at(day, time(0)), always.at(day + timedelta(days=1), time(0))
        assert always.business_hours_between(start, end) == hours
        assert always.add_business_hours(start, 100) - start == timedelta(hours=100)


def test_a_closing_at_midnight_is_kept_when_nothing_is_added() -> None:
    late = BusinessCalendar("UTC", hours=week(time(16), time(0)))
    closing = late.add_business_hours(local("2026-06-12 20:00", late), 4)
    assert closing == local("2026-06-13 00:00", late) == late.add_business_hours(closing, 0)


# ------------------------------------------------------------------ refused


def test_a_naive_datetime_is_refused_everywhere() -> None:
    naive = datetime(2026, 6, 8, 12)  # noqa: DTZ001 - the mistake itself
    for wrong in (
        lambda: NEW_YORK.is_business(naive),
        lambda: NEW_YORK.add_business_hours(naive, 1),
        lambda: NEW_YORK.add_business_days(naive, 1),
        lambda: NEW_YORK.business_hours_between(naive, naive),
        lambda: NEW_YORK.next_opening(naive),
        lambda: NEW_YORK.next_local(naive, None, time(9)),
        lambda: NEW_YORK.is_quiet(naive),
        lambda: NEW_YORK.quiet_ends(naive),
        lambda: NEW_YORK.local_day(naive),
    ):
        with pytest.raises(ValueError, match="does not say which time zone"):
            wrong()


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), 100_001, "four"])
def test_hours_that_are_no_amount_of_time_are_refused(hours: float) -> None:
    with pytest.raises(ValueError, match="hours"):
        NEW_YORK.add_business_hours(datetime(2026, 6, 8, tzinfo=UTC), hours)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"timezone": "Mars/Olympus"}, "no time zone called 'Mars/Olympus'"),
        ({"timezone": ""}, "no time zone called"),
        ({"timezone": "../../etc/passwd"}, "no time zone called"),
        ({"hours": NINE_TO_FIVE[:5]}, "seven weekdays, not 5"),
        ({"hours": ((),) * 7}, "At least one weekday"),
        ({"hours": week(time(17), time(9))}, "open before they close"),
        ({"hours": (((time(9), time(13)), (time(12), time(17))),) * 7}, "neither overlap"),
        (
            {"holidays": frozenset({date(2026, 6, 9)}), "working_days": frozenset({date(2026, 6, 9)})},
            "2026-06-09",
        ),
        ({"subdivision": "OH"}, "needs its country"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_a_sentence(facts: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        BusinessCalendar(**{"timezone": "UTC", **facts})


@pytest.mark.parametrize(("country", "subdivision"), [("XX", ""), ("US", "ZZ"), ("__doc__", "")])
def test_an_unknown_country_is_refused_when_first_asked(country: str, subdivision: str) -> None:
    with pytest.raises(ValueError, match="No holidays are known"):
        BusinessCalendar("UTC", country=country, subdivision=subdivision).is_business(date(2026, 6, 8))


def test_dates_centuries_away_are_refused_and_never_overflow() -> None:
    with pytest.raises(ValueError, match="out of reach"):
        NEW_YORK.next_opening(datetime(9999, 12, 31, 23, tzinfo=UTC))
    with pytest.raises(ValueError, match="out of reach"):
        NEW_YORK.next_business_day(date(9999, 12, 30))
    with pytest.raises(ValueError, match="too many"):
        NEW_YORK.add_business_days(date(2026, 6, 8), 1_000_000)


def test_a_day_is_not_an_instant() -> None:
    with pytest.raises(ValueError, match="not an instant"):
        NEW_YORK.next_business_day(datetime(2026, 6, 8, tzinfo=UTC))


def test_a_calendar_that_never_opens_again_says_so() -> None:
    closed = BusinessCalendar("UTC", holidays=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(900)))
    with pytest.raises(ValueError, match="no business time within 400 days"):
        closed.add_business_hours(datetime(2026, 6, 8, tzinfo=UTC), 1)
    with pytest.raises(ValueError, match="no business day within 400 days"):
        closed.next_business_day(date(2026, 6, 8))
    with pytest.raises(ValueError, match="quiet for 400 days"):
        closed.quiet_ends(datetime(2026, 6, 8, tzinfo=UTC))
