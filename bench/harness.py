"""Takes times, in turn for a product and its floor so that both meet the same machine, and prints their ratio."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import interpreter

Deed = Callable[[], Awaitable[object]]
"""One thing to be timed, made ready beforehand."""

Pause = Callable[[], Awaitable[None]]
"""What a long thing awaits when it has done a slice of itself."""


@dataclass(frozen=True)
class Times:
    """Seconds of many samples of one thing."""

    seconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stay below."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


async def quiet() -> None:
    """Waits for what was begun and goes on after an answer: it belongs to no sample."""
    while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(tasks)


async def in_turn(*sides: Sequence[Deed], warm_up: int = 0) -> list[Times]:
    """Times the first deed of every side, then the second of every side, and so on; -> the times side by side.

    The first `warm_up` of each are done and not counted: caches are filled, connections opened, code is warm.
    """
    found: list[list[float]] = [[] for _ in sides]
    gc.collect()
    interpreter.tune()  # as `serve` does when it has started
    for turn, deeds in enumerate(zip(*sides, strict=True)):
        for place, deed in enumerate(deeds):
            began = time.perf_counter()
            await deed()
            took = time.perf_counter() - began
            await quiet()
            if turn >= warm_up:
                found[place].append(took)
    return [Times(tuple(seconds)) for seconds in found]


async def in_slices(*sides: Callable[[Pause], Awaitable[object]]) -> list[list[float]]:
    """Runs long things at the same time, one slice of each in turn, so that all meet the same machine.

    -> the seconds of every slice, side by side; what a side does after its last pause belongs to its last slice.
    """
    gates = [asyncio.Event() for _ in sides]
    found: list[list[float]] = [[] for _ in sides]
    running = list(range(len(sides)))
    began = 0.0

    async def turn(place: int) -> None:
        nonlocal began
        await gates[place].wait()
        gates[place].clear()
        began = time.perf_counter()

    def over(place: int, *, last: bool = False) -> None:
        took = time.perf_counter() - began
        if last and found[place]:
            found[place][-1] += took
        else:
            found[place].append(took)
        following = running[(running.index(place) + 1) % len(running)]
        if last:
            running.remove(place)
        if running:
            gates[following].set()

    async def take_part(place: int, side: Callable[[Pause], Awaitable[object]]) -> None:
        async def pause() -> None:
            over(place)
            await turn(place)

        await turn(place)
        await side(pause)
        over(place, last=True)

    gc.collect()
    interpreter.tune()
    gates[0].set()
    await asyncio.gather(*(take_part(place, side) for place, side in enumerate(sides)))
    return found


def say(name: str, ratio: float, compared: str) -> None:
    """One line of the result."""
    print(f"{name} ratio {ratio:.2f}  {compared}", flush=True)


def compare(name: str, product: Times, floor: Times, compared: str) -> None:
    """The ratio of the medians, with both and their tails in milliseconds."""
    ours, least = _milliseconds(product), _milliseconds(floor)
    say(name, product.p50 / floor.p50, f"p50 {ours} : {least} ({compared}; {len(product.seconds)} samples each)")


def _milliseconds(times: Times) -> str:
    return f"{times.p50 * 1000:.2f} ms (p95 {times.p95 * 1000:.2f})"


# ------------------------------------------------------------------ calling an ASGI application without a socket


@dataclass(frozen=True)
class Sent:
    """What an application answered."""

    status: int
    body: bytes


async def post(app: Any, path: str, body: bytes, headers: Mapping[str, str]) -> Sent:
    """One POST, as a server would hand it over: neither HTTP parsing nor a socket is counted on any side."""
    given: Iterable[tuple[str, str]] = {"content-length": str(len(body)), **headers}.items()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_700),
    }
    status, parts = 0, []
    given_body = False

    async def receive() -> dict[str, Any]:
        nonlocal given_body
        if given_body:
            return {"type": "http.disconnect"}
        given_body = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return Sent(status, b"".join(parts))
