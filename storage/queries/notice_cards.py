"""Reads for the cards around a notice: a relay, a question how it went, and drafts that wait to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Feedback, Notice, Relay
from storage.tables.types import core

relays = core(Relay)
feedback = core(Feedback)
notices = core(Notice)

RELAY = Prepared(select(relays).where(relays.c.id == bindparam("id")))
FEEDBACK = Prepared(select(feedback).where(feedback.c.id == bindparam("id")))
DRAFTS = (
    select(notices)
    .where(notices.c.owner_id == bindparam("person"), notices.c.state == "draft")
    .order_by(notices.c.created_at, notices.c.id)
)


def relay(tx: Tx, id_: str) -> Row[Any] | None:
    """A message to the staff by id, not locked."""
    return RELAY.run(tx, id=id_).one_or_none()


def feedback_by(tx: Tx, id_: str) -> Row[Any] | None:
    """A question how it went by id, not locked."""
    return FEEDBACK.run(tx, id=id_).one_or_none()


def drafts_of(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The notices that this person of the provider has begun and not sent, the oldest first."""
    return tx.execute(DRAFTS, {"person": person_id}).all()
