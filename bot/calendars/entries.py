"""What stands in a calendar about a downtime: facts from the store become the words and times of one event.

Agreed times are CONFIRMED, given up ones CANCELLED and kept a while so that every calendar hears of it. A time that is
only on offer stands in live feeds as TENTATIVE, under a UID of its own that goes when it is chosen or dropped: whoever
has to choose sees beside what else is planned that day, and silence never turns it into an appointment. Nothing blocks
anybody's day (TRANSP): nobody has to attend a downtime.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.commands import Window
from handlers.mechanisms.windows.spans import window_said
from storage.rows import Row

CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
GIVEN_UP = {"cancelled": "Cancelled", "postponed": "Postponed"}


@dataclass(frozen=True)
class Office:
    """A touched office by name and zone."""

    name: str
    timezone: str


@dataclass(frozen=True)
class Entry:
    """One event. `changed_at` is when it last changed, `organizer` a name and an e-mail address ("" for none)."""

    uid: str
    sequence: int
    status: str
    summary: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    organizer: tuple[str, str]
    busy: bool = False
    """Whether somebody has to be there, so that it takes its time in a calendar."""


def agreed(row: Row[Any], offices: Sequence[Office], provider: str, *, for_staff: bool = False) -> Entry:
    """The event of an agreed downtime, whatever became of it. `row` is one of `storage.queries.calendars`."""
    given_up = GIVEN_UP.get(row.life, "")
    window = Window(row.starts_at, row.extended_to or row.ends_at)
    if given_up:
        lines = [f"{given_up}: {row.closed_why}", "No work is done then.", _times(window, offices)]
    else:
        took = "It took" if row.life == "completed" else "It takes"
        lines = [
            f"{took} longer than planned." if row.extended_to else "",
            row.implications,
            f"Before it begins: {row.prep_steps}" if row.prep_steps else "",
            _times(window, offices),
            f"Agreed by {row.decider_name}." if row.decider_name else "",
            _doing(row, provider),
        ]
    return _entry(
        row,
        offices,
        provider,
        uid=f"{row.id}@keyline",
        sequence=row.sequence,
        status=CANCELLED if given_up else CONFIRMED,
        summary=f"{given_up}: {_title(row, for_staff)}" if given_up else _title(row, for_staff),
        lines=lines,
        window=window,
        changed_at=changed_at(row),
    )


def offered(
    row: Row[Any], offer: Row[Any], offices: Sequence[Office], provider: str, *, for_staff: bool = False
) -> Entry:
    """The event of a time that is only on offer."""
    window = Window(offer.starts_at, offer.ends_at)
    lines = [
        "This time is offered and not agreed: nothing is done then unless it is chosen.",
        row.implications,
        f"Before it begins: {row.prep_steps}" if row.prep_steps else "",
        _times(window, offices),
        _doing(row, provider),
    ]
    return _entry(
        row,
        offices,
        provider,
        uid=f"{offer.id}@keyline",
        sequence=0,
        status=TENTATIVE,
        summary=f"Offered: {_title(row, for_staff)}",
        lines=lines,
        window=window,
        changed_at=max(offer.offered_at, row.proposed_at or offer.offered_at),
    )


def changed_at(row: Row[Any]) -> datetime:
    """When the event of an agreed downtime last changed, as far as the store knows."""
    known = (row.created_at, row.proposed_at, row.decided_at, row.closed_at)
    steps = (datetime.fromisoformat(step["at"]) for step in row.steps if step["what"] in ("extended", *GIVEN_UP))
    return max((*(moment for moment in known if moment is not None), *steps))


def _entry(
    row: Row[Any],
    offices: Sequence[Office],
    provider: str,
    *,
    lines: Sequence[str],
    window: Window,
    **event: Any,
) -> Entry:
    organizer = (f"{row.owner_name}, {provider}", row.owner_email) if row.owner_email else (provider, "")
    return Entry(
        description="\n".join(line for line in lines if line),
        location=", ".join(office.name for office in offices),
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        created_at=row.created_at,
        organizer=organizer,
        **event,
    )


def _title(row: Row[Any], for_staff: bool) -> str:
    return f"{row.client_name}: {row.work} ({row.ref})" if for_staff else f"{row.work} ({row.ref})"


def _doing(row: Row[Any], provider: str) -> str:
    who = row.engineer_name or row.owner_name
    return f"Carried out by {who}, {provider}." if who else f"Carried out by {provider}."


def _times(window: Window, offices: Sequence[Office]) -> str:
    """The time on every touched office's wall, offices of one zone together."""
    by_zone: dict[str, list[str]] = {}
    for office in offices:
        by_zone.setdefault(office.timezone, []).append(office.name)
    return "\n".join(f"{', '.join(names)}: {window_said(window, zone)}" for zone, names in by_zone.items())
