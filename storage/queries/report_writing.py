"""Writing many reports at once: the timers that are due are taken by one replica each, and rows go in together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    column,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared
from storage.queries.timers import TOGETHER
from storage.store import Tx
from storage.tables import Client, Report, Task, Timer
from storage.tables.types import core

timers = core(Timer)
clients = core(Client)
reports = core(Report)
tasks = core(Task)

DEED = TOGETHER
_t = timers.c
_OURS: ColumnElement[bool] = literal_column(f"timer.deed = '{DEED}' AND timer.state = 'waiting'")
"""In the very words of the index `ix_timer_reports`: SQLite finds it by nothing else."""
_NOW: BindParameter[Any] = bindparam("now", type_=_t.due_at.type)


def _due() -> Select[Any]:
    found: Select[Any] = select(_t.id).where(_OURS, _t.due_at <= _NOW)
    return found.order_by(_t.due_at, _t.id).limit(bindparam("most"))


FIRST_DUE = Prepared(_due())
TAKE_DUE = Prepared(
    select(timers)
    .where(_OURS, _t.due_at <= _NOW)
    .order_by(_t.due_at, _t.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _rows_of(table: Table) -> Any:
    """Whole rows, brought as one JSON list: for PostgreSQL, which takes them so in a fraction of the time."""
    shape = [column(each.name, each.type) for each in table.c]
    given: BindParameter[Any] = bindparam("rows", type_=JSONB())
    return func.jsonb_to_recordset(given).table_valued(*shape, name="given").render_derived(with_types=True)


def _add_all(table: Table, again: Callable[[Any], Any]) -> Mapping[str, Prepared]:
    """`again` says what happens to rows that are there already."""
    one: dict[str, Any] = {each.name: bindparam(each.name) for each in table.c}
    rows = _rows_of(table)
    many = pg_insert(table).from_select([each.name for each in table.c], select(*rows.c))
    return {
        "sqlite": Prepared(again(sqlite_insert(table).values(one))),
        "postgresql": Prepared(again(many)),
    }


def _move() -> Mapping[str, Prepared]:
    rows = _rows_of(timers)
    changed = {name: rows.c[name] for name in ("due_at", "state", "done_at")}
    one: dict[str, Any] = {name: bindparam(f"new_{name}", type_=_t[name].type) for name in changed}
    return {
        "sqlite": Prepared(update(timers).where(_t.id == bindparam("timer_id")).values(one)),
        "postgresql": Prepared(update(timers).where(_t.id == rows.c.id).values(changed)),
    }


ADD, MOVE = _add_all(reports, lambda insert: insert), _move()
PLAN = _add_all(timers, lambda insert: insert.on_conflict_do_nothing())
CLIENTS = Prepared.with_lists(lambda one_of: select(clients).where(one_of(clients.c.id, "ids")).order_by(clients.c.id))
OPEN_TASKS = Prepared.with_lists(
    lambda one_of: select(tasks.c.subject).where(
        one_of(tasks.c.subject, "subjects"), tasks.c.kind == bindparam("what"), tasks.c.state == "open"
    )
)


def first_due(tx: Tx, now: datetime) -> str | None:
    """The id of the first timer whose report is to be written now."""
    row = FIRST_DUE.run(tx, now=now, most=1).first()
    return row.id if row is not None else None


def take_due(tx: Tx, now: datetime, most: int) -> Sequence[Row[Any]]:
    """Locks these timers, the oldest first; what another replica is just taking is passed over, not waited for.

    Each is moved on by `move_on` before the transaction ends, or it is still due.
    """
    return TAKE_DUE.run(tx, now=now, most=most).all()


def add_reports(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """New reports, whole rows."""
    _together(tx, ADD, rows)


def plan_all(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Timers; those planned before under the same (subject, plan, position) are left as they are."""
    _together(tx, PLAN, [{"done_at": None, **row} for row in rows])


def move_on(tx: Tx, taken: Sequence[Row[Any]], next_at: Mapping[str, datetime], now: datetime) -> None:
    """What was taken waits for its next moment (timer -> when), or is done for good where there is none."""
    rows = [
        {
            **row._mapping,
            "due_at": next_at.get(row.id, row.due_at),
            "state": "waiting" if row.id in next_at else "done",
            "done_at": None if row.id in next_at else now,
        }
        for row in taken
    ]
    if tx.dialect.name == "postgresql":
        _together(tx, MOVE, rows)
        return
    changed = ("due_at", "state", "done_at")
    MOVE["sqlite"].run_all(
        tx, [{"timer_id": row["id"], **{f"new_{name}": row[name] for name in changed}} for row in rows]
    )


def _together(tx: Tx, statement: Mapping[str, Prepared], rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    if tx.dialect.name == "postgresql":
        statement["postgresql"].run(tx, rows=[{name: _said(value) for name, value in row.items()} for row in rows])
    else:
        statement["sqlite"].run_all(tx, rows)


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def clients_by_id(tx: Tx, ids: Collection[str]) -> Sequence[Row[Any]]:
    """These clients."""
    return CLIENTS.run(tx, ids=sorted(ids)).all()


def with_open_task(tx: Tx, subjects: Collection[str], kind: str) -> set[str]:
    """Those of these subjects about which there is an open task of this kind."""
    return {row.subject for row in OPEN_TASKS.run(tx, subjects=sorted(subjects), what=kind)}
