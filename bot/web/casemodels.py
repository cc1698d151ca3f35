"""What REST callers send and read about cases; a row that is wrong is answered by its own and stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, WrapValidator
from pydantic import BeforeValidator as Before

from bot.web.histories import moment
from bot.web.kinds import Instant, MaybeNews, Short, Short100, Slug, Whole
from bot.web.problems import first_wrong
from handlers.commands import CaseRow
from storage.rows import Row

MOST = 1000
LINK = r"^(https://[^\s\x00-\x1f\"<>]+)?$"
EXAMPLE: dict[str, Any] = {
    "external_id": "CASE-4471",
    "client": "marlow-finch",
    "title": "Internet down in Providence",
    "priority": "P1",
    "state": "waiting_on_vendor",
    "requester": "luis@marlowfinch.example",
    "location": "providence",
    "opened_at": "2026-06-09T10:42:00-04:00",
    "responded_at": "2026-06-09T10:46:00-04:00",
}


def _some(value: Any) -> Any:
    """A ticket system writes null for what it does not know."""
    return "" if value is None else value


Empty = Before(_some)
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class CaseIn(BaseModel):
    """One case as the ticket system has it now. What is left out, empty or null stays as it was.

    `external_id` is its number there, unique within the client. `client` (slug, code or name) may be left out by a
    token of one client. `requester` is an e-mail address or a name, `location` an office's slug or name. A closed case
    needs `closed_at`. `score` and `scored_at` are what the requester answered the ticket system's own survey.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    external_id: Name
    client: Annotated[Slug | Literal[""], Empty] = ""
    title: Title
    opened_at: Instant
    state: Annotated[Literal["", "open", "waiting_on_client", "waiting_on_vendor", "closed"], Empty] = ""
    priority: Annotated[Literal["", "P1", "P2", "P3", "P4"], Empty] = ""
    category: Annotated[Short100, Empty] = ""
    requester: Annotated[Short, Empty] = ""
    location: Annotated[Short, Empty] = ""
    device: Annotated[Short, Empty] = ""
    assignee: Annotated[Short, Empty] = ""
    url: Annotated[str, StringConstraints(max_length=1000, pattern=LINK), Empty] = ""
    responded_at: Instant | None = None
    waiting_since: Instant | None = None
    closed_at: Instant | None = None
    reopened_at: Instant | None = None
    score: Annotated[int, Field(ge=1, le=5), Whole] | None = None
    scored_at: Instant | None = None
    comment: Annotated[MaybeNews, Empty] = ""


@dataclass(frozen=True)
class Wrong:
    """A row that is no case: what is wrong, and as which case it is answered."""

    external_id: str
    field: str
    problem: str

    def result(self) -> dict[str, Any]:
        """As it stands in the answer."""
        told = {"external_id": self.external_id, "result": "refused", "id": None}
        return {**told, "problem": self.problem, "field": self.field}


def _each(value: Any, _handler: Any) -> Any:
    try:
        return CaseIn.model_validate(value)
    except ValidationError as error:
        field, sentence = first_wrong(error)
        name = value.get("external_id") if isinstance(value, dict) else None
        shown = name[:200].encode(errors="replace").decode() if isinstance(name, str) else ""
        return Wrong(shown, field, sentence)


class CasesIn(BaseModel):
    """Up to a thousand cases. A row with a mistake is refused by its own; the others are taken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    cases: Annotated[list[Annotated[CaseIn | Any, WrapValidator(_each)]], Field(min_length=1, max_length=MOST)]

    def rows(self, client: str) -> tuple[CaseRow, ...]:
        """The rows that are cases, as the desk takes them; `client` is that of the token, where it is bound to one."""
        good = (one for one in self.cases if isinstance(one, CaseIn))
        return tuple(CaseRow(**{**dict(one), "client": one.client or client}) for one in good)

    def results(self, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the desk found of the good rows, with the others in their places."""
        each, empty = iter(found), {"id": None, "problem": "", "field": ""}
        return [one.result() if isinstance(one, Wrong) else {**empty, **next(each)} for one in self.cases]


class CaseResultOut(BaseModel):
    """What became of one row, in the order in which they came; `problem` is a sentence when it was refused."""

    external_id: str
    result: Literal["created", "changed", "unchanged", "refused"]
    id: str | None
    problem: str
    field: str


class BatchOut(BaseModel):
    """A result a row, and how many of each there are."""

    results: list[CaseResultOut]
    created: int
    changed: int
    unchanged: int
    refused: int


class RequesterOut(BaseModel):
    """Who reported it; `id` null is somebody the directory does not know."""

    id: str | None
    name: str


class CaseOut(BaseModel):
    """One case. `reopened` counts how often it was opened again; a case that is open has no `closed_at`."""

    id: str
    external_id: str
    client: str
    title: str
    category: str
    priority: str
    state: str
    location: str | None
    requester: RequesterOut | None
    device: str
    assignee: str
    url: str
    opened_at: datetime
    responded_at: datetime | None
    waiting_since: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    reopened: int
    response_due_at: datetime | None
    resolution_due_at: datetime | None
    updated_at: datetime


class CasesOut(BaseModel):
    """A page; `next` is the cursor of the following one."""

    items: list[CaseOut]
    next: str | None


PLAIN = ("id", "external_id", "title", "category", "priority", "state", "device", "assignee", "url", "reopened")
TIMES = (
    *("opened_at", "responded_at", "waiting_since", "closed_at", "reopened_at"),
    *("response_due_at", "resolution_due_at", "updated_at"),
)


def case_body(row: Row[Any]) -> dict[str, Any]:
    """A row of `storage.queries.cases` as callers read it."""
    who = {"id": row.requester_id, "name": row.requester} if row.requester else None
    return {
        **{name: getattr(row, name) for name in PLAIN},
        **{name: moment(getattr(row, name)) for name in TIMES},
        "client": row.client_slug,
        "location": row.location_slug,
        "requester": who,
    }
