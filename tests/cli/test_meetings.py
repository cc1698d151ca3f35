"""meeting and cadence: planned, agreed, held, put on file and closed as an operator does it; how often, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.store import Store
from tests.cli.conftest import Run

SOMEDAY = ("cadence", "put", "--client", "northgate", "--kind", "check_in", "--every", "1 week", "--reason", "x")


def tuesday(weeks: int = 5, at: str = "10:00/30m") -> str:
    """A Tuesday far enough ahead of the real clock, which the command line goes by."""
    today = datetime.now(UTC).date()
    return f"{today + timedelta(days=(1 - today.weekday()) % 7 + 7 * weeks)}T{at}"


def said(run: Run, *words: str) -> str:
    """What a command prints when it works."""
    done = run(*words, COLUMNS="300")
    assert done.exit_code == 0, done.output
    return done.stdout


def wrong(run: Run, *words: str) -> tuple[int, str]:
    done = run(*words, COLUMNS="300")
    assert done.exit_code
    return done.exit_code, done.output


def shown(run: Run, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(run, "meeting", "show", ref, "--json"))
    return found


def test_a_meeting_is_planned_agreed_and_left_out(run: Run, demo: Store) -> None:
    assert said(run, "meeting", "list") == "There has been no meeting yet.\n"
    plan = ("meeting", "plan", "--client", "marlow-finch", "--window", tuesday(), "--window", tuesday(at="14:00/30m"))
    assert said(run, *plan, "--link", "https://meet.example/x").startswith("T-1 is ")
    assert "T-1" in said(run, "meeting", "list", "--client", "marlow-finch")
    assert said(run, "meeting", "list", "--state", "held") == "There is no such meeting.\n"
    assert [len(shown(run, "t-1")["times"]), shown(run, "T-1")["link"]] == [2, "https://meet.example/x"]
    said(run, "meeting", "offer", "T-1", "--window", tuesday(6))
    assert said(
        run, "meeting", "agree", "T-1", "--window", tuesday(6, "11:00/45m"), "--note", "Dana called."
    ).startswith("Noted: Check-in, ")
    body = shown(run, "T-1")
    assert (body["state"], body["start"] is None) == ("confirmed", False)
    assert "Agreed for" in said(run, "meeting", "show", "T-1")
    code, words = wrong(run, "meeting", "held", "T-1", "--notes", "Well.")
    assert code == 1 and "It is agreed for" in words
    assert "has not begun" in wrong(run, "meeting", "missed", "T-1")[1]
    assert "is left out" in said(run, "meeting", "skip", "T-1", "--reason", "The office is moving.")
    assert "The office is moving." in said(run, "meeting", "show", "T-1")


def test_one_that_took_place_is_put_on_file_and_closed(run: Run, demo: Store) -> None:
    said(run, "meeting", "plan", "--client", "northgate", "--kind", "vcio_meeting", "--window", tuesday(at="10:00/1h"))
    assert said(run, "meeting", "held", "T-1", "--notes", "We met in passing.").startswith("Written down.")
    assert "Missing: slide deck" in said(run, "meeting", "show", "T-1")
    for kind in ("slide_deck", "assessment", "service_desk_metrics"):
        said(run, "meeting", "record", "T-1", "--kind", kind, "--url", "https://files.example/f", "--on", "2026-06-11")
    assert "1 of 4 missing: hardware warranty report." in wrong(run, "meeting", "close", "T-1")[1]
    said(run, "meeting", "record", "T-1", "--kind", "hardware_warranty_report", "--waive", "All new.")
    assert said(run, "meeting", "close", "T-1") == "T-1 is closed.\n"
    assert [one["on"] for one in shown(run, "T-1")["records"]][:1] == ["2026-06-11"]


def test_how_often_is_said_with_a_reason_and_shown(run: Run, demo: Store) -> None:
    before = {one["kind"]: one for one in json.loads(said(run, "cadence", "show", "--client", "northgate", "--json"))}
    assert (before["check_in"]["every"], before["check_in"]["weekday"], before["check_in"]["own"]) == (
        "2 weeks", "thursday", False
    )  # fmt: skip
    put = ("cadence", "put", "--client", "northgate", "--kind", "check_in", "--every", "1 week")
    more = ("--reason", "They grow fast.", "--weekday", "Monday", "--at", "15:00", "--minutes", "45")
    assert said(run, *put, *more) == "Check-in with Northgate Fabrication: every week. Before: every 2 weeks.\n"
    page = said(run, "cadence", "show", "--client", "northgate")
    assert "Mondays 15:00" in page and "They grow fast." in page and "never by itself" in page


def test_what_is_called_wrongly_is_said_so(run: Run, demo: Store) -> None:
    for words, code, sentence in (
        (("meeting", "show", "T-9"), 1, "There is no meeting T-9"),
        (("meeting", "list", "--state", "often"), 2, "it is one of due, proposed"),
        (("meeting", "list", "--client", "nobody"), 1, "There is no client called nobody"),
        (("meeting", "plan", "--client", "nobody", "--window", tuesday()), 1, "Please choose a client."),
        (("meeting", "plan", "--client", "northgate", "--window", "soon"), 2, "write it like"),
        (("cadence", "show", "--client", "nobody"), 1, "There is no client called nobody"),
        (
            ("cadence", "put", "--client", "northgate", "--kind", "tea", "--every", "1 week", "--reason", "x"),
            1,
            "pulse",
        ),
        ((*SOMEDAY, "--weekday", "someday"), 2, "it is one of monday"),
    ):
        found = wrong(run, *words)
        assert found[0] == code and sentence in found[1], words
