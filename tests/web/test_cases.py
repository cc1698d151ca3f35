"""Cases over REST: a thousand at once, a result a row, once a key, each caller within its client."""

from __future__ import annotations

from typing import Any

from bot.web.callers import digest_of
from handlers.commands import CreateToken, Event, System
from tests.web.house import NOW, House

BATCH, CASES = "/api/v1/cases:batch", "/api/v1/cases"


def case(name: str = "CASE-1", **more: Any) -> dict[str, Any]:
    """A case of Marlow & Finch as a ticket system says it."""
    plain = {"external_id": name, "client": "marlow-finch", "title": "Printer is on fire"}
    return {**plain, "opened_at": "2026-06-08T08:00:00-04:00", **more}


def token(house: House, client: str, *scopes: str) -> str:
    """A token of one client, with these scopes; -> its name."""
    name = f"{client}-tickets"
    command = CreateToken(name, digest_of(f"token-{name}"), scopes, client)
    house.desk.perform(command, Event(f"token:{name}", NOW, System("test"), "cli"))
    return name


async def test_cases_are_said_read_and_listed(both_house: House) -> None:
    more = {"priority": "P1", "requester": "dana@marlow.example", "location": "Boston", "category": None}
    async with both_house.caller() as caller:
        answer = await caller.post(BATCH, json={"cases": [case(**more), case("CASE-2", title="Mouse")]})
        assert answer.status_code == 200
        body = answer.json()
        assert [one["result"] for one in body["results"]] == ["created", "created"]
        assert {name: body[name] for name in ("created", "changed", "unchanged", "refused")} == {
            "created": 2, "changed": 0, "unchanged": 0, "refused": 0
        }  # fmt: skip
        one = (await caller.get(f"{CASES}/{body['results'][0]['id']}")).json()
        assert (one["client"], one["location"], one["state"], one["opened_at"]) == (
            "marlow-finch", "boston", "open", "2026-06-08T12:00:00Z"
        )  # fmt: skip
        assert one["response_due_at"] == "2026-06-08T12:30:00Z" and one["resolution_due_at"] == "2026-06-08T16:00:00Z"
        assert one["requester"]["name"] == "Dana Whitlock" and one["requester"]["id"]
        again = (await caller.post(BATCH, json={"cases": [case(**more)]})).json()
        assert again["unchanged"] == 1
        closed = case("CASE-2", title="Mouse", state="closed", closed_at="2026-06-08T09:00:00-04:00")
        assert (await caller.post(BATCH, json={"cases": [closed]})).json()["changed"] == 1
        states = {}
        for state in ("open", "closed", "waiting_on_client", None):
            listed = (await caller.get(CASES, params={"state": state} if state else {})).json()
            states[state] = [row["external_id"] for row in listed["items"]]
        assert states == {
            "open": ["CASE-1"], "closed": ["CASE-2"], "waiting_on_client": [], None: states[None]
        }  # fmt: skip
        assert sorted(states[None]) == ["CASE-1", "CASE-2"]


async def test_a_wrong_row_is_answered_in_its_place_and_stops_no_other(house: House) -> None:
    rows = [
        case(),
        case("CASE-2", opened_at="yesterday"),
        {"external_id": "CASE-3"},
        "no case",
        case("CASE-5", colour="red"),
        case("CASE-6", state="fixed"),
        case("CASE-7", client="nobody"),
        case("CASE-8", closed_at="2026-06-08T07:00:00-04:00", state="closed"),
        case("x" * 300),
        case("CASE-10", score=6),
        case("CASE-11"),
    ]
    async with house.caller() as caller:
        answer = await caller.post(BATCH, json={"cases": rows})
    assert answer.status_code == 200
    found = answer.json()["results"]
    assert [one["result"] for one in found] == ["created", *["refused"] * 9, "created"]
    assert [one["field"] for one in found[1:-1]] == [
        "opened_at", "title", "", "colour", "state", "client", "closed_at", "external_id", "score"
    ]  # fmt: skip
    assert all(one["problem"].endswith(".") and one["id"] is None for one in found[1:-1])
    assert found[4]["problem"] == "colour is not a field here; leave it out or mend its name."
    assert [one["external_id"] for one in found[:3]] == ["CASE-1", "CASE-2", "CASE-3"]


async def test_a_batch_is_between_one_and_a_thousand_cases(house: House) -> None:
    async with house.caller() as caller:
        for body in ({"cases": []}, {"cases": [case(f"CASE-{n}") for n in range(1001)]}, {}, [], {"cases": "all"}):
            assert (await caller.post(BATCH, json=body)).status_code == 422
        longest = [case(f"CASE-{n}", title="t" * 300, comment="c" * 1000, url=f"https://t.example/{'u' * 900}")
                   for n in range(1000)]  # fmt: skip
        answer = await caller.post(BATCH, json={"cases": longest})
    assert answer.json()["created"] == 1000


async def test_the_same_key_is_carried_out_once(house: House) -> None:
    async with house.caller(**{"Idempotency-Key": "batch-1"}) as caller:
        first = await caller.post(BATCH, json={"cases": [case()]})
        again = await caller.post(BATCH, json={"cases": [case()]})
        other = await caller.post(BATCH, json={"cases": [case("CASE-2")]})
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422


async def test_a_rehearsal_keeps_nothing(house: House) -> None:
    async with house.caller() as caller:
        answer = await caller.post(BATCH, params={"dry_run": "true"}, json={"cases": [case(), case("C", state="x")]})
        assert answer.json()["created"] == 1 and answer.json()["refused"] == 1
        assert (await caller.get(CASES)).json()["items"] == []


async def test_a_token_of_one_client_knows_and_touches_that_one_only(both_house: House) -> None:
    name = token(both_house, "cedar-ridge", "cases:write", "read")
    async with both_house.caller() as everybody:
        theirs = (await everybody.post(BATCH, json={"cases": [case()]})).json()["results"][0]["id"]
    async with both_house.caller(name) as caller:
        rows = [case(title="Taken over"), case("CASE-2", client=""), case("CASE-3", client="cedar-ridge")]
        found = (await caller.post(BATCH, json={"cases": rows})).json()["results"]
        assert [one["result"] for one in found] == ["refused", "created", "created"]
        assert (await caller.get(f"{CASES}/{theirs}")).status_code == 404
        assert (await caller.get(CASES, params={"client": "marlow-finch"})).status_code == 404
        assert {row["client"] for row in (await caller.get(CASES)).json()["items"]} == {"cedar-ridge"}
    async with both_house.caller() as everybody:
        assert (await everybody.get(f"{CASES}/{theirs}")).json()["title"] == "Printer is on fire"


async def test_pages_follow_each_other_without_a_gap(both_house: House) -> None:
    names = [f"CASE-{n}" for n in range(7)]
    async with both_house.caller() as caller:
        await caller.post(BATCH, json={"cases": [case(name) for name in names]})
        seen, cursor = [], None
        while True:
            page = (await caller.get(CASES, params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
            seen += [row["external_id"] for row in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
    assert sorted(seen) == names and len(seen) == 7


async def test_a_token_without_the_scope_says_nothing(house: House) -> None:
    async with house.caller("reader") as caller:
        answer = await caller.post(BATCH, json={"cases": [case()]})
    assert answer.status_code == 403 and "cases:write" in answer.json()["detail"]
