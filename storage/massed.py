"""The two steps that every message takes, many at a time: marked as sending, settled as shown.

One statement writes all that were seen alike, with few ways between the driver and the database: at each the thread
lets Python go, and waits to have it again while the messages keep it busy. SQLite's driver does so for every row that
it writes or reads, too, which costs several times what the writing does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from storage.outbox import PENDING
from storage.prepared import OneOf, Prepared
from storage.store import Tx
from storage.tables import metadata
from storage.tables.types import Instant
from storage.waiting import BY_ID, Due

_delivery = metadata.tables["delivery"]
_d = _delivery.c
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_was = bindparam("was", type_=String)
_drawn = bindparam("drawn", type_=Integer)
_now = bindparam("now", type_=Instant())
_messages = bindparam("messages", type_=_d.message.type)
"""Delivery -> message."""


def _as_seen(kind: str, state: Any) -> list[ColumnElement[bool]]:
    seen, tried = (bindparam(f"{kind}_{name}", type_=Integer) for name in ("seen", "tried"))
    return [_d.shown == seen, _d.attempts == tried, state == BY_ID]


_TO_MARK = _as_seen("mark", _was)
_TO_SETTLE = _as_seen("settle", "sending")
_SENDING = {
    "state": "sending",
    "attempts": _d.attempts + 1,
    "repeats": _d.repeats + case(((_d.state == "unsure") & _d.message.is_(None), 1), else_=0),
}
_SHOWN = {
    "shown": _drawn,
    "attempts": 0,
    "error": "",
    "settled_at": _now,
    "reached_at": func.coalesce(_d.reached_at, _now),
}
_EITHER = {
    **_SHOWN,
    "state": case((_d.wanted > _drawn, "owed"), else_="settled"),
    "due_at": case((_d.wanted > _drawn, _now), else_=_d.due_at),
}


# ------------------------------------------------------------------ alone

_MARK_ONE = Prepared.with_lists(
    lambda one_of: (
        update(_delivery).where(one_of(_d.id, "marks"), *_TO_MARK).values(_SENDING).returning(_d.id, _d.state)
    )
)
_SETTLE_ONE = Prepared.with_lists(
    lambda one_of: (
        update(_delivery)
        .where(one_of(_d.id, "settles"), *_TO_SETTLE)
        .values({**_EITHER, "message": bindparam("message", type_=_d.message.type)})
        .returning(_d.id, _d.state)
    )
)

# ------------------------------------------------------------------ many, SQLite

_each = func.json_each(_messages).table_valued("key", "value", name="each").c
_MARK = Prepared.with_lists(lambda one_of: update(_delivery).where(one_of(_d.id, "marks"), *_TO_MARK).values(_SENDING))


def _shown(**values: Any) -> Any:
    return update(_delivery).where(_d.id == _each.key, *_TO_SETTLE).values({**_SHOWN, "message": _each.value, **values})


_SETTLE = Prepared(_shown(state="settled").where(_d.wanted <= _drawn))
_OWE_AGAIN = Prepared(_shown(state="owed", due_at=_now).where(_d.wanted > _drawn).returning(_d.id))

# ------------------------------------------------------------------ many, PostgreSQL


_place: ColumnElement[str] = literal_column("delivery.ctid")
"""Where a version of a row lies: the row is not looked up a second time."""


def _unlocked(one_of: OneOf, name: str, as_seen: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Those that nobody else has locked: they are ours now, and none was waited for.

    What somebody changed between our look and our lock lies elsewhere by now, where our look finds nothing yet: it is
    left out, like what is locked. Whatever is found is as it was seen, since nobody else can change it any more.
    """
    ours = select(_place).where(one_of(_d.id, name), *as_seen).with_for_update(key_share=True, skip_locked=True)
    return _place == any_(func.array(ours.scalar_subquery()))


def _both(one_of: OneOf) -> Any:
    settled = {**_EITHER, "message": _messages.op("->")(_d.id)}
    marking = update(_delivery).where(_unlocked(one_of, "marks", _TO_MARK)).values(_SENDING)
    settling = update(_delivery).where(_unlocked(one_of, "settles", _TO_SETTLE)).values(settled)
    made = (one.returning(_d.id, _d.state).cte(name) for one, name in ((marking, "marked"), (settling, "settled")))
    return union_all(*map(select, made))


_BOTH = Prepared.with_lists(_both)


# ------------------------------------------------------------------ what is to be done


class Step(ABC):
    """One step of one delivery. Called, it is taken alone, and waits for whoever has the row locked."""

    row: Due

    @abstractmethod
    def __call__(self, tx: Tx) -> Any: ...

    @property
    @abstractmethod
    def alike(self) -> Hashable:
        """Those with the same can be taken by one statement."""

    @abstractmethod
    def answer(self, state: str) -> Any:
        """What came of it, if this is the state of the delivery now; "" when it was not ours to take."""


@dataclass(frozen=True)
class MarkSending(Step):
    """From here on it may have arrived. -> the row as it is now, or None when it changed under our feet.

    An unsure post counts as repeated.
    """

    row: Due

    def __call__(self, tx: Tx) -> Due | None:
        return self.answer(_state(_MARK_ONE.run(tx, marks=[self.row.id], **_seen("mark", [self]), was=self.was)))

    @property
    def alike(self) -> Hashable:
        """As it was seen."""
        return self.row.shown, self.row.attempts, self.was

    @property
    def was(self) -> str:
        """The state; nothing is like what does not want to be sent."""
        return self.row.state if self.row.state in PENDING else ""

    def answer(self, state: str) -> Due | None:
        """As the statement counts."""
        row = self.row
        again = row.state == "unsure" and row.message is None
        return row.marked("sending", row.attempts + 1, row.repeats + again) if state else None


@dataclass(frozen=True)
class SettleShown(Step):
    """The platform has it, as it was wanted when it was drawn.

    -> the new state: `owed` when more was wanted meanwhile, "" when not ours to settle.
    """

    row: Due
    drawn: int
    message: Mapping[str, str]
    now: datetime

    def __call__(self, tx: Tx) -> str:
        known = {"drawn": self.drawn, "now": self.now, "message": dict(self.message)}
        return self.answer(_state(_SETTLE_ONE.run(tx, settles=[self.row.id], **_seen("settle", [self]), **known)))

    @property
    def alike(self) -> Hashable:
        """As it was seen and drawn."""
        return self.row.shown, self.row.attempts, self.drawn

    def answer(self, state: str) -> str:
        """The state."""
        return state


class Batch(NamedTuple):
    """Steps of as many deliveries: those of each kind are all alike, and are settled by one moment."""

    marks: Sequence[MarkSending]
    settles: Sequence[SettleShown]


class NotAll(Exception):
    """Something was not as it had been seen: to be rolled back, and each step taken alone."""


def batches(steps: Iterable[Any]) -> list[Batch]:
    """All the steps in as few batches as there can be."""
    marks: dict[Hashable, list[MarkSending]] = {}
    settles: dict[Hashable, list[SettleShown]] = {}
    for step in steps:
        if isinstance(step, MarkSending):
            marks.setdefault(step.alike, []).append(step)
        elif isinstance(step, SettleShown):
            settles.setdefault(step.alike, []).append(step)
    return [Batch(*both) for both in zip_longest(marks.values(), settles.values(), fillvalue=())]


def take(tx: Tx, batch: Batch) -> dict[str, Any]:
    """Takes these steps. -> delivery -> what came of it. PostgreSQL: by a single statement.

    PostgreSQL: it lacks those that were not as they had been seen, or that somebody else has locked: no statement here
    waits for one row while it holds another. On SQLite nothing is locked, and the former raises `NotAll`.
    """
    steps: list[Step] = [*batch.marks, *batch.settles]
    states = (_take_unlocked if tx.dialect.name == "postgresql" else _take_all)(tx, batch)
    return {step.row.id: step.answer(states[step.row.id]) for step in steps if step.row.id in states}


def _take_unlocked(tx: Tx, batch: Batch) -> dict[str, str]:
    marks, settles = [step.row.id for step in batch.marks], [step.row.id for step in batch.settles]
    known = {"was": batch.marks[0].was if marks else "", **_seen("mark", batch.marks), **_shown_as(batch.settles)}
    return {one.id: one.state for one in _BOTH.run(tx, marks=marks, settles=settles, **known)}


def _take_all(tx: Tx, batch: Batch) -> dict[str, str]:
    states = {step.row.id: "sending" for step in batch.marks} | {step.row.id: "settled" for step in batch.settles}
    if batch.marks:
        known = {"was": batch.marks[0].was, **_seen("mark", batch.marks)}
        if _MARK.count(tx, marks=[step.row.id for step in batch.marks], **known) < len(batch.marks):
            raise NotAll
    if batch.settles:
        known = _shown_as(batch.settles)
        left = len(batch.settles) - _SETTLE.count(tx, **known)
        again = _OWE_AGAIN.run(tx, **known).scalars().all() if left else []
        if len(again) < left:
            raise NotAll
        states.update(dict.fromkeys(again, "owed"))
    return states


def _seen(kind: str, steps: Sequence[Step]) -> dict[str, int]:
    shown, attempts = (steps[0].row.shown, steps[0].row.attempts) if steps else (0, 0)
    return {f"{kind}_seen": shown, f"{kind}_tried": attempts}


def _shown_as(steps: Sequence[SettleShown]) -> dict[str, Any]:
    return {
        "drawn": steps[0].drawn if steps else 0,
        "now": min((step.now for step in steps), default=_LONG_AGO),
        "messages": {step.row.id: dict(step.message) for step in steps},
        **_seen("settle", steps),
    }


def _state(found: Any) -> str:
    row = found.first()
    return row.state if row else ""
