"""Local wall time across clock changes: what instant "Monday 09:00 in Berlin" is, and which one comes next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1900, 2200


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA name there is; looked up once, for that reads all the folders of zone data."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name ("Europe/Berlin"); ValueError with a sentence for any other text."""
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        raise ValueError(f"There is no time zone called {name!r}; write it like Europe/Berlin.") from None


def near(day: date) -> None:
    """ValueError for a date so far away that it is a slip of the pen, and date arithmetic could overflow."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"The year {day.year} is out of reach; dates lie between {FIRST_YEAR} and {LAST_YEAR}.")


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError when it does not say which zone it is in, or is centuries away."""
    near(instant)
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"The time {instant.isoformat()} does not say which time zone it is in.")
    return instant.astimezone(UTC)


@lru_cache(maxsize=16_384)
def at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` first show `wall` on `day`.

    A time skipped in spring is the first instant after the gap; a repeated autumn time is its first occurrence.
    ValueError when `wall` carries a zone of its own.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"The wall time {wall.isoformat()} must not carry a time zone of its own.")
    local = datetime.combine(day, wall.replace(fold=0), zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), instant, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after a gap, between an instant before it and one after it.

    PEP 495 reads a skipped time with fold=0 by the offset before the change (an instant after it) and with fold=1 by
    the offset after the change (an instant before it), so the change lies between; the tz database has whole seconds.
    """
    earlier = before.astimezone(zone).utcoffset()
    seconds = int((after - before).total_seconds())
    low, high = 0, seconds
    while low < high:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == earlier:
            low = middle + 1
        else:
            high = middle
    return (before + timedelta(seconds=low)).replace(microsecond=0)


def next_wall(instant: datetime, weekday: int | None, wall: time, zone: ZoneInfo) -> datetime:
    """The first UTC instant after `instant` (never `instant` itself) at which it is `wall` in `zone`.

    `weekday` is 0 for Monday to 6 for Sunday, None for every day. ValueError for another weekday, a naive `instant`
    or a `wall` with a zone.
    """
    if weekday is not None and weekday not in range(7):
        raise ValueError(f"A weekday is a number from 0 (Monday) to 6 (Sunday), not {weekday!r}.")
    after = in_utc(instant)
    # One day early: a time skipped at the end of a day happens on the next one.
    day = after.astimezone(zone).date() - ONE_DAY
    while True:
        if weekday is None or day.weekday() == weekday:
            candidate = at(day, wall, zone)
            if candidate > after:
                return candidate
        day += ONE_DAY
