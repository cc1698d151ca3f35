"""Says what happens when nobody answers: reminders, who is asked as well, and when nothing is agreed."""

from __future__ import annotations

from bot.cards.card import Block, Text
from bot.cards.downtimes import words
from bot.cards.parts import Viewer
from bot.cards.wording import all_of, any_of
from handlers.mechanisms.windows.asking import next_in_line
from handlers.mechanisms.windows.shapes import Voice
from handlers.mechanisms.windows.standing import Standing

BY_ITSELF = {
    "remind_primary": "a reminder to those asked",
    "add_backup": "the backup is asked as well",
    "remind_both": "a reminder to everybody asked",
    "tell_csm": "a task to call",
    "expire": "it closes, and nothing is agreed",
}


def ending(standing: Standing, viewer: Viewer) -> list[Block]:
    """The one sentence that every card on offer has."""
    row = standing.row
    if not standing.is_open or row.expires_at is None:
        return []
    if standing.overdue:
        return [Text("The time to answer is over: nothing is agreed and no work is done.", "strong")]
    said = f"No answer by {viewer.when(row.expires_at)}: nothing is agreed and no work is done."
    return [Text(said, "strong")]


def your_turn(standing: Standing, viewer: Viewer) -> list[Block]:
    """For the key contact: whose answers are waited for before the own turn, or that it has come without some."""
    if not standing.may_suggest(viewer.id):
        return []
    missing = [voice.place for voice in standing.place_voices if voice.state == "open"]
    silent = [voice.place for voice in standing.place_voices if voice.state == "silent"]
    if standing.ready:
        if not silent:
            return []
        said = f"{words.names_of(silent)} {_has(len(silent))} not answered in time. You may choose all the same."
        return [Text(said, "strong", "warning")]
    if not missing:
        return []
    ends = standing.ladder_ends_at
    latest = f", on {viewer.when(ends)} at the latest" if ends is not None else ""
    first = f"Your turn comes when {words.names_of(missing)} {_has(len(missing))} answered{latest}."
    return [Text(f"{first} You can suggest another time or decline before that.")]


def your_office(standing: Standing, viewer: Viewer) -> list[Block]:
    """For a coordinator: until when the own office is waited for, and who chooses without it then."""
    voices = [voice for voice in standing.may_answer(viewer.id) if voice.state == "open"]
    if not voices or standing.is_decider(viewer.id):
        return []
    ends = [row.due_at for row in standing.timers for voice in voices if _ends(row.plan, row.deed, voice)]
    who = _decider(standing)
    if not ends:
        return []
    office = words.names_of([voice.place for voice in voices])
    return [Text(f"If {office} has not answered by {viewer.when(max(ends))}, {who} may choose without it.")]


def before_that(standing: Standing, viewer: Viewer) -> list[Block]:
    """What comes before the end for somebody who is asked: a reminder, and who is asked as well."""
    said = []
    for voice in standing.voices:
        if voice.state != "open" or all(one.person_id != viewer.id for one in voice.asked):
            continue
        backup = standing.name(next_in_line(standing, voice))
        for row in standing.timers:
            if row.plan != voice.id:
                continue
            if row.deed == "add_backup" and backup:
                said.append(f"{backup} is asked as well on {viewer.when(row.due_at)}")
            elif row.deed in ("remind_primary", "remind_both"):
                said.append(f"you are reminded on {viewer.when(row.due_at)}")
        break
    if not said:
        return []
    told = all_of(said[:2])
    return [Text(f"Until you answer, {told}.", "subtle")]


def next_by_itself(standing: Standing, viewer: Viewer) -> list[Block]:
    """For the provider: the next thing that happens when nobody acts."""
    coming = [row for row in standing.timers if row.deed in BY_ITSELF]
    if not coming or not standing.is_open:
        return []
    row = coming[0]
    return [Text(f"Next by itself: {BY_ITSELF[row.deed]}, {viewer.when(row.due_at)}.", "subtle")]


def _decider(standing: Standing) -> str:
    decider = standing.decider
    names = [one.name for one in decider.asked] if decider is not None else []
    return any_of(names) or "the key contact"


def _ends(plan: str, deed: str, voice: Voice) -> bool:
    return plan == voice.id and deed == "tell_csm"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"
