"""Whatever a ticket system says and in whatever order: a case stays sound, and saying it again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import BusinessCalendar
from handlers.commands import CaseRow, Refused
from handlers.mechanisms.caseflow import CLOSED, STATES, Known, merged, read
from handlers.policy import policy_of
from handlers.sla import PRIORITIES, Sla, targets
from storage.queries.cases import COLUMNS
from tests.handlers.office import Office
from tests.handlers.ticketing import put, said, stored

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CALENDAR = BusinessCalendar("America/New_York", country="US", subdivision="MA")
AGREED = Sla.model_validate({})
MOMENTS = st.integers(0, 20_000).map(lambda minutes: NOW - timedelta(minutes=minutes))
MAYBE = st.none() | MOMENTS
ROWS = st.builds(
    CaseRow,
    external_id=st.just("CASE-1"),
    client=st.just("marlow-finch"),
    title=st.sampled_from(["Printer", "Printer is out"]),
    opened_at=MOMENTS,
    state=st.sampled_from(["", *STATES]),
    priority=st.sampled_from(["", *PRIORITIES]),
    requester=st.sampled_from(["", "Dana"]),
    responded_at=MAYBE,
    waiting_since=MAYBE,
    closed_at=MAYBE,
    reopened_at=MAYBE,
)


def _targets(priority: str, opened: datetime) -> tuple[datetime, datetime]:
    return targets(AGREED, priority, opened, CALENDAR)


def step(old: dict[str, Any] | None, row: CaseRow, now: datetime = NOW) -> dict[str, Any] | None:
    """The case after a row; as it was when the row is refused."""
    try:
        return merged(old, read(row, now), Known(None, row.requester, None), _targets, now)
    except Refused as refused:
        assert refused.field and refused.sentence.endswith(".")
        return old


@settings(deadline=None)
@given(st.lists(ROWS, max_size=8))
def test_a_case_is_sound_whatever_is_said(rows: list[CaseRow]) -> None:
    case: dict[str, Any] | None = None
    for row in rows:
        before, case = case, step(case, row)
        if case is None:
            continue
        assert (case["closed_at"] is not None) == (case["state"] == CLOSED)
        for name in ("closed_at", "responded_at", "waiting_since", "reopened_at"):
            assert case[name] is None or case[name] >= case["opened_at"], name
        assert (case["waiting_since"] is not None) == case["state"].startswith("waiting")
        assert (case["reopened"] > 0) == (case["reopened_at"] is not None)
        if case["closed_at"] is not None and case["reopened_at"] is not None:
            assert case["closed_at"] >= case["reopened_at"]
        assert case["response_due_at"] > case["opened_at"] and case["resolution_due_at"] > case["opened_at"]
        was = before["reopened"] if before is not None else 0
        assert case["reopened"] - was in (0, 1), "a case is opened again one time after the other"


@settings(deadline=None)
@given(st.lists(ROWS, max_size=6), ROWS)
def test_saying_the_same_again_changes_nothing(rows: list[CaseRow], last: CaseRow) -> None:
    case: dict[str, Any] | None = None
    for number, row in enumerate([*rows, last]):
        case = step(case, row, NOW + timedelta(seconds=number))
    assert step(case, last, NOW + timedelta(hours=1)) == case


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_an_answer_of_the_ticket_system_makes_a_closed_case_open_and_counts_it_once(rows: list[CaseRow]) -> None:
    case: dict[str, Any] | None = None
    for row in rows:
        after = step(case, row)
        if case is not None and after is not None and case["state"] == CLOSED != after["state"]:
            assert (after["reopened"], after["closed_at"]) == (case["reopened"] + 1, None)
        case = after


@pytest.mark.parametrize(
    ("priority", "response", "resolution"),
    [
        ("P1", "2026-06-19T21:30", "2026-06-20T01:00"),
        ("P2", "2026-06-19T22:00", "2026-06-20T05:00"),
        ("P3", "2026-06-22T13:00", "2026-06-24T09:00"),
        ("P4", "2026-06-23T09:00", "2026-06-29T09:00"),
    ],
)
def test_targets_run_on_the_clock_or_on_business_time(priority: str, response: str, resolution: str) -> None:
    """Opened on the evening of Juneteenth, a Friday."""
    opened = datetime.fromisoformat("2026-06-19T21:00:00-04:00")
    answered, solved = targets(AGREED, priority, opened, CALENDAR)
    walls = [f"{moment.astimezone(CALENDAR.zone):%Y-%m-%dT%H:%M}" for moment in (answered, solved)]
    assert walls == [response, resolution]


def test_the_targets_of_an_agreement_win(office: Office) -> None:
    own = policy_of({"sla": {"targets": {"P1": {"response": "15 minutes"}}}}).sla
    opened = datetime(2026, 6, 9, 14, tzinfo=UTC)
    answered, solved = targets(own, "P1", opened, CALENDAR)
    assert (answered - opened, solved - opened) == (timedelta(minutes=15), timedelta(hours=4))


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"targets": {"P5": {}}}, "sla: P5 is no priority; there are P1, P2, P3, P4"),
        ({"targets": {"P1": "soon"}}, "sla: P1 has a response and a resolution"),
        ({"targets": {"P1": {"response": "soon"}}}, "sla.targets.P1.response: how long is written like 30 minutes"),
        ({"targets": {"P1": {"resolution": "300 business days"}}}, "how long is written like 30 minutes"),
        ({"targets": []}, ""),
        ({"goals": {}}, "Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_the_targets_is_a_sentence(own: dict[str, Any], sentence: str) -> None:
    if not sentence:
        assert policy_of({"sla": own}).sla == AGREED
        return
    with pytest.raises(ValueError) as wrong:
        policy_of({"sla": own})
    assert sentence in str(wrong.value)


def test_a_batch_comes_to_the_same_however_it_is_cut(office: Office) -> None:
    """Three rows of one case at once, or one after the other."""
    row = said(office, "CASE-1", requester="Dana Whitlock")
    rows = [
        row,
        replace(row, state="closed", closed_at=office.now),
        replace(row, state="waiting_on_client", reopened_at=office.now),
    ]
    put(office, *rows)
    for one in rows:
        put(office, replace(one, external_id="CASE-2"))
    same = [name for name in COLUMNS if name not in ("id", "external_id", "updated_at")]
    whole, cut = ([getattr(stored(office, name), one) for one in same] for name in ("CASE-1", "CASE-2"))
    assert whole == cut
