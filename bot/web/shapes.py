"""The shapes of REST answers about approvals, for the OpenAPI document; `bot.web.bodies` fills them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class PersonOut(BaseModel):
    """A person by id."""

    id: str
    name: str


class AskedOut(BaseModel):
    """Somebody who was asked, since when and why: as primary, backup or handed, or as stand_in for somebody away."""

    id: str
    name: str
    since: datetime
    why: str
    stands_in_for: PersonOut | None


class StepOut(BaseModel):
    """One required voice: any of `roles` (`role` is the same as one text, like `billing|strategy`).

    Steps of one `stage` are open together. `deciders` may decide it now, `asked` have a card.
    """

    role: str
    roles: list[str]
    stage: int
    state: str
    opened_at: datetime | None
    asked: list[AskedOut]
    deciders: list[PersonOut]
    decided_by: PersonOut | None
    decided_at: datetime | None


class LinkOut(BaseModel):
    """Another approval."""

    id: str
    ref: str


class AttachmentOut(BaseModel):
    """A document to look at before deciding."""

    name: str
    url: str


class AdjustedOut(BaseModel):
    """A price that moved within the client's tolerance after the approval."""

    from_minor: int
    to_minor: int
    at: datetime


class SettledOut(BaseModel):
    """What was agreed about a mistake; `by` is a name."""

    stands: bool
    text: str
    by: str


class MistakeOut(BaseModel):
    """An approver said that it was a mistake: nothing is carried out until it is settled."""

    by: PersonOut | None
    text: str
    at: datetime
    settled: SettledOut | None


class QuestionOut(BaseModel):
    """A question of somebody asked; `answered_at` is null while it is open, `answered_by` also after an answer over
    REST."""

    asked_by: PersonOut | None
    text: str
    version: int
    at: datetime
    answer: str
    answered_by: PersonOut | None
    answered_at: datetime | None


class CallOut(BaseModel):
    """What was heard on the phone. `state`: waiting for the confirmation in chat, confirmed, denied or lapsed."""

    person: PersonOut | None
    recorded_by: PersonOut | None
    number: str
    note: str
    version: int
    state: str
    at: datetime
    due_at: datetime


class VersionOut(BaseModel):
    """What it said at one version; `author` is a name."""

    version: int
    title: str
    why: str
    author: str
    at: datetime
    commitment_minor: int | None
    purchase: dict[str, Any] | None
    access: dict[str, Any] | None


class ApprovalOut(BaseModel):
    """One approval; money in minor units of `currency`.

    `with` are references of purchases that were added up with this one for its tier; `catalogue` is the opted-in item
    that needed no decision; `reminded_at` is when the provider last reminded by hand.
    """

    id: str
    ref: str
    state: str
    version: int
    client: str
    kind: str
    category: str
    title: str
    why: str
    urgency: str
    external_ref: str
    requested_by: PersonOut | None
    first_year_minor: int | None
    commitment_minor: int | None
    currency: str
    tier: str
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    closed_why: str
    steps: list[StepOut]
    purchase: dict[str, Any] | None
    access: dict[str, Any] | None
    replaces: LinkOut | None
    replaced_by: LinkOut | None
    attachments: list[AttachmentOut]
    catalogue: str | None
    with_: list[str] = Field(alias="with")
    adjusted: AdjustedOut | None
    mistake: MistakeOut | None
    reminded_at: datetime | None
    questions: list[QuestionOut]
    phone_records: list[CallOut]
    versions: list[VersionOut]


class ApprovalsOut(BaseModel):
    """A page; `next` is the cursor of the next one, null on the last."""

    items: list[ApprovalOut]
    next: str | None
