"""Rows of several tables side by side: each its own, and None where an outer join has found nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select

from storage.joined import Joined
from storage.store import Store
from storage.tables import Inbox, JournalHead
from storage.tables.types import core

inbox, heads = core(Inbox), core(JournalHead)
AT = datetime(2026, 6, 8, 13, 5, 7, 891, tzinfo=UTC)
BESIDE = Joined(
    select(inbox, heads)
    .outerjoin(heads, heads.c.chain == inbox.c.key)
    .where(inbox.c.at == bindparam("moment", type_=inbox.c.at.type))
    .order_by(inbox.c.key),
    inbox,
    heads,
)


def test_each_table_has_a_row_of_its_own_with_its_types_read(store: Store) -> None:
    with store.write() as tx:
        for key in ("alone", "both"):
            tx.execute(insert(inbox), {"key": key, "at": AT, "refused": False, "outcome": {"say": [key]}})
        tx.execute(insert(heads), {"chain": "both", "position": 7, "hash": "f00"})
    with store.read() as tx:
        (alone, nothing), (both, head) = BESIDE.run(tx, moment=AT)
        assert BESIDE.run(tx, moment=AT.replace(year=2027)) == []
    assert (alone.key, alone.at, alone.refused, alone.outcome) == ("alone", AT, False, {"say": ["alone"]})
    assert nothing is None
    assert (both.key, both.outcome, head.chain, head.position, head.hash) == (
        "both",
        {"say": ["both"]},
        "both",
        7,
        "f00",
    )
