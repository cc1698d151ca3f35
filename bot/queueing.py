"""The lanes that wait for room, and which of them are carried next."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Mapping

from handlers.context import CLICK

LANES_ABREAST, LANES_TOGETHER = 48, 16
"""So many lanes of one platform are carried at once (those that only wait are not counted), and whenever so many of
these are free as many others are taken together. A lane in which a person waits for a click is taken at any time."""


class Queue:
    """What a look at the store has found: lane -> priority, the most urgent first, without those that are carried.

    There may be thousands, and every lane that ends asks who is next: each is looked at once, when it is its turn.
    """

    def __init__(self, due: Mapping[str, int], carried: Collection[str] = ()) -> None:
        self._urgent = [lane for lane, priority in due.items() if priority == CLICK and lane not in carried]
        self._patient: dict[str, deque[str]] = {}
        for lane, priority in due.items():
            if priority != CLICK and lane not in carried:
                self._patient.setdefault(platform_of(lane), deque()).append(lane)

    def __bool__(self) -> bool:
        return bool(self._urgent) or any(self._patient.values())

    def next(self, busy: Counter[str]) -> list[str]:
        """Takes out those that are to be carried now. `busy`: how many lanes of each platform need a place."""
        chosen, self._urgent = self._urgent, []
        asked = busy + Counter(map(platform_of, chosen))
        for platform, lanes in self._patient.items():
            room = LANES_ABREAST - asked[platform]
            if room >= min(LANES_TOGETHER, len(lanes)):
                chosen += [lanes.popleft() for _ in range(min(room, len(lanes)))]
        return chosen


def platform_of(lane: str) -> str:
    """A lane is `platform:org`."""
    return lane.partition(":")[0]
