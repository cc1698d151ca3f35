"""What stands in a calendar about a planned talk: an appointment once a time is agreed, nothing binding before.

It keeps its UID while it is moved: SEQUENCE grows with every change, and what is given up is CANCELLED until another
time is agreed. Unlike a downtime it takes its time (TRANSP:OPAQUE), since somebody has to be there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.calendars.entries import CANCELLED, CONFIRMED, TENTATIVE, Entry
from handlers.commands import Window
from handlers.mechanisms.talks.names import titled
from handlers.mechanisms.windows.spans import window_said
from storage.rows import Row

TOOK_PLACE = ("confirmed", "held", "closed", "missed")
BY_PHONE, IN_PERSON = "phone", "in_person"


def was_agreed(row: Row[Any]) -> bool:
    """Whether there is, or was, a time for a calendar."""
    return row.starts_at is not None


def agreed(row: Row[Any], provider: str, *, for_staff: bool = False) -> Entry:
    """The event of a talk that has or had an agreed time. `row` is one of `storage.queries.talk_calendars`."""
    off = row.state not in TOOK_PLACE
    window = Window(row.starts_at, row.ends_at)
    name = _title(row, for_staff)
    if off:
        lines = ["This meeting does not take place at this time.", row.ended_why if row.state == "skipped" else ""]
    else:
        lines = [
            window_said(window, row.client_timezone),
            f"With {row.owner_name}, {provider}." if row.owner_name else f"With {provider}.",
            f"Agreed by {row.decider_name}." if row.decider_name else "",
            row.link,
        ]
    return _entry(
        row,
        provider,
        uid=f"{row.id}@keyline",
        sequence=row.sequence,
        status=CANCELLED if off else CONFIRMED,
        summary=f"Cancelled: {name}" if off else name,
        lines=lines,
        window=window,
        changed_at=_changed_at(row),
        busy=not off,
    )


def offered(row: Row[Any], offer: Row[Any], provider: str, *, for_staff: bool = False) -> Entry:
    """The event of a time that is only on offer."""
    window = Window(offer.starts_at, offer.ends_at)
    lines = ["This time is offered and not agreed.", window_said(window, row.client_timezone)]
    return _entry(
        row,
        provider,
        uid=f"{offer.id}@keyline",
        sequence=0,
        status=TENTATIVE,
        summary=f"Offered: {_title(row, for_staff)}",
        lines=lines,
        window=window,
        changed_at=max(offer.offered_at, row.proposed_at or offer.offered_at),
        busy=False,
    )


def _changed_at(row: Row[Any]) -> datetime:
    known = (row.created_at, row.proposed_at, row.decided_at, row.ended_at if row.state == "skipped" else None)
    return max(moment for moment in known if moment is not None)


def _title(row: Row[Any], for_staff: bool) -> str:
    name = f"{titled(row.kind, row.title)} ({row.ref})"
    return f"{row.client_name}: {name}" if for_staff else name


def _where(row: Row[Any]) -> str:
    if row.place:
        return str(row.place)
    return {BY_PHONE: "On the phone", IN_PERSON: "In person"}.get(row.channel, row.link)


def _entry(row: Row[Any], provider: str, *, lines: list[str], window: Window, **event: Any) -> Entry:
    organizer = (f"{row.owner_name}, {provider}", row.owner_email) if row.owner_email else (provider, "")
    return Entry(
        description="\n".join(line for line in lines if line),
        location=_where(row),
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        created_at=row.created_at,
        organizer=organizer,
        **event,
    )
