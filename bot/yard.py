"""What all rounds share: the store, the carrier, the pace, and who was told by a platform to wait until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import pace
from bot.carriage import Carrier
from bot.pace import Pace
from bot.together import Hop, Together
from storage import waiting
from storage.store import Store
from storage.waiting import WHOLE_ORG, Due

LOOK = 200
"""So many due rows are read at a time."""
MOST = 10 * LOOK
"""So many due rows are read for all the lanes that are looked into at once; then each lane reads on by itself."""


@dataclass(frozen=True)
class Waiting:
    """A delivery that was told to wait, until `ready` on the real clock, whatever the domain's clock does meanwhile."""

    row: Due
    ready: float


@dataclass(frozen=True)
class Found:
    """What a look into a lane found, and when: what is due, the dead that nobody was told of, whether more is due, and
    whether something there is to follow another message."""

    due: Sequence[Due]
    untold: Sequence[Due]
    more: bool
    led: bool
    at: float


@dataclass
class Yard:
    """What all rounds share. `waiting` is kept by lane, across rounds: a Retry-After outlives the holding of a lane."""

    store: Store
    hop: Hop
    carrier: Carrier
    pace: Pace
    clock: Callable[[], float]
    now: Callable[[], datetime]
    busy: Callable[[], bool] = lambda: False
    """Whether a person waits for an answer just now: then little else is done at the same time."""
    flying: int = 0
    """How many deliveries are under way."""
    waiting: dict[str, dict[str, Waiting]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._looks: Together[tuple[str, bool]] = Together(self.hop, self._look)

    async def look(self, lane: str, *, untold: bool, alone: bool) -> Found:
        """What is in a lane now. A ring wakes every round, so those that look at the same time share one look.

        `untold`: also the dead that nobody was told of. `alone`: so much waits there that it is read by itself.
        """
        if alone:
            return next(iter(await self.hop(self._look, [(lane, untold)])))
        found: Found = await self._looks.ask((lane, untold))
        return found

    def _look(self, asked: Sequence[tuple[str, bool]]) -> list[Found]:
        clock, now, lanes = self.clock(), self.now(), sorted({lane for lane, _ in asked})
        with self.store.read() as tx:
            dead = by_lane(waiting.untold(tx, [lane for lane, untold in asked if untold]))
            rows = waiting.due_among(tx, lanes, now, MOST) if len(lanes) > 1 else []
            if len(lanes) == 1 or len(rows) == MOST:
                due, most = {lane: waiting.due(tx, lane, now, LOOK) for lane in lanes}, LOOK
            else:
                due, most = by_lane(rows), MOST
            led = waiting.led(tx, lanes)
        return [
            Found(due.get(lane, []), dead.get(lane, []), len(due.get(lane, [])) == most, lane in led, clock)
            for lane, _ in asked
        ]

    def postpone(self, row: Due, wait: float, due_at: datetime, *, org: bool) -> None:
        """Remembers for `wait` real seconds that this conversation (or its whole org) was told to wait."""
        ready = self.clock() + wait
        post = row.message is None
        self.pace.hold(pace.conversation(row.platform, row.org, row.user), ready)
        if org:
            self.pace.hold(pace.whole_org(row.platform, row.org, post=post), ready)
        self.waiting.setdefault(row.lane, {})[row.id] = Waiting(replace(row, due_at=due_at), ready)

    def inherit(self, rows: Sequence[Due]) -> None:
        """A lane just taken: what its last holder had been told by the platform holds for us too."""
        for row in rows:
            if row.id not in self.waiting.get(row.lane, {}):
                left = (row.due_at - self.now()).total_seconds()
                self.postpone(row, max(0.0, left), row.due_at, org=row.error.startswith(WHOLE_ORG))


def by_lane(rows: Sequence[Due]) -> dict[str, list[Due]]:
    """The rows of every lane, in their order."""
    found: dict[str, list[Due]] = {}
    for row in rows:
        found.setdefault(row.lane, []).append(row)
    return found
