"""Where a page ended, as one opaque text for the caller to hand back."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from bot.web.problems import Problem


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


def _bad() -> Problem:
    return Problem(404, "not_found", "No page ended with this cursor. Leave it out for the first page.", field="cursor")
