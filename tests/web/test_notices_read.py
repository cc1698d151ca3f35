"""Notices read over REST: one, a page, who would get one, who got it; each token its own client's part."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.web.callers import digest_of
from bot.web.notices import prefers_csv
from bot.web.noticeshapes import NoticeDetailOut, NoticesOut, PreviewOut, ReceiptsOut
from handlers.commands import CreateToken, Event, System
from storage.tables import metadata
from tests.web.house import NOW, House
from tests.web.told import hear, tell

OUTAGE: dict[str, Any] = {
    "kind": "outage",
    "clients": ["marlow-finch", "cedar-ridge"],
    "severity": "sev2",
    "services": ["E-mail", "Calendar"],
    "impact": "Mail arrives up to an hour late.",
    "next_update_at": "2026-06-08T10:05:00-04:00",
}


async def test_a_notice_tells_its_places_updates_and_counts(both_house: House) -> None:
    told = tell(both_house.store, contacts=7)
    hear(both_house.store, told, 1, "A 4G router is in place.")
    async with both_house.caller() as caller:
        body = (await caller.get(f"/api/v1/notices/{told.id}")).json()
    NoticeDetailOut.model_validate(body)
    assert (body["ref"], body["state"], body["severity"], body["clients"]) == (
        "N-1",
        "investigating",
        "sev1",
        ["client-1-0"],
    )
    assert body["counts"] == {
        "recipients": 7,
        "reached": 5,
        "acknowledged": 2,
        "relayed": 0,
        "covered": 1,
        "overdue": 1,
        "undeliverable": 1,
    }
    boston, providence = body["places"]
    assert (boston["location"], boston["name"], boston["acknowledged_by"]["name"]) == ("boston", "Boston", "Dana 000-0")
    assert boston["acknowledged_at"] == "2026-06-08T12:58:00Z" and providence["acknowledged_by"] is None
    assert [(row["number"], row["text"]) for row in body["updates"]] == [(1, "A 4G router is in place.")]
    assert body["next_update_at"] == "2026-06-08T13:25:00Z" and body["findings"] is None and body["about"] is None


async def test_lists_count_as_the_notice_itself_does(both_house: House) -> None:
    told = [
        tell(both_house.store, clients=2, contacts=7, number=1),
        tell(both_house.store, contacts=4, number=2, state="resolved"),
    ]
    hear(both_house.store, told[0], 1, "No change.", what="no_change")
    async with both_house.caller() as caller:
        page = (await caller.get("/api/v1/notices")).json()
        NoticesOut.model_validate(page)
        for item in page["items"]:
            one = (await caller.get(f"/api/v1/notices/{item['id']}")).json()
            assert item == {name: one[name] for name in item}
        resolved = (await caller.get("/api/v1/notices?state=resolved")).json()["items"]
        of_client = (await caller.get("/api/v1/notices?client=client-1-1")).json()["items"]
        nobody = await caller.get("/api/v1/notices?client=nobody")
    assert [one["ref"] for one in page["items"]] == ["N-2", "N-1"] and page["next"] is None
    assert [one["counts"]["relayed"] for one in page["items"]] == [1, 0]
    assert [one["ref"] for one in resolved] == ["N-2"]
    assert [one["ref"] for one in of_client] == ["N-1"] and of_client[0]["clients"] == ["client-1-0", "client-1-1"]
    assert (nobody.status_code, nobody.json()["field"]) == (404, "client")


async def test_pages_of_notices_and_of_receipts_have_no_gap_and_no_repeat(both_house: House) -> None:
    for number in range(1, 6):
        tell(both_house.store, clients=2, contacts=3, number=number)
    async with both_house.caller() as caller:
        for path, wanted in (("notices", 5), ("notices/ntc_3/receipts", 6)):
            seen, cursor, pages = [], "", 0
            while pages == 0 or cursor:
                page = (await caller.get(f"/api/v1/{path}?limit=2{cursor}")).json()
                seen += [item["id"] for item in page["items"]]
                cursor, pages = f"&cursor={page['next']}" if page["next"] else "", pages + 1
            assert len(seen) == len(set(seen)) == wanted and pages == -(-wanted // 2)


@pytest.mark.parametrize(
    ("query", "field"),
    [("state=open", "state"), ("limit=0", "limit"), ("cursor=%00", "cursor"), ("clinet=x", "clinet")],
)
@pytest.mark.parametrize("path", ["notices", "notices/ntc_1/receipts"])
async def test_a_wrong_question_names_its_field(house: House, path: str, query: str, field: str) -> None:
    tell(house.store)
    async with house.caller() as caller:
        answer = await caller.get(f"/api/v1/{path}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_receipts_tell_each_reader_and_are_narrowed(both_house: House) -> None:
    told = tell(both_house.store, contacts=7)
    async with both_house.caller() as caller:
        page = (await caller.get(f"/api/v1/notices/{told.id}/receipts")).json()
        overdue = (await caller.get(f"/api/v1/notices/{told.id}/receipts?stage=overdue")).json()["items"]
        of_client = (await caller.get(f"/api/v1/notices/{told.id}/receipts?client=marlow-finch")).json()["items"]
    ReceiptsOut.model_validate(page)
    dana = page["items"][0]
    assert (dana["name"], dana["client"], dana["places"], dana["stage"], dana["via"], dana["platforms"]) == (
        "Dana 000-0",
        "client-1-0",
        ["Boston", "Providence"],
        "relayed",
        "slack",
        ["slack"],
    )
    assert (dana["asked_at"], dana["acknowledged_at"], dana["told_staff_at"], dana["told_staff_where"]) == (
        "2026-06-08T12:55:00Z",
        "2026-06-08T12:58:00Z",
        "2026-06-08T13:04:00Z",
        "#all-staff",
    )
    lost = next(one for one in page["items"] if one["stage"] == "undeliverable")
    assert (lost["reason"], lost["reached_at"]) == ("no chat account", None)
    assert [(one["name"], one["why"], one["stands_in_for"], one["trouble"]) for one in overdue] == [
        ("Hannah 000-3", "stand_in", "Dana 000-0", "The phones are dead too")
    ]
    assert of_client == []


async def test_receipts_are_csv_for_who_asks_for_it(house: House) -> None:
    told = tell(house.store, contacts=7)
    path = f"/api/v1/notices/{told.id}/receipts"
    async with house.caller() as caller:
        answer = await caller.get(f"{path}?limit=2", headers={"Accept": "text/csv"})
        assert (await caller.get(path, headers={"Accept": "*/*"})).headers["content-type"] == "application/json"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="N-1-receipts.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 7 and rows[0]["Sent"] == "2026-06-08T12:55:00+00:00" and rows[0]["Phone"] == "'+1 555 0100"


@pytest.mark.parametrize(
    ("accept", "csv_wanted"),
    [
        ("text/csv", True),
        ("text/csv;q=0.9, application/json;q=0.1", True),
        ("application/json, text/csv", False),
        ("text/csv;q=0", False),
        ("text/csv;q=x", True),
        ("TEXT/CSV ; charset=utf-8", True),
        ("*/*", False),
        ("", False),
        (",;,;q=", False),
    ],
)
def test_what_is_accepted_is_weighed(accept: str, csv_wanted: bool) -> None:
    assert prefers_csv(accept) is csv_wanted


async def test_a_dry_run_names_everybody_and_writes_nothing(both_house: House) -> None:
    before = dump(both_house)
    async with both_house.caller() as caller:
        answers = [
            await caller.post("/api/v1/notices?dry_run=true", json=OUTAGE, headers={"Idempotency-Key": "k"})
            for _ in range(2)
        ]
    body = answers[0].json()
    PreviewOut.model_validate(body)
    assert [answer.status_code for answer in answers] == [200, 200] and answers[1].json() == body
    assert body["dry_run"] is True and body["clients"] == ["cedar-ridge", "marlow-finch"]
    assert [(one["name"], one["client"], one["problem"]) for one in body["recipients"]] == [
        ("Tom Beckett", "cedar-ridge", "no chat account"),
        ("Dana Whitlock", "marlow-finch", "no chat account"),
    ]
    assert body["people"] == 0 and len(body["problems"]) == 2 and "Cedar Ridge Pediatrics" in body["problems"][0]
    assert dump(both_house) == before and both_house.performing.keys == []


def dump(house: House) -> dict[str, list[Any]]:
    """Every row there is."""
    with house.store.read() as tx:
        return {
            name: sorted(map(repr, tx.execute(table.select()).all()))
            for name, table in metadata.tables.items()
            if name != "api_token"
        }


@pytest.mark.parametrize(
    ("change", "status", "field", "words"),
    [
        ({"clients": ["marlow-finch", "nobody"]}, 404, "clients", "There is no client called nobody"),
        ({"locations": ["boston"]}, 422, "locations", "client/office"),
        ({"locations": ["marlow-finch/atlantis"]}, 404, "locations", "atlantis"),
    ],
)
async def test_a_dry_run_refuses_what_raising_would(
    house: House, change: dict[str, Any], status: int, field: str, words: str
) -> None:
    async with house.caller() as caller:
        answer = await caller.post("/api/v1/notices?dry_run=true", json=OUTAGE | change)
    assert (answer.status_code, answer.json()["field"]) == (status, field) and words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"next_update_at": "2020-01-01T00:00:00Z"}, "next_update_at"),
        ({"next_update_at": "2039-01-01T00:00:00Z"}, "next_update_at"),
        ({"started_at": "2035-01-01T00:00:00Z"}, "started_at"),
        ({"services": "  "}, "services"),
        ({"impacts": {"nobody": "Nothing works."}}, "impacts"),
        ({"clients": ["nobody"]}, "clients"),
    ],
)
async def test_a_dry_run_answers_every_refusal_as_the_call_itself_does(
    house: House, change: dict[str, Any], field: str
) -> None:
    async with house.caller() as caller:
        dry = await caller.post("/api/v1/notices?dry_run=true", json=OUTAGE | change)
        real = await caller.post("/api/v1/notices", json=OUTAGE | change)
    assert real.status_code in (404, 422) and real.json()["field"] == field
    assert (dry.status_code, told_of(dry)) == (real.status_code, told_of(real))


def told_of(answer: httpx.Response) -> dict[str, Any]:
    """A problem without what names the single call."""
    return {name: said for name, said in answer.json().items() if name not in ("instance", "request_id")}


async def test_whoever_may_tell_nobody_may_not_rehearse_it_either(house: House) -> None:
    async with house.caller("reader") as reader:
        dry, real = [await reader.post(f"/api/v1/notices{query}", json=OUTAGE) for query in ("?dry_run=true", "")]
    assert (dry.status_code, told_of(dry)) == (real.status_code, told_of(real)) and real.status_code == 403


@pytest.mark.parametrize("value", ["1", "on", "yes", "", "maybe"])
async def test_a_dry_run_that_is_neither_true_nor_false_is_refused(house: House, value: str) -> None:
    async with house.caller() as caller:
        answer = await caller.post(f"/api/v1/notices?dry_run={value}", json=OUTAGE)
    assert (answer.status_code, answer.json()["field"]) == (422, "dry_run") and house.performing.keys == []


async def test_a_token_of_one_client_sees_its_own_part(both_house: House) -> None:
    told = tell(both_house.store, clients=2, contacts=3)
    with both_house.store.write() as tx:  # one of the two becomes the client that a token is bound to
        tx.execute(text("UPDATE client SET slug = 'x' WHERE slug = 'cedar-ridge'"))
        tx.execute(text("UPDATE client SET slug = 'cedar-ridge' WHERE slug = 'client-1-1'"))
    scopes = ("notices:write", "read")
    token = CreateToken("bound", digest_of("token-bound"), scopes, "cedar-ridge")
    both_house.desk.perform(token, Event("t", NOW, System("test"), "cli"))
    other = tell(both_house.store, number=2)
    async with both_house.caller("bound") as bound:
        body = (await bound.get(f"/api/v1/notices/{told.id}")).json()
        listed = (await bound.get("/api/v1/notices")).json()["items"]
        receipts = (await bound.get(f"/api/v1/notices/{told.id}/receipts")).json()["items"]
        exported = (await bound.get(f"/api/v1/notices/{told.id}/receipts", headers={"Accept": "text/csv"})).text
        for path in (f"/api/v1/notices/{other.id}", f"/api/v1/notices/{other.id}/receipts"):
            assert (await bound.get(path)).status_code == 404
        assert (await bound.get("/api/v1/notices?client=client-1-0")).status_code == 404
        assert (await bound.get(f"/api/v1/notices/{told.id}/receipts?client=client-1-0")).status_code == 404
        preview = await bound.post("/api/v1/notices?dry_run=true", json=OUTAGE | {"clients": "all"})
        foreign = await bound.post("/api/v1/notices?dry_run=true", json=OUTAGE)
    assert body["clients"] == ["cedar-ridge"] and body["counts"]["recipients"] == 3
    assert {place["client"] for place in body["places"]} == {"cedar-ridge"}
    assert [(one["ref"], one["clients"], one["counts"]["recipients"]) for one in listed] == [
        ("N-1", ["cedar-ridge"], 3)
    ]
    assert {one["client"] for one in receipts} == {"cedar-ridge"} and len(receipts) == 3
    assert "Company 000" not in exported and exported.count("Company 001") == 3
    assert preview.json()["clients"] == ["cedar-ridge"]
    assert foreign.status_code == 404 and "marlow-finch" in foreign.json()["detail"]
    assert "client-1-0" not in str((body, listed, receipts))


async def test_a_client_does_not_read_what_it_has_not_been_told_yet(both_house: House) -> None:
    draft = tell(both_house.store, number=1, state="draft", sent_at=None)
    gone = tell(both_house.store, number=2, state="cancelled", sent_at=None)
    told = tell(both_house.store, number=3)
    with both_house.store.write() as tx:
        tx.execute(text("UPDATE notice_place SET client_id = (SELECT id FROM client WHERE slug = 'cedar-ridge')"))
    scopes = ("notices:write", "read")
    token = CreateToken("writes", digest_of("token-writes"), scopes, "cedar-ridge")
    both_house.desk.perform(token, Event("t", NOW, System("test"), "cli"))
    async with both_house.caller("cedar") as reader, both_house.caller("writes") as writer:
        for caller, refs in ((reader, ["N-3"]), (writer, ["N-3", "N-2", "N-1"])):
            listed = (await caller.get("/api/v1/notices")).json()["items"]
            assert [one["ref"] for one in listed] == refs
        for one in (draft, gone):
            for path in (f"/api/v1/notices/{one.id}", f"/api/v1/notices/{one.id}/receipts"):
                assert (await reader.get(path)).status_code == 404
                assert (await writer.get(path)).status_code == 200
        assert (await reader.get(f"/api/v1/notices/{told.id}")).status_code == 200
