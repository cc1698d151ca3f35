"""Databases on which a great many timers wait, some of them to come due together: copies of one order, made in SQL.

A timer that is due belongs to an order of its own, with everything that the house wrote when the order was raised. The
timers that only wait have no orders: nobody reads the order of a timer before it is due.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, Table, case, cast, func, insert, literal, select, text, true

from bench import scene
from bot.demo.world import START
from storage.store import Store, Tx
from storage.tables import Delivery, metadata

APART = timedelta(minutes=18)
"""Between two moments at which orders come due; the first is that long after the beginning. Digests come at eleven."""
DAYS = 250
"""The timers that only wait are due over so many days, from the day after tomorrow."""
OF_AN_ORDER = {
    "approval_request": ("id", "ref"),
    "approval_version": ("id", "request_id"),
    "approval_step": ("id", "request_id"),
    "asked": ("id", "step_id", "request_id"),
    "delivery": ("id", "subject"),
    "timer": ("id", "subject"),
}
"""Its rows, and the columns in which a copy differs; the last of them, or the id, says whose row it is."""
FRESH = {name: field.default for name, field in Delivery.model_fields.items() if not field.is_required()}
RUNGS = """
SELECT t.id AS timer, t.subject, t.client_id, 'remind:' || t.plan || '.' || t.position AS purpose,
  a.person_id, i.id AS identity_id, i.platform || ':' || i.org AS lane
FROM timer t JOIN asked a ON a.request_id = substr(t.subject, 10) JOIN identity i ON i.person_id = a.person_id
WHERE t.state = 'waiting' AND t.due_at <= :due ORDER BY t.due_at, t.id
"""


@dataclass(frozen=True)
class Reminder:
    """One reminder that is due, and whom it goes to."""

    timer: str
    subject: str
    client_id: str
    purpose: str
    person_id: str
    identity_id: str
    lane: str

    def values(self, now: str) -> dict[str, Any]:
        """What the floor's statements are given."""
        return {
            **FRESH,
            **self.__dict__,
            **dict.fromkeys(("now", "due_at", "created_at"), now),
            "id": f"dlv_{secrets.token_hex(12)}",
            "before": json.dumps({"state": "pending", "given": 0}),
            "after": json.dumps({"state": "pending", "given": 0, "silent": [self.person_id]}),
            "hash": secrets.token_hex(32),
        }


def due_at(group: int) -> datetime:
    """When the orders of a group (0, 1, ...) are to be reminded of."""
    return START + APART * (group + 1)


def stored(moment: datetime) -> str:
    """A moment as both databases read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def seed(url: str, waiting: int, groups: Sequence[int]) -> None:
    """A new database with the demo cast and exactly so many timers waiting; of each group so many orders are due."""
    scene.seed(url, "slack", orders=1)
    store = Store(url)
    with store.write() as tx:
        (order,) = tx.execute(text("SELECT id FROM approval_request")).scalars()
        for group, size in enumerate(groups):
            _orders(tx, order, sum(groups[:group]), size, due_at(group))
        _only_wait(tx, order, waiting - _count(tx))
        assert _count(tx) == waiting
    if store.dialect == "postgresql":  # a server of an operator's does this by itself
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    store.close()


def reminders(tx: Tx, group: int) -> list[Reminder]:
    """What is due of a group, in the order in which a tick does it."""
    rows = tx.execute(text(RUNGS), {"due": stored(due_at(group))}).mappings()
    return [Reminder(**row) for row in rows]


def _orders(tx: Tx, order: str, first: int, count: int, due: datetime) -> None:
    """Copies of the order whose first rung is due then."""
    numbers = _numbers(first, count)
    for name, own in OF_AN_ORDER.items():
        table = metadata.tables[name]
        key = table.c[own[-1] if own[-1] in ("request_id", "subject") else "id"]
        changed: dict[str, ColumnElement[Any]] = {column: _another(table.c[column], numbers) for column in own}
        if name == "timer":
            changed["due_at"] = case((table.c.position == 0, literal(due, table.c.due_at.type)), else_=table.c.due_at)
        _copy(tx, table, numbers, changed, key == (f"approval:{order}" if key.name == "subject" else order))


def _only_wait(tx: Tx, order: str, count: int) -> None:
    """So many timers for other days, in ladders of as many rungs as the order has."""
    table = metadata.tables["timer"]
    rungs = tx.execute(select(func.count()).where(table.c.subject == f"approval:{order}")).scalar_one()
    for first, size, day, most in _batches(count, rungs):
        numbers = _numbers(first, size)
        changed: dict[str, ColumnElement[Any]] = {
            "id": literal("w") + _another(table.c.id, numbers),
            "subject": literal("approval:w") + cast(numbers.c.i, String),
            "due_at": literal(START + timedelta(days=2 + day), table.c.due_at.type),
        }
        mine = (table.c.subject == f"approval:{order}") & (table.c.position < most)
        _copy(tx, table, numbers, changed, mine)


def _batches(count: int, rungs: int) -> Iterator[tuple[int, int, int, int]]:
    """(number of the first ladder, how many ladders, day, rungs of each), and what is left over as one short ladder."""
    ladders, left = divmod(count, rungs)
    for day in range(DAYS):
        first, end = ladders * day // DAYS, ladders * (day + 1) // DAYS
        if end > first:
            yield first, end - first, day, rungs
    if left:
        yield ladders, 1, DAYS, left


def _numbers(first: int, count: int) -> CTE:
    """The numbers from `first` on, as a table with one column `i`."""
    numbers = select(literal(first).label("i")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < first + count - 1))


def _another(column: ColumnElement[str], numbers: CTE) -> ColumnElement[Any]:
    return column + literal(".") + cast(numbers.c.i, String)


def _copy(
    tx: Tx, table: Table, numbers: CTE, changed: Mapping[str, ColumnElement[Any]], mine: ColumnElement[bool]
) -> None:
    """The rows that are `mine`, once for each number, with these columns changed."""
    columns = [changed.get(column.name, column) for column in table.c]
    copies = select(*columns).select_from(table.join(numbers, true())).where(mine)
    tx.execute(insert(table).from_select([column.name for column in table.c], copies))


def _count(tx: Tx) -> int:
    return int(tx.execute(text("SELECT count(*) FROM timer WHERE state = 'waiting'")).scalar_one())
