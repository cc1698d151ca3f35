"""Draws a talk with times on offer for the client's people, and what has become of it on the same card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Actions, Block, Card, Line, Lines, Quote, Status, Text
from bot.cards.parts import Viewer
from bot.cards.talks import agreed, may, silence, words
from bot.cards.wording import any_of
from handlers.mechanisms.talks.agenda import Line as Item
from handlers.mechanisms.talks.standing import Standing


def offer_card(
    standing: Standing,
    viewer: Viewer,
    lines: Sequence[Item],
    revision: int,
    *,
    provider: str,
    calendar: str = "",
    lead: str = "",
) -> Card:
    """The live card of somebody who was asked; `revision` is of the times it was sent with."""
    if standing.state == "proposed" and revision != standing.row.revision:
        return outdated(standing)
    if standing.state == "confirmed":
        return agreed.agreed_card(standing, viewer, lines, provider=provider, calendar=calendar)
    if standing.state in ("held", "closed", "missed", "skipped"):
        return agreed.after_card(standing, viewer, lines, provider=provider)
    return asked(standing, viewer, lines, provider=provider, lead=lead)


def asked(standing: Standing, viewer: Viewer, lines: Sequence[Item], *, provider: str, lead: str = "") -> Card:
    """A time is to be found: the agenda at a glance, what silence does, a button for each time, and the other ways."""
    picks, others = may.choices(standing, viewer), may.contact_buttons(standing, viewer)
    blocks: list[Block] = [
        *([Text(lead, "strong")] if lead and picks else []),
        Text(words.with_whom(standing, viewer, provider)),
        *_said_with(standing),
        *_wanted(standing, viewer, provider),
        *([] if picks else _times(standing, viewer)),
        *words.how(standing),
        *words.at_a_glance(lines, viewer),
        *silence.ending(standing, viewer),
        *([Actions(tuple(picks))] if picks else []),
        *([Actions(tuple(others))] if others else []),
        *(silence.before_that(standing, viewer) if picks else _who_answers(standing, viewer)),
        *words.whole_agenda(lines, viewer),
        *in_full(standing),
        words.byline(standing, viewer, provider),
    ]
    status = Status("Please pick a time", "ask") if picks else words.status(standing)
    summary = f"{standing.title} with {provider}: {status.text.lower()}"
    row = standing.row
    return Card(standing.title, summary, tuple(blocks), status, standing.ref, row.version, row.revision)


def outdated(standing: Standing) -> Card:
    """A card of times that are no longer on offer."""
    row = standing.row
    text = "Other times have been offered since. Please answer in the newest message about this meeting."
    status = Status("Replaced by other times", "muted")
    title = standing.title
    return Card(title, f"{title}: other times", (Text(text),), status, standing.ref, row.version, row.revision)


def gone(standing: Standing) -> Card:
    """For somebody who has left the company: nothing of it any more."""
    blocks = (Text("You are not asked about this any more."),)
    return Card("Planned meeting", "Not asked any more", blocks, Status("Not yours any more", "muted"), standing.ref)


def _said_with(standing: Standing) -> list[Block]:
    """What was said with these times by whoever offered them."""
    row = next((one.row for one in standing.offers if one.row.text and one.row.side != "client"), None)
    return words.in_persons_words(row.offered_by, row.text) if row is not None and standing.state == "proposed" else []


def _wanted(standing: Standing, viewer: Viewer, provider: str) -> list[Block]:
    """Another time is to be found: what a contact has named, and who answers."""
    if standing.state != "rescheduled":
        return []
    named = standing.named
    blocks: list[Block] = []
    if named is not None:
        who = "You" if named.row.author_id == viewer.id else named.row.offered_by
        blocks.append(Text(f"{who} would like {words.slot(named.row, viewer)}.", "strong"))
    else:
        blocks.append(Text("The times do not suit, so another is to be found.", "strong"))
    blocks += words.reason(standing, viewer)
    answerer = standing.owner or provider
    blocks.append(Text(f"{answerer} answers here. Nothing is agreed until then."))
    return blocks


def in_full(standing: Standing) -> list[Block]:
    """Somebody's words of which only the beginning stands above: about the times on offer, or why they do not suit."""
    if standing.state == "rescheduled":
        return words.reason_in_full(standing)
    found = [one.row for one in standing.offers if len(one.row.text) > words.LONG_TEXT]
    return [Quote(f"{found[0].offered_by}, in full", found[0].text)] if found else []


def _times(standing: Standing, viewer: Viewer) -> list[Block]:
    """For whoever cannot choose."""
    if standing.state != "proposed":
        return []
    lines = tuple(Line(words.slot(one.row, viewer)) for one in standing.offers)
    return [Lines(lines, "Times on offer" if len(lines) > 1 else "The time on offer")] if lines else []


def _who_answers(standing: Standing, viewer: Viewer) -> list[Block]:
    if standing.state != "proposed" or standing.lapsed:
        return []
    names = any_of([standing.name(id_) for id_ in standing.deciders() if id_ != viewer.id])
    return [Text(f"{names} can pick a time.", "subtle")] if names else []
