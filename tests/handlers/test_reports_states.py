"""A report under any sequence of deeds of anybody, at any moment: it keeps to its states and says the same to all."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.commands import (
    CorrectReport,
    HoldReport,
    Ref,
    Refused,
    RegenerateReport,
    ReleaseReport,
    ReportWrongNumber,
    ReviewReport,
)
from handlers.mechanisms.reports.figures import verify
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.reporting import DANA, HANNAH, MARCUS, SOFIA, et, monday, reports, standing, until

MAY = {
    "generated": {"generated", "on_hold", "released"},
    "on_hold": {"on_hold", "generated", "released"},
    "released": {"released", "reviewed", "unreviewed", "superseded"},
    "unreviewed": {"unreviewed", "reviewed", "superseded"},
    "reviewed": {"reviewed", "superseded"},
    "superseded": {"superseded"},
}
"""Every transition there is; a correction begins as released."""
DEEDS: dict[str, Callable[[Ref, int], Any]] = {
    "hold": lambda ref, version: HoldReport(ref, "Wrong count."),
    "regenerate": lambda ref, version: RegenerateReport(ref),
    "release": lambda ref, version: ReleaseReport(ref, version),
    "release_old": lambda ref, version: ReleaseReport(ref, version - 1),
    "correct": lambda ref, version: CorrectReport(ref, "A case was missing."),
    "review": lambda ref, version: ReviewReport(ref, version),
    "doubt": lambda ref, version: ReportWrongNumber(ref, "Is that so?"),
}
PEOPLE = (SOFIA, DANA, HANNAH, MARCUS)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(DEEDS)), st.sampled_from(PEOPLE), st.booleans()),
        st.tuples(st.just("later"), st.integers(1, 30), st.booleans()),
    ),
    min_size=1,
    max_size=14,
)


def moved(office: Office, known: dict[str, Any]) -> dict[str, Any]:
    """How all reports of the client stand, after looking that none has gone where it may not."""
    rows = {row.id: row for row in reports(office)}
    assert set(known) <= set(rows), "nothing is ever removed"
    for id_, row in rows.items():
        before = known.get(id_)
        assert row.state in (MAY[before.state] if before is not None else {"generated", "released"})
        frozen = _plain(row.figures)
        verify(frozen)
        if before is not None and before.state not in ("generated", "on_hold"):
            assert frozen == _plain(before.figures), "what is out never changes"
        assert (row.state == "on_hold") == bool(row.held_by)
        assert (row.release_at is None) == (row.state == "on_hold")
        assert bool(row.reviewed_by) == (row.state == "reviewed") or row.state == "superseded"
    for period in {row.period for row in rows.values()}:
        counting = [row for row in rows.values() if row.period == period and row.state != "superseded"]
        assert len(counting) == 1, "one report of a period counts"
    return rows


def _plain(figures: Any) -> Any:
    return json.loads(figures) if isinstance(figures, str) else figures


@pytest.fixture(scope="module")
def begun(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house on Monday at seven, with its reports just written."""
    file = tmp_path_factory.mktemp("begun") / "house.db"
    file.write_bytes(seeded_file.read_bytes())
    store = Store(f"sqlite:///{file}")
    until(monday(store), et(15, 7))
    store.close()  # the last connection takes what is in the write-ahead log into the file
    return file


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequence=steps)
def test_whatever_anybody_does_a_report_keeps_to_its_states(
    begun: Path, tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[str, Any, bool]]
) -> None:
    file = tmp_path_factory.mktemp("states") / "house.db"
    file.write_bytes(begun.read_bytes())
    store = Store(f"sqlite:///{file}")
    office = Office(store)
    office.now, office._keys = et(15, 7), itertools.count(1_000_000)
    known = moved(office, {})
    for what, who, newest in sequence:
        if what == "later":
            office.later(hours=who)
        else:
            ref = Ref("report", list(known)[-1 if newest else 0])
            try:
                office.do(who, DEEDS[what](ref, standing(office, ref).row.version))
            except Refused as refused:
                assert refused.sentence.endswith((".", "!", "?")), refused.sentence
        known = moved(office, known)
    outsiders = office.rows(
        "SELECT person.name FROM delivery JOIN person ON person.id = delivery.person_id"
        " JOIN report ON delivery.subject = 'report:' || report.id"
        " WHERE person.client_id IS NOT NULL AND person.client_id <> report.client_id"
    )
    assert not outsiders
    store.close()
