"""A database with a great many clients, their contacts met already: written in bulk, as the directory would have."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bench.scene import SECRET_KEY
from bot.demo.cast import Company, Player
from bot.demo.crowd import crowd
from bot.demo.world import START, World, _for_teams
from bot.sealing import Sealer
from handlers.commands import Command, Event, Outcome, SaveInstallation, System
from handlers.desk import Desk
from storage import migrate
from storage.store import Store
from storage.tables import metadata

Json = dict[str, Any]


def seed(url: str, world: World, service_url: str) -> None:
    """The directory of the world's cast; everybody can be reached. `service_url` is where Teams' people are."""
    store = Store(url)
    migrate.upgrade(store)
    _provider(store, world)
    sealer, rows = Sealer(SECRET_KEY), _Rows()
    for company in world.cast.companies[1:]:
        rows.company(company, sealer.seal({"bot_token": world.bot_token(company)}))
    for player in (one for one in world.cast.players if one.company != world.cast.companies[0].key):
        company = world.cast.of(player)
        rows.contact(player, company, sealer.seal(_address(player, company, service_url, world.app_id)))
    with store.write() as tx:
        for table, values in rows.tables.items():
            tx.execute(insert(metadata.tables[table]), values)
    with store.write() as tx:
        if tx.dialect.name == "postgresql":  # within a minute autovacuum would have, which the benches do without
            tx.execute(text("ANALYZE"))
    store.close()


def _provider(store: Store, world: World) -> None:
    """The provider's people by commands: they are few."""
    desk, alone = Desk(store), crowd(0)

    async def perform(command: Command, key: str) -> Outcome:
        return desk.perform(command, Event(f"seed:{key}", START, System("seed"), "cli"))

    asyncio.run(World(alone, world.bot_url, world.stage_url).seed(perform))
    sealed = Sealer(SECRET_KEY).seal({"bot_token": world.bot_token(alone.companies[0])})
    installed = SaveInstallation("slack", alone.companies[0].team, alone.companies[0].name, sealed, {})
    desk.perform(installed, Event("seed:installed", START, System("seed"), "cli"))


def _address(player: Player, company: Company, service_url: str, app_id: str) -> dict[str, str]:
    if company.platform == "slack":
        return {"channel": f"D{company.key.upper()}{player.first.upper()}"}
    person = _for_teams(player, company)
    return {
        "service_url": service_url,
        "conversation": person["conversation"],
        "mri": person["mri"],
        "bot": f"28:{app_id}",
    }


class _Rows:
    """What is to be inserted, by table, in the order in which the tables refer to each other."""

    def __init__(self) -> None:
        names = ("client", "location", "workspace", "person", "role_assignment", "identity")
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(count)
        self.tables: dict[str, list[Json]] = {name: [] for name in names}

    def add(self, table: str, **values: Any) -> None:
        columns = metadata.tables[table].columns
        defaults = {one.name: one.default.arg for one in columns if isinstance(one.default, ScalarElementColumnDefault)}
        self.tables[table].append({**defaults, **values})

    def company(self, company: Company, sealed: str) -> None:
        key = f"cli_{company.key}"
        first = f"per_{company.key}_0"
        place = {"timezone": company.timezone, "country": company.country, "subdivision": company.subdivision}
        named = {"slug": company.slug, "code": company.code, "name": company.name}
        money = {"locale": "en_US", "currency": "USD", "policy": {}, "csm_title": "client success manager"}
        self.add("client", id=key, stage="active", default_contact_id=first, **named, **place, **money)
        for slug, name, zone, country in company.locations:
            self.add(
                "location",
                id=f"loc_{company.key}_{slug}",
                client_id=key,
                slug=slug,
                name=name,
                timezone=zone,
                country=country,
                subdivision="",
            )
        org = company.team if company.platform == "slack" else company.tenant
        self.add(
            "workspace",
            id=f"wsp_{company.key}",
            platform=company.platform,
            org=org,
            name=company.name,
            client_id=key,
            state="installed",
            sealed=sealed,
            facts={},
        )

    def contact(self, player: Player, company: Company, sealed: str) -> None:
        client = f"cli_{company.key}"
        number = next(self._numbers[client])
        key, office = f"per_{company.key}_{number}", f"loc_{company.key}_{player.location}"
        self.add(
            "person",
            id=key,
            client_id=client,
            location_id=office,
            name=player.name,
            title=player.title,
            email=player.email,
            phone=player.phone,
            language="en",
            timezone=company.timezone,
            preferred_channel="chat",
            ask_last=False,
            state="active",
        )
        for role, rank, _ in player.grants:
            self.add(
                "role_assignment",
                id=f"rol_{key}_{role}",
                client_id=client,
                person_id=key,
                role=role,
                rank=rank,
                location_id=office,
            )
        org = company.team if company.platform == "slack" else company.tenant
        self.add(
            "identity",
            id=f"idn_{key}",
            person_id=key,
            platform=company.platform,
            org=org,
            user=player.user if company.platform == "slack" else player.aad,
            address=sealed,
            reachable=True,
            linked=True,
        )
