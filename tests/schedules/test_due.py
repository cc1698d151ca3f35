"""What is due on a real store, between the look and the deed: paused, moved back, answered. Nothing is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from handlers.commands import ITSELF, AnswerQuestion, AskQuestion, Climb, Event, Ref, System
from schedules import reminders
from schedules.clock import Ticker
from storage.store import Store
from tests.handlers.office import Office

NEW_YORK = ZoneInfo("America/New_York")
DUE = datetime(2026, 6, 8, 13, 5, tzinfo=NEW_YORK)
"""The first reminder of an order raised at 9:05."""


@pytest.fixture
def office(peopled: Store) -> Iterator[Office]:
    """The demo cast on Monday morning."""
    yield Office(peopled)


async def tick(office: Office, then: datetime | None = None) -> int:
    """One tick; between its look at what is due and its first deed it becomes `then`."""

    async def perform(command: Climb) -> None:
        office.now = then or office.now
        event = Event(ITSELF, office.now, System("the clock"), "tick")
        await asyncio.to_thread(office.desk.perform, command, event)

    ticker = Ticker([partial(reminders.due, office.store)], perform, lambda: office.now, seconds=60)
    return await asyncio.wait_for(ticker.tick(), 30)


async def reminder(office: Office) -> Climb:
    """It is time for the reminder, and for nothing else."""
    office.now = DUE - timedelta(minutes=1)
    await tick(office)
    office.now = DUE
    (due,) = reminders.rungs(office.store, office.now)
    return due


def reminded(office: Office) -> int:
    return office.journal("approval.remind_primary")


def state(office: Office, ref: Ref, deed: str) -> str:
    rows = office.rows("SELECT state FROM timer WHERE subject = :ref AND deed = :deed", ref=str(ref), deed=deed)
    return str(rows[0].state)


async def test_a_clock_moved_back_between_look_and_deed_only_puts_the_rung_off(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.now = DUE
    await tick(office, then=DUE - timedelta(hours=2))
    assert (reminded(office), state(office, ref, "remind_primary")) == (0, "waiting")
    office.now = DUE
    await tick(office)
    await tick(office)
    assert (reminded(office), state(office, ref, "remind_primary")) == (1, "done")


async def test_a_rung_paused_between_look_and_deed_happens_when_the_ladder_goes_on(office: Office) -> None:
    ref = office.order(unit=8_900)
    due = await reminder(office)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Which printer is it for?"))
    office.desk.perform(due, Event(ITSELF, office.now, System("the clock"), "tick"))
    assert (reminded(office), state(office, ref, "remind_primary")) == (0, "paused")
    office.now += timedelta(minutes=30)
    office.do("Sofia Marchetti", AnswerQuestion(ref, "The one on the third floor."))
    office.now += timedelta(minutes=1)
    await tick(office)
    assert (reminded(office), state(office, ref, "remind_primary")) == (1, "done")


async def test_a_rung_answered_between_look_and_deed_reminds_nobody(office: Office) -> None:
    ref = office.order(unit=8_900)
    due = await reminder(office)
    office.approve("Dana Whitlock", ref)
    assert office.desk.perform(due, Event(ITSELF, office.now, System("the clock"), "tick")).repeated
    assert (reminded(office), state(office, ref, "remind_primary")) == (0, "cancelled")


async def test_ticks_leave_nothing_behind_in_the_table_of_events(office: Office) -> None:
    office.order(unit=8_900)
    before = office.rows("SELECT count(*) AS n FROM inbox")[0].n
    office.now = DUE + timedelta(days=3)
    assert await tick(office) > 4
    assert office.rows("SELECT count(*) AS n FROM inbox")[0].n == before


async def test_more_than_is_read_at_once_is_climbed_in_one_tick_in_the_order_it_was_due(office: Office) -> None:
    for number in range(9):
        office.now += timedelta(minutes=1)
        office.order(unit=8_900 + number, title=f"Toner {number}")
    office.now = DUE
    await tick(office)
    office.now = DUE + timedelta(minutes=30)
    climbed: list[str] = []

    async def perform(command: Climb) -> None:
        climbed.append(command.timer)
        event = Event(ITSELF, office.now, System("the clock"), "tick")
        await asyncio.to_thread(office.desk.perform, command, event)

    async def few(now: datetime, most: int) -> list[Climb]:
        return reminders.rungs(office.store, now, min(most, 2))

    wanted = [row.id for row in office.rows("SELECT id FROM timer WHERE deed = 'remind_primary' ORDER BY due_at, id")]
    assert await Ticker([few], perform, lambda: office.now, seconds=60).tick() == len(wanted) == 9
    assert climbed == wanted
