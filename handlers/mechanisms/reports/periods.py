"""When reports are written, sent, reminded of and given up, and which period each of them is about; pure dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import BusinessCalendar
from handlers.mechanisms.reports.figures import WEEKS
from handlers.timetable import Timetable
from handlers.walltime import at, zone_named

WEEKLY, MONTHLY = "case_report", "exec_summary"
KINDS = (WEEKLY, MONTHLY)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
FURTHEST = 60
"""So many weeks or months a calendar may keep a report waiting: it has no longer closure (see `BusinessDays`)."""


@dataclass(frozen=True)
class Period:
    """What a report is about. `cuts` begin each of the compared stretches (`labels`), the last one ends the period.

    `checked`: the weeks whose health checks it can show.
    """

    kind: str
    label: str
    cuts: tuple[datetime, ...]
    labels: tuple[str, ...]
    checked: tuple[str, ...]

    @property
    def since(self) -> datetime:
        return self.cuts[-2]

    @property
    def until(self) -> datetime:
        return self.cuts[-1]


@dataclass(frozen=True)
class Slot:
    """One report to come or gone by: its nominal day (a Monday, the first of a month) and its moments.

    A `given_up` report that nobody has seen is not worth a message any more.
    """

    nominal: date
    written: datetime
    sent: datetime
    remind: datetime
    given_up: datetime


def week_label(day: date) -> str:
    """ "2026-W23", the ISO week of a day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def period_of(label: str, timezone: str) -> Period:
    """The period of this name on the wall of `timezone`; ValueError for another text."""
    zone = zone_named(timezone)
    if "W" in label:
        year, _, week = label.partition("-W")
        monday = date.fromisocalendar(int(year), int(week), 1)
        days = [monday + number * WEEK for number in range(1 - WEEKS, 2)]
        checked = week_label(monday - WEEK), label
        return Period(WEEKLY, label, _cuts(days, zone), tuple(week_label(day) for day in days[:-1]), checked)
    first = date.fromisoformat(f"{label}-01")
    days = [_month(first, number) for number in range(1 - WEEKS, 2)]
    mondays = (first + number * DAY for number in range((days[-1] - first).days))
    weeks = tuple(week_label(day) for day in mondays if day.weekday() == 0)
    return Period(MONTHLY, label, _cuts(days, zone), tuple(f"{day:%Y-%m}" for day in days[:-1]), weeks)


def about(kind: str, nominal: date) -> str:
    """The name of the period that the report of this nominal day is about: the week or the month before."""
    return week_label(nominal - WEEK) if kind == WEEKLY else f"{_month(nominal, -1):%Y-%m}"


def latest(kind: str, calendar: BusinessCalendar, timetable: Timetable, now: datetime) -> Slot | None:
    """The last report that is to be written by now; None when there is none within reach, or they are off."""
    return next(_back(kind, calendar, timetable, now), None)


def following(kind: str, calendar: BusinessCalendar, timetable: Timetable, now: datetime) -> Slot | None:
    """The next report after now; None when they are off."""
    if not is_on(kind, timetable):
        return None
    before = latest(kind, calendar, timetable, now)
    nominal = (
        before.nominal if before is not None else _step(kind, nominal_at(kind, calendar.local_day(now)), -FURTHEST)
    )
    while (slot := slot_of(kind, _step(kind, nominal, 1), calendar, timetable)).written <= now:
        nominal = slot.nominal
    return slot


def missed(kind: str, calendar: BusinessCalendar, timetable: Timetable, since: datetime, last: Slot) -> list[str]:
    """The periods before the last slot's whose reports should have been written from `since` on; oldest first."""
    slots = _back(kind, calendar, timetable, last.written)
    older = (slot for slot in slots if slot.nominal < last.nominal)
    found = []
    for slot in older:
        if slot.written < since:
            break
        found.append(about(kind, slot.nominal))
    return found[::-1]


def is_on(kind: str, timetable: Timetable) -> bool:
    """Whether this client gets reports of this kind at all."""
    return timetable.case_report.on if kind == WEEKLY else timetable.exec_summary.on


def slot_of(kind: str, nominal: date, calendar: BusinessCalendar, timetable: Timetable) -> Slot:
    """All moments of one report; what falls on a day without business moves to the next business day."""
    weekly = timetable.case_report
    if kind == WEEKLY:
        days = [
            calendar.at_or_after_business_day(nominal + weekday * DAY)
            for weekday in (weekly.weekday, weekly.remind_weekday, weekly.unreviewed_weekday)
        ]
        written, sent = weekly.written, weekly.sent
    else:
        monthly = timetable.exec_summary
        day = calendar.at_or_after_business_day(nominal)
        for _ in range(monthly.business_day - 1):
            day = calendar.next_business_day(day)
        later = (monthly.remind_days, monthly.unreviewed_days)
        days = [day, *(calendar.add_business_days(day, count) for count in later)]
        written, sent = monthly.written, max(monthly.sent, monthly.written)
    return Slot(
        nominal,
        _wall(calendar, days[0], written),
        _wall(calendar, days[0], sent),
        _wall(calendar, days[1], weekly.remind),
        _wall(calendar, days[2], weekly.unreviewed),
    )


def after_release(
    kind: str, label: str, released_at: datetime, calendar: BusinessCalendar, timetable: Timetable
) -> tuple[datetime | None, datetime]:
    """(when its readers are reminded, when it is given up) of a report that went out at this moment.

    They have a business day at least: what goes out later in the week is waited for until the end of the next. Nobody
    is reminded on the day on which it came.
    """
    nominal = nominal_of(label)
    slot = slot_of(kind, nominal, calendar, timetable)
    while slot.given_up < calendar.add_business_days(released_at, 1):
        nominal += WEEK
        slot = slot_of(kind, nominal, calendar, timetable)
    later = calendar.local_day(slot.remind) > calendar.local_day(released_at)
    return slot.remind if later and slot.remind < slot.given_up else None, slot.given_up


def nominal_of(label: str) -> date:
    """The nominal day of the report about this period."""
    if "W" in label:
        year, _, week = label.partition("-W")
        return date.fromisocalendar(int(year), int(week), 1) + WEEK
    return _month(date.fromisoformat(f"{label}-01"), 1)


def _back(kind: str, calendar: BusinessCalendar, timetable: Timetable, now: datetime) -> Iterator[Slot]:
    """The slots that are to be written by now, the last one first."""
    nominal = nominal_at(kind, calendar.local_day(now))
    for number in range(FURTHEST if is_on(kind, timetable) else 0):
        slot = slot_of(kind, _step(kind, nominal, -number), calendar, timetable)
        if slot.written <= now:
            yield slot


def nominal_at(kind: str, day: date) -> date:
    """The nominal day of the week or month in which this day is."""
    return day - day.weekday() * DAY if kind == WEEKLY else day.replace(day=1)


def _step(kind: str, nominal: date, count: int) -> date:
    return nominal + count * WEEK if kind == WEEKLY else _month(nominal, count)


def _month(first: date, count: int) -> date:
    """The first of the month so many months later."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _cuts(days: list[date], zone: ZoneInfo) -> tuple[datetime, ...]:
    return tuple(at(day, time(0), zone) for day in days)


def _wall(calendar: BusinessCalendar, day: date, wall: str) -> datetime:
    return calendar.at(day, time.fromisoformat(wall))
