"""What the names in a batch of cases mean: clients, offices and people, and the targets each client has agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers import sla
from handlers.authority import either
from handlers.calendar import BusinessCalendar
from handlers.commands import CaseRow, Refused
from handlers.context import Work
from handlers.hours import calendar_at
from handlers.mechanisms.caseflow import Known
from handlers.policy import Policy, policy_of
from handlers.words import storable
from storage.queries import audiences, cases
from storage.rows import Row

LISTED = 8
"""So many offices are named to somebody who has named another."""


@dataclass
class Book:
    """The directory as far as one batch needs it, looked up in a handful of statements."""

    clients: Mapping[str, Row[Any]]
    """By every name in the batch that means one, as it was written."""
    offices: Mapping[str, Sequence[Row[Any]]]
    people: Mapping[str, Sequence[Row[Any]]]
    _policies: dict[str, Policy] = field(default_factory=dict)
    _calendars: dict[tuple[str, str], BusinessCalendar] = field(default_factory=dict)

    def client(self, name: str) -> Row[Any]:
        """The client that is meant; `Refused` for none and for one that is none of the caller's business."""
        found = self.clients.get(name)
        if found is None:
            said = f"There is no client called {name[:60]}." if name else "Please say which client it is about."
            raise Refused(said, field="client", code="not_found" if name else "invalid")
        return found

    def known(self, client: Row[Any], row: CaseRow) -> Known:
        """The office and the person in a row; an office has to be known, a person may be anybody."""
        return Known(self._office(client, row.location), *self._requester(client, row.requester))

    def targets(self, client: Row[Any], location_id: str | None) -> Any:
        """See `handlers.mechanisms.caseflow.Targets`."""
        calendar, agreed = self._calendar(client, location_id), self.policy(client).sla
        return lambda priority, opened: sla.targets(agreed, priority, opened, calendar)

    def policy(self, client: Row[Any]) -> Policy:
        """A client's policy, read once."""
        if client.id not in self._policies:
            self._policies[client.id] = policy_of(client.policy)
        return self._policies[client.id]

    def _calendar(self, client: Row[Any], location_id: str | None) -> BusinessCalendar:
        key = client.id, location_id or ""
        if key not in self._calendars:
            place = next((row for row in self.offices.get(client.id, ()) if row.id == location_id), client)
            self._calendars[key] = calendar_at(place, client, self.policy(client))
        return self._calendars[key]

    def _office(self, client: Row[Any], name: str) -> str | None:
        if not name:
            return None
        here = self.offices.get(client.id, ())
        for row in here:
            if name.casefold() in (row.slug.casefold(), row.name.casefold()):
                return str(row.id)
        names = either([row.slug for row in here][:LISTED])
        there = f"its offices are called {names}" if names else "it has no offices on file: leave it empty"
        raise Refused(f"{client.name} has no office called {name[:60]}; {there}.", field="location", code="invalid")

    def _requester(self, client: Row[Any], said: str) -> tuple[str, str | None]:
        """The name to show, and the person if it can only be one."""
        fits = [
            row for row in self.people.get(client.id, ()) if said in (row.name, row.email) or said.lower() == row.email
        ]
        return (fits[0].name, fits[0].id) if len(fits) == 1 else (said, None)


def look_up(work: Work, rows: Sequence[CaseRow]) -> Book:
    """Everything that a batch names."""
    named = {row.client.strip() for row in rows}
    found = audiences.clients_named(work.tx, [name for name in named if name and storable(name)])
    mine = [row for row in found if work.who.acts_for(row.id)]
    clients = {name: row for name in named if (row := _meant(mine, name)) is not None}
    ids = sorted({row.id for row in clients.values()})
    offices, people = _by_client(audiences.offices(work.tx, ids) if ids else ()), {}
    said = {" ".join(row.requester.split()) for row in rows if storable(row.requester)} - {""}
    if ids and said:
        people = _by_client(cases.requesters(work.tx, ids, said))
    return Book(clients, offices, people)


def opened_lately(now: datetime, moment: datetime | None, hours: int) -> bool:
    """Whether something happened within so many hours."""
    return moment is not None and (now - moment).total_seconds() < hours * 3600


def _meant(rows: Sequence[Row[Any]], name: str) -> Row[Any] | None:
    """By slug before code before name."""
    for column in ("slug", "code", "name"):
        for row in rows:
            if getattr(row, column).casefold() == name.casefold():
                return row
    return None


def _by_client(rows: Sequence[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.client_id, []).append(row)
    return found
