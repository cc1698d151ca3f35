"""Rules for JSON that the app sent, small enough to read as a table: each rule notes what is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any, str, list[str]], None]
"""(value, JSON pointer, problems found so far) -> nothing; appends sentences as Slack words them."""


def note(problems: list[str], sentence: str, pointer: str) -> None:
    """One problem in the form of Slack's `errors` list: "must be … [json-pointer:/blocks/0/text]"."""
    problems.append(f"{sentence} [json-pointer:{pointer}]")


def string(most: int, least: int = 1) -> Rule:
    """A string of `least` to `most` characters."""

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            note(problems, "must be a string", pointer)
        elif len(value) < least:
            note(problems, f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            note(problems, f"must be less than {most + 1} characters", pointer)

    return rule


def matching(pattern: str, what: str) -> Rule:
    """A string of a fixed form, for instance a date."""
    form = re.compile(pattern)

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            note(problems, f"must be {what}", pointer)

    return rule


def boolean(value: Any, pointer: str, problems: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        note(problems, "must be a boolean", pointer)


def whole(least: int, most: int) -> Rule:
    """An integer in a range."""

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            note(problems, f"must be an integer from {least} to {most}", pointer)

    return rule


def one_of(*allowed: str) -> Rule:
    """One of some words."""

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        if value not in allowed:
            note(problems, "value must be one of: " + ", ".join(allowed), pointer)

    return rule


def anything(value: Any, pointer: str, problems: list[str]) -> None:
    """Not looked at."""


def many(item: Rule, most: int, least: int = 1) -> Rule:
    """A list of `least` to `most` items."""

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            note(problems, "must be an array", pointer)
            return
        if len(value) < least:
            note(problems, f"no fewer than {least} items required", pointer)
        if len(value) > most:
            note(problems, f"no more than {most} items allowed", pointer)
        for index, entry in enumerate(value):
            item(entry, f"{pointer}/{index}", problems)

    return rule


def shape(fields: Mapping[str, Rule], required: tuple[str, ...] = (), extra: Rule | None = None) -> Rule:
    """An object with these fields and no others; `extra` looks at the whole when its parts are right."""

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            note(problems, "must be an object", pointer)
            return
        before = len(problems)
        for name in required:
            if value.get(name) is None:
                note(problems, f"missing required field: {name}", pointer)
        for name, part in value.items():
            if name not in fields:
                note(problems, f"additional property: {name}", pointer)
            elif part is not None:
                fields[name](part, f"{pointer}/{name}", problems)
        if extra is not None and len(problems) == before:
            extra(value, pointer, problems)

    return rule


def typed(shapes: Mapping[str, Rule], allowed: frozenset[str] | None = None) -> Rule:
    """An object whose `type` chooses its shape."""

    def rule(value: Any, pointer: str, problems: list[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            note(problems, "missing required field: type", pointer)
        elif kind not in shapes or (allowed is not None and kind not in allowed):
            note(problems, f"unsupported type: {kind}", f"{pointer}/type")
        else:
            shapes[kind](value, pointer, problems)

    return rule


def text(most: int, *, markup: bool = True, least: int = 1) -> Rule:
    """A text object; without `markup` only plain_text will do (buttons, headers, labels)."""
    plain = {"type": one_of("plain_text"), "text": string(most, least), "emoji": boolean}
    marked = {"type": one_of("mrkdwn"), "text": string(most, least), "verbatim": boolean}
    shapes = {"plain_text": shape(plain, ("text",))}
    if markup:
        shapes["mrkdwn"] = shape(marked, ("text",))
    return typed(shapes)
