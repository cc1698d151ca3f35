"""Messages in the thread of another, whatever becomes of that one: after it, once, and never lost behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.platform import Gone, Later, Unsure
from handlers.commands import Ref
from storage import settling, waiting
from storage.tables import metadata
from tests.delivery.scene import Died, World, dies_at

OUTAGE = "notice:n1"


def notice(world: World, *people: str, **more: Any) -> None:
    """An outage, whose card says "open"."""
    world.facts[f"{OUTAGE} open"] = "open"
    world.owe(OUTAGE, "", *people, purpose="open", **more)


def update(world: World, *people: str, number: int = 1, **more: Any) -> None:
    """An update of it in its thread, whose card says "update1"."""
    world.facts[f"{OUTAGE} update{number}"] = f"update{number}"
    world.owe(OUTAGE, "", *people, **{"purpose": f"update{number}", "follows": "open", **more})


async def carried(world: World, **more: Any) -> list[tuple[str, str]]:
    """(title, thread) of everything posted, after a courier has carried what is due."""
    one = world.courier(**more)
    await one.drain(patience=5)
    await one.stop()
    return world.platform.threads


async def test_a_follow_up_is_posted_in_the_thread_of_what_it_follows(world: World) -> None:
    notice(world, "p0")
    await carried(world)
    update(world, "p0")
    assert await carried(world) == [("open", ""), ("update1", "m1")]


@pytest.mark.parametrize("priority", [0, 5, 9])
async def test_a_follow_up_waits_for_what_it_follows_however_urgent_it_is(world: World, priority: int) -> None:
    notice(world, "p0", "p1", priority=9)
    update(world, "p0", "p1", priority=priority)
    threads = await carried(world)
    assert sorted(threads) == [("open", ""), ("open", ""), ("update1", "m1"), ("update1", "m2")]


async def test_hundreds_of_follow_ups_do_not_hide_what_they_follow(world: World) -> None:
    world.people(250, "slack:T9")
    everybody = [f"p{n}" for n in range(250)]
    notice(world, *everybody, lane="slack:T9", priority=9)
    update(world, *everybody, lane="slack:T9", priority=1)
    threads = await carried(world)
    assert len(threads) == 500
    assert all(thread for title, thread in threads if title == "update1")


async def test_what_is_held_comes_with_its_urgent_follow_up(world: World) -> None:
    notice(world, "p0", due_at=world.now + timedelta(hours=9))
    assert await carried(world) == []
    update(world, "p0", priority=1)
    assert await carried(world) == [("open", ""), ("update1", "m1")]


async def test_a_held_follow_up_does_not_hold_what_it_follows(world: World) -> None:
    notice(world, "p0")
    update(world, "p0", due_at=world.now + timedelta(hours=9))
    assert await carried(world) == [("open", "")]
    world.later(9 * 3600)
    assert await carried(world) == [("open", ""), ("update1", "m1")]


async def test_a_follow_up_of_what_is_told_to_wait_waits_too(world: World) -> None:
    notice(world, "p0", "p1")
    update(world, "p0", "p1")
    world.platform.script = [Later(0.3, "conversation", "busy")]
    threads = await carried(world)
    assert sorted(title for title, _ in threads) == ["open", "open", "update1", "update1"]
    assert all(thread for title, thread in threads if title == "update1")


async def test_a_follow_up_of_what_may_have_arrived_waits_until_that_is_known(world: World) -> None:
    notice(world, "p0")
    update(world, "p0")
    world.platform.script, world.platform.arrives = [Unsure("lost")], [True]
    assert await carried(world) == [("open", ""), ("open", ""), ("update1", "m2")]


async def test_what_follows_a_dead_a_dropped_or_no_message_stands_alone(world: World) -> None:
    notice(world, "p0")
    update(world, "p0")
    world.platform.script = [Gone("payload", "too long")]
    assert await carried(world) == [("update1", "")]
    update(world, "p1")  # never told of the outage itself
    assert await carried(world) == [("update1", ""), ("update1", "")]

    notice(world, "p2")
    update(world, "p2")
    world.facts[f"{OUTAGE} open"] = None
    assert await carried(world) == [("update1", "")] * 3


async def test_the_next_follow_up_of_the_same_message_comes_after_the_one_before(world: World) -> None:
    notice(world, "p0")
    for number in range(1, 5):
        world.later(1)
        update(world, "p0", number=number)
    threads = await carried(world)
    assert threads == [("open", ""), *((f"update{n}", "m1") for n in range(1, 5))]


async def test_a_message_that_vanished_is_posted_anew_and_followed_there(world: World) -> None:
    notice(world, "p0")
    await carried(world)
    world.change(OUTAGE, "")
    world.facts[f"{OUTAGE} open"] = "still open"
    update(world, "p0")
    world.platform.script = [Gone("message", "deleted")]
    assert await carried(world) == [("open", ""), ("still open", ""), ("update1", "m2")]


@pytest.mark.parametrize("step", ["claimed", "drawn", "sending", "sent", "settled"])
@pytest.mark.parametrize("occurrence", [1, 2])
async def test_a_death_between_any_two_steps_loses_neither_message_nor_thread(
    world: World, step: str, occurrence: int
) -> None:
    notice(world, "p0", priority=9)
    update(world, "p0", priority=1)
    dying = world.courier(at=dies_at(step, occurrence))
    with pytest.raises(Died):
        await dying.drain()
    await dying.abandon()
    threads = await carried(world)
    assert {title for title, _ in threads} == {"open", "update1"}
    assert threads[0] == ("open", "")
    assert all(thread for title, thread in threads if title == "update1")
    assert {row.state for row in world.rows()} == {"settled"}


async def test_a_lane_with_nothing_but_a_follow_up_that_waits_is_not_due(world: World) -> None:
    notice(world, "p0")
    with world.store.write() as tx:
        (leader,) = waiting.due(tx, "slack:T0", world.now, 9)
        settling.settle_later(tx, leader, world.now + timedelta(minutes=1), "ratelimited")
    with world.store.write() as tx:  # owed by somebody who does not know yet that it waits
        tx.execute(insert(metadata.tables["delivery"]), [_row(world)])
    with world.store.read() as tx:
        assert waiting.due(tx, "slack:T0", world.now, 9) == []
        assert waiting.lanes_due(tx, world.now) == {}
        assert waiting.claim(tx, ["f"]) == {}


def _row(world: World) -> Mapping[str, Any]:
    fresh = {"wanted": 1, "shown": 0, "state": "owed", "attempts": 0, "repeats": 0, "error": ""}
    return {
        **fresh, "id": "f", "subject": OUTAGE, "purpose": "update1", "identity_id": "slack:T0/p0",
        "person_id": "slack:T0/p0", "client_id": None, "lane": "slack:T0", "priority": 1, "due_at": world.now,
        "room_id": None, "follows": "open", "created_at": world.now,
    }  # fmt: skip


def test_the_followed_message_is_known_when_it_is_claimed(world: World) -> None:
    notice(world, "p0")
    with world.store.write() as tx:
        (leader,) = waiting.due(tx, "slack:T0", world.now, 9)
        sending = settling.MarkSending(leader)(tx)
        assert sending is not None
        settling.SettleShown(sending, 1, {"ts": "1.2"}, world.now)(tx)
    update(world, "p0")
    with world.store.read() as tx:
        (row,) = waiting.due(tx, "slack:T0", world.now, 9)
        assert waiting.claim(tx, [row.id])[row.id].followed == {"ts": "1.2"}
    assert str(Ref.parse(row.subject)) == OUTAGE
