"""After a mass of new rows the planner knows of them in the same transaction, and nobody waits for that."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from storage import inbox, statistics
from storage.statistics import MANY
from storage.store import Store, Tx

NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


def expected(tx: Tx) -> float:
    """The rows that PostgreSQL's planner expects in the inbox; it has no idea (-1) before it looked once."""
    return float(tx.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'inbox'")).scalar_one())


def fill(tx: Tx, rows: int) -> None:
    for number in range(rows):
        inbox.admit(tx, f"event {number}", NOW)


def test_many_new_rows_are_expected_at_once_and_few_are_not_counted(store: Store) -> None:
    with store.write() as tx:
        fill(tx, MANY)
        statistics.learn(tx, ("inbox",), MANY - 1)
        if store.dialect == "postgresql":
            assert expected(tx) < MANY
        statistics.learn(tx, ("inbox",), MANY)
        if store.dialect == "postgresql":
            assert expected(tx) == MANY
    with store.read() as tx:
        assert inbox.SEEN.run(tx, key="event 0").first() is not None


def test_a_table_that_is_being_looked_at_by_somebody_else_is_left_out(store: Store) -> None:
    with store.write() as tx:
        fill(tx, MANY)
    with store.read() as vacuuming, store.read() as tx:
        if store.dialect == "postgresql":
            vacuuming.execute(text("LOCK TABLE inbox IN SHARE UPDATE EXCLUSIVE MODE"))
            tx.execute(text("SET LOCAL lock_timeout = '2s'"))
        statistics.learn(tx, ("inbox",), MANY)
        if store.dialect == "postgresql":
            assert expected(tx) < MANY
            assert tx.execute(text("SELECT 1")).scalar_one() == 1, "the transaction goes on"
