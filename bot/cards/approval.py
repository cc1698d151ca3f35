"""Draws an approval: for those who decide, as a reminder, for who asked, and live for the CSM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Quote, Rule, Status, Text, Tone
from bot.cards.order import what_is_asked
from bot.cards.wording import all_of, any_of, money, when
from handlers.mechanisms.standing import Standing, StepStanding
from storage.rows import Row

VOICE = {
    "purchasing": "Purchasing",
    "billing": "Billing",
    "strategy": "Strategy",
    "security": "Security",
    "people": "People",
    "liaison": "Liaison",
    "emergency": "Emergencies",
    "downtime": "Downtime",
    "vendor": "Vendors",
}


@dataclass(frozen=True)
class Viewer:
    """For whom a card is drawn: times in this zone, words of this locale."""

    id: str
    name: str
    timezone: str
    locale: str
    staff: bool
    now: datetime

    def when(self, instant: datetime) -> str:
        """ "Mon Jun 15, 4:30 PM EDT" for this reader."""
        return when(instant, self.timezone, self.locale, self.now)


def asked(standing: Standing, viewer: Viewer, *, may: bool, provider: str) -> Card:
    """The card of somebody who is asked, and afterwards the receipt. `may`: the viewer can decide now."""
    own = standing.live_vote_of(viewer.id)
    return _card(
        standing,
        _status(standing, own, may),
        [
            _byline(standing, viewer, provider),
            *_role_of(standing, viewer),
            *what_is_asked(standing, viewer.locale, viewer.timezone),
            Rule(),
            *_progress(standing, viewer),
            *_own_vote(own, viewer),
            *_ending(standing, viewer),
            *_decide(standing, may),
        ],
        summary=_summary(standing, viewer, may),
    )


def reminder(standing: Standing, viewer: Viewer, *, may: bool, provider: str) -> Card:
    """A new, short message for somebody who has not answered; muted once it is decided."""
    request = standing.request
    own = standing.live_vote_of(viewer.id)
    if not may:
        return _card(standing, _status(standing, own, may), [*_progress(standing, viewer), *_own_vote(own, viewer)])
    text = f"{provider} still needs your answer. It was asked {viewer.when(request.created_at)}."
    total = _total(standing, viewer)
    return _card(
        standing,
        Status("Reminder: needs your approval", "warning"),
        [
            Text(text),
            *([Text(total, "strong")] if total else []),
            *_ending(standing, viewer),
            *_decide(standing, may),
        ],
        summary=f"Reminder: {request.title}{f' ({total})' if total else ''} needs your approval",
    )


def outcome(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """For the person who asked and was not among the deciders: how it ended."""
    return _card(
        standing,
        _status(standing, None, False),
        [_byline(standing, viewer, provider), *_progress(standing, viewer), *_ending(standing, viewer)],
        summary=f"{standing.request.title}: {_status(standing, None, False).text.lower()}",
    )


def board(standing: Standing, viewer: Viewer, *, provider: str, audit: str) -> Card:
    """The CSM's live card: progress, who is asked and since when, what comes next, the audit id at the end."""
    request = standing.request
    ref = standing.ref
    blocks: list[Block] = [
        Text(f"{request.ref} · {standing.client.name} · sent {viewer.when(request.created_at)}", "subtle"),
        Lines(tuple(_voice_line(standing, step, viewer) for step in standing.steps), "Who decides"),
        *_ending(standing, viewer),
    ]
    if standing.is_open and (coming := _next_by_itself(standing, viewer)):
        blocks.append(Text(coming, "subtle"))
    if standing.is_open:
        button = Button("Withdraw", "withdraw", ref, request.version, request.revision, "danger", form=True)
        blocks.append(Actions((button,)))
    elif audit:
        blocks.append(Text(f"Audit id {audit}", "subtle"))
    blocks[1:1] = list(what_is_asked(standing, viewer.locale, viewer.timezone))
    status = _status(standing, None, False)
    if standing.is_open:
        status = Status(f"{standing.given} of {standing.needed} approved", "ask" if standing.given == 0 else "warning")
        if not any(step.state == "open" for step in standing.steps):
            status = Status("Nobody can be asked: see your task", "bad")
    return _card(standing, status, blocks, summary=f"{request.ref} {standing.client.name}: {status.text}")


# ------------------------------------------------------------------ parts


def _card(standing: Standing, status: Status, blocks: list[Block], *, summary: str = "") -> Card:
    request = standing.request
    return Card(
        title=request.title,
        summary=summary or f"{request.title}: {status.text}",
        blocks=tuple(blocks),
        status=status,
        ref=standing.ref,
        version=request.version,
        revision=request.revision,
    )


def _byline(standing: Standing, viewer: Viewer, provider: str) -> Text:
    request = standing.request
    kind = "Purchase" if request.kind == "purchase" else "Change of access"
    who = standing.people.get(request.requester_id or "")
    if who is None:
        asked_by = provider
    elif who.client_id is None:
        asked_by = f"{who.name}, {provider}"
    else:
        asked_by = f"{who.name}, {who.title}" if who.title else who.name
    return Text(f"{request.ref} · {kind} · asked by {asked_by} · {viewer.when(request.created_at)}", "subtle")


def _role_of(standing: Standing, viewer: Viewer) -> list[Block]:
    """Why this person is asked, where that is not plain."""
    request = standing.request
    if not standing.is_open:
        return []
    if request.requester_id == viewer.id:
        return [Text("This was asked in your name. Approve only if it was really you.", "strong", "warning")]
    mine = next((row for step in standing.steps for row in step.asked if row.person_id == viewer.id), None)
    if mine is not None and mine.why == "backup":
        others = {row.person_id for step in standing.steps for row in step.asked} - {viewer.id}
        silent = [standing.name(id_) for id_ in others if standing.live_vote_of(id_) is None]
        if silent:
            return [Text(f"You are asked as a backup: no answer yet from {all_of(sorted(silent))}.")]
    return []


def _status(standing: Standing, own: Row[Any] | None, may: bool) -> Status:
    state = standing.request.state
    if standing.is_open:
        if may:
            return Status("Needs your approval", "ask")
        if own is not None:
            return Status(f"You approved · {standing.given} of {standing.needed}", "good")
        return Status(f"{standing.given} of {standing.needed} approved", "plain")
    words: dict[str, tuple[str, Tone]] = {
        "approved": ("Approved", "good"),
        "fulfilled": ("Approved and done", "good"),
        "rejected": ("Rejected", "bad"),
        "expired": ("Not approved: nobody answered in time", "muted"),
        "withdrawn": ("Withdrawn", "muted"),
    }
    return Status(*words[state])


def _progress(standing: Standing, viewer: Viewer) -> list[Block]:
    """Who has said what, and who is still asked: the line that makes a second voice visible."""
    lines = []
    for vote in standing.votes:
        verb = "Approved" if vote.verdict == "approve" else "Rejected"
        lines.append(Line(f"{verb} by {standing.name(vote.person_id)}", viewer.when(vote.at)))
    blocks: list[Block] = []
    if lines:
        blocks.append(Lines(tuple(lines), f"{standing.given} of {standing.needed} approved"))
    if standing.is_open and (left := _left(standing, viewer)):
        blocks.append(Text(left))
    rejected = next((vote for vote in standing.votes if vote.verdict == "reject"), None)
    if rejected is not None:
        blocks.append(Quote(standing.name(rejected.person_id), rejected.comment))
    elif standing.request.state == "withdrawn":
        blocks.append(Quote("Withdrawn because", standing.request.closed_why))
    return blocks


def _left(standing: Standing, viewer: Viewer) -> str:
    """ "Needs 2 approvals: yours and Priya Raman's"; after the first: "Waiting for Priya Raman"."""

    def names(step: StepStanding) -> str:
        ids = [row.person_id for row in step.asked] or [row.id for row in step.deciders]
        return any_of(["you" if id_ == viewer.id else standing.name(id_) for id_ in ids])

    open_now = [names(step) for step in standing.steps if step.state == "open"]
    later = [names(step) for step in standing.steps if step.state == "waiting"]
    if not open_now:
        return ""
    waiting = f"Waiting for {all_of(open_now)}" + (f", then {all_of(later)}" if any(later) else "") + "."
    if standing.given or standing.needed == 1:
        return waiting
    return f"Needs {standing.needed} approvals, from different people. {waiting}"


def _own_vote(own: Row[Any] | None, viewer: Viewer) -> list[Block]:
    if own is None:
        return []
    verb = "approved" if own.verdict == "approve" else "rejected"
    return [Text(f"You {verb} this on {viewer.when(own.at)}.", "strong")]


def _ending(standing: Standing, viewer: Viewer) -> list[Block]:
    """What silence does and when, or when it ended."""
    request = standing.request
    if standing.is_open:
        if not any(step.state == "open" for step in standing.steps):
            return [Text("On hold: nobody can be asked at the moment. Nothing is approved meanwhile.", "strong", "bad")]
        return [Text(f"No answer by {viewer.when(request.expires_at)}: not approved.", "strong")]
    return [Text(f"Closed {viewer.when(request.closed_at)}.", "subtle")] if request.closed_at else []


def _decide(standing: Standing, may: bool) -> list[Block]:
    if not may:
        return []
    request, ref = standing.request, standing.ref
    return [
        Actions(
            (
                Button("Approve", "approve", ref, request.version, request.revision, "primary"),
                Button("Reject", "reject", ref, request.version, request.revision, "danger", form=True),
            )
        )
    ]


def _voice_line(standing: Standing, step: StepStanding, viewer: Viewer) -> Line:
    roles = " or ".join(VOICE[role] for role in step.roles)
    if step.vote is not None:
        verb = "approved" if step.vote.verdict == "approve" else "rejected"
        return Line(f"{roles}: {verb} by {standing.name(step.vote.person_id)}", viewer.when(step.vote.at))
    if step.state == "open":
        asked_rows = [f"{standing.name(row.person_id)} (since {viewer.when(row.since)})" for row in step.asked]
        return Line(f"{roles}: waiting", detail="Asked: " + ", ".join(asked_rows))
    names = any_of([row.name for row in step.deciders])
    if step.state == "waiting":
        return Line(f"{roles}: not asked yet", detail=f"Can decide: {names}" if names else "Nobody can be asked")
    return Line(f"{roles}: not needed any more")


def _next_by_itself(standing: Standing, viewer: Viewer) -> str:
    words = {
        "remind_primary": "a reminder to those asked",
        "add_backup": "the backup is asked as well",
        "remind_both": "a reminder to everybody asked",
        "tell_csm": "a task for you to call",
        "tell_supervisor": "a task for the supervisor",
        "expire": "it closes as not approved",
    }
    if not standing.timers:
        return ""
    timer = standing.timers[0]
    return f"On silence, next: {words[timer.deed]}, {viewer.when(timer.due_at)}."


def _total(standing: Standing, viewer: Viewer) -> str:
    request = standing.request
    if request.commitment_minor is None:
        return ""
    return money(request.commitment_minor, request.currency, viewer.locale)


def _summary(standing: Standing, viewer: Viewer, may: bool) -> str:
    total = _total(standing, viewer)
    what = f"{standing.request.title} ({total})" if total else standing.request.title
    if may:
        return f"Needs your approval: {what}"
    return f"{what}: {_status(standing, standing.live_vote_of(viewer.id), may).text.lower()}"
