"""Four replicas take in the same cases at the same moment: each case is there once, and is new to one of them only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from uuid import uuid4

from handlers.commands import CaseRow, Event, PutCases
from handlers.desk import Desk
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.ticketing import TICKETS, said, stored

REPLICAS, CASES = 4, 60


def _at_once(office: Office, batches: list[tuple[CaseRow, ...]]) -> list[list[dict[str, Any]]]:
    """Each batch by a process of its own, all at the same moment."""
    gate, said_now = Barrier(len(batches)), uuid4().hex

    def take(number: int) -> list[dict[str, Any]]:
        store = Store(office.store.url.render_as_string(hide_password=False))
        try:
            gate.wait()
            event = Event(f"batch:{said_now}:{number}", office.now, TICKETS, "rest")
            return list(Desk(store).perform(PutCases(batches[number]), event).facts["rows"])
        finally:
            store.close()

    with ThreadPoolExecutor(len(batches)) as pool:
        return list(pool.map(take, range(len(batches))))


def test_the_same_cases_at_once_are_created_once(office: Office) -> None:
    rows = tuple(said(office, f"PSA-{number}", client=("NF", "MF", "CR")[number % 3]) for number in range(CASES))
    found = _at_once(office, [rows, rows[::-1], rows, rows[::-1]])
    each = [one["result"] for results in found for one in results]
    assert (each.count("created"), each.count("unchanged")) == (CASES, CASES * (REPLICAS - 1))
    assert office.rows("SELECT count(*) AS n FROM support_case")[0].n == CASES


def test_a_case_that_two_open_again_at_once_was_opened_again_once(office: Office) -> None:
    row = said(office, requester="Dana Whitlock")
    closed = replace(row, state="closed", closed_at=office.now)
    assert sorted(one["result"] for (one,) in _at_once(office, [(closed,)] * REPLICAS))[0] == "created"
    assert len(office.rows("SELECT id FROM feedback")) == 1, "and Dana is asked once"
    again = replace(row, state="open")
    results = [one["result"] for (one,) in _at_once(office, [(again,)] * REPLICAS)]
    assert sorted(results) == ["changed", *["unchanged"] * (REPLICAS - 1)]
    assert stored(office).reopened == 1
