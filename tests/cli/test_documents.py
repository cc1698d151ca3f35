"""The documents name only what there is: commands, settings, REST calls, files; and the REST calls are all named."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from fastapi import FastAPI

from bot.cli.main import app as command_line
from bot.settings import env_name, known_keys
from bot.web import openapi
from bot.web.server import create_web
from storage.store import Store

HOUSE = Path(__file__).parents[2]
PAGES = [HOUSE / "README.md", *sorted((HOUSE / "docs").glob("*.md"))]
NAMES_THAT_END_OPEN = {"KEYLINE_SLACK_", "KEYLINE_TEAMS_"}
"""`KEYLINE_SLACK_…` stands for all of them."""


def every(pattern: str) -> list[tuple[str, str]]:
    """(page, what was found) for each match in the documents."""
    return [(page.name, found) for page in PAGES for found in re.findall(pattern, page.read_text("utf-8"))]


@pytest.mark.parametrize(("page", "line"), sorted(set(every(r"python -m bot ([a-z][^`#\n|;>)]*)"))))
def test_every_command_is_one(page: str, line: str) -> None:
    words = shlex.split(line.replace("…", ""))
    command = typer.main.get_command(command_line)
    while words and (inner := getattr(command, "commands", {}).get(words[0])):
        command, words = inner, words[1:]
    assert not getattr(command, "commands", None), f"{page}: {line!r} is not a command"
    known = {name for option in command.params for name in option.opts}
    assert {word for word in words if word.startswith("--")} <= known, f"{page}: {line!r}"


@pytest.mark.parametrize(("page", "name"), sorted(set(every(r"KEYLINE_[A-Z_]+"))))
def test_every_setting_is_one(page: str, name: str) -> None:
    known = {env_name(section, key) for section, keys in known_keys().items() for key in keys}
    assert name in known | NAMES_THAT_END_OPEN | {"KEYLINE_CONFIG", "KEYLINE_REQUIRE_ALL"}, page


@pytest.mark.parametrize(("page", "target"), sorted(set(every(r"\]\(([^)\s]+)\)"))))
def test_every_link_leads_somewhere(page: str, target: str) -> None:
    file, _, heading = target.partition("#")
    if file.startswith("https://"):
        return
    place = next(one for one in PAGES if one.name == page).parent / file if file else HOUSE / "docs" / page
    assert place.exists(), f"{page}: {target}"
    if heading:
        titles = re.findall(r"^#+ (.+)$", place.read_text("utf-8"), re.MULTILINE)
        assert heading in {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_rest_call_is_shown_with_curl_and_no_other(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    web: FastAPI = create_web(store=store, performer=None, now=lambda: None)  # type: ignore[arg-type]  # only described
    paths = openapi.document(web)["paths"]
    store.close()
    wanted = {
        (method.upper(), re.sub(r"\{\w+\}", "_", path.removeprefix("/api/v1")))
        for path, calls in paths.items()
        for method in calls
    }
    shown = set()
    for call in re.findall(r"^curl .*?(?=^\w|^$|^```)", (HOUSE / "docs" / "api.md").read_text(), re.MULTILINE | re.S):
        method = re.search(r"-X (\w+)", call)
        path = re.search(r'"\$API([^"?]*)', call)
        assert path is not None, call
        default = "POST" if " -d " in call else "GET"
        plain = path[1].replace("$ID", "_").replace("marlow-finch", "_")
        shown.add((method[1] if method else default, plain))
    assert shown == wanted
