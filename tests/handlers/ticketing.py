"""A ticket system at the office's door: cases as it says them, and what has become of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.commands import CaseRow, PutCases, Ref, Service, System
from tests.handlers.office import Office

TICKETS = Service("ticket system", frozenset({"cases:write"}))
CLOCKWORK = System("the operator")


def said(office: Office, name: str = "CASE-1", **changes: Any) -> CaseRow:
    """A case of Marlow & Finch that came in an hour ago, or another one."""
    row = CaseRow(name, "marlow-finch", "Printer is on fire", office.now - timedelta(hours=1))
    return replace(row, **changes)


def put(office: Office, *rows: CaseRow, who: Service | System = TICKETS) -> list[dict[str, Any]]:
    """The ticket system speaks; -> a result a row."""
    return list(office.do(who, PutCases(rows)).facts["rows"])


def results(office: Office, *rows: CaseRow) -> list[str]:
    """The same, as words."""
    return [one["result"] for one in put(office, *rows)]


def stored(office: Office, name: str = "CASE-1") -> Any:
    """What is kept of a case."""
    return office.rows("SELECT * FROM support_case WHERE external_id = :name", name=name)[0]


def ref_of(office: Office, name: str = "CASE-1") -> Ref:
    """A case's reference."""
    return Ref("case", stored(office, name).id)


def moment(value: Any) -> datetime:
    """An instant as either database gives it."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
