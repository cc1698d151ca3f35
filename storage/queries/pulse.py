"""Whether the store answers, and how much is owed: what health checks and metrics ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.store import Tx
from storage.tables import Delivery, Timer

deliveries = Delivery.__table__  # type: ignore[attr-defined]
timers = Timer.__table__  # type: ignore[attr-defined]

ANSWERS = text("SELECT 1")
DELIVERIES = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
OLDEST_OWED = select(func.min(deliveries.c.due_at)).where(
    deliveries.c.due_at <= bindparam("now"),
    or_(deliveries.c.state.in_(("owed", "unsure")), deliveries.c.wanted > deliveries.c.shown),
    deliveries.c.state.not_in(("dropped", "dead")),
)
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
    return {row[0]: row[1] for row in tx.execute(DELIVERIES)}


def oldest_owed(tx: Tx, now: datetime) -> datetime | None:
    """Since when the longest-waiting card is due; None when nothing is."""
    return tx.execute(OLDEST_OWED, {"now": now}).scalar()


def overdue_timers(tx: Tx, now: datetime) -> int:
    """How many timers are due and not done."""
    return int(tx.execute(OVERDUE, {"now": now}).scalar_one())
