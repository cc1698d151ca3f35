"""Business time of one place: hours and days added and counted, quiet hours, right across clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import overload

from handlers.businessdays import LONGEST_CLOSURE, NINE_TO_FIVE, BusinessDays, Span, Week, week
from handlers.walltime import ONE_DAY, in_utc

__all__ = ["NINE_TO_FIVE", "BusinessCalendar", "Span", "Week", "week"]

ONE_MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_AN_HOUR = 3_600_000_000
MOST_HOURS = 100_000
MOST_DAYS = 20_000


@dataclass(frozen=True)
class BusinessCalendar(BusinessDays):
    """When one place works and when it wants to be left alone.

    Quiet is `quiet_from` to `quiet_until` local, and all of every day that is not a business day; two equal times
    mean no quiet hours on business days. Instants are aware datetimes (any zone in, UTC out), days are dates, and a
    naive datetime is a ValueError. Everything costs time with the days crossed, never with the minutes.
    """

    quiet_from: time = time(18)
    quiet_until: time = time(8)

    # ------------------------------------------------------------------ business time

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself in business time, else the start of the next business time."""
        moment = in_utc(instant)
        start, _ = next(self._open_from(moment))
        return max(start, moment)

    def add_business_hours(self, instant: datetime, hours: float | Fraction) -> datetime:
        """The first instant by which that much business time has passed (a closing instant may be the answer).

        Zero hours from a closed moment is the next opening. ValueError for negative, endless or more than
        100,000 hours.
        """
        left = _microseconds(hours)
        moment = in_utc(instant)
        for start, end in self._open_from(moment, touching=True):
            begin = max(start, moment)
            room = (end - begin) // ONE_MICROSECOND
            if left <= room:
                return begin + left * ONE_MICROSECOND
            left -= room
        raise AssertionError("business time never ends")

    def business_hours_between(self, start: datetime, end: datetime) -> Fraction:
        """The business time from `start` to `end` in hours, exact; negative when `end` comes first."""
        first, last = in_utc(start), in_utc(end)
        if last < first:
            return -self.business_hours_between(last, first)
        day, until, total = self.local_day(first), self.local_day(last), timedelta()
        while day <= until:
            for opens, closes in self.open_spans(day):
                total += max(min(closes, last) - max(opens, first), timedelta())
            day += ONE_DAY
        return Fraction(total // ONE_MICROSECOND, MICROSECONDS_AN_HOUR)

    @overload
    def add_business_days(self, moment: datetime, count: int) -> datetime: ...
    @overload
    def add_business_days(self, moment: date, count: int) -> date: ...
    def add_business_days(self, moment: date | datetime, count: int) -> date | datetime:
        """The `count`-th business day after (negative: before) a day; from an instant, the same wall time there.

        A closed instant counts from the next opening, and a wall time outside that day's hours becomes its next
        opening, or its closing when it has none left. A day plus 0 is the day itself or the next business day.
        ValueError beyond 20,000 days.
        """
        if abs(count) > MOST_DAYS:
            raise ValueError(f"{count} business days are too many to count; the most is {MOST_DAYS}.")
        if not isinstance(moment, datetime):
            return self._business_day(moment, count)
        opening = self.next_opening(moment)
        local = opening.astimezone(self.zone)
        day = self._business_day(local.date(), count)
        if day == local.date():
            return opening
        there = self.at(day, local.time())
        last = there
        for start, end in self.open_spans(day):
            if there <= end:
                return max(start, there)
            last = end
        return last

    def _business_day(self, day: date, count: int) -> date:
        if count == 0:
            return self.at_or_after_business_day(day)
        for _ in range(abs(count)):
            day = self.next_business_day(day) if count > 0 else self.previous_business_day(day)
        return day

    def _open_from(self, moment: datetime, *, touching: bool = False) -> Iterator[tuple[datetime, datetime]]:
        """Business time from the span around `moment` on, endless; `touching`: also the span that ends at it."""
        day, idle = self.local_day(moment) - ONE_DAY, 0  # a span may end at midnight
        while idle < LONGEST_CLOSURE:
            for start, end in self.open_spans(day):
                if end > moment or (touching and end == moment):
                    idle = 0
                    yield start, end
            day, idle = day + ONE_DAY, idle + 1
        raise ValueError(f"There is no business time within {LONGEST_CLOSURE} days before {day.isoformat()}.")

    # ------------------------------------------------------------------ quiet hours

    def is_quiet(self, instant: datetime) -> bool:
        """Whether to hold what can wait: in quiet hours, on weekends and on holidays."""
        moment = in_utc(instant)
        return not any(start <= moment < end for start, end in self._loud(self.local_day(moment)))

    def quiet_ends(self, instant: datetime) -> datetime:
        """The instant itself when it is not quiet, else the first one that is not."""
        moment = in_utc(instant)
        first = self.local_day(moment)
        for offset in range(LONGEST_CLOSURE):
            for start, end in self._loud(first + timedelta(days=offset)):
                if end > moment:
                    return max(start, moment)
        raise ValueError(f"It stays quiet for {LONGEST_CLOSURE} days after {first.isoformat()}.")

    def _loud(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if not self.is_business_day(day):
            return ()
        midnight, starts, ends = time(0), self.quiet_from, self.quiet_until
        if starts == ends:
            return self.spans_at(day, ((midnight, midnight),))
        if starts > ends or starts == midnight:
            return self.spans_at(day, ((ends, starts),))
        return self.spans_at(day, ((midnight, starts), (ends, midnight)))


def _microseconds(hours: float | Fraction) -> int:
    try:
        exact = Fraction(hours)
    except (OverflowError, ValueError, TypeError):
        raise ValueError(f"{hours!r} is not a number of hours.") from None
    if not 0 <= exact <= MOST_HOURS:
        raise ValueError(f"Business hours to add are between 0 and {MOST_HOURS}, not {hours}.")
    return round(exact * MICROSECONDS_AN_HOUR)
