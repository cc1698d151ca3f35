"""The shapes of Block Kit's elements and composition objects (docs.slack.dev/reference/block-kit, slack_sdk models)."""

from __future__ import annotations

from functools import cache
from typing import Any

from bot.playground.slack import limits
from bot.playground.slack.check import Rule, anything, boolean, many, matching, note, one_of, shape, string, text, whole

_SELECTS = frozenset(
    many + kind + "_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_TYPED = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
ACCESSORIES = _SELECTS | {"button", "image", "overflow", "datepicker", "timepicker", "radio_buttons", "checkboxes"}
IN_ACTIONS = (ACCESSORIES - {"image"}) | {"datetimepicker"}
IN_INPUT = (IN_ACTIONS - {"button", "overflow"}) | _TYPED

CONFIRM = shape(
    {
        "title": text(limits.CONFIRM_TITLE, markup=False),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": text(limits.CONFIRM_BUTTON, markup=False),
        "deny": text(limits.CONFIRM_BUTTON, markup=False),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)


def _option(*, markup: bool, url: bool = False) -> Rule:
    fields: dict[str, Rule] = {
        "text": text(limits.OPTION_TEXT, markup=markup),
        "value": string(limits.OPTION_VALUE),
        "description": text(limits.OPTION_TEXT, markup=markup),
    }
    if url:
        fields["url"] = string(limits.URL)
    return shape(fields, ("text", "value"))


def _same(one: Any, other: Any) -> bool:
    return one.get("value") == other.get("value") and one["text"]["text"] == other["text"]["text"]


def _chosen_exists(value: dict[str, Any], pointer: str, problems: list[str]) -> None:
    """An initial option has to be one of the options, letter for letter."""
    options = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        options += group["options"]
    initial = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    for chosen in initial:
        if not any(_same(chosen, option) for option in options):
            note(problems, "the initial option must be one of the options", pointer)


def _static(value: dict[str, Any], pointer: str, problems: list[str]) -> None:
    if (value.get("options") is None) == (value.get("option_groups") is None):
        note(problems, "must define either `options` or `option_groups`", pointer)
        return
    _chosen_exists(value, pointer, problems)


def _element(kind: str, fields: dict[str, Rule], required: tuple[str, ...] = (), extra: Rule | None = None) -> Rule:
    common: dict[str, Rule] = {"type": one_of(kind), "action_id": string(limits.ID)}
    if kind not in _TYPED:
        common["confirm"] = CONFIRM
    return shape({**common, **fields}, required, extra)


@cache
def elements() -> dict[str, Rule]:
    """Every element by its type."""
    placeholder = text(limits.PLACEHOLDER, markup=False)
    plain, marked = _option(markup=False), _option(markup=True)
    group = shape(
        {"label": text(limits.OPTION_TEXT, markup=False), "options": many(plain, limits.OPTIONS)}, ("label", "options")
    )
    select: dict[str, Rule] = {"placeholder": placeholder, "focus_on_load": boolean}
    multi: dict[str, Rule] = {**select, "max_selected_items": whole(1, 100)}
    choices = {"options": many(plain, limits.OPTIONS), "option_groups": many(group, limits.OPTIONS)}
    query = {"min_query_length": whole(0, 100)}
    typing: dict[str, Rule] = {
        "placeholder": placeholder,
        "focus_on_load": boolean,
        "dispatch_action_config": anything,
        "initial_value": string(limits.INPUT_TEXT, 0),
    }
    radio = {"options": many(marked, limits.CHOICES), "focus_on_load": boolean}
    lengths = {"min_length": whole(0, limits.INPUT_TEXT), "max_length": whole(1, limits.INPUT_TEXT)}
    date, time = matching(r"\d{4}-\d{2}-\d{2}", "a date YYYY-MM-DD"), matching(r"\d{2}:\d{2}", "a time HH:mm")
    number = matching(r"-?\d+(\.\d+)?", "a number written as a string")
    found = {
        "button": _element(
            "button",
            {
                "text": text(limits.BUTTON_TEXT, markup=False),
                "value": string(limits.BUTTON_VALUE),
                "url": string(limits.URL),
                "style": one_of("primary", "danger"),
                "accessibility_label": string(75),
            },
            ("text",),
        ),
        "overflow": _element(
            "overflow", {"options": many(_option(markup=False, url=True), limits.OVERFLOW_OPTIONS)}, ("options",)
        ),
        "static_select": _element("static_select", {**select, **choices, "initial_option": plain}, (), _static),
        "multi_static_select": _element(
            "multi_static_select", {**multi, **choices, "initial_options": many(plain, limits.OPTIONS)}, (), _static
        ),
        "external_select": _element("external_select", {**select, **query, "initial_option": plain}),
        "multi_external_select": _element(
            "multi_external_select", {**multi, **query, "initial_options": many(plain, limits.OPTIONS)}
        ),
        "radio_buttons": _element("radio_buttons", {**radio, "initial_option": marked}, ("options",), _chosen_exists),
        "checkboxes": _element(
            "checkboxes",
            {**radio, "initial_options": many(marked, limits.CHOICES)},
            ("options",),
            _chosen_exists,
        ),
        "datepicker": _element("datepicker", {**select, "initial_date": date}),
        "timepicker": _element("timepicker", {**select, "initial_time": time, "timezone": string(64)}),
        "datetimepicker": _element(
            "datetimepicker", {"initial_date_time": whole(1_000_000_000, 9_999_999_999), "focus_on_load": boolean}
        ),
        "plain_text_input": _element("plain_text_input", {**typing, **lengths, "multiline": boolean}),
        "number_input": _element(
            "number_input",
            {
                **typing,
                "is_decimal_allowed": boolean,
                "initial_value": number,
                "min_value": number,
                "max_value": number,
            },
            ("is_decimal_allowed",),
        ),
        "email_text_input": _element("email_text_input", typing),
        "url_text_input": _element("url_text_input", typing),
        "image": shape(
            {
                "type": one_of("image"),
                "image_url": string(limits.URL),
                "slack_file": anything,
                "alt_text": string(limits.IMAGE_TEXT),
            },
            ("alt_text",),
        ),
    }
    for noun in ("users", "conversations", "channels"):  # people and places are picked by id
        found[f"{noun}_select"] = _element(
            f"{noun}_select",
            {
                **select,
                f"initial_{noun[:-1]}": string(limits.ID),
                "filter": anything,
                "default_to_current_conversation": boolean,
                "response_url_enabled": boolean,
            },
        )
        found[f"multi_{noun}_select"] = _element(
            f"multi_{noun}_select",
            {
                **multi,
                f"initial_{noun}": many(string(limits.ID), 100),
                "filter": anything,
                "default_to_current_conversation": boolean,
            },
        )
    return found
