"""report: listed, shown, held, counted anew, sent and corrected as an operator does it; a check is noted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.demo.cases import rows
from handlers.commands import ITSELF, Event, PutCases, System
from handlers.desk import Desk
from schedules import reports as schedule
from storage.store import Store
from tests.cli.conftest import Run

MONDAY = datetime(2026, 6, 15, 11, 30, tzinfo=UTC)
MF = "marlow-finch/2026-W24"


@pytest.fixture
def monday(demo: Store) -> Store:
    """The reports of the demo's week are written, and not yet out."""
    desk = Desk(demo)
    with demo.write() as tx:  # the demo was seeded by the real clock, and its reports come on a Monday of ours
        tx.exec_driver_sql("UPDATE timer SET due_at = '2026-06-15 11:00:00' WHERE deed = 'write_report'")
    desk.perform(PutCases(rows(MONDAY)), Event("cases", MONDAY, System("psa"), "cli"))
    for batch in schedule.batches(demo, MONDAY):
        desk.perform(batch, Event(ITSELF, MONDAY, System("clock"), "tick"))
    return demo


def said(run: Run, *words: str) -> str:
    """What a command prints when it works."""
    done = run(*words, COLUMNS="300")
    assert done.exit_code == 0, done.output
    return done.stdout


def wrong(run: Run, *words: str) -> tuple[int, str]:
    done = run(*words, COLUMNS="300")
    assert done.exit_code
    return done.exit_code, done.output


def shown(run: Run, which: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(run, "report", "show", which, "--json"))
    return found


def test_before_the_first_there_is_none(run: Run, demo: Store) -> None:
    assert said(run, "report", "list") == "There has been no report yet.\n"
    assert said(run, "report", "list", "--state", "on_hold") == "There is no such report.\n"
    code, words = wrong(run, "report", "show", MF)
    assert code == 1 and "`report list`" in words
    assert wrong(run, "report", "list", "--state", "lost")[0] == 2
    assert wrong(run, "report", "list", "--client", "nobody")[0] == 1


def test_a_report_is_held_counted_anew_sent_and_corrected(run: Run, monday: Store) -> None:
    listed = said(run, "report", "list", "--client", "marlow-finch")
    assert MF in listed and "23 -> 20" in listed and "generated" in listed
    text = said(run, "report", "show", MF)
    assert "answered in time: 13 of 14 (92.9 %)" in text and "open by days: 0-3: 8, 4-7: 5" in text
    assert said(run, "report", "hold", MF, "--reason", "A case is missing.").startswith("On hold")
    assert "A case is missing." in said(run, "report", "show", MF)
    assert (
        json.loads(said(run, "report", "list", "--state", "on_hold", "--json"))[0]["held_why"] == "A case is missing."
    )
    said(run, "report", "regenerate", MF)
    assert shown(run, MF)["state"] == "generated"
    said(run, "report", "release", MF, "--note", "A quiet week.")
    body = shown(run, MF)
    assert (body["state"], body["note"], body["released_by"]) == ("released", "A quiet week.", "")
    assert [one["name"] for one in body["readers"]] == ["Dana Whitlock"]
    assert "reader: Dana Whitlock (primary)" in said(run, "report", "show", body["id"])
    assert wrong(run, "report", "hold", MF, "--reason", "Late.")[0] == 1
    said(run, "report", "correct", MF, "--reason", "One was counted twice.")
    new = shown(run, MF)
    assert (new["number"], new["supersedes"], new["correction"]) == (2, body["id"], "One was counted twice.")
    assert "One was counted twice." in said(run, "report", "show", MF)


def test_a_health_check_is_noted(run: Run, demo: Store) -> None:
    assert "Marlow & Finch" in said(run, "report", "check", "--client", "marlow-finch", "--result", "good")
    assert wrong(run, "report", "check", "--client", "marlow-finch", "--result", "fine")[0] == 2
    code, words = wrong(run, "report", "check", "--client", "marlow-finch", "--result", "attention")
    assert code == 1 and "what needs attention" in words
