"""When something may go to each of a client's people that waits for no answer: not in quiet hours, and not too late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from handlers.authority import Roster
from handlers.commands import Ref
from handlers.context import NORMAL, URGENT, Work
from handlers.hours import calendar_at
from handlers.mechanisms.subjects import Situation
from handlers.policy import policy_of
from storage.queries import directory
from storage.rows import Row

AFTER_THE_LIST = timedelta(seconds=1)
"""So long after quiet hours end comes what is no line of the list that comes then."""
SOON = timedelta(hours=24)
"""What begins, or ends unanswered, within that is told at any hour."""


def held_until(
    work: Work, client: Row[Any], roster: Roster, people: Iterable[str], *, begins: datetime | None = None
) -> dict[datetime, list[str]]:
    """When something may go to these people; never after what it is about has begun, which is then at once.

    People who are not the client's have no quiet hours.
    """
    offices = {row.id: row for row in directory.locations_of(work.tx, client.id)}
    policy = policy_of(client.policy)
    ends: dict[str, datetime] = {}
    found: dict[datetime, list[str]] = {}
    for person_id in sorted(set(people)):
        member, due_at = roster.members.get(person_id), work.now
        if member is not None:
            place = member.location_id
            if place not in ends:
                ends[place] = calendar_at(offices.get(place, client), client, policy).quiet_ends(work.now)
            loud = ends[place] + AFTER_THE_LIST
            due_at = loud if ends[place] > work.now and (begins is None or loud < begins) else work.now
        found.setdefault(due_at, []).append(person_id)
    return found


def owe_apart(
    work: Work,
    ref: Ref,
    purpose: str,
    people: Iterable[str],
    standing: Situation,
    *,
    begins: datetime | None = None,
    follows: str = "",
    priority: int = NORMAL,
) -> None:
    """Owes these people a card that waits for no answer: a message of its own, after quiet hours, as no list has it.

    `standing` says whose quiet hours count; `begins` is when what it is about begins.
    """
    for due_at, together in held_until(work, standing.client, standing.roster, people, begins=begins).items():
        client_id = standing.client.id
        work.owe(ref, purpose, together, client_id=client_id, priority=priority, due_at=due_at, follows=follows)


def priority_of(work: Work, moment: datetime | None) -> int:
    """What comes soon goes at any hour; the rest waits until quiet hours end."""
    return URGENT if moment is not None and moment - work.now <= SOON else NORMAL
