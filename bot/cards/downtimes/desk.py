"""Draws a downtime for the provider: the preview of a draft, the live card of its owner, the engineer's own card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Actions, Block, Card, Line, Lines, Link, Quote, Rule, Status, Text
from bot.cards.downtimes import agreed, may, offered, silence, words
from bot.cards.parts import Viewer
from handlers.mechanisms.windows.running import EARLY
from handlers.mechanisms.windows.standing import AHEAD, Standing

DESK_AGREED = ("start", "extend", "finish", "complete")


def preview(
    standing: Standing,
    viewer: Viewer,
    against: may.Sentences,
    *,
    provider: str,
    problem: str = "",
    remarks: Sequence[str] = (),
) -> Card:
    """Nothing is sent yet; what speaks against the times stands above what it is. `problem`: nobody can be asked.

    `remarks` say which times are outside what the offices prefer.
    """
    row = standing.row
    if standing.state != "draft":
        return _sent(standing, viewer)
    found = [said for number in sorted(against) for said in against[number]]
    ask = "Something speaks against these times. Choose others in Change, or say there why it is offered all the same."
    blocks: list[Block] = [
        Text(f"{standing.client.name} · {words.where(standing)} · nothing is sent yet", "subtle"),
        *([Text(problem, "strong", "bad")] if problem else []),
        *_fresh(standing, against),
        *([Text(ask, "strong", "warning")] if found and not row.override else []),
        *([Quote("Why it is offered all the same", row.override)] if found and row.override else []),
        *offered.times(standing, viewer, "The times you offer" if len(standing.offers) > 1 else "The time you offer"),
        *([Lines(tuple(Line(one) for one in remarks), "Only to know")] if remarks else []),
        *words.meaning(standing),
        Actions(tuple(may.draft_buttons(standing, against))),
        *words.in_full(standing),
        words.byline(standing, viewer, provider),
    ]
    summary = f"Please check: {row.work} for {standing.client.name}"
    return Card(row.work, summary, tuple(blocks), Status("Not sent yet", "ask"), standing.ref, row.version)


def desk(
    standing: Standing, viewer: Viewer, against: may.Sentences, *, provider: str, calendar: str = "", page: str = ""
) -> Card:
    """Live: how it stands, what every office says, who is silent, what comes by itself, and what can be done."""
    row = standing.row
    agreed_now = standing.state == "accepted"
    body = _agreed(standing, viewer) if agreed_now else _open(standing, viewer, against)
    buttons = may.desk_buttons(standing, against)
    blocks: list[Block] = [
        Text(f"{standing.client.name} · {words.where(standing)}", "subtle"),
        *body,
        *([Actions(tuple(buttons))] if buttons else []),
        *(
            [Link("Add to calendar", calendar)]
            if calendar and agreed_now and standing.life in AHEAD and not words.is_missed(standing)
            else []
        ),
        *silence.next_by_itself(standing, viewer),
        *words.meaning(standing),
        *offered.objections_in_full(standing),
        *offered.earlier(standing, viewer),
        *words.in_full(standing),
        *([Link("Everything on one page", page)] if page else []),
        words.byline(standing, viewer, provider),
    ]
    status = _status(standing)
    summary = f"{row.ref} {row.work}: {status.text.lower()}"
    return Card(row.work, summary, tuple(blocks), status, standing.ref, row.version, row.revision)


def engineer(standing: Standing, viewer: Viewer, *, provider: str, checkup: bool = False) -> Card:
    """For whoever does the work: when, where, what, whom to call, and the one next step."""
    row = standing.row
    due = words.ends_at(standing) or row.ends_at
    buttons = may.desk_buttons(standing, {}, DESK_AGREED)
    asks = checkup and standing.life in ("in_progress", "extended")
    blocks: list[Block] = [
        Text(f"{standing.client.name} · {words.where(standing)}", "subtle"),
        *([Text(f"Finished, or longer? The planned end was {viewer.when(due)}.", "strong", "warning")] if asks else []),
        *agreed.when(standing, viewer),
        *agreed.progress(standing, viewer),
        *_next_step(standing, viewer),
        *([Actions(tuple(buttons))] if buttons else []),
        *words.meaning(standing),
        *_numbers(standing),
        *words.in_full(standing),
        words.byline(standing, viewer, provider),
    ]
    status = Status("Finished or longer?", "warning") if asks else _working(standing)
    return Card(row.work, f"{status.text}: {row.work}", tuple(blocks), status, standing.ref, row.version, row.revision)


def _sent(standing: Standing, viewer: Viewer) -> Card:
    row = standing.row
    if row.proposed_at is None:
        blocks: tuple[Block, ...] = (Text("Nobody was asked."),)
        return Card(row.work, "Discarded", blocks, Status("Discarded", "muted"), standing.ref)
    blocks = (
        Text(f"{row.ref} · sent {viewer.when(row.proposed_at)}", "subtle"),
        Text("Everybody whose answer it needs is asked.", "strong"),
        Text(f"Your live card of {row.ref} shows who has answered."),
    )
    return Card(row.work, f"Sent: {row.work}", blocks, Status("Sent", "good"), standing.ref)


def _open(standing: Standing, viewer: Viewer, against: may.Sentences) -> list[Block]:
    closed: list[Block] = []
    row = standing.row
    if standing.state in ("declined", "withdrawn"):
        verb = "Declined" if standing.state == "declined" else "Withdrawn"
        closed.append(Text(f"{verb} by {row.closed_by}.", "strong"))
        closed += [Quote(row.closed_by, row.closed_why)] if row.closed_why else []
    if standing.state == "expired":
        closed.append(Text("Nobody said yes in time: nothing is agreed and no work is done.", "strong"))
    return [
        *closed,
        *_whose_turn(standing),
        *offered.said_with(standing),
        *offered.times(standing, viewer, _heading(standing)),
        *_fresh(standing, against),
        *offered.override(standing),
        *offered.nobody_left(standing),
        *offered.waited_for(standing, viewer),
        *silence.ending(standing, viewer),
    ]


def _fresh(standing: Standing, against: may.Sentences) -> list[Block]:
    """What has come to speak against a time since it was weighed."""
    now = dict.fromkeys(said for number in sorted(against) for said in against[number])
    fresh = [one for one in now if not any(one in offer.conflicts for offer in standing.offers)]
    return [Lines(tuple(Line(one) for one in fresh), "What speaks against it since")] if fresh else []


def _heading(standing: Standing) -> str:
    if standing.offers and standing.offers[0].row.side == "client" and standing.provider is not None:
        verb = "Suggested" if standing.row.revision > 1 else "Asked for"
        return f"{verb} by {standing.offers[0].row.offered_by}"
    several = len(standing.offers) > 1
    return "" if standing.is_open else f"The time{'s' if several else ''} that {'were' if several else 'was'} offered"


def _whose_turn(standing: Standing) -> list[Block]:
    if not standing.is_open or standing.overdue:
        return []
    if standing.provider is not None:
        what = "suggests another time" if standing.state == "countered" else "asks for this"
        return [Text(f"{standing.client.name} {what} and waits for your answer.", "strong")]
    if standing.ready:
        return [Text("It is the key contact's turn to choose.", "strong")]
    if standing.place_voices:
        return [Text("The offices answer first, then the key contact chooses.")]
    return []


def _agreed(standing: Standing, viewer: Viewer) -> list[Block]:
    return [
        *agreed.when(standing, viewer),
        *agreed.progress(standing, viewer),
        *_next_step(standing, viewer),
        *agreed.who_agreed(standing, viewer),
    ]


def _next_step(standing: Standing, viewer: Viewer) -> list[Block]:
    """What happens next, and when if nobody does anything."""
    row = standing.row
    if standing.life in AHEAD:
        if words.is_missed(standing):
            over = "The agreed time is over and no work was done. Postpone it, so that another time is agreed."
            return [Text(over, "strong", "bad")]
        earliest = viewer.on_the_day(row.starts_at - EARLY, row.starts_at)
        return [Text(f"The work may begin from {earliest}. Nothing begins by itself: press Start.", "strong")]
    if standing.life in ("in_progress", "extended") and standing.now < (words.ends_at(standing) or row.ends_at):
        ends = viewer.on_the_day(words.ends_at(standing) or row.ends_at, row.starts_at)
        return [Text(f"At {ends} you are asked whether it is done; a quarter of an hour later everybody is told.")]
    if standing.life == "verifying":
        return [Text("Press Completed when everything works again: everybody is told.", "strong")]
    return []


def _status(standing: Standing) -> Status:
    if standing.state == "accepted" or not standing.is_open or standing.overdue:
        return words.status(standing)
    if standing.provider is not None:
        return Status("Needs your answer", "ask")
    against = sum(voice.objects_to(one.number) for voice in standing.place_voices for one in standing.offers)
    heard = sum(voice.state == "answered" for voice in standing.place_voices)
    if standing.ready:
        return Status("The key contact decides", "plain")
    count = len(standing.place_voices)
    said = f"{heard} of {count} {'office' if count == 1 else 'offices'} answered"
    return Status(said, "warning" if against else "plain")


def _working(standing: Standing) -> Status:
    if standing.life in AHEAD and not words.is_missed(standing):
        return Status("Yours to do", "ask")
    return words.status(standing)


def _numbers(standing: Standing) -> list[Block]:
    """Whom to call: the key contact, and who speaks for each office."""
    found: dict[str, str] = {}
    row = standing.row
    for id_ in (row.decided_by, *(id_ for voice in standing.place_voices for id_ in voice.may)):
        person = standing.people.get(id_ or "")
        if person is not None and person.state == "active":
            found.setdefault(str(person.name), str(person.phone or "no number on file"))
    lines = tuple(Line(name, detail=number) for name, number in found.items())
    return [Rule(), Lines(lines, "Whom to call")] if lines else []
