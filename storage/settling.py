"""A delivery's states and every step from one to the next, written by whoever holds its lane.

    owed ─ mark_sending ─> sending ─ settle_shown ─> settled, or owed again when more was wanted meanwhile
      │                      ├─ settle_later ─> owed, due later         (told to wait)
      │                      ├─ settle_anew ──> owed, without a message (the shown one is gone)
      │                      ├─ mark_unsure ──> unsure ─ mark_sending ─> sending (a post counts in `repeats`)
      │                      └─ settle_dead ──> dead ─ mark_told ─> dead, and somebody knows (`settled_at`)
      └─ settle_dropped ─> dropped when never shown, else settled

`MarkSending` and `SettleShown` stand in `storage.massed`: every message takes both, and many take them together.

A settlement names the sending it settles by (`shown`, `attempts`), a pair that never comes twice in a delivery's life:
whoever lost the lane meanwhile changes nothing.
No statement here waits for one row while it holds another (PostgreSQL): it could deadlock with a person's click.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, Update, bindparam, case, func, null, select, update

from storage.massed import MarkSending as MarkSending
from storage.massed import SettleShown as SettleShown
from storage.outbox import PENDING
from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import metadata
from storage.tables.delivery import standing
from storage.tables.types import Instant
from storage.waiting import Due

_delivery = metadata.tables["delivery"]
_d = _delivery.c


def _settle(*states: str) -> Update:
    return update(_delivery).where(
        _d.id == bindparam("one", type_=String),
        _d.shown == bindparam("seen", type_=Integer),
        _d.attempts == bindparam("tried", type_=Integer),
        among(_d.state, states),
    )


_now = bindparam("now", type_=Instant())
_why = bindparam("why", type_=String)
_drawn = bindparam("drawn", type_=Integer)
_LATER = Prepared(_settle("sending", *PENDING).values(state="owed", due_at=_now, error=_why).returning(_d.state))
_ANEW = Prepared(_settle("sending").values(state="owed", due_at=_now, message=null(), error="").returning(_d.state))
_UNSURE = Prepared(_settle("sending").values(state="unsure", due_at=_now, error=_why).returning(_d.state))
_DEAD = Prepared(_settle("sending", *PENDING).values(state="dead", error=_why, settled_at=null()).returning(_d.state))
_TOLD = Prepared(_settle("dead").values(settled_at=_now).returning(_d.state))
_DROPPED = Prepared(
    _settle(*PENDING)
    .where(_d.wanted == _drawn)
    .values(state=case((_d.message.is_(None), "dropped"), else_="settled"), settled_at=_now, error="")
    .values(shown=case((_d.message.is_(None), _d.shown), else_=_d.wanted))
    .returning(_d.state)
)
_RECOVER = (
    update(_delivery)
    .where(
        _d.id.in_(
            select(_d.id)
            .where(_d.lane.in_(bindparam("of", expanding=True)), standing("sending"))
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    .values(state="unsure", due_at=_now, error="")
    .returning(_d.id)
)
_LEFT = select(func.count()).where(_d.lane.in_(bindparam("of", expanding=True)), standing("sending"))
_BURY = (
    update(_delivery)
    .where(
        _d.id.in_(
            select(_d.id)
            .where(_d.lane == bindparam("of", type_=String), standing(*PENDING))
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    .values(state="dead", error=_why, settled_at=case((_d.message.is_(None), null()), else_=_now))
    .returning(_d.id)
)
_FREE = Prepared.with_lists(
    lambda one_of: select(_d.id).where(one_of(_d.id, "ids")).with_for_update(key_share=True, skip_locked=True)
)


def _done(tx: Tx, statement: Prepared, row: Due, **values: Any) -> str:
    return statement.run(tx, one=row.id, seen=row.shown, tried=row.attempts, **values).scalar() or ""


def settle_later(tx: Tx, row: Due, due_at: datetime, why: str) -> str:
    """Told to wait until `due_at`; `why` begins with WHOLE_ORG when the whole workspace or tenant waits."""
    return _done(tx, _LATER, row, now=due_at, why=why)


def settle_anew(tx: Tx, row: Due, now: datetime) -> str:
    """The shown message is gone: post a new one."""
    return _done(tx, _ANEW, row, now=now)


def mark_unsure(tx: Tx, row: Due, due_at: datetime, why: str) -> str:
    """It may or may not have arrived; to be sent again at `due_at`."""
    return _done(tx, _UNSURE, row, now=due_at, why=why)


def settle_dead(tx: Tx, row: Due, why: str) -> str:
    """It cannot be delivered, and nobody has been told yet."""
    return _done(tx, _DEAD, row, why=why)


def mark_told(tx: Tx, row: Due, now: datetime) -> str:
    """Somebody knows that it is dead."""
    return _done(tx, _TOLD, row, now=now)


def settle_dropped(tx: Tx, row: Due, now: datetime) -> str:
    """Nothing worth saying any more; "" when something new was wanted meanwhile."""
    return _done(tx, _DROPPED, row, drawn=row.wanted, now=now)


def recover(tx: Tx, lanes: Sequence[str], now: datetime) -> tuple[int, int]:
    """Lanes just taken: what a dead holder left half-sent becomes unsure. -> (recovered, locked by a click)."""
    found = len(tx.execute(_RECOVER, {"of": list(lanes), "now": now}).all())
    return found, tx.scalar(_LEFT, {"of": list(lanes)}) or 0


def bury(tx: Tx, lane: str, why: str, now: datetime) -> int:
    """Our app is gone from there: everything still owed in the lane is dead. -> how many.

    Of what was never shown somebody has to be told; an edit that cannot be made is nobody's trouble.
    """
    return len(tx.execute(_BURY, {"of": lane, "why": why, "now": now}).all())


def free(tx: Tx, deliveries: Collection[str]) -> set[str]:
    """Locks those of the deliveries that nobody else has locked, without waiting, and says which."""
    if tx.dialect.name != "postgresql":
        return set(deliveries)
    return set(_FREE.run(tx, ids=list(deliveries)).scalars())


def forget_shown(tx: Tx, now: datetime) -> None:
    """Every live message was lost with its platform (a playground that starts again): each is owed once more, anew."""
    fresh = {"state": "owed", "message": null(), "wanted": _d.shown + 1, "due_at": now, "error": ""}
    tx.execute(update(_delivery).where(_d.state.in_(("owed", "sending", "unsure", "settled"))).values(**fresh))
