"""What time it is for an operator: real time, and for a database that is played with, the playground's."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.clockface import now_of, world_file
from bot.cli.theatre import free_port, theatre
from bot.demo.world import START
from handlers.commands import CreateToken, Event, System
from handlers.desk import Desk
from storage import migrate
from storage.store import Store

SECOND = timedelta(seconds=5)


def test_it_is_real_time_for_a_database_of_ones_own(store: Store) -> None:
    assert abs(now_of(store) - datetime.now(UTC)) < SECOND


async def test_beside_a_played_week_it_is_the_playgrounds_time_also_after_it_was_moved(tmp_path: Path) -> None:
    file = tmp_path / "keyline.db"
    url = f"sqlite:///{file}"
    async with theatre(url, bot_port=free_port(), stage_port=free_port(), order=False, keep=world_file(file)) as stage:
        beside = Store(url)
        assert abs(await asyncio.to_thread(now_of, beside) - START) < timedelta(minutes=1)
        stage.house.clock.move(START + timedelta(days=2))
        assert abs(await asyncio.to_thread(now_of, beside) - START - timedelta(days=2)) < SECOND
        token = CreateToken("x", "y", ("read",))
        left = stage.house.clock.now()
        await asyncio.to_thread(Desk(beside).perform, token, Event("k", left, System("operator"), "cli"))
    assert await asyncio.to_thread(now_of, beside) == left  # nobody plays: the moment at which the play was left
    beside.close()


def test_a_world_that_tells_nothing_useful_leaves_it_at_real_time(tmp_path: Path) -> None:
    file = tmp_path / "keyline.db"
    store = Store(f"sqlite:///{file}")
    migrate.upgrade(store)
    for kept in ("nonsense", "[]", "{}", json.dumps({"bot_url": "http://127.0.0.1:1", "clock_secret": "x"})):
        world_file(file).write_text(kept)
        assert abs(now_of(store) - datetime.now(UTC)) < SECOND, kept
    store.close()
