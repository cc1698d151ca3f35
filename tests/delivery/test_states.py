"""What becomes of one delivery: every answer a platform can give, to a post and to an update."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cards.card import Card
from bot.cards.printed import look_of
from bot.platform import Gone, Later, Unsure
from handlers.commands import Refused
from tests.delivery.scene import World, told

ASK = "approval:a1"


async def _shown(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    courier = world.courier()
    assert await courier.drain() == 1
    await courier.stop()
    world.platform.accounts.clear()


async def _step(world: World) -> bool:
    courier = world.courier()
    try:
        return await courier.step("slack:T0")
    finally:
        await courier.stop()


async def test_a_post_that_is_shown_is_settled_with_its_message(world: World) -> None:
    await _shown(world)
    row = world.row
    assert (row.state, row.wanted, row.shown, row.attempts, row.error) == ("settled", 1, 1, 0, "")
    assert row.message == {
        "id": "m1",
        "user": "p0",
        "look": look_of(Card("Needs your approval", "Needs your approval")),
    }
    assert world.platform.shown == {"m1": "Needs your approval"}
    assert world.platform.posts[0][1] == row.id


async def test_a_change_edits_the_shown_message(world: World) -> None:
    await _shown(world)
    world.change(ASK, "Approved")
    assert world.row.state == "owed"
    assert await _step(world)
    assert world.platform.shown == {"m1": "Approved"}
    assert (world.row.state, world.row.wanted, world.row.shown) == ("settled", 2, 2)
    assert not await _step(world), "nothing is left"


async def test_an_edit_that_would_change_nothing_is_not_sent_and_counts_against_no_limit(world: World) -> None:
    await _shown(world)
    for _ in range(60):  # more than a workspace takes in a minute
        world.change(ASK, "Needs your approval")
        assert await _step(world)
    assert (world.row.state, world.row.wanted, world.row.shown) == ("settled", 61, 61)
    assert world.platform.edits == []
    world.change(ASK, "Approved")
    assert await _step(world)
    assert [title for _, title in world.platform.edits] == ["Approved"]


async def test_an_edit_of_which_nobody_knows_whether_it_arrived_is_sent_again(world: World) -> None:
    await _shown(world)
    world.platform.script = [Unsure("connection lost")]
    world.change(ASK, "Approved")
    assert await _step(world)
    assert world.row.state == "unsure"
    world.now += timedelta(minutes=5)
    assert await _step(world)
    assert world.platform.edits == [("m1", "Approved")]


@pytest.mark.parametrize("scope", ["conversation", "org"])
async def test_a_post_told_to_wait_stays_owed_and_is_due_later(world: World, scope: str) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [Later(20, scope, "ratelimited")]  # type: ignore[arg-type]
    assert await _step(world)
    row = world.row
    assert (row.state, row.attempts, row.shown) == ("owed", 1, 0)
    assert row.due_at >= world.now + timedelta(seconds=20)
    assert "ratelimited" in row.error
    assert not await _step(world), "a successor remembers it"
    world.later(21)
    assert await _step(world)
    assert world.row.state == "settled"


async def test_an_update_told_to_wait_is_made_later(world: World) -> None:
    await _shown(world)
    world.change(ASK, "Approved")
    world.platform.script = [Later(20, "org", "ratelimited")]
    assert await _step(world)
    assert (world.row.state, world.row.message["id"]) == ("owed", "m1")
    world.later(21)
    assert await _step(world)
    assert world.platform.shown == {"m1": "Approved"}


async def test_an_update_of_a_message_that_is_gone_is_posted_anew(world: World) -> None:
    await _shown(world)
    world.change(ASK, "Approved")
    world.platform.script = [Gone("message", "message_not_found")]
    assert await _step(world)
    assert (world.row.state, world.row.message) == ("owed", None)
    assert await _step(world)
    assert (world.row.state, world.row.message["id"]) == ("settled", "m2")
    assert world.platform.shown["m2"] == "Approved"
    assert not world.commands


@pytest.mark.parametrize("what", ["target", "opted_out", "payload"])
@pytest.mark.parametrize("shown", [False, True])
async def test_what_cannot_be_delivered_is_dead_and_told_once(world: World, what: str, shown: bool) -> None:
    if shown:
        await _shown(world)
        world.change(ASK, "Approved")
    else:
        world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [Gone(what, "no such channel")]  # type: ignore[arg-type]
    assert await _step(world)
    row = world.row
    assert (row.state, row.error) == ("dead", f"{what}: no such channel")
    assert told(world.commands) == [(row.id, what)]
    assert not await _step(world)
    assert len(world.commands) == 1


async def test_a_dead_installation_ends_its_lane_in_one_go(world: World) -> None:
    world.people(1, "teams:cedar")
    world.owe(ASK, "Needs your approval", "p0", "p1", "p2")
    world.owe("approval:held", "Tomorrow", "p0", due_at=world.now + timedelta(days=1))
    world.owe(ASK, "Needs your approval", "p0", lane="teams:cedar")
    world.platform.script = [Gone("installation", "token_revoked")]
    assert await _step(world)
    assert len(world.platform.accounts) == 1, "one call was enough"
    assert {row.state for row in world.rows(lane="slack:T0")} == {"dead"}
    assert [row.state for row in world.rows(lane="teams:cedar")] == ["owed"], "another lane is another matter"
    courier = world.courier()
    await courier.drain()
    await courier.stop()
    dead = sorted(row.id for row in world.rows(lane="slack:T0"))
    assert sorted(told(world.commands)) == [(id_, "installation") for id_ in dead], "whoever was not asked is told once"
    assert len(world.platform.accounts) == 2


async def test_a_dead_installation_says_nothing_of_edits_nobody_misses(world: World) -> None:
    await _shown(world)
    world.owe("approval:a2", "Another", "p1", priority=0)
    world.change(ASK, "Approved")
    world.platform.script = [Gone("installation", "token_revoked")]
    assert await _step(world)
    assert [(row.subject, row.state) for row in world.rows()] == [(ASK, "dead"), ("approval:a2", "dead")]
    courier = world.courier()
    await courier.drain()
    await courier.stop()
    assert told(world.commands) == [("d-approval:a2-slack:T0-p1-ask", "installation")]


async def test_an_unsure_post_is_recorded_then_sent_again_and_counted(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script, world.platform.arrives = [Unsure("connection lost")], [True]
    assert await _step(world)
    row = world.row
    assert (row.state, row.repeats, row.error) == ("unsure", 0, "connection lost")
    world.later(5)
    assert await _step(world)
    assert (world.row.state, world.row.repeats) == ("settled", 1)
    assert [title for _, _, title in world.platform.posts] == ["Needs your approval"] * 2


async def test_an_unsure_update_is_made_again_and_repeats_nothing(world: World) -> None:
    await _shown(world)
    world.change(ASK, "Approved")
    world.platform.script = [Unsure("connection lost")]
    assert await _step(world)
    assert world.row.state == "unsure"
    world.later(5)
    assert await _step(world)
    assert (world.row.state, world.row.repeats) == ("settled", 0)
    assert len(world.platform.posts) == 1


async def test_a_post_that_stays_unsure_is_given_up_and_told(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [Unsure("connection lost")] * 9
    while await _step(world):
        world.later(400)
    assert (world.row.state, world.row.repeats) == ("dead", 3)
    assert len(world.platform.accounts) == 4, "once, and repeated three times"
    assert told(world.commands) == [(world.row.id, "target")]


async def test_a_messenger_that_breaks_is_an_unsure_outcome(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [RuntimeError("our own fault")]
    assert await _step(world)
    assert (world.row.state, world.row.error) == ("unsure", "RuntimeError: our own fault")


async def test_nothing_worth_saying_any_more_is_dropped_unsent(world: World) -> None:
    world.owe(ASK, None, "p0")
    assert await _step(world)
    assert (world.row.state, world.row.shown) == ("dropped", 0)
    assert not world.platform.accounts


async def test_a_shown_card_with_nothing_new_to_say_stays_as_it_is(world: World) -> None:
    await _shown(world)
    world.change(ASK, None)
    assert await _step(world)
    assert (world.row.state, world.row.wanted, world.row.shown) == ("settled", 2, 2)
    assert not world.platform.edits


async def test_a_card_that_cannot_be_drawn_does_not_stop_the_lane(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.owe("approval:a2", "Also", "p1")
    del world.facts[ASK]
    courier = world.courier()
    assert await courier.drain() == 2
    await courier.stop()
    dead, fine = world.rows()
    assert (dead.state, fine.state) == ("dead", "settled")
    assert told(world.commands) == [(dead.id, "payload")]


async def test_a_person_who_closed_the_chat_is_not_called(world: World) -> None:
    from storage.tables import metadata

    world.owe(ASK, "Needs your approval", "p0")
    with world.store.write() as tx:
        tx.execute(metadata.tables["identity"].update().values(reachable=False))
    assert await _step(world)
    assert not world.platform.accounts
    assert told(world.commands) == [(world.row.id, "target")]


async def test_a_failure_that_cannot_be_told_is_told_later(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [Gone("target", "channel_not_found")]
    world.refuse_reports = [RuntimeError("the store is away")]
    assert await _step(world)
    assert (world.row.state, world.commands) == ("dead", [])
    courier = world.courier()
    await courier.drain()
    await courier.stop()
    assert told(world.commands) == [(world.row.id, "target")]
    assert world.row.settled_at is not None


async def test_a_failure_whose_report_is_refused_is_told_once(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    world.platform.script = [Gone("target", "channel_not_found")]
    world.refuse_reports = [Refused("no such delivery")]
    assert await _step(world)
    assert world.row.settled_at is not None


async def test_a_platform_that_is_not_set_up_is_a_dead_installation(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    courier = world.courier()
    courier._carrier.messengers = {}
    assert await courier.step("slack:T0")
    await courier.stop()
    assert told(world.commands) == [(world.row.id, "installation")]


async def test_a_new_address_is_remembered_and_a_known_one_is_not(world: World) -> None:
    await _shown(world)
    assert [dict(account.address) for account in world.remembered] == [{"channel": "D-p0"}]
    from storage.tables import metadata

    with world.store.write() as tx:
        tx.execute(metadata.tables["identity"].update().values(address="D-p0"))
    world.owe("approval:a2", "Another", "p0")
    assert await _step(world)
    assert dict(world.platform.accounts[0].address) == {"channel": "D-p0"}
    assert len(world.remembered) == 1


async def test_a_result_for_a_sending_that_is_no_longer_ours_changes_nothing(world: World) -> None:
    from storage import settling, waiting

    world.owe(ASK, "Needs your approval", "p0")
    with world.store.write() as tx:
        (row,) = waiting.due(tx, "slack:T0", world.now, 9)
        ours = settling.MarkSending(row)(tx)
        assert ours is not None
        assert settling.recover(tx, ["slack:T0"], world.now) == (1, 0)
        again = waiting.claim(tx, [row.id])[row.id]
        assert again.state == "unsure"
        theirs = settling.MarkSending(again)(tx)
        assert theirs is not None and theirs.repeats == 1
        assert settling.SettleShown(ours, 1, {"id": "late"}, world.now)(tx) == ""
        assert settling.SettleShown(theirs, 1, {"id": "true"}, world.now)(tx) == "settled"
    assert world.row.message == {"id": "true"}
