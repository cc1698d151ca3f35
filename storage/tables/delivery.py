"""What is owed to the platforms and what came in from them: deliveries and the inbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    case,
    literal_column,
    or_,
    text,
)
from sqlmodel import Field, SQLModel

from storage.tables.types import Instant, core, document, instant

LISTED = "listed in one message"
"""The `error` of a card that gave way to a list of what waits."""

OVER = "over before it was sent"
"""The `error` of a card that was held and then not worth a message any more."""

PAGES_KEPT_TRUE = timedelta(days=4)
"""So old may a list of what waits be that is still redrawn: a newer one stands below it, and one comes each morning."""


WAITING = ("owed", "unsure")
"""The states that want to be sent."""
OVER_UNSEEN = ("dead", "dropped")
"""The states of what never arrives."""


def _either(states: tuple[str, ...]) -> str:
    return " OR ".join(f"state = '{state}'" for state in states)


def _some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows for which `where` is true."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


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
        # the account before the purpose: whoever acknowledges finds the own copies among those of ten thousand
        UniqueConstraint("subject", "identity_id", "purpose"),
        CheckConstraint("(identity_id IS NULL) <> (room_id IS NULL)"),
        # Every message goes from state to state, and PostgreSQL writes each index that its row stands in at each step:
        # so every other index is of the few rows that somebody asks for by it, and what has arrived stands in none.
        # In the order in which it goes: the first of ten thousand are found without reading the rest.
        _some("ix_delivery_waiting", "lane", "priority", "created_at", "id", where=_either(WAITING)),
        _some("ix_delivery_sending", "lane", where="state = 'sending'"),
        _some("ix_delivery_unseen", "state", "settled_at", "lane", where=_either(OVER_UNSEEN)),
        _some(
            "ix_delivery_held",
            "identity_id",
            "due_at",
            where="state = 'owed' AND message IS NULL AND due_at > created_at",
        ),
        _some("ix_delivery_list", "subject", "created_at", where="substr(subject, 1, 7) = 'person:'"),
        _some("ix_delivery_room", "subject", "purpose", "room_id", unique=True, where="room_id IS NOT NULL"),
    )
    id: str = Field(primary_key=True)
    subject: str
    purpose: str
    identity_id: str | None = Field(default=None, foreign_key="identity.id")
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


def standing(*states: str) -> ColumnElement[bool]:
    """In one of these states (WAITING, OVER_UNSEEN or a single one), said as the indexes say it: only so does a
    database know that an index over some rows has all of them. PostgreSQL proves nothing of parameters."""
    return or_(*(_d.state == literal_column(f"'{state}'", String) for state in states))


HELD = standing("owed") & _d.message.is_(None) & (_d.due_at > _d.created_at)
"""Kept back and never shown, by the words of its index."""
A_LIST = text("substr(delivery.subject, 1, 7) = 'person:'")
"""A list of what waits for somebody, by the words of its index: they grow by one a person and morning."""
LIVE = (_d.state != "dropped") & (_d.state != "dead")
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
