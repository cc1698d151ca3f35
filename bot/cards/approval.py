"""Draws an approval for those who decide it, those it is about and those who asked; the CSM's cards are in `board`."""

from __future__ import annotations

from bot.cards.card import Actions, Block, Button, Card, Quote, Rule, Status, Text
from bot.cards.difference import what_changed
from bot.cards.order import LONG_WHY, headline, in_brief, in_detail, is_long
from bot.cards.parts import (
    Viewer,
    byline,
    card_of,
    conversation,
    day_before,
    ending,
    in_name_of,
    left_to_do,
    progress,
    status_of,
    total_of,
)
from bot.cards.wording import all_of
from handlers.mechanisms.hesitation import can_vote, heirs
from handlers.mechanisms.standing import Standing
from handlers.mechanisms.survey import disowns, own_asking, regrettable, snoozable, stoppable
from storage.rows import Row


def asked(standing: Standing, viewer: Viewer, *, version: int, provider: str) -> Card:
    """The card of somebody who is asked for `version` of the facts, and afterwards the receipt."""
    if version != standing.request.version:
        return outdated(standing, viewer, version)
    own, may = standing.live_vote_of(viewer.id), can_vote(standing, viewer.id)
    long = may and is_long(standing)
    what = [
        byline(standing, viewer, provider),
        *_why_you(standing, viewer),
        *what_changed(standing, viewer.locale, viewer.timezone),
        *in_brief(standing, viewer.locale, viewer.timezone, whole=not long),
    ]
    state = [
        *own_vote(own, viewer),
        *progress(standing, viewer, own=own is None),
        *left_to_do(standing, viewer),
        *ending(standing, viewer),
    ]
    said, lines = conversation(standing, viewer), in_detail(standing, viewer.locale, whole=not long)
    buttons = _buttons(standing, viewer, own, may)
    below: list[Block] = []
    if may and sum(len(one.text) for one in said if isinstance(one, Quote)) > LONG_WHY:
        said, below = [Text("The questions and answers stand below.", "subtle")], [Rule(), *said]
    if not may:  # how it stands is news; what it was about is the receipt
        blocks = [*state, *said, Rule(), *what, *lines, *buttons]
    elif long:
        more = Text("The whole reason and every line stand below.", "subtle")
        blocks = [*what, more, *said, Rule(), *state, *buttons, *below, Rule(), *lines]
    else:
        blocks = [*what, *lines, Rule(), *said, *state, *buttons, *below]
    head = headline(standing, viewer.locale)
    status = status_of(standing, own, may)
    return card_of(standing, status, [head, *blocks], summary=_summary(standing, viewer, may))


def outdated(standing: Standing, viewer: Viewer, version: int) -> Card:
    """A card of an older version: it decides nothing any more and says where to look."""
    text = "The facts have changed, so approvals of this card do not count."
    asked_again = own_asking(standing, viewer.id) is not None
    where = "Please read the newer message about this request." if asked_again else "You are not asked any more."
    text = f"{text} {where}"
    status = Status("Changed: see the newer card" if asked_again else "Changed", "muted")
    return card_of(standing, status, [Text(text)], summary=f"{standing.request.title}: changed")


def about(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """For who asked, and for who it is about: how it goes, and a way to stop what was never asked."""
    request = standing.request
    mine, asked_it = viewer.id in request.subjects, request.requester_id == viewer.id
    first = "This is about your access." if mine else "You asked for this."
    if asked_it:
        about = " It is about your own access, so others decide." if mine else ""
        first = ("This was asked in your name." if in_name_of(standing, viewer.id) else "You asked for this.") + about
    waits = {"draft": f"{provider} looks at it first, then your company's key contacts are asked."}
    can_stop = disowns(standing, viewer.id) and stoppable(standing)
    button = Button("I didn't ask for this", "disown", standing.ref, request.version, request.revision, "danger")
    stop: list[Block] = [Text(_if_not_you(mine and not asked_it), tone="warning"), Actions((button,))]
    doubt = can_stop and in_name_of(standing, viewer.id)
    return card_of(
        standing,
        Status("Was this you?", "warning") if doubt else status_of(standing, None, False),
        [
            headline(standing, viewer.locale),
            Text(first, "strong"),
            byline(standing, viewer, provider),
            *([Text(waits[request.state])] if request.state in waits else []),
            *progress(standing, viewer),
            *left_to_do(standing, viewer),
            *ending(standing, viewer),
            *([] if can_stop else [Rule()]),
            *in_brief(standing, viewer.locale, viewer.timezone),
            *in_detail(standing, viewer.locale),
            *(stop if can_stop else []),
        ],
        summary=f"{first} {request.title}",
    )


def _if_not_you(subject: bool) -> str:
    """What the button is for."""
    unknown = "If you know nothing of this" if subject else "If you did not ask for this"
    return f"{unknown}, stop it here. Nothing is changed then, and your provider calls you."


# ------------------------------------------------------------------ parts


def _why_you(standing: Standing, viewer: Viewer) -> list[Block]:
    """Why this person is asked, where that is not plain."""
    if not standing.is_open:
        return []
    if in_name_of(standing, viewer.id):
        return [Text("This was asked in your name. Approve only if it was really you.", "strong", "warning")]
    mine = own_asking(standing, viewer.id)
    if mine is None:
        return []
    if mine.why == "handed":
        giver = next((r for s in standing.steps for r in s.asked if r.handed_to == viewer.id), None)
        return [Text(f"{standing.name(giver.person_id)} has handed this to you.")] if giver is not None else []
    if mine.why.startswith("for:"):
        absent = mine.why.removeprefix("for:")
        until = standing.roster.away.get(absent)
        how = f"away until {day_before(until.until, viewer)}" if until is not None else "who cannot answer now"
        return [Text(f"For {standing.name(absent)}, {how}.", "strong")]
    others = {row.person_id for step in standing.steps for row in step.asked} - {viewer.id}
    silent = [standing.name(id_) for id_ in others if standing.live_vote_of(id_) is None]
    if mine.why == "backup" and silent:
        return [Text(f"You are asked as a backup: no answer yet from {all_of(sorted(silent))}.")]
    if mine.handed_to:
        return [Text(f"You have handed this to {standing.name(mine.handed_to)}. You can still decide it yourself.")]
    return []


def own_vote(own: Row | None, viewer: Viewer) -> list[Block]:
    if own is None:
        return []
    verb = "approved" if own.verdict == "approve" else "rejected"
    return [Text(f"You {verb} this on {viewer.when(own.at)}.", "strong")]


def decide(standing: Standing) -> tuple[Button, ...]:
    request, ref = standing.request, standing.ref
    return (
        Button("Approve", "approve", ref, request.version, request.revision, "primary"),
        Button("Reject", "reject", ref, request.version, request.revision, "danger", form=True),
    )


def _buttons(standing: Standing, viewer: Viewer, own: Row | None, may: bool) -> list[Block]:
    request, ref = standing.request, standing.ref
    seen = (ref, request.version, request.revision)
    if may:
        more = [Button("Ask a question", "ask", *seen, form=True)]
        if heirs(standing, viewer.id):
            more.append(Button("Hand to someone else", "hand", *seen, form=True))
        if snoozable(standing, viewer.id, viewer.now):
            more.append(Button("Remind me later", "snooze", *seen, form=True))
        if disowns(standing, viewer.id):
            more.append(Button("I didn't ask for this", "disown", *seen))
        return [Actions(decide(standing)), Actions(tuple(more))]
    if own is not None and own.verdict == "approve" and standing.is_open:
        return [Actions((Button("Take back", "take_back", *seen),))]
    if own is not None and regrettable(standing, viewer.id):
        return [Actions((Button("That was a mistake", "regret", *seen, form=True),))]
    return []


def _summary(standing: Standing, viewer: Viewer, may: bool) -> str:
    total = total_of(standing, viewer)
    what = f"{standing.request.title} ({total})" if total else standing.request.title
    if may:
        return f"{status_of(standing, None, may).text}: {what}"
    return f"{what}: {status_of(standing, standing.live_vote_of(viewer.id), may).text.lower()}"
