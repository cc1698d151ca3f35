"""The benches of a click: they print their lines, and house and floor have written the same rows. No time is judged."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest

from bench import click
from bench.scene import seed
from tests.bench.rows import pair, written
from tests.databases import DIALECTS

ORDERS = 10


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
    with pair(dialect, partial(seed, platform=platform, orders=ORDERS), request) as (ours, floor):
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
