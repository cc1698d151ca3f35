"""Others' judgement of our cards: the official Adaptive Card schema 1.5, and what Teams adds to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema_rs import Draft6Validator


@cache
def _schema() -> Draft6Validator:
    text = resources.files("adaptive_cards").joinpath("schemas/schema-1.5.json").read_text("utf-8")
    return Draft6Validator(json.loads(text), validate_formats=False)


def problems(card: dict[str, Any]) -> list[str]:
    """Breaches of the official schema; `msteams` is Teams' own and taken off first (the schema knows no extensions)."""
    bare = {name: value for name, value in card.items() if name != "msteams"}
    found = _schema().iter_errors(bare)
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in found]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a card, outermost first."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)
