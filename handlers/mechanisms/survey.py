"""Pure looks at a standing that cards and the desk share: who was asked how, what may still be doubted."""

from __future__ import annotations

from handlers.mechanisms.standing import Standing
from storage.rows import Row


def own_asking(standing: Standing, person_id: str) -> Row | None:
    """How this person was asked for the version in force, if at all."""
    return next((row for step in standing.steps for row in step.asked if row.person_id == person_id), None)


def open_mistake(standing: Standing) -> dict[str, str] | None:
    """What an approver has called a mistake and nobody has settled."""
    mistake = standing.request.marks.get("mistake")
    return mistake if mistake and not mistake.get("settled") else None


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
    found = {
        row.id: row
        for step in standing.steps
        if step.state == "open"
        for row in step.deciders
        if row.phone and standing.roster.members[row.id].reachable
    }
    return list(found.values())
