"""Reads for the cards around a notice: a question how it went, and drafts that wait to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Feedback, Notice
from storage.tables.types import core

feedback = core(Feedback)
notices = core(Notice)

FEEDBACK = Prepared(select(feedback).where(feedback.c.id == bindparam("id")))
DRAFTS = Prepared(
    select(notices)
    .where(notices.c.owner_id == bindparam("person"), notices.c.state == "draft")
    .order_by(notices.c.created_at, notices.c.id)
)


def feedback_by(tx: Tx, id_: str) -> Row[Any] | None:
    """A question how it went by id, not locked."""
    return FEEDBACK.run(tx, id=id_).one_or_none()


def drafts_of(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The notices that this person of the provider has begun and not sent, the oldest first."""
    return DRAFTS.run(tx, person=person_id).all()
