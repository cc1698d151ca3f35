"""What happens to a talk if nobody does anything, read from the timers that will do it."""

from __future__ import annotations

from bot.cards.card import Block, Text
from bot.cards.parts import Viewer
from bot.cards.wording import all_of, any_of
from handlers.mechanisms.talks.standing import Standing

DEEDS = {
    "remind_primary": "you are reminded",
    "remind_both": "you are reminded",
    "tell_csm": "{owner} calls you",
}
BY_ITSELF = {
    "remind_primary": "the contact is reminded",
    "remind_both": "the contacts are reminded",
    "add_backup": "somebody else is asked as well",
    "tell_csm": "you have a task to call",
}


def ending(standing: Standing, viewer: Viewer) -> list[Block]:
    """The one sentence that every card with times on offer has."""
    if standing.state != "proposed":
        return []
    if standing.lapsed or standing.lapses_at is None:
        return [Text("No time was picked in time, so this meeting is left out.", "strong")]
    return [Text(f"No answer by {viewer.when(standing.lapses_at)}: this meeting is left out.", "strong")]


def before_that(standing: Standing, viewer: Viewer) -> list[Block]:
    """What comes before the end for somebody who is asked."""
    said = []
    for row in standing.timers:
        if row.deed == "add_backup" and (backup := _next(standing, viewer)):
            said.append(f"{backup} is asked as well on {viewer.when(row.due_at)}")
        elif row.deed in DEEDS:
            owner = standing.owner or "your provider"
            said.append(f"{DEEDS[row.deed].format(owner=owner)} on {viewer.when(row.due_at)}")
    return [Text(f"If you do not answer, {all_of(said[:3])}.", "subtle")] if said else []


def waited_for(standing: Standing, viewer: Viewer) -> list[Block]:
    """Who is asked and has not answered, and what comes by itself, for the provider."""
    if standing.state != "proposed" or standing.lapsed:
        return []
    waiting = standing.waiting_on()
    names = any_of([standing.name(id_) for id_, _ in waiting]) or "nobody: see your task"
    since = f", asked {viewer.when(waiting[0][1])}" if waiting else ""
    coming = next((row for row in standing.timers if row.deed in BY_ITSELF), None)
    blocks: list[Block] = [Text(f"Waiting for {names}{since}.")]
    if coming is not None:
        blocks.append(Text(f"Next by itself: {BY_ITSELF[coming.deed]}, {viewer.when(coming.due_at)}.", "subtle"))
    return blocks


def _next(standing: Standing, viewer: Viewer) -> str:
    """Who is asked as well when the time comes: the next who may decide and was not asked."""
    known = {one.person_id for one in standing.asked} | {viewer.id}
    return next((standing.name(id_) for id_ in standing.deciders() if id_ not in known), "")
