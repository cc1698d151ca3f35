"""Figures are read as they were written, whether they lie packed or, from earlier days, whole."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from storage.store import Store
from storage.tables import Client, Report
from storage.tables.frozen import packed, unpacked
from storage.tables.types import core

WAITS = {
    "id": "cas_1",
    "external_id": "CASE-1",
    "title": 'Drucker “druckt” {nicht}, "gar" \\ nicht',
    "state": "waiting_on_client",
    "priority": "P1",
    "age": 12,
    "since": "2026-06-02T10:00:00+00:00",
}
OPEN = {"id": "cas_2", "external_id": "CASE-2", "title": "", "state": "open", "priority": "P3", "age": 0}
FIGURES: dict[str, Any] = {
    "opened": 2,
    "oldest": [WAITS, OPEN],
    "waiting": [WAITS],
    "weeks": [{"week": "2026-W23", "opened": 1, "closed": 2, "backlog": 3}],
    "categories": [["Wi-Fi", 2]],
    "health": None,
}

AT = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


def report(id_: str, period: str) -> dict[str, Any]:
    """A row of it."""
    nothing = dict.fromkeys(("note", "held_by", "held_why", "released_by", "correction"), "")
    never = dict.fromkeys(("release_at", "released_at", "reviewed_at", "reviewed_by", "supersedes"))
    moments = dict.fromkeys(("from_at", "until_at", "generated_at"), AT)
    known = {"id": id_, "client_id": "cli_1", "kind": "case_report", "period": period, "number": 1, "version": 1}
    return {**nothing, **never, **moments, **known, "state": "generated", "figures": FIGURES}


@pytest.mark.parametrize(
    "figures", [FIGURES, {**FIGURES, "oldest": [], "waiting": [], "weeks": []}, {"opened": 2}, {"oldest": [OPEN]}]
)
def test_what_is_packed_is_unpacked_as_it_was(figures: dict[str, Any]) -> None:
    before = deepcopy(figures)
    assert unpacked(json.loads(json.dumps(packed(figures)))) == before == figures


def test_a_case_that_two_lists_name_is_written_once() -> None:
    kept = packed(FIGURES)
    assert len(kept["cases"]) == 2
    assert [kept["cases"][place][0] for place in kept["oldest"]] == ["cas_1", "cas_2"]
    assert [kept["cases"][place][0] for place in kept["waiting"]] == ["cas_1"]
    assert json.dumps(kept).count("CASE-1") == 1


def test_two_that_say_different_things_of_one_case_stay_two() -> None:
    other = {**WAITS, "age": 13}
    assert unpacked(packed({**FIGURES, "waiting": [other]}))["waiting"] == [other]


def test_nothing_that_is_said_of_a_case_is_lost_unseen() -> None:
    with pytest.raises(AssertionError, match="colour"):
        packed({**FIGURES, "oldest": [{**OPEN, "colour": "red"}]})


def test_both_databases_give_back_what_was_written_in_each_way(store: Store) -> None:
    table, clients = core(Report), core(Client)
    with store.write() as tx:
        tx.execute(insert(clients).values(id="cli_1", slug="a", code="A", name="A", timezone="UTC", policy={}))
        tx.execute(insert(table), [report("rpt_new", "2026-W23"), report("rpt_old", "2026-W24")])
        cast = "CAST(:whole AS jsonb)" if store.dialect == "postgresql" else ":whole"
        tx.execute(text(f"UPDATE report SET figures = {cast} WHERE id = 'rpt_old'"), {"whole": json.dumps(FIGURES)})
    with store.read() as tx:
        found = {row.id: row.figures for row in tx.execute(select(table))}
        lies = {id_: str(kept) for id_, kept in tx.execute(text("SELECT id, figures FROM report"))}
    assert found == {"rpt_new": FIGURES, "rpt_old": FIGURES}
    assert "cases" in lies["rpt_new"]
    assert "cases" not in lies["rpt_old"]
