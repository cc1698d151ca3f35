"""What a house and its floor have written, row by row, to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bench import databases
from storage.store import Store
from storage.tables import metadata

MADE_UP = {
    "vote": {"id"},
    "delivery": {"id"},
    "journal": {"request_hash", "previous", "hash"},
    "journal_head": {"hash"},
    "inbox": {"key"},
}
"""Columns that are random, or hashes of such: their being there is all that can be the same."""


@contextmanager
def pair(dialect: str, seed: partial[None], request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Two databases with the same rows."""
    if dialect == "sqlite":
        with databases.sqlite_pair(seed) as made:
            yield made
    else:
        with databases.postgres_pair(request.getfixturevalue("postgres"), seed) as made:
            yield made


def written(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text without what cannot be the same; a moment is only there or not."""
    store = Store(url)
    with store.read() as tx:
        found = {
            name: sorted(str(_comparable(name, row)) for row in tx.execute(select(table)).mappings())
            for name, table in metadata.tables.items()
        }
    store.close()
    return found


def _comparable(table: str, row: Any) -> dict[str, Any]:
    made_up = MADE_UP.get(table, set())
    return {
        name: bool(value) if name in made_up or isinstance(value, datetime) else value for name, value in row.items()
    }
