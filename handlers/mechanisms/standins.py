"""Who of the provider acts for somebody who is away: whoever was named, else the next who is there for the client."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.context import Work
from storage.queries import absences, directory


def acting(work: Work, person_id: str, others: Iterable[str], moment: datetime) -> str:
    """The person, or at a moment at which that one is away the stand-in, else the first of the others who is there.

    Where nobody is there it stays with the person: better with somebody who is away than with nobody.
    """
    away = absences.of_person_at(work.tx, person_id, moment)
    if away is None:
        return person_id
    for other in [*([away.delegate_id] if away.delegate_id else []), *others]:
        row = directory.person(work.tx, other)
        there = row is not None and row.state == "active" and row.client_id is None
        if there and other != person_id and absences.of_person_at(work.tx, other, moment) is None:
            return str(other)
    return person_id
