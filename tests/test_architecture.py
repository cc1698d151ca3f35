"""Who may import whom: the contracts hold, and each of them catches a violation planted in a copy of the house."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("architecture")
HOUSE = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "schedules", "storage")

PLANTS = {
    "rooms": ("handlers/commands/shapes.py", "import schedules"),
    "bot": ("bot/settings.py", "import bot.signing"),
    "handlers": ("handlers/people.py", "from handlers import approvals"),
    "storage": ("storage/tables/types.py", "from storage import store"),
    "adapters": ("bot/slack/blocks.py", "from handlers.authority import ROLES"),
    "drawings": ("bot/cards/wording.py", "from storage.queries import directory"),
    "sql": ("handlers/commands/shapes.py", "from sqlalchemy import select"),
    "slack-sdk": ("bot/platform.py", "from slack_sdk.errors import SlackApiError"),
    "teams-sdk": ("bot/slack/blocks.py", "from botbuilder.schema import Activity"),
    "apscheduler": ("bot/conversation.py", "from apscheduler.schedulers.asyncio import AsyncIOScheduler"),
    "deciders": ("handlers/mechanisms/__init__.py", "import asyncio"),
    "perform": ("schedules/__init__.py", "from handlers import desk"),
    "playground": ("bot/playground/clock.py", "from bot.cards.card import Card"),
    "playground-start": ("bot/web/__init__.py", "from bot.playground.clock import Clock"),
    "stories": ("bot/demo/stories/__init__.py", "from bot.cards.card import Card"),
}
"""One import a contract that this contract alone forbids."""

MORE_PLANTS = {
    "a subject nobody gave a layer": ("handlers", "handlers/gossip/__init__.py", ""),
    "a subject under its mechanism": ("handlers", "handlers/mechanisms/__init__.py", "from handlers import people"),
    "a detour through a helper": ("bot", "bot/cards/card.py", "import bot.conversation"),
    "an adapter with the store": ("adapters", "bot/teams/text.py", "from storage.store import Store"),
    "an adapter that draws": ("adapters", "bot/teams/text.py", "from bot.cards.wording import money"),
    "a drawing that decides": ("drawings", "bot/cards/wording.py", "from handlers.desk import Desk"),
    "SQLModel in a tick": ("sql", "schedules/__init__.py", "import sqlmodel"),
    "a handler that looks at the clock": ("deciders", "handlers/commands/shapes.py", "from time import time"),
    "a web view at the desk": ("perform", "bot/web/__init__.py", "from handlers.desk import Desk"),
    "a playground with the store": ("playground", "bot/playground/clock.py", "import storage"),
    "queries that know the outbox": ("storage", "storage/queries/__init__.py", "from storage import outbox"),
}


def contracts() -> dict[str, str]:
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The ids of the broken contracts: of the house as it stands (""), and with each plant."""
    copy = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(HOUSE / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "*.db*"))
    shutil.copy(HOUSE / "pyproject.toml", copy)
    plants = PLANTS | {name: (file, line) for name, (_, file, line) in MORE_PLANTS.items()}
    ran = subprocess.run(
        [sys.executable, "-P", str(HOUSE / "tests" / "planting.py"), str(copy)],
        input=json.dumps(plants),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, list[str]] = json.loads(ran.stdout)
    return answer


def test_the_house_keeps_every_contract(found: dict[str, list[str]]) -> None:
    broken = [contracts()[id_] for id_ in found[""]]
    assert not broken, "`.venv/bin/lint-imports` says which imports are meant"


def test_every_contract_has_its_plant() -> None:
    assert sorted(PLANTS) == sorted(contracts())


@pytest.mark.parametrize("contract", sorted(PLANTS))
def test_a_planted_violation_breaks_its_contract_and_no_other(contract: str, found: dict[str, list[str]]) -> None:
    assert found[contract] == [contract]


@pytest.mark.parametrize("plant", sorted(MORE_PLANTS))
def test_other_ways_round_are_caught_too(plant: str, found: dict[str, list[str]]) -> None:
    assert found[plant] == [MORE_PLANTS[plant][0]]


# ------------------------------------------------------------------ what no import shows


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for file in sorted((HOUSE / folder).rglob("*.py")):
            yield file.relative_to(HOUSE), ast.parse(file.read_text())


def taken_from_commands(tree: ast.Module) -> set[str]:
    """The names a module takes from handlers.commands; the module itself counts as "*"."""
    taken: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "handlers.commands":
            taken |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "handlers":
            taken |= {"*" for alias in node.names if alias.name == "commands"}
        elif isinstance(node, ast.Import):
            taken |= {"*" for alias in node.names if alias.name == "handlers.commands"}
    return taken


def test_slack_and_teams_know_a_subject_only_by_its_ref() -> None:
    taken = {str(file): taken_from_commands(tree) - {"Ref"} for file, tree in trees("bot/slack", "bot/teams")}
    assert {file: names for file, names in taken.items() if names} == {}


WALL_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}


def wall_clock_lines(tree: ast.Module) -> list[int]:
    """Lines that ask the machine what time it is, as `datetime.now(...)` or `datetime.datetime.now(...)`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, (ast.Name, ast.Attribute))
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in WALL_CLOCK
    ]


def test_handlers_never_ask_the_machine_for_the_time() -> None:
    asked = {str(file): wall_clock_lines(tree) for file, tree in trees("handlers")}
    assert {file: lines for file, lines in asked.items() if lines} == {}


def test_the_readers_of_trees_see_what_they_look_for() -> None:
    wrong = "import datetime\nfrom handlers import commands\nx = datetime.datetime.now()\ny = date.today()\n"
    assert wall_clock_lines(ast.parse(wrong)) == [3, 4]
    assert taken_from_commands(ast.parse(wrong)) == {"*"}
    assert taken_from_commands(ast.parse("from handlers.commands import Approve, Ref")) == {"Approve", "Ref"}
    assert taken_from_commands(ast.parse("import handlers.commands as c")) == {"*"}


def test_tests_that_belong_together_are_run_by_one_process(request: pytest.FixtureRequest) -> None:
    """pytest-xdist says so in a test's name, or does not do it and keeps quiet (pytest-dev/pytest-xdist#1386)."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("`make test` runs this one, with --dist loadgroup.")
    assert request.node.nodeid.endswith("@architecture")
