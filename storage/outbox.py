"""What is owed to the platforms and what of it is due: `owe`, `touch`, `notify` for the desk, the rest for the courier.

A delivery's states and how it goes from one to the next stand in `storage.settling`. `owe` wakes a delivery in any
state, `touch` the living ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    Update,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import metadata
from storage.tables.types import Instant

CHANNEL = "keyline_outbox"
"""Where PostgreSQL tells every courier that something is owed."""

PAGES_KEPT_TRUE = timedelta(days=4)
"""So old may a list of what waits be that is still redrawn: a newer one stands below it, and one comes each morning."""

WHOLE_ORG = "org: "
"""Begins the `error` of a delivery that waits because its whole workspace or tenant was told to wait."""

_delivery = metadata.tables["delivery"]
_identity = metadata.tables["identity"]
_d, _i = _delivery.c, _identity.c
PENDING = ("owed", "unsure")
"""The states that want to be sent."""


@dataclass(frozen=True)
class Owed:
    """One card owed to one account. `due_at` in the future holds it back (quiet hours); `lane` is `platform:org`."""

    id: str
    subject: str
    purpose: str
    identity_id: str
    person_id: str
    client_id: str | None
    lane: str
    priority: int
    due_at: datetime


@dataclass(frozen=True)
class Due:
    """A delivery with what carrying it needs. `address` is sealed; `message` names the shown message, if there is."""

    id: str
    subject: str
    purpose: str
    identity_id: str
    person_id: str
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


@dataclass(frozen=True)
class Backlog:
    """How much waits: deliveries by state (settled and dropped are not counted) and since when the oldest is due."""

    states: Mapping[str, int]
    oldest: datetime | None


# ------------------------------------------------------------------ owing, inside the domain's transaction

_FIELDS = ("id", "subject", "purpose", "identity_id", "person_id", "client_id", "lane", "priority", "due_at")


def _upsert(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[_d.subject, _d.purpose, _d.identity_id],
        set_={
            "wanted": _d.wanted + 1,
            "state": case((or_(_d.state == "sending", _d.state == "unsure"), _d.state), else_="owed"),
            # an edit notifies nobody and may go at once; what was never shown keeps to its quiet hours
            "due_at": case((_d.message.is_(None), new.due_at), else_=new.created_at),
            "priority": new.priority,
            "person_id": new.person_id,
            "lane": new.lane,
            "error": "",
        },
    )


_OWE = {"postgresql": _upsert(postgresql.insert(_delivery)), "sqlite": _upsert(sqlite.insert(_delivery))}

_LIVE = (_d.state != "dropped") & (_d.state != "dead")
"""Said by what it is not, so that SQLite looks deliveries up by subject and never by state, which is most of them."""
_TOUCH_ALL = (
    update(_delivery)
    .where(_d.subject == bindparam("of", type_=String), _LIVE)
    .values(
        wanted=_d.wanted + 1,
        state=case((_d.state == "settled", "owed"), else_=_d.state),
        due_at=case((_d.state == "settled", bindparam("now", type_=Instant())), else_=_d.due_at),
        priority=func.coalesce(bindparam("rank", type_=Integer), _d.priority),
    )
)
_TOUCH = Prepared(_TOUCH_ALL)
_TOUCH_ONE = Prepared(_TOUCH_ALL.where(_d.person_id == bindparam("whose", type_=String)))
_NOTIFY = text("SELECT pg_notify(:channel, '')")


def owe(tx: Tx, owed: Sequence[Owed], now: datetime) -> None:
    """Owes these cards. One that is there already (subject, purpose, account) wants one more redraw."""
    if not owed:
        return
    fresh = {"wanted": 1, "shown": 0, "state": "owed", "attempts": 0, "repeats": 0, "error": "", "created_at": now}
    tx.execute(_OWE[tx.dialect.name], [{**{name: getattr(one, name) for name in _FIELDS}, **fresh} for one in owed])


def touch(tx: Tx, subject: str, now: datetime, *, person_id: str = "", priority: int | None = None) -> None:
    """Every living delivery of a subject (or one person's only) wants one more redraw, sooner if `priority` says so.

    A held one stays held; a dead or dropped one stays as it is.
    """
    if person_id:
        _TOUCH_ONE.run(tx, of=subject, now=now, rank=priority, whose=person_id)
    else:
        _TOUCH.run(tx, of=subject, now=now, rank=priority)


def touch_pages(tx: Tx, requests: Collection[str], now: datetime) -> None:
    """The lists of what waits, on which these requests stand for somebody asked, show what is true now.

    A list is shared by many requests: it is locked once a transaction, at its end and in one order, so that two that
    change the same lists wait for each other and never for ever.
    """
    if len(requests) == 1:
        _TOUCH_PAGES.run(tx, request=next(iter(requests)), now=now, since=now - PAGES_KEPT_TRUE)
    elif requests:
        tx.execute(_TOUCH_ALL_PAGES, {"requests": list(requests), "now": now, "since": now - PAGES_KEPT_TRUE})


def merge_held(tx: Tx, identity_id: str, due_at: datetime, *, keep: str) -> bool:
    """Takes what is held for one account until one moment together, if that is more than one card.

    The cards are dropped; whoever calls owes the list (subject `keep`) in their place.
    """
    here = {"whose": identity_id, "until": due_at, "list": keep}
    if tx.execute(_HELD, here).scalar_one() < 2 and not tx.execute(_LISTED, here).scalar_one():
        return False
    tx.execute(_DROP_FOR_LIST, here)
    return True


def drop_held(tx: Tx, subject: str, now: datetime) -> None:
    """What was held and never shown of a subject that is over is not worth a message any more."""
    _DROP_HELD.run(tx, of=subject, now=now)


def wake_dropped(tx: Tx, subject: str, purpose: str, person_id: str, now: datetime) -> None:
    """A card that gave way to a list, or was over before it was sent, is wanted after all."""
    _WAKE_DROPPED.run(tx, of=subject, why=purpose, whose=person_id, now=now)


def notify(tx: Tx) -> None:
    """Wakes every courier once this transaction commits (PostgreSQL; on SQLite the one process wakes its own)."""
    if tx.dialect.name == "postgresql":
        tx.execute(_NOTIFY, {"channel": CHANNEL})


_asked = metadata.tables["asked"]
_requests = metadata.tables["approval_request"]


def _touch_pages(asked_for: ColumnElement[bool], watched: ColumnElement[bool]) -> Update:
    listed = union(
        select(literal("person:") + _asked.c.person_id).where(asked_for),
        select(literal("person:") + _requests.c.csm_id).where(watched),
    )
    fresh = _d.created_at > bindparam("since", type_=Instant())
    pages = select(_d.id).where(_d.subject.in_(listed), fresh, _LIVE, _d.message.is_not(None))
    return (
        update(_delivery)
        .where(_d.id.in_(pages.order_by(_d.id).with_for_update()))
        .values(
            wanted=_d.wanted + 1,
            state=case((_d.state == "settled", "owed"), else_=_d.state),
            due_at=bindparam("now", type_=_d.due_at.type),
        )
    )


_TOUCH_PAGES = Prepared(
    _touch_pages(_asked.c.request_id == bindparam("request"), _requests.c.id == bindparam("request"))
)
_ALL: BindParameter[str] = bindparam("requests", expanding=True)
_TOUCH_ALL_PAGES = _touch_pages(_asked.c.request_id.in_(_ALL), _requests.c.id.in_(_ALL))
_HELD_HERE = (
    (_d.identity_id == bindparam("whose"))
    & (_d.state == "owed")
    & (_d.due_at == bindparam("until", type_=_d.due_at.type))
    & _d.message.is_(None)
)
_HELD = select(func.count()).where(_HELD_HERE, _d.subject != bindparam("list"))
_LISTED = select(func.count()).where(_HELD_HERE, _d.subject == bindparam("list"))
_DROP_FOR_LIST = (
    update(_delivery)
    .where(_HELD_HERE, _d.subject != bindparam("list"))
    .values(state="dropped", error="listed in one message")
)
_WAKE_DROPPED = Prepared(
    update(_delivery)
    .where(
        _d.subject == bindparam("of", type_=String),
        _d.purpose == bindparam("why", type_=String),
        _d.person_id == bindparam("whose", type_=String),
        _d.state == "dropped",
    )
    .values(state="owed", wanted=_d.wanted + 1, due_at=bindparam("now", type_=Instant()), error="")
)
_DROP_HELD = Prepared(
    update(_delivery)
    .where(
        _d.subject == bindparam("of"),
        _d.state == "owed",
        _d.message.is_(None),
        _d.due_at > bindparam("now", type_=_d.due_at.type),
    )
    .values(state="dropped", error="over before it was sent")
)


# ------------------------------------------------------------------ what is due

_ROW = select(
    *(_d[name] for name in Due.__dataclass_fields__ if name in _d),
    *(_i[name] for name in ("platform", "org", "user", "address", "reachable")),
).join(_identity, _i.id == _d.identity_id)
_LANES = (
    select(_d.lane)
    .where(
        _d.state.in_((*PENDING, "sending")),
        or_(_d.state == "sending", _d.due_at <= bindparam("now", type_=Instant())),
    )
    .group_by(_d.lane)
    .order_by(func.min(_d.priority), _d.lane)
)
_DUE = (
    _ROW.where(_d.lane == bindparam("of", type_=String), _d.state.in_(PENDING))
    .where(_d.due_at <= bindparam("now", type_=Instant()))
    .order_by(_d.priority, _d.created_at, _d.id)
    .limit(bindparam("most", type_=Integer))
)
_POSTPONED = _ROW.where(
    _d.lane == bindparam("of", type_=String),
    _d.state.in_(PENDING),
    _d.due_at > bindparam("now", type_=Instant()),
    _d.error != "",
)
_CLAIM = _ROW.where(_d.id.in_(bindparam("ids", expanding=True)), _d.state.in_(PENDING))
_UNTOLD = _ROW.where(_d.state == "dead", _d.settled_at.is_(None), _d.lane == bindparam("of", type_=String)).order_by(
    _d.priority, _d.created_at, _d.id
)
_LANES_UNTOLD = select(_d.lane).where(_d.state == "dead", _d.settled_at.is_(None)).group_by(_d.lane).order_by(_d.lane)
_BACKLOG = (
    select(_d.state, func.count(), func.min(_d.due_at))
    .where(_d.state.in_((*PENDING, "sending", "dead")))
    .group_by(_d.state)
)


def lanes_due(tx: Tx, now: datetime) -> list[str]:
    """The lanes with something due, or left half-sent by a dead holder; the most urgent first."""
    return list(tx.scalars(_LANES, {"now": now}))


def due(tx: Tx, lane: str, now: datetime, limit: int) -> list[Due]:
    """What may go now in a lane: the most urgent first, then in the order it was first owed."""
    return [Due(**row) for row in tx.execute(_DUE, {"of": lane, "now": now, "most": limit}).mappings()]


def postponed(tx: Tx, lane: str, now: datetime) -> list[Due]:
    """What was told to wait and still has to: how a successor remembers its predecessor's Retry-After."""
    return [Due(**row) for row in tx.execute(_POSTPONED, {"of": lane, "now": now}).mappings()]


def lanes_untold(tx: Tx) -> list[str]:
    """The lanes with a dead delivery that nobody was told of, because the teller died. Reads every dead delivery."""
    return list(tx.scalars(_LANES_UNTOLD))


def untold(tx: Tx, lane: str) -> list[Due]:
    """The dead deliveries of a lane that nobody has been told of yet."""
    return [Due(**row) for row in tx.execute(_UNTOLD, {"of": lane}).mappings()]


def claim(tx: Tx, deliveries: Sequence[str]) -> dict[str, Due]:
    """Those of the deliveries that still want to go, as they are now. Safe to repeat: nothing is written."""
    return {row["id"]: Due(**row) for row in tx.execute(_CLAIM, {"ids": list(deliveries)}).mappings()}


def backlog(tx: Tx) -> Backlog:
    """Counts for metrics; cost grows with what waits and what died, not with what was ever sent."""
    rows = list(tx.execute(_BACKLOG).all())
    waiting = [oldest for state, _count, oldest in rows if state in PENDING]
    return Backlog({state: count for state, count, _oldest in rows}, min(waiting, default=None))
