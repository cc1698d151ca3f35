"""How reports are called in sentences, journals' titles and tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.rows import Row

NAMES = {"case_report": "case report", "exec_summary": "executive summary"}
STATES = {
    "generated": "waiting to be sent",
    "on_hold": "on hold",
    "released": "out",
    "reviewed": "reviewed",
    "unreviewed": "out and unreviewed",
    "superseded": "replaced by a correction",
}


def name_of(kind: str) -> str:
    """ "case report" or "executive summary"."""
    return NAMES[kind]


def period_said(row: Row[Any], timezone: str) -> str:
    """Of which days a report is, on the client's own wall: "Jun 8 to 14, 2026", "May 2026"."""
    zone = ZoneInfo(timezone)
    first = row.from_at.astimezone(zone).date()
    last = (row.until_at - timedelta(seconds=1)).astimezone(zone).date()
    if row.kind == "exec_summary":
        return f"{first:%B %Y}"
    if first.year != last.year:
        return f"{first:%b} {first.day}, {first.year} to {last:%b} {last.day}, {last.year}"
    month = "" if first.month == last.month else f"{last:%b} "
    return f"{first:%b} {first.day} to {month}{last.day}, {last.year}"


def title_of(row: Row[Any], client: Row[Any]) -> str:
    """ "Case report of Jun 8 to 14, 2026 (Marlow & Finch LLP)"."""
    return f"{name_of(row.kind).capitalize()} of {period_said(row, client.timezone)} ({client.name})"
