"""Blackouts and preferred times over REST: said, listed, taken back; mistakes named; each caller within its client."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.house import House

PATH, LIKED = "/api/v1/blackouts", "/api/v1/preferred-times"
MONDAYS: dict[str, Any] = {
    "client": "cedar-ridge",
    "why": "The waiting room is full.",
    "weekly": {"weekday": "monday", "from": "07:00", "until": "12:00"},
}
AUDIT: dict[str, Any] = {
    "client": "marlow-finch",
    "location": "Boston",
    "why": "The auditors are here.",
    "once": {"start": "2026-06-20T00:00:00-04:00", "end": "2026-06-22T00:00:00-04:00"},
}
WEEKENDS: dict[str, Any] = {
    "client": "marlow-finch",
    "weekdays": ["sunday", "saturday"],
    "from": "06:00",
    "until": "18:00",
}


async def test_a_blackout_is_said_read_listed_and_taken_back(both_house: House) -> None:
    async with both_house.caller() as caller:
        made = await caller.post(PATH, json=MONDAYS)
        body = made.json()
        assert made.status_code == 201 and made.headers["location"] == f"{PATH}/{body['id']}"
        assert body == {
            "id": body["id"],
            "client": "cedar-ridge",
            "location": None,
            "timezone": "America/Denver",
            "weekly": {"weekday": "monday", "from": "07:00", "until": "12:00"},
            "once": None,
            "why": "The waiting room is full.",
            "added_by": "API: all",
            "created_at": "2026-06-08T13:05:00Z",
            "state": "active",
        }
        audit = (await caller.post(PATH, json=AUDIT)).json()
        assert (audit["location"], audit["timezone"], audit["weekly"]) == ("boston", "America/New_York", None)
        assert audit["once"] == {"start": "2026-06-20T04:00:00Z", "end": "2026-06-22T04:00:00Z"}
        listed = (await caller.get(PATH)).json()
        assert {one["id"] for one in listed["items"]} == {body["id"], audit["id"]} and listed["next"] is None
        assert (await caller.get(PATH, params={"client": "cedar-ridge"})).json()["items"] == [body]
        for _ in range(2):
            gone = await caller.delete(f"{PATH}/{body['id']}")
            assert (gone.status_code, gone.json()["state"]) == (200, "removed")
        assert (await caller.get(PATH, params={"client": "cedar-ridge"})).json()["items"] == []
        assert (await caller.get(f"{PATH}/{body['id']}")).json()["state"] == "removed"
        entries = (await caller.get("/api/v1/journal?client=cedar-ridge")).json()["items"]
    assert [one["what"] for one in entries][-2:] == ["blackout.put", "blackout.remove"]


async def test_the_same_again_is_the_same_blackout_and_a_key_carries_it_out_once(house: House) -> None:
    async with house.caller() as caller:
        first = await caller.post(PATH, json=MONDAYS, headers={"Idempotency-Key": "one"})
        again = await caller.post(PATH, json=MONDAYS, headers={"Idempotency-Key": "one"})
        without = await caller.post(PATH, json=MONDAYS)
    assert first.json()["id"] == again.json()["id"] == without.json()["id"]
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]


async def test_pages_follow_each_other_without_a_gap(house: House) -> None:
    async with house.caller() as caller:
        for hour in range(5):
            weekly = {"weekday": "friday", "from": f"{hour:02}:00", "until": "12:00"}
            await caller.post(PATH, json={**MONDAYS, "weekly": weekly})
        for location in ("", "boston"):
            await caller.post(LIKED, json={**WEEKENDS, "location": location})
        await caller.post(LIKED, json={**WEEKENDS, "client": "cedar-ridge"})
        for path, count in ((PATH, 5), (LIKED, 3)):
            found: list[str] = []
            cursor: dict[str, str] = {}
            while True:
                page = (await caller.get(path, params={"limit": 2, **cursor})).json()
                found += [one["id"] for one in page["items"]]
                if page["next"] is None:
                    break
                cursor = {"cursor": page["next"]}
            assert len(found) == len(set(found)) == count
        assert (await caller.get(PATH, params={"cursor": "bm9uc2Vuc2U"})).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"client": ...}, "client", "is missing"),
        ({"client": "nobody"}, "client", "no such client"),
        ({"location": "atlantis"}, "location", "no office called atlantis"),
        ({"why": " "}, "why", "not written"),
        ({"why": "a\nb"}, "why", "line break"),
        ({"why": "x" * 201}, "why", "at most 200"),
        ({"weekly": ...}, "", "either weekly or once"),
        ({"once": AUDIT["once"]}, "", "either weekly or once"),
        ({"weekly": None}, "weekly", "JSON object"),
        ({"weekly": {"weekday": "monday", "from": "07:00"}}, "weekly.until", "is missing"),
        ({"weekly": {"weekday": "mon", "from": "07:00", "until": "12:00"}}, "weekly.weekday", "'monday'"),
        ({"weekly": {"weekday": 0, "from": "07:00", "until": "12:00"}}, "weekly.weekday", "'monday'"),
        ({"weekly": {"weekday": "monday", "from": "7:00", "until": "12:00"}}, "weekly.from", "like 07:00"),
        ({"weekly": {"weekday": "monday", "from": "07:00", "until": "24:00"}}, "weekly.until", "not written"),
        ({"weekly": {"weekday": "monday", "from": "07:00", "until": 12}}, "weekly.until", "like 07:00"),
        ({"weekday": "monday"}, "weekday", "not a field here"),
        ({"weekly": ..., "once": {**AUDIT["once"], "end": "2026-06-19T00:00:00-04:00"}}, "once", "before it begins"),
        (
            {"weekly": ..., "once": {"start": "2026-06-01T00:00:00Z", "end": "2026-06-02T00:00:00Z"}},
            "once",
            "over already",
        ),
        ({"weekly": ..., "once": {**AUDIT["once"], "end": "2026-06-20"}}, "once.end", "with a zone"),
        ({"weekly": ..., "once": {**AUDIT["once"], "end": "2099-06-20T00:00:00Z"}}, "once", "a year at most"),
    ],
    ids=str,
)
async def test_each_mistake_names_its_field_and_nothing_is_kept(
    house: House, change: dict[str, Any], field: str, words: str
) -> None:
    body = {name: value for name, value in (MONDAYS | change).items() if value is not ...}
    async with house.caller() as caller:
        answer = await caller.post(PATH, json=body)
        assert answer.status_code in (404, 422), answer.json()
        assert (answer.json().get("field", ""), words in answer.json()["detail"]) == (field, True), answer.json()
        assert (await caller.get(PATH)).json()["items"] == []


async def test_a_preferred_time_is_one_for_each_and_goes_when_it_is_deleted(both_house: House) -> None:
    async with both_house.caller() as caller:
        made = await caller.post(LIKED, json=WEEKENDS)
        body = made.json()
        assert made.status_code == 201 and made.headers["location"] == f"{LIKED}/{body['id']}"
        assert (body["weekdays"], body["from"], body["until"]) == (["saturday", "sunday"], "06:00", "18:00")
        again = (await caller.post(LIKED, json={**WEEKENDS, "until": "20:00"})).json()
        assert (again["id"], again["until"]) == (body["id"], "20:00")
        assert (await caller.get(LIKED, params={"client": "marlow-finch"})).json()["items"] == [again]
        assert (await caller.get(f"{LIKED}/{body['id']}")).json() == again
        assert (await caller.delete(f"{LIKED}/{body['id']}")).json() == again
        assert (await caller.delete(f"{LIKED}/{body['id']}")).status_code == 404
        for change, field in (
            ({"weekdays": []}, "weekdays"),
            ({"weekdays": ["someday"]}, "weekdays[0]"),
            ({"from": "noon"}, "from"),
            ({"location": "atlantis"}, "location"),
        ):
            wrong = await caller.post(LIKED, json={**WEEKENDS, **change})
            assert (wrong.status_code in (404, 422), wrong.json()["field"]) == (True, field)
        assert (await caller.get(LIKED)).json()["items"] == []


async def test_a_bound_token_sees_and_says_nothing_of_another_client(house: House) -> None:
    async with house.caller() as caller:
        theirs = (await caller.post(PATH, json=AUDIT)).json()["id"]
        liked = (await caller.post(LIKED, json=WEEKENDS)).json()["id"]
    async with house.caller("cedar") as bound:
        assert (await bound.get(PATH)).json()["items"] == []
        assert (await bound.get(LIKED)).json()["items"] == []
        for path in (f"{PATH}/{theirs}", f"{LIKED}/{liked}", f"{PATH}?client=marlow-finch", f"{PATH}/%00", f"{PATH}/é"):
            assert (await bound.get(path)).status_code == 404
        assert (await bound.post(PATH, json=MONDAYS)).status_code == 403, "the token lacks the scope"


async def test_saying_needs_its_scope_and_reading_needs_read(house: House) -> None:
    async with house.caller("reader") as reader, house.caller("writer") as writer, house.caller(None) as nobody:
        assert (await reader.post(PATH, json=MONDAYS)).json()["code"] == "scope_missing"
        assert (await reader.delete(f"{PATH}/blk_1")).status_code == 403
        assert (await reader.get(PATH)).status_code == 200
        assert (await writer.get(LIKED)).status_code == 403
        assert (await nobody.get(PATH)).status_code == 401


async def test_a_rehearsal_says_which_times_are_outside_what_is_preferred(house: House) -> None:
    body = {
        "client": "marlow-finch",
        "work": "Switches",
        "implications": "No internet.",
        "windows": [{"start": "2026-06-27T18:00:00-04:00", "end": "2026-06-27T22:00:00-04:00"}],
    }
    async with house.caller() as caller:
        before = (await caller.post("/api/v1/downtimes?dry_run=true", json=body)).json()
        await caller.post(LIKED, json=WEEKENDS)
        after = (await caller.post("/api/v1/downtimes?dry_run=true", json=body)).json()
    assert before["remarks"] == []
    said = "It is outside the preferred times of Boston: Sat and Sun 6:00 AM to 6:00 PM."
    assert (after["remarks"], after["needs_override"]) == ([said], False)
