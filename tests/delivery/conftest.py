"""A world on a fresh database, on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.delivery.scene import World


@pytest.fixture
def world(store: Store) -> World:
    made = World(store)
    made.people(3)
    return made
