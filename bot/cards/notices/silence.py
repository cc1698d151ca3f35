"""Says what happens when nobody answers: who is asked next and when, who is told to call; for readers and relays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from bot.cards.card import Block, Text
from bot.cards.notices.may import may_acknowledge
from bot.cards.notices.stencils import Stencils
from bot.cards.parts import Viewer
from bot.cards.wording import all_of, any_of
from handlers.mechanisms.broadcast import Broadcast, Listed, Reader
from handlers.mechanisms.prospects import BACKUP, TELLING, Prospects, Step

MOST_STEPS = 2
"""The next thing, and the next one that is of another kind; more would bury the one button."""
MOST_NAMED = 3


def unanswered(
    broadcast: Broadcast,
    reader: Reader,
    prospects: Prospects,
    viewer: Viewer,
    stencils: Stencils | None = None,
) -> Sequence[Block]:
    """For a reader whose answer is waited for; nothing where somebody has acknowledged for all the reader's places."""
    places = [row.id for place in reader.places if (row := place.row).acked_by is None]
    if not places or not may_acknowledge(broadcast, reader):
        return ()
    found = tuple([prospects.places.get(id_, ()) for id_ in places])
    blocks, coming = (stencils or Stencils()).once(
        ("coming", viewer.timezone, viewer.locale, found), lambda: _coming(broadcast, found, viewer)
    )
    return blocks if not coming else (Text(f"No answer{_others(broadcast, reader, places)}{coming}"),)


def _coming(broadcast: Broadcast, found: Sequence[Sequence[Step]], viewer: Viewer) -> tuple[Sequence[Block], str]:
    """(what is said to whoever answers for places with these steps, ""), or the rest of a sentence that begins with
    whose answer counts."""
    steps = _merged(found) if len(found) > 1 else [step for step in found[0] if step.deed != "expire"]
    if not steps:
        return (Text("If you do not answer, nobody else is asked and nobody calls."),), ""
    coming = [step for step in steps if not step.done]
    if not coming:
        called = [step.name for step in steps if step.deed in TELLING and step.name]
        return ((Text(f"No answer so far: {called[0]} has been asked to call."),) if called else ()), ""
    return (), _said(coming, "", "Still none", _when(broadcast.notice.started_at, viewer))


def untold(steps: Sequence[Step], named: datetime, viewer: Viewer) -> list[Block]:
    """For a contact whose staff does not know yet; `named` is a moment that the card names."""
    coming = [step for step in steps if not step.done]
    if not coming:
        asked = [step.name for step in steps if step.deed in TELLING and step.name]
        return [Text(f"Your staff has not been told in time: {asked[0]} has been asked to help.")] if asked else []
    return [Text(_said(coming, "Staff not told", "Still not", _when(named, viewer)))]


def _said(coming: Sequence[Step], first: str, then: str, when: Callable[[datetime], str]) -> str:
    """ "No answer by 10:52 AM EDT: Priya is asked as well. Still none by 11:02 AM EDT: Sofia is asked to call." """
    told = [coming[0]]
    for step in coming[1:]:
        if step.deed != told[-1].deed and len(told) < MOST_STEPS and step.deed in (*TELLING, BACKUP):
            told.append(step)
    return " ".join(
        f"{then if number else first} by {when(step.due_at)}: {_deed(step)}." for number, step in enumerate(told)
    )


def _deed(step: Step) -> str:
    if step.deed in TELLING:
        return f"{step.name or 'your provider'} is asked to call"
    if step.deed == BACKUP and step.name:
        return f"{step.name} {'are' if ' and ' in step.name else 'is'} asked as well"
    return "you are reminded"


def _merged(found: Sequence[Sequence[Step]]) -> list[Step]:
    """The steps of several places as one list: the same thing at the same moment is said once, with all its names."""
    merged: dict[tuple[datetime, str], list[Step]] = {}
    for steps in found:
        for step in steps:
            if step.deed != "expire":
                merged.setdefault((step.due_at, step.deed), []).append(step)
    return [
        Step(deed, due_at, all_of(list(dict.fromkeys(s.name for s in same if s.name))), all(s.done for s in same))
        if len(same) > 1
        else same[0]
        for (due_at, deed), same in sorted(merged.items(), key=lambda one: one[0][0])
    ]


def _others(broadcast: Broadcast, reader: Reader, places: Sequence[str]) -> str:
    """Whose answer counts as well at these places (ids): " from you or Dana Whitlock"."""
    found: dict[str, Listed] = {}
    own_id = reader.person.id
    for id_ in places:
        for one in broadcast.silent.get(id_, ()):
            if one.person_id == own_id:
                continue
            found[one.person_id] = one
            if len(found) == MOST_NAMED:
                return " from anybody who was asked"
    if not found:
        return ""
    others = list(found.values())
    if len(others) > 1 and len(places) > 1:
        others.sort(key=broadcast.everybody.index)
    return f" from {any_of(['you', *(one.name for one in others)])}"


def _when(named: datetime, viewer: Viewer) -> Callable[[datetime], str]:
    return lambda moment: _said_at(moment, named, viewer.timezone, viewer.locale, viewer.now)


@lru_cache(maxsize=512)
def _said_at(moment: datetime, named: datetime, zone: str, locale: str, now: datetime) -> str:
    """Everybody whom one notice reaches reads of the same few moments."""
    return Viewer("", "", zone, locale, False, now).on_the_day(moment, named)
