"""The words that all cards of a downtime share: how it stands, when it is on every wall, what stops working."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Block, Rule, Status, Text, Tone
from bot.cards.parts import Viewer
from bot.cards.wording import all_of, clock, day, hour, when
from handlers.mechanisms.windows.shapes import Place
from handlers.mechanisms.windows.standing import AHEAD, UNDER_WAY, Standing
from storage.rows import Row

NAMES: dict[str, tuple[str, Tone]] = {
    "draft": ("Not sent yet", "ask"),
    "proposed": ("To be agreed", "plain"),
    "asked": ("Asked for by the client", "plain"),
    "countered": ("Another time is suggested", "plain"),
    "declined": ("Declined", "bad"),
    "expired": ("Not agreed: nobody said yes in time", "muted"),
    "withdrawn": ("Withdrawn", "muted"),
    "accepted": ("Agreed", "good"),
    "scheduled": ("Agreed", "good"),
    "announced": ("Agreed", "good"),
    "missed": ("Not done: the agreed time is over", "bad"),
    "in_progress": ("Under way", "warning"),
    "extended": ("Takes longer than planned", "warning"),
    "verifying": ("Done, being checked", "plain"),
    "completed": ("Completed", "good"),
    "postponed": ("Postponed", "muted"),
    "cancelled": ("Cancelled", "muted"),
}
"""What every card, page and table calls how a downtime stands: see `stands`."""
LONG_TEXT = 300
"""A text of more letters stands below the buttons in full."""
TO_AGREE = ("proposed", "countered")


def status(standing: Standing) -> Status:
    """The pill, for whoever is not asked for anything."""
    return Status(*NAMES[stands(standing.row, standing.now)])


def stands(row: Row[Any], now: datetime) -> str:
    """The state of the proposal, or the part of its life in which an agreed window is; besides "asked" (by the client,
    and the provider has not answered) and "missed" (the agreed time is over and nobody has begun)."""
    if row.state == "accepted":
        return "missed" if row.life in AHEAD and now >= row.ends_at else str(row.life)
    if row.state in TO_AGREE and row.expires_at is not None and row.expires_at <= now:
        return "expired"
    asked = row.state == "proposed" and row.side == "client" and row.revision == 1
    return "asked" if asked else str(row.state)


def span(starts: datetime, ends: datetime, zone: str, locale: str, now: datetime) -> str:
    """ "Sat Jun 20, 6:00 PM to 10:00 PM EDT"; the second day, and the first zone, where they are others."""
    there = ZoneInfo(zone)
    begin, end = starts.astimezone(there), ends.astimezone(there)
    last = hour(ends, zone, locale) if begin.date() == end.date() else when(ends, zone, locale, now)
    if begin.utcoffset() != end.utcoffset():
        return f"{when(starts, zone, locale, now)} to {last}"
    return f"{day(begin.date(), locale, now.astimezone(there).date())}, {clock(starts, zone, locale)} to {last}"


def window(row: Row[Any], viewer: Viewer) -> str:
    """A time on the reader's wall."""
    return span(row.starts_at, row.ends_at, viewer.timezone, viewer.locale, viewer.now)


def span_of(standing: Standing, viewer: Viewer) -> str:
    """The agreed time on the reader's wall."""
    return window(standing.row, viewer)


def elsewhere(standing: Standing, starts: datetime, ends: datetime, viewer: Viewer) -> list[str]:
    """The same time on the wall of every office where the clocks show another than the reader's."""
    here = (
        starts.astimezone(ZoneInfo(viewer.timezone)).utcoffset(),
        ends.astimezone(ZoneInfo(viewer.timezone)).utcoffset(),
    )
    zones: dict[str, list[str]] = {}
    for place in standing.places:
        zones.setdefault(place.timezone, []).append(place.name)
    said = []
    for zone, names in zones.items():
        there = ZoneInfo(zone)
        if (starts.astimezone(there).utcoffset(), ends.astimezone(there).utcoffset()) != here:
            said.append(f"In {all_of(names)}: {span(starts, ends, zone, viewer.locale, viewer.now)}")
    return said


def where(standing: Standing) -> str:
    """The offices it touches; the client where it has none."""
    return all_of([place.name for place in standing.places])


def names_of(places: list[Place | None]) -> str:
    """ "Leipzig and Toledo"."""
    return all_of([place.name for place in places if place is not None])


def meaning(standing: Standing) -> list[Block]:
    """What stops working and what to do, as long as it still does; long texts by their beginning (see `in_full`)."""
    return [
        Text(f"{label}: {beginning(text)}", "normal" if index else "strong")
        for index, (label, text) in enumerate(_texts(standing))
    ]


def in_full(standing: Standing) -> list[Block]:
    """What stood above by its beginning only."""
    blocks: list[Block] = []
    for label, text in _texts(standing):
        if len(text) > LONG_TEXT:
            blocks += [Rule(), Text(f"{label}, in full:", "strong"), Text(text)]
    return blocks


def byline(standing: Standing, viewer: Viewer, provider: str) -> Text:
    """Who started it, when, and the reference."""
    row = standing.row
    who = f"{standing.asker}, {standing.client.name}" if standing.asker else f"{row.raised_by}, {provider}"
    since = viewer.when(row.proposed_at or row.created_at)
    started = "Asked for by" if row.side == "client" else "From"
    engineer = f" · work done by {standing.engineer}" if standing.engineer else ""
    return Text(f"{row.ref} · {started} {who} · {since}{engineer}", "subtle")


def moment_of(step: dict[str, Any], name: str = "at") -> datetime | None:
    """A moment of something that happened in the window."""
    said = step.get(name)
    return datetime.fromisoformat(said) if isinstance(said, str) else said


def step_of(standing: Standing, what: str, which: str = "") -> dict[str, Any] | None:
    """What happened: the `which`-th time (from 1), else the last time."""
    found = [dict(one) for one in standing.row.steps if one.get("what") == what]
    if which.isdecimal() and 0 < int(which) <= len(found):
        return found[int(which) - 1]
    return found[-1] if found else None


def ends_at(standing: Standing) -> datetime | None:
    """Until when it lasts as things are."""
    moment: datetime | None = standing.row.extended_to or standing.row.ends_at
    return moment


def sentence(text: str) -> str:
    """With a full stop."""
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text.rstrip()}."


def beginning(text: str, most: int = LONG_TEXT) -> str:
    """The first words of a long text that stands below in full."""
    if len(text) <= most:
        return text
    head = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
    return f"{head} … (in full below)"


def is_missed(standing: Standing) -> bool:
    """The agreed time is over and the work has not begun."""
    return stands(standing.row, standing.now) == "missed"


def _texts(standing: Standing) -> list[tuple[str, str]]:
    """What is still to be known: of what is over nothing, of what has begun what does not work meanwhile."""
    row = standing.row
    coming = (standing.is_open and not standing.overdue) or standing.state == "draft" or standing.is_ahead
    if is_missed(standing) or not (coming or (standing.state == "accepted" and standing.life in UNDER_WAY)):
        return []
    found = [("What stops working", str(row.implications))]
    return [*found, ("What to do before", str(row.prep_steps))] if coming and row.prep_steps else found
