"""Draws times on offer: on the reader's wall and the offices', with their notice, what offices say, what is against."""

from __future__ import annotations

from bot.cards.card import Block, Line, Lines, Quote, Text
from bot.cards.downtimes import words
from bot.cards.parts import Viewer
from handlers.mechanisms.windows.shapes import Offer, Voice
from handlers.mechanisms.windows.standing import Standing

LONG_REASON = 160
"""An objection of more letters stands below the buttons in full."""


def times(standing: Standing, viewer: Viewer, heading: str = "") -> list[Block]:
    """Every time of the revision in force."""
    several = len(standing.offers) > 1
    lines = tuple(
        Line(f"{one.number}. {said}" if several else said, detail="\n".join(_about(standing, one, viewer)))
        for one in standing.offers
        for said in [words.window(one.row, viewer)]
    )
    return [Lines(lines, heading or ("Times on offer" if several else "The time on offer"))] if lines else []


def said_with(standing: Standing) -> list[Block]:
    """What its author said with this set of times."""
    row = next((one.row for one in standing.offers if one.row.text), None)
    return [Quote(row.offered_by, row.text)] if row is not None else []


def notice(offer: Offer) -> str:
    """ "Short notice: 3 business days instead of 10"."""
    row = offer.row
    if offer.short:
        return f"Short notice: {_days(row.given_days)} instead of {row.needed_days}"
    return f"Notice: {_days(row.given_days)} ({row.needed_days} needed)"


def reactions(standing: Standing, offer: Offer, viewer: Viewer) -> list[str]:
    """What the offices that answer for themselves say to this time, but for the reader's own silence."""
    said = [_reaction(voice, offer.number) for voice in standing.place_voices if offer.number in voice.answers]
    if not standing.is_open:
        return said
    for state, how in (("silent", "in time"), ("open", "yet")):
        silent = [
            voice.place
            for voice in standing.place_voices
            if voice.state == state and offer.number not in voice.answers and viewer.id not in voice.may
        ]
        if silent:
            said.append(f"{words.names_of(silent)} {'has' if len(silent) == 1 else 'have'} not answered {how}")
    return said


def objections_in_full(standing: Standing) -> list[Block]:
    """Those that stood above by their beginning only."""
    return [
        Quote(f"{voice.place.name if voice.place else ''} objects ({answer.by})", answer.reason)
        for voice in standing.place_voices
        for answer in {one.reason: one for one in voice.answers.values() if len(one.reason) > LONG_REASON}.values()
    ]


def earlier(standing: Standing, viewer: Viewer) -> list[Block]:
    """The times of older revisions, and why they did not suit where an office said so."""
    latest = {(one.row.starts_at, one.row.ends_at): one for one in standing.earlier if one.row.state != "chosen"}
    now = {(one.row.starts_at, one.row.ends_at) for one in standing.offers}
    shown = [one for times_, one in latest.items() if times_ not in now]
    if not shown or not standing.is_open:
        return []
    lines = []
    for one in shown:
        against = [
            f"{voice.place.name} objected: {voice.answers[one.number].reason} ({voice.answers[one.number].by})"
            for voice in standing.before
            if voice.place is not None and voice.row.revision == one.row.revision and voice.objects_to(one.number)
        ]
        whose = "suggested" if one.row.side == "client" else "offered"
        detail = [f"{whose.capitalize()} by {one.row.offered_by}", *against]
        lines.append(Line(words.window(one.row, viewer), detail="\n".join(detail)))
    return [Lines(tuple(lines), "Named before, and no longer on offer")]


def waited_for(standing: Standing, viewer: Viewer) -> list[Block]:
    """Who is asked and has not answered, with since when."""
    if not standing.is_open or standing.overdue:
        return []
    lines = []
    for voice in standing.voices:
        if voice.state not in ("open", "silent"):
            continue
        place = voice.place.name if voice.place is not None else ""
        for one in voice.asked:
            who = "You" if one.person_id == viewer.id else one.name
            lines.append(Line(f"{who}, {place}" if place else who, detail=f"Asked {viewer.when(one.since)}"))
    return [Lines(tuple(lines), "Not answered yet")] if lines else []


def override(standing: Standing) -> list[Block]:
    """Why it is offered in spite of what speaks against it."""
    text = standing.row.override
    return [Quote("Why it is offered all the same", text)] if text and any(o.conflicts for o in standing.offers) else []


def nobody_left(standing: Standing) -> list[Block]:
    """Every time on offer has begun."""
    if standing.state == "proposed" and standing.offers and all(one.over for one in standing.offers):
        return [Text("Every time on offer has passed, so none can be chosen.", "strong", "bad")]
    return []


def _about(standing: Standing, offer: Offer, viewer: Viewer) -> list[str]:
    row = offer.row
    found = words.elsewhere(standing, row.starts_at, row.ends_at, viewer)
    if offer.over and standing.is_open:
        return [*found, "This time has begun, so it can no longer be chosen."]
    found.append(notice(offer))
    found += [words.sentence(one) for one in offer.conflicts]
    return [*found, *reactions(standing, offer, viewer)]


def _reaction(voice: Voice, number: int) -> str:
    name = voice.place.name if voice.place is not None else ""
    answer = voice.answers[number]
    if answer.verdict == "ok":
        return f"{name}: fine ({answer.by})"
    return f"{name} objects: {words.beginning(words.sentence(answer.reason), LONG_REASON)} ({answer.by})"


def _days(count: int) -> str:
    return "1 business day" if count == 1 else f"{count} business days"
