"""One replica's clock in a process of its own: it ticks on the common database, and may die at a step of a rung."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg  # noqa: F401 - imported here, once, so that every replica begins in a moment
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401

from handlers.commands import ITSELF, Climb, Event, Outcome, System
from handlers.desk import Desk
from schedules import reminders, reports
from schedules.clock import Rung, Ticker
from storage.store import Store


def run(url: str, now: datetime, together: Barrier, kept: str, doom: tuple[str, int] | None = None) -> None:
    """Ticks until nothing is due; what it did itself stands in the file `kept`, a line a rung.

    Nobody does anything before all have seen the same that is due.
    """
    store = Store(url)
    desk = Desk(store, at=_dying(*doom) if doom else _living)

    async def perform(command: Rung) -> None:
        outcome: Outcome = await asyncio.to_thread(desk.perform, command, Event(ITSELF, now, System("clock"), "tick"))
        _keep(kept, f"{'late' if outcome.repeated else 'did'} {command.timer}\n")

    met = False

    async def due(now: datetime, most: int) -> Sequence[Climb]:
        nonlocal met
        found = await reminders.due(store, now, most)
        if not met:
            met = await asyncio.to_thread(together.wait, 60) >= 0
        return found

    asyncio.run(Ticker([due, partial(reports.due, store)], perform, lambda: now, seconds=1).tick())
    store.close()


def _keep(file: str, line: str) -> None:
    with Path(file).open("a") as kept:
        kept.write(line)


def _living(_step: str) -> None:
    return None


def _dying(step: str, turn: int) -> Callable[[str], None]:
    """Death at the so-manieth passage of a step: no warning, no clean-up."""
    passed = 0

    def at(now: str) -> None:
        nonlocal passed
        passed += now == step
        if passed == turn:
            os.kill(os.getpid(), signal.SIGKILL)
            signal.pause()  # the signal is on its way: not one step further

    return at
