"""Processes die between any two steps: every card ends true, and only what was under way may be seen twice."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.platform import Gone
from storage.store import Store
from tests.delivery.scene import Died, World, dies_at, told
from tests.delivery.test_courier import until
from tests.delivery.test_lanes import kill_holder

ASK = "approval:a1"
STEPS = ("claimed", "drawn", "sending", "sent", "settled")


async def _die(world: World, step: str, occurrence: int = 1) -> None:
    courier = world.courier(at=dies_at(step, occurrence))
    with pytest.raises(Died):
        await courier.drain()
    await courier.abandon()


async def _finish(world: World) -> None:
    courier = world.courier()
    await courier.drain()
    await courier.stop()


@pytest.mark.parametrize("step", STEPS)
async def test_a_death_while_posting(world: World, step: str) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    await _die(world, step)
    await _finish(world)
    assert (world.row.state, world.row.wanted, world.row.shown) == ("settled", 1, 1)
    assert len(world.platform.posts) == (2 if step == "sent" else 1)
    assert world.row.repeats == (1 if step in ("sending", "sent") else 0), "counted as possibly repeated"
    assert world.platform.shown[world.row.message["id"]] == "Needs your approval"


@pytest.mark.parametrize("step", STEPS)
async def test_a_death_while_editing(world: World, step: str) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    await _finish(world)
    world.change(ASK, "Approved")
    await _die(world, step)
    await _finish(world)
    assert world.row.state == "settled"
    assert world.platform.shown == {"m1": "Approved"}
    assert world.row.repeats == 0, "an edit repeats nothing that anybody sees"


@pytest.mark.parametrize("step", ["sent", "settled", "reported"])
async def test_a_death_while_a_failure_is_told(world: World, step: str) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [Gone("target", "channel_not_found")] * 2
    await _die(world, step)
    await _finish(world)
    assert world.row.state == "dead"
    assert set(told(world.commands)) == {(world.row.id, "target")}, "it never goes nowhere"


@pytest.mark.parametrize("step", STEPS)
async def test_a_death_in_the_midst_of_many_repeats_only_what_was_under_way(world: World, step: str) -> None:
    world.people(60, "slack:T9")
    world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(60)), lane="slack:T9")
    world.platform.delay = 0.003
    await _die(world, step, occurrence=25)
    before = {delivery for _, delivery, _ in world.platform.posts}
    assert len(before) < 60
    await _finish(world)
    rows = world.rows()
    assert {row.state for row in rows} == {"settled"}
    repeated = [row for row in rows if row.repeats]
    assert len(repeated) <= 16
    posts = [delivery for _, delivery, _ in world.platform.posts]
    twice = {delivery for delivery in posts if posts.count(delivery) > 1}
    assert twice <= {row.id for row in repeated}


async def test_deaths_and_changes_at_random_end_true(world: World) -> None:
    dice = random.Random(5)
    world.people(12, "slack:T9")
    people = [f"p{n}" for n in range(12)]
    world.owe("notice:n1", "state 0", *people, lane="slack:T9")
    for life in range(12):
        courier = world.courier(at=dies_at(dice.choice(STEPS), dice.randrange(1, 12)))
        try:
            await courier.drain(patience=1)
        except Died:
            pass
        finally:
            await courier.abandon()
        world.change("notice:n1", f"state {life + 1}")
    await _finish(world)
    for row in world.rows():
        assert row.state == "settled"
        assert world.platform.shown[row.message["id"]] == "state 12"


async def test_steps_die_as_drains_do(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    dying = world.courier(at=dies_at("sending"))
    with pytest.raises(Died):
        await dying.step("slack:T0")
    await dying.abandon()
    assert world.row.state == "sending"
    successor = world.courier()
    assert await successor.step("slack:T0")
    assert not await successor.step("slack:T0")
    await successor.stop()
    assert (world.row.state, world.row.repeats) == ("settled", 1)


async def test_two_couriers_share_the_lanes_and_nothing_is_sent_twice(postgres_url: str) -> None:
    one, two = Store(postgres_url), Store(postgres_url)
    world = World(one)
    lanes = [f"slack:T{n}" for n in range(8)]
    for lane in lanes:
        world.people(10, lane)
        world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(10)), lane=lane)
    world.platform.delay = 0.002
    first, second = world.courier(), world.courier(two)
    await asyncio.gather(first.drain(), second.drain())
    assert first.counts["shown"] + second.counts["shown"] == 80
    assert len(world.platform.posts) == 80
    await first.stop()
    await second.stop()
    one.close()
    two.close()


async def test_a_lane_whose_holder_is_cut_off_goes_on_elsewhere_at_once(postgres_url: str) -> None:
    one, two = Store(postgres_url), Store(postgres_url)
    world = World(one)
    world.people(40)
    world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(40)))
    world.platform.delay = 5.0
    first = world.courier()
    running = asyncio.create_task(first.run())
    await until(lambda: world.platform.under_way == 16)
    world.platform.delay = 0.0
    second = world.courier(two)
    also = asyncio.create_task(second.run())
    await until(second.beating)
    kill_holder(postgres_url)
    await until(lambda: all(row.state == "settled" for row in world.rows()), 4.0)
    repeats = [row.repeats for row in world.rows()]
    assert sum(repeats) == 16, "what was under way was sent again, and counted"
    assert second.counts["repeated"] == 16
    await first.abandon()
    await running
    await second.stop()
    await also
    one.close()
    two.close()


async def test_a_cut_off_holder_that_lives_on_cannot_overwrite_its_successor(postgres_url: str) -> None:
    one, two = Store(postgres_url), Store(postgres_url)
    world = World(one)
    world.people(1)
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.delay = 0.6
    first, second = world.courier(), world.courier(two)
    slow = asyncio.create_task(first.drain())
    await until(lambda: world.platform.under_way == 1)
    world.platform.delay = 0.0
    kill_holder(postgres_url)
    await second.drain()
    truth = world.row.message
    assert (world.row.state, truth["id"]) == ("settled", "m2")
    await slow
    assert world.row.message == truth
    await first.stop()
    await second.stop()
    one.close()
    two.close()


async def test_the_listener_comes_back_when_it_is_cut_off(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    from storage import bell

    monkeypatch.setattr(bell, "RECONNECT_SECONDS", 0.05)
    store = Store(postgres_url)
    world = World(store)
    world.people(1)
    courier = world.courier(poll=30.0)
    running = asyncio.create_task(courier.run())
    listening = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%'"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        await until(lambda: connection.execute(listening).fetchall() == [(True,)])
        alive = "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%'"
        await until(lambda: connection.execute(alive).fetchone() == (1,))
    world.owe(ASK, "Needs your approval", "p0")
    await until(lambda: len(world.platform.posts) == 1)
    await courier.stop()
    await running
    store.close()
