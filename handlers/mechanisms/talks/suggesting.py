"""What a pulse suggests: how often to ask again and to meet the vCIO, and whether the colour should be a worse one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.timetable import Pulses

COLOURS = ("red", "amber", "green")
PREFERENCES = ("normal", "frequent", "light")
UNREVIEWED = 2
"""So many reports in a row that nobody looked at are a sign."""
LOW = 2
"""An opinion of that or less (of five) is one."""


@dataclass(frozen=True)
class Signs:
    """What was noticed since the last pulse that does not need anybody's word."""

    unreviewed: int = 0
    """Reports in a row up to the last one that nobody reviewed."""
    lowest: int | None = None
    """The lowest opinion of an outage or a case, 1 to 5; None when nobody said any."""
    missed: int = 0
    """Talks at which nobody was there."""

    def sentences(self) -> list[str]:
        """What speaks for a worse colour; empty when nothing does."""
        found = []
        if self.unreviewed >= UNREVIEWED:
            found.append(f"The last {self.unreviewed} reports were not reviewed.")
        if self.lowest is not None and self.lowest <= LOW:
            found.append(f"Somebody gave {self.lowest} of 5.")
        if self.missed:
            found.append("A talk was missed." if self.missed == 1 else f"{self.missed} talks were missed.")
        return found


@dataclass(frozen=True)
class Said:
    """What whoever logged a pulse has found."""

    temperature: str
    users: int | None = None
    users_year_ago: int | None = None
    preference: str = "normal"

    @property
    def fast(self) -> bool:
        """More than a fifth more users than a year ago."""
        return self.users is not None and bool(self.users_year_ago) and self.users * 100 > self._then * 120

    @property
    def slow(self) -> bool:
        """Less than a twentieth more."""
        return self.users is not None and bool(self.users_year_ago) and self.users * 100 < self._then * 105

    @property
    def growth(self) -> str:
        """ "+20.3 %", half away from zero; "" when it is not known."""
        if self.users is None or not self.users_year_ago:
            return ""
        change = self.users - self.users_year_ago
        tenths = (abs(change) * 2000 + self.users_year_ago) // (2 * self.users_year_ago)
        return f"{'-' if change < 0 and tenths else '+'}{tenths // 10}.{tenths % 10} %"

    @property
    def _then(self) -> int:
        return self.users_year_ago or 0


def days_by_colour(temperature: str, policy: Pulses) -> int:
    """How long after a pulse of this colour the next is asked, when nothing else is said."""
    return {"red": policy.red, "amber": policy.amber, "green": policy.green}[temperature]


def suggest(said: Said, signs: Signs, policy: Pulses, by: str = "") -> dict[str, Any]:
    """{"pulse": "7 days", "vcio_meeting": "1 month", "temperature": "amber", "why": [sentences]}.

    `by`: the name of whoever has logged the pulse. A colour that nobody has said is never told as what is.
    """
    warnings = signs.sentences()
    colour = said.temperature
    if warnings:
        colour = COLOURS[max(COLOURS.index(colour) - 1, 0)]
    why = [f"{by or 'Whoever logged the pulse'} says that the relationship is {said.temperature}.", *warnings]
    if colour != said.temperature:
        why.append(f"That suggests {colour} instead of {said.temperature}.")
    steps = (policy.red, policy.amber, policy.green, 2 * policy.green)
    place = COLOURS.index(colour)
    if said.fast:
        why.append(
            f"Users have grown by {said.growth.removeprefix('+')} in a year ({said.users_year_ago} to {said.users})."
        )
    if said.fast or said.preference == "frequent":
        place -= 1
    if said.preference == "light":
        place += 1
    if said.preference != "normal":
        why.append(f"The client prefers to hear from you {'more' if said.preference == 'frequent' else 'less'} often.")
    days = policy.red if colour == "red" else steps[min(max(place, 0), len(steps) - 1)]
    if colour == "red" or said.fast:
        meeting = "1 month"
    elif colour == "green" and said.slow and said.preference == "light":
        meeting = "6 months"
    else:
        meeting = "3 months"
    return {
        "pulse": f"{days} day{'s' if days != 1 else ''}",
        "vcio_meeting": meeting,
        "temperature": colour,
        "why": why,
    }
