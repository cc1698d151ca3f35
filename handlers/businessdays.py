"""Business days of one place: opening hours of a week, holidays, days worked besides, and local wall time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from handlers.daysoff import public_holidays
from handlers.walltime import ONE_DAY, at, in_utc, near, next_wall, zone_named

Span = tuple[time, time]
"""Opening and closing wall time; a closing of 00:00 is the midnight that ends the day."""

Week = tuple[tuple[Span, ...], ...]
"""The opening spans of Monday to Sunday, several a day and in order."""


def week(opens: time, closes: time, weekdays: Iterable[int] = range(5)) -> Week:
    """The same hours on every given weekday (0 = Monday), closed on the others."""
    open_days = frozenset(weekdays)
    return tuple(((opens, closes),) if weekday in open_days else () for weekday in range(7))


NINE_TO_FIVE: Week = week(time(9), time(17))

LONGEST_CLOSURE = 400
"""Days without business after which a calendar is taken for a mistake."""


@dataclass(frozen=True)
class BusinessDays:
    """On which local days, from when until when, one place works.

    `timezone` is an IANA name. `hours` are the opening spans of a week (see `week`).
    `country` and `subdivision` name public holidays ("" for none); `holidays` are days off and `working_days` days
    worked besides (a worked Saturday has the hours of the week's first open day).
    ValueError with a sentence for a calendar that cannot be.
    """

    timezone: str
    hours: Week = NINE_TO_FIVE
    country: str = ""
    subdivision: str = ""
    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        zone_named(self.timezone)
        if len(self.hours) != 7:
            raise ValueError(f"Business hours are given for seven weekdays, not {len(self.hours)}.")
        if not any(self.hours):
            raise ValueError("At least one weekday needs business hours.")
        for spans in self.hours:
            walls = [wall for span in spans for wall in span]
            if walls and walls[-1] == time(0):
                walls[-1] = time.max
            if any(later <= earlier for earlier, later in pairwise(walls)):
                raise ValueError("Business hours open before they close, and a day's spans neither overlap nor touch.")
        if both := self.holidays & self.working_days:
            raise ValueError(f"{min(both).isoformat()} is given as a holiday and as a working day.")
        if self.subdivision and not self.country:
            raise ValueError("A subdivision needs its country.")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return zone_named(self.timezone)

    # ------------------------------------------------------------------ days

    def is_holiday(self, day: date) -> bool:
        """Whether the place is closed by holiday that day, its own or a public one it does not work through."""
        if day in self.holidays:
            return True
        if not self.country or day in self.working_days:
            return False
        return day in public_holidays(self.country, self.subdivision, day.year)

    def is_business_day(self, day: date) -> bool:
        """Whether the place works on that local day."""
        return day in self.working_days or (bool(self.hours[day.weekday()]) and not self.is_holiday(day))

    def is_business(self, moment: date | datetime) -> bool:
        """Whether a day is a business day, or an instant lies in business time (the closing instant does not)."""
        if isinstance(moment, datetime):
            instant = in_utc(moment)
            return any(start <= instant < end for start, end in self.open_spans(self.local_day(instant)))
        return self.is_business_day(moment)

    def at_or_after_business_day(self, day: date) -> date:
        """That day if it is a business day, else the next one."""
        return self._step(day, ONE_DAY)

    def at_or_before_business_day(self, day: date) -> date:
        """That day if it is a business day, else the one before."""
        return self._step(day, -ONE_DAY)

    def next_business_day(self, day: date) -> date:
        """The first business day after that day."""
        return self._step(day + ONE_DAY, ONE_DAY)

    def previous_business_day(self, day: date) -> date:
        """The last business day before that day."""
        return self._step(day - ONE_DAY, -ONE_DAY)

    def _step(self, day: date, step: timedelta) -> date:
        if isinstance(day, datetime):
            raise ValueError("A local day is needed here, not an instant.")
        near(day)
        for _ in range(LONGEST_CLOSURE):
            if self.is_business_day(day):
                return day
            day += step
        raise ValueError(f"There is no business day within {LONGEST_CLOSURE} days of {day.isoformat()}.")

    # ------------------------------------------------------------------ local time

    def local_day(self, instant: datetime) -> date:
        """The date on the wall there."""
        return in_utc(instant).astimezone(self.zone).date()

    def at(self, day: date, wall: time) -> datetime:
        """The instant of a local wall time: after the gap when it is skipped, the first one when it is repeated."""
        return at(day, wall, self.zone)

    def next_local(self, instant: datetime, weekday: int | None, wall: time) -> datetime:
        """The next local wall time strictly after `instant`, daily (None) or weekly (0 = Monday)."""
        return next_wall(instant, weekday, wall, self.zone)

    def open_spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The business time of one local day as UTC instants; empty when the place is closed."""
        if not self.is_business_day(day):
            return ()
        spans = self.hours[day.weekday()] or next(filter(None, self.hours))
        return self.spans_at(day, spans)

    def spans_at(self, day: date, spans: tuple[Span, ...]) -> tuple[tuple[datetime, datetime], ...]:
        """Wall-time spans of one local day as UTC instants, without those that a clock change swallows."""
        found = (
            (self.at(day, opens), self.at(day + ONE_DAY if closes == time(0) else day, closes))
            for opens, closes in spans
        )
        return tuple((start, end) for start, end in found if start < end)
