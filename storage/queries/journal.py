"""What cards ask of the journal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

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


LAST_MOMENT = select(func.max(entries.c.at))
FIRST_MOMENT = select(entries.c.at).where(entries.c.chain == bindparam("chain"), entries.c.position == 1)


def audit_id(tx: Tx, subject: str) -> str:
    """A subject's last entry as people quote it: its position in the client's chain and the seal's first digits."""
    row = tx.execute(LAST, {"subject": subject}).first()
    return f"{row.position}-{row.hash[:10]}" if row is not None else ""


def last_moment(tx: Tx) -> datetime | None:
    """When the last entry of any chain was written; None in a fresh database."""
    return tx.execute(LAST_MOMENT).scalar()


def first_moment(tx: Tx, chain: str) -> datetime | None:
    """When the first entry of a chain was written: a client's is its coming into the directory. None before."""
    return tx.execute(FIRST_MOMENT, {"chain": chain}).scalar()
