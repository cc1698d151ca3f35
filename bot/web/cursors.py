"""Pages of a list, and where one ended: one opaque text for the caller to hand back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.sections import Limits
from bot.web.problems import Problem
from storage.rows import Row


def pack(*parts: str) -> str:
    """("2026-06-08T13:05:00+00:00", "apr_1") -> text safe in a URL."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def unpack(cursor: str) -> tuple[str, str]:
    """The two parts of a cursor we packed; Problem for anything else."""
    try:
        first, second = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(first, str) and isinstance(second, str) and "\x00" not in first + second:
            f"{first}{second}".encode()  # half a surrogate pair is no text a database takes
            return first, second
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise _bad()


def unpack_moment(cursor: str) -> tuple[datetime, str]:
    """The moment and id of a cursor we packed; Problem for anything else."""
    first, second = unpack(cursor)
    try:
        moment = datetime.fromisoformat(first)
        if moment.tzinfo is not None and 1970 <= moment.year <= 9998:
            return moment, second
    except ValueError:
        pass
    raise _bad()


class Asked(Protocol):
    """How many were asked for, and the cursor of the page before."""

    @property
    def limit(self) -> int: ...

    @property
    def cursor(self) -> str | None: ...


@dataclass(frozen=True)
class Page:
    """A page of what is listed newest first; `after` is the moment and id of the last one of the page before."""

    most: int
    after: tuple[datetime, str] | None

    @classmethod
    def asked(cls, query: Asked, limits: Limits) -> Page:
        """As the caller wants it, within what we answer at once; Problem for a cursor that is none of ours."""
        after = unpack_moment(query.cursor) if query.cursor is not None else None
        return cls(min(query.limit, limits.page_items), after)

    @property
    def wanted(self) -> int:
        """How many rows to read: one more than is shown says whether there is a next page."""
        return self.most + 1

    def shown(self, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
        """Those of the rows read that stand on this page."""
        return rows[: self.most]

    def body(self, rows: Sequence[Row[Any]], items: list[dict[str, Any]], *, by: str = "created_at") -> dict[str, Any]:
        """The answer: what is shown of the rows read, and the cursor of the next page; `by` is the moment's column."""
        last = rows[self.most - 1] if len(rows) > self.most else None
        return {"items": items, "next": pack(getattr(last, by).isoformat(), last.id) if last is not None else None}


def _bad() -> Problem:
    return Problem(404, "not_found", "No page ended with this cursor. Leave it out for the first page.", field="cursor")
