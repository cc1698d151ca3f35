"""What REST callers send and read about blackouts and preferred times: weekly by names of days, or once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from bot.web.histories import moment
from bot.web.kinds import Instant, Line200, Short, Slug
from handlers.commands import PutBlackout, PutPreferredTime, Window
from storage.rows import Row

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MONDAYS: dict[str, Any] = {"weekday": "monday", "from": "07:00", "until": "12:00"}
AUDIT: dict[str, Any] = {"start": "2026-06-20T00:00:00+02:00", "end": "2026-06-22T00:00:00+02:00"}
WEEKENDS: dict[str, Any] = {
    "client": "northgate",
    "weekdays": ["saturday", "sunday"],
    "from": "06:00",
    "until": "18:00",
}


def _hours(value: Any) -> Any:
    if not isinstance(value, str) or len(value) != 5 or not value.isascii():
        raise ValueError("has to be an hour of the clock, like 07:00 or 18:30.")
    return value


Hour = Annotated[
    str,
    StringConstraints(pattern=HOURS),
    BeforeValidator(_hours),
    WithJsonSchema({"type": "string", "pattern": HOURS, "examples": ["07:00"]}),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WeeklyIn(_Strict):
    """The same hours every week, on the office's own clock.

    An end that is not after the start is on the next day: "22:00" until "06:00", or "00:00" until "00:00" for a day.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [MONDAYS]})

    weekday: Weekday
    from_: Annotated[Hour, Field(alias="from")]
    until: Hour


class OnceIn(_Strict):
    """From when until when."""

    model_config = ConfigDict(json_schema_extra={"examples": [AUDIT]})

    start: Instant
    end: Instant


def _absent() -> Any:
    """For a field that may be left out and may not be null."""
    return Field(default_factory=lambda: None)


class BlackoutIn(_Strict):
    """A client wants no work then, at all its offices or at one (`location`: slug or name); weekly or once."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["weekly"]}, {"required": ["once"]}],
            "examples": [
                {"client": "cedar-ridge", "why": "The waiting room is full.", "weekly": MONDAYS},
                {"client": "northgate", "location": "leipzig", "why": "The auditors are here.", "once": AUDIT},
            ],
        }
    )

    client: Slug
    location: Short = ""
    why: Line200
    weekly: WeeklyIn = _absent()
    once: OnceIn = _absent()

    @model_validator(mode="after")
    def _one_of_both(self) -> BlackoutIn:
        if len(self.model_fields_set & {"weekly", "once"}) != 1:
            raise ValueError("needs either weekly or once.")
        return self

    def command(self) -> PutBlackout:
        """As the desk takes it."""
        where: dict[str, Any] = {"client": self.client, "location": self.location}
        if "once" in self.model_fields_set:
            return PutBlackout(self.why, **where, window=Window(self.once.start, self.once.end))
        hours: dict[str, Any] = {"from_wall": self.weekly.from_, "until_wall": self.weekly.until}
        return PutBlackout(self.why, **where, weekday=WEEKDAYS.index(self.weekly.weekday), **hours)


class PreferredTimeIn(_Strict):
    """When a client, or one of its offices, likes work to be done; it replaces what was said before for the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEEKENDS]})

    client: Slug
    location: Short = ""
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    from_: Annotated[Hour, Field(alias="from")]
    until: Hour

    def command(self) -> PutPreferredTime:
        """As the desk takes it."""
        days = tuple(sorted({WEEKDAYS.index(day) for day in self.weekdays}))
        return PutPreferredTime(self.client, self.location, days, self.from_, self.until)


class WeeklyOut(BaseModel):
    """Hours of a weekday."""

    weekday: Weekday
    from_: Annotated[str, Field(alias="from")]
    until: str


class OnceOut(BaseModel):
    """A single time."""

    start: datetime
    end: datetime


class BlackoutOut(BaseModel):
    """No work is wanted then. `location` null is every office; `timezone` is whose clock a weekly one is meant on.

    A weekly one of every office is meant on the clock of each. `state`: active or removed.
    """

    id: str
    client: str
    location: str | None
    timezone: str
    weekly: WeeklyOut | None
    once: OnceOut | None
    why: str
    added_by: str
    created_at: datetime
    state: str


class BlackoutsOut(BaseModel):
    """A page; `next` is the cursor of the following one."""

    items: list[BlackoutOut]
    next: str | None


class PreferredTimeOut(BaseModel):
    """Work is liked to be done then. `location` null is every office that has not said anything else."""

    id: str
    client: str
    location: str | None
    timezone: str
    weekdays: list[Weekday]
    from_: Annotated[str, Field(alias="from")]
    until: str
    added_by: str
    created_at: datetime


class PreferredTimesOut(BaseModel):
    """A page; `next` is the cursor of the following one."""

    items: list[PreferredTimeOut]
    next: str | None


def blackout_body(row: Row[Any]) -> dict[str, Any]:
    """A row of `storage.queries.blackouts` as callers and the command line read it."""
    weekly: dict[str, Any] | None = None
    once: dict[str, Any] | None = None
    if row.weekday is not None:
        weekly = {"weekday": WEEKDAYS[row.weekday], "from": row.from_wall, "until": row.until_wall}
    else:
        once = {"start": moment(row.starts_at), "end": moment(row.ends_at)}
    return {**_head(row), "weekly": weekly, "once": once, "why": row.why, **_tail(row), "state": row.state}


def preferred_body(row: Row[Any]) -> dict[str, Any]:
    """The same of a preferred time."""
    days = [WEEKDAYS[day] for day in row.weekdays]
    return {**_head(row), "weekdays": days, "from": row.from_wall, "until": row.until_wall, **_tail(row)}


def _head(row: Row[Any]) -> dict[str, Any]:
    timezone = row.location_timezone or row.client_timezone
    return {"id": row.id, "client": row.client_slug, "location": row.location_slug, "timezone": timezone}


def _tail(row: Row[Any]) -> dict[str, Any]:
    return {"added_by": row.added_by, "created_at": moment(row.created_at)}
