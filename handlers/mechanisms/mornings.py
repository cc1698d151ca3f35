"""When something may go to each of a client's people that waits for no answer: not in quiet hours, and not too late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from handlers.authority import Roster
from handlers.context import Work
from handlers.hours import calendar_at
from handlers.policy import policy_of
from storage.queries import directory
from storage.rows import Row

AFTER_THE_LIST = timedelta(seconds=1)
"""So long after quiet hours end comes what is no line of the list that comes then."""


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
