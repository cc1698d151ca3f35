"""What PostgreSQL's planner knows of tables to which a great many rows were just added."""

from __future__ import annotations

from sqlalchemy import text

from storage.store import Tx

MANY = 500
"""So many rows in one go change what the planner should expect."""


def learn(tx: Tx, tables: tuple[str, ...], rows: int) -> None:
    """Has these tables looked at again at the end of a transaction that wrote so many rows to them; SQLite plans alike
    whatever there is.

    Autovacuum would do it a minute or more later. Until then every card of a broadcast would be read by plans for a
    few rows, each of which looks through all of the notice's receipts and timers (docs/performance.md). A table that
    is being looked at already is left out: nothing waits.
    """
    if rows >= MANY and tx.dialect.name == "postgresql":
        tx.execute(text(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}"))
