"""The rules of offered times: the figures people were promised, and laws that hold across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import BusinessCalendar
from handlers.commands import Window
from handlers.mechanisms.windows.conflicts import Liked, NoWork, Taken, conflicts, remarks
from handlers.mechanisms.windows.rules import (
    Office,
    expiry,
    given_days,
    latest_day,
    mistake_in,
    opening_times,
    rated,
    size_of,
)
from handlers.mechanisms.windows.spans import Weekly, overlap, window_said, within

NORTHGATE = BusinessCalendar("America/New_York", country="US", subdivision="OH")
TOLEDO = Office("loc_toledo", "Toledo", NORTHGATE)
LEIPZIG = Office("loc_leipzig", "Leipzig", BusinessCalendar("Europe/Berlin", country="DE", subdivision="SN"))
CEDAR = Office("", "Cedar Ridge Pediatrics", BusinessCalendar("America/Denver", country="US", subdivision="CO"))
MONDAYS = NoWork("blk_1", "", "the waiting room is full", Weekly((0,), time(7), time(12)))


def window(start: str, end: str, timezone: str = "America/New_York") -> Window:
    zone = ZoneInfo(timezone)
    return Window(datetime.fromisoformat(start).replace(tzinfo=zone), datetime.fromisoformat(end).replace(tzinfo=zone))


def instants(first: datetime, days: int) -> st.SearchStrategy[datetime]:
    """Any minute of that many days."""
    return st.integers(0, days * 24 * 60).map(lambda minutes: first + timedelta(minutes=minutes))


TWO_YEARS = instants(datetime(2026, 1, 1, tzinfo=UTC), 730)
AUTUMN = instants(datetime(2026, 10, 23, tzinfo=UTC), 11)
SATURDAY = window("2026-06-20 18:00", "2026-06-20 22:00")
SUNDAY = window("2026-06-21 06:00", "2026-06-21 10:00")


# ------------------------------------------------------------------ notice and expiry


def test_the_firewall_work_of_june_20_has_ten_days_when_offered_on_june_5_and_no_later() -> None:
    offices = [TOLEDO, LEIPZIG]
    friday = datetime(2026, 6, 5, 16, 30, tzinfo=NORTHGATE.zone)
    assert latest_day(SATURDAY, offices, NORTHGATE) == date(2026, 6, 5)
    offered = rated(SATURDAY, offices, NORTHGATE, friday)
    assert (offered.size, offered.needed_days, offered.given_days, offered.short) == ("major", 10, 10, False)
    assert rated(SATURDAY, offices, NORTHGATE, friday + timedelta(days=3)).short


def test_an_offer_late_in_the_evening_counts_for_its_own_local_day() -> None:
    evening = datetime(2026, 6, 6, 3, 30, tzinfo=UTC)  # Fri Jun 5, 11:30 PM in Toledo
    assert given_days(evening, SATURDAY.starts_at, NORTHGATE) == 10


@pytest.mark.parametrize(
    ("start", "end", "size"),
    [
        ("2026-06-20 18:00", "2026-06-20 18:29", "minor"),
        ("2026-06-20 18:00", "2026-06-20 18:30", "normal"),
        ("2026-06-20 18:00", "2026-06-20 22:00", "normal"),
        ("2026-06-20 18:00", "2026-06-20 22:01", "major"),
        ("2026-06-22 16:50", "2026-06-22 17:10", "major"),
        ("2026-06-22 17:00", "2026-06-22 17:20", "minor"),
        ("2026-06-22 08:40", "2026-06-22 09:00", "minor"),
        ("2026-06-19 10:00", "2026-06-19 12:00", "normal"),  # a holiday
        ("2026-10-31 22:00", "2026-11-01 02:00", "major"),  # five hours: clocks go back at two
    ],
)
def test_the_size_follows_length_and_business_hours(start: str, end: str, size: str) -> None:
    assert size_of(window(start, end), [TOLEDO]) == size


def test_work_at_several_offices_is_major_however_short() -> None:
    assert size_of(window("2026-06-20 18:00", "2026-06-20 18:10"), [TOLEDO, LEIPZIG]) == "major"


def test_business_hours_of_the_other_office_count_on_its_own_wall() -> None:
    early = window("2026-06-22 03:30", "2026-06-22 03:50")  # 09:30 in Leipzig
    assert size_of(early, [TOLEDO]) == "minor"
    assert size_of(early, [LEIPZIG]) == "major"


def test_answers_count_until_closing_two_business_days_before_the_earliest_time() -> None:
    offered = datetime(2026, 6, 5, 9, tzinfo=NORTHGATE.zone)
    until = datetime(2026, 6, 17, 17, tzinfo=NORTHGATE.zone)  # Jun 19 is a holiday
    assert expiry([SUNDAY, SATURDAY], NORTHGATE, offered) == until


@pytest.mark.parametrize(
    ("offered", "start", "until"),
    [
        ("2026-06-17 17:00", "2026-06-20 18:00", "2026-06-18 16:00"),  # the hour before lies before the holiday
        ("2026-06-08 11:00", "2026-06-09 10:30", "2026-06-09 09:30"),
        ("2026-06-08 11:00", "2026-06-09 09:30", "2026-06-08 16:30"),  # half an hour of Monday, half of Tuesday
        ("2026-06-18 16:30", "2026-06-20 18:00", "2026-06-20 18:00"),
        ("2026-06-08 11:00", "2026-06-08 11:20", "2026-06-08 11:20"),
    ],
)
def test_an_offer_of_short_notice_can_be_answered_until_an_hour_before_and_never_after_the_start(
    offered: str, start: str, until: str
) -> None:
    one = window(start, start)
    now, end = window(offered, until).starts_at, window(offered, until).ends_at
    assert expiry([Window(one.starts_at, one.starts_at + timedelta(hours=1))], NORTHGATE, now) == end


@given(
    start=TWO_YEARS,
    ahead=st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
)
def test_an_answer_is_possible_after_the_offer_and_never_after_the_start(start: datetime, ahead: timedelta) -> None:
    until = expiry([Window(start, start + timedelta(hours=1))], NORTHGATE, start - ahead)
    assert start - ahead < until <= start


@given(
    start=TWO_YEARS,
    minutes=st.integers(1, 600),
)
def test_the_latest_day_has_the_notice_that_is_needed_and_the_next_business_day_has_not(
    start: datetime, minutes: int
) -> None:
    one = Window(start, start + timedelta(minutes=minutes))
    day = latest_day(one, [TOLEDO], NORTHGATE)
    in_time = rated(one, [TOLEDO], NORTHGATE, NORTHGATE.at(day, time(12)))
    late = rated(one, [TOLEDO], NORTHGATE, NORTHGATE.at(NORTHGATE.next_business_day(day), time(12)))
    assert not in_time.short and in_time.given_days == in_time.needed_days
    assert late.short


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("windows", "sentence"),
    [
        ((), "Please give at least one time."),
        ((SATURDAY, SUNDAY, SATURDAY, SUNDAY), "Please give at most three times."),
        ((SATURDAY, Window(SUNDAY.ends_at, SUNDAY.starts_at)), "The second time ends before it begins."),
        ((Window(SUNDAY.starts_at, SUNDAY.starts_at),), "The first time ends before it begins."),
        ((window("2026-06-05 09:00", "2026-06-05 10:00"),), "The first time begins in the past."),
        ((window("2026-06-20 09:00", "2026-06-27 09:01"),), "The first time is longer than a week."),
        ((window("2036-06-20 09:00", "2036-06-20 10:00"),), "The first time is more than two years ahead."),
        ((Window(SUNDAY.starts_at, datetime.max.replace(tzinfo=UTC)),), "The first time lies centuries away."),
        ((SATURDAY, SATURDAY), "Two of the times are the same."),
        (
            (Window(datetime(2026, 6, 20, 9), datetime(2026, 6, 20, 10)),),  # noqa: DTZ001
            "The first time does not say which time zone it is in.",
        ),
        ((SATURDAY, SUNDAY), ""),
        ((window("2026-06-20 09:00", "2026-06-27 09:00"),), ""),
    ],
)
def test_what_is_wrong_with_an_offer_is_said(windows: tuple[Window, ...], sentence: str) -> None:
    assert mistake_in(windows, datetime(2026, 6, 5, 9, tzinfo=NORTHGATE.zone)) == sentence


def test_the_same_time_in_another_zone_is_the_same_time() -> None:
    there = Window(*(moment.astimezone(LEIPZIG.calendar.zone) for moment in (SATURDAY.starts_at, SATURDAY.ends_at)))
    assert mistake_in((SATURDAY, there), datetime(2026, 6, 5, tzinfo=UTC)) == "Two of the times are the same."


# ------------------------------------------------------------------ blackouts, hours, holidays, other work


def test_a_clinic_that_wants_no_work_on_monday_mornings_speaks_against_monday_at_eight() -> None:
    monday = window("2026-06-22 08:00", "2026-06-22 08:30", "America/Denver")
    found = conflicts(monday, [CEDAR], [MONDAYS])
    assert [(one.kind, one.source) for one in found] == [("blackout", "blk_1")]
    assert found[0].sentence == (
        "Cedar Ridge Pediatrics wants no work on Mon 7:00 AM to 12:00 PM: the waiting room is full."
    )
    noon = window("2026-06-22 12:00", "2026-06-22 12:30", "America/Denver")
    assert [one.kind for one in conflicts(noon, [CEDAR], [MONDAYS])] == ["hours"]


def test_saturday_evening_in_toledo_is_sunday_night_in_leipzig() -> None:
    assert window_said(SATURDAY, "America/New_York") == "Sat Jun 20, 6:00 PM to 10:00 PM EDT"
    assert window_said(SATURDAY, "Europe/Berlin") == "Sun Jun 21, 00:00 to 04:00 CEST"
    night_shift = NoWork("blk_2", "loc_leipzig", "the night shift works", Weekly((5,), time(22), time(6)))
    found = conflicts(SATURDAY, [TOLEDO, LEIPZIG], [night_shift])
    assert [one.sentence for one in found] == [
        "Leipzig wants no work on Sat 22:00 to 06:00: the night shift works.",
    ]
    assert conflicts(SUNDAY, [TOLEDO, LEIPZIG], [night_shift]) == ()


def test_hours_and_holidays_are_those_of_each_office() -> None:
    juneteenth = window("2026-06-19 10:00", "2026-06-19 10:20")
    found = conflicts(juneteenth, [TOLEDO, LEIPZIG])
    assert [one.sentence for one in found] == [
        "Fri Jun 19 is a holiday at Toledo.",
        "It falls into business hours of Leipzig: Fri Jun 19, 09:00 to 17:00 CEST.",
    ]


def test_a_week_of_work_names_the_first_opening_it_falls_into_and_counts_the_others() -> None:
    long = window("2026-06-21 12:00", "2026-06-25 12:00")
    assert [one.sentence for one in conflicts(long, [TOLEDO])] == [
        "It falls into business hours of Toledo: Mon Jun 22, 9:00 AM to 5:00 PM EDT, and on 3 more days."
    ]


def test_other_work_at_the_same_office_is_named_and_at_another_office_it_is_none() -> None:
    other = Taken("D-3", ("loc_toledo",), window("2026-06-20 20:00", "2026-06-21 01:00"), agreed=True)
    assert [one.sentence for one in conflicts(SATURDAY, [TOLEDO, LEIPZIG], taken=[other])] == [
        "D-3 is agreed for Toledo at that time: Sat Jun 20, 8:00 PM to Sun Jun 21, 1:00 AM EDT."
    ]
    assert conflicts(SATURDAY, [LEIPZIG], taken=[other]) == ()
    after = Taken("D-4", ("loc_toledo",), Window(SATURDAY.ends_at, SUNDAY.starts_at), agreed=False)
    assert conflicts(SATURDAY, [TOLEDO], taken=[after]) == ()


def test_a_single_blackout_is_named_with_its_day_and_zone() -> None:
    audit = NoWork("blk_3", "", "The auditors are here!", once=window("2026-06-20 00:00", "2026-06-22 00:00"))
    assert [one.sentence for one in conflicts(SUNDAY, [LEIPZIG], [audit])] == [
        "Leipzig wants no work Sat Jun 20, 06:00 to Mon Jun 22, 06:00 CEST: The auditors are here!"
    ]


def test_a_preference_is_a_remark_and_an_office_of_its_own_mind_is_heard_first() -> None:
    weekends = Liked("", Weekly((5, 6), time(0), time(0)))
    mornings = Liked("loc_leipzig", Weekly((6,), time(6), time(12)))
    assert remarks(SATURDAY, [TOLEDO], [weekends, mornings]) == ()
    assert remarks(window("2026-06-20 20:00", "2026-06-21 04:00"), [TOLEDO], [weekends]) == ()
    assert remarks(SUNDAY, [TOLEDO, LEIPZIG], [weekends, mornings]) == (
        "outside the preferred times of Leipzig: Sun 06:00 to 12:00.",
    )
    assert remarks(window("2026-06-22 18:00", "2026-06-22 18:20"), [TOLEDO], [weekends]) == (
        "outside the preferred times of Toledo: Sat and Sun all day.",
    )


# ------------------------------------------------------------------ clock changes


def test_the_times_between_two_continents_are_right_in_the_week_when_only_one_has_changed_its_clocks() -> None:
    tuesday = window("2026-10-27 18:00", "2026-10-27 20:00")
    assert window_said(tuesday, "America/New_York") == "Tue Oct 27, 6:00 PM to 8:00 PM EDT"
    assert window_said(tuesday, "Europe/Berlin") == "Tue Oct 27, 23:00 to Wed Oct 28, 01:00 CET"
    after = window("2026-11-03 18:00", "2026-11-03 20:00")
    assert window_said(after, "Europe/Berlin") == "Wed Nov 4, 00:00 to 02:00 CET"


def test_a_window_over_the_change_names_both_zones() -> None:
    night = window("2026-10-24 22:00", "2026-10-25 04:00", "Europe/Berlin")
    assert window_said(night, "Europe/Berlin") == "Sat Oct 24, 22:00 CEST to Sun Oct 25, 04:00 CET"


def test_a_weekly_blackout_covers_both_turns_of_a_repeated_hour_and_no_swallowed_one() -> None:
    nights = Weekly((6,), time(2, 15), time(2, 45))
    autumn = window("2026-10-24 12:00", "2026-10-25 12:00", "Europe/Berlin")
    (both,) = nights.during(autumn, "Europe/Berlin")
    assert both.ends_at - both.starts_at == timedelta(hours=1, minutes=30)
    spring = window("2026-03-28 12:00", "2026-03-29 12:00", "Europe/Berlin")
    assert nights.during(spring, "Europe/Berlin") == ()


ZONES = ("America/New_York", "America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
WEEKS = tuple(datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 5), (3, 26), (10, 1), (10, 23)))


@settings(max_examples=300)
@given(
    zone=st.sampled_from(ZONES),
    week=st.sampled_from(WEEKS),
    minute=st.integers(0, 12 * 24 * 60),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    starts=WALLS,
    ends=WALLS,
)
def test_whatever_the_wall_shows_within_a_weekly_time_is_part_of_it_in_weeks_of_clock_changes(
    zone: str, week: datetime, minute: int, weekdays: tuple[int, ...], starts: time, ends: time
) -> None:
    instant = week + timedelta(minutes=minute)
    local = instant.astimezone(ZoneInfo(zone))
    wall, today, yesterday = local.time(), local.weekday() in weekdays, (local.weekday() - 1) % 7 in weekdays
    shown = today and starts <= wall < ends
    if ends <= starts:
        shown = (today and wall >= starts) or (yesterday and wall < ends)
    found = Weekly(weekdays, starts, ends).during(Window(instant, instant + timedelta(minutes=1)), zone)
    if shown:
        assert found
    elif found:
        other = instant + (timedelta(hours=1) if local.fold == 0 else -timedelta(hours=1))
        turned = local.utcoffset() != other.astimezone(ZoneInfo(zone)).utcoffset()
        turned |= local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        assert turned, "only the hour that a clock change repeats may be covered more widely"


@given(
    start=AUTUMN,
    hours=st.integers(1, 100),
    zone=st.sampled_from(ZONES),
)
def test_opening_times_and_blackouts_found_for_a_window_overlap_it(start: datetime, hours: int, zone: str) -> None:
    one = Window(start, start + timedelta(hours=hours))
    for span in (
        *opening_times(one, BusinessCalendar(zone)),
        *Weekly((0, 2, 6), time(22), time(4)).during(one, zone),
    ):
        assert overlap(span, one)
    assert within(one, Weekly(tuple(range(7)), time(0), time(0)).during(one, zone))
