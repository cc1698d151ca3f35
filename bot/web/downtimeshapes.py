"""The shapes of REST answers about downtimes, for the OpenAPI document; `bot.web.downtimebodies` fills them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from bot.web.shapes import AskedOut, LinkOut, PersonOut


class OfficeOut(BaseModel):
    """An office it touches; `location` null is a client without offices."""

    location: str | None
    name: str
    timezone: str


class DowntimeOut(BaseModel):
    """One downtime as it stands in a list.

    `state` is the proposal's: draft, proposed, countered, accepted, declined, expired or withdrawn. `life` is the
    agreed time's, "" until then: scheduled, announced, in_progress, extended, verifying, completed, postponed or
    cancelled. `side` is who began: provider or client. `revision` counts every set of times, whoever named it.
    """

    id: str
    ref: str
    state: str
    life: str
    side: str
    version: int
    revision: int
    client: str
    locations: list[OfficeOut]
    work: str
    implications: str
    prep_steps: str
    override: str
    external_ref: str
    raised_by: str
    owner: PersonOut | None
    engineer: PersonOut | None
    asked_by: PersonOut | None
    decided_by: PersonOut | None
    decided_why: str
    created_at: datetime
    proposed_at: datetime | None
    expires_at: datetime | None
    decided_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    began_at: datetime | None
    extended_to: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    closed_why: str
    sequence: int


class OfferedOut(BaseModel):
    """A time that was named. `state`: open, chosen or dropped; `side` is whose it is: provider or client.

    `needed_days` and `given_days` are business days of notice, counted from when this very time was first offered;
    `short_notice` asks for an explicit consent. `conflicts` are sentences that speak against it.
    """

    revision: int
    number: int
    start: datetime
    end: datetime
    state: str
    side: str
    offered_by: str
    offered_at: datetime
    text: str
    size: str
    needed_days: int
    given_days: int
    short_notice: bool
    conflicts: list[str]


class AnsweredOut(BaseModel):
    """What an office said to the time with this number: ok, or object with a reason."""

    number: int
    verdict: str
    reason: str
    by: str
    at: datetime


class VoiceOut(BaseModel):
    """Whose answer it needs. `kind`: place (the coordinator of an office), decider (the key contact) or provider.

    `state`: waiting (not asked yet), open, answered, silent (nobody answered in time) or over.
    """

    kind: str
    location: str | None
    name: str
    state: str
    opened_at: datetime | None
    asked: list[AskedOut]
    answers: list[AnsweredOut]


class StepOut(BaseModel):
    """What happened in the agreed time. `what`: started, late, extended (`until`), overrun, finished, completed,
    postponed or cancelled."""

    what: str
    at: datetime
    by: str
    text: str
    until: datetime | None


class StaffToldOut(BaseModel):
    """What a contact tells the own staff. `state`: draft, posted, informed, replaced, withdrawn or over."""

    person: PersonOut
    number: int
    state: str
    edited: bool
    place: str
    created_at: datetime
    told_at: datetime | None


class DowntimeDetailOut(DowntimeOut):
    """A downtime with its times, voices and steps.

    `windows` are the times of the present revision, `earlier` those of revisions before. `ready`: the key contact may
    choose now. `instead_of` is the postponed one whose place it takes, `replaced_by` the one that takes its place.
    """

    windows: list[OfferedOut]
    earlier: list[OfferedOut]
    voices: list[VoiceOut]
    ready: bool
    steps: list[StepOut]
    staff_told: list[StaffToldOut]
    instead_of: LinkOut | None
    replaced_by: LinkOut | None


class DowntimesOut(BaseModel):
    """A page; `next` is the cursor of the next one, null on the last."""

    items: list[DowntimeOut]
    next: str | None


class RehearsedOut(BaseModel):
    """What it would come to; nothing was written.

    `needs_override`: something speaks against a time (`conflicts` of the windows), so `override` has to say why it is
    offered all the same. `voices` are who would be asked; `expires_at` is until when they could answer. `problems` are
    sentences about why nobody can be asked, `remarks` about times outside what an office prefers: only to know.
    """

    dry_run: bool
    client: str
    locations: list[OfficeOut]
    windows: list[OfferedOut]
    voices: list[VoiceOut]
    expires_at: datetime | None
    needs_override: bool
    remarks: list[str]
    problems: list[str]
