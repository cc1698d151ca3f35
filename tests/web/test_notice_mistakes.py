"""What is wrong with a notice that is sent over REST: a sentence, the field, and nobody was told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.house import House
from tests.web.test_notices import reachable
from tests.web.test_notices_read import OUTAGE


@pytest.fixture
def ready(house: House) -> House:
    """On SQLite, with people who can be reached."""
    return reachable(house)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": ...}, "kind", "is missing"),
        ({"kind": "lunch"}, "kind", "'outage'"),
        ({"clients": ...}, "clients", "is missing"),
        ({"clients": []}, "clients", "at least 1"),
        ({"clients": "marlow-finch"}, "clients", '"all"'),
        ({"clients": [1]}, "clients[0]", "has to be text"),
        ({"clients": {"a": 1}}, "clients", "a list"),
        ({"severity": 0}, "severity", "1 to 4"),
        ({"severity": "sev5"}, "severity", "1 to 4"),
        ({"severity": True}, "severity", "1 to 4"),
        ({"severity": 10**400}, "severity", "1 to 4"),
        ({"severity": None}, "severity", "1 to 4"),
        ({"services": []}, "services", "1 to 20"),
        ({"services": [""]}, "services", "one line each"),
        ({"services": ["a\nb"]}, "services", "one line each"),
        ({"services": ["x" * 90] * 2}, "services", "at most 150"),
        ({"services": {"a": 1}}, "services", "list of texts"),
        ({"impact": " "}, "impact", "not written"),
        ({"impact": "x" * 1001}, "impact", "at most 1000"),
        ({"impact": "a\x00b"}, "impact", "NUL"),
        ({"impacts": {"marlow-finch": 1}}, "impacts.marlow-finch", "has to be text"),
        ({"impacts": []}, "impacts", "JSON object"),
        ({"impacts": {"nobody": "x"}}, "impacts", "nobody is none of the clients"),
        ({"started_at": "2026-06-08T09:00:00"}, "started_at", "with a zone"),
        ({"started_at": 1_785_000_000}, "started_at", "with a zone"),
        ({"started_at": "2099-01-01T00:00:00Z"}, "started_at", "later than now"),
        ({"next_update_at": "2026-06-08 09:00"}, "next_update_at", "with a zone"),
        ({"next_update_at": "2026-06-08T13:00:00Z"}, "next_update_at", "lie ahead"),
        ({"send": "yes"}, "send", "true or false"),
        ({"title": "x" * 151}, "title", "at most 150"),
        ({"clinets": []}, "clinets", "not a field here"),
    ],
    ids=str,
)
async def test_each_mistake_names_its_field_in_a_sentence(
    ready: House, change: dict[str, Any], field: str, words: str
) -> None:
    body = {name: value for name, value in (OUTAGE | change).items() if value is not ...}
    async with ready.caller() as caller:
        answer = await caller.post("/api/v1/notices", json=body)
        problem = answer.json()
        assert (answer.status_code, problem["field"]) == (422, field), problem
        assert words in problem["detail"], problem
        assert (await caller.get("/api/v1/notices")).json()["items"] == []


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("updates", {}, "text"),
        ("updates", {"text": "x", "state": "resolved"}, "state"),
        ("updates", {"text": "x", "next_update_at": "2026-06-08T13:00:00"}, "next_update_at"),
        ("updates", {"no_change": 1}, "no_change"),
        ("resolve", {}, "text"),
        ("resolve", {"text": "\x00"}, "text"),
        ("reopen", {"text": ""}, "text"),
        ("cancel", {"why": "x"}, "why"),
        ("root_cause", {"summary": "x", "fix": "y"}, "prevent"),
        ("acknowledgements", {"person": "nobody@x.example"}, "person"),
        ("acknowledgements", {"person": "per_nobody"}, "person"),
        ("acknowledgements", {}, "person"),
        ("send", {"version": "1"}, "version"),
        ("remind", {"x": 1}, "x"),
    ],
)
async def test_each_step_says_what_it_lacks(ready: House, step: str, body: dict[str, Any], field: str) -> None:
    async with ready.caller() as caller:
        id_ = (await caller.post("/api/v1/notices", json=OUTAGE)).json()["id"]
        answer = await caller.post(f"/api/v1/notices/{id_}/{step}", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.json()
        assert (await caller.get(f"/api/v1/notices/{id_}")).json()["updates"] == []
