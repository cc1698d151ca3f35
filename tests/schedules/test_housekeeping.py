"""Housekeeping on both databases: what nobody can come back to goes, in small transactions, and nothing else does."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from bot.app import House
from bot.sections import Settings
from handlers.commands import Climb, Event, Outcome, PutClient, System
from handlers.desk import Desk
from schedules import housekeeping
from schedules.clock import DomainClock, Ticker
from schedules.housekeeping import Housekeeping
from storage import idempotency, inbox
from storage.store import Store
from storage.tables import metadata
from tests.journeys.scene import until

DOMAIN = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
REAL = datetime(2031, 1, 1, tzinfo=UTC)
CLIENT = PutClient(slug="marlow-finch", name="Marlow & Finch LLP", code="MF", timezone="America/New_York")


def keeper(store: Store) -> Housekeeping:
    return Housekeeping(store, lambda: DOMAIN, lambda: REAL, timedelta(hours=24))


def admitted(store: Store, *ages: timedelta) -> None:
    with store.write() as tx:
        for number, age in enumerate(ages):
            assert inbox.admit(tx, f"event:{number}", DOMAIN - age) is None


def answered(store: Store, *ages: timedelta) -> None:
    with store.write() as tx:
        for number, age in enumerate(ages):
            mine = {"token_id": "tok_1", "key": f"key:{number}"}
            assert idempotency.claim(tx, **mine, route="POST /x", body_hash="h", at=REAL - age) is None
            idempotency.keep(tx, **mine, status=201, answer=b"{}")


def left(store: Store) -> dict[str, int]:
    """Rows by table, without the empty ones."""
    with store.read() as tx:
        counts = {
            name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
    return {name: count for name, count in counts.items() if count}


async def test_what_is_too_old_is_forgotten_and_what_is_not_is_kept(store: Store) -> None:
    second = timedelta(seconds=1)
    admitted(store, timedelta(days=14) + second, timedelta(days=400), timedelta(days=14), timedelta(0))
    answered(store, timedelta(hours=24) + second, timedelta(hours=24), timedelta(0))
    assert await keeper(store).sweep() == (2, 1)
    with store.read() as tx:
        assert sorted(tx.execute(select(inbox.inbox.c.key)).scalars()) == ["event:2", "event:3"]
        assert sorted(tx.execute(select(idempotency.keys.c.key)).scalars()) == ["key:1", "key:2"]
    assert await keeper(store).sweep() == (0, 0)


async def test_nothing_else_is_ever_forgotten(store: Store) -> None:
    desk = Desk(store)
    desk.perform(CLIENT, Event("seed:1", DOMAIN - timedelta(days=1000), System("test"), "cli"))
    before = left(store)
    assert before.pop("inbox") == 1 and before["client"] == 1 and before["journal"] == 1
    assert await keeper(store).sweep() == (1, 0)
    assert left(store) == before


async def test_an_event_that_may_still_be_repeated_gets_its_first_answer(store: Store) -> None:
    desk, repeated = Desk(store), Event("slack:1", DOMAIN - timedelta(days=13), System("test"), "cli")
    desk.perform(CLIENT, repeated)
    await keeper(store).sweep()
    outcome: Outcome = desk.perform(CLIENT, repeated)
    assert outcome.repeated


async def test_much_is_forgotten_in_small_transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "ROWS", 10)
    admitted(store, *[timedelta(days=20)] * 25)
    answered(store, *[timedelta(days=2)] * 20)
    commits: list[int] = []
    event.listen(store.engine, "commit", lambda connection: commits.append(1))
    assert await keeper(store).sweep() == (25, 20)
    assert len(commits) == 3 + 3


async def test_a_person_can_press_between_two_of_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "ROWS", 1)
    monkeypatch.setattr(housekeeping, "BREATH_SECONDS", 60)
    admitted(store, timedelta(days=20), timedelta(days=20))
    first, loop = asyncio.Event(), asyncio.get_running_loop()
    event.listen(store.engine, "commit", lambda connection: loop.call_soon_threadsafe(first.set))
    sweeping = asyncio.create_task(keeper(store).sweep())
    await first.wait()
    await asyncio.to_thread(Desk(store).perform, CLIENT, Event("click", DOMAIN, System("test"), "slack"))
    assert not sweeping.done() and left(store)["inbox"] == 2
    sweeping.cancel()


async def test_every_replica_may_sweep_at_the_same_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "ROWS", 5)
    admitted(store, *[timedelta(days=20)] * 40)
    other = Store(store.url.render_as_string(hide_password=False))
    swept = await asyncio.gather(keeper(store).sweep(), keeper(other).sweep())
    again = await keeper(store).sweep()
    other.close()
    assert sum(events for events, _ in swept) + again[0] == 40
    assert "inbox" not in left(store)


async def test_the_timetable_does_it_when_the_process_has_settled_and_survives_its_failure() -> None:
    looks, done = Counter[str](), asyncio.Event()

    async def broken() -> None:
        raise ConnectionError("the database is away")

    async def chore() -> None:
        done.set()

    async def nothing(_now: datetime, _most: int) -> list[Climb]:
        looks["all"] += 1
        return []

    async def nobody(_command: object) -> None:
        raise AssertionError("nothing is due")

    def ticker(settled: timedelta) -> Ticker:
        made = Ticker([nothing], nobody, lambda: DOMAIN, seconds=0.01, daily=[broken, chore], settled=settled)
        made.start()
        return made

    unsettled = ticker(timedelta(hours=1))
    await until(lambda: looks["all"] >= 3, "ticks")
    unsettled.stop()
    assert not done.is_set()
    settled = ticker(timedelta(milliseconds=1))
    await asyncio.wait_for(done.wait(), 20)
    seen = looks["all"]
    await until(lambda: looks["all"] >= seen + 3, "ticks after a chore that failed")
    settled.stop()


async def test_the_house_tidies_by_its_own_clock_and_its_own_promise(sqlite_url: str) -> None:
    settings = Settings.model_validate(
        {"database": {"url": sqlite_url}, "secret": {"key": "k" * 32}, "limits": {"idempotency_hours": 2}}
    )
    house = House(settings, clock=DomainClock(DOMAIN))
    admitted(house.store, timedelta(days=15), timedelta(days=13))
    with house.store.write() as tx:
        for hours in (1, 3):
            at = datetime.now(UTC) - timedelta(hours=hours)
            idempotency.claim(tx, token_id="tok_1", key=f"{hours}", route="POST /x", body_hash="h", at=at)
    await house.tidy()
    assert left(house.store) == {"inbox": 1, "idempotency_key": 1}
    await house.close()
