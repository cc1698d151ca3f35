"""Slack's own TypeScript definitions of Block Kit, as a JSON schema, judge every golden drawing and many others."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft7Validator

from bot.cards.card import Card
from bot.slack import blocks, forms
from tests import needs
from tests.slack import samples
from tests.slack.test_blocks import GOLDEN, any_card, big_card


@cache
def definitions() -> dict[str, Any]:
    """The schema of @slack/types, generated once per set-up (five seconds); skipped without Node or its packages."""
    node, modules = needs.node(), needs.judges()
    schema = modules / ".cache" / "block-kit-3.2.0.json"
    if not schema.exists():
        program = modules / "ts-json-schema-generator" / "bin" / "ts-json-schema-generator.js"
        types = modules / "@slack" / "types" / "dist" / "index.d.ts"
        command = [node, str(program), "--path", str(types), "--type", "*", "--no-type-check"]
        made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
        schema.parent.mkdir(exist_ok=True)
        # Renamed into place: another test process may be reading.
        half = schema.with_suffix(f".{os.getpid()}")
        half.write_text(made.stdout)
        half.rename(schema)
    return json.loads(schema.read_text())


@cache
def validator(kind: str) -> Draft7Validator:
    """The validator of one kind of block; of the whole view for "modal"."""
    whole = definitions()
    if kind == "modal":
        return Draft7Validator({**whole, "$ref": "#/definitions/ModalView"})
    name = "".join(word.capitalize() for word in kind.split("_"))
    return Draft7Validator({**whole, "$ref": f"#/definitions/{name}Block"})


def judge(drawn: list[dict[str, Any]]) -> None:
    for block in drawn:
        errors = [
            f"{list(error.absolute_path)}: {error.message[:200]}"
            for error in validator(block["type"]).iter_errors(block)
        ]
        assert not errors, (block["type"], errors[:3])


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_drawing_has_slacks_own_types(path: Path) -> None:
    drawn = json.loads(path.read_text())
    if path.stem.startswith("form_"):
        assert not [error.message for error in validator("modal").iter_errors(drawn)]
    judge(drawn if isinstance(drawn, list) else drawn["blocks"])


def test_the_judge_notices_what_it_should() -> None:
    for wrong in (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "section", "text": {"type": "plain_text", "text": "x"}, "colour": "red"},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "style": "good"}],
        },
    ):
        with pytest.raises(AssertionError):
            judge([wrong])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_card | big_card)
def test_any_card_has_slacks_own_types(card: Card) -> None:
    judge(blocks.draw(card))
    judge(blocks.draw_classic(card))


def test_notices_and_pages_have_slacks_own_types() -> None:
    view = forms.notice("Done", blocks.sentence("Saved.", "good") + blocks.draw(samples.WAITING, blocks.VIEW))
    assert not [error.message for error in validator("modal").iter_errors(view)]
    judge(view["blocks"])
