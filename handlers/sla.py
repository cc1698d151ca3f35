"""By when a case is to be answered and solved, as data: by priority, counted in clock time or in business time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from handlers.calendar import BusinessCalendar

PRIORITIES = ("P1", "P2", "P3", "P4")
SPAN = re.compile(r"([1-9][0-9]{0,3}) (minute|hour|business hour|business day)s?", re.ASCII)
"""How long something may take, as people write it: "30 minutes", "4 business hours", "2 business days"."""
MOST_BUSINESS_DAYS = 250


def _span(value: str) -> str:
    found = SPAN.fullmatch(value)
    if not found or (found[2] == "business day" and int(found[1]) > MOST_BUSINESS_DAYS):
        raise ValueError("how long is written like 30 minutes, 8 hours, 4 business hours or 2 business days")
    return value


Span = Annotated[str, AfterValidator(_span)]


class Target(BaseModel):
    """Of one priority: minutes and hours run at any time of the day, business hours and days on the calendar."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    response: Span
    resolution: Span


TARGETS: Mapping[str, Mapping[str, str]] = {
    "P1": {"response": "30 minutes", "resolution": "4 hours"},
    "P2": {"response": "1 hour", "resolution": "8 hours"},
    "P3": {"response": "4 business hours", "resolution": "2 business days"},
    "P4": {"response": "1 business day", "resolution": "5 business days"},
}
"""What holds for a client whose agreement says nothing else."""


class Sla(BaseModel):
    """The targets of a client, its own laid over the usual ones, each for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    targets: dict[str, Target] = Field(default_factory=dict, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _over_the_usual(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        own = given.get("targets") or {}
        if not isinstance(own, dict):
            raise ValueError("targets is a mapping of priorities")
        for name in own:
            if name not in PRIORITIES:
                raise ValueError(f"{name} is no priority; there are {', '.join(PRIORITIES)}")
        facts = {name: own.get(name, {}) for name in PRIORITIES}
        if wrong := next((name for name, one in facts.items() if not isinstance(one, dict)), None):
            raise ValueError(f"{wrong} has a response and a resolution")
        return {**given, "targets": {name: {**TARGETS[name], **one} for name, one in facts.items()}}


def due(span: str, since: datetime, calendar: BusinessCalendar) -> datetime:
    """The UTC instant at which a span (see `SPAN`) that began at `since` has passed."""
    found = SPAN.fullmatch(span)
    assert found is not None
    count, unit = int(found[1]), found[2]
    if unit == "business day":
        return calendar.add_business_days(since, count)
    if unit == "business hour":
        return calendar.add_business_hours(since, count)
    return since + (timedelta(minutes=count) if unit == "minute" else timedelta(hours=count))


def targets(sla: Sla, priority: str, opened_at: datetime, calendar: BusinessCalendar) -> tuple[datetime, datetime]:
    """By when a case is to be answered, and by when solved."""
    target = sla.targets[priority]
    return due(target.response, opened_at, calendar), due(target.resolution, opened_at, calendar)
