"""What waits to be sent and what of it may go now, for the courier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, bindparam, func, or_, select, union_all

from storage.outbox import PENDING
from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import metadata
from storage.tables.delivery import standing
from storage.tables.types import Instant

WHOLE_ORG = "org: "
"""Begins the `error` of a delivery that waits because its whole workspace or tenant was told to wait."""

_delivery = metadata.tables["delivery"]
_identity = metadata.tables["identity"]
_room = metadata.tables["room"]
_d, _i, _r = _delivery.c, _identity.c, _room.c


@dataclass(frozen=True)
class Due:
    """A delivery with what carrying it needs. `address` is sealed; `message` names the shown message, if there is.

    Of a room `user` is the channel and `room` its name. `followed` names the message in whose thread it is posted,
    known once it is claimed; None when there is none (any more).
    """

    id: str
    subject: str
    purpose: str
    identity_id: str | None
    person_id: str | None
    room_id: str | None
    follows: str
    client_id: str | None
    lane: str
    priority: int
    state: str
    wanted: int
    shown: int
    attempts: int
    repeats: int
    message: Mapping[str, str] | None
    due_at: datetime
    error: str
    platform: str
    org: str
    user: str
    address: str
    reachable: bool
    room: str
    followed: Mapping[str, str] | None = None

    def marked(self, state: str, attempts: int, repeats: int) -> Due:
        """The same in another state: of tens of fields three change, for each message."""
        other = object.__new__(Due)
        other.__dict__.update(self.__dict__, state=state, attempts=attempts, repeats=repeats)
        return other

    @property
    def target(self) -> str:
        """Whose conversation it belongs to: the account, or the room."""
        return self.identity_id or self.room_id or ""


@dataclass(frozen=True)
class Backlog:
    """How much waits: deliveries by state (settled and dropped are not counted) and since when the oldest is due."""

    states: Mapping[str, int]
    oldest: datetime | None


class Rare(NamedTuple):
    """Whether there is, in any of some lanes: what a dead holder left half-sent; what was told to wait and still has
    to; the dead of whom nobody was told; what is to follow another message."""

    half_sent: bool
    postponed: bool
    untold: bool
    led: bool


_NAMES = tuple(Due.__dataclass_fields__)
_ELSEWHERE = {
    **{name: func.coalesce(_i[name], _r[name]).label(name) for name in ("platform", "org", "address")},
    "user": func.coalesce(_i.user, _r.channel).label("user"),
    "reachable": func.coalesce(_i.reachable, _r.state == "in").label("reachable"),
    "room": func.coalesce(_r.name, "").label("room"),
}
_ROW = (
    select(*(_ELSEWHERE[name] if name in _ELSEWHERE else _d[name] for name in _NAMES[:-1]))
    .outerjoin_from(_delivery, _identity, _i.id == _d.identity_id)
    .outerjoin(_room, _r.id == _d.room_id)
)
"""In the order of the fields of `Due`."""
_l = _delivery.alias("leader").c
_LEADS = (_l.subject == _d.subject) & (_l.purpose == _d.follows)
_UNSEEN = _l.message.is_(None) & among(_l.state, (*PENDING, "sending"))


def _is_led(to: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(_l.id).where(_LEADS, to, _UNSEEN).correlate(_delivery).exists()


_MAY_GO = or_(_d.follows == "", ~or_(_is_led(_l.identity_id == _d.identity_id), _is_led(_l.room_id == _d.room_id)))
"""Not while the message it follows is still to be sent; asked only of those that follow one."""
BY_ID = _d.state.concat("")
"""The state where deliveries are named by id: SQLite would look through all of one state for them."""
_WAITS = standing(*PENDING)
_URGENT = func.min(_d.priority).label("priority")
_LANES_IN_USE = union_all(
    select(_d.lane, _URGENT).where(_WAITS, _d.due_at <= bindparam("now", type_=Instant()), _MAY_GO).group_by(_d.lane),
    select(_d.lane, _URGENT).where(standing("sending")).group_by(_d.lane),
).subquery()
_u = _LANES_IN_USE.c
_LANES = Prepared(
    select(_u.lane, func.min(_u.priority).label("priority")).group_by(_u.lane).order_by(func.min(_u.priority), _u.lane)
)
_DUE = Prepared(
    _ROW.where(_d.lane == bindparam("of", type_=String), _WAITS)
    .where(_d.due_at <= bindparam("now", type_=Instant()), _MAY_GO)
    .order_by(_d.priority, _d.created_at, _d.id)
    .limit(bindparam("most", type_=Integer))
)
_SHARE = Prepared.with_lists(
    lambda one_of: (
        _ROW.where(one_of(_d.lane, "of"), _WAITS)
        .where(_d.due_at <= bindparam("now", type_=Instant()), _MAY_GO)
        .order_by(_d.priority, _d.created_at, _d.id)
        .limit(bindparam("most", type_=Integer))
    ),
    at_once=True,
)
_IS_POSTPONED = _WAITS & (_d.due_at > bindparam("now", type_=Instant())) & (_d.error != "")
_IS_UNTOLD = standing("dead") & _d.settled_at.is_(None)
_FOLLOWS = _WAITS & (_d.follows != "")
_POSTPONED = Prepared.with_lists(lambda one_of: _ROW.where(one_of(_d.lane, "of"), _IS_POSTPONED))
_CLAIM = Prepared.with_lists(
    lambda one_of: _ROW.where(one_of(_d.id, "ids"), among(BY_ID, PENDING), _MAY_GO), at_once=True
)
_FOLLOWED = union_all(
    *(
        select(_d.id, _l.message)
        .join(_l.id.table, _LEADS & to)
        .where(_d.id.in_(bindparam("ids", expanding=True)), _l.message.is_not(None), _l.state != "dead")
        for to in (_l.identity_id == _d.identity_id, _l.room_id == _d.room_id)
    )
)
_LED = Prepared.with_lists(lambda one_of: select(_d.lane).where(one_of(_d.lane, "of"), _FOLLOWS).group_by(_d.lane))
_UNTOLD = Prepared.with_lists(
    lambda one_of: _ROW.where(one_of(_d.lane, "of"), _IS_UNTOLD).order_by(_d.priority, _d.created_at, _d.id)
)
_RARE = Prepared.with_lists(
    lambda one_of: select(
        *(
            select(_d.id).where(one_of(_d.lane, "of"), one).exists().label(name)
            for name, one in {
                "half_sent": standing("sending"),
                "postponed": _IS_POSTPONED,
                "untold": _IS_UNTOLD,
                "led": _FOLLOWS,
            }.items()
        )
    )
)
_LANES_UNTOLD = select(_d.lane).where(_IS_UNTOLD).group_by(_d.lane).order_by(_d.lane)
_BACKLOG = union_all(
    *(
        select(_d.state, func.count(), func.min(_d.due_at)).where(standing(*states)).group_by(_d.state)
        for states in (PENDING, ("sending",), ("dead",))
    )
)


def _read(row: Any) -> Due:
    """In a third of the time that it takes to set every field of what is frozen."""
    made = object.__new__(Due)
    made.__dict__.update(zip(_NAMES, row, strict=False))
    return made


def lanes_due(tx: Tx, now: datetime) -> dict[str, int]:
    """The lanes with something due, or left half-sent by a dead holder, and how urgent it is; the most urgent first."""
    return {row.lane: row.priority for row in _LANES.run(tx, now=now)}


def due(tx: Tx, lane: str, now: datetime, limit: int) -> list[Due]:
    """What may go now in a lane: the most urgent first, then in the order it was first owed.

    What follows a message that is still to be sent is not among it.
    """
    return [_read(row) for row in _DUE.tuples(tx, of=lane, now=now, most=limit)]


def due_among(tx: Tx, lanes: Sequence[str], now: datetime, limit: int) -> list[Due]:
    """The same of several lanes at once."""
    return [_read(row) for row in _SHARE.tuples(tx, of=list(lanes), now=now, most=limit)]


def rare(tx: Tx, lanes: Sequence[str], now: datetime) -> Rare:
    """What else there is in these lanes: nearly always nothing, and one look says so."""
    return Rare(*_RARE.tuples(tx, of=list(lanes), now=now)[0])


def led(tx: Tx, lanes: Sequence[str]) -> set[str]:
    """Those of the lanes where something is to follow another message: one that is shown may let it go."""
    return set(_LED.run(tx, of=list(lanes)).scalars())


def postponed(tx: Tx, lanes: Sequence[str], now: datetime) -> list[Due]:
    """What was told to wait and still has to: how a successor remembers its predecessor's Retry-After."""
    return [_read(row) for row in _POSTPONED.tuples(tx, of=list(lanes), now=now)]


def lanes_untold(tx: Tx) -> list[str]:
    """The lanes with a dead delivery that nobody was told of, because the teller died."""
    return list(tx.scalars(_LANES_UNTOLD))


def untold(tx: Tx, lanes: Sequence[str]) -> list[Due]:
    """The dead deliveries of these lanes that nobody has been told of yet."""
    return [_read(row) for row in _UNTOLD.tuples(tx, of=list(lanes))]


def claim(tx: Tx, deliveries: Sequence[str]) -> dict[str, Due]:
    """Those of the deliveries that still want to go, as they are now. Safe to repeat: nothing is written."""
    rows = {row.id: row for row in (_read(found) for found in _CLAIM.tuples(tx, ids=list(deliveries)))}
    if following := [row.id for row in rows.values() if row.follows]:
        for id_, message in tx.execute(_FOLLOWED, {"ids": following}):
            rows[id_] = replace(rows[id_], followed=message)
    return rows


def backlog(tx: Tx) -> Backlog:
    """Counts for metrics; cost grows with what waits and what died, not with what was ever sent."""
    rows = list(tx.execute(_BACKLOG).all())
    waiting = [oldest for state, _count, oldest in rows if state in PENDING]
    return Backlog({state: count for state, count, _oldest in rows}, min(waiting, default=None))
