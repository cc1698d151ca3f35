"""The same POST is never carried out twice: repeated, concurrent, changed, refused, or after a crash half-way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.web.once import PATIENCE
from storage import idempotency
from tests.web.house import ORDER, House, order

KEY = {"Idempotency-Key": "order-1001"}


def raised(house: House) -> int:
    with house.store.read() as tx:
        return int(tx.execute(text("SELECT count(*) FROM approval_request")).scalar_one())


async def test_the_same_key_and_body_get_the_stored_answer(both_house: House) -> None:
    async with both_house.caller(**KEY) as caller:
        first = await caller.post("/api/v1/approvals", json=ORDER)
        again = await caller.post("/api/v1/approvals", json=dict(reversed(ORDER.items())))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert (raised(both_house), len(both_house.performing.keys)) == (1, 1)


async def test_the_stored_answer_stays_although_the_facts_move_on(house: House) -> None:
    async with house.caller() as caller:
        first = await caller.post("/api/v1/approvals", json=ORDER, headers=KEY)
        await caller.post(f"/api/v1/approvals/{first.json()['id']}/withdraw")
        again = await caller.post("/api/v1/approvals", json=ORDER, headers=KEY)
    assert again.json()["state"] == "pending"


async def test_the_same_key_with_another_body_or_address_is_422(house: House) -> None:
    async with house.caller(**KEY) as caller:
        first = await caller.post("/api/v1/approvals", json=ORDER)
        other = await caller.post("/api/v1/approvals", json=ORDER | {"title": "Seven laptops"})
        elsewhere = await caller.post(f"/api/v1/approvals/{first.json()['id']}/withdraw")
    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
            422,
            "key_reused",
            "Idempotency-Key",
        )
    assert raised(house) == 1


async def test_two_callers_may_use_the_same_key(house: House) -> None:
    async with house.caller("all", **KEY) as one, house.caller("writer", **KEY) as two:
        first = await one.post("/api/v1/approvals", json=ORDER)
        second = await two.post("/api/v1/approvals", json=order(2))
    assert first.json()["id"] != second.json()["id"]


async def test_a_concurrent_repeat_is_told_to_wait(house: House) -> None:
    house.performing.gate = asyncio.Event()
    async with house.caller(**KEY) as caller:
        running = asyncio.create_task(caller.post("/api/v1/approvals", json=ORDER))
        await asyncio.sleep(0.05)
        meanwhile = await caller.post("/api/v1/approvals", json=ORDER)
        house.performing.gate.set()
        first = await running
        after = await caller.post("/api/v1/approvals", json=ORDER)
    assert (meanwhile.status_code, meanwhile.headers["retry-after"]) == (409, "1")
    assert meanwhile.headers["content-type"] == "application/problem+json"
    assert first.status_code == 201 and after.content == first.content
    assert raised(house) == 1


async def test_many_at_once_make_one(both_house: House) -> None:
    async with both_house.caller(**KEY) as caller:
        answers = await asyncio.gather(*(caller.post("/api/v1/approvals", json=ORDER) for _ in range(12)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert raised(both_house) == 1


async def test_a_crash_between_deed_and_answer_does_not_make_a_second_one(house: House) -> None:
    house.performing.broken_after = RuntimeError("the process died here")
    async with house.caller(**KEY) as caller:
        assert (await caller.post("/api/v1/approvals", json=ORDER)).status_code == 500
        assert raised(house) == 1
        again = await caller.post("/api/v1/approvals", json=ORDER)
    assert (again.status_code, again.json()["ref"]) == (201, "MF-1")
    assert raised(house) == 1
    assert len(house.performing.keys) == 2 and len(set(house.performing.keys)) == 1


async def test_after_a_crash_another_body_with_the_key_is_still_refused(house: House) -> None:
    house.performing.broken_after = RuntimeError("the process died here")
    async with house.caller(**KEY) as caller:
        await caller.post("/api/v1/approvals", json=ORDER)
        other = await caller.post("/api/v1/approvals", json=ORDER | {"title": "Seven laptops"})
    assert other.status_code == 422
    assert raised(house) == 1


async def test_another_replicas_running_call_is_waited_for_and_a_dead_ones_is_taken_over(both_house: House) -> None:
    async with both_house.caller(**KEY) as caller:
        await caller.post("/api/v1/approvals", json=ORDER)

        def leave_running_since(at: datetime) -> None:
            with both_house.store.write() as tx:
                tx.execute(text("UPDATE idempotency_key SET status = 0"))
                tx.execute(idempotency.keys.update().values(at=at))

        leave_running_since(datetime.now(UTC))
        fresh = await caller.post("/api/v1/approvals", json=ORDER)
        replicas = both_house.store.dialect == "postgresql"
        assert fresh.status_code == (409 if replicas else 201)
        leave_running_since(datetime.now(UTC) - PATIENCE - timedelta(seconds=1))
        assert (await caller.post("/api/v1/approvals", json=ORDER)).status_code == 201
    assert raised(both_house) == 1


async def test_a_refused_request_leaves_its_key_free(house: House) -> None:
    async with house.caller(**KEY) as caller:
        refused = await caller.post("/api/v1/approvals", json=ORDER | {"requested_by": "nobody@marlow.example"})
        assert refused.status_code in (404, 422), refused.text
        invalid = await caller.post("/api/v1/approvals", json=ORDER | {"urgency": "panic"})
        assert invalid.status_code == 422
        assert (await caller.post("/api/v1/approvals", json=ORDER)).status_code == 201
    assert raised(house) == 1


async def test_answers_are_kept_as_long_as_promised_and_pruned_after(house: House) -> None:
    async with house.caller(**KEY) as caller:
        first = await caller.post("/api/v1/approvals", json=ORDER)
        with house.store.write() as tx:
            tx.execute(idempotency.keys.update().values(at=datetime.now(UTC) - timedelta(hours=25)))
        later = await caller.post("/api/v1/approvals", json=order(2))
        assert later.status_code == 201 and later.json()["id"] != first.json()["id"]
    with house.store.write() as tx:
        assert idempotency.prune(tx, datetime.now(UTC) + timedelta(seconds=1), 10) == 1, "one key, taken over"
        assert tx.execute(text("SELECT count(*) FROM idempotency_key")).scalar_one() == 0


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 201, "k\x01"])
async def test_a_key_that_is_none_is_said(house: House, key: str) -> None:
    async with house.caller() as caller:
        headers = [(b"idempotency-key", key.encode("latin-1"))]
        answer = await caller.post("/api/v1/approvals", json=ORDER, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


async def test_withdrawing_twice_with_a_key_is_one_withdrawal(house: House) -> None:
    async with house.caller() as caller:
        path = f"/api/v1/approvals/{(await caller.post('/api/v1/approvals', json=ORDER)).json()['id']}/withdraw"
        first = await caller.post(path, headers=KEY)
        again = await caller.post(path, headers=KEY)
    assert (first.status_code, again.content) == (200, first.content)
    assert len(house.performing.keys) == 2
