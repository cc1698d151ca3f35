"""The figures of a report against the same counted one case at a time, for any cases, in any zone, at any moment."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from handlers.mechanisms.reports.counting import figures_of
from handlers.mechanisms.reports.figures import AGES, LISTED, Figures, Unsound, verify
from handlers.mechanisms.reports.periods import Period, period_of
from storage.queries.report_figures import cases, clients, facts, feedback
from storage.store import Store, Tx
from storage.tables import Person
from storage.tables.types import core

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Auckland")
LABELS = ("2026-W13", "2026-W24", "2026-W44", "2026-W53", "2026-05", "2026-02")
"""With clock changes in both directions, a year's end and a short month."""
DAY = timedelta(days=1)
STATES = ("open", "waiting_on_client", "waiting_on_vendor")
Case = dict[str, Any]


def case_rows() -> st.SearchStrategy[list[Case]]:
    """Cases around a period: moments are minutes before (negative: after) its end."""
    minutes = st.integers(-3 * 1440, 100 * 1440)
    some = st.none() | st.integers(0, 20 * 1440)
    return st.lists(
        st.fixed_dictionaries(
            {
                "client": st.integers(0, 2),
                "opened": minutes,
                "lasted": some,
                "answered": some,
                "response_in": some,
                "resolution_in": some,
                "reopened": st.none() | minutes,
                "waits": st.none() | st.integers(0, 20 * 1440),
                "priority": st.sampled_from(("P1", "P2", "P3")),
                "category": st.sampled_from(("", "Wi-Fi", "E-mail", "Printing", "VPN", "Files", "Phones")),
                "requester": st.sampled_from(("", "Ada", "Bo", "Cy")),
                "state": st.sampled_from(STATES),
            }
        ),
        max_size=60,
    )


def stored(number: int, one: Case, until: datetime) -> Case:
    """The row of a case."""
    opened = until - timedelta(minutes=one["opened"])

    def after(name: str) -> datetime | None:
        return None if one[name] is None else opened + timedelta(minutes=one[name])

    closed = after("lasted")
    return {
        "id": f"cas_{number:03}",
        "client_id": f"cli_{one['client']}",
        "external_id": f"CASE-{number}",
        "title": f"Case {number}",
        "category": one["category"],
        "priority": one["priority"],
        "state": "closed" if closed else one["state"],
        "location_id": None,
        "requester": one["requester"],
        "requester_id": None,
        "device": "",
        "assignee": "",
        "url": "",
        "opened_at": opened,
        "responded_at": after("answered"),
        "waiting_since": after("waits"),
        "closed_at": closed,
        "reopened_at": None if one["reopened"] is None else until - timedelta(minutes=one["reopened"]),
        "reopened": 0,
        "response_due_at": after("response_in"),
        "resolution_due_at": after("resolution_in"),
        "updated_at": until,
    }


def naive(rows: list[Case], period: Period, now: datetime) -> dict[str, Any]:
    """The figures as somebody would count them on a list."""
    since, until = period.since, period.until

    def open_at(row: Case, moment: datetime) -> bool:
        return bool(row["opened_at"] < moment and (row["closed_at"] is None or row["closed_at"] >= moment))

    new = [row for row in rows if since <= row["opened_at"] < until]
    gone = [row for row in rows if row["closed_at"] and since <= row["closed_at"] < until]
    left = [row for row in rows if open_at(row, until)]
    ages = [(until - row["opened_at"]) // DAY for row in left]
    bands = [(0, 3), (4, 7), (8, 14), (15, 30), (31, 10**6)]
    waiting = [row for row in left if row["state"] == "waiting_on_client"]
    answered = []
    for row in new:
        at = row["responded_at"] or row["closed_at"]
        if row["response_due_at"] and (at or row["response_due_at"] <= now):
            answered.append(bool(at and at <= row["response_due_at"]))
    solved = [row["closed_at"] <= row["resolution_due_at"] for row in gone if row["resolution_due_at"]]
    categories = Counter(row["category"] for row in new)
    requesters = Counter(row["requester"] for row in new if row["requester"])
    weeks = []
    for label, start, end in zip(period.labels, period.cuts, period.cuts[1:], strict=False):
        opened = sum(start <= row["opened_at"] < end for row in rows)
        closed = sum(bool(row["closed_at"]) and start <= row["closed_at"] < end for row in rows)
        backlog = sum(open_at(row, end) for row in rows)
        weeks.append({"week": label, "opened": opened, "closed": closed, "backlog": backlog})
    return {
        "opened": len(new),
        "closed": len(gone),
        "backlog_start": sum(open_at(row, since) for row in rows),
        "backlog_end": len(left),
        "aging": [sum(low <= age <= high for age in ages) for low, high in bands],
        "waiting_count": len(waiting),
        "waiting": [
            row["id"] for row in sorted(waiting, key=lambda row: (row["waiting_since"] or row["opened_at"], row["id"]))
        ][:LISTED],
        "oldest": [row["id"] for row in sorted(left, key=lambda row: (row["opened_at"], row["id"]))][:LISTED],
        "response": (sum(answered), len(answered)),
        "resolution": (sum(solved), len(solved)),
        "reopened": sum(bool(row["reopened_at"]) and since <= row["reopened_at"] < until for row in rows),
        "categories": sorted(categories.items(), key=lambda pair: (-pair[1], pair[0]))[:5],
        "requesters": sorted(requesters.items(), key=lambda pair: (-pair[1], pair[0]))[:5],
        "weeks": weeks,
    }


def plain(figures: Any) -> dict[str, Any]:
    """The figures in the shape of the naive ones."""
    kept = ("opened", "closed", "backlog_start", "backlog_end", "waiting_count", "reopened", "weeks")
    return {
        **{name: figures[name] for name in kept},
        "aging": list(figures["aging"]),
        "waiting": [one["id"] for one in figures["waiting"]],
        "oldest": [one["id"] for one in figures["oldest"]],
        "response": (figures["response"]["met"], figures["response"]["of"]),
        "resolution": (figures["resolution"]["met"], figures["resolution"]["of"]),
        "categories": [tuple(pair) for pair in figures["categories"]],
        "requesters": [tuple(pair) for pair in figures["requesters"]],
    }


class _Undone(Exception):
    pass


def add_clients(tx: Tx, zone: str) -> list[str]:
    """Three clients in one zone; -> their ids."""
    ids = [f"cli_{number}" for number in range(3)]
    for id_ in ids:
        row = {"id": id_, "slug": id_, "code": id_.upper(), "name": id_, "stage": "active", "timezone": zone}
        rest = {"country": "", "subdivision": "", "locale": "en", "currency": "USD", "csm_title": "", "policy": {}}
        known = {name: value for name, value in rest.items() if name in clients.c}
        tx.execute(insert(clients).values(**row, **known, policy_version=1))
    return ids


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=tuple(Phase)[:4])
@given(rows=case_rows(), zone=st.sampled_from(ZONES), label=st.sampled_from(LABELS), late=st.integers(0, 9 * 1440))
@example(rows=[], zone=ZONES[0], label=LABELS[0], late=0)
def test_what_the_store_counts_is_what_anybody_would_count(
    store: Store, rows: list[Case], zone: str, label: str, late: int
) -> None:
    period = period_of(label, zone)
    now = period.until + timedelta(minutes=late)
    known = [stored(number, one, period.until) for number, one in enumerate(rows)]
    with pytest.raises(_Undone), store.write() as tx:
        ids = add_clients(tx, zone)
        if known:
            tx.execute(insert(cases), known)
        found = figures_of(tx, ids, period, now)
        for id_ in ids:
            verify(found[id_])
            assert plain(found[id_]) == naive([row for row in known if row["client_id"] == id_], period, now)
        raise _Undone


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=tuple(Phase)[:4])
@given(rows=case_rows(), most=st.integers(1, 5))
def test_the_same_cases_are_named_whether_the_database_cuts_the_list_or_we_do(
    store: Store, rows: list[Case], most: int
) -> None:
    period = period_of(LABELS[1], ZONES[0])
    known = [stored(number, one, period.until) for number, one in enumerate(rows)]
    with pytest.raises(_Undone), store.write() as tx:
        ids = add_clients(tx, ZONES[0])
        if known:
            tx.execute(insert(cases), known)
        cut, whole = (
            facts(tx, ids, period.cuts, checked=period.checked, now=period.until, most=number).named
            for number in (most, 1000)
        )
        assert cut == {id_: (own.oldest[:most], own.longest[:most]) for id_, own in whole.items()}
        raise _Undone


def test_opinions_count_when_they_come_in_and_when_they_are_asked(store: Store) -> None:
    period = period_of("2026-W24", ZONES[0])
    inside, before = period.since + DAY, period.since - DAY
    scores = [(5, inside, inside), (4, before, inside), (2, inside, inside), (5, before, before), (None, inside, None)]
    with store.write() as tx:
        (id_, *_) = add_clients(tx, ZONES[0])
        for number, (score, asked, answered) in enumerate(scores):
            person = {"id": f"per_{number}", "client_id": id_, "name": f"P{number}", "email": f"p{number}@x.example"}
            tx.execute(insert(core(Person)).values(**person, **_unsaid(core(Person), person)))
            row = {"id": f"fbk_{number}", "client_id": id_, "person_id": f"per_{number}", "subject": f"case:{number}"}
            moments = {"asked_at": asked, "answered_at": answered, "score": score, "kind": "csat"}
            rest = _unsaid(feedback, {**row, **moments})
            tx.execute(insert(feedback).values(**row, **moments, **rest))
        csat = figures_of(tx, [id_], period, period.until)[id_]["csat"]
    assert csat == {"good": 2, "answers": 3, "asked": 3}


def _unsaid(table: Any, said: dict[str, Any]) -> dict[str, Any]:
    """What a column that was not named holds in an empty row."""
    kinds: dict[type, Any] = {str: "", int: 0, bool: False, dict: {}, list: []}
    found = {}
    for column in table.c:
        if column.name not in said and not column.nullable:
            python = getattr(column.type, "python_type", str)
            found[column.name] = datetime(2026, 1, 1, tzinfo=UTC) if python is datetime else kinds.get(python, "")
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("backlog_end", 21),
        ("closed", 16),
        ("aging", [8, 5, 4, 2, 2]),
        ("aging", [20]),
        ("response", {"met": 13, "of": 14, "by_priority": {"P1": [12, 14]}}),
        ("resolution", {"met": 16, "of": 17, "by_priority": {"P1": [16, 16]}}),
        ("csat", {"good": 9, "answers": 8, "asked": 9}),
    ],
)
def test_figures_that_contradict_each_other_are_never_a_report(name: str, value: Any) -> None:
    sound: dict[str, Any] = {
        "opened": 14,
        "closed": 17,
        "backlog_start": 23,
        "backlog_end": 20,
        "aging": [8, 5, 4, 2, 1],
        "response": {"met": 13, "of": 14, "by_priority": {"P1": [13, 14]}},
        "resolution": {"met": 16, "of": 17, "by_priority": {"P1": [16, 17]}},
        "csat": {"good": 8, "answers": 9, "asked": 9},
    }
    verify(cast(Figures, sound))
    assert len(sound["aging"]) == len(AGES)
    with pytest.raises(Unsound):
        verify(cast(Figures, {**sound, name: value}))
