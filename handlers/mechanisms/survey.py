"""Pure looks at a standing that cards and the desk share: who was asked how, what may still be doubted."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.authority import Voice, may_decide
from handlers.mechanisms.standing import Standing
from storage.rows import Row


def decides(standing: Standing, person_id: str) -> bool:
    """Whether an Approve of this person would be accepted now: the same question the desk asks."""
    if not standing.is_open or standing.overdue:
        return False
    return isinstance(may_decide(standing.roster, standing.question, person_id), Voice)


def disowns(standing: Standing, person_id: str) -> bool:
    """Whether this person may say "I didn't ask for this": who asked, whom it is about, who is told of it or, for a
    change of access, who decides it."""
    request = standing.request
    if request.raised_by == person_id:
        return False
    told = request.marks.get("told", ()) if request.state == "approved" else ()
    concerned = {request.requester_id, *request.subjects, *told}
    return person_id in concerned or (request.kind == "access" and decides(standing, person_id))


def stoppable(standing: Standing) -> bool:
    """Whether there is anything left that an objection could stop."""
    return standing.is_open or standing.request.state in ("draft", "approved")


def snoozable(standing: Standing, person_id: str, now: datetime) -> bool:
    """Whether this person may be reminded later: once, while the clock runs, and when the deadline leaves room."""
    mine = own_asking(standing, person_id)
    room = now + timedelta(hours=2) < standing.request.expires_at
    return mine is not None and mine.snoozed_until is None and standing.request.state == "pending" and room


def own_asking(standing: Standing, person_id: str) -> Row | None:
    """How this person was asked for the version in force, if at all."""
    return next((row for step in standing.steps for row in step.asked if row.person_id == person_id), None)


def open_mistake(standing: Standing) -> dict[str, str] | None:
    """What an approver has called a mistake and nobody has settled, as long as the approval is one."""
    mistake = standing.request.marks.get("mistake")
    decided = standing.request.state in ("approved", "fulfilled")
    return mistake if decided and mistake and not mistake.get("settled") else None


def regrettable(standing: Standing, person_id: str) -> bool:
    """Whether this person may call the own approval a mistake."""
    vote = standing.live_vote_of(person_id)
    decided = standing.request.state in ("approved", "fulfilled")
    return decided and vote is not None and vote.verdict == "approve" and open_mistake(standing) is None


def open_inquiries(standing: Standing) -> list[Row]:
    """Questions nobody has answered."""
    return [row for row in standing.inquiries if row.answered_at is None]


def callable_deciders(standing: Standing) -> list[Row]:
    """People who may decide now, have a number on file and could confirm a call in chat."""
    if standing.overdue:
        return []
    found = {
        row.id: row
        for step in standing.steps
        if step.state == "open"
        for row in step.deciders
        if row.phone and standing.roster.members[row.id].reachable
    }
    return list(found.values())
