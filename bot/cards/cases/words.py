"""What is said of a case: whom it waits for, how old it is, what a contact may be told of its state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Status
from bot.cards.parts import Viewer
from bot.cards.wording import day
from storage.rows import Row

LONGEST_TITLE = 90
"""Of a title in a list; the card of the case has all of it."""
LONGEST_LABEL = 72
"""Of an option in a form."""


def shortened(text: str, longest: int) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def named(row: Row[Any], longest: int = LONGEST_TITLE) -> str:
    """ "CASE-4471 · Internet down in Providence"."""
    return f"{row.external_id} · {shortened(row.title, longest)}"


def age(row: Row[Any], viewer: Viewer) -> str:
    """ "today", "1 day", "48 days": how long ago it was opened, on the reader's own calendar."""
    zone = ZoneInfo(viewer.timezone)
    days = (viewer.now.astimezone(zone).date() - row.opened_at.astimezone(zone).date()).days
    return "today" if days < 1 else "1 day" if days == 1 else f"{days} days"


def on_day(instant: datetime, viewer: Viewer) -> str:
    """ "Fri Jun 12" there."""
    return day(instant.astimezone(ZoneInfo(viewer.timezone)).date(), viewer.locale, viewer.now.date())


def waits_for(row: Row[Any], viewer: Viewer, provider: str) -> str:
    """Who has to do something, after the word "Waiting for": "you", "Victor Amsel", "a vendor", the provider."""
    if row.state == "waiting_on_vendor":
        return "a vendor"
    if row.state != "waiting_on_client":
        return provider
    if viewer.staff:
        return row.requester or str(row.client_name)
    return "you" if row.requester_id in (viewer.id, None) and not _other(row) else row.requester


def _other(row: Row[Any]) -> bool:
    """Somebody else's name stands on it."""
    return row.requester_id is None and bool(row.requester)


def state(row: Row[Any], viewer: Viewer, provider: str) -> str:
    """ "Waiting for you since Wed Jun 10", "With Harborline IT", "Closed on Fri Jun 12"."""
    if row.closed_at is not None:
        return f"Closed on {on_day(row.closed_at, viewer)}"
    if row.waiting_since is None:
        return f"With {provider}"
    return f"Waiting for {waits_for(row, viewer, provider)} since {on_day(row.waiting_since, viewer)}"


def status(row: Row[Any], viewer: Viewer, provider: str) -> Status:
    """The pill at the head of its card."""
    if row.closed_at is not None:
        return Status("Closed", "good")
    if row.state == "waiting_on_client":
        return Status(f"Waiting for {waits_for(row, viewer, provider)}", "plain" if viewer.staff else "ask")
    return Status("Waiting for a vendor" if row.state == "waiting_on_vendor" else f"With {provider}", "plain")
