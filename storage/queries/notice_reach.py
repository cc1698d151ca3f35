"""Whom a notice has reached, on a card of its own or in a list of what waited, and who waits for quiet hours to end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, distinct, exists, func, literal, or_, select

from storage.prepared import OneOf, both
from storage.queries.notices import Part, part_of
from storage.store import Tx
from storage.tables import Delivery, Identity, Notice, Receipt
from storage.tables.delivery import LISTED
from storage.tables.types import core

deliveries = core(Delivery)
identities = core(Identity)
receipts = core(Receipt)
notices = core(Notice)
lists = deliveries.alias("lists")
_d = deliveries.c

_LISTED = (_d.state == "dropped") & (_d.error == LISTED)
_HELD = (_d.state == "owed") & (_d.attempts == 0) & (_d.due_at > _d.created_at)
_SEEN_IN_A_LIST = and_(
    lists.c.identity_id == _d.identity_id,
    lists.c.subject == literal("person:") + _d.person_id,
    lists.c.reached_at >= _d.due_at,
    or_(notices.c.resolved_at.is_(None), notices.c.resolved_at > lists.c.reached_at),
    or_(notices.c.closed_at.is_(None), notices.c.closed_at > lists.c.reached_at),
)
"""A list of what waits was shown while there was still something to say about this notice."""


class Reach(NamedTuple):
    """One reader: when the notice was first shown to the person, else until when it is held back."""

    reached_at: datetime | None
    waits_until: datetime | None


def _readers(one_of: OneOf | None) -> ColumnElement[bool]:
    whose = select(receipts.c.person_id).where(receipts.c.notice_id == bindparam("notice"))
    if one_of is None:
        return (_d.subject == bindparam("subject")) & _d.person_id.in_(whose)
    # found by account too: else the copies of all readers of all clients would be read
    whose = whose.where(one_of(receipts.c.client_id, "clients"))
    accounts = select(identities.c.id).where(identities.c.person_id.in_(whose))
    return (_d.subject == bindparam("subject")) & _d.identity_id.in_(accounts)


def _reached(one_of: OneOf | None) -> Select[Any]:
    found = select(_d.person_id, func.min(_d.reached_at).label("at")).where(_readers(one_of))
    return found.where(_d.reached_at.is_not(None)).group_by(_d.person_id)


def _waiting(one_of: OneOf | None) -> Select[Any]:
    """First cards that were not shown because the person was to be left alone."""
    seen = select(func.min(lists.c.reached_at)).where(notices.c.id == bindparam("notice"), _SEEN_IN_A_LIST)
    found = select(_d.person_id, _d.due_at, seen.scalar_subquery().label("seen_at")).where(_readers(one_of))
    found = found.where(_d.purpose == "notice", _d.message.is_(None), or_(_LISTED, _HELD))
    return found.order_by(_d.due_at)


REACHED = both(_reached)
WAITING = both(_waiting)
REACHED_BY_ALL = _reached(None)
WAITING_OF_ALL = _waiting(None).order_by(None)


def reach_of(tx: Tx, notice_id: str, part: Part = None) -> dict[str, Reach]:
    """person -> how far the notice has come to this reader; nobody stands there for whom it is only on its way."""
    values = {"notice": notice_id, "subject": f"notice:{notice_id}"}
    found = {row.person_id: Reach(row.at, None) for row in part_of(tx, REACHED, part, **values)}
    for row in part_of(tx, WAITING, part, **values):
        before = found.get(row.person_id)
        if before is not None and before.reached_at is not None:
            continue
        seen = row.seen_at is not None
        found[row.person_id] = Reach(row.seen_at, None) if seen else before or Reach(None, row.due_at)
    return found


def waiting_for_morning(tx: Tx, notice_id: str, now: datetime) -> set[str]:
    """The people to whom a notice has said nothing yet because they are to be left alone."""
    found = reach_of(tx, notice_id)
    return {id_ for id_, one in found.items() if one.waits_until is not None and one.waits_until > now}


def reached(by_client: bool) -> Select[Any]:
    """(subject, reached): how many readers of each notice among `subjects` and `notices` have seen at least one copy.

    What the provider's own people get belongs to no client.
    """
    whose = _d.client_id == bindparam("client") if by_client else _d.client_id.is_not(None)
    listed = _LISTED & exists().where(_SEEN_IN_A_LIST)
    return (
        select(_d.subject, func.count(distinct(_d.person_id)).label("reached"))
        .join(notices, literal("notice:") + notices.c.id == _d.subject)
        .where(_d.subject.in_(bindparam("subjects", expanding=True)))
        .where(notices.c.id.in_(bindparam("notices", expanding=True)))
        .where(or_(_d.reached_at.is_not(None), listed), whose)
        .group_by(_d.subject)
    )


def seen(rows: Sequence[Row[Any]]) -> dict[str, int]:
    """notice -> how many."""
    return {row.subject.partition(":")[2]: row.reached for row in rows}
