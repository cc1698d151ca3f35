"""What REST callers send and read about reports: strict, with a sentence each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.web.histories import moment
from bot.web.kinds import Cursor, MaybeNews, News, Slug, Whole
from handlers.commands import CorrectReport, HoldReport, PutHealthCheck, Ref, ReleaseReport
from handlers.mechanisms.reports.standing import Standing
from storage.rows import Row

Kind = Literal["case_report", "exec_summary"]
State = Literal["generated", "on_hold", "released", "reviewed", "unreviewed", "superseded"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class HoldIn(_Strict):
    """Why it is kept back; the client does not see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "A case was counted twice."}]})

    reason: News

    def command(self, ref: Ref) -> HoldReport:
        """The command."""
        return HoldReport(ref, self.reason)


class ReleaseIn(_Strict):
    """As of which `version` it was looked at, and what the provider says with it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(ge=1), Whole]
    note: MaybeNews = ""

    def command(self, ref: Ref) -> ReleaseReport:
        """The command."""
        return ReleaseReport(ref, self.version, self.note)


class CorrectIn(_Strict):
    """What was wrong in it; its readers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "A case closed on Friday was missing."}]})

    reason: News

    def command(self, ref: Ref) -> CorrectReport:
        """The command."""
        return CorrectReport(ref, self.reason)


class HealthCheckIn(_Strict):
    """What this week's look at a client's systems found; `attention` needs a text."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"client": "marlow-finch", "result": "attention", "text": "A backup failed."}]}
    )

    client: Slug
    result: Literal["good", "attention"]
    text: MaybeNews = ""

    def command(self) -> PutHealthCheck:
        """The command."""
        return PutHealthCheck(self.client, self.result, self.text)


class ReportsQuery(BaseModel):
    """Which reports: of one client, of one kind, in one state."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1)] = 50
    cursor: Cursor | None = None
    client: Slug | None = None
    kind: Kind | None = None
    state: State | None = None


class ReportOut(BaseModel):
    """One report without its figures; `from` and `until` (exclusive) are local midnights of the client."""

    id: str
    client: str
    kind: Kind
    period: str
    number: int
    state: State
    version: int
    from_: datetime = Field(serialization_alias="from")
    until: datetime
    generated_at: datetime
    release_at: datetime | None
    held_by: str
    held_why: str
    released_at: datetime | None
    released_by: str
    reviewed_at: datetime | None
    note: str
    supersedes: str | None
    correction: str


class ReportsOut(BaseModel):
    """A page of reports."""

    items: list[ReportOut]
    next: str | None


class ReaderOut(BaseModel):
    """Whom it is for, and when it was first shown to them."""

    id: str
    name: str
    why: str
    reached_at: datetime | None
    reviewed: bool


class RemarkOut(BaseModel):
    """What a reader asked, escalated or doubted, and the answer."""

    id: str
    kind: Literal["question", "escalate", "wrong_number"]
    person: str
    case: str
    about: str
    text: str
    at: datetime
    state: Literal["open", "answered"]
    answer: str


class ReportDetailOut(ReportOut):
    """A report with its figures as they were frozen, its readers and what they said."""

    superseded_by: str | None
    reviewed_by: str
    figures: dict[str, Any]
    readers: list[ReaderOut]
    remarks: list[RemarkOut]


class HealthCheckOut(BaseModel):
    """The week it counts for."""

    client: str
    week: str
    result: Literal["good", "attention"]


def report_body(row: Row[Any], client: str) -> dict[str, Any]:
    """A row of a list."""
    plain = ("id", "kind", "period", "number", "state", "version", "held_by", "held_why", "released_by", "note")
    moments = ("generated_at", "release_at", "released_at", "reviewed_at")
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: moment(getattr(row, name)) for name in moments},
        "client": client,
        "from": moment(row.from_at),
        "until": moment(row.until_at),
        "supersedes": row.supersedes,
        "correction": row.correction,
    }


def detail_body(standing: Standing) -> dict[str, Any]:
    """A report with everything."""
    readers = [
        {
            "id": one.person_id,
            "name": one.name,
            "why": one.why,
            "reached_at": moment(one.reached_at),
            "reviewed": one.reviewed,
        }
        for one in standing.readers
    ]
    remarks = [
        {
            "id": one.row.id,
            "kind": one.row.kind,
            "person": one.name,
            "case": one.case[0] if one.case is not None else "",
            "about": one.row.about,
            "text": one.row.text,
            "at": moment(one.row.at),
            "state": one.row.state,
            "answer": one.row.answer,
        }
        for one in standing.remarks
    ]
    return {
        **report_body(standing.row, standing.client.slug),
        "superseded_by": standing.instead.id if standing.instead is not None else None,
        "reviewed_by": standing.reviewed_by,
        "figures": dict(standing.figures),
        "readers": readers,
        "remarks": remarks,
    }
