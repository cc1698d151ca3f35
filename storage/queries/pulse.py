"""Whether the store answers, and how much is owed: what health checks and metrics ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, literal, select, text, union_all
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.store import Tx
from storage.tables import Delivery, Timer
from storage.tables.delivery import OVER_UNSEEN, WAITING, standing

deliveries = Delivery.__table__  # type: ignore[attr-defined]
timers = Timer.__table__  # type: ignore[attr-defined]

ANSWERS = text("SELECT 1")
DELIVERIES = union_all(
    select(literal("").label("state"), func.count().label("deliveries")).select_from(deliveries),
    *(
        select(deliveries.c.state, func.count()).where(standing(*states)).group_by(deliveries.c.state)
        for states in (WAITING, ("sending",), OVER_UNSEEN)
    ),
)
"""What is settled, which is nearly everything, is what remains of all: no index has it."""
_DUE = deliveries.c.due_at <= bindparam("now", type_=deliveries.c.due_at.type)
_WAITS = select(func.min(deliveries.c.due_at).label("due_at")).where(standing(*WAITING), _DUE)
_WAITS_AGAIN = select(func.min(deliveries.c.due_at)).where(
    standing("sending"), _DUE, deliveries.c.wanted > deliveries.c.shown
)
OLDEST_OWED = select(func.min(union_all(_WAITS, _WAITS_AGAIN).subquery().c.due_at))
OVERDUE = (
    select(func.count()).select_from(timers).where(timers.c.state == "waiting", timers.c.due_at <= bindparam("now"))
)


def unreachable(error: BaseException) -> bool:
    """Whether an error says that the database cannot be reached or is too busy, which passes by itself."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def answers(tx: Tx) -> None:
    """Raises when the database does not answer."""
    tx.execute(ANSWERS)


def deliveries_by_state(tx: Tx) -> dict[str, int]:
    """How many deliveries there are in each state."""
    states: dict[str, int] = {row[0]: row[1] for row in tx.execute(DELIVERIES)}
    everything = states.pop("")
    states["settled"] = everything - sum(states.values())
    return {state: count for state, count in states.items() if count}


def oldest_owed(tx: Tx, now: datetime) -> datetime | None:
    """Since when the longest-waiting card is due; None when nothing is."""
    return tx.execute(OLDEST_OWED, {"now": now}).scalar()


def overdue_timers(tx: Tx, now: datetime) -> int:
    """How many timers are due and not done."""
    return int(tx.execute(OVERDUE, {"now": now}).scalar_one())
