"""Commands as an operator runs them: in a folder of their own, with no KEYLINE_ variable but the test's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from typer.main import get_command

from bot.cli.main import app
from storage import migrate
from storage.store import Store

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine's."""
    for name in list(os.environ):
        if name.startswith("KEYLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """`run("people", "--json")` -> exit code, stdout and stderr."""
    return lambda *words, **env: called(*words, env=env)


def called(*words: str, **how: Any) -> Result:
    """What `python -m bot` says to these words."""
    return CliRunner().invoke(_whole(), list(words), **how)


@cache
def _whole() -> Any:
    """The command line, put together once: typer's own runner does it for each call, which takes most of its time."""
    return get_command(app)


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the demo in it."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    store = Store(f"sqlite:///{path}")
    migrate.upgrade(store)
    store.close()
    done = called("seed", "demo", env={"KEYLINE_DATABASE_URL": f"sqlite:///{path}"})
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A database of this test's own with the demo in it, named in the environment."""
    path = tmp_path / "keyline.db"
    shutil.copy(demo_template, path)
    monkeypatch.setenv("KEYLINE_DATABASE_URL", f"sqlite:///{path}")
    return Store(f"sqlite:///{path}")
