"""Who was asked about a downtime and what came of it, a line a person: for the console, the command line and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.web.downtimebodies import voice_name
from bot.web.downtimewords import STAGES, WHY, stands
from bot.web.receipts import harmless
from handlers.mechanisms.windows.standing import DECIDER, PLACE, Asked, Standing, Voice
from storage.queries import relays
from storage.store import Tx

KINDS = {"place": "Coordinator", "decider": "Decides", "provider": "Provider"}
TOLD = ("posted", "informed")
COLUMNS = (
    "Downtime",
    "Work",
    "Office",
    "Asked as",
    "Name",
    "E-mail",
    "Phone",
    "Why",
    "Asked",
    "Stage",
    "Said",
    "Answered",
    "Staff told",
    "Told where",
)
"""The heads of the CSV."""


@dataclass(frozen=True)
class Line:
    """One person for one voice. `said` are sentences, `told_at` is when the own staff was told what holds now."""

    voice: Voice | None
    office: str
    person: Any
    why: str
    asked_at: datetime | None
    stage: str
    said: tuple[str, ...]
    answered_at: datetime | None
    relay: Any | None

    @property
    def told_at(self) -> datetime | None:
        """When the staff was told; None while it was not."""
        return self.relay.told_at if self.relay is not None and self.relay.state in TOLD else None

    @property
    def to_tell(self) -> bool:
        """Whether the staff is still to be told."""
        return self.relay is not None and self.relay.state == "draft"


def lines_of(tx: Tx, standing: Standing) -> list[Line]:
    """Everybody who was asked for a voice of the present revision, and whoever else is to tell the staff."""
    rows = relays.relays_about(tx, str(standing.ref))
    latest = {row.person_id: row for row in rows if row.state not in ("replaced", "over")}
    found, seen = [], set()
    for voice in sorted(standing.voices, key=lambda one: list(KINDS).index(one.kind)):
        for asked in voice.asked:
            person = standing.people.get(asked.person_id)
            if person is not None:
                first = asked.person_id not in seen
                seen.add(asked.person_id)
                found.append(_line(standing, voice, asked, person, latest.get(person.id) if first else None))
    for id_, relay in latest.items():
        if id_ not in seen and id_ in standing.people:
            person = standing.people[id_]
            found.append(Line(None, standing.client.name, person, "", None, "told", (), None, relay))
    return found


def _line(standing: Standing, voice: Voice, asked: Asked, person: Any, relay: Any | None) -> Line:
    stage, said, at = _answer(standing, voice, person)
    kind, _, absent = asked.why.partition(":")
    why = f"stands in for {standing.name(absent)}" if kind == "for" else WHY.get(kind, kind)
    return Line(voice, voice_name(voice, standing), person, why, asked.since, stage, said, at, relay)


def _answer(standing: Standing, voice: Voice, person: Any) -> tuple[str, tuple[str, ...], datetime | None]:
    if voice.kind == PLACE:
        return _office(voice, person)
    row = standing.row
    if voice.kind == DECIDER and row.decided_by == person.id:
        return "yes", (row.decided_why,) if row.decided_why else (), row.decided_at
    if row.state == "declined" and row.closed_by_id == person.id:
        return "no", (row.closed_why,) if row.closed_why else (), row.closed_at
    return ("covered" if stands(voice, standing) == "answered" else voice.state), (), None


def _office(voice: Voice, person: Any) -> tuple[str, tuple[str, ...], datetime | None]:
    mine = {number: one for number, one in voice.answers.items() if one.person_id == person.id}
    if not mine:
        return ("covered" if voice.answers and voice.state == "answered" else voice.state), (), None
    verdicts = {one.verdict for one in mine.values()}
    stage = "mixed" if len(verdicts) > 1 else verdicts.pop()
    said = [
        f"Time {number}: {'fine' if one.verdict == 'ok' else f'no, {one.reason}'}"
        for number, one in sorted(mine.items())
    ]
    return stage, tuple(said), max(one.at for one in mine.values())


def as_csv(standing: Standing, lines: Iterable[Line], zone: str) -> str:
    """A head and one line a person, times on the clocks of `zone` as RFC 3339."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([harmless(cell) for cell in _cells(standing, line, ZoneInfo(zone))])
    return out.getvalue()


def _cells(standing: Standing, line: Line, clock: ZoneInfo) -> Sequence[str]:
    def local(at: datetime | None) -> str:
        return at.astimezone(clock).isoformat(timespec="seconds") if at is not None else ""

    return (
        standing.row.ref,
        standing.row.work,
        line.office,
        KINDS[line.voice.kind] if line.voice is not None else "Tells the staff",
        line.person.name,
        line.person.email,
        line.person.phone,
        line.why,
        local(line.asked_at),
        STAGES[line.stage][0],
        "; ".join(line.said),
        local(line.answered_at),
        local(line.told_at),
        line.relay.place if line.relay is not None and line.told_at else "",
    )
