"""What REST callers send about notices: to whom, how bad, what it means, what is new; strict, with a sentence each."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from bot.web.kinds import (
    SOME_LINE,
    Finding,
    Heading,
    Instant,
    Line200,
    Long,
    MaybeNews,
    News,
    Short,
    Slug,
    Title,
    Whole,
)
from handlers.commands import (
    CancelNotice,
    ChangeNotice,
    RaiseNotice,
    Ref,
    ReopenNotice,
    ResolveNotice,
    ShareRootCause,
    UpdateNotice,
)

_SEVERITY = re.compile(r"[Ss][Ee][Vv]([1-4])")
_LINE = re.compile(SOME_LINE)
MOST_CLIENTS, MOST_SERVICES, LONGEST_SERVICES = 2000, 20, 150


def _severity(value: Any) -> Any:
    if isinstance(value, str) and (found := _SEVERITY.fullmatch(value)):
        return int(found[1])
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(whole, bool) or not isinstance(whole, int) or not 1 <= whole <= 4:
        raise ValueError('has to be "sev1", "sev2", "sev3" or "sev4", or a number from 1 to 4.')
    return whole


def _clients(value: Any) -> Any:
    if isinstance(value, str) and value != "all":
        raise ValueError('has to be a list of clients, like ["marlow-finch"], or "all".')
    return [value] if isinstance(value, str) else value


def _services(value: Any) -> Any:
    """A list becomes the text that people read."""
    if isinstance(value, list):
        if not 1 <= len(value) <= MOST_SERVICES:
            raise ValueError(f"takes 1 to {MOST_SERVICES} entries.")
        if not all(isinstance(one, str) and len(one) <= LONGEST_SERVICES and _LINE.fullmatch(one) for one in value):
            raise ValueError("has to be text, or a list of texts of one line each.")
        value = ", ".join(one.strip() for one in value)
    if not isinstance(value, str) or not _LINE.fullmatch(value):
        raise ValueError("has to be text, or a list of texts of one line each.")
    if len(value) > LONGEST_SERVICES:
        raise ValueError(f"takes at most {LONGEST_SERVICES} characters in all.")
    return value


def _line(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": SOME_LINE}


_ITEMS = {"type": "array", "minItems": 1, "items": _line(60), "maxItems": MOST_CLIENTS}
Clients = Annotated[
    list[Slug],
    Field(min_length=1, max_length=MOST_CLIENTS),
    BeforeValidator(_clients),
    WithJsonSchema({"anyOf": [{"type": "string", "const": "all"}, _ITEMS], "examples": [["marlow-finch"], "all"]}),
]
Severity = Annotated[
    int,
    BeforeValidator(_severity),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[Ss][Ee][Vv][1-4]$"},
                {"type": "integer", "minimum": 1, "maximum": 4},
            ],
            "examples": ["sev2", 2],
        }
    ),
]
Services = Annotated[
    str,
    BeforeValidator(_services),
    WithJsonSchema(
        {
            "anyOf": [
                _line(LONGEST_SERVICES),
                {"type": "array", "minItems": 1, "maxItems": MOST_SERVICES, "items": _line(LONGEST_SERVICES)},
            ],
            "examples": ["E-mail, calendar", ["E-mail", "Calendar"]],
        }
    ),
]
Impacts = Annotated[dict[Slug, News], Field(max_length=MOST_CLIENTS)]
"""client slug -> what it means for this client."""
Progress = Literal["investigating", "identified", "monitoring"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NoticeIn(_Strict):
    """A notice for the key contacts of some clients, or of "all".

    `locations` are "client/office", or "office" with one client; none means every office. `send` false makes a draft.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "outage",
                    "clients": ["marlow-finch"],
                    "locations": ["marlow-finch/providence"],
                    "severity": "sev1",
                    "services": ["Internet"],
                    "impact": "Nobody in Providence can reach the internet or e-mail.",
                    "next_update_at": "2026-06-09T11:12:00-04:00",
                }
            ]
        }
    )

    kind: Literal["outage", "advisory", "msp_change", "critical_patch"]
    clients: Clients
    locations: Annotated[list[Line200], Field(max_length=MOST_CLIENTS)] = []
    severity: Severity
    services: Services
    impact: News
    title: Heading = ""
    workaround: MaybeNews = ""
    started_at: Instant | None = None
    next_update_at: Instant | None = None
    impacts: Impacts = {}
    external_ref: Short = ""
    send: bool = True

    def command(self) -> RaiseNotice:
        """As the desk takes it."""
        return RaiseNotice(
            **self.model_dump(exclude={"clients", "locations"}),
            clients=tuple(self.clients),
            locations=tuple(self.locations),
        )


def _absent() -> Any:
    """For a field that may be left out and may not be null: its default is never shown and never validated."""
    return Field(default_factory=lambda: None)


class NoticeChangeIn(_Strict):
    """Changed facts; only what is given changes. Everybody who got the notice is told."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "examples": [{"severity": "sev2"}]})

    severity: Severity = _absent()
    title: Title = _absent()
    services: Services = _absent()
    impact: News = _absent()
    workaround: MaybeNews = _absent()
    impacts: Impacts = _absent()

    def command(self, ref: Ref) -> ChangeNotice:
        """As the desk takes it."""
        return ChangeNotice(ref, **{name: getattr(self, name) for name in self.model_fields_set})


class SendIn(_Strict):
    """`version` is the draft's version whose recipients were looked at; left out it is the present one."""

    version: Annotated[int, Field(ge=1, le=2_000_000_000), Whole] = _absent()


class UpdateIn(_Strict):
    """A progress line. Either `text`, or `no_change` true. Without `state` the state stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "A 4G router is in place; the internet works, slower than usual.",
                    "state": "monitoring",
                    "next_update_at": "2026-06-09T12:10:00-04:00",
                },
                {"no_change": True, "next_update_at": "2026-06-09T11:42:00-04:00"},
            ]
        }
    )

    text: MaybeNews = ""
    state: Progress | None = None
    workaround: MaybeNews | None = None
    next_update_at: Instant | None = None
    no_change: bool = False

    def command(self, ref: Ref) -> UpdateNotice:
        """As the desk takes it."""
        return UpdateNotice(ref, **self.model_dump())


class ResolveIn(_Strict):
    """How it ended."""

    text: News

    def command(self, ref: Ref) -> ResolveNotice:
        """As the desk takes it."""
        return ResolveNotice(ref, self.text)


class ReopenIn(_Strict):
    """It came back: everybody is asked to acknowledge again."""

    text: News
    next_update_at: Instant | None = None

    def command(self, ref: Ref) -> ReopenNotice:
        """As the desk takes it."""
        return ReopenNotice(ref, self.text, self.next_update_at)


class CancelIn(_Strict):
    """A false alarm: whoever was told is told so."""

    reason: MaybeNews = ""

    def command(self, ref: Ref) -> CancelNotice:
        """As the desk takes it."""
        return CancelNotice(ref, self.reason)


class RootCauseIn(_Strict):
    """Why it happened, what was done, what is done so that it does not happen again."""

    summary: Finding
    fix: Finding
    prevent: Finding

    def command(self, ref: Ref) -> ShareRootCause:
        """As the desk takes it."""
        return ShareRootCause(ref, self.summary, self.fix, self.prevent)


class HeardIn(_Strict):
    """Somebody was told on the phone and has understood. `person` is a contact's id or e-mail address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"person": "tom@cedar.example", "note": "Reached him."}]})

    person: Line200
    note: Long = ""
