"""What is owed to the platforms and what came in from them: deliveries and the inbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, case, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Instant, core, document, instant

LISTED = "listed in one message"
"""The `error` of a card that gave way to a list of what waits."""

OVER = "over before it was sent"
"""The `error` of a card that was held and then not worth a message any more."""

PAGES_KEPT_TRUE = timedelta(days=4)
"""So old may a list of what waits be that is still redrawn: a newer one stands below it, and one comes each morning."""


class Delivery(SQLModel, table=True):
    """One message as the mirror of facts: this subject, for this purpose, on this account or in this room.

    `wanted` counts the changes that should be seen, `shown` those the platform has confirmed; wanted > shown is work.
    `state`: owed (safe to send), sending (may have arrived), unsure (may have arrived, nobody knows), settled,
    dropped (nothing worth saying any more), dead (cannot be delivered; `error` says why).
    `lane` is `platform:org`. `message` names the shown message for edits. Priority 0 is a person waiting, 9 is bulk.
    `follows` is the purpose of the delivery (same subject, same account or room) in whose thread this one is posted.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("subject", "purpose", "identity_id"),
        CheckConstraint("(identity_id IS NULL) <> (room_id IS NULL)"),
        Index("ix_delivery_due", "state", "lane", "priority", "due_at"),
        # only what waits, in the order in which it goes: the first of ten thousand are found without reading the rest
        Index(
            "ix_delivery_waiting",
            "lane",
            "priority",
            "created_at",
            "id",
            sqlite_where=text("state IN ('owed', 'unsure')"),
            postgresql_where=text("state IN ('owed', 'unsure')"),
        ),
        # only of rooms, so that a broadcast to thousands of people pays nothing for it
        Index(
            "ix_delivery_room",
            "subject",
            "purpose",
            "room_id",
            unique=True,
            sqlite_where=text("room_id IS NOT NULL"),
            postgresql_where=text("room_id IS NOT NULL"),
        ),
        Index("ix_delivery_subject", "subject", "created_at"),
    )
    id: str = Field(primary_key=True)
    subject: str
    purpose: str
    identity_id: str | None = Field(default=None, foreign_key="identity.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id")
    room_id: str | None = Field(default=None, foreign_key="room.id")
    follows: str = ""
    client_id: str | None = Field(default=None, foreign_key="client.id")
    lane: str
    priority: int = 5
    wanted: int = 1
    shown: int = 0
    state: str = "owed"
    due_at: datetime = Field(sa_column=instant())
    attempts: int = 0
    repeats: int = 0
    """How often it was sent again after an unsure outcome: each may be a repeated message."""
    message: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    error: str = ""
    created_at: datetime = Field(sa_column=instant())
    settled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reached_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When the platform first confirmed it; edits come later."""


_d = core(Delivery).c
LIVE = (_d.state != "dropped") & (_d.state != "dead")
"""Said by what it is not, so that SQLite looks deliveries up by subject and never by state, which is most of them."""
AGAIN = {
    "wanted": _d.wanted + 1,
    "state": case((_d.state == "settled", "owed"), else_=_d.state),
    "due_at": case((_d.state == "settled", bindparam("now", type_=Instant())), else_=_d.due_at),
}
"""One more redraw, at once of what rests; what is held stays held."""


class Inbox(SQLModel, table=True):
    """Every event admitted once: its key and what was answered. `refused` rows are answered afresh, not replayed."""

    __tablename__ = "inbox"
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_column=instant(index=True))
    refused: bool = False
    outcome: dict[str, Any] = Field(default_factory=dict, sa_column=document())
