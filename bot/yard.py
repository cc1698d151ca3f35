"""What all rounds share: the store, the carrier, the pace, and who was told by a platform to wait until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import pace
from bot.carriage import Carrier
from bot.pace import Pace
from bot.together import Hop
from storage.store import Store
from storage.waiting import WHOLE_ORG, Due


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
