"""Notices over REST: raised, sent, updated, ended; mistakes are a sentence and a field; nothing happens twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.web.callers import digest_of
from bot.web.noticeshapes import NoticeDetailOut, RaisedOut
from handlers.commands import (
    Acknowledge,
    Actor,
    Chat,
    Command,
    CreateToken,
    Event,
    Grant,
    PutPerson,
    PutWorkspace,
    Ref,
    System,
)
from tests.web.house import NOW, House
from tests.web.test_notices_read import OUTAGE

DANA, TOM = Chat("slack", "T0MF", "U0DANA"), Chat("teams", "tenant-cr", "aad-tom")
KEY = {"Idempotency-Key": "outage-1"}


def do(house: House, command: Command, actor: Actor = System("test"), **event: Any) -> None:
    """One command beside REST."""
    key = event.pop("key", f"{type(command).__name__}:{command}")[:150]
    house.desk.perform(command, replace(Event(key, NOW, actor, "cli"), **event))


def reachable(house: House) -> House:
    """Dana on Slack and Tom on Teams, for emergencies."""
    do(house, PutWorkspace("slack", "T0MF", "Marlow & Finch", "marlow-finch"))
    do(house, PutWorkspace("teams", "tenant-cr", "Cedar Ridge", "cedar-ridge"))
    for client, name, email, account in (
        ("marlow-finch", "Dana Whitlock", "dana@marlow.example", DANA),
        ("cedar-ridge", "Tom Beckett", "tom@cedar.example", TOM),
    ):
        do(house, PutPerson(client=client, name=name, email=email, grants=(Grant("emergency"),), accounts=(account,)))
    return house


@pytest.fixture
def both(both_house: House) -> House:
    """On SQLite and on PostgreSQL in turn."""
    return reachable(both_house)


@pytest.fixture
def ready(house: House) -> House:
    """On SQLite."""
    return reachable(house)


async def test_a_raised_notice_answers_with_whom_it_goes_to(both: House) -> None:
    async with both.caller() as caller:
        answer = await caller.post("/api/v1/notices", json=OUTAGE)
        body = answer.json()
        assert answer.status_code == 201, body
        assert answer.headers["location"] == f"/api/v1/notices/{body['id']}"
        again = (await caller.get(answer.headers["location"])).json()
    RaisedOut.model_validate(body)
    assert (body["ref"], body["state"], body["severity"], body["kind"]) == ("N-1", "investigating", "sev2", "outage")
    assert (body["services"], body["clients"]) == ("E-mail, Calendar", ["cedar-ridge", "marlow-finch"])
    assert [(one["name"], one["client"], one["platforms"], one["problem"]) for one in body["recipients"]] == [
        ("Tom Beckett", "cedar-ridge", ["teams"], ""),
        ("Dana Whitlock", "marlow-finch", ["slack"], ""),
    ]
    assert body["next_update_at"] == "2026-06-08T14:05:00Z" and body["raised_by"] == "API: all"
    assert again == {name: value for name, value in body.items() if name != "recipients"}


@pytest.mark.parametrize(("severity", "shown"), [("sev1", "sev1"), ("SEV3", "sev3"), (4, "sev4"), (2.0, "sev2")])
async def test_a_severity_is_a_word_or_a_number(ready: House, severity: Any, shown: str) -> None:
    async with ready.caller() as caller:
        body = (await caller.post("/api/v1/notices", json=OUTAGE | {"severity": severity})).json()
    assert body["severity"] == shown


async def test_all_is_every_client_and_an_office_is_one_of_them(ready: House) -> None:
    async with ready.caller() as caller:
        everybody = (
            await caller.post("/api/v1/notices", json=OUTAGE | {"clients": "all", "services": "E-mail"})
        ).json()
        office = OUTAGE | {
            "clients": ["marlow-finch"],
            "locations": ["boston"],
            "impacts": {"marlow-finch": "No scans."},
        }
        boston = (await caller.post("/api/v1/notices", json=office)).json()
    assert everybody["clients"] == ["cedar-ridge", "marlow-finch"] and everybody["services"] == "E-mail"
    assert [(one["location"], one["impact"]) for one in boston["places"]] == [("boston", "No scans.")]


async def test_a_draft_is_looked_at_changed_and_sent(both: House) -> None:
    async with both.caller() as caller:
        draft = (await caller.post("/api/v1/notices", json=OUTAGE | {"send": False})).json()
        path = f"/api/v1/notices/{draft['id']}"
        assert draft["state"] == "draft" and draft["counts"]["recipients"] == 0
        assert [one["name"] for one in draft["recipients"]] == ["Tom Beckett", "Dana Whitlock"]
        changed = (await caller.patch(path, json={"impact": "Mail arrives two hours late."})).json()
        assert (changed["version"], changed["impact"]) == (2, "Mail arrives two hours late.")
        old = await caller.post(f"{path}/send", json={"version": 1})
        assert old.status_code == 409 and "changed" in old.json()["detail"]
        sent = (await caller.post(f"{path}/send")).json()
        assert sent["state"] == "investigating" and sent["counts"]["recipients"] == 2
        assert (await caller.post(f"{path}/send", json={})).status_code == 200


async def test_from_the_first_word_to_the_root_cause(both: House) -> None:
    async with both.caller() as caller:
        id_ = (await caller.post("/api/v1/notices", json=OUTAGE)).json()["id"]
        path = f"/api/v1/notices/{id_}"

        async def step(name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
            answer = await (caller.post(f"{path}/{name}", json=body) if body else caller.post(f"{path}/{name}"))
            assert answer.status_code == 200, answer.json()
            NoticeDetailOut.model_validate(answer.json())
            return dict(answer.json())

        none = await step("updates", {"no_change": True, "next_update_at": "2026-06-08T14:35:00Z"})
        assert [(row["what"], row["next_update_at"]) for row in none["updates"]] == [
            ("no_change", "2026-06-08T14:35:00Z")
        ]
        better = await step("updates", {"text": "Queues drain.", "state": "monitoring", "workaround": "Use the phone."})
        assert (better["state"], better["workaround"], len(better["updates"])) == ("monitoring", "Use the phone.", 2)
        heard = await step("acknowledgements", {"person": "TOM@cedar.example", "note": "Told him."})
        assert heard["counts"]["acknowledged"] == 1
        await step("remind")
        assert (await caller.post(f"{path}/remind")).status_code == 409
        done = await step("resolve", {"text": "All mail is delivered."})
        assert (done["state"], done["next_update_at"]) == ("resolved", None) and done["root_cause_due_at"]
        back = await step("reopen", {"text": "Mail is late again."})
        assert (back["state"], back["round"], back["counts"]["acknowledged"]) == ("investigating", 2, 0)
        await step("resolve", {"text": "Delivered, once more."})
        cause = {"summary": "A disk was full.", "fix": "Emptied.", "prevent": "It is watched."}
        answer = await caller.post(f"{path}/root_cause", json=cause, headers={"Idempotency-Key": "why"})
        body = answer.json()
        assert (answer.status_code, body["kind"], body["about"]["id"], body["findings"]) == (
            201,
            "root_cause",
            id_,
            cause,
        )
        assert answer.headers["location"] == f"/api/v1/notices/{body['id']}" != path
        assert {one["name"] for one in body["recipients"]} == {"Tom Beckett", "Dana Whitlock"}
        repeated = await caller.post(f"{path}/root_cause", json=cause, headers={"Idempotency-Key": "why"})
        assert repeated.headers["location"] == answer.headers["location"] and repeated.json() == body
        assert (await caller.get(path)).json()["state"] == "closed"
        receipts = (await caller.get(f"{path}/receipts?client=cedar-ridge")).json()["items"]
    assert [one["name"] for one in receipts] == ["Tom Beckett"]


async def test_what_a_reader_does_in_chat_is_seen_over_rest(both: House) -> None:
    async with both.caller() as caller:
        id_ = (await caller.post("/api/v1/notices", json=OUTAGE)).json()["id"]
        do(both, Acknowledge(Ref("notice", id_)), DANA, now=NOW + timedelta(minutes=3), channel="slack")
        body = (await caller.get(f"/api/v1/notices/{id_}")).json()
        receipts = (await caller.get(f"/api/v1/notices/{id_}/receipts?stage=acknowledged")).json()["items"]
    boston = next(place for place in body["places"] if place["client"] == "marlow-finch")
    assert boston["acknowledged_by"]["name"] == "Dana Whitlock"
    assert [(one["name"], one["via"], one["acknowledged_at"]) for one in receipts] == [
        ("Dana Whitlock", "slack", "2026-06-08T13:08:00Z")
    ]


async def test_a_false_alarm_is_cancelled_with_or_without_a_reason(ready: House) -> None:
    async with ready.caller() as caller:
        for body in ({"reason": "The monitoring was wrong."}, {}, None):
            id_ = (await caller.post("/api/v1/notices", json=OUTAGE)).json()["id"]
            path = f"/api/v1/notices/{id_}/cancel"
            answer = await (caller.post(path) if body is None else caller.post(path, json=body))
            assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
            late = await caller.post(f"/api/v1/notices/{id_}/updates", json={"text": "x"})
            assert late.status_code == 409 and "cancelled" in late.json()["detail"]


async def test_a_key_raises_one_notice_and_a_dry_run_does_not_use_it_up(both: House) -> None:
    async with both.caller() as caller:
        seen = await caller.post("/api/v1/notices?dry_run=true", json=OUTAGE, headers=KEY)
        assert (seen.status_code, [one["name"] for one in seen.json()["recipients"]]) == (
            200,
            ["Tom Beckett", "Dana Whitlock"],
        )
        first, again = [await caller.post("/api/v1/notices", json=OUTAGE, headers=KEY) for _ in range(2)]
        assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == first.headers["location"]
        mixed = await caller.post("/api/v1/notices?dry_run=true", json=OUTAGE, headers=KEY)
        assert (mixed.status_code, mixed.json()["code"]) == (422, "key_reused")
        other = await caller.post("/api/v1/notices", json=OUTAGE | {"severity": 1}, headers=KEY)
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")
        assert len((await caller.get("/api/v1/notices")).json()["items"]) == 1


async def test_nothing_changes_by_an_empty_or_a_foreign_change(ready: House) -> None:
    async with ready.caller() as caller:
        path = (await caller.post("/api/v1/notices", json=OUTAGE)).headers["location"]
        for nothing in ({}, {"title": None}, {"kind": "advisory"}, []):
            assert (await caller.patch(path, json=nothing)).status_code == 422
        body = (await caller.patch(path, json={"severity": "sev1", "impacts": {"cedar-ridge": "The fax too."}})).json()
        assert body["severity"] == "sev1" and body["updates"][-1]["what"] == "changed"
        assert [place["impact"] for place in body["places"] if place["client"] == "cedar-ridge"] == ["The fax too."]
        for path in ("/api/v1/notices/ntc_nobody", "/api/v1/notices/%00", f"/api/v1/notices/{'x' * 300}"):
            assert (await caller.patch(path, json={"severity": 1})).status_code == 404
            assert (await caller.post(f"{path}/remind")).status_code == 404


async def test_a_token_of_one_client_tells_its_own_people_only(both: House) -> None:
    scopes = ("notices:write", "read")
    do(both, CreateToken("bound", digest_of("token-bound"), scopes, "cedar-ridge"))
    async with both.caller() as provider, both.caller("bound") as bound:
        common = (await provider.post("/api/v1/notices", json=OUTAGE)).json()["id"]
        foreign = (await provider.post("/api/v1/notices", json=OUTAGE | {"clients": ["marlow-finch"]})).json()["id"]
        own = await bound.post("/api/v1/notices", json=OUTAGE | {"clients": "all"})
        assert (own.status_code, own.json()["clients"]) == (201, ["cedar-ridge"])
        assert [one["name"] for one in own.json()["recipients"]] == ["Tom Beckett"]
        refused = await bound.post("/api/v1/notices", json=OUTAGE)
        unknown = await bound.post("/api/v1/notices", json=OUTAGE | {"clients": ["marlow-finchh"]})
        assert refused.status_code == unknown.status_code == 404
        assert refused.json()["detail"].replace("marlow-finch", "marlow-finchh") == unknown.json()["detail"]
        for id_ in (common, foreign):
            for step, body in (("resolve", {"text": "x"}), ("cancel", {}), ("remind", {}), ("updates", {"text": "x"})):
                assert (await bound.post(f"/api/v1/notices/{id_}/{step}", json=body)).status_code == 404
        heard = await bound.post(f"/api/v1/notices/{common}/acknowledgements", json={"person": "dana@marlow.example"})
        assert (heard.status_code, heard.json()["field"]) == (422, "person")
        with both.store.read() as tx:
            dana = tx.execute(text("SELECT id FROM person WHERE name = 'Dana Whitlock'")).scalar_one()
        heard = await bound.post(f"/api/v1/notices/{common}/acknowledgements", json={"person": dana})
        assert (heard.status_code, heard.json()["field"]) == (422, "person")
        assert (await provider.get(f"/api/v1/notices/{common}")).json()["counts"]["acknowledged"] == 0


@pytest.mark.parametrize("token", ["reader", "writer", "cedar"])
async def test_writing_needs_its_own_scope(ready: House, token: str) -> None:
    async with ready.caller(token) as caller:
        for path in ("/api/v1/notices", "/api/v1/notices?dry_run=true", "/api/v1/notices/ntc_1/resolve"):
            answer = await caller.post(path, content=b"{")
            assert answer.status_code == 403 and "notices:write" in answer.json()["detail"]
    assert ready.performing.keys == []
