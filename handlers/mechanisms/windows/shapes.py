"""What a standing is made of: offices, times on offer, voices and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.commands import Window
from storage.rows import Row

PLACE, DECIDER, PROVIDER = "place", "decider", "provider"
"""Kinds of voices."""


@dataclass(frozen=True)
class Place:
    """An office that the work touches; `location_id` "" is a client without offices, by the client's name."""

    location_id: str
    name: str
    timezone: str
    row: Row[Any] = field(repr=False, compare=False)
    """The office's row, or the client's."""


@dataclass(frozen=True)
class Answer:
    """What an office says to one time: `verdict` ok or object; `by` is the name of who said it, `person_id` who."""

    verdict: str
    reason: str
    by: str
    at: datetime
    person_id: str


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked for a voice; `why` is primary, backup or for:<person>."""

    person_id: str
    name: str
    since: datetime
    why: str


@dataclass(frozen=True)
class Voice:
    """Somebody whose answer this revision needs. `may`: the people who may give it at this moment."""

    row: Row[Any]
    kind: str
    place: Place | None
    state: str
    asked: tuple[Asked, ...]
    answers: Mapping[int, Answer]
    may: tuple[str, ...]

    @property
    def id(self) -> str:
        return str(self.row.id)

    def objects_to(self, number: int) -> bool:
        """Whether this office is against this time."""
        return number in self.answers and self.answers[number].verdict == "object"

    def agrees_to(self, number: int) -> bool:
        """Whether this time is fine with this office."""
        return number in self.answers and self.answers[number].verdict == "ok"


@dataclass(frozen=True)
class Offer:
    """One time that is or was on offer."""

    row: Row[Any]
    over: bool = False
    """Its beginning has passed: it can never be chosen any more."""

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def number(self) -> int:
        return int(self.row.number)

    @property
    def short(self) -> bool:
        """Whether there is less notice than the client's rules ask for: a yes needs an explicit consent."""
        return bool(self.row.given_days < self.row.needed_days)

    @property
    def window(self) -> Window:
        return Window(self.row.starts_at, self.row.ends_at)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """What spoke against it when it was offered."""
        return tuple(self.row.conflicts)
