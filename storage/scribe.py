"""Commits the courier's many small writes together: one transaction for all that wait, each with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from storage.lanes import Hold, LaneLost, Lanes
from storage.settling import Massed, free
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
    try:
        with lanes.write() as tx:
            ours = free(tx, {entry.delivery for entry in entries})
            massed: dict[type, list[int]] = {}
            for place, entry in enumerate(entries):
                if entry.held and not lanes.holds(entry.hold):
                    answers[place] = LaneLost(f"{entry.hold.lane} is no longer ours")
                elif entry.delivery not in ours:
                    continue
                elif isinstance(entry.deed, Massed):
                    massed.setdefault(type(entry.deed), []).append(place)
                else:
                    answers[place] = entry.deed(tx)
            for places in massed.values():
                deeds: list[Any] = [entries[place].deed for place in places]
                answers.update(zip(places, deeds[0].many(tx, deeds), strict=True))
    except (LaneLost, SQLAlchemyError):
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
