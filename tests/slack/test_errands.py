"""Errands after the acknowledgement, and answers kept for repeated requests."""

from __future__ import annotations

import asyncio

import pytest

from bot.slack.errands import Errands, Once


async def test_an_errand_is_finished_before_the_end(caplog: pytest.LogCaptureFixture) -> None:
    errands, done = Errands(), []

    async def slow() -> None:
        await asyncio.sleep(0.01)
        done.append("slow")
        errands.run("a second one", quick())

    async def quick() -> None:
        done.append("quick")
        raise RuntimeError("lost")

    errands.run("a first one", slow())
    await errands.settle()
    assert done == ["slow", "quick"]
    assert "failed: a second one" in caplog.text


async def test_an_errand_that_never_ends_is_given_up_and_named(caplog: pytest.LogCaptureFixture) -> None:
    errands = Errands()
    errands.run("a stuck one", asyncio.Event().wait())
    await errands.settle(0.01)
    assert "given up at the end: a stuck one" in caplog.text


async def test_the_same_request_at_once_is_worked_on_once() -> None:
    once: Once[int] = Once()
    calls = []

    async def work() -> int:
        calls.append(1)
        await asyncio.sleep(0.01)
        return len(calls)

    assert await asyncio.gather(*(once.run("k", work, lambda answer: True) for _ in range(5))) == [1] * 5
    assert await once.run("other", work, lambda answer: True) == 2


async def test_what_failed_may_come_again() -> None:
    once: Once[int] = Once()
    answers = iter([RuntimeError("down"), 500, 200, 201])

    async def work() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(RuntimeError):
        await once.run("k", work, lambda answer: answer == 200)
    assert [await once.run("k", work, lambda answer: answer == 200) for _ in range(3)] == [500, 200, 200]


async def test_work_goes_on_when_the_one_who_waits_goes_away() -> None:
    once: Once[str] = Once()
    begun, go = asyncio.Event(), asyncio.Event()
    calls = []

    async def work() -> str:
        calls.append(1)
        begun.set()
        await go.wait()
        return "done"

    waiting = asyncio.create_task(once.run("k", work, lambda answer: True))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()
    assert await once.run("k", work, lambda answer: True) == "done" and calls == [1]


async def test_old_answers_are_forgotten() -> None:
    now = [0.0]
    once: Once[int] = Once(seconds=10, entries=3, clock=lambda: now[0])
    count = iter(range(100))

    async def work() -> int:
        return next(count)

    async def ask(key: str) -> int:
        return await once.run(key, work, lambda answer: True)

    assert [await ask("a"), await ask("a")] == [0, 0]
    now[0] = 11
    assert await ask("a") == 1
    assert [await ask(key) for key in "bcd"] == [2, 3, 4]
    assert await ask("a") == 5
