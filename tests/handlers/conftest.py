"""`office`: the demo cast at their desks, on SQLite and PostgreSQL in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.store import Store
from tests import databases
from tests.handlers import anything
from tests.handlers.office import Office


@pytest.fixture
def office(peopled: Store) -> Office:
    """The demo cast on Monday morning, nothing asked yet."""
    return Office(peopled)


@pytest.fixture(params=databases.DIALECTS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> anything.Opened:
    """The way into each example of a state machine: the demo cast on Monday morning."""
    if request.param == "sqlite":
        file = request.getfixturevalue("seeded_file")
        return anything.Opened(request.param, lambda: anything.copied(file, tmp_path))
    cluster, seeded = request.getfixturevalue("postgres"), request.getfixturevalue("seeded_postgres")
    return anything.Opened(request.param, lambda: anything.restored(lambda: cluster.again(seeded)))
