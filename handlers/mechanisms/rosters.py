"""Reads a client's roster from the store for the pure questions of authority."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from handlers.authority import Away, Given, Member, Roster
from storage.queries import absences, directory
from storage.rows import Row
from storage.store import Tx


def roster_of(tx: Tx, client: Row[Any], now: datetime, people: Iterable[Row[Any]] | None = None) -> Roster:
    """Who holds what at this client now; `people` are its rows when they have been read already."""
    rows = [row for row in people or directory.people_around(tx, client.id) if row.client_id == client.id]
    members = {
        row.id: Member(
            id=row.id,
            name=row.name,
            active=row.state == "active",
            ask_last=row.ask_last,
            location_id=row.location_id or "",
            reachable=bool(row.has_account),
        )
        for row in rows
    }
    given = tuple(
        Given(row.role, row.person_id, row.rank, row.location_id) for row in directory.roles_of(tx, client.id)
    )
    away = {row.person_id: Away(row.ends_at, row.delegate_id) for row in absences.absent_at(tx, client.id, now)}
    return Roster(members, given, client.default_contact_id, away)
