"""Commits the courier's many small writes together: one transaction for all that wait, each with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from storage import massed, settling
from storage.lanes import Hold, LaneLost, Lanes
from storage.massed import Step
from storage.store import Store, Tx


@dataclass(frozen=True)
class Entry:
    """One write on one delivery. `held`: only while the lane is certainly ours (what precedes a network call)."""

    hold: Hold
    delivery: str
    deed: Callable[[Tx], Any]
    held: bool = False


def commit(store: Store, lanes: Lanes, entries: Sequence[Entry]) -> list[Any]:
    """Writes them all; -> for each what its deed returned, or the exception that kept it from being written.

    What somebody else has locked at the moment (a click redraws it) waits alone afterwards, and what follows a
    network call is written even when the lane is lost: a settlement that is no longer ours changes nothing.
    """
    answers: dict[int, Any] = {}
    steps = {entry.delivery: place for place, entry in enumerate(entries) if isinstance(entry.deed, Step)}
    others = [place for place, entry in enumerate(entries) if not isinstance(entry.deed, Step)]
    batches = massed.batches(entries[place].deed for place in steps.values())
    try:
        with lanes.say() if len(batches) == 1 and not others else lanes.write() as tx:
            if any(entry.held and not lanes.holds(entry.hold) for entry in entries):
                raise LaneLost("some lanes are no longer ours")
            free = settling.free(tx, {entries[place].delivery for place in others}) if others else ()
            answers.update((place, entries[place].deed(tx)) for place in others if entries[place].delivery in free)
            for batch in batches:
                answers.update((steps[delivery], came) for delivery, came in massed.take(tx, batch).items())
    except (LaneLost, massed.NotAll, SQLAlchemyError):
        answers.clear()  # rolled back: each alone, so that one that cannot be written keeps no other from it
    return [answers[place] if place in answers else _alone(store, lanes, entry) for place, entry in enumerate(entries)]


def _alone(store: Store, lanes: Lanes, entry: Entry) -> Any:
    try:
        if not entry.held:
            with store.write() as tx:
                return entry.deed(tx)
        with lanes.write() as tx:
            if not lanes.holds(entry.hold):
                raise LaneLost(f"{entry.hold.lane} is no longer ours")
            return entry.deed(tx)
    except (LaneLost, SQLAlchemyError) as problem:
        return problem
