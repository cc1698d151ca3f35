"""The benches of a click: they print their lines, and house and floor have written the same rows. No time is judged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bench import click, databases
from bench.scene import seed
from storage.store import Store
from storage.tables import metadata
from tests.databases import DIALECTS

ORDERS = 10
MADE_UP = {
    "vote": {"id"},
    "journal": {"request_hash", "previous", "hash"},
    "journal_head": {"hash"},
    "inbox": {"key"},
}
"""Columns that are random, or hashes of such: their being there is all that can be the same."""


@contextmanager
def pair(dialect: str, platform: str, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Two databases with the same orders waiting."""
    fill = partial(seed, platform=platform, orders=ORDERS)
    if dialect == "sqlite":
        with databases.sqlite_pair(fill) as made:
            yield made
    else:
        with databases.postgres_pair(request.getfixturevalue("postgres"), fill) as made:
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


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_house_and_floor_write_the_same_rows(
    dialect: str,
    platform: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(click, "CLICKS", 6)
    monkeypatch.setattr(click, "WARM_UP", 2)
    with pair(dialect, platform, request) as (ours, floor):
        before = written(ours)
        assert before == written(floor)
        asyncio.run(click.measure(platform, ours, floor))
        after = written(ours)
        assert len(after["vote"]) == ORDERS, "every click is a decision"
        assert after == written(floor), "bench/floor.py no longer writes what one Approve writes"
    name = click.WORDS[platform][0]
    first, second = capsys.readouterr().out.splitlines()
    assert re.match(rf"{name} {dialect} ratio \d+\.\d\d  p50 .* \(one client, .*; 4 samples each\)$", first)
    assert re.match(rf"{name} {dialect} throughput ratio \d+\.\d\d  \d+ : \d+ clicks a second \(16 clients, ", second)
