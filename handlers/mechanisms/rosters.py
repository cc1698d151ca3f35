"""Reads a client's roster from the store for the pure questions of authority."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.authority import Away, Given, Member, Roster
from storage.queries import directory
from storage.rows import Row
from storage.store import Tx


def roster_of(tx: Tx, client: Row[Any], now: datetime) -> Roster:
    """Who holds what at this client now."""
    rows = directory.people_of(tx, client.id)
    reachable = {account.person_id for account in directory.accounts_of(tx, [row.id for row in rows])}
    members = {
        row.id: Member(
            id=row.id,
            name=row.name,
            active=row.state == "active",
            ask_last=row.ask_last,
            location_id=row.location_id or "",
            reachable=row.id in reachable,
        )
        for row in rows
    }
    given = tuple(
        Given(row.role, row.person_id, row.rank, row.location_id) for row in directory.roles_of(tx, client.id)
    )
    away = {row.person_id: Away(row.ends_at, row.delegate_id) for row in directory.absent_at(tx, client.id, now)}
    return Roster(members, given, client.default_contact_id, away)
