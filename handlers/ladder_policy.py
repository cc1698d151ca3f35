"""A client's own ladders, read from its policy and checked: a mistake is a sentence, never a silent default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, get_args

from handlers.ladders import DEFAULTS, Deed, Ladder, Rung, Unit

MUST_EXPIRE = frozenset({"normal", "urgent", "emergency"})
"""Approvals: silence never approves, so a request nobody answers has to end."""

MOST_RUNGS = 20
MOST: Mapping[Unit, int] = {"business_hours": 2_000, "business_days": 250, "clock_minutes": 43_200}
NUMBER = re.compile(r"-?[0-9]{1,9}([.][0-9]{1,9}|/[1-9][0-9]{0,8})?", re.ASCII)
"""No exponents: the exact value of 1e9999999 takes seconds to write out."""

NAMES: Mapping[Unit, str] = {
    "business_hours": "business hours",
    "business_days": "business days",
    "clock_minutes": "minutes",
}


def ladders_from_policy(mapping: Mapping[str, Any]) -> Mapping[str, Ladder]:
    """Every ladder of a client: the defaults, with those that the policy gives in their place.

    `{"normal": {"unit": ..., "rungs": [...]}, ...}`; ValueError naming the ladder and what is wrong with it.
    """
    own = _mapping(mapping, "The part of a policy called ladders")
    for name in own:
        if name not in DEFAULTS:
            raise ValueError(f"There is no ladder called {name!r}; there are {', '.join(DEFAULTS)}.")
    return {name: ladder_for(own, name) for name in DEFAULTS}


def ladder_for(mapping: Mapping[str, Any], name: str) -> Ladder:
    """One ladder of a client by its name in `handlers.ladders.DEFAULTS`: its own if the policy has one.

    KeyError for a name that no ladder has, ValueError for a policy with a mistake in this ladder.
    """
    if name not in mapping:
        return DEFAULTS[name]
    try:
        steps = ladder_from_policy(mapping[name])
    except ValueError as wrong:
        raise ValueError(f"Ladder {name!r}: {wrong}") from None
    if name in MUST_EXPIRE and not (steps.rungs and steps.rungs[-1].deed == "expire"):
        raise ValueError(f"Ladder {name!r}: The last rung has to be expire, or an unanswered request never ends.")
    return steps


def ladder_from_policy(mapping: Mapping[str, Any]) -> Ladder:
    """`{"unit": "business_hours", "rungs": [{"after": 4, "deed": "remind_primary"}, ...]}` -> Ladder.

    `after` is a number (or a number as text) of the unit; business days are whole. ValueError with a sentence.
    """
    facts = _mapping(mapping, "A ladder")
    _only(facts, {"unit", "rungs"}, "A ladder")
    unit = _one_of(facts.get("unit"), get_args(Unit), "unit")
    rungs = facts.get("rungs")
    if not isinstance(rungs, (list, tuple)):
        raise ValueError("The rungs of a ladder are a list.")
    if len(rungs) > MOST_RUNGS:
        raise ValueError(f"A ladder has at most {MOST_RUNGS} rungs, not {len(rungs)}.")
    steps = tuple(_rung(rung, unit, number) for number, rung in enumerate(rungs, 1))
    for number, (earlier, later) in enumerate(pairwise(steps), 2):
        if later.after < earlier.after:
            raise ValueError(f"Rung {number} is due before the one above it; write the rungs in order of time.")
        if earlier.deed == "expire":
            raise ValueError(f"Rung {number} comes after expire, when nothing more can happen.")
    return Ladder(unit, steps)


def ladder_to_policy(steps: Ladder) -> dict[str, Any]:
    """The same ladder as policy data, for storing and showing it; `ladder_from_policy` reads it back."""
    return {
        "unit": steps.unit,
        "rungs": [
            {"after": int(rung.after) if rung.after.denominator == 1 else str(rung.after), "deed": rung.deed}
            for rung in steps.rungs
        ],
    }


def _rung(facts: Any, unit: Unit, number: int) -> Rung:
    where = f"Rung {number}"
    fields = _mapping(facts, where)
    _only(fields, {"after", "deed"}, where)
    return Rung(
        _after(fields.get("after"), unit, where), _one_of(fields.get("deed"), get_args(Deed), f"deed of {where}")
    )


def _after(given: Any, unit: Unit, where: str) -> Fraction:
    if isinstance(given, bool) or not NUMBER.fullmatch(str(given)):
        raise ValueError(f"{where} needs a number of {NAMES[unit]} as its after, not {given!r}.")
    after = Fraction(str(given))
    if not 0 < after <= MOST[unit]:
        raise ValueError(f"{where} is due after more than 0 and at most {MOST[unit]:,} {NAMES[unit]}, not {given}.")
    if unit == "business_days" and after.denominator != 1:
        raise ValueError(f"{where} is due after whole business days, not {given}.")
    return after


def _mapping(given: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{what} is a mapping of names to values.")
    return given


def _only(facts: Mapping[str, Any], known: set[str], what: str) -> None:
    for name in facts:
        if name not in known:
            raise ValueError(f"{what} has no {name!r}; it has {' and '.join(sorted(known))}.")


def _one_of(given: Any, known: tuple[Any, ...], what: str) -> Any:
    if given not in known:
        raise ValueError(f"The {what} is one of {', '.join(known)}, not {given!r}.")
    return given
