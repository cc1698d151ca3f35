"""What cards ask of the journal."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.store import Tx
from storage.tables import JournalEntry
from storage.tables.types import core

entries = core(JournalEntry)
LAST = (
    select(entries.c.position, entries.c.hash)
    .where(entries.c.subject == bindparam("subject"))
    .order_by(entries.c.id.desc())
    .limit(1)
)


def audit_id(tx: Tx, subject: str) -> str:
    """A subject's last entry as people quote it: its position in the client's chain and the seal's first digits."""
    row = tx.execute(LAST, {"subject": subject}).first()
    return f"{row.position}-{row.hash[:10]}" if row is not None else ""
