"""A delivery's states and every step from one to the next, written by whoever holds its lane.

    owed ─ mark_sending ─> sending ─ settle_shown ─> settled, or owed again when more was wanted meanwhile
      │                      ├─ settle_later ─> owed, due later         (told to wait)
      │                      ├─ settle_anew ──> owed, without a message (the shown one is gone)
      │                      ├─ mark_unsure ──> unsure ─ mark_sending ─> sending (a post counts in `repeats`)
      │                      └─ settle_dead ──> dead ─ mark_told ─> dead, and somebody knows (`settled_at`)
      └─ settle_dropped ─> dropped when never shown, else settled

A settlement names the sending it settles by (`shown`, `attempts`), a pair that never comes twice in a delivery's life:
whoever lost the lane meanwhile changes nothing.
No statement here waits for one row while it holds another (PostgreSQL): it could deadlock with a person's click.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, Update, bindparam, case, func, null, select, update

from storage.outbox import PENDING
from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import metadata
from storage.tables.types import Instant
from storage.waiting import BY_ID, Due

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
_kept = bindparam("kept", type_=_d.message.type)
_more = _d.wanted > _drawn
_SENDING = Prepared.with_lists(
    lambda one_of: (
        update(_delivery)
        .where(
            one_of(_d.id, "ids"),
            _d.shown == bindparam("seen", type_=Integer),
            _d.attempts == bindparam("tried", type_=Integer),
            among(BY_ID, PENDING),
        )
        .values(
            state="sending",
            attempts=_d.attempts + 1,
            repeats=_d.repeats + case(((_d.state == "unsure") & _d.message.is_(None), 1), else_=0),
        )
        .returning(_d.id, _d.attempts, _d.repeats)
    )
)
_SHOWN = Prepared(
    _settle("sending")
    .values(shown=_drawn, message=_kept, attempts=0, error="", settled_at=_now)
    .values(reached_at=func.coalesce(_d.reached_at, _now))
    .values(state=case((_more, "owed"), else_="settled"), due_at=case((_more, _now), else_=_d.due_at))
)
_STANDS = Prepared.with_lists(
    lambda one_of: select(_d.id, _d.state, _d.shown, _d.message).where(
        one_of(_d.id, "ids"), among(BY_ID, ("owed", "settled"))
    )
)
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
            .where(_d.lane.in_(bindparam("of", expanding=True)), _d.state == "sending")
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    .values(state="unsure", due_at=_now, error="")
    .returning(_d.id)
)
_LEFT = select(func.count()).where(_d.lane.in_(bindparam("of", expanding=True)), _d.state == "sending")
_BURY = (
    update(_delivery)
    .where(
        _d.id.in_(
            select(_d.id)
            .where(_d.lane == bindparam("of", type_=String), _d.state.in_(PENDING))
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


class Massed(ABC):
    """A deed on one delivery of which many can be done by a few statements."""

    def __call__(self, tx: Tx) -> Any:
        return self.many(tx, [self])[0]

    @staticmethod
    @abstractmethod
    def many(tx: Tx, deeds: Sequence[Any]) -> Sequence[Any]:
        """-> what came of each of these deeds, which are all of this kind."""


@dataclass(frozen=True)
class MarkSending(Massed):
    """From here on it may have arrived. -> the row as it is now, or None when it changed under our feet.

    An unsure post counts as repeated.
    """

    row: Due

    @staticmethod
    def many(tx: Tx, deeds: Sequence[MarkSending]) -> list[Due | None]:
        """All of them: one statement for those that were seen alike."""
        alike: dict[tuple[int, int], list[str]] = {}
        for deed in deeds:
            alike.setdefault((deed.row.shown, deed.row.attempts), []).append(deed.row.id)
        marked = {
            one.id: one
            for (seen, tried), ids in alike.items()
            for one in _SENDING.run(tx, ids=ids, seen=seen, tried=tried)
        }
        return [
            deed.row.marked("sending", one.attempts, one.repeats) if (one := marked.get(deed.row.id)) else None
            for deed in deeds
        ]


@dataclass(frozen=True)
class SettleShown(Massed):
    """The platform has it, as it was wanted when it was drawn.

    -> the new state: `owed` when more was wanted meanwhile, "" when not ours to settle.
    """

    row: Due
    drawn: int
    message: Mapping[str, str]
    now: datetime

    @staticmethod
    def many(tx: Tx, deeds: Sequence[SettleShown]) -> list[str]:
        """All of them at once; how they stand afterwards is read, since many updates at once answer nothing."""
        _SHOWN.run_all(
            tx,
            (
                {
                    "one": deed.row.id,
                    "seen": deed.row.shown,
                    "tried": deed.row.attempts,
                    "drawn": deed.drawn,
                    "kept": dict(deed.message),
                    "now": deed.now,
                }
                for deed in deeds
            ),
        )
        stands = {one.id: one for one in _STANDS.run(tx, ids=[deed.row.id for deed in deeds])}
        return [
            one.state
            if (one := stands.get(deed.row.id)) and (one.shown, one.message) == (deed.drawn, deed.message)
            else ""
            for deed in deeds
        ]


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
