"""What handlers ask about deliveries (the courier's own work is in `storage.outbox`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, bindparam, select, update

from storage.personal import MEANT, PURPOSE, STATE, personal
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Delivery
from storage.tables.types import core

deliveries = core(Delivery)
DELIVERY = Prepared(select(deliveries).where(deliveries.c.id == bindparam("id")))


def _whether(state: ColumnElement[bool]) -> Prepared:
    mine = (deliveries.c.subject == bindparam("subject")) & (bindparam("purpose", type_=String) == PURPOSE)
    return personal(lambda theirs: select(deliveries.c.id).where(mine, theirs, MEANT, state).limit(1))


ALIVE, DEAD = _whether(STATE != "dead"), _whether(STATE == "dead")
OF_SUBJECT = Prepared(
    select(deliveries)
    .where(deliveries.c.subject == bindparam("subject"))
    .order_by(deliveries.c.created_at, deliveries.c.id)
)

TAKE_UP = Prepared(
    update(deliveries)
    .where(deliveries.c.id == bindparam("failed"), deliveries.c.state == "dead", deliveries.c.settled_at.is_(None))
    .values(settled_at=bindparam("now", type_=deliveries.c.settled_at.type))
    .returning(deliveries.c.id)
)


def delivery(tx: Tx, id_: str) -> Row[Any] | None:
    """A delivery by id."""
    return DELIVERY.run(tx, id=id_).one_or_none()


def take_up(tx: Tx, id_: str, now: datetime) -> bool:
    """Somebody knows now that it is dead; False when that was so before, or when it is not dead."""
    return TAKE_UP.run(tx, failed=id_, now=now).first() is not None


def alive(tx: Tx, subject: str, purpose: str, person_id: str) -> bool:
    """Whether this person has, or may still get, this card on some account."""
    return ALIVE.run(tx, subject=subject, purpose=purpose, whose=person_id).first() is not None


def died(tx: Tx, subject: str, purpose: str, person_id: str) -> bool:
    """Whether this person was to get this card and every copy of it is dead."""
    dead = DEAD.run(tx, subject=subject, purpose=purpose, whose=person_id).first()
    return dead is not None and not alive(tx, subject, purpose, person_id)


def of_subject(tx: Tx, subject: str) -> list[Row[Any]]:
    """Every delivery of a subject."""
    return list(OF_SUBJECT.run(tx, subject=subject).all())
