"""Whose hours count: the business calendar of a client or one of its locations, read from the store."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from handlers.businessdays import week
from handlers.calendar import BusinessCalendar
from handlers.policy import Policy, policy_of
from storage.queries import directory
from storage.rows import Row
from storage.store import Tx


def calendar_of(tx: Tx, client: Row[Any], policy: Policy, location_id: str = "") -> BusinessCalendar:
    """The business calendar of a client's location, else of the client."""
    place = client
    if location_id:
        place = next((row for row in directory.locations_of(tx, client.id) if row.id == location_id), client)
    return calendar_at(place, client, policy)


def calendar_at(place: Row[Any], client: Row[Any], policy: Policy) -> BusinessCalendar:
    """The same of a row that is known already: one of the client's locations, or the client itself."""
    return BusinessCalendar(
        timezone=place.timezone,
        hours=week(time.fromisoformat(policy.opening), time.fromisoformat(policy.closing)),
        country=place.country or client.country,
        subdivision=place.subdivision,
        holidays=frozenset(date.fromisoformat(day) for day in policy.holidays),
        working_days=frozenset(date.fromisoformat(day) for day in policy.working_days),
        quiet_from=time.fromisoformat(policy.quiet_from),
        quiet_until=time.fromisoformat(policy.quiet_until),
    )


def quiet_until(tx: Tx, client_id: str, person_id: str, now: datetime) -> datetime | None:
    """When a contact's quiet hours end; None when it is not quiet, or for people of the provider."""
    person, client = directory.person(tx, person_id), directory.client(tx, client_id)
    if person is None or client is None or person.client_id is None:
        return None
    calendar = calendar_of(tx, client, policy_of(client.policy), person.location_id or "")
    return calendar.quiet_ends(now) if calendar.is_quiet(now) else None
