"""Reports whose figures are frozen at one moment: the weekly case report, the monthly executive summary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.frozen import Frozen
from storage.tables.types import instant


class Report(SQLModel, table=True):
    """One report of one client about one period, natural key (client, kind, period, number).

    `kind`: case_report or exec_summary. `period`: "2026-W23" or "2026-05"; `number` is 1, and counts corrections.
    `state`: generated -> on_hold | released; on_hold -> generated | released; released -> reviewed | unreviewed;
    what was released is superseded by a correction. It is delivered when a card of it was shown to somebody.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("client_id", "kind", "period", "number"),
        Index("ix_report_recent", "generated_at", "id"),
        Index("ix_report_period", "kind", "period", "state"),
    )
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    kind: str
    period: str
    number: int = 1
    state: str = "generated"
    version: int = 1
    """Grows with everything that readers should see."""
    from_at: datetime = Field(sa_column=instant())
    until_at: datetime = Field(sa_column=instant())
    """The period, end excluded: local midnights of the client."""
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Frozen(), nullable=False))
    """See `handlers.mechanisms.reports.figures`; as they lie there, see `storage.tables.frozen`."""
    note: str = ""
    """What the provider says with it."""
    generated_at: datetime = Field(sa_column=instant())
    release_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When it goes out by itself; None while it is on hold."""
    held_by: str = ""
    held_why: str = ""
    released_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    released_by: str = ""
    """A name, as it is shown; "" when it went out by itself: then nobody has looked at it before."""
    reviewed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reviewed_by: str | None = Field(default=None, foreign_key="person.id")
    supersedes: str | None = Field(default=None, foreign_key="report.id")
    correction: str = ""
    """What was wrong in the one before."""


class ReportReader(SQLModel, table=True):
    """Whom a report is for, natural key (report, person)."""

    __tablename__ = "report_reader"
    __table_args__ = (UniqueConstraint("report_id", "person_id"),)
    id: str = Field(primary_key=True)
    report_id: str = Field(foreign_key="report.id")
    person_id: str = Field(foreign_key="person.id", index=True)
    since: datetime = Field(sa_column=instant())
    why: str = "primary"
    """primary, backup, or for:<person> (stands in)."""


class ReportRemark(SQLModel, table=True):
    """What a contact said about a report or one of its cases, and the provider's answer.

    `kind`: question (about a case), escalate (a case) or wrong_number. `state`: open or answered.
    """

    __tablename__ = "report_remark"
    __table_args__ = (Index("ix_report_remark_report", "report_id"),)
    id: str = Field(primary_key=True)
    report_id: str | None = Field(default=None, foreign_key="report.id")
    """None for what was asked from the list of cases."""
    client_id: str = Field(foreign_key="client.id", index=True)
    kind: str
    case_id: str | None = Field(default=None, foreign_key="support_case.id", index=True)
    about: str = ""
    """Which figure is doubted, in words."""
    text: str = ""
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_column=instant())
    state: str = "open"
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class HealthCheck(SQLModel, table=True):
    """What the provider's weekly look at a client's systems found, natural key (client, week "2026-W23")."""

    __tablename__ = "health_check"
    __table_args__ = (UniqueConstraint("client_id", "week"),)
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    week: str
    result: str
    """good or attention."""
    text: str = ""
    by: str
    at: datetime = Field(sa_column=instant())
