"""How the console and the command line call the states of a notice and of its readers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.cards.parts import Viewer
from bot.cards.wording import clock, day, duration
from handlers.mechanisms.broadcast import Broadcast, Reader

Tone = Literal["", "good", "wait", "bad"]

STATES: dict[str, tuple[str, Tone]] = {
    "draft": ("Draft", ""),
    "investigating": ("Investigating", "bad"),
    "identified": ("Identified", "wait"),
    "monitoring": ("Monitoring", "wait"),
    "resolved": ("Resolved", "good"),
    "closed": ("Closed", ""),
    "cancelled": ("False alarm", ""),
}
KINDS = {
    "outage": "Outage",
    "advisory": "Advisory",
    "msp_change": "Change at the provider",
    "critical_patch": "Critical patch",
    "root_cause": "Root cause",
}
STAGES: dict[str, tuple[str, Tone]] = {
    "queued": ("On its way", ""),
    "sent": ("No answer yet", "wait"),
    "overdue": ("Overdue", "bad"),
    "covered": ("Covered", ""),
    "acknowledged": ("Acknowledged", "good"),
    "relayed": ("Staff told", "good"),
    "undeliverable": ("Cannot be reached", "bad"),
}
HELD = "To be told {when}, when quiet hours end"
WHY = {"primary": "", "backup": "as backup", "next": "next in line", "stand_in": "stands in"}
UNANSWERED = frozenset({"queued", "sent", "overdue", "undeliverable"})
"""Stages of people who may have to be called; whoever is covered need not be."""

CHOICES = {
    "": "Everybody",
    "unanswered": "Not answered",
    "unreached": "Not reached yet",
    "help": "Asked for help",
}
"""What the board can be narrowed to."""


def chosen(reader: Reader, choice: str) -> bool:
    """Whether a reader stands on the board narrowed to `choice`."""
    if choice == "unanswered":
        return reader.stage in UNANSWERED
    if choice == "unreached":
        return reader.reached_at is None
    if choice == "help":
        return reader.receipt.trouble_at is not None or reader.receipt.call_me_at is not None
    return True


def stage_said(reader: Reader, viewer: Viewer) -> tuple[str, Tone]:
    """How far a reader is, in words; of somebody whose quiet hours it is, when the person will be told."""
    if reader.stage == "queued" and reader.waits_until is not None and reader.waits(viewer.now):
        return HELD.format(when=at(reader.waits_until, viewer)), "wait"
    return STAGES[reader.stage]


def at(moment: datetime, viewer: Viewer) -> str:
    """ "10:45 AM" today on the viewer's wall, else "Tue Jun 9, 10:45 AM"."""
    zone = ZoneInfo(viewer.timezone)
    there, today = moment.astimezone(zone).date(), viewer.now.astimezone(zone).date()
    hour = clock(moment, viewer.timezone, viewer.locale)
    return hour if there == today else f"{day(there, viewer.locale, today)}, {hour}"


def due(moment: datetime, viewer: Viewer) -> str:
    """ "11:12 AM, in 12 minutes" or "11:12 AM, 5 minutes late"."""
    span = moment - viewer.now
    if span < timedelta():
        return f"{at(moment, viewer)}, {duration(span, viewer.locale)} late"
    return f"{at(moment, viewer)}, in {duration(span, viewer.locale)}"


def headline(notice: Any) -> str:
    """ "N-3 · Mail is late"."""
    return f"{notice.ref} · {notice.title or notice.services}"


def answered(broadcast: Broadcast) -> str:
    """ "4 of 5 acknowledged" """
    done = sum(reader.stage in ("acknowledged", "relayed") for reader in broadcast.readers)
    return f"{done} of {len(broadcast.readers)} acknowledged"
