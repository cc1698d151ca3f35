"""Owing, touching and what is due, in the store alone."""

from __future__ import annotations

from datetime import timedelta

from storage import outbox, settling, waiting
from storage.store import Store
from tests.delivery.scene import START, World

ASK = "approval:a1"
TOMORROW = START + timedelta(hours=19)


def due(world: World) -> list[tuple[str, str]]:
    with world.store.read() as tx:
        return [(row.subject, row.user) for row in waiting.due(tx, "slack:T0", world.now, 99)]


def test_what_is_owed_is_due_with_everything_the_courier_needs(world: World) -> None:
    world.owe(ASK, "Needs your approval", "p0")
    with world.store.read() as tx:
        (row,) = waiting.due(tx, "slack:T0", world.now, 9)
        assert list(waiting.lanes_due(tx, world.now)) == ["slack:T0"]
    assert (row.platform, row.org, row.user, row.reachable, row.message) == ("slack", "T0", "p0", True, None)
    assert row.due_at == START


def test_owing_the_same_card_again_wants_one_more_redraw(world: World) -> None:
    world.owe(ASK, "one", "p0", "p1")
    world.owe(ASK, "two", "p0")
    assert [(row.wanted, row.state) for row in world.rows()] == [(2, "owed"), (1, "owed")]


def test_another_purpose_is_another_message(world: World) -> None:
    world.owe(ASK, "one", "p0")
    world.owe(ASK, "one", "p0", purpose="remind.1")
    assert len(world.rows()) == 2


def test_a_held_delivery_is_not_due_before_its_time(world: World) -> None:
    world.owe(ASK, "one", "p0", due_at=TOMORROW)
    assert due(world) == []
    world.owe(ASK, "two", "p0", due_at=TOMORROW)
    world.change(ASK, "three")
    assert due(world) == [], "neither owing nor touching breaks the quiet hours"
    world.now = TOMORROW
    assert due(world) == [(ASK, "p0")]


def test_a_shown_card_owed_again_is_edited_at_once(world: World) -> None:
    world.owe(ASK, "one", "p0")
    _show(world)
    world.owe(ASK, "two", "p0", due_at=TOMORROW)
    assert due(world) == [(ASK, "p0")]


def test_touching_wakes_the_settled_and_leaves_the_dead_and_the_dropped(world: World) -> None:
    world.owe(ASK, "one", "p0", "p1", "p2")
    with world.store.write() as tx:
        first, second, third = waiting.due(tx, "slack:T0", world.now, 9)
        sending = settling.MarkSending(first)(tx)
        assert sending is not None
        settling.SettleShown(sending, 1, {"id": "m"}, world.now)(tx)
        settling.settle_dead(tx, second, "target: gone")
        settling.settle_dropped(tx, third, world.now)
    world.change(ASK, "two")
    assert [(row.state, row.wanted) for row in world.rows()] == [("owed", 2), ("dead", 1), ("dropped", 1)]


def test_owing_wakes_even_the_dead(world: World) -> None:
    world.owe(ASK, "one", "p0")
    with world.store.write() as tx:
        settling.settle_dead(tx, waiting.due(tx, "slack:T0", world.now, 9)[0], "target: gone")
    world.owe(ASK, "two", "p0")
    assert due(world) == [(ASK, "p0")]
    assert world.row.error == ""


def test_touching_one_person_leaves_the_others(world: World) -> None:
    world.owe(ASK, "one", "p0", "p1", priority=9)
    world.change(ASK, "two", person_id="slack:T0/p1", priority=0)
    assert [(row.wanted, row.priority) for row in world.rows()] == [(1, 9), (2, 0)]
    assert due(world) == [(ASK, "p1"), (ASK, "p0")], "and puts that one first"


def test_the_urgent_goes_first_and_then_what_was_owed_first(world: World) -> None:
    world.owe("notice:n1", "bulk", "p0", priority=9)
    world.later(1)
    world.owe(ASK, "ask", "p1")
    world.later(1)
    world.owe("approval:a2", "ask", "p2")
    world.owe("approval:a3", "click", "p0", priority=0)
    assert [subject for subject, _ in due(world)] == ["approval:a3", ASK, "approval:a2", "notice:n1"]


def test_a_change_during_a_sending_leaves_it_owed_again(world: World) -> None:
    world.owe(ASK, "one", "p0")
    with world.store.write() as tx:
        sending = settling.MarkSending(waiting.due(tx, "slack:T0", world.now, 9)[0])(tx)
    assert sending is not None
    world.change(ASK, "two")
    assert world.row.state == "sending"
    with world.store.write() as tx:
        assert settling.SettleShown(sending, 1, {"id": "m"}, world.now)(tx) == "owed"


def test_dropping_yields_to_a_change(world: World) -> None:
    world.owe(ASK, None, "p0")
    with world.store.read() as tx:
        (row,) = waiting.due(tx, "slack:T0", world.now, 9)
    world.change(ASK, "after all")
    with world.store.write() as tx:
        assert settling.settle_dropped(tx, row, world.now) == ""
    assert world.row.state == "owed"


def test_the_backlog_counts_what_waits_and_since_when(world: World) -> None:
    world.owe(ASK, "one", "p0", "p1")
    world.later(60)
    world.owe("approval:a2", "two", "p2")
    with world.store.write() as tx:
        settling.settle_dead(tx, waiting.due(tx, "slack:T0", world.now, 9)[0], "target: gone")
        backlog = waiting.backlog(tx)
    assert backlog.states == {"owed": 2, "dead": 1}
    assert backlog.oldest == START


def test_a_row_that_a_click_has_locked_is_left_for_later(store: Store, world: World) -> None:
    world.owe(ASK, "one", "p0", "p1")
    ids = {row.id for row in world.rows()}
    if store.dialect == "sqlite":
        with store.write() as tx:
            assert settling.free(tx, ids) == ids, "one writer: nobody else has anything locked"
        return
    click = Store(store.url.render_as_string())
    with click.write() as theirs:
        outbox.touch(theirs, ASK, world.now, person_id="slack:T0/p0")
        assert waiting.claim(theirs, sorted(ids)), "what is only written goes with what is asked next"
        with store.write() as ours:
            assert settling.free(ours, ids) == {"d-approval:a1-slack:T0-p1-ask"}
    click.close()


def _show(world: World) -> None:
    with world.store.write() as tx:
        sending = settling.MarkSending(waiting.due(tx, "slack:T0", world.now, 9)[0])(tx)
        assert sending is not None
        settling.SettleShown(sending, sending.wanted, {"id": "m"}, world.now)(tx)


def test_the_same_card_owed_twice_in_one_go_wants_one_more_redraw(world: World) -> None:
    world.owe(ASK, "one", "p0", "p1", "p0")
    assert sorted((row.identity_id, row.wanted) for row in world.rows()) == [("slack:T0/p0", 2), ("slack:T0/p1", 1)]
