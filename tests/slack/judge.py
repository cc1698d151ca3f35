"""Judges of Block Kit that are not the renderer: the SDK's models, and what those are known to miss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack import limits

Json = dict[str, Any]

_LENGTHS = {
    "header": ("text", limits.HEADER_TEXT),
    "section": ("text", limits.SECTION_TEXT),
    "button": ("text", limits.BUTTON_TEXT),
}
_PLAIN_ONLY = ("header", "button")


def objects(found: Any) -> Iterator[Json]:
    """Every JSON object in a structure."""
    if isinstance(found, dict):
        yield found
        for value in found.values():
            yield from objects(value)
    elif isinstance(found, list):
        for value in found:
            yield from objects(value)


def texts(found: Any) -> Iterator[str]:
    """Every string a person reads in a structure."""
    for each in objects(found):
        if isinstance(each.get("text"), str):
            yield each["text"]


def judge_message(blocks: list[Json], *, total: int = limits.MESSAGE_JSON) -> None:
    """Fails with the reason if Slack would refuse these blocks in a message."""
    assert 1 <= len(blocks) <= limits.MESSAGE_BLOCKS
    assert len(json.dumps(blocks, ensure_ascii=False)) <= total
    _judge(blocks)
    assert not [block for block in blocks if block["type"] == "input"]


def judge_view(view: Json) -> None:
    """Fails with the reason if Slack would refuse this view."""
    View(**json.loads(json.dumps(view))).validate_json()
    assert len(json.dumps(view)) <= limits.VIEW_JSON
    assert 1 <= len(view["blocks"]) <= limits.VIEW_BLOCKS
    for key in ("title", "submit", "close"):
        assert units(view[key]["text"]) <= limits.VIEW_TITLE if key in view else key == "submit"
    assert len(view.get("private_metadata", "")) <= limits.PRIVATE_METADATA
    if any(block["type"] == "input" for block in view["blocks"]):
        assert "submit" in view, "a view with inputs and no submit"
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(ids) == len(set(ids))
    _judge(view["blocks"])


def _judge(blocks: list[Json]) -> None:
    for block in blocks:
        parsed = Block.parse(json.loads(json.dumps(block)))
        assert parsed is not None and parsed.type == block["type"]
        parsed.validate_json()
        assert json.dumps(block).encode()
    for each in objects(blocks):
        _judge_object(each)
    ids = [each["action_id"] for each in objects(blocks) if each.get("type") == "button"]
    assert len(ids) == len(set(ids)), "an action_id twice"


def _judge_object(each: Json) -> None:
    kind = each.get("type")
    if kind in ("plain_text", "mrkdwn"):
        assert each["text"], "an empty text object"
    if kind == "plain_text":
        assert each["emoji"] is False, "user text would become pictures"
    if kind == "section":
        assert each.get("text") or each.get("fields"), "an empty section"
        for field in each.get("fields", ()):
            assert units(field["text"]) <= limits.FIELD_TEXT
        assert len(each.get("fields", ())) <= limits.SECTION_FIELDS
    if kind in _PLAIN_ONLY:
        assert each["text"]["type"] == "plain_text", "mrkdwn where only plain text may stand"
    if kind in _LENGTHS and isinstance(each.get("text"), dict):
        assert units(each["text"]["text"]) <= _LENGTHS[kind][1]
    if kind == "button":
        assert len(each["value"]) <= limits.BUTTON_VALUE and len(each["action_id"]) <= limits.ACTION_ID
        assert each.get("style", "primary") in ("primary", "danger")
    if kind in ("actions", "context", "rich_text", "rich_text_section", "rich_text_list", "rich_text_quote"):
        assert each["elements"], f"an empty {kind}"
    if kind == "text":
        assert each["text"] and units(each["text"]) <= limits.RICH_TEXT
    if kind == "image":
        assert each["alt_text"] and units(each["image_url"]) <= limits.URL
    if "options" in each:
        assert 1 <= len(each["options"]) <= limits.OPTIONS
        for option in each["options"]:
            assert 1 <= units(option["value"]) <= limits.OPTION_VALUE
            assert units(option["text"]["text"]) <= limits.OPTION_TEXT
    if kind in ("checkboxes", "radio_buttons"):
        assert len(each["options"]) <= limits.BOX_OPTIONS
    if "placeholder" in each:
        assert units(each["placeholder"]["text"]) <= limits.PLACEHOLDER


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
