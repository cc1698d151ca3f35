"""The real house in one process with nothing outside: the demo's people, requests in every state, and a way in."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import House
from bot.demo.cast import BY_KEY, COMPANIES, PEOPLE, Cast, guid
from bot.demo.world import START, World
from bot.platform import Installation
from bot.settings import load
from bot.slack import blocks
from bot.teams import adaptive
from handlers import commands
from handlers.commands import Chat, Command, Outcome, Ref, Refused, System
from schedules.clock import DomainClock
from tests.fuzz.outside import CONNECTOR, LOGIN, OPENID, SLACK
from tests.fuzz.scene import STRANGERS, Known
from tests.handlers.office import access, purchase
from tests.rows import rows

CAST = Cast(
    moved={"Dana Whitlock": ("slack", "teams"), "Tom Beckett": ("teams", "slack"), "Ben Okafor": ("slack", "teams")}
)
FEW_NOTICES = 6
FEW = 10
"""So many undecided requests a client has at most: more are withdrawn when the house is tidied."""


@dataclass
class Fuzzed:
    """The house, its front door, and how to do things in it that are no payloads."""

    house: House
    world: World
    http: httpx.AsyncClient
    count: int = 0
    serial: list[int] = field(default_factory=lambda: [0])

    async def do(self, who: str | Chat | System, command: Command) -> Outcome | None:
        """A command of somebody of the cast or of the house; None when it was refused."""
        self.serial[0] += 1
        actor = account(who) if isinstance(who, str) else who
        try:
            return await self.house.conversation.perform(command, actor, f"do:{self.serial[0]}", "test")
        except Refused:
            return None

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """What the store holds."""
        with self.house.store.glance() as tx:
            return rows(tx, sql, values)

    def known(self) -> list[Known]:
        """Every request, every open task, every notice and what hangs on it, as their cards say."""
        slugs = {row.id: row.slug for row in self.rows("SELECT id, slug FROM client")}
        requests = self.rows(
            "SELECT id, client_id, version, revision FROM approval_request "
            "ORDER BY state IN ('draft', 'pending', 'info_requested') DESC, id DESC LIMIT 50"
        )
        asked: dict[str, set[tuple[str, str, str]]] = {}
        for row in self.rows(
            'SELECT a.request_id, i.platform, i.org, i."user" FROM asked a '
            "JOIN identity i ON i.person_id = a.person_id "
            "JOIN approval_step s ON s.id = a.step_id WHERE s.state = 'open'"
        ):
            asked.setdefault(row.request_id, set()).add((row.platform, row.org, row.user))
        told = self.rows(
            "SELECT DISTINCT n.id, n.version, n.created_at, p.client_id FROM notice n "
            "JOIN notice_place p ON p.notice_id = n.id ORDER BY n.created_at DESC LIMIT 30"
        )
        hanging = {
            kind: self.rows(f"SELECT id, client_id FROM {kind} ORDER BY id DESC LIMIT 20")
            for kind in ("relay", "feedback", "blackout")
        }
        planned = self.rows("SELECT id, client_id, revision FROM downtime ORDER BY created_at DESC, id LIMIT 15")
        tasks = self.rows("SELECT id, client_id FROM task WHERE state = 'open' ORDER BY id DESC LIMIT 20")
        return [
            *(
                Known(
                    f"approval:{row.id}",
                    slugs[row.client_id],
                    row.version,
                    row.revision,
                    frozenset(asked.get(row.id, ())),
                )
                for row in requests
            ),
            *(Known(f"task:{row.id}", slugs[row.client_id], 0, 0) for row in tasks),
            *(Known(f"notice:{row.id}", slugs[row.client_id], row.version, 0) for row in told),
            *(Known(f"downtime:{row.id}", slugs[row.client_id], row.revision, 0) for row in planned),
            *(Known(f"{kind}:{row.id}", slugs[row.client_id], 0, 0) for kind, rows in hanging.items() for row in rows),
        ]

    async def install(self) -> None:
        """The bot is in every Slack workspace, and everybody can be reached (again)."""
        for company in CAST.orgs("slack"):
            found = Installation("slack", company.team, company.name, {"bot_token": "xoxb-fuzz"}, {"bot_user": "U0BOT"})
            await self.house.installations.save(found)
        for row in self.rows('SELECT platform, org, "user" FROM identity WHERE NOT reachable'):
            await self.do(System("house"), commands.RememberAddress(row.platform, row.org, row.user, ""))
        for row in self.rows("SELECT DISTINCT person_id FROM absence"):  # who said so may be away for years
            await self.do("Sofia Marchetti", commands.ComeBack(row.person_id))

    async def tidy(self) -> None:
        """Few open requests a client, but always some in every state: else there is nothing to attack."""
        for client in ("marlow-finch", "cedar-ridge", "northgate"):
            open_ = self.rows(
                "SELECT r.id, r.state FROM approval_request r JOIN client c ON c.id = r.client_id WHERE c.slug = :slug "
                "AND r.state IN ('draft', 'pending', 'info_requested') ORDER BY r.id DESC",
                slug=client,
            )
            for row in open_[FEW:]:
                await self.do(System("tidy"), commands.Withdraw(Ref("approval", row.id), "Enough."))
            pending = sum(row.state == "pending" for row in open_[:FEW])  # nobody votes on a draft
            for _ in range(max(0, 6 - pending) // 2):
                await self.raise_some(client)
            await self.tell_some(client)
            await self.plan_some(client)

    async def raise_some(self, client: str) -> None:
        """A purchase of one voice, one of two, an access change; some asked about, some decided and regretted."""
        self.count += 1
        await self.do(self.employee(client), purchase(2_000 + self.count, client=client, title=f"Mouse only-{client}"))
        first = self.contact(client)
        small = await self.do(
            "Sofia Marchetti", purchase(1_000 + self.count, client=client, title=f"Toner {self.count} only-{client}")
        )
        large = await self.do(
            "Sofia Marchetti", purchase(400_000, client=client, title=f"Server {self.count} only-{client}")
        )
        await self.do("Sofia Marchetti", access("Nora Blake", client=client))
        await self.do("Sofia Marchetti", access("Nora Blake", client=client, kind="privileged"))
        if small is not None and small.ref is not None and self.count % 2:
            await self.do(first, commands.Approve(small.ref, 1))
            await self.do(first, commands.Regret(small.ref, "Too many."))
        if large is not None and large.ref is not None:
            await self.do(first, commands.AskQuestion(large.ref, 1, "Why so many?"))
            changed = purchase(410_000, client=client).purchase
            await self.do("Sofia Marchetti", commands.ChangeApproval(large.ref, purchase=changed))

    async def tell_some(self, client: str) -> None:
        """An outage that somebody has read, one that is over, a draft; never many under way at once."""
        open_ = self.rows(
            "SELECT DISTINCT n.id FROM notice n JOIN notice_place p ON p.notice_id = n.id "
            "JOIN client c ON c.id = p.client_id "
            "WHERE c.slug = :slug AND n.state IN ('draft', 'investigating', 'identified', 'monitoring')",
            slug=client,
        )
        if len(open_) > FEW_NOTICES:
            for row in open_:
                await self.do("Sofia Marchetti", commands.CancelNotice(Ref("notice", row.id), "Enough."))
        self.count += 1
        outage = commands.RaiseNotice("outage", (client,), 1 + self.count % 4, "Mail", f"No mail, only-{client}.")
        await self.do("Sofia Marchetti", outage)
        sent = await self.do("Sofia Marchetti", replace(outage, title=f"Outage {self.count} only-{client}", send=True))
        if sent is not None and sent.ref is not None:
            await self.do(self.contact(client), commands.Acknowledge(sent.ref))
            if self.count % 2:
                await self.do("Sofia Marchetti", commands.ResolveNotice(sent.ref, "It works again."))

    async def plan_some(self, client: str) -> None:
        """A downtime on offer, one asked for, one agreed for now and then, a draft; older ones are taken back."""
        open_ = self.rows(
            "SELECT d.id FROM downtime d JOIN client c ON c.id = d.client_id "
            "WHERE c.slug = :slug AND d.state IN ('draft', 'proposed', 'countered')",
            slug=client,
        )
        for row in open_ if len(open_) > FEW_NOTICES else ():
            await self.do("Sofia Marchetti", commands.WithdrawDowntime(Ref("downtime", row.id), "Enough."))
        self.count += 1
        now = self.house.clock.now()
        starts = now + timedelta(days=20 + self.count % 9)
        windows = tuple(
            commands.Window(starts + timedelta(days=day), starts + timedelta(days=day, hours=2)) for day in (0, 1)
        )
        said = f"No network, only-{client}."
        work = commands.RaiseDowntime(f"Work {self.count} only-{client}", said, windows, client, override="Agreed.")
        await self.do("Sofia Marchetti", work)
        await self.do(self.contact(client), replace(work, client="", override=""))
        sent = await self.do("Sofia Marchetti", replace(work, send=True))
        if sent is not None and sent.ref is not None and self.count % 2:
            await self.do("Anja Vogel", commands.AnswerWindows(sent.ref, 1, True))
            await self.do("Luis Ortega", commands.AnswerWindows(sent.ref, 1, True))
            await self.do(self.contact(client), commands.ChooseWindow(sent.ref, 1, 1, True, "Now."))
        await self.do("Sofia Marchetti", commands.PutBlackout(f"Audit only-{client}.", client, window=windows[1]))

    @staticmethod
    def contact(client: str) -> str:
        """Who is told of an outage there."""
        return {"marlow-finch": "Dana Whitlock", "cedar-ridge": "Tom Beckett", "northgate": "Marcus Hale"}[client]

    @staticmethod
    def employee(client: str) -> Chat:
        """Somebody of the company without any role, whose requests go to the provider first."""
        company = next(one for one in COMPANIES if one.slug == client)
        if company.platform == "slack":
            return Chat("slack", company.team, STRANGERS[1])
        return Chat("teams", company.tenant, guid(STRANGERS[1]))

    async def settle(self) -> None:
        """Waits until everything that follows an answer has been said."""
        for close in self.house._closing:
            adapter = getattr(close, "__self__", None)
            if hasattr(adapter, "settle"):
                await adapter.settle()

    def draw_all(self) -> int:
        """Draws every card that is owed to anybody, for both platforms; how many that were."""
        drawn = 0
        for row in self.rows("SELECT DISTINCT subject, purpose, person_id FROM delivery"):
            card = self.house.conversation._gallery.draw(Ref.parse(row.subject), row.purpose, row.person_id)
            if card is not None:
                blocks.draw(card), blocks.draw_classic(card), blocks.summary(card), adaptive.render(card)
                drawn += 1
        return drawn


def account(name: str) -> Chat:
    """The first account of somebody of the cast."""
    player = PEOPLE[name]
    company, place = BY_KEY[player.company], CAST.places(player)[0]
    return Chat("slack", company.team, player.user) if place == "slack" else Chat("teams", company.tenant, player.aad)


@asynccontextmanager
async def fuzzed(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fuzzed]:
    """The house on a database that has every table."""
    world = World(CAST, "https://bot.fuzz", "https://stage.fuzz")
    for name in [name for name in os.environ if name.startswith("KEYLINE_")]:
        monkeypatch.delenv(name)
    outside = {
        "KEYLINE_DATABASE_URL": url,
        "KEYLINE_SLACK_API_URL": SLACK,
        "KEYLINE_TEAMS_LOGIN_URL": LOGIN,
        "KEYLINE_TEAMS_OPENID_URL": OPENID,
    }
    for name, value in {**world.environment(), **outside}.items():
        monkeypatch.setenv(name, value)
    house = House(load(Path(os.devnull)), clock=DomainClock(START))
    transport = httpx.ASGITransport(app=house.web)
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.fuzz", timeout=120) as http:
        fuzz = Fuzzed(house, world, http)

        async def perform(command: Command, key: str) -> Outcome:
            return await house.conversation.perform(command, System("demo"), f"seed:{key}", "cli")

        await world.seed(perform)
        await fuzz.install()
        for client in ("marlow-finch", "cedar-ridge", "northgate"):
            someone = fuzz.employee(client)
            join = commands.AddEmployee(someone.platform, someone.org, someone.user, "Ida Lund")
            await fuzz.do(System("house"), join)
            await fuzz.raise_some(client)
        assert CONNECTOR.startswith("https://")
        yield fuzz
        for close in house._closing:
            await close()
        await asyncio.to_thread(house.store.close)
