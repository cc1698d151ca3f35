"""What is read of the journal besides verifying and exporting it whole (`storage.journal`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from storage.store import Tx
from storage.tables import JournalEntry

entries = JournalEntry.__table__  # type: ignore[attr-defined]

PAGE = (
    select(entries)
    .where(entries.c.chain == bindparam("chain_"), entries.c.position > bindparam("after"))
    .order_by(entries.c.position)
    .limit(bindparam("limit_"))
)
OF_SUBJECT = (
    select(entries).where(entries.c.subject == bindparam("subject_")).order_by(entries.c.chain, entries.c.position)
)


def page(tx: Tx, *, chain: str, after: int, limit: int) -> Sequence[Row[Any]]:
    """Entries of a chain in order, after a position (0 for the first page)."""
    return tx.execute(PAGE, {"chain_": chain, "after": after, "limit_": limit}).all()


def of_subject(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """Everything that was done to one subject (`approval:apr_...`), in order."""
    return tx.execute(OF_SUBJECT, {"subject_": subject}).all()
