"""A client's policy as operators and programs write it: every mistake with its place, and what is in force."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pydantic import ValidationError

from handlers import ladder_policy
from handlers.calendar import BusinessCalendar
from handlers.policy import DEFAULTS, Policy, policy_of

DEEPEST = 12
LONGEST_TEXT = 200
MOST_HOLIDAYS = 400
HUGEST = 10**14


@dataclass(frozen=True)
class Mistake:
    """What is wrong where: `place` is like "tiers[0].steps[1].roles", "" for the policy as a whole."""

    place: str
    sentence: str


def in_force(own: Mapping[str, Any]) -> dict[str, Any]:
    """What a client's decisions go by, with every default filled in, as JSON. ValueError for a policy with mistakes."""
    policy = policy_of(own)
    ladders = ladder_policy.ladders_from_policy(policy.ladders)
    whole = {name: ladder_policy.ladder_to_policy(steps) for name, steps in ladders.items()}
    return {**policy.model_dump(mode="json"), "ladders": whole}


def mistakes(own: Any) -> list[Mistake]:
    """Everything wrong with a client's own policy; [] when it can be put in force."""
    if not isinstance(own, Mapping):
        return [Mistake("", "A policy is an object of names and values, like tiers, access and ladders.")]
    if found := _unwritable(own, (), []):
        return found
    given = own.get("access", {})
    if not isinstance(given, Mapping):
        return [Mistake("access", "access holds standard and privileged, each with its steps.")]
    merged = {**DEFAULTS, **own, "access": {**DEFAULTS["access"], **given}}
    try:
        policy = Policy.model_validate_json(json.dumps(plain(merged)), strict=True)
    except ValidationError as error:
        items = error.errors()
        ways = [item["loc"] for item in items]
        # pydantic counts only the entries that are right: a list of one wrong entry is not also too short
        inner = {way[:length] for way in ways for length in range(len(way))}
        return [_mistake(dict(item)) for item in items if item["loc"] not in inner]
    return [*_ladders(policy), *_hours(policy)] or _refused(own)


def plain(value: Any) -> Any:
    """As it is kept. JSON knows only numbers: 2.0 is the whole number 2."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def place_of(way: Sequence[object]) -> str:
    """("tiers", 0, "steps") -> "tiers[0].steps"."""
    name = ""
    for part in way:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name[:200]


def _unwritable(value: Any, way: tuple[object, ...], found: list[Mistake]) -> list[Mistake]:
    """Texts that no database or screen can hold, and nesting that no policy has."""
    place = place_of(way)
    if len(way) > DEEPEST:
        found.append(Mistake(place, f"{place} is nested too deep."))
    elif isinstance(value, str):
        if any(letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff" for letter in value):
            found.append(Mistake(place, f"{place} holds a line break or a character that cannot be shown."))
        elif len(value) > LONGEST_TEXT:
            found.append(Mistake(place, f"{place} takes at most {LONGEST_TEXT} characters."))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str) or not key.isprintable() or len(key) > LONGEST_TEXT:
                found.append(Mistake(place, f"{place or 'The policy'} has a name in it that is no word."))
            else:
                _unwritable(one, (*way, key), found)
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            _unwritable(one, (*way, index), found)
    elif isinstance(value, (int, float)) and not abs(value) <= HUGEST:
        found.append(Mistake(place, f"{place} is a number too large to be true."))
    elif value is not None and not isinstance(value, (int, float)):
        found.append(Mistake(place, f"{place} has to be a text, a number, true, false, a list or an object."))
    return found[:20]


def _mistake(item: Mapping[str, Any]) -> Mistake:
    place, kind, limits = place_of(item["loc"]), str(item["type"]), item.get("ctx") or {}
    name, unit = place or "The policy", " in minor units, like cents" if place.endswith("_minor") else ""
    said = {
        "missing": "is missing.",
        "extra_forbidden": "is no part of a policy; leave it out or mend its name.",
        "string_type": "has to be a text.",
        "int_type": f"has to be a whole number{unit}.",
        "int_from_float": f"has to be a whole number{unit}.",
        "bool_type": "has to be true or false.",
        "tuple_type": "has to be a list.",
        "dict_type": "has to be an object of names and values.",
        "model_type": "has to be an object of names and values.",
        "model_attributes_type": "has to be an object of names and values.",
    }.get(kind)
    if said is None:
        bounds = {
            "too_short": ("min_length", "needs at least {} entry."),
            "string_too_short": ("min_length", "needs at least {} character."),
            "string_too_long": ("max_length", "takes at most {} characters."),
            "greater_than": ("gt", "has to be more than {}."),
            "greater_than_equal": ("ge", "has to be {} or more."),
            "less_than_equal": ("le", "has to be {} or less."),
            "literal_error": ("expected", "has to be {}."),
        }
        bound, words = bounds.get(kind, ("", ""))
        if bound in limits:
            said = words.format(limits[bound])
        elif kind == "value_error":
            said = f"is not right: {str(limits.get('error', item['msg'])).rstrip('.')}."
        else:
            said = f"is not right: {str(item['msg']).rstrip('.')}."
    return Mistake(place, f"{name} {said}")


def _refused(own: Mapping[str, Any]) -> list[Mistake]:
    """What the desk would say: it has the last word."""
    try:
        policy_of(plain(own))
    except ValueError as wrong:
        return [Mistake("", f"{str(wrong).rstrip('.')}.")]
    return []


def _ladders(policy: Policy) -> list[Mistake]:
    found = []
    for name in policy.ladders:
        try:
            ladder_policy.ladders_from_policy({name: policy.ladders[name]})
        except ValueError as wrong:
            found.append(Mistake(f"ladders.{name}", str(wrong)))
    return found


def _hours(policy: Policy) -> list[Mistake]:
    """Business time has to begin before it ends and to come at all: every ladder counts on it."""
    for name in ("holidays", "working_days"):
        if len(getattr(policy, name)) > MOST_HOLIDAYS:
            return [Mistake(name, f"{name} takes at most {MOST_HOLIDAYS} days.")]
    for name in ("opening", "closing", "quiet_from", "quiet_until"):
        if time.fromisoformat(getattr(policy, name)).tzinfo is not None:
            return [Mistake(name, f"{name} is a time of the client's own day, like 09:00, without a zone.")]
    opening, closing = time.fromisoformat(policy.opening), time.fromisoformat(policy.closing)
    holidays, worked = (
        frozenset(date.fromisoformat(day) for day in days) for days in (policy.holidays, policy.working_days)
    )
    try:
        hours = (((opening, closing),),) * 5 + ((), ())
        calendar = BusinessCalendar("UTC", hours, holidays=holidays, working_days=worked)
        for day in holidays:
            calendar.next_business_day(day)
    except ValueError as wrong:
        place = "opening" if not holidays or closing <= opening else "holidays"
        return [Mistake(place, f"{place} is not right: {wrong}")]
    return []
