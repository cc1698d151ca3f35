"""The process that draws for a broadcast: what it draws is what would be drawn at home, and nothing depends on it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot import atelier as room
from bot.atelier import Atelier
from bot.beside import packed
from bot.cards.card import Card
from bot.cards.gallery import Gallery
from bot.cards.printed import look_of
from bot.carriage import Ask, Drawn
from bot.easel import Drawing, Easel, Recipe
from bot.slack import printing as slack
from bot.teams import printing as teams
from handlers.commands import Acknowledge, Ref
from storage.queries.installations import accounts_beyond
from storage.store import Store
from tests.delivery.test_courier import until
from tests.handlers.alarm import at, mail, raised
from tests.handlers.office import Office

on_sqlite = pytest.mark.parametrize("peopled", ["sqlite"], indirect=True)
"""What has nothing to do with the database."""
DANA = "Dana Whitlock"
PRINTERS: dict[str, Callable[[Card], dict[str, str]]] = {"slack": slack.printed, "teams": teams.printed}


@pytest.fixture
def office(peopled: Store) -> Office:
    """Story 5's morning."""
    found = Office(peopled)
    at(found, 9, 10, 42)
    return found


def recipe(office: Office) -> Recipe:
    return Recipe(office.store.url.render_as_string(hide_password=False), "Harborline IT", "a secret key", "")


@pytest.fixture
async def atelier(office: Office) -> AsyncIterator[Atelier]:
    """One that is ready."""
    made = Atelier(recipe(office), lambda: office.now)
    async with asyncio.timeout(60):
        await made.begin()
    assert made.pid is not None
    yield made
    await made.close()


def asks(office: Office, ref: Ref) -> list[Ask]:
    """Everybody's card of a notice, on both platforms."""
    rows = office.rows("SELECT person_id FROM receipt WHERE notice_id = :id ORDER BY person_id", id=ref.id)
    found = [(ref, "notice", row.person_id, platform) for row in rows for platform in PRINTERS]
    return found * (room.MANY // len(found) + 1)


def looks(drawn: Drawn) -> list[str]:
    """How they look; all of them are drawn."""
    cards = [card for card in drawn if isinstance(card, Card)]
    assert len(cards) == len(drawn)
    return [look_of(card) for card in cards]


async def test_it_draws_and_prints_what_would_be_drawn_at_home(office: Office, atelier: Atelier) -> None:
    wanted = [*asks(office, raised(office, mail())), (Ref("notice", "ntc_none"), "notice", "per_none", "slack")]
    home = Gallery(office.store, lambda: office.now, "Harborline IT").draw_many([ask[:3] for ask in wanted])
    drawn = await atelier.draw(wanted)
    assert drawn is not None and len(drawn) == len(wanted)
    for there, here, (*_, platform) in zip(drawn, home, wanted, strict=True):
        if here is None:
            assert there is None
            continue
        assert isinstance(here, Card) and isinstance(there, Card) and there.printed is not None
        assert (there.title, there.summary, look_of(there)) == (here.title, here.summary, look_of(here))
        assert there.printed.parts == PRINTERS[platform](here)
    assert home[-1] is None and isinstance(home[0], Card)


async def test_it_draws_what_is_true_when_it_is_asked(office: Office, atelier: Atelier) -> None:
    ref = raised(office, mail())
    wanted = asks(office, ref)
    before = await atelier.draw(wanted)
    office.do(DANA, Acknowledge(ref))
    after = await atelier.draw(wanted)
    home = Gallery(office.store, lambda: office.now, "Harborline IT").draw_many([ask[:3] for ask in wanted])
    assert before is not None and after is not None
    assert looks(after) == looks(home) != looks(before)


@on_sqlite
async def test_two_batches_at_once_each_get_their_own_answer(office: Office, atelier: Atelier) -> None:
    wanted = asks(office, raised(office, mail()))
    one, other, alone = await asyncio.gather(
        atelier.draw(wanted), atelier.draw(wanted[::-1]), atelier.draw([*wanted, *wanted])
    )
    assert one is not None and other is not None and alone is not None
    assert looks(other) == looks(one)[::-1]
    assert looks(alone) == looks(one) * 2


@on_sqlite
async def test_few_cards_and_other_subjects_are_drawn_at_home(office: Office) -> None:
    wanted = asks(office, raised(office, mail()))
    made = Atelier(recipe(office), lambda: office.now)
    assert await made.draw(wanted[: room.MANY - 1]) is None
    assert await made.draw([*wanted, (Ref("report", "rep_1"), "report", "per_1", "slack")]) is None
    assert made.pid is None
    await made.close()


@on_sqlite
async def test_once_it_is_ready_a_few_are_worth_the_way_and_a_clicks_own_card_is_not(
    office: Office, atelier: Atelier
) -> None:
    wanted = asks(office, raised(office, mail()))
    assert await atelier.draw(wanted[: room.FEW - 1]) is None
    assert await atelier.draw(wanted[: room.FEW]) is not None


@on_sqlite
async def test_the_first_batches_are_drawn_at_home_until_it_is_ready(office: Office) -> None:
    wanted = asks(office, raised(office, mail()))
    made = Atelier(recipe(office), lambda: office.now)
    assert await made.draw(wanted) is None and await made.draw(wanted) is None
    async with asyncio.timeout(60):
        await made.begin()
    assert await made.draw(wanted) is not None
    assert made.pid is not None
    await made.close()
    assert made.pid is None


@on_sqlite
async def test_one_that_is_killed_is_done_without_and_begun_again_later(
    office: Office, atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = asks(office, raised(office, mail()))
    assert atelier.pid is not None
    os.kill(atelier.pid, signal.SIGKILL)
    assert await atelier.draw(wanted) is None, "drawn at home, at once"
    assert atelier.pid is None and await atelier.draw(wanted) is None
    assert atelier.begin().done(), "left alone for a while"
    monkeypatch.setattr(room, "REST_SECONDS", 0.0)
    async with asyncio.timeout(60):
        await atelier.begin()
    assert await atelier.draw(wanted) is not None


@on_sqlite
async def test_one_that_hangs_is_ended(office: Office, atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = atelier.pid
    assert pid is not None
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.2)
    os.kill(pid, signal.SIGSTOP)
    assert await atelier.draw(asks(office, raised(office, mail()))) is None
    assert atelier.pid is None


@on_sqlite
async def test_an_answer_that_nobody_waits_for_is_taken_by_nobody_else(office: Office, atelier: Atelier) -> None:
    wanted = asks(office, raised(office, mail()))
    forgotten = [asyncio.create_task(atelier.draw(wanted)) for _ in range(3)]
    await asyncio.sleep(0)
    for asked in forgotten:
        asked.cancel()
    others = await asyncio.gather(*(atelier.draw(one) for one in (wanted, wanted[::-1])))
    await asyncio.gather(*forgotten, return_exceptions=True)
    assert all(asked.cancelled() for asked in forgotten)
    one, other = others
    assert one is not None and other is not None
    assert looks(other) == looks(one)[::-1]


@on_sqlite
async def test_its_memory_is_given_back_when_nothing_is_asked(
    office: Office, atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "IDLE_SECONDS", 0.05)
    assert await atelier.draw(asks(office, raised(office, mail()))) is not None
    await until(lambda: atelier.pid is None)


@on_sqlite
async def test_where_there_are_many_people_it_is_ready_before_it_is_asked_and_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SETTLED_SECONDS", 0.0)
    monkeypatch.setattr(room, "IDLE_SECONDS", 0.0)
    made = Atelier(recipe(office), lambda: office.now)

    def beyond(count: int) -> bool:
        with office.store.read() as tx:
            return accounts_beyond(tx, count)

    accounts = len(office.rows("SELECT id FROM identity"))
    async with asyncio.timeout(60):
        await made.expect(lambda: beyond(accounts))
        assert made.pid is None, "there are not so many"
        await made.expect(lambda: beyond(accounts - 1))
    assert await made.draw(asks(office, raised(office, mail()))) is not None
    await asyncio.sleep(0.05)
    assert made.pid is not None
    await made.close()


@on_sqlite
async def test_one_that_cannot_be_started_is_done_without(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    made = Atelier(recipe(office), lambda: office.now)
    async with asyncio.timeout(60):
        await made.begin()
    assert made.pid is None and "drawn by the bot's own process" in caplog.text
    await made.close()


@on_sqlite
def test_it_ends_with_the_process_that_began_it(office: Office) -> None:
    command = [sys.executable, "-m", "bot.easel"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(packed([(0, recipe(office))]))
        process.stdin.close()
        assert process.wait(60) == 0


@on_sqlite
async def test_what_cannot_be_drawn_there_is_left_to_be_drawn_at_home(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Drawing(office.now, [("notice:n", "notice", "p", "slack")] * 2)
    easel = Easel(recipe(office))
    monkeypatch.setattr(Gallery, "draw_many", lambda self, wanted: [ValueError("no"), None])
    assert await easel.do(asked) is None

    def away(self: Gallery, wanted: Any) -> list[Any]:
        raise ConnectionError("the store is away")

    monkeypatch.setattr(Gallery, "draw_many", away)
    assert await easel.do(asked) is None
