"""Who was told of a notice and what became of it, a line a reader: as JSON, and as CSV that no spreadsheet executes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.web.histories import moment
from handlers.mechanisms.broadcast import Broadcast, Reader
from storage.queries import notice_pages
from storage.store import Tx

COLUMNS = {
    "client": "Client",
    "places": "Offices",
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "why": "Told as",
    "stands_in_for": "Stands in for",
    "platforms": "Where",
    "stage": "Stage",
    "reason": "Reason",
    "asked_at": "Sent",
    "reached_at": "Reached",
    "acknowledged_at": "Acknowledged",
    "via": "By way of",
    "recorded_by": "Recorded by",
    "told_staff_at": "Staff told",
    "told_staff_where": "Told where",
    "trouble": "Has a problem too",
    "trouble_at": "Said so",
    "call_me_at": "Asked for a call",
}
"""The columns of the CSV, in order, with their heads."""

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell must not begin with: a spreadsheet would run it. The wide ones are signs to some of them as well."""


@dataclass(frozen=True)
class Line:
    """One reader, as all three places tell it: REST, the console and the command line."""

    reader: Reader
    stands_in_for: str
    recorded_by: str
    told_where: str

    @property
    def why(self) -> str:
        """primary, backup, next or stand_in."""
        why = str(self.reader.receipt.why)
        return "stand_in" if why.startswith("for:") else why

    @property
    def sent_at(self) -> datetime | None:
        """When it went out; None for somebody to whom it could not, or does only when quiet hours end."""
        reader = self.reader
        unsent = reader.reached_at is None and (reader.stage == "undeliverable" or reader.waits_until is not None)
        return None if unsent else reader.receipt.asked_at

    @property
    def places(self) -> list[str]:
        """Names of the offices, or of the client, that this person answers for."""
        return [place.name for place in self.reader.places]


def lines_of(tx: Tx, broadcast: Broadcast) -> list[Line]:
    """Every reader by client and name; one statement more than the broadcast itself."""
    said = [reader.receipt for reader in broadcast.readers]
    absent = {row.why.partition(":")[2] for row in said if row.why.startswith("for:")}
    heard = {row.recorded_by for row in said if row.recorded_by}
    names = notice_pages.names(tx, absent | heard)
    where = told_where(broadcast)
    lines = [
        Line(
            reader,
            names.get(reader.receipt.why.partition(":")[2], ""),
            names.get(reader.receipt.recorded_by or "", ""),
            where.get(reader.person.id, ""),
        )
        for reader in broadcast.readers
    ]
    return sorted(lines, key=sort_key)


def sort_key(line: Line) -> tuple[str, str]:
    """Clients by name and id, their people by name and id: two texts, as a page's cursor holds them."""
    client, person = line.reader.client, line.reader.person
    return f"{client.name}\n{client.id}", f"{person.name}\n{person.id}"


def told_where(broadcast: Broadcast) -> dict[str, str]:
    """person -> where the staff was told last."""
    told = [row for row in broadcast.relays if row.told_at is not None]
    return {row.person_id: row.place for row in sorted(told, key=lambda row: (row.told_at, row.number))}


def receipt_body(line: Line) -> dict[str, Any]:
    """One reader for REST."""
    reader, receipt = line.reader, line.reader.receipt
    return {
        "id": reader.person.id,
        "name": reader.person.name,
        "email": reader.person.email,
        "client": reader.client.slug,
        "places": line.places,
        "why": line.why,
        "stands_in_for": line.stands_in_for,
        "platforms": list(reader.platforms),
        "stage": reader.stage,
        "reason": receipt.reason,
        "asked_at": moment(receipt.asked_at),
        "held_until": moment(reader.waits_until),
        "reached_at": moment(reader.reached_at),
        "acknowledged_at": moment(receipt.acked_at),
        "via": receipt.via,
        "recorded_by": line.recorded_by,
        "told_staff_at": moment(reader.informed_at),
        "told_staff_where": line.told_where,
        "trouble": receipt.trouble,
        "trouble_at": moment(receipt.trouble_at),
        "call_me_at": moment(receipt.call_me_at),
    }


def as_csv(lines: Iterable[Line], zone: str = "UTC") -> str:
    """A head and one line a reader, times on the clocks of `zone` as RFC 3339."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    clock = ZoneInfo(zone)
    for line in lines:
        cells = _cells(line, clock)
        writer.writerow([harmless(cells[name]) for name in COLUMNS])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _cells(line: Line, clock: ZoneInfo) -> Mapping[str, str]:
    def local(at: datetime | None) -> str:
        return at.astimezone(clock).isoformat(timespec="seconds") if at is not None else ""

    reader, receipt = line.reader, line.reader.receipt
    return {
        **{name: str(value) for name, value in receipt_body(line).items()},
        "client": reader.client.name,
        "phone": reader.person.phone,
        "places": "; ".join(line.places),
        "platforms": ", ".join(reader.platforms),
        "asked_at": local(line.sent_at),
        "reached_at": local(reader.reached_at),
        "acknowledged_at": local(receipt.acked_at),
        "told_staff_at": local(reader.informed_at),
        "trouble_at": local(receipt.trouble_at),
        "call_me_at": local(receipt.call_me_at),
    }
