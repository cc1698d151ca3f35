"""Form -> modal view, and a submitted view's state -> inputs: field id -> text, whatever the kind of input.

A field's id is its `block_id`, so an error finds its input and what was typed survives a redraw (Slack keeps a value
only while block_id and action_id stay the same).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.cards.card import Field, Form, Option
from bot.slack import elements, limits
from bot.slack.claims import Claim, Malformed, pack
from bot.slack.elements import Json, plain
from bot.slack.text import clean, cut, length, one_line

ACTION = "value"
"""The action_id of every input: the block_id says which field it is."""

_RADIO_OPTIONS = 5
"""Up to here a required choice shows all its options at once."""
_EMPTY_VALUE = "∅"
"""An option's value may not be empty for Slack."""
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


def view(form: Form, *, channel: str = "") -> Json:
    """The modal. `channel` is kept to answer where the person pressed. ValueError for a form no view can hold."""
    claim = Claim(form.verb, form.ref, form.version, form.revision, channel)
    blocks = [*_head(form), *(part for at, field in enumerate(form.fields) for part in _field(field, form, at == 0))]
    if len(blocks) > limits.VIEW_BLOCKS:
        raise ValueError("a form has too many fields for one view")
    return {
        "type": "modal",
        "callback_id": form.verb[: limits.CALLBACK_ID],
        "title": plain(one_line(form.title), limits.VIEW_TITLE),
        "submit": plain(one_line(form.submit), limits.VIEW_TITLE),
        "close": plain("Cancel", limits.VIEW_TITLE),
        "private_metadata": pack(claim, limits.PRIVATE_METADATA),
        "blocks": blocks or elements.section(one_line(form.title) or "–"),
    }


def notice(title: str, blocks: list[Json]) -> Json:
    """A view that only says something: no inputs, one way out."""
    return {
        "type": "modal",
        "callback_id": "notice",
        "title": plain(one_line(title), limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
        "blocks": blocks[: limits.VIEW_BLOCKS],
    }


def refusal(form: Form, shown: frozenset[str]) -> Json | None:
    """The `errors` response when every error belongs to an input that is on the screen; else None: redraw the form."""
    if not form.errors or not set(form.errors) <= shown or "" in form.errors:
        return None
    errors = {id_: cut(one_line(said), limits.ERROR_TEXT) or "Please check this." for id_, said in form.errors.items()}
    return {"response_action": "errors", "errors": errors}


def _head(form: Form) -> list[Json]:
    """What does not fit into 24 characters of title, the form's own error, and the introduction."""
    whole = one_line(form.title)
    head = elements.title(whole) if length(whole) > limits.VIEW_TITLE else []
    if said := clean(form.errors.get("", "")):
        head += [elements.rich(elements.paragraph(*elements.runs(f"✕ {said}", bold=True)))]
    return head + elements.section(clean(form.intro))


def _field(field: Field, form: Form, first: bool) -> list[Json]:
    element = _element(field)
    if first and element["type"] == "plain_text_input":
        element["focus_on_load"] = True
    block: Json = {
        "type": "input",
        "block_id": field.id,
        "label": plain(one_line(field.label), limits.LABEL),
        "element": {**element, "action_id": ACTION},
        "optional": not field.required,
    }
    if hint := clean(field.hint):
        block["hint"] = plain(hint, limits.HINT)
    error = clean(form.errors.get(field.id, ""))
    return [block, *elements.small(f"✕ {error}" if error else "")]


def _element(field: Field) -> Json:
    match field.kind:
        case "date":
            return {"type": "datepicker", **_start("initial_date", _iso_date(field.value))}
        case "datetime":
            return {"type": "datetimepicker", **_start("initial_date_time", _epoch(field.value))}
        case "number":
            number = field.value if _NUMBER.fullmatch(field.value) else ""
            return {
                "type": "number_input",
                "is_decimal_allowed": True,
                **_start("initial_value", number),
                **_hint(field),
            }
        case "email":
            return {"type": "email_text_input", **_start("initial_value", clean(field.value)), **_hint(field)}
        case "choice" if field.options:
            return _choice(field)
        case "choices" if field.options:
            return _choices(field)
        case _:
            return _text(field)


def _text(field: Field) -> Json:
    most = max(1, min(field.max_length, limits.INPUT_TEXT))
    value = clean(field.value)
    value = cut(value, most) if most > 1 else value[:1]
    lines: Json = {"multiline": True} if field.kind == "longtext" else {}
    return {"type": "plain_text_input", "max_length": most, **lines, **_start("initial_value", value), **_hint(field)}


def _choice(field: Field) -> Json:
    options = [_option(option) for option in field.options]
    start = _start("initial_option", next((o for o in options if o["value"] == (field.value or _EMPTY_VALUE)), None))
    if field.required and len(options) <= _RADIO_OPTIONS:
        return {"type": "radio_buttons", "options": options, **start}
    return {"type": "static_select", **_listed(options), **start, **_hint(field)}


def _choices(field: Field) -> Json:
    options = [_option(option) for option in field.options]
    wanted = [value.strip() for value in field.value.split(",")]
    start = _start("initial_options", [option for option in options if option["value"] in wanted])
    if len(options) <= limits.BOX_OPTIONS:
        return {"type": "checkboxes", "options": options, **start}
    return {"type": "multi_static_select", **_listed(options), **start, **_hint(field)}


def _option(option: Option) -> Json:
    value = option.value or _EMPTY_VALUE
    if length(value) > limits.OPTION_VALUE:
        raise ValueError("an option's value is longer than Slack carries")
    return {"text": plain(one_line(option.label), limits.OPTION_TEXT), "value": value}


def _listed(options: list[Json]) -> Json:
    """Up to 100 options as they are, more in groups of 100 named after their first and last option."""
    if len(options) <= limits.OPTIONS:
        return {"options": options}
    if len(options) > limits.OPTIONS * limits.OPTION_GROUPS:
        raise ValueError("a field has more options than Slack shows")
    groups = [options[at : at + limits.OPTIONS] for at in range(0, len(options), limits.OPTIONS)]
    names = [f"{cut(g[0]['text']['text'], 35)} – {cut(g[-1]['text']['text'], 35)}" for g in groups]
    return {
        "option_groups": [
            {"label": plain(name, limits.OPTION_TEXT), "options": group}
            for name, group in zip(names, groups, strict=True)
        ]
    }


def _hint(field: Field) -> Json:
    words = one_line(field.placeholder)
    return {"placeholder": plain(words, limits.PLACEHOLDER)} if words else {}


def _start(key: str, value: Any) -> Json:
    return {key: value} if value else {}


def _iso_date(value: str) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return ""


def _epoch(value: str) -> int:
    """Seconds since 1970 of an RFC 3339 time; 0 (nothing prefilled) for anything else. Without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def inputs(state: object) -> dict[str, str]:
    """`view.state.values` as field id -> text: choices comma-separated, dates ISO, times RFC 3339 in UTC, "" if empty.

    Malformed for anything Slack would not send. Shapes: docs.slack.dev/reference/views#state.
    """
    if not isinstance(state, Mapping):
        raise Malformed("a view without state")
    found = {}
    for block_id, actions in state.items():
        if not isinstance(actions, Mapping):
            raise Malformed("a view's state is not a mapping")
        for element in actions.values():
            if not isinstance(element, Mapping):
                raise Malformed("an input without a value")
            found[str(block_id)] = _said(element)
    return found


def _said(element: Mapping[str, Any]) -> str:
    try:
        match element.get("type"):
            case "datepicker":
                return str(element.get("selected_date") or "")
            case "datetimepicker":
                seconds = element.get("selected_date_time")
                return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z") if seconds else ""
            case "static_select" | "radio_buttons":
                return _value(element.get("selected_option"))
            case "multi_static_select" | "checkboxes":
                return ",".join(_value(option) for option in element.get("selected_options") or ())
            case _:
                return clean(str(element.get("value") or ""))
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise Malformed("an input's value is not what its kind sends") from error


def _value(option: Mapping[str, Any] | None) -> str:
    value = str(option["value"]) if option and "value" in option else ""
    return "" if value == _EMPTY_VALUE else value
