"""Reads a contacts CSV into commands; every mistake is a sentence with file, line and what to do."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from handlers.authority import ROLES
from handlers.commands import Grant, PutPerson
from handlers.people import EMAIL, PREFERRED
from handlers.walltime import zone_names

NEEDED = ("name", "email")
COLUMNS = (
    "client",
    *NEEDED,
    "title",
    "phone",
    "language",
    "timezone",
    "location",
    "preferred_channel",
    "ask_last",
    "default",
    "roles",
)
YES, NO = ("yes", "true", "1", "x"), ("", "no", "false", "0")
_ROLE = re.compile(r"(?P<role>[a-z_]+)(@(?P<place>[a-z0-9-]+))?(:(?P<rank>[1-9][0-9]?))?")


@dataclass(frozen=True)
class Known:
    """The slugs of every client's locations, by the client's slug."""

    locations: Mapping[str, set[str]]


def read(file: Path, client: str, known: Known) -> tuple[list[tuple[int, PutPerson]], list[str]]:
    """([(line, command)], mistakes); `client` is used where the file has no client column."""
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
    if mistakes := _header(file, columns, client):
        return [], mistakes
    rows: list[tuple[int, PutPerson]] = []
    mistakes, seen = [], dict[tuple[str, str], int]()
    try:
        for cells in reader:
            line = reader.line_num
            if None in cells:
                mistakes.append(f"{file} line {line}: it has more cells than the header; put quotes around commas.")
                continue
            row = {name: (cells.get(name) or "").strip() for name in columns}
            if not any(row.values()):
                continue
            row["client"] = row.get("client") or client
            said = _mistakes(row, known)
            first = seen.setdefault((row["client"], row["email"].lower()), line)
            if first != line:
                said.append(f"{row['email']} stands on line {first} already; keep one of them.")
            mistakes += [f"{file} line {line}: {sentence}" for sentence in said]
            if not said:
                rows.append((line, _command(row)))
    except csv.Error as error:
        mistakes.append(f"{file} line {reader.line_num}: it is not CSV ({error}).")
    if not rows and not mistakes:
        mistakes.append(f"{file}: there is no contact in it; add a line under the header.")
    return rows, mistakes


def _header(file: Path, columns: list[str], client: str) -> list[str]:
    mistakes = [
        f"{file} line 1: there is no column called {name!r} here; the columns are {', '.join(COLUMNS)}."
        for name in columns
        if name not in COLUMNS
    ]
    mistakes += [f"{file} line 1: the column {name} is missing." for name in NEEDED if name not in columns]
    mistakes += [f"{file} line 1: the column {name} stands there twice." for name in NEEDED if columns.count(name) > 1]
    if "client" not in columns and not client:
        mistakes.append(f"{file} line 1: the column client is missing; add it or give --client SLUG.")
    return mistakes


def _mistakes(row: Mapping[str, str], known: Known) -> list[str]:
    said = []
    if row["client"] not in known.locations:
        there = ", ".join(sorted(known.locations)) or "none yet"
        said.append(f"there is no client called {row['client']!r}; there are: {there}.")
    if not row["name"]:
        said.append("the name is missing.")
    if not EMAIL.fullmatch(row["email"]):
        said.append(f"{row['email']!r} is not an e-mail address.")
    if row.get("timezone") and row["timezone"] not in zone_names():
        said.append(f"{row['timezone']!r} is not a time zone; write one like America/New_York.")
    if row.get("preferred_channel") and row["preferred_channel"] not in PREFERRED:
        said.append(f"{row['preferred_channel']!r} is not a channel; write one of {', '.join(PREFERRED)}.")
    for name in ("ask_last", "default"):
        if row.get(name, "").lower() not in (*YES, *NO):
            said.append(f"{name} is yes or no, not {row[name]!r}.")
    places = known.locations.get(row["client"], set())
    wanted = [row.get("location", "")]
    for part in _parts(row.get("roles", "")):
        found = _ROLE.fullmatch(part)
        if found is None or found["role"] not in ROLES:
            said.append(
                f"{part!r} is not a role; write one of {', '.join(ROLES)}, like security:2 or emergency@boston."
            )
        else:
            wanted.append(found["place"] or "")
    for place in wanted:
        if place and place not in places and row["client"] in known.locations:
            there = ", ".join(sorted(places)) or "none"
            said.append(f"{row['client']} has no location called {place!r}; it has: {there}.")
    return said


def _command(row: Mapping[str, str]) -> PutPerson:
    grants = None
    if "roles" in row:
        found = [match for part in _parts(row["roles"]) if (match := _ROLE.fullmatch(part))]
        grants = tuple(Grant(one["role"], int(one["rank"] or 1), one["place"] or "") for one in found)
    return PutPerson(
        client=row["client"],
        name=row["name"],
        email=row["email"],
        title=row.get("title", ""),
        phone=row.get("phone", ""),
        language=row.get("language") or "en",
        timezone=row.get("timezone", ""),
        location=row.get("location", ""),
        preferred_channel=row.get("preferred_channel") or "chat",
        ask_last=row.get("ask_last", "").lower() in YES,
        default=row.get("default", "").lower() in YES,
        grants=grants,
    )


def _parts(roles: str) -> list[str]:
    return [part.strip().lower().replace(" ", "") for part in re.split(r"[;,|]", roles) if part.strip()]
