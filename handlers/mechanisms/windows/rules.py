"""What a time on offer has to keep to: how big the work is, how much notice that needs, and until when to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.calendar import BusinessCalendar
from handlers.commands import Window
from handlers.mechanisms.windows.spans import exact, overlap
from handlers.walltime import FIRST_YEAR, LAST_YEAR, ONE_DAY

MOST_WINDOWS = 3
LONGEST = timedelta(days=7)
FURTHEST = timedelta(days=730)
MINOR_BELOW, MAJOR_ABOVE = timedelta(minutes=30), timedelta(hours=4)

NOTICE: Mapping[str, int] = {"minor": 3, "normal": 5, "major": 10}
"""Business days of notice by size, where a client's rules say nothing else."""

DAYS_TO_PLAN = 2
"""An answer is needed that many business days before the earliest time."""

ORDINALS = ("first", "second", "third")


@dataclass(frozen=True)
class Office:
    """A touched office and when it works; `location_id` "" is a client without offices."""

    location_id: str
    name: str
    calendar: BusinessCalendar


@dataclass(frozen=True)
class Rated:
    """How big the work in a window is, and the business days of notice it needs and has."""

    size: str
    needed_days: int
    given_days: int

    @property
    def short(self) -> bool:
        """Whether whoever says yes has to consent to a short notice."""
        return self.given_days < self.needed_days


def mistake_in(windows: Sequence[Window], now: datetime) -> str:
    """What is wrong with these times as an offer, as a sentence; "" when nothing is."""
    if not windows:
        return "Please give at least one time."
    if len(windows) > MOST_WINDOWS:
        return "Please give at most three times."
    for which, one in zip(ORDINALS, windows, strict=False):
        if one.starts_at.utcoffset() is None or one.ends_at.utcoffset() is None:
            return f"The {which} time does not say which time zone it is in."
        if not all(FIRST_YEAR <= moment.year <= LAST_YEAR for moment in (one.starts_at, one.ends_at)):
            return f"The {which} time lies centuries away."
        one = exact(one)
        if one.ends_at <= one.starts_at:
            return f"The {which} time ends before it begins."
        if one.starts_at <= now:
            return f"The {which} time begins in the past."
        if one.ends_at - one.starts_at > LONGEST:
            return f"The {which} time is longer than a week."
        if one.starts_at - now > FURTHEST:
            return f"The {which} time is more than two years ahead."
    if len({exact(one) for one in windows}) < len(windows):
        return "Two of the times are the same."
    return ""


def opening_times(window: Window, calendar: BusinessCalendar) -> tuple[Window, ...]:
    """The business time that the window touches, as spans of whole openings in order."""
    day, last = calendar.local_day(window.starts_at) - ONE_DAY, calendar.local_day(window.ends_at)
    found = []
    while day <= last:
        found += [one for span in calendar.open_spans(day) if overlap(one := Window(*span), window)]
        day += ONE_DAY
    return tuple(found)


def size_of(window: Window, offices: Sequence[Office]) -> str:
    """minor, normal or major: what touches several offices, business hours or more than four hours is major."""
    window = exact(window)
    lasts = window.ends_at - window.starts_at
    if len(offices) > 1 or lasts > MAJOR_ABOVE or any(opening_times(window, one.calendar) for one in offices):
        return "major"
    return "minor" if lasts < MINOR_BELOW else "normal"


def given_days(offered_at: datetime, starts_at: datetime, calendar: BusinessCalendar) -> int:
    """Business days from the local day of the offer, which counts, up to the day before the start."""
    day, until = calendar.local_day(offered_at), calendar.local_day(starts_at)
    return sum(calendar.is_business_day(day + timedelta(days=n)) for n in range((until - day).days))


def rated(
    window: Window,
    offices: Sequence[Office],
    calendar: BusinessCalendar,
    offered_at: datetime,
    notice: Mapping[str, int] = NOTICE,
) -> Rated:
    """The window's size and notice. `calendar` is the client's, `offered_at` when this very time was first offered."""
    size = size_of(window, offices)
    return Rated(size, notice[size], given_days(offered_at, window.starts_at, calendar))


def latest_day(
    window: Window, offices: Sequence[Office], calendar: BusinessCalendar, notice: Mapping[str, int] = NOTICE
) -> date:
    """The last local day on which the window can be offered without being short notice."""
    return calendar.add_business_days(calendar.local_day(window.starts_at), -notice[size_of(window, offices)])


def expiry(windows: Iterable[Window], calendar: BusinessCalendar, now: datetime) -> datetime:
    """Until when an answer counts: closing time two business days before the earliest start.

    When that has passed already: one business hour before the start, and at the latest the start itself.
    """
    start = min(exact(one).starts_at for one in windows)
    closing = _closing_before(start, calendar)
    return next((moment for moment in (closing, _an_hour_before(start, calendar)) if moment > now), start)


def expiry_anew(windows: Iterable[Window], calendar: BusinessCalendar, now: datetime, known: datetime) -> datetime:
    """The same by other hours, of an offer that everybody has read ends at `known`.

    Where by these hours it would have ended already, or was short from the beginning, it ends when people have read.
    """
    closing = _closing_before(min(exact(one).starts_at for one in windows), calendar)
    return closing if closing > now else known


def _closing_before(start: datetime, calendar: BusinessCalendar) -> datetime:
    day = calendar.add_business_days(calendar.local_day(start), -DAYS_TO_PLAN)
    return calendar.open_spans(day)[-1][1]


def _an_hour_before(start: datetime, calendar: BusinessCalendar) -> datetime:
    """The latest moment from which a whole business hour passes until `start`, openings added up."""
    left, day = timedelta(hours=1), calendar.at_or_before_business_day(calendar.local_day(start))
    while True:
        for opens, closes in reversed(calendar.open_spans(day)):
            room = min(closes, start) - opens
            if room >= left:
                return min(closes, start) - left
            left -= max(room, timedelta())
        day = calendar.previous_business_day(day)
