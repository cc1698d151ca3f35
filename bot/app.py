"""Wires the house, once: the only place that knows every room."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI
from starlette.routing import BaseRoute

from bot.addresses import Addresses
from bot.atelier import CROWD, Atelier
from bot.cards.gallery import Gallery
from bot.charts.shelf import Shelf
from bot.conversation import Conversation
from bot.courier import Courier
from bot.easel import Recipe
from bot.installations import HouseInstallations
from bot.platform import Messenger
from bot.provider import business_days
from bot.sending import Sending
from bot.settings import Settings
from bot.signing import Signer
from bot.web.calendars import Calendars
from bot.web.charts import Charts
from bot.web.server import create_web
from bot.web.timetravel import clock_route
from handlers.commands import ITSELF, Command, Outcome, System
from handlers.desk import Desk
from schedules import reminders, reports
from schedules.clock import DomainClock, Ticker
from schedules.housekeeping import Housekeeping
from storage.queries import installations, timers
from storage.store import Store

if TYPE_CHECKING:
    from bot.slack.socket import SocketMode

log = structlog.get_logger(__name__)


def _nothing(_step: str) -> None:
    return None


class House:
    """One running bot. `web` is the ASGI application; it starts and stops the courier and the clock with itself.

    `at` is called between every two steps of deciding and delivering, for simulation. `play_secret` mounts the
    playground's clock. `clock` is the domain's clock.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: DomainClock | None = None,
        at: Callable[[str], None] = _nothing,
        play_secret: str = "",
    ) -> None:
        self.settings = settings
        self.clock = clock or DomainClock()
        self.store = Store(settings.database.url)
        self.desk = Desk(
            self.store, business_days(settings.msp), at=at, digest_at=time.fromisoformat(settings.msp.digest)
        )
        self._signer = Signer(settings.secret.key) if settings.secret.key else None
        self._shelf = Shelf()
        self.addresses = Addresses(self._signer, settings.public.url, self._shelf.expect)
        where = self.addresses
        gallery = Gallery(
            self.store, self.clock.now, settings.msp.name, where.page_of, where.calendar_of, where.chart_of
        )
        self.atelier = Atelier(_recipe(settings), self.clock.now)
        self.conversation = Conversation(
            self.desk, gallery, self.clock.now, lambda: self.courier.wake(), command=settings.slack.command
        )
        self.installations = HouseInstallations(
            self.store, self.perform, settings.secret.key, single_slack_token=settings.slack.bot_token
        )
        routes: list[BaseRoute] = [
            *Calendars(self.store, self.clock.now, settings.msp.name, self._signer).routes(),
            *Charts(self._signer, self._shelf).routes(),
        ]
        messengers: dict[str, Messenger] = {}
        self._closing: list[Callable[[], Awaitable[None]]] = []
        self._settling: list[Callable[[], Awaitable[None]]] = []
        self._socket: SocketMode | None = None
        if settings.slack.configured:
            routes += self._slack(messengers)
        if settings.teams.configured:
            routes += self._teams(messengers)
        self.courier = Courier(
            self.store,
            gallery.draw_many,
            messengers,
            self.installations.open,
            self._report,
            self.clock.now,
            remember=self.installations.remember,
            at=at,
            busy=self._awaited,
            poll=settings.courier.poll_seconds,
            away=self.atelier.draw,
        )
        self.ticker = Ticker(
            [partial(reminders.due, self.store), partial(reports.due, self.store)],
            lambda command: self.conversation.perform(command, System("the clock"), ITSELF, "tick"),
            self.clock.now,
            seconds=settings.clock.tick_seconds,
            daily=[self.tidy],
        )
        if play_secret:
            routes.append(clock_route(self.clock, play_secret, next_due=self._next_due, catch_up=self.catch_up))
        self.web = create_web(
            store=self.store,
            performer=self.conversation,
            now=self.clock.now,
            limits=settings.limits,
            routes=routes,
            checks={"courier": self._courier_beats, "clock": self._clock_ticks},
            lifespan=self._lifespan,
            signer=self._signer,
            public_url=settings.public.url,
        )

    async def perform(self, command: Command) -> Outcome:
        """A command of the house itself, each its own event."""
        return await self.conversation.perform(command, System("the house"), f"house:{uuid.uuid4().hex}", "house")

    async def _report(self, command: Command) -> Outcome:
        """What the courier could not deliver: whoever is lost by it is looked up anew when heard of again."""
        outcome = await self.perform(command)
        self.installations.look_again()
        return outcome

    def hear(self, outside: Callable[[], Awaitable[None]]) -> None:
        """Somebody outside who has something to say whenever time has moved on, before it goes further."""
        self._settling.append(outside)

    async def catch_up(self) -> None:
        """Does and sends everything that is due now, until nothing is."""
        for settle in self._settling:
            await settle()
        while await self.ticker.tick() + await self.courier.drain():
            pass

    async def tidy(self) -> None:
        """Forgets what nobody can come back to."""
        kept = timedelta(hours=self.settings.limits.idempotency_hours)
        await Housekeeping(self.store, self.clock.now, lambda: datetime.now(UTC), kept).sweep()

    def _slack(self, messengers: dict[str, Messenger]) -> list[Any]:
        from bot.slack.adapter import create_slack

        slack = create_slack(
            self.conversation,
            self.installations,
            signing_secret=self.settings.slack.signing_secret,
            app_token=self.settings.slack.app_token,
            api_url=self.settings.slack.api_url,
            client_id=self.settings.slack.client_id,
            client_secret=self.settings.slack.client_secret,
            command=self.settings.slack.command,
            public_url=self.settings.public.url,
        )
        messengers["slack"] = Sending(slack.messenger, self.atelier, slack.messenger.token, busy=self._awaited)
        self._settling.append(slack.settle)
        self._socket = slack.socket
        self._closing.append(slack.close)
        return slack.routes()

    def _teams(self, messengers: dict[str, Messenger]) -> list[Any]:
        from bot.teams.adapter import create_teams

        teams = create_teams(
            self.conversation,
            self.installations,
            app_id=self.settings.teams.app_id,
            app_secret=self.settings.teams.app_secret,
            home_tenant=self.settings.teams.tenant_id,
            login_url=self.settings.teams.login_url,
            openid_url=self.settings.teams.openid_url,
        )
        messengers["teams"] = Sending(teams.messenger, self.atelier, told=teams.messenger.told, busy=self._awaited)
        self._closing.append(teams.close)
        return teams.routes()

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(self.courier.lanes.open)  # EngineBusy: another process is SQLite's one engine
        running = asyncio.create_task(self.courier.run(), name="courier")
        running.add_done_callback(_tell)
        expecting = asyncio.create_task(self.atelier.expect(self._crowded), name="atelier")
        self.ticker.start()
        if self._socket is not None:
            self._socket.start()
        try:
            yield
        finally:
            if self._socket is not None:
                await self._socket.stop()
            self.ticker.stop()
            expecting.cancel()
            await self.courier.stop()
            await asyncio.gather(running, expecting, return_exceptions=True)
            await self.close()

    async def close(self) -> None:
        """Ends the adapters' connections and the store's: the last thing, also for a house that was never run."""
        for close in self._closing:
            await close()
        await self.atelier.close()
        self._shelf.close()
        self.store.close()

    def _awaited(self) -> bool:
        """Whether a person waits for an answer just now."""
        return self.conversation.pressing > 0

    def _next_due(self) -> datetime | None:
        with self.store.read() as tx:
            return timers.next_due(tx, self.clock.now())

    def _crowded(self) -> bool:
        with self.store.read() as tx:
            return installations.accounts_beyond(tx, CROWD)

    async def _courier_beats(self) -> str:
        return "" if self.courier.beating() else "the courier has not gone round lately"

    async def _clock_ticks(self) -> str:
        fresh = self.ticker.silent() < 4 * self.settings.clock.tick_seconds + 5
        return "" if fresh else "the clock has not ticked lately"


def _recipe(settings: Settings) -> Recipe:
    """What the process beside this one has to know."""
    return Recipe(
        settings.database.url,
        settings.msp.name,
        settings.secret.key,
        settings.public.url,
        slack_api_url=settings.slack.api_url,
        teams_app_id=settings.teams.app_id,
        teams_app_secret=settings.teams.app_secret,
        teams_tenant=settings.teams.tenant_id,
        teams_login_url=settings.teams.login_url,
        log_level=settings.log.level,
        log_format=settings.log.format,
    )


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        log.error("the courier has stopped", exc_info=problem)
