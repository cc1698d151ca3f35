"""Admits every event once: the key of the platform's event, and what was answered to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Inbox
from storage.tables.types import core

inbox = core(Inbox)
SEEN = Prepared(select(inbox).where(inbox.c.key == bindparam("key")))
ANSWER = Prepared(
    update(inbox)
    .where(inbox.c.key == bindparam("event_key"))
    .values(outcome=bindparam("answer", type_=inbox.c.outcome.type), refused=bindparam("was_refused"))
)
ADMIT = Prepared(
    **{
        name: insert(inbox)
        .values(key=bindparam("key"), at=bindparam("at"), refused=bindparam("refused"), outcome={})
        .on_conflict_do_nothing()
        .returning(inbox.c.key)
        for name, insert in (("postgresql", pg_insert), ("sqlite", sqlite_insert))
    }
)
_OLD = select(inbox.c.key).where(inbox.c.at < bindparam("before")).order_by(inbox.c.at).limit(bindparam("most"))
FORGET = delete(inbox).where(inbox.c.key.in_(_OLD.with_for_update(skip_locked=True)))


def admit(tx: Tx, key: str, now: datetime, *, refused: bool = False) -> Row[Any] | None:
    """None for a new event (now recorded); the earlier row for one seen before.

    A second delivery of the same event waits here for the first to commit. RETURNING, because `rowcount` after
    ON CONFLICT DO NOTHING is -1 on psycopg.
    """
    if ADMIT.run(tx, key=key, at=now, refused=refused).first() is not None:
        return None
    return SEEN.run(tx, key=key).one()


def answer(tx: Tx, key: str, outcome: Mapping[str, Any]) -> None:
    """Keeps what was answered, for a retry."""
    ANSWER.run(tx, event_key=key, answer=dict(outcome), was_refused=False)


def forget_before(tx: Tx, when: datetime, most: int) -> int:
    """Drops at most so many events older than that, the oldest first; -> how many. Not what another replica drops."""
    return tx.execute(FORGET, {"before": when, "most": most}).rowcount
