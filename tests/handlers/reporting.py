"""The demo's Monday of reports: the ticket system's cases are in, and time goes on from Monday before seven."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.cases import rows
from handlers.commands import PutCases, Ref, System
from handlers.mechanisms.reports.standing import Standing, load
from storage.store import Store
from tests.handlers.office import Office

ET = ZoneInfo("America/New_York")
DANA, PRIYA, HANNAH, MARCUS, TOM = "Dana Whitlock", "Priya Raman", "Hannah Cole", "Marcus Hale", "Tom Beckett"
SOFIA, RITA, BEN = "Sofia Marchetti", "Rita Nowak", "Ben Okafor"
MF, NF, CR = "marlow-finch", "northgate", "cedar-ridge"
PSA = System("ticket system")


def et(day: int, hour: int, minute: int = 0, *, month: int = 6) -> datetime:
    """A moment of June 2026 in New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=ET)


def monday(store: Store, *, at: datetime | None = None) -> Office:
    """A store with the cast gets every case up to this moment (Monday Jun 15, a minute before seven)."""
    office = Office(store)
    office.now = at or et(15, 6, 59)
    office.do(PSA, PutCases(rows(office.now)))
    return office


def until(office: Office, moment: datetime) -> None:
    """Everything that comes due until then happens in order."""
    office.later(seconds=(moment - office.now).total_seconds())


def reports(office: Office, client: str = MF, kind: str = "case_report") -> list[Any]:
    """A client's reports, the oldest first."""
    return office.rows(
        "SELECT report.* FROM report JOIN client ON client.id = report.client_id"
        " WHERE client.slug = :client AND kind = :kind ORDER BY until_at, number",
        client=client,
        kind=kind,
    )


def ref_of(office: Office, client: str = MF) -> Ref:
    """Its newest report."""
    return Ref("report", reports(office, client)[-1].id)


def standing(office: Office, ref: Ref) -> Standing:
    """Where a report stands."""
    with office.store.read() as tx:
        found = load(tx, ref.id, office.now)
    assert found is not None
    return found


def state(office: Office, client: str = MF) -> str:
    """How a client's newest report stands."""
    return str(reports(office, client)[-1].state)


def cards(office: Office, ref: Ref) -> set[tuple[str, str]]:
    """(who, purpose) of every message owed about a report."""
    found = office.rows(
        "SELECT person.name, delivery.purpose FROM delivery JOIN person ON person.id = delivery.person_id"
        " WHERE delivery.subject = :of AND delivery.state <> 'dropped'",
        of=str(ref),
    )
    return {(row.name, row.purpose) for row in found}


def tasks(office: Office, kind: str) -> list[Any]:
    """The provider's tasks of a kind, with their owners' names."""
    return office.rows(
        "SELECT task.*, person.name AS owner FROM task LEFT JOIN person ON person.id = task.owner_id"
        " WHERE kind = :kind ORDER BY task.created_at, task.id",
        kind=kind,
    )
