"""Approvals over REST: raised, read, listed, taken back; mistakes are a sentence and a field."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from bot.web.shapes import ApprovalOut
from handlers.commands import Approve, Chat, Event, Grant, PutPerson, PutWorkspace, Ref, System
from tests.web.house import ACCESS, NOW, ORDER, House


def changed(body: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """The body with one value set ("purchase.lines.0.quantity"); `...` takes it away."""
    body = copy.deepcopy(body)
    *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    target: Any = body
    for part in way:
        target = target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return body


async def test_a_raised_purchase_answers_with_what_becomes_of_it(both_house: House) -> None:
    async with both_house.caller() as caller:
        answer = await caller.post("/api/v1/approvals", json=ORDER)
        body = answer.json()
        assert answer.status_code == 201
        assert answer.headers["location"] == f"/api/v1/approvals/{body['id']}"
        assert (body["ref"], body["state"], body["version"], body["client"]) == ("MF-1", "pending", 1, "marlow-finch")
        assert (body["first_year_minor"], body["commitment_minor"], body["tier"]) == (865_988, 865_988, "T2")
        assert body["requested_by"]["name"] == "Dana Whitlock"
        assert [step["role"] for step in body["steps"]] == ["purchasing", "billing|strategy"]
        assert {decider["name"] for step in body["steps"] for decider in step["deciders"]} <= {
            "Dana Whitlock",
            "Priya Raman",
        }
        assert body["purchase"]["lines"][0]["unit_minor"] == 134_900
        assert body["purchase"]["quote_valid_until"] == "2026-06-30"
        ApprovalOut.model_validate(body)
        assert (await caller.get(answer.headers["location"])).json() == body


async def test_a_raised_access_change_keeps_its_moment(house: House) -> None:
    async with house.caller() as caller:
        body = (await caller.post("/api/v1/approvals", json=ACCESS)).json()
    assert body["tier"] == "standard"
    assert body["access"]["until"].startswith("2026-07-31T21:00:00")
    assert body["purchase"] is None and body["first_year_minor"] is None


async def test_a_decided_step_says_by_whom_and_when(house: House) -> None:
    house.desk.perform(
        PutWorkspace("slack", "T0MF", "Marlow & Finch", "marlow-finch"), Event("w", NOW, System("test"), "cli")
    )
    dana = Chat("slack", "T0MF", "U0DANA")
    person = PutPerson(
        client="marlow-finch",
        name="Dana Whitlock",
        email="dana@marlow.example",
        grants=(Grant("purchasing"), Grant("security")),
        accounts=(dana,),
    )
    house.desk.perform(person, Event("p", NOW, System("test"), "cli"))
    async with house.caller() as caller:
        id_ = (await caller.post("/api/v1/approvals", json=ACCESS)).json()["id"]
        house.desk.perform(Approve(Ref("approval", id_), 1), Event("a", NOW, dana, "slack"))
        body = (await caller.get(f"/api/v1/approvals/{id_}")).json()
        assert (body["state"], body["steps"][0]["state"]) == ("approved", "approved")
        assert body["steps"][0]["decided_by"]["name"] == "Dana Whitlock"
        assert body["steps"][0]["decided_at"] == "2026-06-08T13:05:00Z"
        done = await caller.post(f"/api/v1/approvals/{id_}/fulfil", json={"note": "done"})
        assert (done.status_code, done.json()["state"]) == (200, "fulfilled")
        again = await caller.post(f"/api/v1/approvals/{id_}/withdraw", json={"reason": "too late"})
        assert again.status_code == 409 and again.json()["detail"].endswith(".")


async def test_a_changed_fact_is_a_new_version_and_what_is_not_given_stays(both_house: House) -> None:
    async with both_house.caller() as caller:
        path = (await caller.post("/api/v1/approvals", json=ORDER)).headers["location"]
        dearer = ORDER["purchase"] | {"shipping_minor": 7_000}
        body = (await caller.patch(path, json={"purchase": dearer})).json()
        assert (body["version"], body["first_year_minor"], body["title"]) == (2, 866_988, ORDER["title"])
        for nothing in ({}, {"title": None}, {"titel": "x"}, {"access": ACCESS["access"]}, []):
            assert (await caller.patch(path, json=nothing)).status_code == 422
        assert (await caller.get(path)).json() == body


@pytest.mark.parametrize("body", [None, {"reason": "Bought elsewhere."}, {}])
async def test_a_question_is_taken_back_with_or_without_a_reason(house: House, body: dict[str, str] | None) -> None:
    async with house.caller() as caller:
        id_ = (await caller.post("/api/v1/approvals", json=ORDER)).json()["id"]
        path = f"/api/v1/approvals/{id_}/withdraw"
        answer = await (caller.post(path) if body is None else caller.post(path, json=body))
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")


@pytest.mark.parametrize(
    ("place", "value", "field", "words"),
    [
        ("title", ..., "title", "is missing"),
        ("purchase", ..., "purchase", "is missing"),
        ("kind", ..., "kind", "kind is missing"),
        ("kind", "lunch", "kind", "purchase or access"),
        ("kind", "access", "access", "is missing"),
        ("clinet", "x", "clinet", "not a field here"),
        ("purchase.lines.0.unit_minor", 13.5, "purchase.lines[0].unit_minor", "whole number"),
        ("purchase.lines.0.unit_minor", "134900", "purchase.lines[0].unit_minor", "whole number"),
        ("purchase.lines.0.unit_minor", True, "purchase.lines[0].unit_minor", "whole number"),
        ("purchase.lines.0.unit_minor", -1, "purchase.lines[0].unit_minor", "0 or more"),
        ("purchase.lines.0.quantity", 0, "purchase.lines[0].quantity", "1 or more"),
        ("purchase.lines.0.quantity", 10**30, "purchase.lines[0].quantity", "1000000 or less"),
        ("purchase.lines", [], "purchase.lines", "at least 1"),
        ("purchase.lines", {}, "purchase.lines", "a list"),
        ("purchase.currency", "dollars", "purchase.currency", "not written"),
        ("purchase.currency", "ZZZ", "purchase.currency", "USD or EUR"),
        ("purchase.category", "yacht", "purchase.category", "one of"),
        ("purchase.quote_valid_until", "tomorrow", "purchase.quote_valid_until", "has to be a day"),
        ("purchase.quote_valid_until", "2026-02-30", "purchase.quote_valid_until", "has to be a day"),
        ("purchase.quote_url", "javascript:alert(1)", "purchase.quote_url", "not written"),
        ("purchase.lines.0.term_months", 12, "purchase.lines[0].term_months", "no term"),
        ("title", "a\x00b", "title", "cannot be shown"),
        ("why", "a\x00b", "why", "NUL"),
        ("client", "marlow\x00finch", "client", "cannot be shown"),
        ("why", "   ", "why", "not written"),
        ("title", "x" * 151, "title", "at most 150"),
        ("urgency", "panic", "urgency", "'normal' or 'urgent'"),
        ("title", {"a": 1}, "title", "has to be text"),
        ("title", None, "title", "has to be text"),
    ],
)
async def test_each_mistake_names_its_field_in_a_sentence(
    house: House, place: str, value: Any, field: str, words: str
) -> None:
    async with house.caller() as caller:
        answer = await caller.post("/api/v1/approvals", json=changed(ORDER, place, value))
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), problem
    assert (problem["status"], problem["title"]) == (422, "Unprocessable Content")
    assert (problem["field"], words in problem["detail"]) == (field, True), problem
    assert not house.performing.keys or problem["code"] == "invalid"


@pytest.mark.parametrize(
    "until",
    [
        "2026-07-31T17:00:00",
        "2026-07-31",
        "2026-07-31 17:00:00Z",
        "2026-07-31T17:00:60Z",
        "2026-13-01T00:00:00Z",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:00",
        "２０２６-07-31T17:00:00Z",
        1_785_000_000,
        "",
    ],
)
async def test_an_instant_without_a_zone_or_sense_is_refused(house: House, until: Any) -> None:
    async with house.caller() as caller:
        answer = await caller.post("/api/v1/approvals", json=changed(ACCESS, "access.until", until))
    assert answer.status_code == 422
    assert answer.json()["field"] == "access.until"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b"null", "application/json", 422),
        (b"\xff\xfe\x00", "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "application/json", 400),
        (b"1" * 6_000, "application/json", 400),
        (b'{"title": "\\ud800"}', "application/json", 422),
        (b'{"\\ud800\\u0000": 1, "kind": "purchase"}', "application/json", 422),
        (b"NaN", "application/json", 422),
        (json.dumps(ORDER).encode(), "text/plain", 415),
        (json.dumps(ORDER).encode(), "", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"x" * (4_194_305), "application/json", 413),
    ],
)
async def test_a_body_that_is_no_request_is_a_problem_and_never_a_crash(
    house: House, content: bytes, kind: str, status: int
) -> None:
    async with house.caller() as caller:
        for headers in ({}, {"Idempotency-Key": "k"}):
            headers = headers | ({"Content-Type": kind} if kind else {})
            answer = await caller.post("/api/v1/approvals", content=content, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
            assert answer.json()["detail"]


@pytest.mark.parametrize(
    "text", ["Ærøskøbing ☃ 𝔘𝔫𝔦", "‮evil‬", "a" * 150, "<@U1> *b* `c` <script>", "家族👩‍👩‍👧‍👦", "مرحبا"]
)
async def test_any_unicode_comes_back_as_it_was_sent(house: House, text: str) -> None:
    async with house.caller() as caller:
        answer = await caller.post("/api/v1/approvals", json=ORDER | {"title": text, "why": f"{text}\nline two"})
    assert (answer.status_code, answer.json()["title"], answer.json()["why"]) == (201, text, f"{text}\nline two")


@pytest.mark.parametrize(
    "id_", ["apr_1", "%00", "..%2f..", "%ff", "é", "a" * 5000, "apr_1%20", "'; drop table person", "approval:1"]
)
async def test_an_id_that_names_nothing_is_404(house: House, id_: str) -> None:
    async with house.caller() as caller:
        assert (await caller.get(f"/api/v1/approvals/{id_}")).status_code == 404
        assert (await caller.post(f"/api/v1/approvals/{id_}/fulfil")).status_code == 404


async def test_a_whole_number_may_be_written_with_a_point(house: House) -> None:
    async with house.caller() as caller:
        answer = await caller.post("/api/v1/approvals", json=changed(ORDER, "purchase.lines.0.unit_minor", 134_900.0))
    assert answer.json()["purchase"]["lines"][0]["unit_minor"] == 134_900
    assert b"134900.0" not in answer.content
