"""Judges of calendars: ical.js, which somebody else wrote, the `icalendar` package, and the letter of RFC 5545."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import icalendar

from tests import needs

SCRIPT = Path(__file__).parent.parent / "judges" / "calendar.mjs"


def read(*calendars: bytes) -> list[dict[str, Any]]:
    """What ical.js reads; instants are UTC. Every calendar keeps to the letter and says the same to `icalendar`."""
    for calendar in calendars:
        assert letter(calendar) == []
    needs.calendar_reader()
    texts = json.dumps([calendar.decode("utf-8") for calendar in calendars])
    done = subprocess.run(
        [needs.node(), str(SCRIPT)], input=texts, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    for one, calendar in zip(found, calendars, strict=True):
        assert one["unknown"] == [], "a time zone is used and not described"
        by_icalendar = _by_icalendar(calendar)
        differ = [pair for pair in zip(map(_moments, one["events"]), by_icalendar, strict=True) if pair[0] != pair[1]]
        assert differ == []
    return found


def letter(calendar: bytes) -> list[str]:
    """What is wrong with the lines themselves: RFC 5545 3.1 (folding at 75 octets, CRLF, no control characters)."""
    problems = []
    text = calendar.decode("utf-8")
    if not text.endswith("\r\n") or "\n" in text.replace("\r\n", "") or "\r" in text.replace("\r\n", ""):
        problems.append("a line does not end with CRLF")
    for line in calendar.split(b"\r\n"):
        if len(line) > 75:
            problems.append(f"a line of {len(line)} octets")
        line.decode("utf-8")  # no letter is cut in two
    if any((letter < " " and letter not in "\t\r\n") or letter == "\x7f" for letter in text):
        problems.append("a control character")
    unfolded = text.replace("\r\n ", "").split("\r\n")
    if unfolded.count("BEGIN:VEVENT") != unfolded.count("END:VEVENT"):
        problems.append("an event does not end")
    return problems


def lines_of(calendar: bytes, name: str) -> list[str]:
    """The unfolded lines of a property."""
    unfolded = calendar.decode("utf-8").replace("\r\n ", "").split("\r\n")
    return [line for line in unfolded if line.startswith((f"{name}:", f"{name};"))]


def instant(text: str) -> datetime:
    """An instant as ical.js prints it."""
    return datetime.fromisoformat(text)


def _by_icalendar(calendar: bytes) -> Sequence[tuple[Any, ...]]:
    events = icalendar.Calendar.from_ical(calendar).events
    return [
        (str(one["UID"]), one["DTSTART"].dt, one["DTEND"].dt, *map(_words, (one["SUMMARY"], one["DESCRIPTION"])))
        for one in events
    ]


def _moments(event: dict[str, Any]) -> tuple[Any, ...]:
    words = map(_words, (event["summary"], event["description"]))
    return (event["uid"], instant(event["starts"]), instant(event["ends"]), *words)


def _words(text: str) -> str:
    """Backslashes are left to ical.js: the package reads the escaped one of `\\\\new` as a line break."""
    return str(text) if "\\" not in text else ""
