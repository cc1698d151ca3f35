"""The decision mechanism's memory: a request, its steps, who is asked, the votes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class ApprovalRequest(SQLModel, table=True):
    """One decision asked of a client. `facts` is the purchase or the access change as raised, in force at `version`.

    `revision` counts every visible change (a vote, a reminder), `version` only changes of fact.
    Money in minor units of `currency`; `policy` is the part of the client's policy that the steps were made from.
    """

    __tablename__ = "approval_request"
    __table_args__ = (Index("ix_approval_client_state", "client_id", "state"),)
    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    client_id: str = Field(foreign_key="client.id")
    kind: str
    category: str
    title: str
    why: str
    urgency: str = "normal"
    external_ref: str = ""
    state: str = "pending"
    version: int = 1
    revision: int = 1
    requester_id: str | None = Field(default=None, foreign_key="person.id")
    raised_by: str
    """Who pressed the button or called: a person's id, or `service:NAME`."""
    csm_id: str | None = Field(default=None, foreign_key="person.id")
    subjects: list[str] = Field(default_factory=list, sa_column=document())
    """Ids of the people whose access changes: none of them decides."""
    location_id: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    facts_hash: str = ""
    currency: str = ""
    first_year_minor: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    commitment_minor: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    tier: str = ""
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    policy_version: int = 1
    created_at: datetime = Field(sa_column=instant())
    expires_at: datetime = Field(sa_column=instant())
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_why: str = ""
    replaces: str = ""
    """The id of the request that this one replaces."""
    marks: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    """What else is to be seen on cards: `mistake` (who, text, at), `with` (references summed for the tier),
    `catalogue` (the item), `replaced_by` (a reference)."""


class ApprovalVersion(SQLModel, table=True):
    """What a request said at one version: what a vote was for, and what the next version is compared with."""

    __tablename__ = "approval_version"
    __table_args__ = (UniqueConstraint("request_id", "version"),)
    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    version: int
    title: str
    why: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    facts_hash: str
    commitment_minor: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    author: str
    """Who changed it: a name."""
    at: datetime = Field(sa_column=instant())


class ApprovalStep(SQLModel, table=True):
    """One required voice: any present holder of one of `roles`. Steps of one `stage` are open together.

    Rows belong to one version of the request; a new version gets new rows.
    """

    __tablename__ = "approval_step"
    __table_args__ = (UniqueConstraint("request_id", "version", "position"),)
    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    version: int
    position: int
    stage: int
    roles: list[str] = Field(default_factory=list, sa_column=document())
    state: str = "waiting"
    opened_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_by: str | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Asked(SQLModel, table=True):
    """Who was asked for a step, since when and why: primary, backup, delegate, handed."""

    __tablename__ = "asked"
    __table_args__ = (UniqueConstraint("step_id", "person_id"),)
    id: str = Field(primary_key=True)
    step_id: str = Field(foreign_key="approval_step.id", index=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    since: datetime = Field(sa_column=instant())
    why: str = "primary"
    snoozed_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    handed_to: str | None = Field(default=None, foreign_key="person.id")


class Vote(SQLModel, table=True):
    """One person's yes or no on one step, with the identity and channel it came through and the version seen."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("step_id", "person_id"),)
    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    step_id: str = Field(foreign_key="approval_step.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    verdict: str
    comment: str = ""
    version: int
    identity_id: str | None = Field(default=None, foreign_key="identity.id")
    channel: str
    at: datetime = Field(sa_column=instant())
    withdrawn_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Inquiry(SQLModel, table=True):
    """A question a decider asked about a request, and its answer."""

    __tablename__ = "inquiry"
    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    version: int
    asker_id: str = Field(foreign_key="person.id")
    text: str
    at: datetime = Field(sa_column=instant())
    answer: str = ""
    answered_by: str | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class PhoneVoice(SQLModel, table=True):
    """What the CSM heard on the phone: it counts when the person confirms it in chat, and not before.

    `state`: waiting, confirmed, denied or lapsed.
    """

    __tablename__ = "phone_voice"
    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    version: int
    person_id: str = Field(foreign_key="person.id")
    recorded_by: str = Field(foreign_key="person.id")
    number: str
    note: str = ""
    at: datetime = Field(sa_column=instant())
    due_at: datetime = Field(sa_column=instant())
    state: str = "waiting"


class Timer(SQLModel, table=True):
    """Something that happens when nobody acts: one row, one indexed `due_at`, done at most once.

    `state`: waiting, paused, done, skipped or cancelled.
    """

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("subject", "plan", "position"),
        Index("ix_timer_due", "state", "due_at", "id"),
        # reports are written many at a time: theirs are found without reading whatever else is due
        Index(
            "ix_timer_reports",
            "due_at",
            "id",
            sqlite_where=text("deed = 'write_report' AND state = 'waiting'"),
            postgresql_where=text("deed = 'write_report' AND state = 'waiting'"),
        ),
    )
    id: str = Field(primary_key=True)
    client_id: str | None = Field(default=None, foreign_key="client.id")
    """Null for what belongs to the provider."""
    subject: str
    """`kind:id` of what it is about."""
    plan: str
    """Which planning of the ladder it belongs to: the version of the subject."""
    position: int
    deed: str
    due_at: datetime = Field(sa_column=instant())
    state: str = "waiting"
    done_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Task(SQLModel, table=True):
    """Something a person of the provider has to do: call, find a holder, look at a failed delivery."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("subject", "kind", "key"),)
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id", index=True)
    owner_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    subject: str
    kind: str
    key: str = ""
    title: str
    detail: str = ""
    state: str = "open"
    created_at: datetime = Field(sa_column=instant())
    due_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    done_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
