"""Meetings over REST: planned, agreed on the phone, held, put on file and closed, each caller within its client."""

from __future__ import annotations

from typing import Any

from tests.web.house import NOW, House
from tests.web.planned import two_offices

PATH = "/api/v1/touchpoints"


def times(*hours: int, day: int = 18) -> list[dict[str, str]]:
    """Half hours of a day in June on the wall of New York."""
    return [
        {"start": f"2026-06-{day}T{hour:02}:00:00-04:00", "end": f"2026-06-{day}T{hour:02}:30:00-04:00"}
        for hour in hours
    ]


def meeting(**more: Any) -> dict[str, Any]:
    return {"client": "marlow-finch", "windows": times(10, 14), **more}


async def test_a_meeting_is_planned_agreed_held_and_closed(both_house: House) -> None:
    two_offices(both_house)
    async with both_house.caller() as caller:
        answer = await caller.post(PATH, json=meeting(kind="rap_session", title="Quarterly review"))
        assert answer.status_code == 201, answer.text
        body = answer.json()
        one = f"{PATH}/{body['id']}"
        assert answer.headers["location"] == one
        assert (body["state"], body["title"], body["client"]) == ("proposed", "Quarterly review", "marlow-finch")
        assert [time["start"] for time in body["times"]] == ["2026-06-18T14:00:00Z", "2026-06-18T18:00:00Z"]
        assert len(body["waiting_on"]) == 1
        body = (await caller.post(f"{one}/agenda", json={"text": "Printer lease"})).json()
        assert [line["text"] for line in body["agenda"]] == ["Printer lease"]
        body = (await caller.post(f"{one}/offer", json={"windows": times(11, day=19)})).json()
        assert (body["revision"], len(body["times"])) == (2, 1)
        agreed = {"start": "2026-06-18T10:00:00-04:00", "minutes": 60, "note": "On the phone."}
        body = (await caller.post(f"{one}/agree", json=agreed)).json()
        assert (body["state"], body["start"], body["end"]) == (
            "confirmed", "2026-06-18T14:00:00Z", "2026-06-18T15:00:00Z"
        )  # fmt: skip
        early = await caller.post(f"{one}/hold", json={"notes": "Well."})
        assert early.status_code == 409 and "agreed for Thu Jun 18" in early.json()["detail"]
        body = (await caller.post(f"{one}/skip", json={"reason": "The office is moving."})).json()
        assert (body["state"], body["ended_why"]) == ("skipped", "The office is moving.")
        assert (await caller.post(f"{one}/close", json={})).status_code == 409


async def test_one_that_took_place_on_the_phone_is_written_down_and_needs_its_records(house: House) -> None:
    two_offices(house)
    async with house.caller() as caller:
        body = (await caller.post(PATH, json=meeting(kind="vcio_meeting"))).json()
        assert body["state"] == "due", "nobody who decides about strategy can be reached in chat"
        one = f"{PATH}/{body['id']}"
        contacts = (await caller.get("/api/v1/contacts", params={"client": "marlow-finch"})).json()["items"]
        owner = next(contact["id"] for contact in contacts if contact["name"] == "Dana Whitlock")
        body = (await caller.post(f"{one}/hold", json={"notes": "We met in passing."})).json()
        assert (body["state"], len(body["missing"]), body["ended_at"]) == ("held", 4, f"{NOW:%Y-%m-%dT%H:%M:%SZ}")
        action = {"text": "Send the lease", "owner": owner, "due_on": "2026-06-30"}
        body = (await caller.post(f"{one}/actions", json=action)).json()
        assert [(item["text"], item["due_on"]) for item in body["actions"]] == [("Send the lease", "2026-06-30")]
        wrong = await caller.post(f"{one}/actions", json={"text": "x", "owner": "nobody"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "owner")
        for kind in ("slide_deck", "assessment", "service_desk_metrics"):
            assert (await caller.post(f"{one}/records", json={"kind": kind, "url": "https://x.example/f"})).is_success
        refused = await caller.post(f"{one}/close", json={})
        assert (refused.status_code, refused.json()["detail"]) == (409, "1 of 4 missing: hardware warranty report.")
        waived = {"kind": "hardware_warranty_report", "waived_why": "All new."}
        assert (await caller.post(f"{one}/records", json=waived)).json()["missing"] == []
        assert (await caller.post(f"{one}/close", json={})).json()["state"] == "closed"
        assert (await caller.post(f"{one}/miss")).status_code == 409


async def test_a_list_is_narrowed_and_paged(house: House) -> None:
    async with house.caller() as caller:
        for number, client in enumerate(("marlow-finch", "cedar-ridge", "marlow-finch")):
            answer = await caller.post(PATH, json=meeting(client=client, windows=times(10 + number)))
            assert answer.status_code == 201
        first = (await caller.get(PATH, params={"limit": "2"})).json()
        rest = (await caller.get(PATH, params={"limit": "2", "cursor": first["next"]})).json()
        ids = [item["id"] for item in (*first["items"], *rest["items"])]
        assert len(set(ids)) == 3 and rest["next"] is None
        mine = (await caller.get(PATH, params={"client": "marlow-finch", "kind": "check_in"})).json()
        assert len(mine["items"]) == 2
        assert (await caller.get(PATH, params={"state": "held"})).json() == {"items": [], "next": None}
        assert (await caller.get(PATH, params={"state": "often"})).status_code == 422


async def test_the_same_key_plans_one_meeting(house: House) -> None:
    async with house.caller() as caller:
        key = {"Idempotency-Key": "meeting-1"}
        found = [(await caller.post(PATH, json=meeting(), headers=key)).json()["id"] for _ in range(2)]
        assert found[0] == found[1]
        assert len((await caller.get(PATH)).json()["items"]) == 1


async def test_another_clients_meeting_is_as_unknown_as_none(house: House) -> None:
    async with house.caller() as caller:
        id_ = (await caller.post(PATH, json=meeting())).json()["id"]
    async with house.caller("cedar") as stranger:
        assert (await stranger.get(f"{PATH}/{id_}")).status_code == 404
        assert (await stranger.get(PATH)).json()["items"] == []
        assert (await stranger.get(PATH, params={"client": "marlow-finch"})).status_code == 404
    async with house.caller("reader") as reader:
        assert (await reader.get(f"{PATH}/{id_}")).status_code == 200
        refused = await reader.post(f"{PATH}/{id_}/skip", json={"reason": "No."})
        assert refused.status_code == 403
    async with house.caller() as caller:
        for wrong in ("nothing", "x%00y", "é" * 30):
            assert (await caller.get(f"{PATH}/{wrong}")).status_code == 404
            assert (await caller.post(f"{PATH}/{wrong}/close", json={})).status_code == 404
