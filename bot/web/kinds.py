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
_YEARS = range(2000, 2100)

NO_NUL = r"^[^\x00]*$"
SOME_TEXT = r"^[^\x00]*[^\x00\s][^\x00]*$"
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
SOME_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$"


def _instant(value: Any) -> datetime:
    sentence = "has to be an instant with a zone, like 2026-07-31T17:00:00-04:00."
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError(sentence)
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError(sentence) from None
    if moment.year not in _YEARS:
        raise ValueError("has to be in the years 2000 to 2099.")
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
        raise ValueError("has to be in the years 2000 to 2099.")
    return day


def _without_nul(value: Any) -> Any:
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("holds a NUL character, which no text may.")
    return value


def _shown(value: Any) -> Any:
    if isinstance(value, str) and any(letter < " " or letter == "\x7f" for letter in value):
        raise ValueError("holds a line break or a character that cannot be shown.")
    return value


def _whole(value: Any) -> Any:
    """JSON knows only numbers: 88.0 is the whole number 88, to JSON Schema and so to its users."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _line(longest: int, *, empty: bool = False) -> tuple[StringConstraints, BeforeValidator]:
    """One line of text, as every screen and database can hold it."""
    pattern = ONE_LINE if empty else SOME_LINE
    return StringConstraints(min_length=0 if empty else 1, max_length=longest, pattern=pattern), BeforeValidator(_shown)


def _prose(longest: int, *, empty: bool = False) -> tuple[StringConstraints, BeforeValidator]:
    """Text of several lines."""
    pattern = NO_NUL if empty else SOME_TEXT
    bounds = StringConstraints(min_length=0 if empty else 1, max_length=longest, pattern=pattern)
    return bounds, BeforeValidator(_without_nul)


Title = Annotated[str, *_line(150)]
Heading = Annotated[str, *_line(150, empty=True)]
"""A title that may be left to us."""
Line100 = Annotated[str, *_line(100)]
Line200 = Annotated[str, *_line(200)]
Line500 = Annotated[str, *_line(500)]
Short100 = Annotated[str, *_line(100, empty=True)]
Short = Annotated[str, *_line(200, empty=True)]
Why = Annotated[str, *_prose(3000)]
Long = Annotated[str, *_prose(3000, empty=True)]
News = Annotated[str, *_prose(1000)]
MaybeNews = Annotated[str, *_prose(1000, empty=True)]
Finding = Annotated[str, *_prose(1500)]
Slug = Annotated[str, *_line(60)]
Cursor = Annotated[str, StringConstraints(max_length=400, pattern=r"^[A-Za-z0-9_-]+$")]
Link = Annotated[
    str, StringConstraints(max_length=2000, pattern=r"^(https?://[^\s\x00-\x1f\"<>]+)?$"), BeforeValidator(_without_nul)
]
SafeLink = Annotated[
    str, StringConstraints(max_length=1000, pattern=r"^https://[^\s\x00-\x1f\"<>]+$"), BeforeValidator(_without_nul)
]
Whole = BeforeValidator(_whole)
Minor = Annotated[int, Field(ge=0, le=10**14), Whole]
"""Minor units, as large as the desk takes them: both databases and JSON hold every such sum exactly."""
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "^20[0-9]{2}-"}),
]
Day = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": "^20[0-9]{2}-"})
]
