"""Filling in a form as a person does: fields by their label, options by their text; and what Slack's client checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.slack.blocks import interactive
from bot.playground.slack.reading import options_of
from bot.playground.slack.things import Person

Json = dict[str, Any]

_PICKS = {
    f"{many}{noun}_select": f"selected_{noun if many else noun[:-1]}"
    for noun in ("users", "conversations", "channels")
    for many in ("", "multi_")
}
_ONE = frozenset({"static_select", "external_select", "radio_buttons"})
_MANY = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_DATES = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
MISSING = "Please fill in this field."


def fields(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) of everything that has a state: inputs, and selects that stand in sections and actions."""
    for block in blocks:
        for element in interactive(block):
            if element["type"] not in ("button", "overflow"):
                yield block, element


def key_of(element: Json) -> str:
    """The name of the value in a state object (docs.slack.dev/reference/views#state)."""
    kind = element["type"]
    if kind in _PICKS:
        return _PICKS[kind]
    if kind in _DATES:
        return f"selected_{_DATES[kind]}"
    return "selected_option" if kind in _ONE else "selected_options" if kind in _MANY else "value"


def initial(element: Json) -> Json:
    """The state before anybody touched it."""
    key = key_of(element)
    value = element.get(key.replace("selected", "initial") if key != "value" else "initial_value")
    return {"type": element["type"], key: value if value is not None else [] if element["type"] in _MANY else None}


def values_of(blocks: list[Json], state: Json) -> Json:
    """`state.values`: what was typed, else what was prefilled."""
    found: Json = {}
    for block, element in fields(blocks):
        typed = state.get(block["block_id"], {}).get(element["action_id"])
        found.setdefault(block["block_id"], {})[element["action_id"]] = typed if typed is not None else initial(element)
    return found


def filled(element: Json, raw: Any, person: Person, people: dict[str, str], *, forge: bool = False) -> Json:
    """The state object of an element after the person entered `raw`: text, an option's text (or value), a list of them.

    ValueError with a sentence for what the client would not let them enter; with `forge` an unknown option is sent.
    """
    kind, key = element["type"], key_of(element)
    if isinstance(raw, dict) and raw.get("type") == kind and set(raw) <= {"type", key}:
        return raw
    if raw is None or raw == "" or raw == []:
        return {"type": kind, key: [] if kind in _MANY else None}
    if kind in _ONE:
        return {"type": kind, key: _option(element, raw, forge)}
    if kind in _MANY:
        return {"type": kind, key: [_option(element, one, forge) for one in _listed(element, raw)]}
    if kind in _PICKS:
        named = [people.get(str(one), str(one)) for one in (raw if isinstance(raw, list) else [raw])]
        return {"type": kind, key: named if kind.startswith("multi_") else named[0]}
    if kind in _DATES:
        return {"type": kind, key: _moment(kind, raw, person)}
    return {"type": kind, key: str(raw)}


def _listed(element: Json, raw: Any) -> list[Any]:
    """A list as it is; one text is one option, or several set apart by commas."""
    if isinstance(raw, list | tuple):
        return list(raw)
    whole = any(raw in (option["text"]["text"], option["value"]) for option in options_of(element))
    return [raw] if whole else [part.strip() for part in str(raw).split(",")]


def _option(element: Json, raw: Any, forge: bool) -> Json:
    options = options_of(element)
    matching: tuple[Callable[[Json], str], ...] = (lambda o: o["text"]["text"], lambda o: o["value"])
    for visible in matching:
        for option in options:
            if visible(option) == str(raw):
                return option
    if forge:
        return {"text": {"type": "plain_text", "text": str(raw), "emoji": True}, "value": str(raw)}
    texts = ", ".join(option["text"]["text"] for option in options)
    raise ValueError(f"“{raw}” is not one of the options: {texts}.")


def _moment(kind: str, raw: Any, person: Person) -> Any:
    """Dates and times as the pickers send them; a date and time without a zone is in the person's own."""
    try:
        if kind == "datepicker":
            return date.fromisoformat(str(raw)).isoformat()
        if kind == "timepicker":
            return time.fromisoformat(str(raw)).strftime("%H:%M")
        if isinstance(raw, int | float) or str(raw).isdigit():
            return int(raw)
        when = datetime.fromisoformat(str(raw))
        return int((when if when.tzinfo else when.replace(tzinfo=ZoneInfo(person.timezone))).timestamp())
    except ValueError:
        raise ValueError(f"“{raw}” cannot be picked here: write it as ISO 8601 does.") from None


def complaint(block: Json, element: Json, entered: Json) -> str | None:
    """What Slack's client says at a field before anything is sent to the app, in our own words; None if it is fine."""
    value = entered.get(key_of(element))
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return None if block.get("optional") or block["type"] != "input" else MISSING
    match element["type"]:
        case "plain_text_input":
            least, most = element.get("min_length", 0), element.get("max_length", 3_000)
            if not least <= len(value) <= most:
                return f"Please write {least} to {most} characters."
        case "number_input":
            return _number(element, value)
        case "email_text_input" if not _EMAIL.fullmatch(value):
            return "This is not an e-mail address."
        case "url_text_input" if not _URL.fullmatch(value):
            return "This is not a web address."
    return None


def _number(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "This is not a number."
    if not element.get("is_decimal_allowed") and "." in value:
        return "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter at most {element['max_value']}."
    return None
