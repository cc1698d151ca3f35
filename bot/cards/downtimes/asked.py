"""Draws a downtime on offer for the client's people: who decides, who answers for an office, who asked for it."""

from __future__ import annotations

from bot.cards.card import Actions, Block, Button, Card, Quote, Status, Text
from bot.cards.downtimes import may, offered, silence, words
from bot.cards.parts import Viewer, day_before
from bot.cards.wording import any_of
from handlers.mechanisms.windows.standing import Standing


def offer_card(standing: Standing, viewer: Viewer, revision: int, *, provider: str) -> Card:
    """Of these times: what is asked of this person; a card of older times says where to look."""
    if standing.state in words.TO_AGREE and revision != standing.row.revision:
        return outdated(standing)
    return asked(standing, viewer, provider=provider)


def turn_card(standing: Standing, viewer: Viewer, revision: int, *, provider: str) -> Card:
    """It is the key contact's turn: the same card once more, led by that."""
    if not standing.ready or revision != standing.row.revision:
        return offer_card(standing, viewer, revision, provider=provider)
    silent = [voice.place for voice in standing.place_voices if voice.state == "silent"]
    heard = [voice.place for voice in standing.place_voices if voice.state == "answered"]
    news = f"{words.names_of(heard)} {'has' if len(heard) == 1 else 'have'} answered" if heard and not silent else ""
    lead = f"{news}: it is your turn to decide." if news else "It is your turn to decide."
    return asked(standing, viewer, provider=provider, lead=lead)


def reminder(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """Asks again, as long as this person is waited for."""
    waits = any(id_ == viewer.id for id_, _ in standing.waiting_on())
    lead = "You have not answered yet." if waits else ""
    return asked(standing, viewer, provider=provider, lead=lead)


def asked(standing: Standing, viewer: Viewer, *, provider: str, lead: str = "") -> Card:
    """Live until it is agreed or over: what it is, what stops working, the times with all that is said, the buttons."""
    row = standing.row
    picks, others = may.choices(standing, viewer), may.decider_buttons(standing, viewer)
    places, asker = may.place_buttons(standing, viewer), may.asker_buttons(standing, viewer)
    rows = [found for found in (picks, [*places, *others, *asker]) if found]
    active = bool(picks or others or places)
    blocks: list[Block] = [
        *([Text(lead, "strong")] if lead else []),
        *_why_you(standing, viewer, active),
        *_closed(standing),
        Text(f"Where: {words.where(standing)}"),
        *words.meaning(standing),
        *offered.said_with(standing),
        *offered.times(standing, viewer, _heading(standing)),
        *offered.override(standing),
        *offered.nobody_left(standing),
        *_countered(standing, provider),
        *silence.your_turn(standing, viewer),
        *silence.your_office(standing, viewer),
        *silence.ending(standing, viewer),
        *_ok_means(standing, viewer, places),
        *(Actions(tuple(each)) for each in rows),
        *(silence.before_that(standing, viewer) if active else []),
        *([] if active else offered.waited_for(standing, viewer)),
        *offered.objections_in_full(standing),
        *offered.earlier(standing, viewer),
        *words.in_full(standing),
        words.byline(standing, viewer, provider),
    ]
    status = _status(standing, viewer, picks, places)
    return Card(row.work, f"{status.text}: {row.work}", tuple(blocks), status, standing.ref, row.version, row.revision)


def outdated(standing: Standing) -> Card:
    """A card of times that are no longer on offer."""
    row = standing.row
    blocks = (Text("Other times have been named since. Please read the newest message about this downtime."),)
    status = Status("Replaced by other times", "muted")
    return Card(row.work, f"{row.work}: other times", blocks, status, standing.ref, row.version, row.revision)


def gone(standing: Standing) -> Card:
    """For somebody who has left the company: nothing of it any more."""
    blocks = (Text("You are not asked about this any more."),)
    return Card("Planned work", "Not asked any more", blocks, Status("Not yours any more", "muted"), standing.ref)


def _status(standing: Standing, viewer: Viewer, picks: list[Button], places: list[Button]) -> Status:
    if picks:
        return Status("Needs your decision", "ask")
    if any(button.label == "OK here" and "@" not in button.verb for button in places):
        return Status("Needs your answer", "ask")
    if places:
        return Status("You have answered", "good")
    if standing.provider is not None and standing.state == "proposed":
        return Status("Your provider answers next", "plain")
    return words.status(standing)


def _ok_means(standing: Standing, viewer: Viewer, places: list[Button]) -> list[Block]:
    """Where an office has answered some of the times, for which the button would be."""
    button = next((one for one in places if one.label == "OK here"), None)
    if button is None:
        return []
    if "@" in button.verb:
        return [Text("OK here takes your objection back.", "subtle")]
    if any(voice.answers for voice in standing.may_answer(viewer.id)):
        return [Text("OK here is for the times you have not answered yet.", "subtle")]
    return []


def _heading(standing: Standing) -> str:
    several = len(standing.offers) > 1
    if standing.offers and all(one.row.side == "client" for one in standing.offers) and standing.provider is not None:
        verb = "asked for" if standing.state == "proposed" else "suggested"
        return f"The time{'s' if several else ''} {verb} by {standing.offers[0].row.offered_by}"
    return "" if standing.is_open else f"The time{'s' if several else ''} that {'were' if several else 'was'} offered"


def _countered(standing: Standing, provider: str) -> list[Block]:
    if standing.provider is None or standing.overdue or not standing.is_open:
        return []
    return [Text(f"{provider} answers next. Nothing is agreed until then.")]


def _closed(standing: Standing) -> list[Block]:
    """How it ended, with the reason."""
    row = standing.row
    if standing.state in ("declined", "withdrawn"):
        verb = "Declined" if standing.state == "declined" else "Withdrawn"
        blocks: list[Block] = [Text(f"{verb} by {row.closed_by}. No work is done.", "strong")]
        return [*blocks, Quote(row.closed_by, row.closed_why)] if row.closed_why else blocks
    if standing.state == "expired":
        return [Text("Nobody said yes in time, so nothing is agreed and no work is done.", "strong")]
    return []


def _why_you(standing: Standing, viewer: Viewer, active: bool) -> list[Block]:
    """Why this person is asked where that is not plain, or who can answer instead."""
    if not standing.is_open or standing.overdue:
        return []
    mine = [(voice, one) for voice in standing.voices for one in voice.asked if one.person_id == viewer.id]
    for voice, one in mine:
        if one.why.startswith("for:") and active:
            absent = one.why.removeprefix("for:")
            until = standing.roster.away.get(absent)
            how = f"away until {day_before(until.until, viewer)}" if until is not None else "who cannot answer now"
            return [Text(f"For {standing.name(absent)}, {how}.", "strong")]
        others = [each.name for each in voice.asked if each.person_id != viewer.id]
        if one.why == "backup" and active and voice.state == "open" and others:
            return [Text(f"You are asked as a backup: no answer yet from {any_of(others)}.")]
    if active or not mine:
        return []
    able = [standing.name(id_) for voice, _ in mine for id_ in voice.may if id_ != viewer.id]
    away = viewer.id in standing.roster.away
    if away and able:
        return [Text(f"You are marked as away. {any_of(list(dict.fromkeys(able)))} can answer meanwhile.")]
    if viewer.id not in {id_ for voice, _ in mine for id_ in voice.may} and able:
        return [Text(f"You are not asked any more. {any_of(list(dict.fromkeys(able)))} can answer.")]
    return []
