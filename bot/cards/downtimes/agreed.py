"""Draws an agreed downtime for the client's people: when, what stops working, how far the work is, how to stop it."""

from __future__ import annotations

from bot.cards.card import Actions, Block, Card, Link, Quote, Text
from bot.cards.downtimes import may, words
from bot.cards.parts import Viewer
from handlers.mechanisms.windows.standing import AHEAD, Standing


def agreed_card(standing: Standing, viewer: Viewer, *, provider: str, calendar: str = "") -> Card:
    """Live until everything works again; `calendar` is the address that puts it into this person's calendar."""
    row = standing.row
    buttons = may.agreed_buttons(standing, viewer)
    blocks: list[Block] = [
        *when(standing, viewer),
        Text(f"Where: {words.where(standing)}"),
        *words.meaning(standing),
        *progress(standing, viewer),
        *_comes(standing, viewer),
        *(
            [Link("Add to calendar", calendar)]
            if calendar and standing.life in AHEAD and not words.is_missed(standing)
            else []
        ),
        *([Actions(tuple(buttons))] if buttons else []),
        *who_agreed(standing, viewer),
        *words.in_full(standing),
        words.byline(standing, viewer, provider),
    ]
    status = words.status(standing)
    summary = f"{status.text}: {row.work}, {words.span_of(standing, viewer)}"
    return Card(row.work, summary, tuple(blocks), status, standing.ref, row.version, row.revision)


def when(standing: Standing, viewer: Viewer) -> list[Block]:
    """The agreed time on the reader's wall, and on the offices'."""
    row = standing.row
    there = words.elsewhere(standing, row.starts_at, row.ends_at, viewer)
    return [Text(words.span_of(standing, viewer), "large"), *(Text(said, "strong") for said in there)]


def progress(standing: Standing, viewer: Viewer) -> list[Block]:
    """What has happened in the window, and how it ended before it began."""
    row = standing.row
    blocks: list[Block] = []
    if standing.life in ("postponed", "cancelled"):
        verb = "Postponed" if standing.life == "postponed" else "Cancelled"
        blocks.append(Text(f"{verb} by {row.closed_by}. No work is done at this time.", "strong", "bad"))
        if row.closed_why:
            blocks.append(Quote(row.closed_by, row.closed_why))
        return blocks
    if row.began_at is not None:
        blocks.append(Text(f"Begun {viewer.at(row.began_at, row.starts_at)}."))
    if standing.life == "extended" and row.extended_to is not None:
        blocks.append(
            Text(f"Takes longer: until {viewer.on_the_day(row.extended_to, row.ends_at)}.", "strong", "warning")
        )
    elif standing.life == "in_progress" and standing.now >= row.ends_at:
        asking = "" if viewer.staff else " We are asking until when."
        blocks.append(Text(f"It takes longer than planned.{asking}", "strong", "warning"))
    if row.finished_at is not None:
        blocks.append(Text(f"Done {viewer.at(row.finished_at, row.starts_at)}."))
    if standing.life == "verifying" and not viewer.staff:
        blocks.append(Text("It is being checked. You hear from us when everything works.", "strong"))
    if standing.life == "completed":
        done = words.step_of(standing, "completed")
        at = words.moment_of(done) if done is not None else row.closed_at
        said = f" {viewer.at(at, row.starts_at)}" if at is not None else ""
        blocks.append(Text(f"Completed{said}: everything works again.", "strong", "good"))
    last = next((dict(one) for one in reversed(row.steps) if one.get("text")), None)
    if last is not None:
        blocks.append(Quote(str(last.get("by") or "Your provider"), str(last["text"])))
    return blocks


def who_agreed(standing: Standing, viewer: Viewer) -> list[Block]:
    """Whose yes it is, and what was said with it."""
    row = standing.row
    if row.decided_at is None:
        return []
    name = "you" if row.decided_by == viewer.id else standing.name(row.decided_by) or standing.client.name
    blocks: list[Block] = [Text(f"Agreed by {name}, {viewer.when(row.decided_at)}.")]
    chosen = standing.chosen
    if chosen is not None:
        against = [voice.place for voice in standing.objections(chosen.number)]
        unheard = [voice.place for voice in standing.unanswered(chosen.number)]
        if chosen.short:
            instead = f"{chosen.row.given_days} business days instead of {chosen.row.needed_days}"
            blocks.append(Text(f"Agreed in spite of short notice: {instead}."))
        if against:
            blocks.append(Text(f"Agreed in spite of an objection from {words.names_of(against)}."))
        if unheard:
            blocks.append(Text(f"Agreed without an answer from {words.names_of(unheard)}."))
    if row.decided_why:
        blocks.append(Quote(standing.name(row.decided_by) or standing.client.name, row.decided_why))
    return blocks


def _comes(standing: Standing, viewer: Viewer) -> list[Block]:
    """What happens if nobody does anything."""
    if standing.life not in AHEAD:
        return []
    row = standing.row
    if words.is_missed(standing):
        return [
            Text("The agreed time is over and no work was done. You are asked again when there is another.", "strong")
        ]
    if standing.now >= row.starts_at:
        return [Text("The agreed time has come. The work has not begun yet.", "strong", "warning")]
    begins = viewer.when(row.starts_at)
    return [Text(f"If nobody cancels or postpones it before, the work begins {begins}.", "strong")]
