"""Time zones as calendars write them: VTIMEZONE with the changes of the clock as yearly rules.

The rules are ours and not those of the `icalendar` package, whose DTSTART is the wall time after a change; RFC 5545
(3.6.5) wants the one before it, and calendars that follow it would change their clocks an hour late. Outlook reduces a
zone to one yearly change each way and reads nothing but DTSTART, RRULE and the offsets (MS-STANOICAL 2.2.47), so dates
are listed only for zones that keep no rule.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=14)
"""No place changes its clocks twice within that and back; Morocco's Ramadan takes four weeks."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FEWEST_YEARS = 4
"""Fewer do not tell a fourth Sunday from a last one."""


class Change(NamedTuple):
    """One change of the clock: when it shows `wall`, it shows another time from then on."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=256)
def written(timezone: str, first_year: int, last_year: int) -> Timezone:
    """The VTIMEZONE of a zone, right for these years. The result is shared: nobody changes it."""
    from icalendar import Timezone

    first, last = first_year - 1, max(last_year + 1, first_year - 1 + FEWEST_YEARS)
    zone, component = ZoneInfo(timezone), Timezone()
    component.add("TZID", timezone)
    changes = changes_of(zone, first, last)
    groups: dict[tuple[timedelta, timedelta, str], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.before, change.after, change.name].append(change)
    rules = {key: yearly(group, first, last) for key, group in groups.items()}
    if not all(rules.values()) or not rules:
        start = datetime(first, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta()
        component.add_component(_part(Change(start.replace(tzinfo=None), offset, offset, start.tzname() or "")))
    for key, group in groups.items():
        part, rule = _part(group[0]), rules[key]
        if rule:
            part.add("RRULE", rule)
        else:
            for change in group[1:]:  # a line each: ical.js reads only the first date of a line
                part.add("RDATE", [change.wall])
        component.add_component(part)
    return component


def changes_of(zone: ZoneInfo, first_year: int, last_year: int) -> list[Change]:
    """Every change of the clock from the first day of one year to the last of another."""
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found = []
    while moment < end:
        following = moment + STEP
        before, after = _offset(moment, zone), _offset(following, zone)
        if before != after:
            low, high = 0, int(STEP.total_seconds())
            while low < high:
                middle = (low + high) // 2
                if _offset(moment + timedelta(seconds=middle), zone) == before:
                    low = middle + 1
                else:
                    high = middle
            at = moment + timedelta(seconds=low)
            found.append(Change((at + before).replace(tzinfo=None), before, after, at.astimezone(zone).tzname() or ""))
        moment = following
    return found


def yearly(changes: list[Change], first_year: int, last_year: int) -> dict[str, object] | None:
    """The rule that these changes follow in every one of the years, None when they follow none."""
    if [change.wall.year for change in changes] != list(range(first_year, last_year + 1)):
        return None
    if len({(change.wall.month, change.wall.weekday(), change.wall.time()) for change in changes}) > 1:
        return None
    wall = changes[0].wall
    if all((change.wall + timedelta(days=7)).month != wall.month for change in changes):
        place = -1
    elif len(places := {(change.wall.day - 1) // 7 + 1 for change in changes}) == 1:
        place = places.pop()
    else:
        return None
    return {"FREQ": "YEARLY", "BYMONTH": wall.month, "BYDAY": f"{place}{WEEKDAYS[wall.weekday()]}"}


def _part(change: Change) -> TimezoneDaylight | TimezoneStandard:
    from icalendar import TimezoneDaylight, TimezoneStandard

    part = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    part.add("DTSTART", change.wall)
    part.add("TZOFFSETFROM", change.before)
    part.add("TZOFFSETTO", change.after)
    part.add("TZNAME", change.name)
    return part


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
