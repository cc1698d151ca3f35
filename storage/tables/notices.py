"""Notices: what is broadcast to key contacts, whom it reached, who has read it, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class Notice(SQLModel, table=True):
    """One broadcast. `ref` is the provider's own count (N-1, N-2, ...).

    `kind`: outage, advisory, msp_change, critical_patch or root_cause (then `about_id` is the outage's notice).
    `state`: draft, investigating, identified, monitoring, resolved, closed or cancelled.
    `version` grows with everything that readers should see; `round` with every reopening.
    """

    __tablename__ = "notice"
    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    kind: str
    severity: int
    state: str = Field(default="draft", index=True)
    version: int = 1
    round: int = 1
    title: str
    services: str
    impact: str
    workaround: str = ""
    started_at: datetime = Field(sa_column=instant())
    next_update_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    owner_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who is accountable for it at the provider: raised it, or is the CSM of the first client."""
    raised_by: str
    """A name, as it is shown."""
    about_id: str | None = Field(default=None, foreign_key="notice.id")
    findings: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    """A root cause: `summary`, `fix`, `prevent`."""
    external_ref: str = ""
    created_at: datetime = Field(sa_column=instant())
    sent_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    resolved_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    root_cause_due_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_why: str = ""


class NoticePlace(SQLModel, table=True):
    """A client, or one of its offices, that a notice is about: what acknowledgement and staff relay are counted by.

    The first acknowledgement of a round (`acked_by`, `acked_at`) stops the place's ladder.
    """

    __tablename__ = "notice_place"
    __table_args__ = (UniqueConstraint("notice_id", "client_id", "location_id"), Index("ix_place_client", "client_id"))
    id: str = Field(primary_key=True)
    notice_id: str = Field(foreign_key="notice.id")
    client_id: str = Field(foreign_key="client.id")
    location_id: str = ""
    """ "" is the whole client."""
    impact: str = ""
    """What it means for this client in particular; "" where the notice's own words do."""
    csm_id: str | None = Field(default=None, foreign_key="person.id")
    acked_by: str | None = Field(default=None, foreign_key="person.id")
    acked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Receipt(SQLModel, table=True):
    """One reader of a notice, natural key (notice, person).

    `state`: queued (owed; whether and when it arrived stands on the delivery), overdue, covered (somebody else of the
    same places acknowledged), acknowledged, relayed, undeliverable (`reason`). Those who are covered may still
    acknowledge.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id"),
        Index("ix_receipt_client", "notice_id", "client_id"),
        Index("ix_receipt_person", "person_id", "state"),
    )
    id: str = Field(primary_key=True)
    notice_id: str = Field(foreign_key="notice.id")
    client_id: str = Field(foreign_key="client.id")
    person_id: str = Field(foreign_key="person.id")
    places: list[str] = Field(default_factory=list, sa_column=document())
    """Ids of the notice's places that this person answers for."""
    why: str = "primary"
    """primary, backup, next (the one before could not be reached) or for:<person> (stands in)."""
    state: str = "queued"
    reason: str = ""
    asked_at: datetime = Field(sa_column=instant())
    acked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    via: str = ""
    """slack, teams, or phone (then `recorded_by` heard it)."""
    recorded_by: str | None = Field(default=None, foreign_key="person.id")
    trouble: str = ""
    """What the person said with "We have a problem too"."""
    trouble_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    call_me_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class NoticeUpdate(SQLModel, table=True):
    """One public progress line, numbered from 1. `what`: update, no_change, resolved, reopened, cancelled, changed."""

    __tablename__ = "notice_update"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)
    id: str = Field(primary_key=True)
    notice_id: str = Field(foreign_key="notice.id")
    number: int
    what: str = "update"
    state: str
    text: str
    workaround: str = ""
    next_update_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    author: str
    at: datetime = Field(sa_column=instant())
