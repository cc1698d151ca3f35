"""Draws the messages beside a request's card: reminders, answers, calls to confirm, how it ended."""

from __future__ import annotations

from bot.cards.approval import decide, outdated, own_vote
from bot.cards.card import Actions, Block, Button, Card, Quote, Status, Text
from bot.cards.order import headline, in_brief, in_detail, what_is_asked
from bot.cards.parts import Viewer, byline, card_of, ending, progress, status_of, total_of
from handlers.mechanisms.hesitation import can_vote
from handlers.mechanisms.standing import Standing
from handlers.mechanisms.survey import disowns
from storage.rows import Row


def reminder(standing: Standing, viewer: Viewer, *, version: int, provider: str) -> Card:
    """A new, short message for somebody who has not answered; a receipt once it is decided."""
    if version != standing.request.version:
        return outdated(standing, viewer, version)
    request, own, may = standing.request, standing.live_vote_of(viewer.id), can_vote(standing, viewer.id)
    if not may:
        said = [*own_vote(own, viewer), *progress(standing, viewer, own=own is None), *ending(standing, viewer)]
        return card_of(standing, status_of(standing, own, may), [headline(standing, viewer.locale), *said])
    total = total_of(standing, viewer)
    return card_of(
        standing,
        Status("Reminder: needs your approval", "warning"),
        [
            headline(standing, viewer.locale),
            Text(f"{provider} still needs your answer. It was asked {viewer.when(request.created_at)}."),
            *ending(standing, viewer),
            Actions(decide(standing)),
        ],
        summary=f"Reminder: {request.title}{f' ({total})' if total else ''} needs your approval",
    )


def answered(standing: Standing, viewer: Viewer, inquiry: Row, *, provider: str) -> Card:
    """The answer to this person's question, with the decision right under it while it is about the same facts."""
    may = can_vote(standing, viewer.id) and inquiry.version == standing.request.version
    blocks: list[Block] = [
        Quote(f"{standing.name(inquiry.asker_id)} asked", inquiry.text),
        Quote(f"{standing.name(inquiry.answered_by) or provider} answered", inquiry.answer),
        *ending(standing, viewer),
        *([Actions(decide(standing))] if may else []),
    ]
    status = status_of(standing, standing.live_vote_of(viewer.id), may)
    return card_of(standing, status, blocks, summary=f"Your question about {standing.request.title} is answered")


def phone_confirmation(standing: Standing, viewer: Viewer, heard: Row) -> Card:
    """Somebody of the provider recorded a yes by phone: was it this person?"""
    request, ref = standing.request, standing.ref
    states = {
        "confirmed": Status("You confirmed the call", "good"),
        "denied": Status("You said that the call is not right", "bad"),
        "lapsed": Status("Not confirmed in time: the call does not count", "muted"),
    }
    if heard.state != "waiting":
        return card_of(standing, states[heard.state], [*progress(standing, viewer)])
    if viewer.now >= heard.due_at or not standing.is_open:
        return card_of(standing, states["lapsed"], [*progress(standing, viewer)])
    may = can_vote(standing, viewer.id)
    caller = standing.name(heard.recorded_by)
    text = f"{caller} recorded that you approved this by phone ({heard.number}) on {viewer.when(heard.at)}."
    yes = Button("Yes, I approved this", "phone:yes", ref, request.version, request.revision, "primary")
    no = Button("That is not right", "phone:no", ref, request.version, request.revision, "danger")
    buttons = (yes, no) if may else (no,)
    return card_of(
        standing,
        Status("Please confirm your phone approval", "ask"),
        [
            Text(text, "strong"),
            *([Quote("What was noted", heard.note)] if heard.note else []),
            *what_is_asked(standing, viewer.locale, viewer.timezone),
            Text(
                f"Without your confirmation by {viewer.when(heard.due_at)} the call does not count."
                if may
                else "You cannot decide this at the moment, so the call does not count.",
                "strong",
            ),
            Actions(buttons),
        ],
        summary=f"Please confirm: you approved {request.title} by phone",
    )


def outcome(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """A new message for the person who asked: how it ended."""
    status = status_of(standing, None, False)
    head = [headline(standing, viewer.locale), byline(standing, viewer, provider)]
    blocks = [*head, *progress(standing, viewer), *ending(standing, viewer)]
    return card_of(standing, status, blocks, summary=f"{standing.request.title}: {status.text.lower()}")


def void(standing: Standing, viewer: Viewer) -> Card:
    """A new message for those who approved: it no longer holds."""
    blocks: list[Block] = [
        Text("You approved this, but it no longer holds. Nothing will be carried out on it."),
        *ending(standing, viewer),
    ]
    status = status_of(standing, None, False)
    return card_of(standing, status, blocks, summary=f"{standing.request.title}: no longer valid")


def catalogue(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """Told afterwards: something small was bought that the company has pre-approved."""
    request = standing.request
    button = Button("I didn't ask for this", "disown", standing.ref, request.version, request.revision, "danger")
    return card_of(
        standing,
        Status("Bought from your catalogue", "good") if request.state != "void" else status_of(standing, None, False),
        [
            headline(standing, viewer.locale),
            byline(standing, viewer, provider),
            Text("Your company has pre-approved this item, so nobody was asked. You are only told."),
            *ending(standing, viewer),
            *in_brief(standing, viewer.locale, viewer.timezone),
            *in_detail(standing, viewer.locale),
            *([Actions((button,))] if request.state == "approved" and disowns(standing, viewer.id) else []),
        ],
        summary=f"Bought from your catalogue: {request.title}",
    )
