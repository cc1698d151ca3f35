"""Until when a notice has to wait for many people at once: their quiet hours, each calendar looked at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from handlers.businessdays import week
from handlers.calendar import BusinessCalendar
from handlers.policy import Policy, policy_of
from storage.queries import audiences
from storage.rows import Row
from storage.store import Tx

SHOUTED = 1
"""This severity wakes people; the next one where the client's policy says so; the others never do."""


@dataclass
class Quiet:
    """The quiet hours of people of these clients for one severity at one moment."""

    tx: Tx
    clients: Mapping[str, Row[Any]]
    severity: int
    now: datetime
    _places: dict[str, Row[Any]] | None = None
    _policies: dict[str, Policy] = field(default_factory=dict)
    _ends: dict[tuple[object, ...], datetime] = field(default_factory=dict)

    def until(self, person: Row[Any]) -> datetime:
        """From when on this person may be written to; now when it is not quiet there, or does not matter."""
        if self.severity <= SHOUTED or person.client_id is None:
            return self.now
        client = self.clients[person.client_id]
        policy = self.policy(client)
        if self.severity == SHOUTED + 1 and policy.sev2_at_night:
            return self.now
        return self._ends_at(self._place(client, person.location_id), client, policy)

    def policy(self, client: Row[Any]) -> Policy:
        """A client's policy; those that say the same are read once."""
        said = repr(client.policy)
        if said not in self._policies:
            self._policies[said] = policy_of(client.policy)
        return self._policies[said]

    def _place(self, client: Row[Any], location_id: str | None) -> Row[Any]:
        if self._places is None:
            self._places = {row.id: row for row in audiences.offices(self.tx, list(self.clients))}
        return self._places.get(location_id or "", client)

    def _ends_at(self, place: Row[Any], client: Row[Any], policy: Policy) -> datetime:
        country = place.country or client.country
        key = place.timezone, country, place.subdivision, policy.opening, policy.closing, policy.holidays
        if key not in self._ends:
            calendar = BusinessCalendar(
                timezone=place.timezone,
                hours=week(time.fromisoformat(policy.opening), time.fromisoformat(policy.closing)),
                country=country,
                subdivision=place.subdivision,
                holidays=frozenset(date.fromisoformat(day) for day in policy.holidays),
            )
            self._ends[key] = calendar.quiet_ends(self.now)
        return self._ends[key]
