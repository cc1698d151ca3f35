"""Whose hours count when many people are written to at once: calendars and quiet hours, each looked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers import ladder_policy, ladders
from handlers.calendar import BusinessCalendar
from handlers.hours import calendar_at
from handlers.policy import Policy, policy_of
from storage.queries import audiences
from storage.rows import Row
from storage.store import Tx

SHOUTED = 1
"""This severity wakes people; the next one where the client's policy says so; the others never do."""


@dataclass
class Quiet:
    """The hours of these clients and their offices, for notices of one severity, at one moment."""

    tx: Tx
    clients: Mapping[str, Row[Any]]
    severity: int
    now: datetime
    offices: Sequence[Row[Any]] | None = None
    """All offices of these clients, if they were looked up before."""
    _places: dict[str, Row[Any]] | None = None
    _policies: dict[str, Policy] = field(default_factory=dict)
    _calendars: dict[tuple[str, ...], BusinessCalendar] = field(default_factory=dict)
    _ends: dict[int, datetime] = field(default_factory=dict)
    _plans: dict[tuple[object, ...], tuple[ladders.Planned, ...]] = field(default_factory=dict)

    @property
    def never(self) -> bool:
        """Whether nobody's quiet hours matter."""
        return self.severity <= SHOUTED

    def until(self, person: Row[Any]) -> datetime:
        """From when on this person may be written to; now when it is not quiet there, or does not matter."""
        if self.never or person.client_id is None:
            return self.now
        client = self.clients[person.client_id]
        if self.severity == SHOUTED + 1 and self._policy(client).sev2_at_night:
            return self.now
        calendar = self._calendar(client, person.location_id or "")
        if id(calendar) not in self._ends:
            self._ends[id(calendar)] = calendar.quiet_ends(self.now)
        return self._ends[id(calendar)]

    def survey_days(self, client_id: str) -> int:
        """Nobody of this client is asked for an opinion more often than once in so many days."""
        return self._policy(self.clients[client_id]).timetable.survey_days

    def plan(self, name: str, client: Row[Any], location_id: str, since: datetime) -> tuple[ladders.Planned, ...]:
        """When each rung of a ladder ("sev1", "relay2") is due there, counted from `since`."""
        calendar = self._calendar(client, location_id)
        key = name, since, id(calendar)
        if key not in self._plans:
            steps = ladder_policy.ladder_for(self._policy(client).ladders, name)
            self._plans[key] = ladders.plan(steps, since, calendar)
        return self._plans[key]

    def _policy(self, client: Row[Any]) -> Policy:
        """A client's policy; those that say the same are read once."""
        said = repr(client.policy)
        if said not in self._policies:
            self._policies[said] = policy_of(client.policy)
        return self._policies[said]

    def _calendar(self, client: Row[Any], location_id: str) -> BusinessCalendar:
        place = self._offices().get(location_id, client) if location_id else client
        key = repr(client.policy), place.timezone, place.country or client.country, place.subdivision
        if key not in self._calendars:
            self._calendars[key] = calendar_at(place, client, self._policy(client))
        return self._calendars[key]

    def _offices(self) -> dict[str, Row[Any]]:
        if self._places is None:
            rows = audiences.offices(self.tx, list(self.clients)) if self.offices is None else self.offices
            self._places = {row.id: row for row in rows}
        return self._places
