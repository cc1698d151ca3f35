"""Downtimes over REST: rehearsed, offered, agreed in chat, carried through, postponed; nothing happens twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.web.downtimeshapes import DowntimeDetailOut, DowntimesOut, RehearsedOut
from handlers.commands import RaiseDowntime, Ref, SuggestWindow, Window
from tests.web.house import NOW, House
from tests.web.planned import DANA, MONDAY, SATURDAY, SUNDAY, SWITCHES, TOM, answer, choose, do, two_offices

KEY = {"Idempotency-Key": "change-118"}
SOON = {"start": "2026-06-08T09:15:00-04:00", "end": "2026-06-08T10:15:00-04:00"}


@pytest.fixture
def both(both_house: House) -> House:
    """On SQLite and on PostgreSQL in turn."""
    return two_offices(both_house)


@pytest.fixture
def ready(house: House) -> House:
    """On SQLite."""
    return two_offices(house)


async def test_a_rehearsal_says_what_it_would_come_to_and_writes_nothing(both: House) -> None:
    body = SWITCHES | {"windows": [SATURDAY, MONDAY]}
    async with both.caller() as caller:
        answer_ = await caller.post("/api/v1/downtimes?dry_run=true", json=body, headers=KEY)
        seen = answer_.json()
        assert answer_.status_code == 200, seen
        assert (await caller.get("/api/v1/downtimes")).json()["items"] == []
        blocked = await caller.post("/api/v1/downtimes", json=body, headers=KEY)
    RehearsedOut.model_validate(seen)
    first, second = seen["windows"]
    assert (first["size"], first["needed_days"], first["given_days"], first["short_notice"]) == ("major", 10, 14, False)
    assert first["conflicts"] == [] and "business hours of Boston" in second["conflicts"][0]
    assert seen["needs_override"] is True and seen["problems"] == []
    assert [(one["kind"], one["name"], [who["name"] for who in one["asked"]]) for one in seen["voices"]] == [
        ("decider", "Marlow & Finch LLP", ["Dana Whitlock"]),
        ("place", "Providence", ["Luis Ortega"]),
    ]
    assert seen["expires_at"] == "2026-06-25T21:00:00Z", "two business days before that Saturday"
    assert (blocked.status_code, blocked.json()["field"]) == (409, "override")
    assert "business hours of Boston" in blocked.json()["detail"]


async def test_an_offered_downtime_is_read_back_and_listed(both: House) -> None:
    async with both.caller() as caller:
        made = await caller.post("/api/v1/downtimes", json=SWITCHES, headers=KEY)
        body = made.json()
        assert made.status_code == 201, body
        assert made.headers["location"] == f"/api/v1/downtimes/{body['id']}"
        again = await caller.post("/api/v1/downtimes", json=SWITCHES, headers=KEY)
        assert (again.json(), again.headers["idempotency-replayed"]) == (body, "true")
        assert again.headers["location"] == made.headers["location"]
        assert (await caller.get(made.headers["location"])).json() == body
        listed = (await caller.get("/api/v1/downtimes?client=marlow-finch&state=proposed")).json()
        for none in ("state=draft", "life=scheduled", "client=cedar-ridge"):
            assert (await caller.get(f"/api/v1/downtimes?{none}")).json() == {"items": [], "next": None}
    DowntimeDetailOut.model_validate(body)
    DowntimesOut.model_validate(listed)
    assert (body["ref"], body["state"], body["life"], body["side"]) == ("D-1", "proposed", "", "provider")
    assert [one["location"] for one in body["locations"]] == ["boston", "providence"]
    assert body["engineer"]["name"] == "Kai Turner" and body["owner"]["name"] == "Sofia Marchetti"
    assert (body["raised_by"], body["external_ref"]) == ("API: all", "CHANGE-118")
    assert [(one["start"], one["state"]) for one in body["windows"]] == [
        ("2026-06-27T22:00:00Z", "open"),
        ("2026-06-28T10:00:00Z", "open"),
    ]
    assert listed["items"] == [{name: body[name] for name in listed["items"][0]}]


async def test_pages_follow_each_other(ready: House) -> None:
    async with ready.caller() as caller:
        for number in range(5):
            times = [{side: at.replace("06-27", f"07-{11 + 7 * number % 20:02d}") for side, at in SATURDAY.items()}]
            made = await caller.post("/api/v1/downtimes", json=SWITCHES | {"windows": times, "send": False})
            assert made.status_code == 201, made.json()
        seen, cursor = [], ""
        while True:
            page = (await caller.get(f"/api/v1/downtimes?limit=2{cursor}")).json()
            seen += [one["ref"] for one in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
    assert sorted(seen) == ["D-1", "D-2", "D-3", "D-4", "D-5"], "each once"


async def test_a_draft_is_changed_looked_at_and_sent(both: House) -> None:
    async with both.caller() as caller:
        draft = (await caller.post("/api/v1/downtimes", json=SWITCHES | {"send": False})).json()
        path = f"/api/v1/downtimes/{draft['id']}"
        assert (draft["state"], draft["voices"]) == ("draft", []) and len(draft["windows"]) == 2
        changed = (await caller.patch(path, json={"windows": [SUNDAY], "prep_steps": ""})).json()
        assert (changed["version"], len(changed["windows"]), changed["prep_steps"]) == (2, 1, "")
        old = await caller.post(f"{path}/send", json={"version": 1})
        assert old.status_code == 409 and "changed" in old.json()["detail"]
        sent = (await caller.post(f"{path}/send")).json()
        assert sent["state"] == "proposed" and [one["state"] for one in sent["voices"]] == ["waiting", "open"]
        late = await caller.patch(path, json={"windows": [SATURDAY]})
        assert (late.status_code, late.json()["field"]) == (409, "windows")
        gone = (await caller.post(f"{path}/withdraw", json={"reason": "Not needed."})).json()
        assert (gone["state"], gone["closed_why"]) == ("withdrawn", "Not needed.")


async def test_what_is_agreed_in_chat_is_seen_and_given_up_over_rest(both: House) -> None:
    async with both.caller() as caller:
        id_ = (await caller.post("/api/v1/downtimes", json=SWITCHES)).json()["id"]
        path = f"/api/v1/downtimes/{id_}"
        early = await caller.post(f"{path}/start")
        assert early.status_code == 409
        answer(both, id_, ok=False, reason="The night shift works.", numbers=(1,))
        answer(both, id_, numbers=(2,))
        asked = (await caller.get(path)).json()
        assert asked["ready"] is True
        place = next(one for one in asked["voices"] if one["kind"] == "place")
        assert [(one["number"], one["verdict"], one["reason"], one["by"]) for one in place["answers"]] == [
            (1, "object", "The night shift works.", "Luis Ortega"),
            (2, "ok", "", "Luis Ortega"),
        ]
        choose(both, id_, 2)
        agreed = (await caller.get(path)).json()
        assert (agreed["state"], agreed["life"], agreed["starts_at"]) == (
            "accepted",
            "scheduled",
            "2026-06-28T10:00:00Z",
        )
        assert agreed["decided_by"]["name"] == "Dana Whitlock"
        assert {one["person"]["name"] for one in agreed["staff_told"]} == {"Dana Whitlock", "Luis Ortega"}
        early = await caller.post(f"{path}/start", headers=KEY)
        assert early.status_code == 409 and "15 minutes before" in early.json()["detail"]
        later = {"start": "2026-07-05T06:00:00-04:00", "end": "2026-07-05T10:00:00-04:00"}
        moved = await caller.post(f"{path}/postpone", json={"reason": "A part is missing.", "windows": [later]})
        assert moved.status_code == 200, moved.json()
        old = moved.json()
        new = (await caller.get(f"/api/v1/downtimes/{old['replaced_by']['id']}")).json()
        assert (old["life"], new["state"], new["instead_of"]["ref"]) == ("postponed", "proposed", "D-1")
        assert [one["what"] for one in old["steps"]] == ["postponed"]


async def test_from_the_start_through_an_extension_to_the_end(both: House) -> None:
    body = SWITCHES | {"locations": ["boston"], "windows": [SOON], "override": "Agreed by phone."}
    async with both.caller() as caller:
        id_ = (await caller.post("/api/v1/downtimes", json=body)).json()["id"]
        choose(both, id_, consent=True, reason="The old one is about to fail.")

        async def step(name: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
            path = f"/api/v1/downtimes/{id_}/{name}"
            answer_ = await (caller.post(path, json=given) if given else caller.post(path))
            assert answer_.status_code == 200, answer_.json()
            DowntimeDetailOut.model_validate(answer_.json())
            return dict(answer_.json())

        assert (await step("start"))["life"] == "in_progress"
        longer = await step("extend", {"until": "2026-06-08T10:35:00-04:00", "text": "One port is dead."})
        assert (longer["life"], longer["extended_to"]) == ("extended", "2026-06-08T14:35:00Z")
        assert (await step("finish", {"text": "All ports are up."}))["life"] == "verifying"
        done = await step("complete")
    assert done["life"] == "completed"
    assert [(one["what"], one["text"], one["until"]) for one in done["steps"]] == [
        ("started", "", None),
        ("extended", "One port is dead.", "2026-06-08T14:35:00Z"),
        ("finished", "All ports are up.", None),
        ("completed", "", None),
    ]
    assert {one["at"] for one in done["steps"]} == {"2026-06-08T13:05:00Z"}


async def test_what_a_client_asks_for_is_taken_declined_or_answered_with_other_times(both: House) -> None:
    window = Window(NOW + timedelta(days=20, hours=9), NOW + timedelta(days=20, hours=10))
    for number in (1, 2, 3):
        wish = RaiseDowntime(f"Move the printers {number}", "No printing.", (window,))
        do(both, wish, TOM, channel="teams")
    async with both.caller() as caller:
        first, second, third = [
            one["id"] for one in reversed((await caller.get("/api/v1/downtimes?client=cedar-ridge")).json()["items"])
        ]
        asked = (await caller.get(f"/api/v1/downtimes/{first}")).json()
        assert (asked["side"], asked["asked_by"]["name"], asked["windows"][0]["side"]) == (
            "client",
            "Tom Beckett",
            "client",
        )
        stale = await caller.post(f"/api/v1/downtimes/{first}/take", json={"number": 1, "revision": 7})
        assert stale.status_code == 409
        taken = await caller.post(f"/api/v1/downtimes/{first}/take", json={"number": 1, "override": "They asked."})
        assert (taken.status_code, taken.json()["state"]) == (200, "accepted"), "to name the time was the yes"
        no = (await caller.post(f"/api/v1/downtimes/{second}/decline", json={"reason": "We move house."})).json()
        assert (no["state"], no["closed_why"]) == ("declined", "We move house.")
        other = (
            await caller.post(f"/api/v1/downtimes/{third}/offer", json={"windows": [SUNDAY], "text": "Quieter."})
        ).json()
        assert (other["state"], other["revision"], other["windows"][0]["text"]) == ("proposed", 2, "Quieter.")
        assert [one["revision"] for one in other["earlier"]] == [1]


async def test_a_suggestion_is_seen_and_the_silent_are_reminded(both: House) -> None:
    async with both.caller() as caller:
        id_ = (await caller.post("/api/v1/downtimes", json=SWITCHES)).json()["id"]
        path = f"/api/v1/downtimes/{id_}"
        assert (await caller.post(f"{path}/remind")).status_code == 200
        window = Window(NOW + timedelta(days=27, hours=9), NOW + timedelta(days=27, hours=12))
        do(both, SuggestWindow(Ref("downtime", id_), 1, window, "After the move."), DANA, channel="slack")
        body = (await caller.get(path)).json()
        assert (body["state"], body["revision"], body["windows"][0]["offered_by"]) == ("countered", 2, "Dana Whitlock")
        assert [one["kind"] for one in body["voices"]] == ["provider"]
        none = await caller.post(f"{path}/remind")
        assert none.status_code == 409 and "Nobody of the client" in none.json()["detail"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reason": "The vendor withdrew it."}, "The vendor withdrew it."),
        ({"reason": " "}, "Cancelled through all."),
        (None, "Cancelled through all."),
    ],
)
async def test_an_agreed_time_is_cancelled_for_good(ready: House, given: dict[str, str] | None, why: str) -> None:
    async with ready.caller() as caller:
        id_ = (await caller.post("/api/v1/downtimes", json=SWITCHES)).json()["id"]
        answer(ready, id_)
        choose(ready, id_)
        path = f"/api/v1/downtimes/{id_}"
        body = (await (caller.post(f"{path}/cancel", json=given) if given else caller.post(f"{path}/cancel"))).json()
        assert (body["life"], body["closed_why"], body["sequence"]) == ("cancelled", why, 1)
        assert (await caller.post(f"{path}/start")).status_code == 409
