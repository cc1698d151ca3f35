"""What people think of the provider's work, a line each: as JSON, and as CSV that no spreadsheet executes.

Somebody who stays unnamed is named in neither: who has passed it on is, since that one reads the answer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.web.histories import moment
from bot.web.receipts import harmless
from storage.queries import opinion_pages
from storage.rows import Row
from storage.store import Tx

OF = {"csat": 5, "formal": 10}
"""The best score of a kind; none of what is said unasked."""
COLUMNS = {
    "client": "Client",
    "kind": "Kind",
    "state": "State",
    "about": "About",
    "score": "Score",
    "of": "Of",
    "text": "What was said",
    "went_well": "What went well",
    "fix": "What to fix",
    "said_by": "Said by",
    "passed_on_by": "Passed on by",
    "anonymous": "Stays unnamed",
    "asked_at": "Asked",
    "said_at": "Said",
    "reply": "The answer",
    "replied_by": "Answered by",
    "replied_at": "Answered",
}
"""The columns of the CSV, in order, with their heads."""


@dataclass(frozen=True)
class Line:
    """One opinion, as REST, the console and the command line tell it."""

    row: Row[Any]
    about: str
    """What people call what it is about; "" for what is said unasked."""

    @property
    def said_by(self) -> str:
        """Whose opinion it is; "" for somebody who stays unnamed."""
        if self.row.anonymous:
            return ""
        return str(self.row.on_behalf_of or self.row.person)

    @property
    def passed_on_by(self) -> str:
        """Which contact has passed it on; "" for an opinion of the own."""
        return str(self.row.person) if self.row.anonymous or self.row.on_behalf_of else ""


def lines_of(tx: Tx, rows: Sequence[Row[Any]]) -> list[Line]:
    """These rows of `opinion_pages` with what they are about."""
    names = opinion_pages.called(tx, {str(row.subject) for row in rows})
    return [Line(row, names.get(row.subject, "")) for row in rows]


def opinion_body(line: Line) -> dict[str, Any]:
    """One opinion for REST."""
    row = line.row
    return {
        "id": row.id,
        "client": row.client_slug,
        "kind": row.kind,
        "state": row.state,
        "about": line.about,
        "score": row.score,
        "of": OF.get(row.kind),
        "text": row.comment,
        "went_well": row.answers.get("went_well", ""),
        "fix": row.answers.get("fix", ""),
        "said_by": line.said_by,
        "passed_on_by": line.passed_on_by,
        "anonymous": row.anonymous,
        "asked_at": moment(row.asked_at),
        "said_at": moment(row.answered_at),
        "reply": row.reply,
        "replied_by": row.replied_by,
        "replied_at": moment(row.replied_at),
    }


def as_csv(lines: Iterable[Line], zone: str = "UTC") -> str:
    """A head and one line an opinion, times on the clocks of `zone` as RFC 3339."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    clock = ZoneInfo(zone)

    def cell(value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(clock).isoformat(timespec="seconds")
        if isinstance(value, bool):
            return "yes" if value else ""
        return harmless(str(value)) if value is not None else ""

    for line in lines:
        row = line.row
        local = {"asked_at": row.asked_at, "said_at": row.answered_at, "replied_at": row.replied_at}
        cells = {**opinion_body(line), "client": row.client_name, **local}
        writer.writerow([cell(cells[name]) for name in COLUMNS])
    return out.getvalue()
