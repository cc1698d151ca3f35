"""Databases with a great many clients and their cases, whose reports are all due at once: copies of one client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, String, Table, cast, insert, literal, select, text, true

from bench import scene
from storage.store import Store, Tx
from storage.tables import metadata

MONDAY = datetime(2026, 6, 15, tzinfo=ZoneInfo("America/New_York"))
"""The end of the reported week; the reports are due at seven."""
CASES = 100
"""Of each client, over half a year; one in seven of the newer ones is open."""
COPIED = {
    "client": ("id", "slug", "code"),
    "person": ("id", "client_id", "email"),
    "identity": ("id", "person_id", "user"),
    "timer": ("id", "client_id", "subject"),
    "support_case": ("id", "client_id"),
    "journal_head": ("chain",),
}
"""What of the first client every other has as well, and the columns in which a copy differs."""
OPEN = "DELETE FROM timer WHERE deed <> 'write_report' OR plan <> 'case_report' OR client_id <> :client"
CATEGORIES = ("E-mail", "Network", "Printing", "Files", "Software", "", "Hardware")


def seed(url: str, clients: int) -> None:
    """A new database with so many clients, each with a key contact, a hundred cases and a report that is due."""
    scene.seed(url, "slack", orders=0)
    store = Store(url)
    with store.write() as tx:
        (client,) = tx.execute(text("SELECT id FROM client WHERE slug = 'marlow-finch'")).scalars()
        (contact,) = tx.execute(text("SELECT default_contact_id FROM client WHERE id = :id"), {"id": client}).scalars()
        tx.execute(text(OPEN), {"client": client})
        tx.execute(insert(metadata.tables["support_case"]), list(_cases(client)))
        _copy(tx, client, contact, clients - 1)
    if store.dialect == "postgresql":  # a server of an operator's does this by itself
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with store.write() as tx:
            tx.execute(text("ANALYZE"))
    store.close()


def _cases(client: str) -> Iterator[dict[str, Any]]:
    none = ("location_id", "requester_id", "responded_at", "waiting_since", "closed_at", "reopened_at")
    empty = dict.fromkeys(("device", "assignee", "url"), "") | dict.fromkeys(none)
    for number in range(CASES):
        opened = MONDAY - timedelta(hours=43 * number + 5, minutes=number * 7919 % 1440)
        closed = opened + timedelta(hours=3 + number * 31 % 160)
        is_open = (number % 7 == 0 and number < 70) or closed >= MONDAY
        waits = is_open and number % 2 == 0
        yield {
            **empty,
            "id": f"cas_{number:03}",
            "client_id": client,
            "external_id": f"CASE-{number}",
            "title": f"Something of the kind that is reported every week, number {number}",
            "category": CATEGORIES[number % len(CATEGORIES)],
            "priority": f"P{1 + number % 4}",
            "state": ("waiting_on_client" if waits else "open") if is_open else "closed",
            "requester": f"Person {number % 11}",
            "opened_at": opened,
            "responded_at": opened + timedelta(minutes=number * 13 % 300),
            "waiting_since": opened + timedelta(hours=2) if waits else None,
            "closed_at": None if is_open else closed,
            "reopened_at": opened + timedelta(hours=1) if number % 20 == 3 else None,
            "reopened": int(number % 20 == 3),
            "response_due_at": opened + timedelta(hours=4),
            "resolution_due_at": opened + timedelta(hours=80),
            "updated_at": opened,
        }


def _copy(tx: Tx, client: str, contact: str, count: int) -> None:
    if not count:
        return
    numbers = _numbers(count)
    whose = {"client": "id", "person": "id", "identity": "person_id", "journal_head": "chain"}
    for name, own in COPIED.items():
        table = metadata.tables[name]
        key = table.c[whose.get(name, "client_id")]
        this = contact if name in ("person", "identity") else client
        changed = {column: table.c[column] + literal("_") + cast(numbers.c.number, String) for column in own}
        if name == "client":
            changed["default_contact_id"] = literal(contact + "_") + cast(numbers.c.number, String)
        _insert(tx, table, changed, key == this, numbers)


def _insert(tx: Tx, table: Table, changed: dict[str, Any], where: Any, numbers: CTE) -> None:
    columns = [changed.get(column.name, column).label(column.name) for column in table.c]
    copies = select(*columns).select_from(table.join(numbers, true())).where(where)
    tx.execute(insert(table).from_select([column.name for column in table.c], copies))


def _numbers(count: int) -> CTE:
    """1 to `count`."""
    first = select(literal(1).label("number")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.number + 1).where(first.c.number < count))
