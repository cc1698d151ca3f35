"""Weighs times for a client's offices: reads what the rules ask for, and says how big and how awkward each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.calendar import BusinessCalendar
from handlers.commands import Window
from handlers.hours import calendar_at
from handlers.mechanisms.windows import conflicts, rules
from handlers.mechanisms.windows.conflicts import Conflict, NoWork, Taken
from handlers.mechanisms.windows.shapes import Offer, Place
from handlers.policy import policy_of
from storage.queries import blackouts, downtimes
from storage.rows import Row
from storage.store import Tx


@dataclass(frozen=True)
class Weighed:
    """One time with its size, its notice and the sentences that speak against it."""

    window: Window
    offered_at: datetime
    rated: rules.Rated
    conflicts: tuple[Conflict, ...]

    @property
    def sentences(self) -> list[str]:
        return list(dict.fromkeys(one.sentence for one in self.conflicts))


@dataclass(frozen=True)
class Surroundings:
    """What is planned and wished for at these offices now, but for the downtime that asks."""

    offices: tuple[rules.Office, ...]
    calendar: BusinessCalendar
    """The client's own."""
    blackouts: tuple[NoWork, ...]
    taken: tuple[Taken, ...]
    notice: Mapping[str, int]
    """Business days of notice by size."""

    def weigh(self, window: Window, offered_at: datetime) -> Weighed:
        """`offered_at` is when this very time was first offered."""
        rated = rules.rated(window, self.offices, self.calendar, offered_at, self.notice)
        against = conflicts.conflicts(window, self.offices, self.blackouts, self.taken)
        return Weighed(window, offered_at, rated, against)

    def news(self, offer: Offer) -> list[str]:
        """What has come to speak against a time since it was offered: an agreed window, a blackout."""
        found = []
        for one in conflicts.conflicts(offer.window, self.offices, self.blackouts, self.taken):
            if one.kind == "overlap":
                agreed = any(other.agreed for other in self.taken if other.ref == one.source)
                known = any(said.startswith(f"{one.source} is ") for said in offer.conflicts)
                if agreed and not known:
                    found.append(one.sentence)
            elif one.kind == "blackout":
                when = one.sentence.partition(": ")[0]  # only the reason may have been said in other words since
                if not any(said.startswith(f"{when}: ") for said in offer.conflicts):
                    found.append(one.sentence)
        return list(dict.fromkeys(found))

    def expiry(self, windows: Sequence[Window], now: datetime) -> datetime:
        """Until when an answer to these times counts."""
        return rules.expiry(windows, self.calendar, now)


def surroundings(tx: Tx, client: Row[Any], places: Sequence[Place], now: datetime, *, but: str = "") -> Surroundings:
    """Reads them. `but` is the id of the downtime that asks; lock the client first when something is to be agreed."""
    policy = policy_of(client.policy)
    return Surroundings(
        offices=tuple(
            rules.Office(place.location_id, place.name, calendar_at(place.row, client, policy)) for place in places
        ),
        calendar=calendar_at(client, client, policy),
        blackouts=tuple(conflicts.no_work(row) for row in blackouts.active_of(tx, client.id, now)),
        taken=tuple(taken(tx, client.id, but)),
        notice=policy.notice_days.model_dump(),
    )


def remarks(tx: Tx, client: Row[Any], places: Sequence[Place], windows: Sequence[Window]) -> list[str]:
    """A sentence for every time that lies outside what an office prefers: it is only said, nothing depends on it.

    One of several times is named by its place among them.
    """
    liked = [conflicts.liked(row) for row in blackouts.preferred_of(tx, client.id)]
    if not liked:
        return []
    policy = policy_of(client.policy)
    offices = [rules.Office(one.location_id, one.name, calendar_at(one.row, client, policy)) for one in places]
    found = []
    for number, window in enumerate(windows, 1):
        which = f"Time {number}" if len(windows) > 1 else "It"
        found += [f"{which} is {said}" for said in conflicts.remarks(window, offices, liked)]
    return found


def taken(tx: Tx, client_id: str, but: str = "") -> list[Taken]:
    """When other work of this client is agreed, under way or on offer."""
    rows = [row for row in downtimes.alive_of_client(tx, client_id) if row.id != but]
    found = [
        Taken(row.ref, tuple(row.locations), Window(row.starts_at, row.extended_to or row.ends_at), True)
        for row in rows
        if row.state == "accepted"
    ]
    offered = {row.id: row for row in rows if row.state in downtimes.OPEN}
    for one in downtimes.open_windows_of(tx, list(offered)) if offered else ():
        row = offered[one.downtime_id]
        found.append(Taken(row.ref, tuple(row.locations), Window(one.starts_at, one.ends_at), False))
    return found
