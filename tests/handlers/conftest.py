"""`office`: the demo cast at their desks, on SQLite and PostgreSQL in turn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests import databases
from tests.handlers import anything
from tests.handlers.office import Office


def _seed(url: str) -> None:
    store = Store(url)
    Office(store).seed()
    store.close()


@pytest.fixture(scope="session")
def seeded_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo cast."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite"
    shutil.copy(sqlite_template, path)
    _seed(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeded_postgres(postgres: databases.Cluster) -> str:
    """A PostgreSQL database with the demo cast."""
    url = postgres.fresh()
    _seed(url)
    return url


@pytest.fixture(params=databases.DIALECTS)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """The demo cast on Monday morning, nothing asked yet."""
    if request.param == "sqlite":
        path = tmp_path / "keyline.db"
        shutil.copy(request.getfixturevalue("seeded_file"), path)
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres").again(request.getfixturevalue("seeded_postgres"))
    store = Store(url)
    yield Office(store)
    store.close()


@pytest.fixture(params=databases.DIALECTS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> anything.Opened:
    """The way into each example of a state machine: the demo cast on Monday morning."""
    if request.param == "sqlite":
        file = request.getfixturevalue("seeded_file")
        return anything.Opened(request.param, lambda: anything.copied(file, tmp_path))
    cluster, seeded = request.getfixturevalue("postgres"), request.getfixturevalue("seeded_postgres")
    return anything.Opened(request.param, lambda: anything.restored(lambda: cluster.again(seeded)))
