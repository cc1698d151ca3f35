"""The house with a company's orders waiting for one yes each, and the presses that decide them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from bench import outside, presses
from bench.floor import Approval
from bench.harness import Sent, post
from bot.app import House
from bot.cards.gallery import Gallery
from bot.demo.cast import BY_KEY, PEOPLE, Cast
from bot.demo.world import START, World
from bot.sealing import Sealer
from bot.settings import load
from bot.slack import blocks
from bot.teams import adaptive
from handlers.commands import (
    Chat,
    Command,
    Event,
    Outcome,
    Purchase,
    PurchaseLine,
    RaiseApproval,
    Ref,
    RememberAddress,
    SaveInstallation,
    System,
)
from handlers.desk import Desk
from schedules.clock import DomainClock
from storage import migrate
from storage.store import Store

Json = dict[str, Any]
SECRET_KEY = "only the benches' tokens are sealed with this"
DECIDERS = {"slack": "Dana Whitlock", "teams": "Marcus Hale"}
"""Who decides small orders in a company on this platform, at this hour at the desk."""

WAITING = """
SELECT r.id AS request, r.ref, s.id AS step, p.id AS person, p.name, i.id AS identity, i.platform, i.org, i."user",
  r.client_id AS chain
FROM approval_request r JOIN approval_step s ON s.request_id = r.id AND s.state = 'open'
JOIN asked a ON a.step_id = s.id JOIN person p ON p.id = a.person_id JOIN identity i ON i.person_id = p.id
WHERE i.platform = :platform ORDER BY r.created_at, r.id
"""
SHOWN = 'UPDATE delivery SET state = \'settled\', shown = wanted, message = \'{"channel": "D0", "ts": "1.0"}\''


def seed(url: str, platform: str, orders: int) -> None:
    """A new database with the demo cast and so many small orders, every card of them already shown."""
    store = Store(url)
    migrate.upgrade(store)
    desk = Desk(store)

    async def perform(command: Command, key: str) -> Outcome:
        return desk.perform(command, Event(f"seed:{key}", START, System("seed"), "cli"))

    world = World(Cast(), "http://bot", "http://stage")
    asyncio.run(world.seed(perform))
    sealer = Sealer(SECRET_KEY)
    for company in world.cast.orgs("slack"):
        sealed = sealer.seal({"bot_token": world.bot_token(company)})
        installed = SaveInstallation("slack", company.team, company.name, sealed, {})
        desk.perform(installed, Event(f"installed:{company.team}", START, System("seed"), "cli"))
    for person in world.for_playground()["teams"]["people"]:
        sealed = sealer.seal(presses.address(world, person["aad"]))
        met = RememberAddress("teams", person["tenant"], person["aad"], sealed)
        desk.perform(met, Event(f"met:{person['aad']}", START, System("seed"), "cli"))
    company, sofia = BY_KEY[PEOPLE[DECIDERS[platform]].company], PEOPLE["Sofia Marchetti"]
    actor = Chat("slack", BY_KEY[sofia.company].team, sofia.user)
    for number in range(orders):
        desk.perform(_order(company.slug, number), Event(f"order:{number}", START, actor, "slack"))
    with store.write() as tx:
        tx.execute(text(SHOWN))
    store.close()


def _order(client: str, number: int) -> RaiseApproval:
    """Each of another vendor: the split guard sums one vendor's."""
    lines = (PurchaseLine("Toner, black", 2, 8_900), PurchaseLine("Drum", 1, 4_250))
    purchase = Purchase("peripheral", f"Vendor {number}", "USD", lines, shipping_minor=900)
    return RaiseApproval(client, "purchase", f"Toner for printer {number}", "The old one is empty.", purchase=purchase)


@dataclass
class Scene:
    """A house that receives presses. Courier and clock rest: what they do follows the answer."""

    house: House
    world: World
    platform: str
    key: rsa.RSAPrivateKey

    def waiting(self) -> list[Approval]:
        """The orders that wait, each with the account that is asked."""
        with self.house.store.read() as tx:
            rows = tx.execute(text(WAITING), {"platform": self.platform}).mappings().all()
        now = self.house.clock.now().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return [Approval(**row, now=now) for row in rows]

    def request(self, one: Approval) -> tuple[bytes, dict[str, str]]:
        """The signed request of a press on Approve: body and headers."""
        ref = Ref("approval", one.request)
        gallery = Gallery(self.house.store, self.house.clock.now, self.house.settings.msp.name)
        card = gallery.draw(ref, "ask", one.person)
        assert card is not None
        if self.platform == "slack":
            return presses.slack(one, blocks.draw(card), self.world)
        return presses.teams(one, adaptive.render(card), self.world, self.key)

    async def press(self, body: bytes, headers: dict[str, str]) -> Sent:
        """Hands a request to the whole web application."""
        path = "/slack/events" if self.platform == "slack" else "/api/messages"
        answer = await post(self.house.web, path, body, headers)
        assert answer.status == 200, answer
        return answer


@asynccontextmanager
async def scene(url: str, platform: str) -> AsyncIterator[Scene]:
    """Opens the house on a seeded database."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with outside.running(key.public_key()) as address:
        world = World(Cast(), address, address, secret_key=SECRET_KEY)
        settings = {
            **world.environment(),
            "KEYLINE_DATABASE_URL": url,
            "KEYLINE_TEAMS_OPENID_URL": f"{address}/openid",
        }
        with patch.dict(os.environ, settings):
            house = House(load(Path(os.devnull)), clock=DomainClock(START))
        try:
            yield Scene(house, world, platform, key)
        finally:
            await house.close()
