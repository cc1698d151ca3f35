"""Writing many reports at once: the timers that are due are taken by one replica each, and rows go in together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, insert, literal_column, select, update

from storage.prepared import Prepared
from storage.queries.timers import TOGETHER, WIND_UP
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
    update(timers)
    .where(_t.id.in_(_due().with_for_update(skip_locked=True).scalar_subquery()))
    .where(_t.state == "waiting")
    .values(state="done", done_at=_NOW)
    .returning(*_t)
)
ADD = Prepared(insert(reports).values({column.name: bindparam(column.name) for column in reports.c}))
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
    """Takes these timers, the oldest first; what another replica is just taking is passed over, not waited for."""
    return sorted(TAKE_DUE.run(tx, now=now, most=most), key=lambda row: (row.due_at, row.id))


def add_reports(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """New reports, whole rows."""
    ADD.run_all(tx, rows)


def wind_up_all(tx: Tx, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Timers that come round again; see `timers.wind_up`."""
    WIND_UP.run_all(tx, [{"client_id": None, "state": "waiting", "done_at": None, "now": now, **row} for row in rows])


def clients_by_id(tx: Tx, ids: Collection[str]) -> Sequence[Row[Any]]:
    """These clients."""
    return CLIENTS.run(tx, ids=sorted(ids)).all()


def with_open_task(tx: Tx, subjects: Collection[str], kind: str) -> set[str]:
    """Those of these subjects about which there is an open task of this kind."""
    return {row.subject for row in OPEN_TASKS.run(tx, subjects=sorted(subjects), what=kind)}
