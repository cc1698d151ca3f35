"""Which times to propose for a talk: its usual one first, in business hours, clear of whatever else is agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from handlers.calendar import BusinessCalendar
from handlers.commands import Refused, Window
from handlers.context import Work
from handlers.hours import calendar_of
from handlers.mechanisms.talks.rhythm import Rhythm
from handlers.mechanisms.windows.conflicts import NoWork, blackout_said, no_work
from handlers.mechanisms.windows.rules import MOST_WINDOWS, mistake_in
from handlers.mechanisms.windows.spans import exact, window_said, within
from handlers.policy import policy_of
from storage.queries import absences, blackouts, touchpoints
from storage.rows import Row

AHEAD = 2
"""Business days between a proposal and its first time, at least; where somebody waits for it that is all."""
DAYS = 15
"""So many business days are looked at."""
WAITS = 5
"""So many business days a talk that comes round waits for an owner who is away."""
HALF_A_DAY = timedelta(hours=4)
LONGEST = timedelta(hours=8)


def proposed(
    work: Work,
    client: Row[Any],
    rhythm: Rhythm,
    due_on: date,
    owner_id: str | None,
    *,
    but: str = "",
    minutes: int | None = None,
    after: datetime | None = None,
    earliest: date | None = None,
) -> tuple[Window, ...]:
    """Up to three times on and after the day: the usual wall time, another half of the day, the next days.

    `but`: the id of the talk itself; `after`: only later ones than that; `earliest`: from that day of the client's on.
    """
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    closed = [no_work(row) for row in blackouts.active_of(work.tx, client.id, work.now)]
    length = timedelta(minutes=minutes or rhythm.minutes)
    first = max(due_on, calendar.add_business_days(calendar.local_day(work.now), AHEAD), earliest or date.min)
    back = _back(work, calendar, owner_id, first)
    found: list[Window] = []
    for window in _candidates(calendar, first, rhythm.wall, length):
        if len(found) == MOST_WINDOWS:
            break
        if window in found or (after is not None and window.starts_at <= after):
            continue
        if back is not None and window.starts_at < back:
            continue
        taken = _taken(work, window, client.id, owner_id, but)
        if not taken and not any(one.concerns("") and one.during(window, calendar.timezone) for one in closed):
            found.append(window)
    return tuple(sorted(found, key=lambda one: one.starts_at))


def given(work: Work, windows: Sequence[Window], field: str = "windows") -> tuple[Window, ...]:
    """Times that somebody has written down, in order and in UTC; `Refused` names what is wrong with them."""
    if wrong := mistake_in(windows, work.now):
        raise Refused(wrong, field=field, code="invalid")
    if any(one.ends_at - one.starts_at > LONGEST for one in map(exact, windows)):
        raise Refused("A meeting lasts eight hours at most.", field=field, code="invalid")
    return tuple(sorted(map(exact, windows), key=lambda one: one.starts_at))


def objections(work: Work, client: Row[Any], window: Window, owner_id: str | None, *, but: str) -> list[str]:
    """What speaks against a time, in sentences on the client's wall: hours, holidays, blackouts, other talks."""
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    zone, day = calendar.timezone, calendar.local_day(window.starts_at)
    said = []
    if calendar.is_holiday(day):
        said.append(f"{window_said(window, zone)} is on a holiday at {client.name}.")
    elif not _open(calendar, window):
        said.append(f"{window_said(window, zone)} is outside the business hours of {client.name}.")
    for row in blackouts.active_of(work.tx, client.id, work.now):
        one: NoWork = no_work(row)
        if one.concerns("") and one.during(window, zone):
            said.append(f"{client.name} has asked for quiet then ({blackout_said(one, zone)}): {one.why}")
    return said + clashes(work, client, window, owner_id, but=but)


def clashes(work: Work, client: Row[Any], window: Window, owner_id: str | None, *, but: str) -> list[str]:
    """Other agreed talks of this client, or of whoever holds it, at that time, in sentences; no other client's name."""
    found = []
    for row in _taken(work, window, client.id, owner_id, but):
        if row.client_id == client.id:
            found.append(f"{row.ref} is agreed for that time already.")
        else:
            found.append("Your provider's person has agreed to another meeting at that time.")
    return list(dict.fromkeys(found))


def _back(work: Work, calendar: BusinessCalendar, owner_id: str | None, first: date) -> datetime | None:
    """Until when it waits for an owner who is away on the first day; of a longer absence a colleague stands in."""
    opens = calendar.open_spans(calendar.at_or_after_business_day(first))[0][0]
    away = absences.of_person_at(work.tx, owner_id, opens) if owner_id is not None else None
    waits = away is not None and calendar.local_day(away.ends_at) <= calendar.add_business_days(first, WAITS)
    return away.ends_at if away is not None and waits else None


def _taken(work: Work, window: Window, client_id: str, owner_id: str | None, but: str) -> Sequence[Row[Any]]:
    return touchpoints.confirmed_between(
        work.tx, window.starts_at, window.ends_at, client_id=client_id, owner_id=owner_id, but=but
    )


def _candidates(calendar: BusinessCalendar, first: date, wall: time, length: timedelta) -> Iterator[Window]:
    """The usual time of each day and one in its other half, as far as they are in business hours; the best first."""
    day = calendar.at_or_after_business_day(first)
    for _ in range(DAYS):
        usual = calendar.at(day, wall)
        opens, closes = calendar.open_spans(day)[0][0], calendar.open_spans(day)[-1][1]
        if not _open(calendar, Window(usual, usual + length)):
            usual = opens
        other = usual + HALF_A_DAY if usual + HALF_A_DAY + length <= closes else usual - HALF_A_DAY
        for start in (usual, other):
            window = Window(start, start + length)
            if _open(calendar, window):
                yield window
        day = calendar.next_business_day(day)


def _open(calendar: BusinessCalendar, window: Window) -> bool:
    spans = calendar.open_spans(calendar.local_day(window.starts_at))
    return within(window, [Window(*span) for span in spans])
