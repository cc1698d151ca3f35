"""Draws a Form as a dialog or as an inline card, and reads what was filled in back into the form's inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.cards.card import Field, Form, Option
from bot.teams import elements, text
from bot.teams.elements import MARK, Element

DAY, HOUR = ".date", ".time"
"""Teams has no input for a moment: a `datetime` field is two inputs, and the text is local wall time without a zone."""

FEW = 5
"""Up to so many choices are shown as a list with buttons, more as a menu."""


def dialog(form: Form, values: Mapping[str, str] | None = None) -> Element:
    """The card of a dialog; it is submitted with Action.Submit, which arrives as `task/submit`.

    `values` are what the person had typed; they win over the fields' own values.
    """
    submit = {"type": "Action.Submit", "title": _submit(form), "style": "positive", "data": _data(form)}
    return elements.adaptive_card(_body(form, values), form.title, [submit])


def inline(form: Form, values: Mapping[str, str] | None = None) -> Element:
    """The form in place of a card, for clients that pressed without opening a dialog; Cancel brings the card back."""
    buttons = [
        elements.execute(_submit(form), _data(form), style="primary"),
        elements.execute("Cancel", elements.claims("cancel", form.ref, form.version, form.revision), inputs="none"),
    ]
    body = [elements.heading(form.title), *_body(form, values), *elements.rows_of_actions(buttons)]
    return elements.adaptive_card(body, form.title)


def inputs(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in: field id -> text, from an action's data. ValueError for values no form of ours sends.

    Teams sends strings; numbers and toggles are taken too, since clients differ. Empty inputs may be missing.
    """
    filled: dict[str, str] = {}
    moments: dict[str, dict[str, str]] = {}
    if len(data) > 200:
        raise ValueError("too many inputs")
    for id_, value in data.items():
        if id_ in (MARK, "msteams"):
            continue
        id_, words = text.sound(id_), _plain(value)
        for part in (DAY, HOUR):
            if id_.endswith(part):
                moments.setdefault(id_.removesuffix(part), {})[part] = words
                break
        else:
            filled[id_] = words
    for id_, parts in moments.items():
        filled[id_] = "T".join(part for part in (parts.get(DAY, ""), parts.get(HOUR, "")) if part)
    return filled


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return text.sound(str(value))[:20_000]
    raise ValueError("an input is a text")


def _submit(form: Form) -> str:
    return text.line(form.submit, 60) or "Send"


def _data(form: Form) -> Element:
    return elements.claims(form.verb, form.ref, form.version, form.revision, submits=True)


def _body(form: Form, values: Mapping[str, str] | None) -> list[Element]:
    body: list[Element] = []
    if own := elements.words(form.errors.get("", ""), 1000):
        body.append(elements.box(own, "attention"))
    elif form.errors:
        body.append(elements.box(elements.words("Please look at the marked fields."), "attention"))
    body += elements.words(form.intro, 4000)
    for field in form.fields:
        value = field.value if values is None else values.get(field.id, field.value)
        drawn = _input(field, text.clean(value, field.max_length))
        drawn += elements.words(form.errors.get(field.id, ""), 500, spacing="small", tone="bad", bold=True)
        drawn += elements.words(field.hint, 500, spacing="small", small=True, subtle=True)
        body += drawn
    return body or elements.words("Nothing has to be filled in.")


def _input(field: Field, value: str) -> list[Element]:
    if field.kind == "datetime":
        day, _, hour = value.partition("T")
        return [
            _element(field, "Input.Date", DAY, value=_day(day)),
            _element(field, "Input.Time", HOUR, value=_hour(hour), more=", time"),
        ]
    if field.kind == "date":
        return [_element(field, "Input.Date", value=_day(value))]
    if field.kind in ("choice", "choices"):
        return [_choices(field, value)]
    if field.kind == "number" and (number := _number(value)) is not None:
        return [_element(field, "Input.Number", value=number, placeholder=True)]
    drawn = _element(field, "Input.Text", value=value, placeholder=True)
    drawn["maxLength"] = field.max_length
    if field.kind == "longtext":
        drawn["isMultiline"] = True
    if field.kind == "email":
        drawn["style"] = "email"
    return [drawn]


def _element(
    field: Field, kind: str, part: str = "", *, value: object = "", more: str = "", placeholder: bool = False
) -> Element:
    label = (text.line(field.label, 150) or field.id) + more
    drawn: Element = {"type": kind, "id": field.id + part, "label": label}
    if field.required:
        # an errorMessage is drawn as markdown: no word of anybody else's in it
        drawn |= {"isRequired": True, "errorMessage": "Please fill this in."}
    if value != "":
        drawn["value"] = value
    if placeholder and field.placeholder:
        drawn["placeholder"] = text.line(field.placeholder, 150)
    return drawn


def _choices(field: Field, value: str) -> Element:
    known = {option.value for option in field.options}
    chosen = [part for part in value.split(",") if part in known] if field.kind == "choices" else [value]
    drawn = _element(field, "Input.ChoiceSet", value=",".join(part for part in chosen if part in known))
    drawn["choices"] = [_choice(option) for option in field.options]
    drawn["wrap"] = True
    many = field.kind == "choices"
    drawn["style"] = "expanded" if many or len(field.options) <= FEW else "compact"
    if many:
        drawn["isMultiSelect"] = True
    return drawn


def _choice(option: Option) -> Element:
    return {"title": text.choice(option.label, 200) or option.value, "value": option.value}


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _hour(value: str) -> str:
    try:
        return time.fromisoformat(value).strftime("%H:%M")
    except ValueError:
        return ""


def _number(value: str) -> int | float | str | None:
    """A number for Input.Number, "" for an empty one, None for what has to be shown as the text it is."""
    if not value:
        return ""
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
