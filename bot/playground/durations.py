"""Reads how far to move the clock: "4h", "30m", "1d4h", or a moment with its zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
LONGEST = timedelta(days=800)
"""Two business years: enough for any story, short enough that a typing error does not run for an hour."""


def duration(text: str) -> timedelta:
    """ "1d4h" -> 28 hours; ValueError with a sentence for anything that is not a positive length of time."""
    parts = re.findall(r"(\d{1,6})\s*([dhms])", text)
    if not parts or re.sub(r"\d{1,6}\s*[dhms]\s*", "", text.strip()):
        raise ValueError(f'"{text}" is not a length of time: write it like 30m, 4h, 2d or 1d4h.')
    total = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if not timedelta() < total <= LONGEST:
        raise ValueError(f"The clock moves forward by more than nothing and at most {LONGEST.days} days at a time.")
    return total


def moment(text: str, now: datetime) -> datetime:
    """An ISO 8601 moment with zone that is not before `now`; ValueError with a sentence otherwise."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise ValueError(f'"{text}" is not a moment with its zone: write it like 2026-06-08T16:30:00-04:00.')
    if found < now:
        raise ValueError(f"The clock only moves forward, and it is already {now.isoformat(timespec='seconds')}.")
    if found - now > LONGEST:
        raise ValueError(f"The clock moves at most {LONGEST.days} days at a time.")
    return found
