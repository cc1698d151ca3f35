"""What a person reads on an Adaptive Card, from top to bottom, as plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from bot.playground.teams.tree import Json, dicts, parts

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|<>&])")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(([^)\s]*)\)")
_BOLD = re.compile(r"(?<![\\\w])(\*\*|__)(?=\S)(.+?)(?<=[^\s\\])\1(?!\w)", re.DOTALL)
_ITALIC = re.compile(r"(?<![\\\w*])([*_])(?=\S)(.+?)(?<=[^\s\\])\1(?![\w*])", re.DOTALL)


def read_markdown(text: str) -> str:
    """The words of a TextBlock: emphasis, links, escapes and entities resolved as a Markdown renderer would."""
    text = _LINK.sub(r"\1", text)
    text = _BOLD.sub(r"\2", text)
    text = _ITALIC.sub(r"\2", text)
    return html.unescape(_ESCAPED.sub(r"\1", text))


def read_card(card: Json) -> str:
    """Every visible word in order, one element a line; buttons as `[Approve]`, inputs as `Label: value`."""
    lines = [line for element in dicts(card.get("body")) for line in _read(element)]
    if row := _row(card.get("actions")):
        lines.append(row)
    return "\n".join(line for line in lines if line.strip())


def _read(element: Json) -> Iterator[str]:
    kind = str(element.get("type", ""))
    if element.get("isVisible") is False:
        return
    if kind == "TextBlock":
        yield read_markdown(str(element.get("text", "")))
    elif kind == "RichTextBlock":
        runs = element.get("inlines") or []
        yield "".join(str(run.get("text", "")) if isinstance(run, dict) else str(run) for run in runs)
    elif kind == "FactSet":
        for fact in dicts(element.get("facts")):
            yield f"{read_markdown(str(fact.get('title', '')))}: {read_markdown(str(fact.get('value', '')))}"
    elif kind == "Image":
        yield str(element.get("altText", ""))
    elif kind == "ActionSet":
        yield _row(element.get("actions"))
    elif kind.startswith("Input."):
        yield _read_input(element, kind)
    elif kind.startswith("Chart."):
        yield str(element.get("title", ""))
    elif kind == "TableRow" or "cells" in element:
        yield "  ".join(" ".join(_read_parts(cell)) for cell in dicts(element.get("cells")))
    else:
        yield from _read_parts(element)


def _read_parts(element: Json) -> Iterator[str]:
    for part in parts(element):
        yield from _read(part)


def _read_input(element: Json, kind: str) -> str:
    label = str(element.get("label") or element.get("title") or element.get("placeholder") or element.get("id", ""))
    value = str(element.get("value", ""))
    if kind == "Input.ChoiceSet":
        titles = {str(choice.get("value")): str(choice.get("title")) for choice in dicts(element.get("choices"))}
        value = titles.get(value, value)
    return f"{label}: {value}".rstrip()


def _row(actions: Any) -> str:
    return " ".join(f"[{action['title']}]" for action in dicts(actions) if action.get("title"))
