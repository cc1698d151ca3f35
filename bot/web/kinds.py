"""The kinds of value in REST bodies: bounded text without NUL, links, money, days, instants with a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(2000, 2101)

NO_NUL = r"^[^\x00]*$"
SOME_TEXT = r"^[^\x00]*[^\x00\s][^\x00]*$"


def _instant(value: Any) -> datetime:
    sentence = "has to be an instant with a zone, like 2026-07-31T17:00:00-04:00."
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError(sentence)
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError(sentence) from None
    if moment.year not in _YEARS:
        raise ValueError("has to be between the years 2000 and 2100.")
    return moment.astimezone(UTC)


def _day(value: Any) -> date:
    sentence = "has to be a day, like 2026-06-30."
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(sentence)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(sentence) from None
    if day.year not in _YEARS:
        raise ValueError("has to be between the years 2000 and 2100.")
    return day


def _without_nul(value: Any) -> Any:
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("holds a NUL character, which no text may.")
    return value


Title = Annotated[
    str, BeforeValidator(_without_nul), StringConstraints(min_length=1, max_length=150, pattern=SOME_TEXT)
]
Why = Annotated[str, BeforeValidator(_without_nul), StringConstraints(min_length=1, max_length=3000, pattern=SOME_TEXT)]
Line = Annotated[str, BeforeValidator(_without_nul), StringConstraints(min_length=1, max_length=200, pattern=SOME_TEXT)]
Short = Annotated[str, BeforeValidator(_without_nul), StringConstraints(max_length=200, pattern=NO_NUL)]
Long = Annotated[str, BeforeValidator(_without_nul), StringConstraints(max_length=3000, pattern=NO_NUL)]
Slug = Annotated[str, BeforeValidator(_without_nul), StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]
Cursor = Annotated[str, BeforeValidator(_without_nul), StringConstraints(max_length=400, pattern=NO_NUL)]
Link = Annotated[
    str, BeforeValidator(_without_nul), StringConstraints(max_length=2000, pattern=r"^(https?://[^\s\x00\"<>]+)?$")
]
Minor = Annotated[int, Field(ge=0, le=10_000_000_000)]
"""Minor units; the bounds keep the largest order there can be within what both databases store exactly."""
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
