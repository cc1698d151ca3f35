"""Reads a cases CSV into rows for the desk; every mistake is a sentence with file, line and what to do."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.commands import CaseRow

NEEDED = ("external_id", "title", "opened_at")
TEXTS = (
    *("external_id", "title", "state", "priority", "category", "requester", "location", "device", "assignee", "url"),
    "comment",
)
TIMES = ("opened_at", "responded_at", "waiting_since", "closed_at", "reopened_at", "scored_at")
COLUMNS = ("client", *TEXTS, *TIMES, "score")
SCORES = {"": None, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
Line = tuple[int, CaseRow]


@dataclass(frozen=True)
class Known:
    """The time zone of every client, by its slug, code and name in small letters."""

    zones: Mapping[str, str]

    def zone(self, client: str) -> ZoneInfo | None:
        """Where this client's clock hangs; None for a client that there is not."""
        name = self.zones.get(client.casefold())
        return ZoneInfo(name) if name is not None else None


class _Mistake(ValueError):
    """What is wrong with one line."""


def read(file: Path, client: str, known: Known) -> tuple[list[Line], list[str]]:
    """([(line, row)], mistakes); `client` is used where the file has no client column."""
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return [], [f"{file}: it is not UTF-8 text. Save it as “CSV UTF-8”."]
    except OSError as error:
        return [], [f"{file}: it cannot be read ({error.strerror})."]
    if "\x00" in text:
        return [], [f"{file}: it holds NUL characters. Save it as “CSV UTF-8”."]
    header = text.partition("\n")[0]
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",")
    columns = [name.strip().lower() for name in reader.fieldnames or []]
    reader.fieldnames = columns
    if mistakes := list(_header(file, columns, client)):
        return [], mistakes
    lines, mistakes, seen = list[Line](), list[str](), dict[tuple[str, str], int]()
    try:
        for cells in reader:
            number = reader.line_num
            try:
                row = _row(cells, client, known)
            except _Mistake as mistake:
                mistakes.append(f"{file} line {number}: {mistake}")
                continue
            if row is None:
                continue
            first = seen.setdefault((row.client.casefold(), row.external_id), number)
            if first != number:
                mistakes.append(
                    f"{file} line {number}: {row.external_id} stands on line {first} already; keep the newer one."
                )
            else:
                lines.append((number, row))
    except csv.Error as error:
        mistakes.append(f"{file} line {reader.line_num}: it is not CSV ({error}).")
    if not lines and not mistakes:
        mistakes.append(f"{file}: there is no case in it; add a line under the header.")
    return lines, mistakes


def _header(file: Path, columns: list[str], client: str) -> Iterator[str]:
    for name in columns:
        if name not in COLUMNS:
            yield f"{file} line 1: there is no column called {name!r} here; the columns are {', '.join(COLUMNS)}."
        elif columns.count(name) > 1 and name in NEEDED:
            yield f"{file} line 1: the column {name} stands there twice."
    for name in NEEDED:
        if name not in columns:
            yield f"{file} line 1: the column {name} is missing."
    if "client" not in columns and not client:
        yield f"{file} line 1: the column client is missing; add it or give --client SLUG."


def _row(cells: Mapping[str | None, str | list[str] | None], client: str, known: Known) -> CaseRow | None:
    """None for an empty line."""
    if None in cells:
        raise _Mistake("it has more cells than the header; put quotes around commas.")
    said = {name: str(cells.get(name) or "").strip() for name in COLUMNS}
    if not any(said.values()):
        return None
    said["client"] = said["client"] or client
    zone = known.zone(said["client"])
    if zone is None:
        there = ", ".join(sorted(known.zones)[:20]) or "none yet"
        raise _Mistake(f"there is no client called {said['client']!r}; there are: {there}.")
    if missing := next((name for name in NEEDED if not said[name]), None):
        raise _Mistake(f"{missing} is empty; every case needs it.")
    if said["score"] not in SCORES:
        raise _Mistake(f"the score is 1 to 5 or empty, not {said['score'][:20]!r}.")
    facts: dict[str, Any] = {name: said[name] for name in TEXTS}
    facts |= {name: _moment(name, said[name], zone) for name in TIMES}
    return CaseRow(client=said["client"], **facts, score=SCORES[said["score"]])


def _moment(name: str, value: str, zone: ZoneInfo) -> datetime | None:
    """An instant; one without a zone is meant on the client's clock."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        said = f"{name} is {value[:40]!r}; write it like 2026-06-09 10:42 (the client's clock) or 2026-06-09T14:42:00Z."
        raise _Mistake(said) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)
