"""Where a notice stands: everything a card, a board, a page or a decision needs to know of it, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.commands import Ref
from storage.rows import Row

OPEN_STATES = ("investigating", "identified", "monitoring")
"""States in which work goes on."""
READ = frozenset({"acknowledged", "relayed"})
"""States of a receipt whose person has read the notice."""


@dataclass(frozen=True)
class Place:
    """A client or one of its offices; `name` is how people call it ("Providence", or the client's name)."""

    row: Row[Any]
    client: Row[Any]
    name: str
    timezone: str

    @property
    def id(self) -> str:
        return str(self.row.id)


@dataclass(frozen=True)
class Reader:
    """One person whom a notice is for. `reached_at` is when the first copy of it was shown on any platform.

    `stage` is what the board says: queued, sent, overdue, covered, acknowledged, relayed or undeliverable.
    """

    receipt: Row[Any]
    person: Row[Any]
    client: Row[Any]
    places: tuple[Place, ...]
    platforms: tuple[str, ...]
    reached_at: datetime | None
    informed_at: datetime | None
    """When the staff was told the latest; None while it was not."""
    stage: str


@dataclass(frozen=True)
class Broadcast:
    """A notice with its updates, places, readers and relays; of one client's part only when it was read for one."""

    notice: Row[Any]
    updates: tuple[Row[Any], ...]
    places: tuple[Place, ...]
    readers: tuple[Reader, ...]
    relays: tuple[Row[Any], ...]
    owner: Row[Any] | None
    about: Row[Any] | None = None
    """The outage whose root cause this is."""
    clients: Mapping[str, Row[Any]] = field(default_factory=dict)

    @property
    def ref(self) -> Ref:
        return Ref("notice", self.notice.id)

    @property
    def is_open(self) -> bool:
        return self.notice.state in OPEN_STATES

    @property
    def latest(self) -> int:
        """The number of the latest update, 0 when there was none."""
        return self.updates[-1].number if self.updates else 0

    def reader(self, person_id: str) -> Reader | None:
        """This person as a reader, if it is one."""
        return next((one for one in self.readers if one.person.id == person_id), None)

    def impact_for(self, client_id: str) -> str:
        """What it means for one client: its own words, else everybody's."""
        own = next((place.row.impact for place in self.places if place.client.id == client_id and place.row.impact), "")
        return own or str(self.notice.impact)


@dataclass(frozen=True)
class Expected:
    """One line of the preview: who would get it, as what, where, or why it cannot reach the person."""

    client: Row[Any]
    person: Row[Any]
    places: tuple[str, ...]
    """Names of the places."""
    why: str
    platforms: tuple[str, ...]
    problem: str = ""
    """ "" for somebody who can be reached; else the reason, and who is asked instead stands on a line of its own."""


@dataclass(frozen=True)
class Preview:
    """Who would get a notice. `problems` are sentences about clients that nobody can be reached at."""

    clients: tuple[Row[Any], ...]
    expected: tuple[Expected, ...]
    problems: tuple[str, ...]
    held: int
    """How many would get it only when their quiet hours end."""

    @property
    def reachable(self) -> int:
        return sum(not one.problem for one in self.expected)
