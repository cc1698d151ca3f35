"""Times of a week and single times on the wall of a place: when exactly they are, and how a sentence names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.commands import Window
from handlers.mechanisms.plainwords import TWELVE_HOURS
from handlers.walltime import ONE_DAY, at, in_utc, zone_named

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Weekly:
    """The same wall times on some weekdays (0 = Monday); an end that is not after the start is on the next day.

    So 22:00 to 06:00 ends the next morning, 07:00 to 00:00 at the midnight that ends the day, and two equal times are
    24 hours of the clock.
    """

    weekdays: tuple[int, ...]
    from_wall: time
    until_wall: time

    def during(self, window: Window, timezone: str) -> tuple[Window, ...]:
        """Every occurrence on the wall of `timezone` that overlaps `window`, in order, as UTC instants.

        It begins when the clock first shows `from_wall` and ends when it last shows `until_wall`: an hour that a clock
        change repeats is part of it twice, and what a clock change swallows does not happen.
        """
        zone = zone_named(timezone)
        day, last = (moment.astimezone(zone).date() for moment in (window.starts_at, window.ends_at))
        day -= 2 * ONE_DAY
        found = []
        while day <= last:
            if day.weekday() in self.weekdays:
                ends_on = day if self.until_wall > self.from_wall else day + ONE_DAY
                one = Window(at(day, self.from_wall, zone), _last_at(ends_on, self.until_wall, zone))
                if one.starts_at < one.ends_at and overlap(one, window):
                    found.append(one)
            day += ONE_DAY
        return tuple(found)

    def said(self, timezone: str) -> str:
        """ "Mon 7:00 AM to 12:00 PM", "Sat and Sun 22:00 to 06:00", "Sun all day"."""
        days = _and([WEEKDAYS[day] for day in sorted(self.weekdays)])
        if self.from_wall == self.until_wall == time(0):
            return f"{days} all day"
        return f"{days} {_clock(self.from_wall, timezone)} to {_clock(self.until_wall, timezone)}"


def exact(window: Window) -> Window:
    """The same window in UTC: Python compares and subtracts two times of one zone by the wall, past clock changes."""
    return Window(in_utc(window.starts_at), in_utc(window.ends_at))


def overlap(one: Window, other: Window) -> bool:
    """Whether they share any time; one that ends when the other begins does not."""
    one, other = exact(one), exact(other)
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def within(window: Window, spans: Iterable[Window]) -> bool:
    """Whether all of `window` lies in these spans taken together."""
    window = exact(window)
    reached = window.starts_at
    for span in sorted(map(exact, spans), key=lambda span: span.starts_at):
        if span.starts_at <= reached < span.ends_at:
            reached = span.ends_at
    return reached >= window.ends_at


def local_days(window: Window, zone: ZoneInfo) -> tuple[date, ...]:
    """Every date on the wall there while the window lasts."""
    window = exact(window)
    first = window.starts_at.astimezone(zone).date()
    last = (window.ends_at - timedelta.resolution).astimezone(zone).date()
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def window_said(window: Window, timezone: str) -> str:
    """ "Sat Jun 20, 6:00 PM to 10:00 PM EDT", with the second day and zone where they are others."""
    zone = zone_named(timezone)
    starts, ends = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    first, last = zone_said(starts), zone_said(ends)
    begin = f"{day_said(starts.date())}, {_clock(starts.time(), timezone)}{'' if first == last else f' {first}'}"
    end = _clock(ends.time(), timezone)
    if starts.date() != ends.date():
        end = f"{day_said(ends.date())}, {end}"
    return f"{begin} to {end} {last}"


def day_said(day: date) -> str:
    """ "Sat Jun 20"."""
    return f"{WEEKDAYS[day.weekday()]} {day:%b} {day.day}"


def zone_said(local: datetime) -> str:
    """The abbreviation of the zone that people use there (EDT, CEST), else its distance from UTC."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _last_at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    first = at(day, wall, zone)
    again = datetime.combine(day, wall.replace(fold=1), zone).astimezone(UTC)
    shown = again.astimezone(zone).replace(tzinfo=None)
    return max(first, again) if shown == datetime.combine(day, wall) else first


def _clock(wall: time, timezone: str) -> str:
    if not timezone.startswith(TWELVE_HOURS):
        return f"{wall:%H:%M}"
    return f"{wall.hour % 12 or 12}:{wall:%M} {'AM' if wall.hour < 12 else 'PM'}"


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
