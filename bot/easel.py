"""The process beside the bot's own in which the cards of a broadcast are drawn, printed and sent, begun by
`bot.atelier`: two processors do more than one."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from bot.beside import FORGET, Voice, listen
from bot.cards.card import Card, Printed
from bot.cards.gallery import Gallery
from bot.cards.printed import Printer, look_of
from bot.platform import Account, Installation, Messenger, Platform, Result, Unsure
from handlers.commands import Ref

log = logging.getLogger("keyline.easel")

THREADS = 2
"""While one waits for the database the other draws."""

Sheet = tuple[str, str, Printed]
"""A card's title, its summary and the rest: all that is needed to send it."""


@dataclass(frozen=True, repr=False)
class Recipe:
    """What a gallery and the messengers are made of here. It comes by a pipe: others can read a command line. It holds
    secrets and is never written down."""

    database_url: str
    provider: str
    secret_key: str
    public_url: str
    slack_api_url: str | None = None
    teams_app_id: str = ""
    teams_app_secret: str = ""
    teams_tenant: str = ""
    teams_login_url: str = ""
    log_level: str = "warning"
    log_format: str = "text"

    def gallery(self, now: Callable[[], datetime]) -> Gallery:
        """A gallery with a store of its own."""
        from bot.addresses import Addresses
        from bot.signing import Signer
        from storage.store import Store

        addresses = Addresses(Signer(self.secret_key) if self.secret_key else None, self.public_url)
        return Gallery(Store(self.database_url), now, self.provider, addresses.page_of, addresses.calendar_of)

    def messengers(self) -> Callable[[Platform, str], Messenger]:
        """Platform, token -> who sends there. Teams' token is asked for here, by whoever sends first."""
        from bot.slack.api import SlackApi
        from bot.slack.messenger import SlackMessenger
        from bot.teams.connector import Connector
        from bot.teams.messenger import TeamsMessenger
        from bot.teams.tokens import Tokens
        from bot.teams.web import Web

        api, web = SlackApi(self.slack_api_url), Web()
        tokens = Tokens(
            web,
            login_url=self.teams_login_url,
            tenant=self.teams_tenant,
            app_id=self.teams_app_id,
            app_secret=self.teams_app_secret,
            now=time.time,
        )
        teams = TeamsMessenger(Connector(web, tokens), bot=f"28:{self.teams_app_id}", lost=lambda _account: None)
        return lambda platform, token: teams if platform == "teams" else SlackMessenger(api, _Known(token))


class Drawing(NamedTuple):
    """Cards to be drawn and printed: answered by their sheets, None for nothing to say and for what cannot be drawn."""

    moment: datetime
    asks: Sequence[tuple[str, str, str, str]]
    """(subject, purpose, person's id, platform)"""


class Errand(NamedTuple):
    """A card to be posted, or shown in the place of `message`: answered by what became of it."""

    account: Account
    sheet: Sheet
    token: str
    delivery: str
    follows: Mapping[str, str] | None
    message: Mapping[str, str] | None


class Easel:
    """Does what is asked of this process."""

    def __init__(self, recipe: Recipe) -> None:
        from bot.slack import printing as slack
        from bot.teams import printing as teams

        self._moment: ContextVar[datetime] = ContextVar("moment")
        self._gallery = recipe.gallery(self._moment.get)
        self._printers: Mapping[str, Printer] = {"slack": slack.printed, "teams": teams.printed}
        self._messenger = recipe.messengers()
        self._threads = ThreadPoolExecutor(THREADS, "keyline-easel")

    async def do(self, asked: Drawing | Errand) -> Any:
        """-> the answer; never raises."""
        try:
            if isinstance(asked, Drawing):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._draw, asked)
            return await self._send(asked)
        except Exception as problem:
            log.exception("what was asked of this process cannot be done")
            return None if isinstance(asked, Drawing) else Unsure(f"{type(problem).__name__}: {problem}")

    def _draw(self, asked: Drawing) -> list[Sheet | None] | None:
        """None where one of them cannot be drawn: at home it is said why."""
        self._moment.set(asked.moment)
        wanted = [(Ref.parse(subject), purpose, person) for subject, purpose, person, _ in asked.asks]
        drawn = self._gallery.draw_many(wanted)
        if any(isinstance(card, Exception) for card in drawn):
            return None
        return [self._sheet(card, ask[3]) for card, ask in zip(drawn, asked.asks, strict=True)]

    def _sheet(self, card: Any, platform: str) -> Sheet | None:
        if card is None:
            return None
        return card.title, card.summary, Printed(look_of(card), self._printers[platform](card))

    async def _send(self, errand: Errand) -> Result:
        account, card = errand.account, taken(errand.sheet)
        messenger = self._messenger(account.platform, errand.token)
        if errand.message is not None:
            return await messenger.update(account, errand.message, card)
        return await messenger.post(account, card, delivery=errand.delivery, follows=errand.follows)


class _Known:
    """The one installation that an errand is for."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def find(self, platform: Platform, org: str) -> Installation | None:
        return Installation(platform, org, "", {"bot_token": self._token})


def taken(sheet: Sheet) -> Card:
    """The card that a sheet is of, without its blocks."""
    return Card(sheet[0], sheet[1], printed=sheet[2])


async def work(heard: asyncio.StreamReader, write: Callable[[bytes], None]) -> None:
    """First comes the recipe, which is answered by "ready"; then what is asked, until nobody asks any more."""
    from bot import interpreter, logs

    voice, tasks, easel = Voice(write), dict[int, asyncio.Task[None]](), None
    async for said in listen(heard):
        for number, asked in said:
            if isinstance(asked, Recipe):
                logs.set_up(asked.log_level, asked.log_format)
                easel = Easel(asked)
                interpreter.tune()
                voice.say((number, "ready"))
            elif asked == FORGET:
                if number in tasks:
                    tasks[number].cancel()
            elif easel is not None:
                tasks[number] = asyncio.create_task(_answer(easel, number, asked, voice))
                tasks[number].add_done_callback(partial(_done, tasks, number))
    for task in tasks.values():  # what is under way is cut off, as by the end of the process that asked for it
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


def _done(tasks: dict[int, asyncio.Task[None]], number: int, _task: asyncio.Task[None]) -> None:
    del tasks[number]


async def _answer(easel: Easel, number: int, asked: Drawing | Errand, voice: Voice) -> None:
    voice.say((number, await easel.do(asked)))


async def _talk() -> None:
    loop, heard = asyncio.get_running_loop(), asyncio.StreamReader()
    said, sys.stdout = sys.stdout.buffer, sys.stderr  # whoever prints something does not speak to the other side
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(heard), sys.stdin.buffer)
    transport, _ = await loop.connect_write_pipe(asyncio.Protocol, said)
    await work(heard, transport.write)


def main() -> None:
    """Until nobody asks any more."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # both may be told to end, and the other lets this one end its work
        signal.signal(ending, signal.SIG_IGN)
    try:
        import uvloop
    except ImportError:
        asyncio.run(_talk())
    else:
        uvloop.run(_talk())


if __name__ == "__main__":
    from bot import easel  # what comes by the pipe is called so, and not `__main__`

    easel.main()
