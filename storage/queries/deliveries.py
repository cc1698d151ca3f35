"""What handlers ask about deliveries (the courier's own work is in `storage.outbox`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from storage.store import Tx
from storage.tables import Delivery
from storage.tables.types import core

deliveries = core(Delivery)
DELIVERY = select(deliveries).where(deliveries.c.id == bindparam("id"))
ALIVE = (
    select(deliveries.c.id)
    .where(
        deliveries.c.subject == bindparam("subject"),
        deliveries.c.purpose == bindparam("purpose"),
        deliveries.c.person_id == bindparam("person"),
        deliveries.c.state != "dead",
    )
    .limit(1)
)
OF_SUBJECT = (
    select(deliveries)
    .where(deliveries.c.subject == bindparam("subject"))
    .order_by(deliveries.c.created_at, deliveries.c.id)
)


def delivery(tx: Tx, id_: str) -> Row[Any] | None:
    """A delivery by id."""
    return tx.execute(DELIVERY, {"id": id_}).one_or_none()


def alive(tx: Tx, subject: str, purpose: str, person_id: str) -> bool:
    """Whether this person has, or may still get, this card on some account."""
    return tx.execute(ALIVE, {"subject": subject, "purpose": purpose, "person": person_id}).first() is not None


def of_subject(tx: Tx, subject: str) -> list[Row[Any]]:
    """Every delivery of a subject."""
    return list(tx.execute(OF_SUBJECT, {"subject": subject}).all())
