"""The ways Slack can be told to misbehave, and the switches of the double."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

LASTING = frozenset({"revoked", "account_inactive"})
"""Faults that stay until cleared; every other one is for one call unless `times` or `fraction` says more."""
OTHER_NAMES = {"ratelimited": "429"}


@dataclass
class Fault:
    """One fault waiting for its calls. `times` None: until cleared. `stored`: the call takes effect all the same.

    `fraction` of the calls that fit are struck, chosen by `chance` in the order in which they come.
    """

    kind: str
    method: str = "*"
    team: str | None = None
    channel: str | None = None
    times: int | None = 1
    seconds: float = 1.0
    retry_after: int = 1
    stored: bool = False
    fraction: float = 1.0
    chance: random.Random = field(default_factory=random.Random)

    def strikes(self) -> bool:
        """Whether it is this call's turn."""
        return self.fraction >= 1 or self.chance.random() < self.fraction

    def fits(self, method: str, team: str | None, channel: str) -> bool:
        """Whether it is meant for this call."""
        return self.method in ("*", method) and self.team in (None, team) and self.channel in (None, channel)


class Faults:
    """Takes the specs of `fault()`, hands each call the fault that is meant for it."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.client_checks = True
        self.echo = False

    def add(self, spec: dict[str, Any]) -> Fault:
        """A new fault from its JSON; ValueError with a sentence when it has no kind or a number is none."""
        kind = str(spec.get("kind") or "")
        if not kind:
            raise ValueError("A Slack fault needs a kind, for instance 429, 5xx, fatal_error or drop_after_store.")
        fraction = float(spec.get("fraction", 1.0))
        if not 0 <= fraction <= 1:
            raise ValueError("A fraction of the calls is between 0 and 1.")
        times = spec.get("times", None if kind in LASTING or "fraction" in spec else 1)
        fault = Fault(
            kind=OTHER_NAMES.get(kind, kind),
            method=str(spec.get("method", "*")),
            team=spec.get("team"),
            channel=spec.get("channel"),
            times=None if times is None else int(times),
            seconds=float(spec.get("seconds", 1.0)),
            retry_after=int(spec.get("retry_after", 1)),
            stored=bool(spec.get("stored")) or kind == "drop_after_store",
            fraction=fraction,
            chance=random.Random(spec.get("seed", 0)),  # noqa: S311 - to be repeated, not to be secret
        )
        self.waiting.append(fault)
        return fault

    def take(self, method: str, team: str | None, channel: str = "") -> Fault | None:
        """The first fault for this call (into this conversation), used up once."""
        for fault in self.waiting:
            if fault.fits(method, team, channel) and fault.strikes():
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """No faults, every switch as Slack has it."""
        self.__init__()  # type: ignore[misc]
