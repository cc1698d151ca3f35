"""The last moment before a call: in turn, clicks first, never more than a platform takes, and hardly ever less."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest

from bot import gate as gates
from bot.carriage import Carried, Leave
from bot.gate import Gate
from bot.pace import Key, Pace, Window, keys
from bot.platform import Later, Result, Shown
from bot.playground.teams import limits
from tests.delivery.scene import World

TENANT = ("teams.tenant", "tenant")


def asked(person: int) -> tuple[Key, ...]:
    return keys("teams", "tenant", f"p{person}")


class Tenant:
    """A platform that enforces its limit, in a time of our own; every call takes a way there and back."""

    def __init__(self, there: Callable[[], float]) -> None:
        self.now = 0.0
        self.there = there
        self.pace = Pace()
        self.refused = 0
        self.arrived: list[float] = []
        self._limit = limits.Pace(lambda: self.now)
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: float, deed: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._coming, (when, self._count, deed))

    def until(self, when: float) -> None:
        while self._coming and self._coming[0][0] <= when:
            self.now, _, deed = heapq.heappop(self._coming)
            deed()
        self.now = when

    def call(self, person: int, *, urgent: bool = False) -> float:
        """Sends one as soon as it may go; -> how long it waited."""
        came = self.now
        while (wait := self.pace.allowed(asked(person), self.now, urgent=urgent)) > 0:
            self.until(self.now + wait + 1e-6)  # a clock never strikes too early
        went = self.now
        self.pace.take(asked(person), went)
        arrives = went + self.there()
        self.at(arrives, self._arrive)
        self.at(arrives + 0.01, lambda: self.pace.heard(asked(person), went, self.now))
        return went - came

    def _arrive(self) -> None:
        if self._limit.admit(("tenant", limits.TENANT)):
            self.refused += 1
        else:
            self.arrived.append(self.now)


@pytest.mark.parametrize("differs", [0.0, 0.02, 0.05, 0.2])
def test_a_tenant_is_filled_and_hardly_ever_tells_us_to_wait_however_the_ways_differ(differs: float) -> None:
    chance = random.Random(3)
    tenant = Tenant(lambda: 0.05 + chance.random() * differs)
    for person in range(2_000):
        tenant.call(person)
    tenant.until(tenant.now + 1)
    assert tenant.refused <= (0 if differs <= 0.05 else 10), "of 2,000"
    speed = (len(tenant.arrived) - 1) / (tenant.arrived[-1] - tenant.arrived[0])
    assert speed >= 50 * (0.95 if differs <= 0.05 else 0.85), f"{speed:.2f} of 50 a second"


def test_a_click_finds_room_at_any_time_in_a_tenant_that_is_being_filled() -> None:
    chance = random.Random(4)
    tenant = Tenant(lambda: 0.05 + chance.random() * 0.02)
    waits = [tenant.call(person, urgent=person % 50 == 49) for person in range(1_000)]
    tenant.until(tenant.now + 1)
    assert tenant.refused == 0
    assert max(waits[49::50]) < 0.05


async def test_who_came_first_goes_first_but_for_those_whom_a_person_waits_for() -> None:
    went: list[str] = []
    gate = _gate(Pace({"teams.tenant": (Window(1, 0.05),)}, {}))
    await asyncio.gather(
        *(_through(gate, number, went, name, urgent=name == "click") for number, name in enumerate("abc")),
        _through(gate, 9, went, "click", urgent=True),
    )
    assert went == ["a", "click", "b", "c"]


async def test_who_would_wait_long_is_not_sent_and_told_how_long() -> None:
    pace, went = Pace({}, {}), list[str]()
    gate = _gate(pace)
    pace.hold(TENANT, asyncio.get_running_loop().time() + 30)
    result = await _through(gate, 1, went, "a")
    assert isinstance(result, Later) and 29 < result.seconds <= 30
    assert went == []


async def test_who_is_cut_off_while_waiting_takes_nothing_from_the_others() -> None:
    went: list[str] = []
    gate = _gate(Pace({"teams.tenant": (Window(1, 0.1),)}, {}))
    await _through(gate, 1, went, "a")
    second, third = (asyncio.create_task(_through(gate, number, went, name)) for number, name in ((2, "b"), (3, "c")))
    await asyncio.sleep(0)
    assert gate.resting == 2
    second.cancel()
    await third
    assert went == ["a", "c"] and gate.resting == 0
    assert gate.begun(asked(4), 0.0, False) <= 0.1, "only what has left counts"


async def test_what_is_made_ready_counts_for_what_is_begun_next() -> None:
    pace = Pace({"teams.tenant": (Window(4, 1.0),)}, {})
    gate, hold = _gate(pace), asyncio.Event()

    async def carry(_leave: Leave) -> Carried:
        await hold.wait()
        return Carried("dropped")

    under_way: list[asyncio.Task[Carried]] = []
    while gate.begun(asked(len(under_way)), 0.0, False) <= 0:
        under_way.append(asyncio.create_task(gate.through(asked(len(under_way)), False, carry)))
    assert len(under_way) == 4
    assert gate.begun(asked(9), 0.0, True) <= 0, "whoever a person waits for overtakes them"
    hold.set()
    await asyncio.gather(*under_way)
    assert gate.begun(asked(9), 0.0, False) <= 0, "they did not go"


async def test_more_are_carried_at_once_where_each_takes_long() -> None:
    clock = SimpleNamespace(now=0.0)
    gate = Gate(Pace(), lambda: clock.now)

    async def carry(_leave: Leave) -> Carried:
        clock.now += 1.0
        return Carried("dropped")

    assert gate.abreast == gates.ABREAST
    for person in range(50):
        await gate.through(asked(person), False, carry)
    assert gate.abreast == gates.MOST_ABREAST
    for person in range(500):
        await gate.through(keys("slack", "T0", f"U{person}"), False, carry)
    assert gate.abreast == gates.ABREAST, "five a second need no more, however long each takes"


async def test_messages_that_take_long_to_make_ready_still_fill_what_the_platform_takes(world: World) -> None:
    """Sixteen at once, each a fifth of a second on its way, would be eighty a second at most: a slow machine's half."""
    world.people(120, "teams:tenant")
    world.owe("notice:n1", "Outage", *(f"p{n}" for n in range(120)), lane="teams:tenant", priority=9)
    world.platform.delay = 0.6
    loop, at = asyncio.get_running_loop(), list[float]()
    world.platform.during = lambda *_: at.append(loop.time())
    courier = world.courier(pace=Pace())
    await courier.drain()
    await courier.stop()
    assert len(at) == 120
    assert courier.counts["later"] == 0
    assert all(later - first >= 0.999 for first, later in zip(at, at[50:], strict=False)), "never more than it takes"
    assert len([one for one in at if one > at[0] + 1.0]) / (at[-1] - at[0] - 1.0) > 35, "sixteen at once would be 27"


def _gate(pace: Pace) -> Gate:
    return Gate(pace, asyncio.get_running_loop().time)


async def _through(gate: Gate, person: int, went: list[str], name: str, *, urgent: bool = False) -> Result:
    results: list[Result] = []

    async def send() -> Result:
        went.append(name)
        return Shown({"id": name})

    async def carry(leave: Callable[[Callable[[], Awaitable[Result]]], Awaitable[Result]]) -> Carried:
        results.append(await leave(send))
        return Carried("shown")

    await gate.through(asked(person), urgent, carry)
    return results[0]
