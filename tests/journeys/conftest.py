"""Databases for whole houses: made by the migrations, as an operator's are; `url` is one of its own for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage import migrate
from storage.store import Store
from tests import databases


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "keyline.db"
    store = Store(f"sqlite:///{path}")
    migrate.upgrade(store)
    store.close()
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: databases.Cluster) -> str:
    """A PostgreSQL database to copy."""
    url = postgres.empty()
    store = Store(url)
    migrate.upgrade(store)
    store.close()
    return url


@pytest.fixture(params=databases.DIALECTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh migrated database: SQLite and PostgreSQL in turn, or as the test chooses (`indirect`)."""
    if request.param == "sqlite":
        path = tmp_path / "keyline.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    cluster: databases.Cluster = request.getfixturevalue("postgres")
    return cluster.again(request.getfixturevalue("migrated_database"))
