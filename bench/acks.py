"""A thousand people acknowledge a notice at once, and their cards and the board follow: against the bare rows."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import secrets
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text
from starlette.applications import Starlette

from bench import broadcast, crowd, databases, outside, peers, presses
from bench.floor import ACKNOWLEDGEMENT, open_floor
from bench.harness import post, say
from bench.scene import SECRET_KEY, SHOWN
from bot import interpreter
from bot.app import House
from bot.cards.gallery import Gallery
from bot.demo.cast import PEOPLE
from bot.demo.crowd import crowd as cast_of
from bot.demo.world import START, World
from bot.settings import load
from bot.slack import blocks
from bot.teams import adaptive
from handlers.commands import Event, Ref, System
from handlers.desk import Desk
from schedules.clock import DomainClock
from storage.store import Store

CLIENTS, CONTACTS = int(os.environ.get("BENCH_ACK_CLIENTS", "500")), 4
"""Half of the clients are on Slack, the others on Teams: a thousand people on each."""
AT_ONCE = 16
"""So many presses are under way at a time."""
READERS = """
SELECT d.id, d.subject, d.person_id AS person, p.name, i.id AS identity, i.platform, i.org, i."user",
  d.client_id AS chain, r.id AS receipt, i.address
FROM delivery d JOIN identity i ON i.id = d.identity_id JOIN person p ON p.id = d.person_id
JOIN receipt r ON r.person_id = d.person_id WHERE d.purpose = 'notice' ORDER BY p.name
"""
SHOWN_ON_TEAMS = """
UPDATE delivery SET message = '{"conversation": "a:1", "activity": "1:1"}' WHERE lane LIKE 'teams:%'
"""
ACKNOWLEDGED = """
SELECT count(*) FROM receipt r JOIN identity i ON i.person_id = r.person_id
WHERE r.state = 'acknowledged' AND i.platform = :platform
"""
BOARD = "SELECT wanted - shown FROM delivery WHERE subject LIKE 'board:%'"


@dataclass(frozen=True)
class Reader:
    """Whose card it is."""

    id: str
    subject: str
    person: str
    name: str
    identity: str
    platform: str
    org: str
    user: str
    chain: str
    receipt: str
    address: str

    @property
    def request(self) -> str:
        """Tells this press from others."""
        return self.id

    def values(self, key: str, now: str) -> dict[str, Any]:
        """What the bare statements are given; `key` is the event's."""
        relay = f"rly_{secrets.token_hex(12)}"
        return {
            "key": key,
            "now": now,
            "no": False,
            "outcome": json.dumps({"ref": self.subject, "say": "Thank you, N-1 is acknowledged.", "facts": {}}),
            "subject": self.subject,
            "board": self.subject.replace("notice:", "board:"),
            "receipt": self.receipt,
            "person": self.person,
            "identity": self.identity,
            "channel": self.platform,
            "chain": self.chain,
            "actor": self.name,
            "account": f"{self.platform}/{self.org}/{self.user}",
            "lane": f"{self.platform}:{self.org}",
            "relay": relay,
            "told": f"relay:{relay}",
            "card": f"dlv_{secrets.token_hex(12)}",
            "first_timer": f"tmr_{secrets.token_hex(12)}",
            "second_timer": f"tmr_{secrets.token_hex(12)}",
            "words": "E-mail is down. Nobody can send or receive e-mail. " * 4,
            "before": json.dumps({"state": "queued"}),
            "after": json.dumps({"ref": "N-1", "person": self.person, "name": self.name, "via": self.platform}),
            "hash": secrets.token_hex(32),
        }


def fill(url: str, world: World, service_url: str) -> None:
    """A notice that everybody has on the screen and nobody has acknowledged."""
    crowd.seed(url, world=world, service_url=service_url)
    store = Store(url)
    actor = System(PEOPLE["Sofia Marchetti"].name)
    Desk(store).perform(broadcast.notice(), Event("bench", START, actor, "cli"))
    with store.write() as tx:
        tx.execute(text(SHOWN))
        tx.execute(text(SHOWN_ON_TEAMS))
    store.close()


async def measure(url: str, floor_url: str, world: World, key: rsa.RSAPrivateKey, outside_url: str) -> None:
    """Both platforms on one database: everybody of the one acknowledges, then everybody of the other."""
    dialect = url.partition(":")[0]
    settings = {
        **world.environment(),
        "KEYLINE_DATABASE_URL": url,
        "KEYLINE_TEAMS_OPENID_URL": f"{outside_url}/openid",
    }
    with patch.dict(os.environ, settings):
        house = House(load(Path(os.devnull)), clock=DomainClock(START))
    running = asyncio.create_task(house.courier.run())
    try:
        with house.store.read() as tx:
            readers = [Reader(**row) for row in tx.execute(text(READERS)).mappings()]
        for platform in ("slack", "teams"):
            mine = [one for one in readers if one.platform == platform]
            await _measure(house, world, key, mine, floor_url, f"acks {dialect} {platform}")
    finally:
        await house.courier.stop()
        await asyncio.gather(running, return_exceptions=True)
        await house.close()


async def _measure(
    house: House, world: World, key: rsa.RSAPrivateKey, readers: Sequence[Reader], floor_url: str, name: str
) -> None:
    path = "/slack/events" if readers[0].platform == "slack" else "/api/messages"
    requests = _requests(house, world, key, readers)
    half = len(requests) // 2
    with _floor(world, key, readers, floor_url) as least:
        before, bare = await _answered(least, path, requests[:half])
        gc.collect()
        interpreter.tune()  # as `serve` does when it has started, and, where there are so many people:
        await house.atelier.begin()
        shown, began = house.courier.counts["shown"], time.perf_counter()
        ours, answered = await _answered(house.web, path, requests)
        await house.catch_up()
        followed = time.perf_counter() - began
        after, rest = await _answered(least, path, requests[half:])
    with house.store.read() as tx:
        done = tx.scalar(text(ACKNOWLEDGED), {"platform": readers[0].platform})
        assert done == len(readers), f"{done} of {len(readers)} have acknowledged"
        assert set(tx.scalars(text(BOARD))) == {0}, "the board is behind"
    edits = house.courier.counts["shown"] - shown - 2 * len(readers)
    p50, p99 = statistics.median(ours), sorted(ours)[int(len(ours) * 0.99)]
    say(
        name,
        answered / (bare + rest),
        f"{len(readers):,} presses answered in {answered:.1f} : {bare + rest:.1f} s ({AT_ONCE} at once : the SDK and "
        f"the rows alone), every card and the board right in {followed:.1f} s, {edits} edits of the board; an answer "
        f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} : {statistics.median([*before, *after]) * 1000:.1f} ms",
    )


def _requests(house: House, world: World, key: rsa.RSAPrivateKey, readers: Sequence[Reader]) -> list[presses.Request]:
    """A signed press on Acknowledge of everybody's own card."""
    gallery = Gallery(house.store, house.clock.now, house.settings.msp.name)
    made = []
    for reader in readers:
        card = gallery.draw(Ref.parse(reader.subject), "notice", reader.person)
        assert card is not None
        if reader.platform == "slack":
            made.append(presses.slack(reader, json.loads(json.dumps(blocks.draw(card))), world, "ack"))
        else:
            drawn = json.loads(json.dumps(adaptive.render(card)))
            place = house.installations.open(reader.address)
            made.append(presses.teams(reader, drawn, world, key, "ack", place))
    return made


async def _answered(app: Any, path: str, requests: Sequence[presses.Request]) -> tuple[list[float], float]:
    """Seconds from each press to its answer, so many at once; and of all together."""
    waiting, took, started = iter(requests), [], time.perf_counter()

    async def person() -> None:
        for body, headers in waiting:
            began = time.perf_counter()
            answer = await post(app, path, body, headers)
            took.append(time.perf_counter() - began)
            assert answer.status == 200, answer

    await asyncio.gather(*(person() for _ in range(AT_ONCE)))
    return took, time.perf_counter() - started


@contextmanager
def _floor(world: World, key: rsa.RSAPrivateKey, readers: Sequence[Reader], url: str) -> Iterator[Starlette]:
    """The SDK alone, and the rows of one acknowledgement within its handler."""
    connection, whose = open_floor(url, ACKNOWLEDGEMENT), {(one.org, one.user): one for one in readers}
    now = f"{START.astimezone():%Y-%m-%d %H:%M:%S.%f}"

    def acted(body: Mapping[str, Any]) -> None:
        if "actions" in body:
            reader = whose[body["team"]["id"], body["user"]["id"]]
        else:
            reader = whose[body["channelData"]["tenant"]["id"], body["from"]["aadObjectId"]]
        connection.write(reader.values(f"press:{reader.id}", now))

    try:
        if readers[0].platform == "slack":
            yield peers.bolt(world.signing_secret, acted)
        else:
            yield peers.bare_jwt(key.public_key(), world.app_id, acted)
    finally:
        connection.close()


def run() -> None:
    """SQLite first; PostgreSQL where it is installed."""
    import uvloop

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with outside.running(key.public_key()) as address:
        world = World(cast_of(CLIENTS, CONTACTS), address, address, secret_key=SECRET_KEY)
        seed = partial(fill, world=world, service_url=f"{address}/connector/")
        with databases.sqlite_pair(seed) as (ours, least):
            uvloop.run(measure(ours, least, world, key, address))
        binaries = databases.postgres_binaries()
        if binaries is None:
            print("PostgreSQL is missing, its figures are left out: apt-get install postgresql", flush=True)
            return
        with databases.postgres(binaries) as server, databases.postgres_pair(server, seed) as (ours, least):
            uvloop.run(measure(ours, least, world, key, address))
