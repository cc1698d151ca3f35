"""What a contact may tell the staff about a notice, drafted without jargon: what, where, since when, what now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.authority import either
from handlers.mechanisms.broadcast import Place
from storage.rows import Row

TWELVE_HOURS = ("America/", "US/", "Australia/", "Canada/", "Pacific/Honolulu", "Pacific/Auckland")
"""Where a clock says 4:30 PM; elsewhere it says 16:30."""


def draft(
    notice: Row[Any], update: Row[Any] | None, places: Sequence[Place], impact: str, timezone: str, now: datetime
) -> str:
    """The words for one reader's staff: about the notice itself, or about what is new."""
    where = _where(places)
    if update is None:
        return _first(notice, where, impact, timezone, now)
    if update.what == "resolved":
        return _joined(f"{notice.services}{where}: the problem is solved.", update.text, "Thank you for your patience.")
    if update.what == "cancelled":
        return _joined(f"{notice.services}{where}: that was a false alarm.", update.text, "Nothing was affected.")
    if update.what == "reopened":
        return _joined(
            f"{notice.services}{where}: the problem is back.", update.text, *_meanwhile(notice, timezone, now)
        )
    if update.what == "no_change":
        opening = f"{notice.services}{where}: there is no change yet, and our IT provider is still working on it."
        return _joined(opening, *_meanwhile(notice, timezone, now))
    return _joined(f"News about {notice.services}{where}: {update.text}", *_meanwhile(notice, timezone, now))


def clock(moment: datetime, timezone: str, now: datetime) -> str:
    """ "10:42 AM" or "16:30" there, with the day when it is another one than today: "Tue Jun 9, 10:42 AM"."""
    zone = ZoneInfo(timezone)
    local = moment.astimezone(zone)
    noon = "AM" if local.hour < 12 else "PM"
    said = f"{local.hour % 12 or 12}:{local:%M} {noon}" if timezone.startswith(TWELVE_HOURS) else f"{local:%H:%M}"
    today = local.date() == now.astimezone(zone).date()
    return said if today else f"{local:%a %b} {local.day}, {said}"


def _first(notice: Row[Any], where: str, impact: str, timezone: str, now: datetime) -> str:
    if notice.kind == "outage":
        since = clock(notice.started_at, timezone, now)
        opening = f"There is a problem with {notice.services}{where} since {since}."
        return _joined(opening, impact, *_meanwhile(notice, timezone, now, working="Our IT provider is working on it."))
    return _joined(f"{notice.title}.", impact, *_meanwhile(notice, timezone, now))


def _meanwhile(notice: Row[Any], timezone: str, now: datetime, *, working: str = "") -> list[str]:
    said = [f"What you can do: {notice.workaround}" if notice.workaround else "", working]
    if notice.next_update_at is not None:
        said.append(f"There will be news by {clock(notice.next_update_at, timezone, now)}.")
    return said


def _where(places: Sequence[Place]) -> str:
    names = [place.name for place in places if place.row.location_id]
    return f" in {either(names).replace(' or ', ' and ')}" if names else ""


def _joined(*sentences: str) -> str:
    said = [words.strip() for words in sentences if words.strip()]
    return " ".join(words if words.endswith((".", "!", "?")) else f"{words}." for words in said)
