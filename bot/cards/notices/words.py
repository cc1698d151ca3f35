"""The words that all cards of a notice share: what kind of thing it is, how it stands, since when, what comes next."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from bot.cards.card import Block, Fact, Facts, Quote, Status, Text, Tone
from bot.cards.parts import Viewer
from bot.cards.wording import all_of
from handlers.mechanisms.broadcast import Broadcast, Reader
from storage.rows import Row

KIND = {
    "outage": "Outage",
    "advisory": "Advisory",
    "msp_change": "Change at your provider",
    "critical_patch": "Critical patch",
    "root_cause": "Root cause",
}
SEVERITY = {1: "Major outage", 2: "Outage", 3: "Limited problem", 4: "For your information"}
STATE: dict[str, tuple[str, Tone]] = {
    "draft": ("not sent yet", "ask"),
    "investigating": ("we are looking for the cause", "bad"),
    "identified": ("the cause is found", "warning"),
    "monitoring": ("it works, we are watching", "plain"),
    "resolved": ("resolved", "good"),
    "closed": ("closed", "muted"),
    "cancelled": ("false alarm", "muted"),
}
SINCE = {"msp_change": "From", "critical_patch": "When"}
MEANWHILE = {"outage": "Until then"}
LONG_TEXT = 450
"""A text of more letters stands below the buttons in full, so that nobody has to scroll to answer."""
SHORT_TEXT = 220


def what(notice: Row[Any]) -> str:
    """What kind of thing it is, for an office manager."""
    return SEVERITY.get(notice.severity, "Outage") if notice.kind == "outage" else KIND[notice.kind]


def status(notice: Row[Any], state: str = "") -> Status:
    """The pill: "Major outage · the cause is found"."""
    words, tone = STATE[state or notice.state]
    kind = what(notice)
    if notice.kind == "outage" or (state or notice.state) in ("draft", "closed"):
        return Status(f"{kind} · {words}", tone)
    if (state or notice.state) == "cancelled":
        return Status(f"{kind} · withdrawn", tone)
    return Status(kind, "warning" if notice.kind == "critical_patch" else "ask")


def asking(notice: Row[Any]) -> Status:
    """The pill of a reminder."""
    return Status(f"Please acknowledge · {what(notice).lower()}", "warning")


def meanwhile(notice: Row[Any]) -> str:
    """What the label of a workaround says."""
    return MEANWHILE.get(notice.kind, "What to do")


def facts(broadcast: Broadcast, viewer: Viewer, where: tuple[str, ...]) -> Facts:
    """What is affected, where, since when, what to do meanwhile; of something that is over, from when until when."""
    notice = broadcast.notice
    named = notice.services in ("", notice.title)
    found = [] if named else [Fact("Affected", notice.services)]
    if where:
        found.append(Fact("Where", all_of(where)))
    if notice.resolved_at is not None and notice.kind == "outage" and not broadcast.is_open:
        end = viewer.on_the_day(notice.resolved_at, notice.started_at)
        found.append(Fact("When", f"{viewer.when(notice.started_at)} to {end}"))
    elif notice.kind != "root_cause":
        found.append(Fact(SINCE.get(notice.kind, "Since"), viewer.when(notice.started_at)))
    if notice.workaround and broadcast.is_open:
        found.append(Fact(meanwhile(notice), beginning(notice.workaround, LONG_TEXT)))
    return Facts(tuple(found))


def meaning(broadcast: Broadcast, impact: str, *, strong: bool = False) -> list[Block]:
    """What it means for the reader; what works again is only recalled."""
    if not impact:
        return []
    said = beginning(impact, LONG_TEXT)
    if broadcast.notice.kind != "outage" or broadcast.notice.state in ("draft", "investigating", "identified"):
        return [Text(said, "strong" if strong else "normal")]
    return [Text(f"Reported at first: {said}", "subtle")]


def next_update(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    """When the reader hears again, in the reader's own time."""
    due = broadcast.notice.next_update_at
    if due is None or not broadcast.is_open:
        return []
    return [Text(f"Next update by {viewer.on_the_day(due, broadcast.notice.started_at)}.", "strong")]


def beginning(text: str, most: int = SHORT_TEXT) -> str:
    """The first words of a long text."""
    if len(text) <= most:
        return text
    return shorten(text, most, placeholder=" …") if " " in text[: most // 2] else f"{text[:most]}…"


def said(update: Row[Any]) -> str:
    """The words of a progress line; the house's own where its author gave none."""
    own = {
        "no_change": "No change yet. We are still working on it.",
        "resolved": "It works again.",
        "reopened": "It has come back. We are working on it again.",
        "cancelled": "This was a false alarm. Nothing is wrong.",
        "changed": "We have corrected what this notice says.",
    }
    words = str(update.text).strip()
    if update.what == "no_change" and words.rstrip(".").casefold() == "no change":
        return own["no_change"]
    if update.what == "no_change" and words:
        return f"No change yet. {words}"
    return words or own.get(update.what, "We are still working on it.")


def quoted(broadcast: Broadcast, update: Row[Any], viewer: Viewer, *, whole: bool = True) -> Quote:
    """A progress line with its author and time."""
    stamp = viewer.on_the_day(update.at, broadcast.notice.started_at)
    return Quote(f"{stamp} · {update.author}", said(update) if whole else beginning(said(update), LONG_TEXT))


def where_of(reader: Reader) -> tuple[str, ...]:
    """The offices a reader answers for; nothing where it is the whole company."""
    return tuple(dict.fromkeys([place.name for place in reader.places if place.row.location_id]))


def who_covers(broadcast: Broadcast, reader: Reader) -> tuple[str, Any] | None:
    """(name, when) of whoever acknowledged first for all of this reader's places, if somebody else did."""
    found = [place.row for place in reader.places]
    if not found or not all(row.acked_by for row in found):
        return None
    first = min(found, key=lambda row: row.acked_at)
    name = broadcast.name_of(first.acked_by)
    if first.acked_by == reader.person.id or name is None:
        return None
    return name, first.acked_at
