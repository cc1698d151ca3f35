"""What is written once reads as if it had been written each time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cards.written import Writer, Written

BODY: dict[str, Any] = {
    "channel": "D0DANA",
    "blocks": [{"type": "section", "text": "Ü “quoted” \\ \n \U0001f600"}, {"type": "divider"}],
    "none": None,
    "counts": [1, 2.5, True, []],
    "nested": {"list": [{"deep": {"er": ("a", "b")}}], "": {}},
}


@pytest.mark.parametrize("ascii", [True, False])
def test_what_is_written_reads_as_it_was(ascii: bool) -> None:
    writer = Writer(ascii=ascii)
    part = writer.once({"part": BODY["blocks"], "é": 1})
    said = writer.write({**BODY, "parts": [part, {"in": part}], "again": part})
    plain = json.loads(json.dumps({**BODY, "parts": [dict(part), {"in": dict(part)}], "again": dict(part)}))
    assert json.loads(said) == plain
    assert said.isascii() is ascii


def test_a_part_is_a_mapping_like_any_other() -> None:
    writer = Writer(ascii=True)
    part = writer.once({"a": 1})
    assert part == {"a": 1} and json.loads(json.dumps(part)) == {"a": 1} and writer.once(part) is part
    assert isinstance(part, Written) and part.text == '{"a":1}'


def test_keys_that_are_no_texts_are_written_as_json_has_them() -> None:
    assert json.loads(Writer(ascii=True).write({1: "a", None: "b"})) == {"1": "a", "null": "b"}
