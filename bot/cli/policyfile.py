"""Reads a client's policy from a JSON or YAML file; every mistake is a sentence with file, line and key."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from bot.policies import mistakes, place_of, plain

MOST_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """YAML as people mean it: 17:00 is a text and no number to base 60, 2026-12-24 a text, `on` a name and no truth."""


_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_pattern})$"), _first)


def read(file: Path) -> tuple[dict[str, Any], list[str]]:
    """(the policy, mistakes); the policy is {} when there are mistakes."""
    try:
        if file.stat().st_size > MOST_BYTES:
            return {}, [f"{file}: it is larger than any policy ({MOST_BYTES:,} bytes)."]
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return {}, [f"{file}: it is not UTF-8 text."]
    except OSError as error:
        return {}, [f"{file}: it cannot be read ({error.strerror})."]
    try:
        value = json.loads(text) if file.suffix.lower() == ".json" else _load(text)
    except json.JSONDecodeError as error:
        return {}, [f"{file} line {error.lineno}: it is not valid JSON ({error.msg})."]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        return {}, [f"{file}{where}: it is not valid YAML ({getattr(error, 'problem', None) or 'unreadable'})."]
    except (RecursionError, ValueError):
        return {}, [f"{file}: it is nested too deep or holds a number too long to read."]
    if value is None:
        value = {}
    if found := mistakes(value):
        lines = _lines(text)
        placed = sorted(((_line(lines, one.place), one.sentence) for one in found), key=lambda pair: pair[0])
        return {}, [f"{file}{f' line {line}' if line else ''}: {sentence}" for line, sentence in placed]
    return dict(plain(value)), []


def _load(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is the safe loader with fewer kinds of scalars


def _lines(text: str) -> dict[str, int]:
    """The line of every key and entry by its place; JSON is YAML too, unless tabs indent it."""
    found: dict[str, int] = {}

    def walk(node: yaml.Node, way: tuple[object, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                place = (*way, str(key.value))
                found[place_of(place)] = key.start_mark.line + 1
                walk(value, place)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                found[place_of((*way, index))] = value.start_mark.line + 1
                walk(value, (*way, index))

    try:
        root = yaml.compose(text.replace("\t", " "), Loader=_Loader)
        if root is not None:
            walk(root, ())
    except (yaml.YAMLError, RecursionError):
        return {}
    return found


def _line(lines: dict[str, int], place: str) -> int:
    """Where the key stands, or the nearest one around it that does; 0 for the file as a whole."""
    while place and place not in lines:
        place = re.sub(r"(\.[^.\[\]]*|\[[0-9]+\]|^[^.\[\]]*)$", "", place)
    return lines.get(place, 0)
