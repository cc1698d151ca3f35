"""One POST of one caller is answered once: the claim before it runs, the answer kept for the next time it is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.store import Tx
from storage.tables import IdempotencyKey

keys = IdempotencyKey.__table__  # type: ignore[attr-defined]

_this = (keys.c.token_id == bindparam("token"), keys.c.key == bindparam("key_"))
_CLAIM = {
    "postgresql": postgresql.insert(keys).on_conflict_do_nothing().returning(keys.c.key),
    "sqlite": sqlite.insert(keys).on_conflict_do_nothing().returning(keys.c.key),
}
_FIND = select(keys).where(*_this).with_for_update()
_TAKE_OVER = (
    update(keys)
    .where(*_this)
    .values(route=bindparam("route_"), body_hash=bindparam("hash_"), status=0, answer=b"", at=bindparam("at_"))
)
_KEEP = update(keys).where(*_this).values(status=bindparam("status_"), answer=bindparam("answer_"))
_RELEASE = delete(keys).where(*_this, keys.c.status == 0)
_OLD = (
    select(keys.c.token_id, keys.c.key)
    .where(keys.c.at < bindparam("before"))
    .order_by(keys.c.at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_PRUNE = delete(keys).where(tuple_(keys.c.token_id, keys.c.key).in_(_OLD))


def claim(tx: Tx, *, token_id: str, key: str, route: str, body_hash: str, at: datetime) -> Row[Any] | None:
    """Takes the key for this caller. None when it is ours now; else the row of whoever had it (status 0: running)."""
    values = {"token_id": token_id, "key": key, "route": route, "body_hash": body_hash, "at": at}
    while tx.execute(_CLAIM[tx.dialect.name], values | {"status": 0, "answer": b""}).first() is None:
        other = tx.execute(_FIND, {"token": token_id, "key_": key}).one_or_none()
        if other is not None:  # else it was released between the two statements: it is free again
            return other
    return None


def take_over(tx: Tx, *, token_id: str, key: str, route: str, body_hash: str, at: datetime) -> None:
    """Takes a key whose call died or whose answer is no longer kept; the row is locked by `claim` before."""
    values = {"token": token_id, "key_": key, "route_": route, "hash_": body_hash, "at_": at}
    tx.execute(_TAKE_OVER, values)


def keep(tx: Tx, *, token_id: str, key: str, status: int, answer: bytes) -> None:
    """Keeps the answer."""
    tx.execute(_KEEP, {"token": token_id, "key_": key, "status_": status, "answer_": answer})


def release(tx: Tx, *, token_id: str, key: str) -> None:
    """Gives up a claim after a refusal: nothing was done, so the key may be used again."""
    tx.execute(_RELEASE, {"token": token_id, "key_": key})


def prune(tx: Tx, before: datetime, most: int) -> int:
    """Forgets at most so many answers older than that, the oldest first; -> how many. Not what another replica does."""
    return tx.execute(_PRUNE, {"before": before, "most": most}).rowcount
