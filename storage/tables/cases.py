"""Cases: what a client's people have reported to the provider, as the provider's own ticket system knows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import instant


class Case(SQLModel, table=True):
    """One case, natural key (client, external_id); the ticket system is its master and says the same again and again.

    `state`: open, waiting_on_client, waiting_on_vendor or closed. `closed_at` is never before `opened_at`, and set
    exactly when it is closed: a case that is opened again has none, and counts as never closed from then on.
    `response_due_at` and `resolution_due_at` are its targets, reckoned by the client's policy when it comes in.
    """

    __tablename__ = "support_case"
    __table_args__ = (
        UniqueConstraint("client_id", "external_id"),
        Index("ix_support_case_opened", "client_id", "opened_at"),
        Index("ix_support_case_closed", "client_id", "closed_at"),
        # only the few that were ever opened again: a report counts those of its week
        Index(
            "ix_support_case_reopened",
            "client_id",
            "reopened_at",
            sqlite_where=text("reopened_at IS NOT NULL"),
            postgresql_where=text("reopened_at IS NOT NULL"),
        ),
        Index("ix_support_case_recent", "opened_at", "id"),
    )
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    external_id: str
    """As people know it: CASE-4498."""
    title: str
    category: str = ""
    priority: str = "P3"
    """P1 to P4."""
    state: str = "open"
    location_id: str | None = Field(default=None, foreign_key="location.id")
    requester: str = ""
    """Who reported it; a name, as it is shown."""
    requester_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """The same as a person, when the directory knows the address."""
    device: str = ""
    assignee: str = ""
    url: str = ""
    opened_at: datetime = Field(sa_column=instant())
    responded_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    waiting_since: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reopened_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The latest time."""
    reopened: int = 0
    """How often."""
    response_due_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    resolution_due_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    updated_at: datetime = Field(sa_column=instant())
    """When it last came in with something new."""
