"""The courier at work: order, pace, changes under way, many at once, and its loop."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable

import pytest

from bot import courier as couriers
from bot.cards.card import Card, Printed
from bot.carriage import Asks, Drawn
from bot.pace import Pace, Window, keys
from bot.platform import Gone, Later, Unsure
from bot.round import Round
from storage.enginefile import EngineBusy
from storage.store import Store
from tests.delivery.scene import World

ASK = "approval:a1"


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)


async def test_a_change_during_a_send_leads_to_exactly_one_more_edit(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    changes = iter(["1 of 2 approved", "Approved"])

    def during(what: str, _which: str) -> None:
        if what == "post":
            for says in changes:
                world.change(ASK, says)

    world.platform.during = during
    courier = world.courier()
    await courier.drain()
    await courier.stop()
    assert world.platform.edits == [("m1", "Approved")]
    assert (world.row.state, world.row.wanted, world.row.shown) == ("settled", 3, 3)


async def test_a_burst_of_changes_is_one_edit(world: World) -> None:
    world.owe(ASK, "0 answers", "p0")
    courier = world.courier()
    await courier.drain()
    for n in range(20):
        world.change(ASK, f"{n + 1} answers")
    await courier.drain()
    await courier.stop()
    assert world.platform.edits == [("m1", "20 answers")]


async def test_a_click_overtakes_a_broadcast(world: World) -> None:
    world.people(60, "slack:T9")
    world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(60)), lane="slack:T9", priority=9)
    courier = world.courier()
    clicked = False

    def during(_what: str, _which: str) -> None:
        nonlocal clicked
        if len(world.platform.posts) == 10 and not clicked:
            clicked = True
            world.owe(ASK, "Approved", "p59", lane="slack:T9", priority=0)
            courier.wake()

    world.platform.during = during
    await courier.drain()
    await courier.stop()
    order = [title for _, _, title in world.platform.posts]
    assert order.index("Approved") < 10 + couriers.THREADS + 2 * 16
    assert len(order) == 61


async def test_one_persons_messages_arrive_in_order_and_one_at_a_time(world: World) -> None:
    for n in range(6):
        world.owe(f"approval:b{n}", f"message {n}", "p0", "p1")
        world.later(1)
    world.platform.script = [Unsure("lost"), Later(0, "conversation", "busy")]
    world.platform.delay = 0.002
    courier = world.courier()
    await courier.drain()
    await courier.stop()
    for person in ("p0", "p1"):
        assert [title for user, _, title in world.platform.posts if user == person] == [
            f"message {n}" for n in range(6)
        ]
    assert world.platform.most_under_way == 2


async def test_whoever_has_waited_goes_first_even_before_the_next_look(world: World) -> None:
    for n in range(2):
        world.owe(f"approval:b{n}", f"message {n}", "p0")
        world.later(1)
    world.platform.script = [Unsure("lost")]
    now = 100.0
    courier = world.courier(clock=lambda: now)
    ((hold, found),) = await courier._keeper.take(["slack:T0"])
    one = Round(courier._yard, hold, found)
    assert await one.one() and world.platform.posts == []
    now += 100
    assert one._pick() is None, "what was told to wait is found by the next look"
    await one._look()
    row = one._pick()
    assert row is not None and row.subject == "approval:b0"
    await courier.abandon()


async def test_a_retry_after_of_the_whole_workspace_stops_everybody_there_and_is_waited_for(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0", "p1", "p2")
    world.platform.script = [Later(0.3, "org", "ratelimited")]
    calls: list[float] = []
    world.platform.during = lambda *_: calls.append(time.monotonic())
    courier = world.courier(pace=Pace({}))
    await courier.drain(patience=5)
    await courier.stop()
    assert len(world.platform.posts) == 3
    early = [at for at in calls if at < calls[0] + 0.29]
    assert len(early) <= 3, "only those that were under way already"
    assert {row.state for row in world.rows()} == {"settled"}


async def test_a_wait_beyond_its_patience_is_left_owed(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0", "p1")
    world.platform.script = [Later(60, "conversation", "busy")]
    courier = world.courier()
    started = time.monotonic()
    assert await courier.drain(patience=0.5) == 1
    assert time.monotonic() - started < 5
    assert sorted(row.state for row in world.rows()) == ["owed", "settled"]
    assert await courier.drain(patience=0.1) == 0, "still told to wait"
    world.later(120)
    assert await courier.drain(patience=0.1) == 0, "the platform's minute is a real one, wherever our clock stands"
    await courier.stop()


async def test_the_pace_is_kept(world: World) -> None:
    world.owe(ASK, "one", "p0")
    world.owe("approval:a2", "two", "p0")
    at: list[float] = []
    world.platform.during = lambda *_: at.append(time.monotonic())
    courier = world.courier(pace=Pace({"slack.channel": (Window(1, 0.4),)}))
    assert await courier.drain() == 2
    await courier.stop()
    assert at[1] - at[0] >= 0.39


async def test_a_broadcast_of_two_thousand_drains(world: World) -> None:
    lanes = [f"slack:B{n}" for n in range(4)]
    for lane in lanes:
        world.people(500, lane)
        world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(500)), lane=lane, priority=9)
    courier = world.courier()
    assert await courier.drain() == 2000
    await courier.stop()
    assert len({delivery for _, delivery, _ in world.platform.posts}) == len(world.platform.posts) == 2000
    assert {row.state for row in world.rows()} == {"settled"}
    assert world.platform.most_under_way > 16, "several lanes at once"


async def test_the_loop_sends_what_is_owed_the_moment_it_is_owed(world: World) -> None:
    courier = world.courier(poll=30.0)
    running = asyncio.create_task(courier.run())
    await until(courier.beating)
    await asyncio.sleep(0.3)
    started = time.monotonic()
    world.owe(ASK, "Needs your approval", "p0")
    if world.store.dialect == "sqlite":
        courier.wake()
    await until(lambda: len(world.platform.posts) == 1)
    assert time.monotonic() - started < 5, "not by the poll"
    await courier.stop()
    await running


async def test_the_slow_look_finds_what_nobody_rang_for(world: World) -> None:
    courier = world.courier(poll=0.05)
    running = asyncio.create_task(courier.run())
    await until(courier.beating)
    world.owe(ASK, "Needs your approval", "p0", due_at=world.now.replace(hour=20))
    await asyncio.sleep(0.2)
    assert not world.platform.posts
    world.now = world.now.replace(hour=20)
    await until(lambda: len(world.platform.posts) == 1)
    await courier.stop()
    await running


async def test_draining_beside_the_loop_waits_for_what_the_loop_sends(world: World) -> None:
    world.platform.delay = 0.1
    courier = world.courier(poll=30.0)
    running = asyncio.create_task(courier.run())
    await until(courier.beating)
    world.owe(ASK, "Needs your approval", "p0", "p1")
    courier.wake()
    await courier.drain()
    assert {row.state for row in world.rows()} == {"settled"}
    await courier.stop()
    await running


async def test_stopping_lets_what_is_under_way_end(world: World) -> None:
    world.people(40, "slack:T9")
    world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(40)), lane="slack:T9")
    world.platform.delay = 0.1
    courier = world.courier()
    running = asyncio.create_task(courier.run())
    await until(lambda: world.platform.under_way > 0)
    await courier.stop()
    await running
    states = [row.state for row in world.rows()]
    assert set(states) == {"settled", "owed"}
    assert states.count("settled") == len(world.platform.posts)


async def test_a_second_loop_on_one_sqlite_file_is_refused(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    world = World(store)
    first, second = world.courier(), world.courier()
    running = asyncio.create_task(first.run())
    await until(first.beating)
    with pytest.raises(EngineBusy):
        await second.run()
    await second.stop()
    await first.stop()
    await running
    store.close()


async def test_clicks_from_everywhere_during_a_broadcast_lose_nothing_and_lock_nobody(world: World) -> None:
    world.people(60, "slack:T9")
    people = [f"p{n}" for n in range(60)]
    world.owe("notice:n1", "state 0", *people, lane="slack:T9")
    world.owe("notice:n2", "state 0", *people, lane="slack:T9")
    world.platform.delay = 0.001
    courier = world.courier()

    def click(subject: str) -> None:
        for n in range(1, 9):
            world.change(subject, f"state {n}")
            courier.wake()
            time.sleep(0.01)

    await asyncio.gather(
        courier.drain(), *(asyncio.to_thread(click, subject) for subject in ("notice:n1", "notice:n2"))
    )
    await courier.drain()
    await courier.stop()
    assert {(row.state, row.wanted, row.shown, row.repeats) for row in world.rows()} == {("settled", 9, 9, 0)}
    assert set(world.platform.shown.values()) == {"state 8"}
    assert len(world.platform.posts) == 120


async def test_a_storm_of_changes_nobody_waits_for_is_drawn_once_a_second_and_ends_with_the_last(world: World) -> None:
    world.owe(ASK, "0 answers", "p0", "p1")
    now = 100.0  # the courier's seconds go by only here: however slow the machine is, the storm is the same
    courier = world.courier(pace=Pace(), clock=lambda: now)
    await courier.drain()
    edits: list[tuple[float, str, str]] = []

    def during(what: str, which: str) -> None:
        if what == "update":
            edits.append((now, which, world.platform.shown[which]))

    world.platform.during = during
    for count in range(1, 37):  # every 0.07 seconds
        world.change(ASK, f"{count} answers", priority=5)
        courier.wake()
        await courier.drain(patience=0)
        now += 0.07
    now += 1
    await courier.drain(patience=0)
    await courier.stop()
    for message in ("m1", "m2"):
        seen = [(at, says) for at, which, says in edits if which == message]
        assert [says for _, says in seen] == ["1 answers", "16 answers", "31 answers", "36 answers"]
        assert all(1 <= later - sooner < 1.5 for (sooner, _), (later, _) in itertools.pairwise(seen))
    assert set(world.platform.shown.values()) == {"36 answers"}


async def test_a_change_somebody_waits_for_is_drawn_at_once_in_the_midst_of_a_storm(world: World) -> None:
    world.owe(ASK, "0 answers", "p0")
    courier = world.courier(pace=Pace(), clock=lambda: 100.0)
    await courier.drain()
    for count in range(1, 4):
        world.change(ASK, f"{count} answers", priority=5)
        await courier.drain(patience=0)
    assert world.platform.shown == {"m1": "1 answers"}, "the others wait for the next second"
    world.change(ASK, "your answer", priority=0)
    await courier.drain(patience=0)
    assert world.platform.shown == {"m1": "your answer"}, "not a moment later"
    await courier.stop()


async def test_an_edit_that_has_to_wait_keeps_nothing_new_from_the_person(world: World) -> None:
    world.owe(ASK, "one", "p0")
    pacing = Pace()
    courier = world.courier(pace=pacing)
    assert await courier.drain() == 1
    for number in range(60):
        pacing.take(keys("slack", "T0", f"U{number}", edits=f"x{number}"), time.monotonic())
    world.change(ASK, "two")
    world.owe("approval:a2", "another", "p0")
    await courier.drain(patience=2.0)
    assert sorted(world.platform.shown.values()) == ["another", "one"], "only the edit waits"
    await courier.abandon()


async def test_a_click_waits_for_no_card_that_is_drawn_elsewhere(world: World) -> None:
    drawing, done = asyncio.Event(), asyncio.Event()

    async def away(asks: Asks) -> Drawn | None:
        drawing.set()
        await done.wait()
        return [Card("elsewhere", "elsewhere", printed=Printed("look", {})) for _ in asks]

    world.people(3, "slack:T1")
    world.owe(ASK, "at home", "p0", "p1")
    courier = world.courier(away=away)
    running = asyncio.create_task(courier.run())
    await drawing.wait()
    world.owe("approval:a2", "a click", "p2", lane="slack:T1", priority=0)
    courier.wake()
    await until(lambda: [title for _, _, title in world.platform.posts] == ["a click"])
    done.set()
    await until(lambda: len(world.platform.posts) == 3)
    assert [title for _, _, title in world.platform.posts] == ["a click", "elsewhere", "elsewhere"]
    await courier.stop()
    await running


async def test_what_a_platform_refuses_as_it_was_printed_is_drawn_at_home_and_sent_again(world: World) -> None:
    async def away(asks: Asks) -> Drawn | None:
        return [Card("elsewhere", "elsewhere", printed=Printed("look", {})) for _ in asks]

    world.owe(ASK, "at home", "p0")
    world.platform.script = [Gone("payload", "invalid_blocks")]
    courier = world.courier(away=away)
    assert await courier.drain() == 1
    assert [title for _, _, title in world.platform.posts] == ["at home"]
    await courier.stop()


async def test_what_nobody_can_draw_elsewhere_is_drawn_at_home(world: World) -> None:
    async def away(asks: Asks) -> Drawn | None:
        return None

    world.owe(ASK, "at home", "p0")
    courier = world.courier(away=away)
    assert await courier.drain() == 1
    assert [title for _, _, title in world.platform.posts] == ["at home"]
    await courier.stop()
