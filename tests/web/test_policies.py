"""A client's policy over REST: read whole, put with a version, checked to the last key, journalled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.house import House, order

PATH = "/api/v1/clients/marlow-finch/policy"
TWO_VOICES: dict[str, Any] = {
    "tiers": [
        {"name": "Small", "up_to_minor": 50_000, "steps": [{"roles": ["purchasing"]}], "requester_counts": True},
        {"name": "Large", "steps": [{"roles": ["purchasing"]}, {"roles": ["strategy"], "stage": 2}]},
    ],
    "ladders": {"normal": {"unit": "business_hours", "rungs": [{"after": 2, "deed": "expire"}]}},
}


async def test_a_client_without_a_policy_of_its_own_goes_by_the_defaults(both_house: House) -> None:
    async with both_house.caller() as caller:
        body = (await caller.get(PATH)).json()
    assert (body["version"], body["own"]) == (1, {})
    assert [tier["name"] for tier in body["in_force"]["tiers"]] == ["T1", "T2", "T3", "T4"]
    assert body["in_force"]["ladders"]["normal"]["rungs"][-1] == {"after": 40, "deed": "expire"}


async def test_a_policy_put_is_in_force_for_the_next_request_and_in_the_journal(both_house: House) -> None:
    async with both_house.caller() as caller:
        before = (await caller.post("/api/v1/approvals", json=order(1))).json()
        put = await caller.put(PATH, json={"policy": TWO_VOICES, "based_on": 1})
        assert (put.status_code, put.json()) == (200, {"version": 2})
        body = (await caller.get(PATH)).json()
        assert (body["version"], body["own"]) == (2, TWO_VOICES)
        assert body["in_force"]["ladders"]["urgent"]["rungs"], "a ladder that is not given keeps its default"
        after = (await caller.post("/api/v1/approvals", json=order(2))).json()
        assert (before["tier"], after["tier"]) == ("T2", "Large")
        kept = (await caller.get(f"/api/v1/approvals/{before['id']}")).json()
        assert kept["tier"] == "T2", "an open request keeps the voices it was asked with"
        entries = (await caller.get("/api/v1/journal?client=marlow-finch&limit=200")).json()["items"]
    entry = next(one for one in entries if one["what"] == "policy.put")
    assert (entry["actor"], entry["before"]["version"], entry["after"]["version"]) == ("API: all", 1, 2)
    assert entry["after"]["policy"] == TWO_VOICES


async def test_the_same_policy_again_is_no_new_version(house: House) -> None:
    async with house.caller() as caller:
        for _ in range(2):
            assert (await caller.put(PATH, json={"policy": TWO_VOICES})).json() == {"version": 2}


async def test_a_policy_edited_from_an_old_version_is_a_conflict_and_changes_nothing(house: House) -> None:
    async with house.caller() as caller:
        await caller.put(PATH, json={"policy": TWO_VOICES, "based_on": 1})
        late = await caller.put(PATH, json={"policy": {}, "based_on": 1})
        assert (late.status_code, late.json()["field"], late.json()["code"]) == (409, "based_on", "conflict")
        assert "version 2 now, not 1" in late.json()["detail"]
        assert (await caller.get(PATH)).json()["own"] == TWO_VOICES


async def test_a_put_with_a_key_is_done_once(house: House) -> None:
    async with house.caller() as caller:
        sent = [
            await caller.put(PATH, json={"policy": {"split_guard_days": 3}}, headers={"Idempotency-Key": "k"})
            for _ in range(2)
        ]
        other = await caller.put(PATH, json={"policy": {}}, headers={"Idempotency-Key": "k"})
    assert [one.json() for one in sent] == [{"version": 2}] * 2
    assert sent[1].headers["idempotency-replayed"] == "true" and other.status_code == 422


@pytest.mark.parametrize(
    ("policy", "field", "words"),
    [
        ({"tiers": []}, "policy.tiers", "at least 1"),
        ({"tires": []}, "policy.tires", "no part of a policy"),
        ({"tiers": [{"name": "T"}]}, "policy.tiers[0].steps", "is missing"),
        ({"tiers": [{"name": "T", "steps": [{"roles": ["boss"]}]}]}, "policy.tiers[0].steps[0].roles", "boss is not a"),
        ({"tiers": [{"name": "T", "steps": [{"roles": []}]}]}, "policy.tiers[0].steps[0].roles", "at least 1"),
        ({"tiers": [{"name": "a\x00", "steps": []}]}, "policy.tiers[0].name", "cannot be shown"),
        ({"tiers": [{"name": "\ud800", "steps": []}]}, "policy.tiers[0].name", "cannot be shown"),
        ({"access": {"privileged": {"steps": [{"roles": ["security"]}]}}}, "policy.access", "two different people"),
        ({"access": []}, "policy.access", "standard and privileged"),
        ({"ladders": {"normal": {"unit": "business_hours", "rungs": []}}}, "policy.ladders.normal", "has to be expire"),
        ({"ladders": {"slow": {}}}, "policy.ladders.slow", "no ladder called"),
        ({"opening": "17:00", "closing": "09:00"}, "policy.opening", "open before they close"),
        ({"closing": "17:00Z"}, "policy.closing", "without a zone"),
        ({"opening": "nine"}, "policy.opening", "not right"),
        ({"holidays": ["2026-02-30"]}, "policy.holidays", "not right"),
        ({"holidays": ["2026-06-13"], "working_days": ["2026-06-13"]}, "policy.holidays", "as a working day"),
        ({"working_days": ["tomorrow"]}, "policy.working_days", "not right"),
        ({"quiet_from": "18:00Z"}, "policy.quiet_from", "without a zone"),
        ({"split_guard_days": "7"}, "policy.split_guard_days", "whole number"),
        ({"split_guard_days": True}, "policy.split_guard_days", "whole number"),
        ({"notice_days": {"minor": 6}}, "policy.notice_days", "no less notice"),
        ({"notice_days": {"major": 61}}, "policy.notice_days.major", "60 or less"),
        ({"notice_days": {"huge": 1}}, "policy.notice_days.huge", "no part of a policy"),
        ({"split_guard_days": 91}, "policy.split_guard_days", "90 or less"),
        ({"catalogue": {"on": True, "month_cap_minor": 10**9}}, "policy.catalogue.month_cap_minor", "50000 or less"),
        ("tiers", "policy", "JSON object"),
        (None, "policy", "JSON object"),
    ],
)
async def test_each_mistake_is_a_sentence_at_its_field(house: House, policy: Any, field: str, words: str) -> None:
    async with house.caller() as caller:
        written = json.dumps({"policy": policy})  # httpx refuses to send half a surrogate pair
        answer = await caller.put(PATH, content=written, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.json()
        assert words in answer.json()["detail"]
        assert (await caller.get(PATH)).json()["version"] == 1


async def test_a_deep_or_long_policy_is_refused_in_time(house: House) -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    async with house.caller() as caller:
        for policy in ({"ladders": {"normal": deep}}, {"holidays": ["2026-01-01"] * 5_000}, {"tiers": [0] * 50_000}):
            assert (await caller.put(PATH, json={"policy": policy})).status_code == 422


async def test_another_clients_policy_is_as_unknown_as_one_that_never_was(house: House) -> None:
    async with house.caller("cedar") as caller:
        for path in (PATH, "/api/v1/clients/nobody/policy", "/api/v1/clients/%00/policy", "/api/v1/clients/%ff/policy"):
            assert (await caller.get(path)).status_code == 404
            assert (await caller.put(path, json={"policy": {}})).status_code == 404
        assert (await caller.get("/api/v1/clients/cedar-ridge/policy")).status_code == 200


async def test_reading_and_putting_take_their_scopes(house: House) -> None:
    async with house.caller("reader") as reader, house.caller("writer") as writer, house.caller(None) as stranger:
        assert (await reader.put(PATH, json={"policy": {}})).status_code == 403
        assert (await writer.get(PATH)).status_code == 403
        assert (await stranger.get(PATH)).status_code == 401
