"""Reads app.yaml into plain values, with the line of every key, `${NAME}` filled in, and one sentence a mistake."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass
class Read:
    """What a settings file said: `values[section][key]`, where each key stands, what is wrong with the file."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def read(path: Path, known: Mapping[str, Mapping[str, bool]]) -> Read:
    """`known[section][key]` says which keys there are and whether each is a secret.

    An empty value or an unset `${NAME}` means the default. OSError when the file cannot be read.
    """
    found = Read()
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found.mistakes.append(f"{path}{_where(error)}: this is not valid YAML ({_first_line(error)})")
        return found
    if root is None:
        return found
    if not isinstance(root, yaml.MappingNode):
        found.mistakes.append(f"{path}: the file holds sections with keys, like `public:` with `url:` under it")
        return found
    for name, section in root.value:
        _section(path, str(name.value), name.start_mark.line + 1, section, known, found)
    return found


def _section(
    path: Path, name: str, line: int, node: yaml.Node, known: Mapping[str, Mapping[str, bool]], found: Read
) -> None:
    if name not in known:
        found.mistakes.append(f"{path} line {line}: there is no section `{name}`{_nearest(name, known)}")
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _key(path, name, str(key.value), key.start_mark.line + 1, value, known[name], found)
    elif not _is_null(node):
        found.mistakes.append(f"{path} line {line}: `{name}` is a section: write its keys indented under it")


def _key(
    path: Path, section: str, key: str, line: int, node: yaml.Node, known: Mapping[str, bool], found: Read
) -> None:
    place = f"{path} line {line}"
    if key not in known:
        found.mistakes.append(f"{place}: there is no key `{key}` in `{section}`{_nearest(key, known)}")
        return
    if not isinstance(node, yaml.ScalarNode):
        found.mistakes.append(f"{place}: `{section}.{key}` is one value, not a list or a group")
        return
    if _is_null(node):
        return
    text = str(node.value)
    if known[key] and not _REFERENCE.fullmatch(text):
        name = f"KEYLINE_{section}_{key}".upper()
        found.mistakes.append(
            f"{place}: `{section}.{key}` is a secret and may not stand in a file: write ${{{name}}} here and set {name}"
        )
        return
    value = _REFERENCE.sub(lambda match: os.environ.get(match.group(1), ""), text)
    if value:
        found.values.setdefault(section, {})[key] = value
        found.lines[section, key] = line


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and (node.tag == "tag:yaml.org,2002:null" or node.value == "")


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f": did you mean `{close[0]}`?" if close else f"; there are {', '.join(sorted(known))}"


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" line {mark.line + 1}" if mark else ""


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
