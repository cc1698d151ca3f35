"""What is owed to the platforms, said by the desk inside the domain's transaction: `owe`, `touch`, `notify`.

A delivery's states and how it goes from one to the next stand in `storage.settling`, what of it may go now in
`storage.waiting`, what is about lists of many subjects in `storage.lists`. `owe` wakes a delivery in any state,
`touch` the living ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Update,
    bindparam,
    case,
    func,
    or_,
    update,
)

from storage.libpq import Line
from storage.personal import MEANT, PURPOSE, STATE, personal
from storage.prepared import Prepared, among
from storage.rowsets import Rowset
from storage.store import Tx
from storage.tables import metadata
from storage.tables.delivery import AGAIN, LIVE, OVER, WAITING
from storage.tables.types import Instant

CHANNEL = "keyline_outbox"
"""Where PostgreSQL tells every courier that something is owed."""

_delivery = metadata.tables["delivery"]
_d = _delivery.c
PENDING = WAITING
"""The states that want to be sent."""


@dataclass(frozen=True)
class Owed:
    """One card owed to one account, or to a room (then `identity_id` and `person_id` are None).

    `due_at` in the future holds it back (quiet hours); `lane` is `platform:org`; `follows` is the purpose of the
    delivery, of the same subject and to the same account or room, in whose thread it is posted.
    """

    id: str
    subject: str
    purpose: str
    identity_id: str | None
    person_id: str | None
    client_id: str | None
    lane: str
    priority: int
    due_at: datetime
    room_id: str | None = None
    follows: str = ""


# ------------------------------------------------------------------ owing, inside the domain's transaction

_FIELDS = tuple(Owed.__dataclass_fields__)


_FRESH = {"wanted": 1, "shown": 0, "state": "owed", "attempts": 0, "repeats": 0, "error": ""}


def _once_more(room: bool) -> Callable[[Any], Any]:
    """What becomes of a card that is there already."""

    def again(owing: Any) -> Any:
        new = owing.excluded
        return owing.on_conflict_do_update(
            index_elements=[_d.subject, _d.purpose, _d.room_id if room else _d.identity_id],
            index_where=_d.room_id.is_not(None) if room else None,
            set_={
                "wanted": _d.wanted + 1,
                "state": case((or_(_d.state == "sending", _d.state == "unsure"), _d.state), else_="owed"),
                # an edit notifies nobody and may go at once; what was never shown keeps to its quiet hours
                "due_at": case((_d.message.is_(None), new.due_at), else_=new.created_at),
                "priority": new.priority,
                "person_id": new.person_id,
                "lane": new.lane,
                "follows": new.follows,
                "error": "",
            },
        )

    return again


_OWE = {
    room: Rowset.insert(_delivery, _FIELDS, _once_more(room), same=(*_FRESH, "created_at")) for room in (False, True)
}

_TOUCH_ALL = (
    update(_delivery)
    .where(_d.subject == bindparam("of", type_=String), LIVE)
    .values(
        **AGAIN,
        priority=func.coalesce(bindparam("rank", type_=Integer), _d.priority),
    )
)
_TOUCH = Prepared(_TOUCH_ALL)
_TOUCH_ONE = personal(lambda theirs: _TOUCH_ALL.where(theirs, MEANT))


def _lead(to: ColumnElement[bool]) -> Update:
    rank, until = bindparam("rank", type_=Integer), bindparam("until", type_=Instant())
    unseen = _d.message.is_(None) & among(_d.state, PENDING)
    return (
        update(_delivery)
        .where(_d.subject == bindparam("of", type_=String), _d.purpose == bindparam("why", type_=String), to, unseen)
        .values(
            priority=case((_d.priority > rank, rank), else_=_d.priority),
            due_at=case((_d.due_at > until, until), else_=_d.due_at),
        )
    )


_LEAD = _lead(_d.identity_id == bindparam("whose", type_=String))
_LEAD_IN_ROOM = _lead(_d.room_id == bindparam("where", type_=String))


def owe(tx: Tx, owed: Sequence[Owed], now: datetime) -> None:
    """Owes these cards. One that is there already (subject, purpose, account or room) wants one more redraw.

    What one of them follows and nobody has seen yet goes before it: it becomes as urgent, and due as soon.
    """
    for room in (False, True):
        rows = [vars(one) for one in owed if (one.room_id is not None) is room]
        for some in _each_once(rows):
            _OWE[room].put(tx, some, **_FRESH, created_at=now)
    led = [
        {"of": one.subject, "why": one.follows, "whose": one.identity_id, "where": one.room_id, "rank": one.priority,
         "until": one.due_at}
        for one in owed
        if one.follows
    ]  # fmt: skip
    for known, statement in (("whose", _LEAD), ("where", _LEAD_IN_ROOM)):
        if some := [values for values in led if values[known] is not None]:
            tx.execute(statement, some)


def _each_once(rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The rows in as few heaps as it takes for none to hold the same card twice: PostgreSQL refuses that."""
    heaps: list[list[Mapping[str, Any]]] = []
    seen: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        card = row["subject"], row["purpose"], row["identity_id"], row["room_id"]
        if seen[card] == len(heaps):
            heaps.append([])
        heaps[seen[card]].append(row)
        seen[card] += 1
    return heaps


def touch(tx: Tx, subject: str, now: datetime, *, person_id: str = "", priority: int | None = None) -> None:
    """Every living delivery of a subject (or one person's only) wants one more redraw, sooner if `priority` says so.

    A held one stays held; a dead or dropped one stays as it is.
    """
    if person_id:
        _TOUCH_ONE.run(tx, of=subject, now=now, rank=priority, whose=person_id)
    else:
        _TOUCH.run(tx, of=subject, now=now, rank=priority)


def drop_held(tx: Tx, subject: str, now: datetime) -> None:
    """What was held and never shown of a subject that is over is not worth a message any more."""
    _DROP_HELD.run(tx, of=subject, now=now)


def wake_dropped(tx: Tx, subject: str, purpose: str, person_id: str, now: datetime) -> None:
    """A card that gave way to a list, or was over before it was sent, is wanted after all."""
    _WAKE_DROPPED.run(tx, of=subject, why=purpose, whose=person_id, now=now)


def notify(tx: Tx) -> None:
    """Wakes every courier once this transaction commits (PostgreSQL; on SQLite the one process wakes its own)."""
    if tx.dialect.name == "postgresql":
        Line.of(tx).tell(f"NOTIFY {CHANNEL}", [])


_WAKE_DROPPED = personal(
    lambda theirs: (
        update(_delivery)
        .where(_d.subject == bindparam("of", type_=String), theirs, MEANT)
        .where(bindparam("why", type_=String) == PURPOSE, STATE == "dropped")
        .values(state="owed", wanted=_d.wanted + 1, due_at=bindparam("now", type_=Instant()), error="")
    )
)
_DROP_HELD = Prepared(
    update(_delivery)
    .where(
        _d.subject == bindparam("of"),
        _d.state == "owed",
        _d.message.is_(None),
        _d.due_at > bindparam("now", type_=_d.due_at.type),
    )
    .values(state="dropped", error=OVER)
)
