"""Ten thousand cases: a bounded number of statements a batch, each row looked at once, and again without a trace."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

from handlers.commands import CaseRow
from storage import journal
from tests.handlers.masses import counted
from tests.handlers.office import Office
from tests.handlers.ticketing import put, said

BATCH, MANY = 1_000, 10_000
CLIENTS = ("marlow-finch", "northgate", "cedar-ridge")
SECONDS = 30
"""Of the processor's time; far more than it takes (about four)."""


def _row(office: Office, number: int) -> CaseRow:
    opened = office.now - timedelta(minutes=600 + 7 * (number % 9_000))
    who = "Dana Whitlock" if number % 5 == 0 else f"Person {number % 40}"
    case = said(office, f"PSA-{number}", client=CLIENTS[number % 3], title=f"Case {number}", opened_at=opened)
    return replace(case, priority=f"P{1 + number % 4}", requester=who)


def test_ten_thousand_cases_come_in_by_batches_of_a_few_statements(office: Office) -> None:
    with counted(office.store) as few:
        put(office, _row(office, 0), _row(office, 1), _row(office, 2))
    rows = [_row(office, number) for number in range(3, MANY)]
    began = time.process_time()
    for start in range(0, len(rows), BATCH):
        with counted(office.store) as many:
            results = put(office, *rows[start : start + BATCH])
        assert {one["result"] for one in results} == {"created"}
        assert len(many) <= len(few) + 3, "a thousand cases take no more statements than three"
    assert time.process_time() - began < SECONDS
    assert office.rows("SELECT count(*) AS n FROM support_case")[0].n == MANY
    with counted(office.store) as again:
        assert {one["result"] for one in put(office, *rows[:BATCH])} == {"unchanged"}
    assert len(again) <= len(few)
    with office.store.read() as tx:
        for client in office.rows("SELECT id FROM client"):
            assert journal.verify(tx, client.id) == []


def test_a_thousand_closed_at_once_ask_each_person_once(office: Office) -> None:
    rows = [replace(_row(office, number), client="marlow-finch") for number in range(BATCH)]
    put(office, *rows)
    ended = [replace(row, state="closed", closed_at=office.now) for row in rows]
    with counted(office.store) as closing:
        assert {one["result"] for one in put(office, *ended)} == {"changed"}
    assert len(closing) <= 25, "nobody is looked up one by one"
    asked = office.rows("SELECT p.name FROM feedback f JOIN person p ON p.id = f.person_id")
    assert [row.name for row in asked] == ["Dana Whitlock"]
