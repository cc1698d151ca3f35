"""Threads take turns quickly for as long as somebody waits, and no longer."""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import interpreter
from bot.conversation import Answer, Conversation, Press


@pytest.fixture
def usual() -> Any:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("usual")
async def test_threads_take_turns_quickly_while_anybody_waits() -> None:
    seen: list[float] = []
    go = threading.Event()

    class Slow(Conversation):
        def _press(self, press: Press) -> Answer:
            go.wait(10)
            seen.append(sys.getswitchinterval())
            return Answer(say="done")

        def _do(self, press: Press) -> Answer:
            return self._press(press)

    gallery: Any = type("Gallery", (), {"pressed_many": None})()
    talk = Slow(None, gallery, lambda: datetime.now(UTC), lambda: None, command="/keyline")  # type: ignore[arg-type]
    press: Any = object()
    interpreter.hurry(0)
    waiting = [asyncio.create_task(talk.press(press)) for _ in range(3)]
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(*waiting)
    assert seen == pytest.approx([interpreter.QUICK_TURN_SECONDS] * 3)
    assert sys.getswitchinterval() == pytest.approx(interpreter.TURN_SECONDS)
