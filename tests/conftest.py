"""What every test may ask for: `store` (a fresh database with every table, on SQLite and on PostgreSQL in turn)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests import databases, needs


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Cluster]:
    """A PostgreSQL cluster of this run's own."""
    with databases.cluster(needs.postgres_bin()) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table."""
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=databases.DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database with every table; the test runs once for each dialect."""
    if request.param == "sqlite":
        path = tmp_path / "keyline.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    cluster: databases.Cluster = request.getfixturevalue("postgres")
    return cluster.wiped()


@pytest.fixture
def postgres_url(postgres: databases.Cluster) -> str:
    """The URL of a fresh PostgreSQL database, for what only PostgreSQL does."""
    return postgres.wiped()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite file, for what only SQLite does."""
    path = tmp_path / "keyline.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database."""
    made = Store(database_url)
    yield made
    made.close()
