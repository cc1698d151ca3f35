"""The web's house on a fresh SQLite file; what depends on the database asks for `both_house`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.desk import Desk
from storage.store import Store
from tests import databases
from tests.web.house import House, build, seed
from tests.web.inside import Inside


@pytest.fixture(scope="session")
def seeded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the small house in it."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite"
    shutil.copy(sqlite_template, path)
    _seed(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeded_database(postgres: databases.Cluster) -> str:
    """The same on PostgreSQL."""
    url = postgres.fresh()
    _seed(url)
    return url


def _seed(url: str) -> None:
    store = Store(url)
    seed(Desk(store))
    store.close()  # SQLite's last connection to close writes the log back into the file


@pytest.fixture
def house(seeded: Path, tmp_path: Path) -> Iterator[House]:
    """On SQLite."""
    path = tmp_path / "keyline.db"
    shutil.copy(seeded, path)
    store = Store(f"sqlite:///{path}")
    yield build(store)
    store.close()


@pytest.fixture(params=databases.DIALECTS)
def both_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """On SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("house")
        return
    cluster: databases.Cluster = request.getfixturevalue("postgres")
    store = Store(cluster.again(request.getfixturevalue("seeded_database")))
    yield build(store)
    store.close()


@pytest.fixture
def inside(house: House) -> Inside:
    """The console on SQLite."""
    return Inside(house.store, performing=house.performing)


@pytest.fixture
def both_inside(both_house: House) -> Inside:
    """The console on SQLite and on PostgreSQL in turn."""
    return Inside(both_house.store, performing=both_house.performing)
