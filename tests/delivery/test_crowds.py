"""Many people owe something in the same moment: the courier looks once for all of them, and misses nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from bot import courier as couriers
from bot import yard
from storage import waiting
from storage.store import Tx
from storage.waiting import Due
from tests.delivery.scene import World
from tests.delivery.test_courier import until

ASK = "approval:a1"
LANES = [f"slack:T{number}" for number in range(100, 130)]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lanes each common look was for."""
    seen: list[int] = []
    due_among = waiting.due_among

    def counted(tx: Tx, lanes: Sequence[str], now: datetime, limit: int) -> list[Due]:
        seen.append(len(lanes))
        return due_among(tx, lanes, now, limit)

    monkeypatch.setattr(waiting, "due_among", counted)
    return seen


def everywhere(world: World) -> None:
    """Two people in each of the lanes have something to get."""
    for lane in LANES:
        world.people(2, lane)
        world.owe(ASK, "Needs your approval", *(f"p{number}" for number in range(2)), lane=lane)


async def test_lanes_that_look_at_the_same_moment_share_a_look_and_find_their_own(
    world: World, looks: list[int]
) -> None:
    everywhere(world)
    one = world.courier()
    found = await asyncio.gather(*(one._yard.look(lane, untold=True, alone=False) for lane in LANES))
    await one.abandon()
    assert len(looks) <= 2, looks
    for lane, seen in zip(LANES, found, strict=True):
        assert [row.lane for row in seen.due] == [lane] * 2
        assert not seen.more


async def test_where_more_waits_than_one_look_reads_every_lane_still_finds_its_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yard, "MOST", 10)
    monkeypatch.setattr(yard, "LOOK", 2)
    everywhere(world)
    one = world.courier()
    found = await asyncio.gather(*(one._yard.look(lane, untold=False, alone=False) for lane in LANES))
    await one.abandon()
    assert [(len(seen.due), seen.more) for seen in found] == [(2, True)] * len(LANES)


async def test_while_others_wait_for_an_answer_many_rings_are_one_and_nothing_is_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "GATHER_SECONDS", 0.5)
    one = world.courier(busy=lambda: True, poll=60.0)
    rung: list[Any] = []
    ring = one._ring

    def counted() -> None:
        rung.append(1)
        ring()

    monkeypatch.setattr(one, "_ring", counted)
    running = asyncio.create_task(one.run())
    await until(one.beating)
    everywhere(world)
    for _ in range(200):
        one.wake()
    await until(lambda: len(world.platform.posts) == 2 * len(LANES))
    assert 1 <= len(rung) <= 5, "the database rings, too"
    world.change(ASK, "Approved")
    one.wake()
    await until(lambda: len(world.platform.edits) == 2 * len(LANES))
    await one.stop()
    await running
