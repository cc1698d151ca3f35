"""Writing many reports at once: the timers that are due are taken by one replica each, and rows go in together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, literal_column, select, update

from storage.prepared import Prepared
from storage.queries.timers import TOGETHER
from storage.rowsets import Rowset
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


OWN = ("id", "client_id", "figures", "release_at")
"""What of a new report is its own; the rest is the same in all that are written together."""
ADD = Rowset.insert(reports, OWN, same=[each.name for each in reports.c if each.name not in OWN])
PLAN = Rowset.insert(
    timers,
    [each.name for each in _t if each.name != "done_at"],
    lambda insert: insert.on_conflict_do_nothing(),
    same=("done_at",),
)
_CHANGED = ("due_at", "state", "done_at")
MOVE = Rowset(
    timers,
    ("id", *_CHANGED),
    lambda rows, _: update(timers).where(_t.id == rows.c["id"]).values({name: rows.c[name] for name in _CHANGED}),
)
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


def add_reports(tx: Tx, rows: Sequence[Mapping[str, Any]], **same: Any) -> None:
    """New reports: `OWN` of each, and every other column once."""
    ADD.put(tx, rows, **same)


def plan_all(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Timers; those planned before under the same (subject, plan, position) are left as they are."""
    PLAN.put(tx, rows, done_at=None)


def move_on(tx: Tx, taken: Sequence[Row[Any]], next_at: Mapping[str, datetime], now: datetime) -> None:
    """What was taken waits for its next moment (timer -> when), or is done for good where there is none."""
    rows = [
        {
            "id": row.id,
            "due_at": next_at.get(row.id, row.due_at),
            "state": "waiting" if row.id in next_at else "done",
            "done_at": None if row.id in next_at else now,
        }
        for row in taken
    ]
    MOVE.put(tx, rows)


def clients_by_id(tx: Tx, ids: Collection[str]) -> Sequence[Row[Any]]:
    """These clients."""
    return CLIENTS.run(tx, ids=sorted(ids)).all()


def with_open_task(tx: Tx, subjects: Collection[str], kind: str) -> set[str]:
    """Those of these subjects about which there is an open task of this kind."""
    return {row.subject for row in OPEN_TASKS.run(tx, subjects=sorted(subjects), what=kind)}
