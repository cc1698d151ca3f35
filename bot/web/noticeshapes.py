"""The shapes of REST answers about notices, for the OpenAPI document; `bot.web.noticebodies` fills them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from bot.web.shapes import LinkOut, PersonOut


class CountsOut(BaseModel):
    """How many people: to be told, reached by at least one message, and at which stage each stands.

    `acknowledged` counts those who told their staff too; `relayed` only these.
    """

    recipients: int
    reached: int
    acknowledged: int
    relayed: int
    covered: int
    overdue: int
    undeliverable: int


class NoticeOut(BaseModel):
    """One notice, with the slugs of its clients. A token of one client sees that client's part only."""

    id: str
    ref: str
    kind: str
    state: str
    version: int
    round: int
    severity: str
    title: str
    services: str
    impact: str
    workaround: str
    external_ref: str
    raised_by: str
    clients: list[str]
    started_at: datetime
    next_update_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    resolved_at: datetime | None
    root_cause_due_at: datetime | None
    closed_at: datetime | None
    closed_why: str
    counts: CountsOut


class PlaceOut(BaseModel):
    """A client (`location` null) or one of its offices; its first acknowledgement stops the reminders there.

    `impact` is what it means for this client in particular, "" where the notice's own words do.
    """

    client: str
    location: str | None
    name: str
    timezone: str
    impact: str
    acknowledged_by: PersonOut | None
    acknowledged_at: datetime | None


class UpdateOut(BaseModel):
    """One public progress line. `what`: update, no_change, resolved, reopened, cancelled or changed."""

    number: int
    what: str
    state: str
    text: str
    workaround: str
    next_update_at: datetime | None
    author: str
    at: datetime


class FindingsOut(BaseModel):
    """A root cause."""

    summary: str
    fix: str
    prevent: str


class NoticeDetailOut(NoticeOut):
    """A notice with its places and updates; `about` is the outage whose root cause this is."""

    owner: PersonOut | None
    places: list[PlaceOut]
    updates: list[UpdateOut]
    about: LinkOut | None
    findings: FindingsOut | None


class RecipientOut(BaseModel):
    """Somebody who gets it: for which places, as primary, backup, next or stand_in, where; or why not.

    `platforms` are slack and teams; `problem` is "" for somebody who can be reached.
    """

    id: str
    name: str
    client: str
    places: list[str]
    why: str
    platforms: list[str]
    problem: str


class RaisedOut(NoticeDetailOut):
    """A notice that was just raised, with everybody it goes to (or would go to, for a draft)."""

    recipients: list[RecipientOut]


class PreviewOut(BaseModel):
    """Who would get it; nothing was written. `problems` name clients at which nobody can be reached.

    `people` are those who can be reached; `held` of them would get it only when their quiet hours end.
    """

    dry_run: bool
    clients: list[str]
    people: int
    held: int
    recipients: list[RecipientOut]
    problems: list[str]


class ReceiptOut(BaseModel):
    """One reader. `stage`: queued, sent, overdue, covered, acknowledged, relayed or undeliverable (`reason`).

    `held_until` is when the quiet hours end for which the first message was held, null once it was shown.
    `via` is slack, teams or phone (then `recorded_by` heard it); `told_staff_where` is a room, or "by other means".
    `trouble` is what the person said with "We have a problem too".
    """

    id: str
    name: str
    email: str
    client: str
    places: list[str]
    why: str
    stands_in_for: str
    platforms: list[str]
    stage: str
    reason: str
    asked_at: datetime
    held_until: datetime | None
    reached_at: datetime | None
    acknowledged_at: datetime | None
    via: str
    recorded_by: str
    told_staff_at: datetime | None
    told_staff_where: str
    trouble: str
    trouble_at: datetime | None
    call_me_at: datetime | None


class NoticesOut(BaseModel):
    """A page; `next` is the cursor of the next one, null on the last."""

    items: list[NoticeOut]
    next: str | None


class ReceiptsOut(BaseModel):
    """A page of readers, by client and name."""

    items: list[ReceiptOut]
    next: str | None


CSV_ANSWER: dict[str, Any] = {
    "description": "One reader a line, all of them. Cells that a spreadsheet would read as a formula begin with '.",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
