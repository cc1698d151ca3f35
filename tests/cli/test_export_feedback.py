"""export feedback: what people said, for a spreadsheet, of one client or of all, with no unnamed one named."""

from __future__ import annotations

import csv
import io

from storage.store import Store
from tests.cli.conftest import Run
from tests.web.opined import opine


def rows(run: Run, *words: str) -> list[dict[str, str]]:
    done = run("export", "feedback", *words)
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_feedback_is_exported_of_one_client_or_of_all(run: Run, demo: Store) -> None:
    opine(demo, "fbk_dana", anonymous=True)
    opine(demo, "fbk_tom", "cedar-ridge", "Tom Beckett", on_behalf_of="Sam Lee")
    of_marlow = rows(run, "--client", "marlow-finch", "--zone", "America/New_York")
    assert {one["Client"] for one in of_marlow} == {"Marlow & Finch LLP"}
    assert any(one["About"].startswith("CASE-") and one["Of"] == "5" for one in of_marlow), "the demo's own opinions"
    found = [one for one in of_marlow if one["Kind"] == "ongoing"]
    assert [(one["Client"], one["Said by"], one["Passed on by"], one["Stays unnamed"]) for one in found] == [
        ("Marlow & Finch LLP", "", "Dana Whitlock", "yes")
    ]
    assert found[0]["Said"] == "2026-06-08T08:05:00-04:00"
    others = [one for one in rows(run) if one["Client"] == "Cedar Ridge Pediatrics" and one["Kind"] == "ongoing"]
    assert [(one["Said by"], one["Passed on by"]) for one in others] == [("Sam Lee", "Tom Beckett")]


def test_a_mistyped_client_or_zone_is_said(run: Run, demo: Store) -> None:
    unknown = run("export", "feedback", "--client", "nobody")
    assert unknown.exit_code == 1 and "nobody" in unknown.output
    for zone in ("Mars/Olympus", "/etc/passwd", "..", "a" * 500):
        wrong = run("export", "feedback", "--zone", zone)
        assert wrong.exit_code == 2 and "is not a time zone" in wrong.output, zone
