"""What Slack accepts as the blocks of a message or a view, and the ids that it adds where the app gave none."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any

from bot.playground.slack import limits
from bot.playground.slack.check import Rule, anything, boolean, many, note, one_of, shape, string, text, typed, whole
from bot.playground.slack.elements import ACCESSORIES, IN_ACTIONS, IN_INPUT, elements

VIEW_ONLY = frozenset({"alert"})
"""Documented for messages too, but one client says modals only: a message must not depend on it."""
MESSAGE_ONLY = frozenset({"markdown", "table", "data_table", "data_visualization"})

INTERACTIVE = IN_ACTIONS | IN_INPUT


class Refused(Exception):
    """Slack's answer `{ok: false, error, errors, response_metadata.messages}`."""

    def __init__(self, error: str, problems: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.problems = problems or []


def _text_or_fields(value: dict[str, Any], pointer: str, problems: list[str]) -> None:
    if not value.get("text") and not value.get("fields"):
        note(problems, "must define either `text` or `fields`", f"{pointer}/type")


def _one_picture(value: dict[str, Any], pointer: str, problems: list[str]) -> None:
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        note(problems, "must define either `image_url` or `slack_file`", pointer)


def _block(kind: str, fields: dict[str, Rule], required: tuple[str, ...] = (), extra: Rule | None = None) -> Rule:
    return shape({"type": one_of(kind), "block_id": string(limits.ID), **fields}, required, extra)


@cache
def _shapes() -> dict[str, Rule]:
    known = elements()
    label = text(limits.LABEL, markup=False)
    picture = {"image_url": string(limits.URL), "slack_file": anything, "alt_text": string(limits.IMAGE_TEXT)}
    words = {"plain_text": text(limits.SECTION_TEXT), "mrkdwn": text(limits.SECTION_TEXT), "image": known["image"]}
    cells = many(typed({"raw_text": anything, "raw_number": anything, "rich_text": anything}), limits.TABLE_COLUMNS)
    rich = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
    return {
        "section": _block(
            "section",
            {
                "text": text(limits.SECTION_TEXT),
                "fields": many(text(limits.FIELD_TEXT), limits.FIELDS),
                "accessory": typed(known, ACCESSORIES),
                "expand": boolean,
            },
            (),
            _text_or_fields,
        ),
        "header": _block("header", {"text": text(limits.HEADER_TEXT, markup=False)}, ("text",)),
        "divider": _block("divider", {}),
        "context": _block("context", {"elements": many(typed(words), limits.CONTEXT_ELEMENTS)}, ("elements",)),
        "actions": _block(
            "actions", {"elements": many(typed(known, IN_ACTIONS), limits.ACTIONS_ELEMENTS)}, ("elements",)
        ),
        "image": _block(
            "image", {**picture, "title": text(limits.IMAGE_TEXT, markup=False)}, ("alt_text",), _one_picture
        ),
        "input": _block(
            "input",
            {
                "label": label,
                "element": typed(known, IN_INPUT),
                "hint": label,
                "optional": boolean,
                "dispatch_action": boolean,
            },
            ("label", "element"),
        ),
        "rich_text": _block("rich_text", {"elements": many(typed(dict.fromkeys(rich, anything)), 100)}, ("elements",)),
        "markdown": _block("markdown", {"text": string(limits.MARKDOWN_TEXT)}, ("text",)),
        "table": _block("table", {"rows": many(cells, limits.TABLE_ROWS), "column_settings": anything}, ("rows",)),
        "data_table": _block(
            "data_table",
            {
                "rows": many(cells, 101, 2),
                "caption": string(limits.LABEL),
                "page_size": whole(1, 100),
                "row_header_column_index": whole(0, 19),
            },
            ("rows", "caption"),
        ),
        "data_visualization": _block(
            "data_visualization", {"title": string(50), "chart": anything, "alt_text": string(2_000)}, ("chart",)
        ),
        "alert": _block(
            "alert",
            {
                "text": text(limits.ALERT_TEXT),
                "level": one_of("default", "info", "warning", "error", "success"),
            },
            ("text",),
        ),
    }


def interactive(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The elements of a block that a person can press or fill."""
    for element in (*(block.get("elements") or ()), block.get("accessory"), block.get("element")):
        if isinstance(element, dict) and element.get("type") in INTERACTIVE:
            yield element


def _no_twins(blocks: list[Any], pointer: str, problems: list[str]) -> None:
    """block_id is unique in a message or view, action_id in its block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            note(problems, f"block_id `{name}` already exists", f"{pointer}/{index}/block_id")
        seen.add(name or "")
        actions = [e["action_id"] for e in interactive(block) if e.get("action_id")]
        for twin in sorted({a for a in actions if actions.count(a) > 1}):
            note(problems, f"action_id `{twin}` already exists", f"{pointer}/{index}")


def problems_of(blocks: Any, *, surface: str, most: int, pointer: str = "/blocks") -> list[str]:
    """What is wrong with these blocks on this surface (message, modal, home), in Slack's wording."""
    problems: list[str] = []
    hidden = VIEW_ONLY if surface == "message" else MESSAGE_ONLY
    many(typed(_shapes(), frozenset(_shapes()) - hidden), most, 0)(blocks, pointer, problems)
    if not problems:
        _no_twins(blocks, pointer, problems)
    return problems


def check_message(blocks: Any, pointer: str = "/blocks") -> list[dict[str, Any]]:
    """Blocks of a message, as Slack stores them; `Refused` when it would not take them."""
    problems = problems_of(blocks, surface="message", most=limits.MESSAGE_BLOCKS, pointer=pointer)
    if problems:
        raise Refused("invalid_blocks", problems)
    kinds = [block["type"] for block in blocks]
    if kinds.count("table") + kinds.count("data_table") > 1:
        raise Refused("only_one_table_allowed")
    if kinds.count("data_visualization") > 2:
        raise Refused("invalid_blocks", ["no more than 2 data_visualization blocks [json-pointer:/blocks]"])
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > limits.MARKDOWN_TEXT:
        raise Refused(
            "invalid_blocks", [f"must be less than {limits.MARKDOWN_TEXT + 1} characters [json-pointer:/blocks]"]
        )
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > limits.MESSAGE_JSON:
        raise Refused("msg_blocks_too_long")
    return with_ids(blocks)


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy where every block has a block_id and everything interactive an action_id, as in what Slack returns."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: dict[str, Any]) -> dict[str, Any]:
    found = {"block_id": _fresh_id(), **block}
    for name in ("element", "accessory"):
        if name in found:
            found[name] = _with_action_id(found[name])
    if found["type"] == "actions":
        found["elements"] = [_with_action_id(element) for element in found["elements"]]
    return found


def _with_action_id(element: Any) -> Any:
    needs_one = isinstance(element, dict) and element.get("type") in INTERACTIVE
    return {"action_id": _fresh_id(), **element} if needs_one else element


def _fresh_id() -> str:
    return secrets.token_urlsafe(4)[:5]
