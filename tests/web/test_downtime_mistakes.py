"""Mistakes in calls about downtimes: a sentence and a field each, nothing of another client's, nothing written."""

from __future__ import annotations

from typing import Any

import pytest

from bot.web.callers import digest_of
from handlers.commands import CreateToken
from tests.web.house import House
from tests.web.planned import SATURDAY, SUNDAY, SWITCHES, do, two_offices

STEPS: dict[str, dict[str, Any] | None] = {
    "send": None,
    "offer": {"windows": [SUNDAY]},
    "take": {"number": 1},
    "decline": {"reason": "No."},
    "withdraw": None,
    "remind": None,
    "start": None,
    "extend": {"until": "2026-06-28T11:00:00-04:00"},
    "finish": None,
    "complete": None,
    "postpone": {"reason": "Later."},
    "cancel": {"reason": "Never."},
}


@pytest.fixture
def ready(house: House) -> House:
    """On SQLite."""
    return two_offices(house)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"implications": ""}, "implications", "at least 1 character"),
        ({"implications": None}, "implications", "text"),
        ({"work": "x" * 151}, "work", "at most 150"),
        ({"windows": []}, "windows", "at least 1"),
        ({"windows": [SATURDAY] * 4}, "windows", "at most 3"),
        ({"windows": [SATURDAY, SATURDAY]}, "windows", "the same"),
        ({"windows": [{"start": SATURDAY["end"], "end": SATURDAY["start"]}]}, "windows", "ends before it begins"),
        ({"windows": [{"start": SATURDAY["start"]}]}, "windows[0].end", "is missing"),
        ({"windows": [SATURDAY | {"start": "2026-06-27T18:00"}]}, "windows[0].start", "instant with a zone"),
        ({"windows": [SATURDAY | {"start": "2026-06-01T18:00:00Z"}]}, "windows", "in the past"),
        ({"windows": [SATURDAY | {"end": "2026-07-27T18:00:00Z"}]}, "windows", "longer than a week"),
        ({"windows": [SATURDAY | {"zone": "EST"}]}, "windows[0].zone", "not a field here"),
        ({"engineer": "nobody@harborline.example"}, "engineer", "your own team"),
        ({"engineer": "dana@marlow.example"}, "engineer", "your own team"),
        ({"client": "all"}, "client", "one client"),
        ({"life": "scheduled"}, "life", "not a field here"),
    ],
)
async def test_a_wrong_field_is_named(ready: House, changes: dict[str, Any], field: str, sentence: str) -> None:
    async with ready.caller() as caller:
        for path in ("/api/v1/downtimes", "/api/v1/downtimes?dry_run=true"):
            answer = await caller.post(path, json=SWITCHES | changes)
            assert (answer.status_code, answer.json()["field"]) == (422, field), answer.json()
            assert sentence in answer.json()["detail"]
        assert (await caller.get("/api/v1/downtimes")).json()["items"] == []


@pytest.mark.parametrize("client", ["nobody", "cedar-ridgee", "\x00", "../x"])
async def test_an_unknown_client_is_not_found(ready: House, client: str) -> None:
    async with ready.caller() as caller:
        answer = await caller.post("/api/v1/downtimes", json=SWITCHES | {"client": client})
    assert answer.status_code in (404, 422) and answer.json()["field"] == "client"


async def test_an_unknown_office_is_not_found(ready: House) -> None:
    async with ready.caller() as caller:
        answer = await caller.post("/api/v1/downtimes", json=SWITCHES | {"locations": ["boston", "atlantis"]})
    assert (answer.status_code, answer.json()["field"]) == (404, "locations")
    assert "no office called atlantis" in answer.json()["detail"]


@pytest.mark.parametrize("step", STEPS)
async def test_there_is_nothing_to_do_with_a_downtime_that_is_not(ready: House, step: str) -> None:
    async with ready.caller() as caller:
        for id_ in ("dwn_nobody", "%00", "x" * 300):
            path = f"/api/v1/downtimes/{id_}"
            body = STEPS[step]
            answer = await (caller.post(f"{path}/{step}", json=body) if body else caller.post(f"{path}/{step}"))
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
            assert (await caller.get(path)).status_code == 404


@pytest.mark.parametrize("step", ["start", "extend", "finish", "complete", "postpone", "cancel", "take"])
async def test_what_the_present_state_does_not_allow_is_a_sentence(ready: House, step: str) -> None:
    async with ready.caller() as caller:
        path = (await caller.post("/api/v1/downtimes", json=SWITCHES)).headers["location"]
        body = STEPS[step]
        answer = await (caller.post(f"{path}/{step}", json=body) if body else caller.post(f"{path}/{step}"))
        assert answer.status_code in (409, 422) and answer.json()["detail"].endswith("."), answer.json()
        assert (await caller.get(path)).json()["state"] == "proposed"


async def test_nothing_changes_by_an_empty_or_a_foreign_change(ready: House) -> None:
    async with ready.caller() as caller:
        path = (await caller.post("/api/v1/downtimes", json=SWITCHES)).headers["location"]
        nothing: Any
        for nothing in ({}, {"work": None}, {"client": "cedar-ridge"}, []):
            assert (await caller.patch(path, json=nothing)).status_code == 422
        body = (await caller.patch(path, json={"prep_steps": "Log off at five."})).json()
    assert body["prep_steps"] == "Log off at five."


async def test_a_token_of_one_client_plans_there_only(both_house: House) -> None:
    house = two_offices(both_house)
    do(house, CreateToken("bound", digest_of("token-bound"), ("downtimes:write", "read"), "cedar-ridge"))
    do(house, CreateToken("looks", digest_of("token-looks"), ("read",), "cedar-ridge"))
    own = SWITCHES | {"client": "cedar-ridge", "locations": []}
    async with house.caller() as provider, house.caller("bound") as bound, house.caller("looks") as looks:
        foreign = (await provider.post("/api/v1/downtimes", json=SWITCHES)).json()["id"]
        for path in ("/api/v1/downtimes", "/api/v1/downtimes?dry_run=true"):
            refused = await bound.post(path, json=SWITCHES)
            unknown = await bound.post(path, json=SWITCHES | {"client": "marlow-finchh"})
            assert refused.status_code == unknown.status_code == 404
            assert refused.json()["detail"].replace("marlow-finch", "marlow-finchh") == unknown.json()["detail"]
        assert (await bound.get(f"/api/v1/downtimes/{foreign}")).status_code == 404
        for step, body in STEPS.items():
            path = f"/api/v1/downtimes/{foreign}/{step}"
            assert (await (bound.post(path, json=body) if body else bound.post(path))).status_code == 404
        assert (await bound.get("/api/v1/downtimes?client=marlow-finch")).status_code == 404
        draft = (await bound.post("/api/v1/downtimes", json=own | {"send": False})).json()
        assert draft["state"] == "draft" and draft["locations"][0]["location"] is None
        assert (await looks.get("/api/v1/downtimes")).json()["items"] == []
        assert (await looks.get(f"/api/v1/downtimes/{draft['id']}")).status_code == 404
        assert (await bound.post(f"/api/v1/downtimes/{draft['id']}/send")).json()["state"] == "proposed"
        assert [one["ref"] for one in (await looks.get("/api/v1/downtimes")).json()["items"]] == ["D-2"]
        assert (await looks.get(f"/api/v1/downtimes/{draft['id']}")).json()["ref"] == "D-2"


@pytest.mark.parametrize("token", ["reader", "writer", "cedar"])
async def test_writing_needs_its_own_scope(ready: House, token: str) -> None:
    before = list(ready.performing.keys)
    async with ready.caller(token) as caller:
        paths = ["/api/v1/downtimes", "/api/v1/downtimes?dry_run=true"]
        for path in (*paths, *(f"/api/v1/downtimes/dwn_1/{step}" for step in STEPS)):
            answer = await caller.post(path, content=b"{")
            assert answer.status_code == 403 and "downtimes:write" in answer.json()["detail"]
    assert ready.performing.keys == before
