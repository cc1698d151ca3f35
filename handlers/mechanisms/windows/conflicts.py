"""What speaks against a time on offer, in sentences: blackouts, other work, business hours, holidays; preferences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from handlers.commands import Window
from handlers.mechanisms.windows.rules import Office, opening_times
from handlers.mechanisms.windows.spans import Weekly, day_said, local_days, overlap, window_said, within
from storage.rows import Row


@dataclass(frozen=True)
class NoWork:
    """A blackout: no work is wanted then, every week or once, at one office or (`location_id` "") at all of them."""

    id: str
    location_id: str
    why: str
    weekly: Weekly | None = None
    once: Window | None = None

    def during(self, window: Window, timezone: str) -> tuple[Window, ...]:
        """Its occurrences on the wall of `timezone` that overlap the window."""
        if self.weekly is not None:
            return self.weekly.during(window, timezone)
        return (self.once,) if self.once is not None and overlap(self.once, window) else ()

    def concerns(self, location_id: str) -> bool:
        """Whether it holds at this office; `location_id` "" stands for the whole client."""
        return not self.location_id or self.location_id == location_id


@dataclass(frozen=True)
class Liked:
    """When work is preferred, at one office or (`location_id` "") wherever an office has not said."""

    location_id: str
    weekly: Weekly


@dataclass(frozen=True)
class Taken:
    """Other work that is agreed or offered for these offices; "" among them is every office."""

    ref: str
    location_ids: tuple[str, ...]
    window: Window
    agreed: bool


@dataclass(frozen=True)
class Conflict:
    """One thing that speaks against a window at one office.

    `kind`: blackout, overlap, hours or holiday. `source`: the blackout's id or the other work's reference, else "".
    """

    kind: str
    location_id: str
    sentence: str
    source: str = ""


def no_work(row: Row[Any]) -> NoWork:
    """A stored blackout."""
    if row.weekday is None:
        return NoWork(row.id, row.location_id, row.why, once=Window(row.starts_at, row.ends_at))
    walls = time.fromisoformat(row.from_wall), time.fromisoformat(row.until_wall)
    return NoWork(row.id, row.location_id, row.why, Weekly((row.weekday,), *walls))


def liked(row: Row[Any]) -> Liked:
    """A stored preferred time."""
    walls = time.fromisoformat(row.from_wall), time.fromisoformat(row.until_wall)
    return Liked(row.location_id, Weekly(tuple(row.weekdays), *walls))


def conflicts(
    window: Window, offices: Sequence[Office], blackouts: Iterable[NoWork] = (), taken: Iterable[Taken] = ()
) -> tuple[Conflict, ...]:
    """Everything that speaks against this window at these offices, in the order of the offices.

    The sentences name times on each office's own wall; `taken` is other work than the one that asks.
    """
    closed, others = list(blackouts), list(taken)
    found: list[Conflict] = []
    for office in offices:
        found += _blackouts(window, office, closed)
        found += _others(window, office, others)
        found += _hours(window, office)
        found += _holidays(window, office)
    return tuple(found)


def remarks(window: Window, offices: Sequence[Office], preferences: Iterable[Liked]) -> tuple[str, ...]:
    """For every office whose preferred times the window is not wholly within, what it is: "outside the ..."."""
    rows = list(preferences)
    said = []
    for office in offices:
        own = [one for one in rows if one.location_id == office.location_id] or [
            one for one in rows if not one.location_id
        ]
        for one in own:
            zone = office.calendar.timezone
            if not within(window, one.weekly.during(window, zone)):
                said.append(f"outside the preferred times of {office.name}: {one.weekly.said(zone)}.")
    return tuple(said)


def blackout_said(blackout: NoWork, timezone: str) -> str:
    """When no work is wanted: "Mon 7:00 AM to 12:00 PM", or the single time with its zone."""
    if blackout.weekly is not None:
        return blackout.weekly.said(timezone)
    return window_said(blackout.once, timezone) if blackout.once is not None else ""


def _blackouts(window: Window, office: Office, blackouts: Sequence[NoWork]) -> list[Conflict]:
    zone = office.calendar.timezone
    return [
        Conflict(
            "blackout",
            office.location_id,
            f"{office.name} wants no work {_day_of(one, zone)}{blackout_said(one, zone)}: {_sentence(one.why)}",
            one.id,
        )
        for one in blackouts
        if one.concerns(office.location_id) and one.during(window, zone)
    ]


def _day_of(blackout: NoWork, zone: str) -> str:
    return "on " if blackout.weekly is not None else ""


def _others(window: Window, office: Office, taken: Sequence[Taken]) -> list[Conflict]:
    found = []
    for other in taken:
        here = "" in other.location_ids or office.location_id in other.location_ids
        if not here or not overlap(other.window, window):
            continue
        state = "agreed" if other.agreed else "offered"
        said = f"{other.ref} is {state} for {office.name} at that time: "
        said += f"{window_said(other.window, office.calendar.timezone)}."
        found.append(Conflict("overlap", office.location_id, said, other.ref))
    return found


def _hours(window: Window, office: Office) -> list[Conflict]:
    open_ = opening_times(window, office.calendar)
    if not open_:
        return []
    more = f", and on {len(open_) - 1} more days" if len(open_) > 2 else ", and on another day" if open_[1:] else ""
    said = f"It falls into business hours of {office.name}: {window_said(open_[0], office.calendar.timezone)}{more}."
    return [Conflict("hours", office.location_id, said)]


def _holidays(window: Window, office: Office) -> list[Conflict]:
    return [
        Conflict("holiday", office.location_id, f"{day_said(day)} is a holiday at {office.name}.")
        for day in local_days(window, office.calendar.zone)
        if office.calendar.is_holiday(day)
    ]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
