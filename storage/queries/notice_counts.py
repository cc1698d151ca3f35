"""What the board of a notice asks of thousands of readers: counts by client, and the first of those it names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, case, func, not_, null, or_, select

from storage.prepared import Prepared, among
from storage.queries import notice_reach
from storage.queries.notices import clients, locations, people, places, receipts, relays
from storage.store import Tx
from storage.tables.types import Instant

_r = receipts.c
_now = bindparam("now", type_=Instant())
_ABOUT = _r.notice_id == bindparam("notice")


class Found(NamedTuple):
    """What is asked of every reader."""

    source: Any
    reached_at: ColumnElement[datetime | None]
    waits_until: ColumnElement[datetime | None]


def _found() -> Found:
    """The receipts of a notice, each with how far it has come to its reader (as in `notice_reach.reach_of`)."""
    shown = notice_reach.REACHED_BY_ALL.subquery("shown")
    held = notice_reach.WAITING_OF_ALL.subquery("held")
    waits = (
        select(held.c.person_id, func.min(held.c.due_at).label("due_at"), func.min(held.c.seen_at).label("seen_at"))
        .group_by(held.c.person_id)
        .subquery("waits")
    )
    reached = func.coalesce(shown.c.at, waits.c.seen_at)
    source = receipts.outerjoin(shown, shown.c.person_id == _r.person_id).outerjoin(
        waits, waits.c.person_id == _r.person_id
    )
    return Found(source, reached, case((reached.is_(None), waits.c.due_at), else_=null()))


_f = _found()
_READ = among(_r.state, ("acknowledged", "relayed"))
_WAITS = and_(_f.waits_until.is_not(None), _f.waits_until > _now)
_SILENT = and_(_r.state == "queued", not_(_WAITS))
"""Has said nothing, and is not left alone for now."""
_UNTIL = case((_WAITS, _f.waits_until), else_=null())


def _many(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((what, 1), else_=0))


_TOLD = (
    (relays.c.subject == bindparam("subject"))
    & (relays.c.person_id == _r.person_id)
    & (relays.c.number == bindparam("latest", type_=Integer))
    & among(relays.c.state, ("posted", "informed"))
)
COUNTS = Prepared(
    select(
        _r.client_id,
        func.count().label("sent"),
        _many(or_(_f.reached_at.is_not(None), _READ)).label("reached"),
        _many(_READ).label("acknowledged"),
        _many(_r.state == "covered").label("covered"),
        _many(relays.c.told_at.is_not(None)).label("relayed"),
        _many(_r.state == "overdue").label("overdue"),
        _many(_r.state == "undeliverable").label("unreachable"),
        _many(and_(_SILENT, _f.reached_at.is_(None))).label("on_its_way"),
        _many(_SILENT).label("silent"),
        _many(_WAITS).label("waiting"),
        func.min(_UNTIL).label("first_until"),
        func.max(_UNTIL).label("last_until"),
        _many(_r.call_me_at.is_not(None)).label("wants"),
        _many(_r.trouble_at.is_not(None)).label("troubled"),
    )
    .select_from(_f.source.outerjoin(relays, _TOLD))
    .where(_ABOUT)
    .group_by(_r.client_id)
)


def _first(what: ColumnElement[bool], source: Any = receipts) -> Prepared:
    return Prepared(
        select(_r.person_id)
        .select_from(source.join(people, people.c.id == _r.person_id))
        .where(_ABOUT, what)
        .order_by(_r.asked_at, people.c.name, _r.id)
        .limit(bindparam("most", type_=Integer))
    )


FIRST = {
    "wants": _first(_r.call_me_at.is_not(None)),
    "troubled": _first(_r.trouble_at.is_not(None)),
    "overdue": _first(_r.state == "overdue"),
    "unreachable": _first(_r.state == "undeliverable"),
    "silent": _first(_SILENT, _f.source),
}
REACH = Prepared.with_lists(
    lambda one_of: (
        select(_r.person_id, _f.reached_at.label("reached_at"), _f.waits_until.label("waits_until"))
        .select_from(_f.source)
        .where(_ABOUT, one_of(_r.person_id, "people"))
    )
)


def _clients() -> Select[Any]:
    order = func.row_number().over(order_by=(clients.c.name, locations.c.name, places.c.id))
    numbered = (
        select(clients.c.id, clients.c.name, order.label("number"))
        .select_from(
            places.join(clients, clients.c.id == places.c.client_id).outerjoin(
                locations, locations.c.id == places.c.location_id
            )
        )
        .where(places.c.notice_id == bindparam("notice"))
        .subquery()
    )
    found = select(numbered.c.id, numbered.c.name).group_by(numbered.c.id, numbered.c.name)
    return found.order_by(func.min(numbered.c.number))


CLIENTS = Prepared(_clients())
HOW_MANY = Prepared(select(func.count().label("many")).select_from(receipts).where(_ABOUT))


def how_many(tx: Tx, notice_id: str) -> int:
    """For how many a notice is."""
    return int(HOW_MANY.run(tx, notice=notice_id).scalar() or 0)


def counts(tx: Tx, notice_id: str, latest: int, now: datetime) -> Sequence[Row[Any]]:
    """One row for each client with readers, in any order; `latest` is the number of the latest update."""
    return COUNTS.run(tx, **_asked(notice_id), latest=latest, now=now).all()


def clients_of(tx: Tx, notice_id: str) -> Sequence[Row[Any]]:
    """(id, name) of every client it is about, in the order of `notices.places_of`."""
    return CLIENTS.run(tx, notice=notice_id).all()


def first(tx: Tx, notice_id: str, kind: str, now: datetime, most: int) -> list[str]:
    """The first people of a kind (`FIRST`), in the order they were asked."""
    values = {"notice": notice_id, "most": most}
    if kind == "silent":
        values |= {**_asked(notice_id), "now": now}
    return list(FIRST[kind].run(tx, **values).scalars())


def reach_of_people(tx: Tx, notice_id: str, people: Collection[str]) -> Sequence[Row[Any]]:
    """(person_id, reached_at, waits_until) of each of these readers."""
    return REACH.run(tx, **_asked(notice_id), people=list(people)).all()


def _asked(notice_id: str) -> dict[str, Any]:
    return {"notice": notice_id, "subject": f"notice:{notice_id}"}
