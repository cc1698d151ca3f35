"""What people think of the provider's work: asked after a case, an outage or before a talk, or said unasked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class Feedback(SQLModel, table=True):
    """One person's opinion, natural key (subject, person, kind).

    `kind`: csat (`score` 1 to 5, about a notice or a case), formal (`score` 0 to 10 and `answers`, before a talk) or
    ongoing (said unasked; its subject is its own `feedback:ID`).
    `state`: requested, received, unanswered, follow_up (the provider owes an answer) or closed.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("subject", "person_id", "kind"),
        Index("ix_feedback_person", "person_id", "asked_at"),
        Index("ix_feedback_client", "client_id", "kind", "answered_at"),
        Index("ix_feedback_asked", "client_id", "kind", "asked_at"),
    )
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    person_id: str = Field(foreign_key="person.id")
    subject: str
    """`notice:ID`, `case:ID`, `touchpoint:ID` or its own reference."""
    kind: str = "csat"
    state: str = "requested"
    score: int | None = None
    comment: str = ""
    asked_at: datetime = Field(sa_column=instant())
    answered_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    on_behalf_of: str = ""
    """Whose opinion it is when a contact passes it on; "" is the own, or that of somebody who stays unnamed."""
    anonymous: bool = False
    """Passed on for somebody who stays unnamed: the name was never given to us."""
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    """Of a formal one: {"went_well": text, "fix": text}."""
    reply: str = ""
    """What the provider says to it, or what has changed since."""
    replied_by: str = ""
    replied_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
