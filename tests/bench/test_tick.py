"""The bench of a tick: it prints its lines, and house and floor have written the same rows. No time is judged."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest

from bench import tick, waiting
from bench.harness import Pause, in_slices
from tests.bench.rows import pair, written
from tests.databases import DIALECTS

SIZES = (100, 160)
GROUPS = (3, 3, 5)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_house_and_floor_write_the_same_rows(
    dialect: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {"GROUPS": GROUPS, "EMPTY": 6, "WARM_UP": 2, "AT_ONCE": 2}.items():
        monkeypatch.setattr(tick, name, value)
    small, large = (pair(dialect, partial(waiting.seed, waiting=size, groups=GROUPS), request) for size in SIZES)
    with small as one, large as other:
        databases = [one, other]
        before = [written(ours) for ours, _ in databases]
        assert [sum("'state': 'waiting'" in row for row in rows["timer"]) for rows in before] == list(SIZES)
        assert before == [written(floor) for _, floor in databases]
        asyncio.run(tick.measure(dialect, [(size, *made) for size, made in zip(SIZES, databases, strict=True)]))
        after = [written(ours) for ours, _ in databases]
        for rows in after:
            assert sum("approval.remind_primary" in row for row in rows["journal"]) == sum(GROUPS)
        assert after == [written(floor) for _, floor in databases], (
            "bench/floor.py no longer writes what a reminder does"
        )
    figure = r" ratio \d+\.\d\d  p50 [\d,]+ us : [\d,]+ us "
    wanted = [f"0 due of {size}" for size in SIZES]
    for due in (3, 5):
        wanted += [*(f"{due} due of {size}" for size in SIZES), f"{due} due, flat"]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(wanted)
    for line, name in zip(lines, wanted, strict=True):
        assert re.match(re.escape(f"tick {dialect} {name}") + figure, line), line


async def test_long_things_take_turns_slice_by_slice() -> None:
    done: list[str] = []

    async def long(name: str, slices: int, pause: Pause) -> None:
        for number in range(slices):
            done.append(f"{name}{number}")
            await pause()
        done.append(f"{name} is over")

    found = await in_slices(partial(long, "a", 3), partial(long, "b", 1))
    assert done == ["a0", "b0", "a1", "b is over", "a2", "a is over"]
    assert [len(side) for side in found] == [3, 1]
