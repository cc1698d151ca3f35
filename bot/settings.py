"""app.yaml and the environment become one `Settings`; whatever is missing or contradictory becomes a sentence."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.sections import PREFIX, Section, Settings
from bot.settingsfile import Read, read
from bot.soundness import problems

__all__ = ["BadSettings", "Settings", "env_name", "known_keys", "load", "problems", "unknown_names"]

DEFAULT_FILE = Path("app.yaml")
OTHER_NAMES = frozenset({"KEYLINE_CONFIG", "KEYLINE_REQUIRE_ALL"})
"""KEYLINE_ names that are not settings: the place of the settings file, and a switch of the test command."""


class BadSettings(Exception):
    """The settings cannot be used; `problems` holds one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path | None = None) -> Settings:
    """Reads `path` (default: app.yaml here, if there is one) and the environment. Raises BadSettings."""
    file = path or DEFAULT_FILE
    found = Read()
    if path is not None or file.is_file():
        try:
            found = read(file, known_keys())
        except OSError as error:
            raise BadSettings([f"{file}: cannot be read ({error.strerror}): name an existing file"]) from None
    if found.mistakes:
        raise BadSettings(found.mistakes)
    try:
        return Settings(**found.values)  # type: ignore[arg-type]  # sections arrive as mappings and are checked here
    except ValidationError as error:
        raise BadSettings([_sentence(dict(item), file, found) for item in error.errors()]) from None


def known_keys() -> dict[str, dict[str, bool]]:
    """Every section with its keys; True for a secret."""
    sections: dict[str, dict[str, bool]] = {}
    for name, section in Settings.model_fields.items():
        kind = section.annotation
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            raise TypeError(f"{name} is not a section")
        sections[name] = {
            key: bool(isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("secret"))
            for key, field in kind.model_fields.items()
        }
    return sections


def env_name(section: str, key: str) -> str:
    """("slack", "bot_token") -> "KEYLINE_SLACK_BOT_TOKEN"."""
    return f"{PREFIX}{section}_{key}".upper()


def unknown_names(environ: Mapping[str, str] | None = None) -> list[str]:
    """One sentence for every KEYLINE_ variable that sets nothing."""
    names = {env_name(section, key) for section, keys in known_keys().items() for key in keys} | OTHER_NAMES
    sentences = []
    for name in sorted(os.environ if environ is None else environ):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            close = difflib.get_close_matches(name.upper(), sorted(names), n=1)
            hint = f": did you mean {close[0]}?" if close else ""
            sentences.append(f"{name} is set but means nothing to Keyline{hint}")
    return sentences


def _sentence(item: dict[str, Any], file: Path, found: Read) -> str:
    section, key = (*(str(part) for part in item["loc"]), "", "")[:2]
    if not key:
        return f"{env_name(section, '').rstrip('_')}: `{section}` is a section: set its keys one by one"
    name, line = env_name(section, key), found.lines.get((section, key))
    place = name if os.environ.get(name) or line is None else f"{file} line {line}, {section}.{key}"
    return f"{place}: {item['msg'][:1].lower()}{item['msg'][1:]}"
