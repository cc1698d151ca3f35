"""Draws the short messages that follow a downtime in its thread: coming up, begun, takes longer, done, given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.cards.card import Actions, Block, Button, Card, Link, Quote, Status, Text, Tone
from bot.cards.downtimes import agreed, may, words
from bot.cards.parts import Viewer
from handlers.mechanisms.windows.standing import AHEAD, Standing

COMING, STARTED = ("day7", "day1", "hour1"), ("started", "late", "finished", "completed")


@dataclass(frozen=True)
class Around:
    """What a message needs besides where it stands: the client's blackout that came since, what is offered instead."""

    calendar: str = ""
    blackout: str = ""
    """When no work is wanted and why, as a sentence."""
    instead: str = ""
    """The reference of the downtime that is offered in place of a postponed one."""


NOTHING = Around()
News = Callable[[Standing, Viewer, str, Around], list[Block]]


def message(
    standing: Standing, viewer: Viewer, kind: str, detail: str, *, provider: str, around: Around = NOTHING
) -> Card | None:
    """One of them; None for a kind that is none."""
    if kind not in LEADS:
        return None
    lead, tone, news = LEADS[kind]
    row = standing.row
    blocks = [
        *([Text(standing.client.name, "subtle")] if viewer.staff else []),
        *news(standing, viewer, detail, around),
        *_moved_on(standing, kind),
        words.byline(standing, viewer, provider),
    ]
    if kind == "blackout":
        lead, tone = ("Please look at this", "warning") if standing.is_ahead or standing.is_open else (lead, tone)
    title = f"{lead}: {row.work}"
    return Card(title, title, tuple(blocks), Status(lead, tone), standing.ref, row.version, row.revision)


def _coming(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    blocks: list[Block] = [*agreed.when(standing, viewer), Text(f"Where: {words.where(standing)}")]
    blocks += words.meaning(standing)
    if standing.life not in AHEAD or words.is_missed(standing):
        return blocks
    blocks.append(
        Text(f"If nobody cancels or postpones it before, the work begins {viewer.when(standing.row.starts_at)}.")
    )
    if around.calendar:
        blocks.append(Link("Add to calendar", around.calendar))
    buttons = may.agreed_buttons(standing, viewer)
    return [*blocks, *([Actions(tuple(buttons))] if buttons else []), *words.in_full(standing)]


def _started(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    row = standing.row
    begun = viewer.when(row.began_at) if row.began_at is not None else viewer.when(row.starts_at)
    until = viewer.on_the_day(row.ends_at, row.starts_at)
    there = words.elsewhere(standing, row.starts_at, row.ends_at, viewer)
    return [
        Text(f"Begun {begun}, planned until {until}.", "strong"),
        *(Text(said) for said in there),
        *words.meaning(standing),
        Text("You hear from us when it is done, or if it takes longer."),
    ]


def _late(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    row = standing.row
    if standing.life not in AHEAD:
        return [Text("It has begun since.")]
    blocks: list[Block] = [
        Text(f"The agreed time began {viewer.when(row.starts_at)}, and nobody has said that the work has.", "strong"),
        Text(f"Work may begin until {viewer.on_the_day(row.ends_at, row.starts_at)}. After that a new time is needed."),
    ]
    buttons = may.desk_buttons(standing, {}, ("start", "postpone", "cancel")) if viewer.staff else []
    return [*blocks, *([Actions(tuple(buttons))] if buttons else [])]


def _extended(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    step = words.step_of(standing, "extended", detail) or {}
    until = words.moment_of(step, "until") or standing.row.extended_to
    named = standing.row.ends_at
    if until is None:
        return [Text("It takes longer than planned.", "strong")]
    blocks: list[Block] = [Text(f"It takes longer: until {viewer.when(until)}.", "strong")]
    blocks += [Text(said) for said in words.elsewhere(standing, standing.row.starts_at, until, viewer)]
    blocks.append(Text(f"Planned was {viewer.on_the_day(named, until)}.", "subtle"))
    blocks.append(Text(f"What stops working until then: {standing.row.implications}"))
    return [*blocks, *([Quote(str(step.get("by")), str(step["text"]))] if step.get("text") else [])]


def _overrun(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    planned = viewer.when(words.ends_at(standing) or standing.row.ends_at)
    asked = standing.engineer or "whoever does the work"
    tail = f"{asked} has not said yet whether it is done." if viewer.staff else "We are asking until when."
    return [Text(f"It takes longer than planned. It was to end {planned}.", "strong"), Text(tail)]


def _finished(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    return [
        Text("The work is done and is being checked. You hear from us when everything works.", "strong"),
        *_said(standing, "finished"),
    ]


def _completed(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    step = words.step_of(standing, "completed") or {}
    at = words.moment_of(step)
    when = f" {viewer.when(at)}" if at is not None else ""
    return [Text(f"Completed{when}: everything works again.", "strong", "good"), *_said(standing, "completed")]


def _given_up(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    row = standing.row
    verb = "Postponed" if standing.life == "postponed" else "Cancelled"
    blocks: list[Block] = [
        Text(f"{verb} by {row.closed_by}: no work is done {words.window(row, viewer)}.", "strong", "bad"),
        *(Text(said) for said in words.elsewhere(standing, row.starts_at, row.ends_at, viewer)),
    ]
    if row.closed_why:
        blocks.append(Quote(row.closed_by, row.closed_why))
    if around.instead:
        blocks.append(Text(f"{around.instead} offers other times in its place."))
    elif standing.life == "postponed":
        blocks.append(Text("You are asked again when there is another time."))
    return blocks


def _closed(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    row = standing.row
    if standing.state == "expired":
        text = "Nobody said yes in time, so nothing is agreed and no work is done."
        return [Text(text, "strong"), *([Text("Raise it again if it is still needed.")] if viewer.staff else [])]
    verb = "Declined" if standing.state == "declined" else "Withdrawn"
    blocks: list[Block] = [Text(f"{verb} by {row.closed_by}. Nothing is agreed and no work is done.", "strong")]
    return [*blocks, *([Quote(row.closed_by, row.closed_why)] if row.closed_why else [])]


def _blackout(standing: Standing, viewer: Viewer, detail: str, around: Around) -> list[Block]:
    blocks: list[Block] = [Text(around.blackout, "strong", "warning")] if around.blackout else []
    if standing.is_ahead:
        blocks.append(Text(f"{standing.row.ref} was agreed before for {words.window(standing.row, viewer)}."))
        blocks.append(Text("The agreed time stands unless somebody cancels or postpones it.", "strong"))
        buttons = (
            may.desk_buttons(standing, {}, ("postpone", "cancel"))
            if viewer.staff
            else may.agreed_buttons(standing, viewer)
        )
        return [*blocks, *([Actions(tuple(buttons))] if buttons else [])]
    if standing.is_open:
        blocks.append(Text(f"{standing.row.ref} is on offer for that time. It can no longer be agreed then.", "strong"))
        found: list[Button] = (
            may.desk_buttons(standing, {}, ("offer", "withdraw"))
            if viewer.staff
            else may.decider_buttons(standing, viewer)
        )
        return [*blocks, *([Actions(tuple(found))] if found else [])]
    return blocks


def _said(standing: Standing, what: str) -> list[Block]:
    step = words.step_of(standing, what) or {}
    return [Quote(str(step.get("by")), str(step["text"]))] if step.get("text") else []


def _moved_on(standing: Standing, kind: str) -> list[Block]:
    """What has become of it since, on a message that was about something earlier."""
    if standing.state != "accepted":
        return []
    over = {"postponed": "It has been postponed since.", "cancelled": "It has been cancelled since."}
    later = {"completed": "It is completed since.", **over}
    if kind in (*COMING, "blackout") and standing.life not in AHEAD:
        since = {"in_progress": "The work has begun since.", "extended": "The work has begun since."}
        return [Text({**since, **later}.get(standing.life, "The work is done."), "strong")]
    if kind in ("started", "extended", "overrun", "finished") and standing.life == "completed":
        return [Text(later["completed"], "strong", "good")]
    return []


LEADS: Mapping[str, tuple[str, Tone, News]] = {
    "day7": ("Coming up", "ask", _coming),
    "day1": ("Coming up soon", "ask", _coming),
    "hour1": ("Begins within the hour", "warning", _coming),
    "started": ("Begun", "warning", _started),
    "late": ("Not begun yet", "warning", _late),
    "extended": ("Takes longer", "warning", _extended),
    "overrun": ("Takes longer than planned", "warning", _overrun),
    "finished": ("Done, being checked", "plain", _finished),
    "completed": ("Everything works again", "good", _completed),
    "postponed": ("Postponed", "muted", _given_up),
    "cancelled": ("Cancelled", "muted", _given_up),
    "declined": ("Declined", "bad", _closed),
    "expired": ("Not agreed", "muted", _closed),
    "withdrawn": ("Withdrawn", "muted", _closed),
    "blackout": ("No work is wanted then", "muted", _blackout),
}
"""Purpose -> what the message begins with, how loud, and what it says."""
