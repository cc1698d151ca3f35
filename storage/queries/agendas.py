"""What is worth talking about with a client now: open cases, decisions that wait, downtimes to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select

from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import ApprovalRequest, Case, Downtime
from storage.tables.types import core

cases = core(Case)
requests = core(ApprovalRequest)
downtimes = core(Downtime)

URGENT = ("P1", "P2")
MOST = 10
"""So many urgent cases, projects, decisions and downtimes are named at most."""
_RANK = case((among(cases.c.priority, URGENT), 0), (func.lower(func.trim(cases.c.category)) == "project", 1), else_=2)
_PLACE = func.row_number().over(partition_by=_RANK, order_by=(cases.c.opened_at, cases.c.id))
_RANKED = (
    select(cases, _RANK.label("rank"), _PLACE.label("place"))
    .where(cases.c.client_id == bindparam("client"), cases.c.closed_at.is_(None))
    .subquery()
)
OPEN_CASES = Prepared(
    select(_RANKED)
    .where(_RANKED.c.place <= MOST)
    .order_by(_RANKED.c.rank, _RANKED.c.priority, _RANKED.c.opened_at, _RANKED.c.id)
)
PENDING = Prepared(
    select(requests)
    .where(requests.c.client_id == bindparam("client"), among(requests.c.state, ("pending", "info_requested")))
    .order_by(requests.c.id)
    .limit(MOST)
)
TO_COME = Prepared(
    select(downtimes)
    .where(
        downtimes.c.client_id == bindparam("client"),
        downtimes.c.state == "accepted",
        among(downtimes.c.life, ("scheduled", "announced")),
        downtimes.c.starts_at > bindparam("now", type_=downtimes.c.starts_at.type),
    )
    .order_by(downtimes.c.starts_at, downtimes.c.id)
    .limit(MOST)
)


def open_cases(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """The open P1 and P2 cases, the projects and the oldest of the others, each by age; at most MOST of each."""
    return OPEN_CASES.run(tx, client=client_id).all()


def pending(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """The decisions that wait for the client, the oldest first."""
    return PENDING.run(tx, client=client_id).all()


def downtimes_to_come(tx: Tx, client_id: str, now: datetime) -> Sequence[Row[Any]]:
    """The client's agreed downtimes that have not begun, the next one first."""
    return TO_COME.run(tx, client=client_id, now=now).all()
