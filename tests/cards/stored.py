"""Reports put straight into the store, for what only reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.queries import directory, remarks, reports
from storage.store import Store
from tests.cards.reported import FRIDAY, MONDAY, SENT, figures


def client_id(store: Store, slug: str) -> str:
    """A client's id by its slug."""
    with store.read() as tx:
        return str(next(row.id for row in directory.all_clients(tx) if row.slug == slug))


def keep(store: Store, slug: str = "marlow-finch", state: str = "released", **changes: Any) -> str:
    """A report of a client about the week of the demo; -> its id."""
    out = state not in ("generated", "on_hold")
    id_ = changes.pop("id", f"rpt_{slug.replace('-', '')}")
    reviewer, readers = changes.get("reviewed_by"), changes.pop("readers", ())
    values: dict[str, Any] = {
        "id": id_,
        "client_id": client_id(store, slug),
        "kind": "case_report",
        "period": "2026-W24",
        "number": 1,
        "state": state,
        "version": 1,
        "from_at": datetime(2026, 6, 8, 4, tzinfo=UTC),
        "until_at": datetime(2026, 6, 15, 4, tzinfo=UTC),
        "figures": figures(),
        "note": "",
        "generated_at": MONDAY,
        "release_at": None if state == "on_hold" else SENT,
        "held_by": "Sofia Marchetti" if state == "on_hold" else "",
        "held_why": "",
        "released_at": SENT if out else None,
        "released_by": "Sofia Marchetti" if out else "",
        "reviewed_at": SENT + timedelta(minutes=12) if reviewer else None,
        "correction": "",
    }
    with store.write() as tx:
        assert reports.add_report(tx, {**values, **changes}) == id_
        for number, person_id in enumerate(readers):
            row = {
                "id": f"rdr_{id_}_{number}",
                "report_id": id_,
                "person_id": person_id,
                "since": SENT,
                "why": "primary",
            }
            assert reports.add_reader(tx, row)
    return str(id_)


def say(store: Store, report_id: str, slug: str, person_id: str, kind: str = "wrong_number", **changes: Any) -> str:
    """Somebody says something about a report; -> its id."""
    id_ = f"rmk_{report_id}_{kind}"
    values = {
        "id": id_,
        "report_id": report_id,
        "client_id": client_id(store, slug),
        "kind": kind,
        "case_id": None,
        "about": "Closed",
        "text": "We closed at least three on Thursday alone.",
        "person_id": person_id,
        "at": SENT + timedelta(minutes=20),
        "state": "open",
        "answer": "",
        "answered_by": "",
    }
    with store.write() as tx:
        remarks.add(tx, {**values, **changes})
    return id_


AFTERWARDS = FRIDAY + timedelta(hours=1)
