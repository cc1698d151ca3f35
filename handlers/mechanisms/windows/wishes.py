"""What a wish about times has to look like on its way in: a weekday with hours of the clock, or one time."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from handlers.commands import PutBlackout, Refused, Window
from handlers.mechanisms.windows.rules import FURTHEST
from handlers.mechanisms.windows.spans import exact
from handlers.walltime import FIRST_YEAR, LAST_YEAR

WALL = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST = timedelta(days=366)


def columns_of(command: PutBlackout, now: datetime) -> dict[str, Any]:
    """The columns that say when: weekly or once, never both."""
    if (command.weekday is None) == (command.window is None):
        raise Refused("Please give either a weekday with its hours, or one time.", field="weekday", code="invalid")
    if command.window is None:
        wall(command.from_wall, "from_wall")
        wall(command.until_wall, "until_wall")
        when = {"weekday": weekday(command.weekday, "weekday"), "from_wall": command.from_wall}
        return {**when, "until_wall": command.until_wall, "starts_at": None, "ends_at": None}
    if command.from_wall or command.until_wall:
        raise Refused("One time has no hours of a week beside it.", field="from_wall", code="invalid")
    once = _once(command.window, now)
    return {"weekday": None, "from_wall": "", "until_wall": "", "starts_at": once.starts_at, "ends_at": once.ends_at}


def _once(window: Window, now: datetime) -> Window:
    for moment in (window.starts_at, window.ends_at):
        if moment.utcoffset() is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Refused("Please give the time with its zone.", field="window", code="invalid")
    once = exact(window)
    if once.ends_at <= once.starts_at:
        raise Refused("That time ends before it begins.", field="window", code="invalid")
    if once.ends_at <= now:
        raise Refused("That time is over already.", field="window", code="invalid")
    if once.ends_at - once.starts_at > LONGEST or once.starts_at - now > FURTHEST:
        raise Refused("A blackout lasts a year at most and begins within two years.", field="window", code="invalid")
    return once


def weekday(value: int | None, field: str) -> int:
    """The number if it is one of a weekday, else a refusal at the field."""
    if value is None or isinstance(value, bool) or value not in range(7):
        raise Refused("A weekday is a number from 0 (Monday) to 6 (Sunday).", field=field, code="invalid")
    return value


def wall(text: str, field: str) -> time:
    """ "07:00" as a time of the clock, else a refusal at the field."""
    if not WALL.fullmatch(text):
        raise Refused("Please write hours like 07:00 or 18:30.", field=field, code="invalid")
    return time.fromisoformat(text)
