"""When a client hears from its provider by itself, as data: reports, talks and pulses; a client's policy overrides it.

All hours are the client's own wall time. What falls on a day without business moves to the next business day.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

EVERY = re.compile(r"never|([1-9][0-9]?) (day|week|month|year)s?")
"""How often, as people write it: "7 days", "2 weeks", "1 month", "never"."""
KINDS = (
    "check_in",
    "operational_call",
    "rap_session",
    "cio_presentation",
    "vcio_meeting",
    "budget_review",
    "ice_meeting",
    "support_kickoff",
)
"""Of talks."""


def _wall(value: str) -> str:
    try:
        time.fromisoformat(value)
    except ValueError:
        raise ValueError("a time of day is written like 08:30") from None
    return value


def _rule(value: str) -> str:
    if not EVERY.fullmatch(value):
        raise ValueError("how often is written like 2 weeks, 1 month or never")
    return value


Wall = Annotated[str, AfterValidator(_wall)]
Every = Annotated[str, AfterValidator(_rule)]
Weekday = Annotated[int, Field(ge=0, le=6)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseReports(_Part):
    """The weekly report: written, kept for the provider to look at, sent, reminded of, at last left unreviewed."""

    on: bool = True
    weekday: Weekday = 0
    written: Wall = "07:00"
    sent: Wall = "09:00"
    remind_weekday: Weekday = 2
    remind: Wall = "09:00"
    unreviewed_weekday: Weekday = 4
    unreviewed: Wall = "17:00"

    @model_validator(mode="after")
    def _in_order(self) -> CaseReports:
        moments = [
            (self.weekday, self.written),
            (self.weekday, self.sent),
            (self.remind_weekday, self.remind),
            (self.unreviewed_weekday, self.unreviewed),
        ]
        if moments != sorted(moments):
            raise ValueError("a report is written, sent, reminded of and left unreviewed in this order, in one week")
        return self


class Summaries(_Part):
    """The monthly executive summary, on this business day of the month after."""

    on: bool = True
    business_day: Annotated[int, Field(ge=1, le=15)] = 3
    written: Wall = "07:00"
    sent: Wall = "09:00"
    remind_days: Annotated[int, Field(ge=1, le=15)] = 2
    """Its readers are reminded so many business days later, at the hour of the weekly report's reminder."""
    unreviewed_days: Annotated[int, Field(ge=1, le=20)] = 4

    @model_validator(mode="after")
    def _in_order(self) -> Summaries:
        if self.unreviewed_days < self.remind_days:
            raise ValueError("a summary is reminded of before it is left unreviewed")
        return self


class Digests(_Part):
    """The list of what waits for somebody of the client, on every business morning on which anything does."""

    on: bool = True
    wall: Wall = "09:00"


class Talk(_Part):
    """One kind of talk: how often, when by preference (`weekday` None: whatever day it falls on), and with whom."""

    every: Every
    weekday: Weekday | None = None
    wall: Wall = "10:00"
    minutes: Annotated[int, Field(ge=5, le=480)] = 30
    role: Literal["liaison", "strategy"] = "liaison"
    form_days: Annotated[int, Field(ge=0, le=30)] = 0
    """The formal form goes out so many business days before; 0: there is none."""
    records: tuple[str, ...] = ()
    """What has to be on file before it may close."""


RECORDS = ("slide_deck", "assessment", "service_desk_metrics", "hardware_warranty_report")
TALKS: dict[str, dict[str, Any]] = {
    "check_in": {"every": "2 weeks", "weekday": 3},
    "operational_call": {"every": "1 month", "weekday": 1},
    "rap_session": {"every": "3 months", "minutes": 60, "form_days": 5},
    "cio_presentation": {"every": "1 year", "minutes": 90, "role": "strategy", "form_days": 5},
    "vcio_meeting": {"every": "3 months", "minutes": 60, "role": "strategy", "form_days": 5, "records": RECORDS},
    "budget_review": {"every": "3 months", "minutes": 60, "role": "strategy"},
    "ice_meeting": {"every": "never", "minutes": 60, "role": "strategy"},
    "support_kickoff": {"every": "never", "minutes": 60},
}
"""What holds for a client that says nothing else."""


class Pulses(_Part):
    """After how many days the next pulse is asked, by the temperature of the last."""

    on: bool = True
    red: Annotated[int, Field(ge=1, le=7)] = 7
    amber: Annotated[int, Field(ge=1, le=90)] = 14
    green: Annotated[int, Field(ge=1, le=365)] = 30
    wall: Wall = "09:00"


class Timetable(_Part):
    """Everything that comes by itself. A client's own values are laid over these, talks each for itself."""

    case_report: CaseReports = CaseReports()
    exec_summary: Summaries = Summaries()
    digest: Digests = Digests()
    talks: dict[str, Talk] = Field(default_factory=dict, validate_default=True)
    lead_days: Annotated[int, Field(ge=1, le=60)] = 10
    """A talk is proposed so many business days before."""
    remind_days: Annotated[int, Field(ge=0, le=14)] = 1
    """An agreed talk is told of again so many days before, at the hour at which it begins; 0: it is not."""
    remind_minutes: Annotated[int, Field(ge=0, le=60)] = 60
    """And so many minutes before; 0: it is not."""
    pulse: Pulses = Pulses()
    survey_days: Annotated[int, Field(ge=1, le=90)] = 7
    """Nobody is asked for an opinion more often than once in so many days."""

    @model_validator(mode="before")
    @classmethod
    def _over_the_defaults(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        own = given.get("talks") or {}
        if not isinstance(own, dict):
            raise ValueError("talks is a mapping of kinds of talks")
        for kind in own:
            if kind not in KINDS:
                raise ValueError(f"{kind} is no kind of talk; there are {', '.join(KINDS)}")
        merged = {
            kind: {**facts, **(own[kind] if isinstance(own.get(kind), dict) else {})} for kind, facts in TALKS.items()
        }
        return {**given, "talks": merged}
