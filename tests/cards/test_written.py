"""What is written once reads as if it had been written each time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cards.card import Link, Quote, Text
from bot.cards.written import Kept, Writer, Written

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


def test_what_was_made_of_a_block_is_kept_for_it_and_for_its_equals_however_many_come_between() -> None:
    made: list[Any] = []

    def make(block: Any) -> str:
        made.append(block)
        return repr(block)

    kept = Kept(make, most=4)
    first = Text("a")
    assert kept.of(first) is kept.of(first) is kept.of(Text("a"))
    assert made == [first]
    assert kept.of(Quote("a", "b")) != kept.of(Link("a", "b")), "alike in their parts, not in their kind"
    for number in range(20):
        assert kept.of(Text(str(number))) == repr(Text(str(number)))
    assert kept.of(first) == repr(first)
