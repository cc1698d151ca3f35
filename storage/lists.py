"""The lists of what waits for somebody: shown anew when something on them changes, and sent in place of held cards."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Update,
    bindparam,
    case,
    func,
    literal,
    select,
    union,
    update,
)

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import metadata
from storage.tables.delivery import A_LIST, HELD, LISTED, LIVE, PAGES_KEPT_TRUE
from storage.tables.types import Instant

_delivery = metadata.tables["delivery"]
_d = _delivery.c
_asked = metadata.tables["asked"]
_requests = metadata.tables["approval_request"]
_voices = metadata.tables["voice_asked"]
_downtimes = metadata.tables["downtime"]


def _of_requests(asked_for: ColumnElement[bool], watched: ColumnElement[bool]) -> list[Select[Any]]:
    return [
        select(literal("person:") + _asked.c.person_id).where(asked_for),
        select(literal("person:") + _requests.c.csm_id).where(watched),
    ]


def _of_downtimes(asked_for: ColumnElement[bool], watched: ColumnElement[bool]) -> list[Select[Any]]:
    return [
        select(literal("person:") + _voices.c.person_id).where(asked_for),
        select(literal("person:") + _downtimes.c.owner_id).where(watched),
        select(literal("person:") + _downtimes.c.engineer_id).where(watched),
    ]


def _touched(*listed: Select[Any]) -> Update:
    fresh = _d.created_at > bindparam("since", type_=Instant())
    pages = select(_d.id).where(_d.subject.in_(union(*listed)), A_LIST, fresh, LIVE, _d.message.is_not(None))
    return (
        update(_delivery)
        .where(_d.id.in_(pages.order_by(_d.id).with_for_update()))
        .values(
            wanted=_d.wanted + 1,
            state=case((_d.state == "settled", "owed"), else_=_d.state),
            due_at=bindparam("now", type_=_d.due_at.type),
        )
    )


_TOUCH_ASKED = Prepared(
    _touched(*_of_requests(_asked.c.request_id == bindparam("request"), _requests.c.id == bindparam("request")))
)
_TOUCH_PLANNED = Prepared(
    _touched(*_of_downtimes(_voices.c.subject == bindparam("planned"), _downtimes.c.id == bindparam("downtime")))
)
_ALL: BindParameter[str] = bindparam("requests", expanding=True)
_THEIRS: BindParameter[str] = bindparam("downtimes", expanding=True)
_TOUCH_SEVERAL = _touched(
    *_of_requests(_asked.c.request_id.in_(_ALL), _requests.c.id.in_(_ALL)),
    *_of_downtimes(_voices.c.subject.in_(bindparam("planned", expanding=True)), _downtimes.c.id.in_(_THEIRS)),
)
_HELD_HERE = (_d.identity_id == bindparam("whose")) & (_d.due_at == bindparam("until", type_=_d.due_at.type)) & HELD
_HELD = select(func.count()).where(_HELD_HERE, _d.subject != bindparam("list"))
_LISTED = select(func.count()).where(_HELD_HERE, _d.subject == bindparam("list"))
_DROP_FOR_LIST = (
    update(_delivery).where(_HELD_HERE, _d.subject != bindparam("list")).values(state="dropped", error=LISTED)
)


def touch(tx: Tx, requests: Collection[str], now: datetime, downtimes: Collection[str] = ()) -> None:
    """The lists of what waits, on which these stand for somebody asked or watching over them, show what is true now.

    A list is shared by many subjects: it is locked once a transaction, at its end and in one order, so that two that
    change the same lists wait for each other and never for ever.
    """
    since = now - PAGES_KEPT_TRUE
    if len(requests) == 1 and not downtimes:
        _TOUCH_ASKED.run(tx, request=next(iter(requests)), now=now, since=since)
    elif len(downtimes) == 1 and not requests:
        id_ = next(iter(downtimes))
        _TOUCH_PLANNED.run(tx, downtime=id_, planned=f"downtime:{id_}", now=now, since=since)
    elif requests or downtimes:
        planned = [f"downtime:{id_}" for id_ in downtimes]
        known = {"requests": list(requests), "downtimes": list(downtimes), "planned": planned}
        tx.execute(_TOUCH_SEVERAL, {**known, "now": now, "since": since})


def merge_held(tx: Tx, identity_id: str, due_at: datetime, *, keep: str) -> bool:
    """Takes what is held for one account until one moment (which is to come) together, if that is more than one card.

    The cards are dropped; whoever calls owes the list (subject `keep`) in their place.
    """
    here = {"whose": identity_id, "until": due_at, "list": keep}
    if tx.execute(_HELD, here).scalar_one() < 2 and not tx.execute(_LISTED, here).scalar_one():
        return False
    tx.execute(_DROP_FOR_LIST, here)
    return True
