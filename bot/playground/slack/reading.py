"""What a person reads in a message or form, from top to bottom, as plain text; and the buttons they find there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.playground.slack.blocks import interactive

Json = dict[str, Any]
Names = Callable[[str], str]
"""user id -> name"""

_ANGLES = re.compile(r"<([^<>]+)>")
_MARKS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]+?)(?<=\S)\1(?![\w*_~`])")


def read_mrkdwn(text: str, names: Names = str) -> str:
    """Links by their label, people by their name, dates by their fallback, without marks and entities.

    Syntax: docs.slack.dev/messaging/formatting-message-text.
    """

    def angle(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith("@"):
            return "@" + names(target[1:])
        if target.startswith(("#", "!")):
            return ("#" if target[0] == "#" else "") + label or "@" + target[1:]
        return label or target.removeprefix("mailto:")

    return unescaped(_MARKS.sub(r"\2", _ANGLES.sub(angle, text)))


def unescaped(text: str) -> str:
    """Slack's three entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_blocks(blocks: list[Json], names: Names = str) -> str:
    """Every visible word in order, one block a line; buttons as `[Approve]`, inputs as `Label: value`."""
    lines = (line for block in blocks for line in _block(block, names))
    return "\n".join(line for line in lines if line.strip())


def read_message(text: str, blocks: list[Json], attachments: list[Json], names: Names = str) -> str:
    """A message: its blocks, else its text; then its attachments."""
    parts = [read_blocks(blocks, names) if blocks else read_mrkdwn(text, names)]
    for attachment in attachments:
        said = "\n".join(str(attachment[part]) for part in ("title", "text", "fallback") if attachment.get(part))
        parts.append(read_blocks(attachment["blocks"], names) if attachment.get("blocks") else read_mrkdwn(said, names))
    return "\n".join(part for part in parts if part)


def _text(found: Any, names: Names) -> str:
    if not isinstance(found, dict):
        return ""
    text = str(found.get("text") or "")
    return read_mrkdwn(text, names) if found.get("type") == "mrkdwn" else text


def _block(block: Json, names: Names) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield _text(block.get("text"), names)
            yield from (_text(field, names) for field in block.get("fields") or ())
            yield from _elements(block, names)
        case "header" | "alert":
            yield _text(block.get("text"), names)
        case "markdown":
            yield str(block.get("text", ""))
        case "context":
            said = (_text(e, names) or str(e.get("alt_text", "")) for e in block["elements"])
            yield "  ".join(part for part in said if part)
        case "image":
            yield _text(block.get("title"), names) or str(block.get("alt_text", ""))
        case "input":
            yield f"{_text(block['label'], names)}: {_initial(block['element'], names)}".rstrip()
            yield _text(block.get("hint"), names)
        case "rich_text":
            yield from (line for element in block["elements"] for line in _rich(element, names))
        case "table" | "data_table":
            yield _text({"text": block.get("caption", "")}, names)
            yield from ("  ".join(_cell(cell, names) for cell in row) for row in block["rows"])
        case "data_visualization":
            yield str(block.get("title", ""))
        case _:
            yield from _elements(block, names)


def _elements(block: Json, names: Names) -> Iterator[str]:
    labels = [_label(element, names) for element in interactive(block)]
    yield " ".join(f"[{label}]" for label in labels if label)


def _label(element: Json, names: Names) -> str:
    if element["type"] == "button":
        return _text(element["text"], names)
    if "options" in element and element["type"] in ("overflow", "radio_buttons", "checkboxes"):
        return " | ".join(_text(option["text"], names) for option in element["options"])
    return _initial(element, names) or _text(element.get("placeholder"), names)


def _initial(element: Json, names: Names) -> str:
    chosen = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    if chosen:
        return ", ".join(_text(option["text"], names) for option in chosen)
    starts = (element.get(f"initial_{name}") for name in ("value", "date", "time", "date_time"))
    return next((str(start) for start in starts if start), "")


def _rich(element: Json, names: Names) -> Iterator[str]:
    parts = [part for part in element.get("elements") or () if isinstance(part, dict)]
    if element.get("type") == "rich_text_list":
        for place, item in enumerate(parts, 1):
            bullet = f"{place}." if element.get("style") == "ordered" else "•"
            yield f"{bullet} " + "".join(_rich(item, names))
    else:
        yield "".join(_run(part, names) for part in parts).rstrip("\n")


def _run(part: Json, names: Names) -> str:
    match part.get("type"):
        case "link":
            return str(part.get("text") or part.get("url", ""))
        case "user":
            return "@" + names(str(part.get("user_id", "")))
        case "emoji":
            return f":{part.get('name', '')}:"
        case "date":
            return str(part.get("fallback", ""))
        case _:
            return str(part.get("text", ""))


def _cell(cell: Json, names: Names) -> str:
    if cell.get("type") == "rich_text":
        return "".join(line for element in cell.get("elements") or () for line in _rich(element, names))
    return str(cell.get("text", cell.get("value", "")))


def find_press(blocks: list[Json], label: str) -> tuple[Json, Json, Json | None] | None:
    """(block, element, chosen option) whose visible text is exactly `label`: a button, or an option one can choose."""
    for block in blocks:
        for element in interactive(block):
            if element["type"] == "button" and _text(element["text"], str) == label:
                return block, element, None
    for block in blocks:
        for element in interactive(block):
            if block["type"] != "input":
                for option in options_of(element):
                    if _text(option["text"], str) == label:
                        return block, element, option
    return None


def labels_of(blocks: list[Json]) -> list[str]:
    """The texts of all buttons."""
    return [_text(e["text"], str) for block in blocks for e in interactive(block) if e["type"] == "button"]


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """The block and element with these ids."""
    for block in blocks:
        if block.get("block_id") == block_id:
            for element in interactive(block):
                if element.get("action_id") == action_id:
                    return block, element
    return None


def options_of(element: Json) -> list[Json]:
    """The options of a select, radio buttons, checkboxes or an overflow menu, groups flattened."""
    grouped = [option for group in element.get("option_groups") or () for option in group["options"]]
    return [*(element.get("options") or ()), *grouped]
