"""A signed press on Approve, decided, on disk and answered, against Bolt doing nothing plus the same rows in SQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette

from bench import databases, peers
from bench.floor import APPROVAL, open_floor
from bench.harness import Deed, compare, in_turn, post, say
from bench.scene import Scene, scene, seed

CLICKS, WARM_UP = 200, 40
"""With one client: presses of each side, and how many of them are not counted."""
CROWD, CLIENTS = 160, 16
"""Presses of each side with sixteen clients, in four rounds."""
WORDS = {
    "slack": ("click", "signed click, committed, answered : Bolt no-op + the same rows in raw {driver}"),
    "teams": ("teams", "invoke, committed, card redrawn : bare JWT check + the same rows in raw {driver}"),
}
DRIVERS = {"sqlite": "sqlite3, WAL, synchronous=FULL", "postgresql": "psycopg, fsync on"}


async def measure(platform: str, url: str, floor_url: str) -> None:
    """Both figures on one database: one client's p50, and how many clicks sixteen clients get through."""
    dialect = url.partition(":")[0]
    name, words = WORDS[platform]
    compared = words.format(driver=DRIVERS[dialect])
    async with scene(url, platform) as place:
        with floor(place, floor_url) as least:
            ours, theirs = deeds(place, least)
            product, bare = await in_turn(ours[:CLICKS], theirs[:CLICKS], warm_up=WARM_UP)
            compare(f"{name} {dialect}", product, bare, f"one client, {compared}")
            await crowd(f"{name} {dialect} throughput", ours[CLICKS:], theirs[CLICKS:], compared)


def deeds(place: Scene, least: Starlette) -> tuple[list[Deed], list[Deed]]:
    """The same press for every waiting order, ready to be sent to the house and to the floor."""
    path = "/slack/events" if place.platform == "slack" else "/api/messages"
    ours: list[Deed] = []
    theirs: list[Deed] = []
    for one in place.waiting():
        body, headers = place.request(one)
        ours.append(partial(place.press, body, headers))
        theirs.append(partial(post, least, path, body, headers))
    return ours, theirs


@contextmanager
def floor(place: Scene, url: str) -> Iterator[Starlette]:
    """The SDK alone, and the transaction within its handler."""
    connection = open_floor(url, APPROVAL)
    waiting = {f"approval:{one.request}": one for one in place.waiting()}

    def acted(body: Mapping[str, Any]) -> None:
        ref, key = _pressed(body)
        connection.write(waiting[ref].values(key))

    try:
        if place.platform == "slack":
            yield peers.bolt(place.world.signing_secret, acted)
        else:
            yield peers.bare_jwt(place.key.public_key(), place.world.app_id, acted)
    finally:
        connection.close()


def _pressed(body: Mapping[str, Any]) -> tuple[str, str]:
    """(subject, the event's key) of either platform's press."""
    if "actions" in body:
        action = body["actions"][0]
        return action["action_id"].partition(":")[2], f"click:{action['action_ts']}:{action['action_id']}"
    return body["value"]["action"]["data"]["keyline"]["ref"], f"press:{body['replyToId']}"


async def crowd(name: str, ours: list[Deed], theirs: list[Deed], compared: str) -> None:
    """Sixteen clients, each with the next click as soon as the last is answered; the sides take turns in rounds."""
    rates: list[list[float]] = [[], []]
    size = len(ours) // 4
    for start in range(0, size * 4, size):
        for place, side in enumerate((ours, theirs)):
            rates[place].append(await _rate(side[start : start + size]))
    product, bare = (sorted(side)[len(side) // 2] for side in rates)
    say(name, bare / product, f"{product:.0f} : {bare:.0f} clicks a second ({CLIENTS} clients, {compared})")


async def _rate(clicks: list[Deed]) -> float:
    """Clicks a second with everybody clicking at once."""
    waiting = iter(clicks)

    async def client() -> None:
        for click in waiting:
            await click()

    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return len(clicks) / (loop.time() - began)


def run(platform: str = "slack") -> None:
    """SQLite first; PostgreSQL where it is installed."""
    import uvloop

    orders = CLICKS + CROWD
    fill = partial(seed, platform=platform, orders=orders)
    with databases.sqlite_pair(fill) as (ours, least):
        uvloop.run(measure(platform, ours, least))
    binaries = databases.postgres_binaries()
    if binaries is None:
        print("PostgreSQL is missing, its figures are left out: apt-get install postgresql", flush=True)
        return
    with databases.postgres(binaries) as server, databases.postgres_pair(server, fill) as (ours, least):
        uvloop.run(measure(platform, ours, least))
