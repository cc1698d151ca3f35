"""Many steps written by one statement come out as each would alone, whatever anybody else does meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text, update

from storage import massed, outbox, settling, waiting
from storage.lanes import Hold, LaneLost, Lanes
from storage.massed import MarkSending, SettleShown
from storage.scribe import Entry, commit
from storage.store import Store
from storage.waiting import Due
from tests.delivery.scene import World, delivery

ASK = "approval:a1"
LANE = "slack:T0"


def _due(world: World) -> list[Due]:
    with world.store.read() as tx:
        return sorted(waiting.due_among(tx, [LANE], world.now, 99), key=lambda row: row.id)


def _write(lanes: Lanes, world: World, *deeds: massed.Step, held: bool = False, hold: Hold | None = None) -> list:
    ours = hold or lanes.hold(LANE) or Hold(LANE, 0)
    return commit(world.store, lanes, [Entry(ours, deed.row.id, deed, held) for deed in deeds])


def _marked(world: World) -> list[Due]:
    with world.store.write() as tx:
        marked = [MarkSending(row)(tx) for row in _due(world)]
    return [row for row in marked if row is not None]


def _shown(row: Due, world: World, name: str = "") -> SettleShown:
    return SettleShown(row, row.wanted, {"id": name or row.user}, world.now)


@pytest.fixture
def lanes(world: World) -> Lanes:
    return Lanes(world.store)


def test_they_are_marked_and_settled_together(world: World, lanes: Lanes) -> None:
    world.owe(ASK, "one", "p0", "p1", "p2")
    first, second, third = _due(world)
    marked = _write(lanes, world, MarkSending(first), MarkSending(second), held=True)
    assert [(row.state, row.attempts, row.repeats) for row in marked] == [("sending", 1, 0)] * 2
    assert marked[0].id == first.id
    settled = _write(lanes, world, _shown(marked[0], world, "“m”"), MarkSending(third), _shown(marked[1], world, "n"))
    assert (settled[0], settled[1].id, settled[2]) == ("settled", third.id, "settled")
    rows = world.rows()
    states = [(row.state, row.shown, row.attempts) for row in rows]
    assert states == [("settled", 1, 0), ("settled", 1, 0), ("sending", 0, 1)]
    assert [row.message for row in rows] == [{"id": "“m”"}, {"id": "n"}, None]
    assert [row.settled_at for row in rows] == [row.reached_at for row in rows] == [world.now, world.now, None]
    lanes.close()


def test_what_was_seen_differently_goes_together_too(world: World, lanes: Lanes) -> None:
    world.owe(ASK, "one", "p0", "p1", "p2")
    with world.store.write() as tx:
        first, second, _third = _due(world)
        shown = MarkSending(first)(tx)
        unsure = MarkSending(second)(tx)
        assert shown is not None and unsure is not None
        assert _shown(shown, world)(tx) == "settled"
        assert settling.mark_unsure(tx, unsure, world.now, "no answer")
    world.change(ASK, "two")
    known = _due(world)
    steps = [MarkSending(row) for row in known]
    assert len(massed.batches(steps)) == 3
    marked = _write(lanes, world, *steps, held=True)
    assert [(row.attempts, row.repeats) for row in marked] == [(1, 0), (2, 1), (1, 0)]
    assert [(row.attempts, row.repeats) for row in world.rows()] == [(1, 0), (2, 1), (1, 0)]
    assert _write(lanes, world, *(_shown(row, world) for row in marked)) == ["settled"] * 3
    assert [(row.wanted, row.shown, row.reached_at) for row in world.rows()] == [(2, 2, world.now)] * 3
    lanes.close()


def test_of_which_more_was_wanted_meanwhile_are_owed_again_and_the_others_settled(world: World, lanes: Lanes) -> None:
    world.owe(ASK, "one", "p0", "p1")
    marked = _marked(world)
    world.later(5)
    world.change(ASK, "two", person_id=f"{LANE}/p1")
    assert _write(lanes, world, *(_shown(row, world) for row in marked)) == ["settled", "owed"]
    settled, owed = world.rows()
    assert (settled.state, settled.due_at) == ("settled", world.now - timedelta(seconds=5))
    assert (owed.state, owed.shown, owed.wanted, owed.due_at) == ("owed", 1, 2, world.now)
    lanes.close()


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_no_longer_as_it_was_seen_is_left_as_it_is_and_keeps_no_other(
    world: World, lanes: Lanes, alone: bool
) -> None:
    world.owe(ASK, "one", "p0", "p1", "p2")
    rows = _due(world)
    with world.store.write() as tx:
        tx.execute(update(delivery).where(delivery.c.id == rows[1].id).values(state="dropped"))
    marked = _write(lanes, world, *(MarkSending(row) for row in (rows[1:2] if alone else rows)), held=True)
    if alone:
        assert marked == [None]
        return
    assert [row and row.state for row in marked] == ["sending", None, "sending"]
    with world.store.write() as tx:
        assert settling.recover(tx, [LANE], world.now) == (2, 0)
    assert _write(lanes, world, *(_shown(row, world) for row in (marked[0], marked[2]))) == ["", ""]
    assert [(row.state, row.message) for row in world.rows()] == [("unsure", None), ("dropped", None), ("unsure", None)]
    lanes.close()


def test_what_does_not_want_to_be_sent_is_not_marked(world: World, lanes: Lanes) -> None:
    world.owe(ASK, "one", "p0")
    (sending,) = _marked(world)
    assert _write(lanes, world, MarkSending(sending), held=True) == [None]
    assert world.row.attempts == 1
    lanes.close()


def test_what_a_click_has_locked_waits_for_it_and_holds_up_no_other(store: Store, world: World, lanes: Lanes) -> None:
    if store.dialect == "sqlite":
        return  # there is one writer
    world.owe(ASK, "one", "p0", "p1")
    marked = _marked(world)
    click = Store(store.url.render_as_string())
    seen = []
    with click.write() as theirs:
        outbox.touch(theirs, ASK, world.now, person_id=f"{LANE}/p0")
        assert waiting.claim(theirs, [marked[1].id]) == {}, "what is only written goes with what is asked next"
        assert lanes.hold(LANE) is not None
        with lanes.say() as tx:
            (batch,) = massed.batches([_shown(row, world) for row in marked])
            seen.append(massed.take(tx, batch))
    assert seen == [{marked[1].id: "settled"}]
    assert _write(lanes, world, _shown(marked[0], world)) == ["owed"]
    click.close()
    lanes.close()


MARKING_WAITS = """
CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END';
CREATE TRIGGER wait_here BEFORE UPDATE ON delivery FOR EACH ROW
WHEN (OLD.state = 'owed' AND NEW.state = 'sending') EXECUTE FUNCTION wait_here()
"""
WAITING_HERE = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"


@contextmanager
def _held_up(store: Store) -> Iterator[Any]:
    """While this is open every marking waits in the midst of its statement."""
    with store.write() as tx:
        tx.execute(text(MARKING_WAITS))
    try:
        with store.write() as holding:
            holding.execute(text("SELECT pg_advisory_xact_lock(4711)"))
            yield holding
    finally:
        with store.write() as tx:
            tx.execute(text("DROP FUNCTION wait_here CASCADE"))


def test_what_is_changed_in_the_midst_of_the_statement_is_taken_alone(store: Store, world: World, lanes: Lanes) -> None:
    if store.dialect == "sqlite":
        return  # there is one writer
    world.owe(ASK, "one", "p0", "p1")
    first, second = _due(world)
    with store.write() as tx:
        sending = MarkSending(second)(tx)
    assert sending is not None
    together: list[dict[str, Any]] = []
    answers: list[Any] = []
    take = massed.take

    def taken(tx: Any, batch: massed.Batch) -> dict[str, Any]:
        together.append(take(tx, batch))
        return together[-1]

    assert lanes.hold(LANE) is not None
    steps = (MarkSending(first), _shown(sending, world))
    with patch.object(massed, "take", taken):
        courier = threading.Thread(target=lambda: answers.extend(_write(lanes, world, *steps)))
        with _held_up(store) as holding:
            courier.start()
            while not holding.scalar(text(WAITING_HERE)):
                time.sleep(0.01)
            with store.write() as click:
                outbox.touch(click, ASK, world.now, person_id=second.person_id or "")
        courier.join(20)
    assert [list(one) for one in together] == [[first.id]]
    assert [answers[0].state, answers[1]] == ["sending", "owed"]
    assert [(row.state, row.wanted, row.shown) for row in world.rows()] == [("sending", 1, 0), ("owed", 2, 1)]
    lanes.close()


def test_nothing_is_marked_in_a_lane_that_is_lost_and_the_rest_is_written(world: World, lanes: Lanes) -> None:
    world.owe(ASK, "one", "p0", "p1")
    first, second = _due(world)
    hold = lanes.hold(LANE)
    assert hold is not None
    with world.store.write() as tx:
        sending = MarkSending(first)(tx)
    assert sending is not None
    void = Hold(LANE, hold.era + 1)
    lost, settled = commit(
        world.store,
        lanes,
        [Entry(void, second.id, MarkSending(second), True), Entry(void, first.id, _shown(sending, world))],
    )
    assert isinstance(lost, LaneLost) and settled == "settled"
    assert [row.state for row in world.rows()] == ["settled", "owed"]
    lanes.close()


def test_other_deeds_are_written_in_the_same_transaction(world: World, lanes: Lanes) -> None:
    world.owe(ASK, "one", "p0", "p1")
    first, second = _marked(world)
    hold = lanes.hold(LANE)
    assert hold is not None
    with patch.object(lanes, "say", side_effect=AssertionError("not one statement")):
        answers = commit(
            world.store,
            lanes,
            [
                Entry(hold, first.id, _shown(first, world)),
                Entry(hold, second.id, lambda tx: settling.settle_dead(tx, second, "target: gone")),
            ],
        )
    assert answers == ["settled", "dead"]
    assert [row.state for row in world.rows()] == ["settled", "dead"]
    lanes.close()


def test_one_look_says_what_else_there_is_in_some_lanes(world: World) -> None:
    def rare() -> tuple[bool, ...]:
        with world.store.glance() as tx:
            return tuple(bool(one) for one in waiting.rare(tx, [LANE, "slack:T9"], world.now))

    world.owe(ASK, "one", "p0", "p1", "p2")
    assert rare() == (False, False, False, False)
    first, second, third = _marked(world)
    assert rare() == (True, False, False, False)
    with world.store.write() as tx:
        settling.settle_later(tx, first, world.now + timedelta(seconds=9), "ratelimited")
        settling.settle_dead(tx, second, "target: gone")
        _shown(third, world)(tx)
    assert rare() == (False, True, True, False)
    world.owe(ASK, "two", "p2", purpose="thread", follows="ask")
    assert rare() == (False, True, True, True)
