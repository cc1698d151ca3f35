"""The event stream: who changed, merged, and over when the playground stops."""

from __future__ import annotations

import asyncio

import pytest

from bot.playground import live as module
from bot.playground.live import Live


async def test_changes_of_one_person_are_told_once() -> None:
    live = Live()
    live.open()
    stream = live.stream()
    await anext(stream)
    for name in ("Dana", "Dana", "Priya", "Dana"):
        live.person(name)
    assert await anext(stream) == 'event: person\ndata: {"person": "Dana"}\n\n'
    assert await anext(stream) == 'event: person\ndata: {"person": "Priya"}\n\n'
    live.clock("2026-06-08T10:00:00-04:00")
    assert await anext(stream) == 'event: clock\ndata: {"now": "2026-06-08T10:00:00-04:00"}\n\n'
    await stream.aclose()


async def test_a_change_from_another_thread_arrives() -> None:
    live = Live()
    live.open()
    stream = live.stream()
    await anext(stream)
    await asyncio.to_thread(live.person, "Dana")
    assert "Dana" in await asyncio.wait_for(anext(stream), 2)
    await stream.aclose()


async def test_a_silent_stream_says_that_it_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT", 0.01)
    live = Live()
    live.open()
    stream = live.stream()
    await anext(stream)
    assert await anext(stream) == ": still here\n\n"
    await stream.aclose()


async def test_closing_ends_every_stream() -> None:
    live = Live()
    live.open()
    streams = [live.stream() for _ in range(2)]
    for stream in streams:
        await anext(stream)
    live.close()
    for stream in streams:
        with pytest.raises(StopAsyncIteration):
            await anext(stream)


def test_a_change_before_anybody_listens_is_no_trouble() -> None:
    live = Live()
    live.person("Dana")
    live.clock("2026-06-08T10:00:00-04:00")
    assert live._listeners == set()
