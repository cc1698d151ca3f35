"""What REST callers send and read about meetings: strict, with a sentence each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.web.downtimemodels import WindowIn
from bot.web.kinds import Day, Instant, Line200, MaybeNews, News, SafeLink, Short, Short100, Slug, Whole
from handlers.commands import (
    AddActionItem,
    AddAgendaItem,
    AgreeSlot,
    HoldTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    PutMeetingRecord,
    Ref,
    SkipTouchpoint,
)

Kind = Literal[
    "check_in",
    "operational_call",
    "rap_session",
    "cio_presentation",
    "vcio_meeting",
    "budget_review",
    "ice_meeting",
    "support_kickoff",
]
State = Literal["due", "proposed", "rescheduled", "confirmed", "held", "closed", "missed", "skipped"]
RecordKind = Literal["slide_deck", "assessment", "service_desk_metrics", "hardware_warranty_report"]
Link = Annotated[str, StringConstraints(max_length=500, pattern=r"^(https?://[^\s\x00-\x1f\"<>]+)?$")]
Windows = Annotated[list[WindowIn], Field(min_length=1, max_length=3)]
THURSDAY: dict[str, Any] = {"start": "2026-06-18T10:00:00-04:00", "end": "2026-06-18T10:30:00-04:00"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MeetingIn(_Strict):
    """A meeting outside the rhythm, with one to three times from which the client chooses."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"client": "marlow-finch", "kind": "check_in", "windows": [THURSDAY]}]}
    )

    client: Slug
    kind: Kind = "check_in"
    windows: Windows
    title: Short100 = ""
    link: Link = ""
    place: Short = ""
    text: MaybeNews = ""

    def command(self, client: str) -> PlanTouchpoint:
        """As the desk takes it; `client` is its id."""
        times = tuple(one.command() for one in self.windows)
        words = {"title": self.title, "link": self.link, "place": self.place, "text": self.text}
        return PlanTouchpoint(times, client, self.kind, None, **words)


class TimesIn(_Strict):
    """Other times for a meeting."""

    windows: Windows
    text: MaybeNews = ""

    def command(self, ref: Ref) -> PlanTouchpoint:
        """As the desk takes it."""
        return PlanTouchpoint(tuple(one.command() for one in self.windows), ref=ref, text=self.text)


class AgreeIn(_Strict):
    """The time that a contact has named, or that was agreed on the phone."""

    start: Instant
    minutes: Annotated[int, Field(ge=5, le=480), Whole] = 30
    note: MaybeNews = ""

    def command(self, ref: Ref) -> AgreeSlot:
        """As the desk takes it."""
        return AgreeSlot(ref, self.start, self.minutes, self.note)


class HoldIn(_Strict):
    """What was said."""

    notes: Annotated[str, StringConstraints(min_length=1, max_length=8000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]

    def command(self, ref: Ref) -> HoldTouchpoint:
        """As the desk takes it."""
        return HoldTouchpoint(ref, self.notes)


class SkipIn(_Strict):
    """Why it is left out, as everybody concerned reads it."""

    reason: News

    def command(self, ref: Ref) -> SkipTouchpoint:
        """As the desk takes it."""
        return SkipTouchpoint(ref, self.reason)


class MissIn(_Strict):
    """Why nobody was there, where that is known."""

    reason: MaybeNews = ""

    def command(self, ref: Ref) -> MissTouchpoint:
        """As the desk takes it."""
        return MissTouchpoint(ref, self.reason)


class ItemIn(_Strict):
    """Something to talk about."""

    text: Line200

    def command(self, ref: Ref) -> AddAgendaItem:
        """As the desk takes it."""
        return AddAgendaItem(ref, self.text)


class ActionIn(_Strict):
    """Something to do: `owner` is a person's id, of the client or of the provider."""

    text: Line200
    owner: Line200
    due_on: Day | None = None

    def command(self, ref: Ref) -> AddActionItem:
        """As the desk takes it."""
        return AddActionItem(ref, self.text, self.owner, self.due_on)


class RecordIn(_Strict):
    """What goes on file: where it is, or why there is none."""

    kind: RecordKind
    url: SafeLink | None = None
    on: Day | None = None
    waived_why: MaybeNews = ""

    def command(self, ref: Ref) -> PutMeetingRecord:
        """As the desk takes it."""
        return PutMeetingRecord(ref, self.kind, self.url or "", self.on, self.waived_why)


class TimeOut(BaseModel):
    """One time of the offer in force; `state` is open, chosen or dropped, `side` who has named it."""

    number: int
    start: datetime
    end: datetime
    state: str
    side: Literal["provider", "client"]


class SomebodyOut(BaseModel):
    """A person by name."""

    id: str
    name: str


class LineOut(BaseModel):
    """One line of the agenda: `kind` is form, action, case, approval, project, downtime or item."""

    kind: str
    text: str
    ref: str
    name: str
    note: str
    at: str


class ActionOut(BaseModel):
    """What somebody is to do; `state` is open, done or dropped."""

    id: str
    text: str
    owner: SomebodyOut
    due_on: date | None
    state: str


class RecordOut(BaseModel):
    """What is on file, or why it is not."""

    kind: str
    url: str
    on: date | None
    waived_why: str


class MeetingOut(BaseModel):
    """A meeting as a list has it. `start` and `end` are the agreed time, kept when that was given up."""

    id: str
    ref: str
    client: str
    kind: str
    title: str
    state: str
    version: int
    revision: int
    channel: str
    due_on: date
    start: datetime | None
    end: datetime | None
    created_at: datetime


class MeetingDetailOut(MeetingOut):
    """All of it. `missing` names what it needs on file before it may be closed.

    `stands_in_for` is whose meeting the owner holds while that one is away. `moved_by` is the contact who asked last
    for another time, `moved_why` says why where a reason was given.
    """

    link: str
    place: str
    owner: SomebodyOut | None
    stands_in_for: SomebodyOut | None
    decided_by: SomebodyOut | None
    decided_at: datetime | None
    moved_by: SomebodyOut | None
    moved_why: str
    times: list[TimeOut]
    waiting_on: list[SomebodyOut]
    agenda: list[LineOut]
    notes: str
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    actions: list[ActionOut]
    records: list[RecordOut]
    missing: list[str]
    closed_at: datetime | None


class MeetingsOut(BaseModel):
    """A page; `next` is the cursor of the following one."""

    items: list[MeetingOut]
    next: str | None


class MeetingsQuery(BaseModel):
    """Which meetings: of one client, in one state, of one kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: State | None = None
    kind: Kind | None = None
    client: Slug | None = None
    limit: Annotated[int, Field(ge=1)] = 50
    cursor: Annotated[str, StringConstraints(max_length=400, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
