"""Fills the inputs of a card as a person would and checks them as the Teams client does before it sends.

Values travel as strings: a choice as its value, several joined by commas, a toggle as its valueOn or valueOff.
Empty text, date and time inputs are sent as "", an unset number or choice is left out (the Adaptive Cards renderer
sends no undefined value). The checks are a courtesy of the client: a bot may not rely on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from bot.playground.teams.tree import Json, dicts

By = Literal["label", "id"]
_READ: Mapping[str, Callable[[str], Any]] = {
    "Input.Number": float,
    "Input.Date": date.fromisoformat,
    "Input.Time": time.fromisoformat,
}


def read_by(by: str) -> By:
    """How inputs are keyed. Raises ValueError."""
    if by not in ("label", "id"):
        raise ValueError(f"Inputs are keyed by label or by id, not by {by!r}.")
    return "label" if by == "label" else "id"


@dataclass
class Filled:
    """`values` to send by input id, `errors` by input id, and what was `left` over because no input has that name."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)


WORD_JOINER = "\u2060"
"""Nobody sees it, so nobody who reads a choice types it."""


def label_of(element: Json) -> str:
    """What a person calls this input."""
    return str(element.get("label") or element.get("title") or element.get("placeholder") or element.get("id", ""))


def fill(fields: list[Json], given: Mapping[str, Any], by: By, *, checks: bool = True) -> Filled:
    """Types `given` into the fields and leaves the others as they are. A date with a time fills the pair of inputs."""
    filled = Filled(left=dict(given))
    clock = ""
    for element in fields:
        name, kind = str(element.get("id", "")), str(element["type"])
        key = _key(element, filled.left, by)
        raw: Any = None
        if key is not None:
            raw = filled.left.pop(key)
        elif kind == "Input.Time" and clock:
            raw = clock
        clock = ""
        if kind == "Input.Date" and isinstance(raw, str) and re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", raw):
            raw, clock = raw[:10], raw[11:16]
        value = _typed(element, kind, raw)
        if checks and (error := _wrong(element, kind, value)):
            filled.errors[name] = error
        if value is not None:
            filled.values[name] = value
    return filled


def _key(element: Json, given: Mapping[str, Any], by: By) -> str | None:
    if by == "id":
        name = str(element.get("id", ""))
        return name if name in given else None
    label = label_of(element)
    same = [key for key in given if key == label] or [key for key in given if _plain(key) == _plain(label)]
    return same[0] if same else None


def _plain(label: str) -> str:
    return label.replace("*", "").strip().rstrip(":").casefold()


def _typed(element: Json, kind: str, raw: Any) -> str | None:
    if raw is None:
        raw = element.get("value")
    if kind == "Input.Toggle":
        on, off = str(element.get("valueOn", "true")), str(element.get("valueOff", "false"))
        return on if raw is True or str(raw).casefold() in (on.casefold(), "true", "yes", "on") else off
    if kind == "Input.ChoiceSet":
        return _chosen(element, raw)
    if raw is None:
        return None if kind == "Input.Number" else ""
    if isinstance(raw, datetime | date | time):
        return raw.isoformat()
    text = str(raw)
    return None if kind == "Input.Number" and not text else text


def _chosen(element: Json, raw: Any) -> str | None:
    choices = dicts(element.get("choices"))
    values = {str(one.get("title")).replace(WORD_JOINER, ""): str(one.get("value")) for one in choices}
    if raw is None or raw == "":
        return None
    if not element.get("isMultiSelect"):
        return values.get(str(raw), str(raw))
    many = raw if isinstance(raw, list) else [str(raw)] if str(raw) in values else str(raw).split(",")
    return ",".join(values.get(str(one).strip(), str(one).strip()) for one in many)


def _wrong(element: Json, kind: str, value: str | None) -> str:
    """The sentence under the input, or "" when the client would let it pass."""
    said = str(element.get("errorMessage", ""))
    if not value or (kind == "Input.Toggle" and value == str(element.get("valueOff", "false"))):
        return (said or "This field is required.") if element.get("isRequired") else ""
    if kind == "Input.ChoiceSet":
        known = {str(choice.get("value")) for choice in dicts(element.get("choices"))}
        several = element.get("isMultiSelect")
        unknown = [one for one in (value.split(",") if several else [value]) if one not in known]
        strange = unknown and element.get("style") != "filtered"
        return f"{unknown[0]!r} is not one of the choices." if strange else ""
    if kind == "Input.Text":
        if len(value) > int(element.get("maxLength") or len(value)):
            return said or f"At most {element['maxLength']} characters."
        regex = element.get("regex")
        return (said or "This does not have the right form.") if regex and not re.search(str(regex), value) else ""
    return _out_of_range(element, kind, value, said)


def _out_of_range(element: Json, kind: str, value: str, said: str) -> str:
    read = _READ.get(kind)
    if read is None:
        return ""
    try:
        typed: Any = read(value)
        low = element.get("min") in (None, "") or read(str(element["min"])) <= typed
        high = element.get("max") in (None, "") or typed <= read(str(element["max"]))
    except ValueError:
        return said or f"{value!r} cannot be typed here."
    return "" if low and high else said or f"{value} is out of range."
