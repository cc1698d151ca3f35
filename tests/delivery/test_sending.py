"""What came printed is sent by the process that printed it: as from here, and nothing is lost or doubled by it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import atelier as room
from bot.atelier import Atelier
from bot.cards.card import Card, Printed
from bot.cards.printed import look_of
from bot.easel import Errand, Recipe
from bot.platform import Account, Gone, Later, Messenger, Result, Shown, Unsure
from bot.sending import THERE, Sending
from bot.slack import printing as slack_printing
from bot.teams import printing as teams_printing
from handlers.commands import Ref
from schedules.clock import DomainClock
from tests.delivery.test_courier import until
from tests.slack import samples
from tests.slack.house import FakeSlack, house, refused
from tests.slack.payloads import TEAM
from tests.teams.world import APP, CHAT, HOME, MRI, TENANT, TOM, Microsoft, world

SLACK = Account("slack", TEAM, "U0DANA", {"channel": "D0DANA"})
SLACK_MESSAGE = {"channel": "D0DANA", "ts": "1781000000.000001"}
TEAMS_MESSAGE = {"conversation": CHAT, "activity": "1:1"}
DELIVERY = "dlv_1"


class Nobody:
    """Home, where nothing is to be sent from."""

    async def post(self, account: Account, card: Card, **_named: Any) -> Result:
        raise AssertionError("posted from here")

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        raise AssertionError("redrawn from here")


@dataclass
class Place:
    """One platform, its messenger here, and the one that sends from there."""

    account: Account
    message: Mapping[str, str]
    card: Card
    home: Messenger
    there: Messenger
    answer: Callable[[Callable[[], Any]], None]
    seen: Callable[[], list[Any]]


@dataclass
class Both:
    """Both platforms before one other process."""

    atelier: Atelier
    slack: Place
    teams: Place
    microsoft: Microsoft
    lost: list[Account] = field(default_factory=list)

    def places(self) -> tuple[Place, Place]:
        return self.slack, self.teams


def printed(card: Card, printer: Callable[[Card], dict[str, str]]) -> Card:
    return Card(card.title, card.summary, printed=Printed(look_of(card), printer(card)))


def _slack_answers(fake: FakeSlack, make: Callable[[], Any]) -> None:
    fake.replies["chat.postMessage"] = fake.replies["chat.update"] = lambda method, args: make()


def _teams_answers(microsoft: Microsoft, make: Callable[[], Any]) -> None:
    def answer(method: str, path: str, body: Any) -> Any:
        made = make()
        return made if isinstance(made, web.StreamResponse) else web.json_response(made)

    microsoft.connector = answer


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with _both(tmp_path) as made:
        yield made


@asynccontextmanager
async def _both(tmp_path: Path) -> AsyncIterator[Both]:
    async with house() as slack, world() as teams:
        recipe = Recipe(
            f"sqlite:///{tmp_path / 'none.db'}",
            "Harborline IT",
            "a secret key",
            "",
            slack_api_url=f"{slack.slack.url}/",
            teams_app_id=APP,
            teams_app_secret="s3cret",
            teams_tenant=HOME,
            teams_login_url=f"{teams.microsoft.base}/login",
        )
        atelier = Atelier(recipe, DomainClock().now)
        async with asyncio.timeout(60):
            await atelier.begin()
        lost: list[Account] = []

        def told(account: Account, result: Result) -> Result:
            lost.append(account)
            return teams.teams.messenger.told(account, result)

        address = {"service_url": teams.microsoft.service_url, "conversation": CHAT, "mri": MRI}
        yield Both(
            atelier,
            Place(
                SLACK,
                SLACK_MESSAGE,
                printed(samples.PURCHASE, slack_printing.printed),
                slack.adapter.messenger,
                Sending(Nobody(), atelier, slack.adapter.messenger.token),
                lambda make: _slack_answers(slack.slack, make),
                lambda: slack.slack.calls,
            ),
            Place(
                Account("teams", TENANT, TOM, address),
                TEAMS_MESSAGE,
                printed(samples.PURCHASE, teams_printing.printed),
                teams.teams.messenger,
                Sending(Nobody(), atelier, told=told),
                lambda make: _teams_answers(teams.microsoft, make),
                lambda: teams.microsoft.calls,
            ),
            teams.microsoft,
            lost,
        )
        await atelier.close()


async def post(place: Place, by: Messenger) -> Result:
    return await by.post(place.account, place.card, delivery=DELIVERY)


def plain(result: Result) -> Result:
    """Without the jitter of how long to wait."""
    return replace(result, seconds=0.0) if isinstance(result, Later) else result


async def test_what_is_sent_from_there_is_what_would_be_sent_from_here(both: Both) -> None:
    for place in both.places():
        results = [await post(place, by) for by in (place.home, place.there)]
        assert all(isinstance(result, Shown) for result in results)
        here, there = place.seen()[-2:]
        assert there == here
        edits = [await by.update(place.account, place.message, place.card) for by in (place.home, place.there)]
        assert all(isinstance(result, Shown) for result in edits)
        here, there = place.seen()[-2:]
        assert there == here
    assert both.microsoft.token_fetches == 2, "each process asks for its own"


async def test_what_follows_something_goes_into_its_thread_from_there_too(both: Both) -> None:
    place = both.slack
    for by in (place.home, place.there):
        result = await by.post(place.account, place.card, delivery=DELIVERY, follows=SLACK_MESSAGE)
        assert isinstance(result, Shown)
    here, there = place.seen()[-2:]
    assert there == here and there[1]["thread_ts"] == SLACK_MESSAGE["ts"]


async def test_refusals_mean_the_same(both: Both) -> None:
    for code in ("ratelimited", "account_inactive", "invalid_blocks", "message_not_found", "never_heard_of"):
        both.slack.answer(lambda code=code: refused(code)("", {}))
        await _same(both.slack)
    for status, code in ((429, "Throttled"), (403, "MessageWritesBlocked"), (404, "NotFound"), (400, "Bad"), (503, "")):
        both.teams.answer(lambda status=status, code=code: web.json_response({"error": {"code": code}}, status=status))
        await _same(both.teams)
    assert both.lost == [both.teams.account] * 10, "whoever hears what became of a message hears of these, too"


async def _same(place: Place) -> None:
    results = [await post(place, by) for by in (place.there, place.home)]
    assert plain(results[0]) == plain(results[1]) and not isinstance(results[0], Shown)
    results = [await by.update(place.account, place.message, place.card) for by in (place.there, place.home)]
    assert plain(results[0]) == plain(results[1]) and not isinstance(results[0], Shown)


async def test_where_the_app_is_not_installed_home_says_so(both: Both) -> None:
    stranger = replace(both.slack.account, org="T0OTHER")
    for token in (both.slack.home.token, _away):  # type: ignore[attr-defined]
        by = Sending(both.slack.home, both.atelier, token)
        result = await by.post(stranger, both.slack.card, delivery=DELIVERY)
        assert isinstance(result, Gone) and result.what == "installation"
    assert both.slack.seen() == []


async def _away(_account: Account) -> str:
    raise ConnectionError("the store is away")


async def test_when_the_other_process_dies_nobody_knows_what_became_of_what_it_was_sending(both: Both) -> None:
    both.microsoft.slow = 30
    sending = asyncio.create_task(post(both.teams, both.teams.there))
    await until(lambda: bool(both.microsoft.calls))
    assert both.atelier.pid is not None
    os.kill(both.atelier.pid, signal.SIGKILL)
    assert isinstance(await sending, Unsure)
    assert both.atelier.pid is None
    both.microsoft.slow = 0
    by = Sending(both.teams.home, both.atelier)
    assert isinstance(await post(both.teams, by), Shown), "from here"


async def test_what_is_cut_off_here_is_cut_off_there(both: Both) -> None:
    both.microsoft.slow = 30
    sending = asyncio.create_task(post(both.teams, both.teams.there))
    await until(lambda: bool(both.microsoft.calls))
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert sending.cancelled() and both.atelier.sending == 0
    both.microsoft.slow = 0
    assert isinstance(await post(both.teams, both.teams.there), Shown), "and the next goes out"


async def test_a_process_that_does_not_draw_any_more_still_ends_what_it_sends(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.microsoft.slow = 1
    sending = asyncio.create_task(post(both.teams, both.teams.there))
    await until(lambda: bool(both.microsoft.calls))
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.0)
    assert await both.atelier.draw([(Ref("notice", "ntc_1"), "notice", "per_1", "slack")] * room.MANY) is None
    assert both.atelier.pid is None, "asked no more"
    assert isinstance(await sending, Shown)


async def test_when_both_processes_are_told_to_end_what_is_being_sent_is_sent(both: Both) -> None:
    both.microsoft.slow = 1
    sending = asyncio.create_task(post(both.teams, both.teams.there))
    await until(lambda: bool(both.microsoft.calls))
    assert both.atelier.pid is not None
    for ending in (signal.SIGTERM, signal.SIGINT):
        os.kill(both.atelier.pid, ending)
    assert isinstance(await sending, Shown)


async def test_one_that_hangs_while_it_sends_is_ended(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SENDING_SECONDS", 0.2)
    assert both.atelier.pid is not None
    os.kill(both.atelier.pid, signal.SIGSTOP)
    assert isinstance(await post(both.slack, both.slack.there), Unsure)
    assert both.atelier.pid is None


class Counted:
    """An atelier that never ends what it sends, and one at home that does neither."""

    def __init__(self) -> None:
        self.sending: int | None = 0
        self.home = 0

    async def send(self, errand: Errand) -> Result | None:
        assert self.sending is not None
        self.sending += 1
        return await asyncio.Future[Result]()

    async def post(self, account: Account, card: Card, **_named: Any) -> Result:
        self.home += 1
        return await asyncio.Future[Result]()

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        return await self.post(account, card)


async def shared(many: int, *, busy: bool = False, card: Card | None = None, ready: bool = True) -> tuple[int, int]:
    """-> how many of so many are under way here and there."""
    counted = Counted()
    counted.sending = 0 if ready else None
    by = Sending(counted, counted, busy=lambda: busy)  # type: ignore[arg-type]
    whole = card or printed(samples.PURCHASE, slack_printing.printed)
    tasks = []
    for number in range(many):
        sent = by.post(SLACK, whole, delivery="d") if number % 2 else by.update(SLACK, SLACK_MESSAGE, whole)
        tasks.append(asyncio.create_task(sent))
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return counted.home, counted.sending or 0


async def test_both_processes_send_and_this_one_less() -> None:
    here, there = await shared(30)
    assert here + there == 30 and there == THERE * here


async def test_while_a_person_waits_nothing_is_sent_from_here() -> None:
    assert await shared(30, busy=True) == (0, 30)


async def test_what_was_drawn_here_or_has_nobody_else_to_send_it_is_sent_from_here() -> None:
    assert await shared(4, card=samples.PURCHASE) == (4, 0)
    assert await shared(4, ready=False) == (4, 0)
