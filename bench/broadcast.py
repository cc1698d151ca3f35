"""A notice to ten thousand contacts: the time to commit it, and how fast it goes out against bare loops of the SDKs."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import quote

import aiohttp
from cryptography.hazmat.primitives.asymmetric import rsa
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bench import crowd, databases, outside
from bench.harness import post, say
from bench.presses import slack as slack_press
from bench.scene import SECRET_KEY
from bot import interpreter
from bot.app import House
from bot.cards.gallery import Gallery
from bot.demo.cast import PEOPLE, Cast
from bot.demo.crowd import crowd as cast_of
from bot.demo.world import START, World
from bot.pace import FOR_CLICKS, SLACK_POSTS_PER_WORKSPACE, TEAMS_PER_TENANT
from bot.platform import Account
from bot.settings import load
from bot.slack import blocks
from bot.teams import adaptive
from bot.teams.messenger import card_message
from handlers.commands import Event, RaiseNotice, Ref, System
from schedules.clock import DomainClock
from storage.tables.types import Instant

CLIENTS, CONTACTS = 2_500, 4
AT_ONCE = 100
"""Connections of one aiohttp session: its default, which the house's sessions have too."""
SHARE, ROUNDS = 1_000, 3
"""So many of the messages the bare loop sends before and after the courier sends all, and that so many times."""


CROWDED = SLACK_POSTS_PER_WORKSPACE[0].limit - FOR_CLICKS["slack.post"] + 1
"""Contacts of one company where the limits hold: they fill a minute of Slack's, and one is left for the next."""
LIMITS = {"slack": SLACK_POSTS_PER_WORKSPACE[0], "teams": TEAMS_PER_TENANT[0]}
SHOWN = """
SELECT i.platform, d.reached_at FROM delivery d JOIN identity i ON i.id = d.identity_id
WHERE d.subject = :subject AND d.purpose = 'notice' AND d.state = 'settled'
"""
BETWEEN_CLICKS, MOST_CLICKS = 0.05, 200
"""Seconds; and how many acknowledge while a second notice goes out, and as many again afterwards."""
OWED = """
SELECT d.person_id, i.platform, i.org, i."user", i.address FROM delivery d JOIN identity i ON i.id = d.identity_id
WHERE d.subject = :subject AND d.purpose = 'notice' ORDER BY d.id LIMIT :most
"""


@dataclass(frozen=True)
class Message:
    """One card ready to be sent: what the bare loop is given."""

    account: Account
    token: str
    drawn: Any
    summary: str


class Presser(NamedTuple):
    """Who presses."""

    org: str
    user: str
    request: str


def notice() -> RaiseNotice:
    """A made-up outage of everybody's mail."""
    return RaiseNotice(
        kind="outage",
        clients=("all",),
        severity=1,
        services="E-mail",
        impact="Nobody can send or receive e-mail.",
        workaround="Use the phone and chat meanwhile.",
        send=True,
    )


async def measure(url: str, world: World, dialect: str, outside_url: str) -> None:
    """Commits and sends one broadcast; prints what it took."""
    environment = {
        **world.environment(),
        "KEYLINE_DATABASE_URL": url,
        "KEYLINE_TEAMS_OPENID_URL": f"{outside_url}/openid",
    }
    with patch.dict(os.environ, environment):
        house = House(load(Path(os.devnull)), clock=DomainClock(START))
    try:
        began = time.perf_counter()
        actor = System(PEOPLE["Sofia Marchetti"].name)
        outcome = await asyncio.to_thread(house.desk.perform, notice(), Event("bench", START, actor, "cli"))
        committed = time.perf_counter() - began
        print(f"broadcast {dialect}: {CLIENTS * CONTACTS:,} receipts committed in {committed:.2f} s", flush=True)
        assert outcome.ref is not None
        messages = _drawn(house, world, outcome.ref)
        gc.collect()
        interpreter.tune()  # as `serve` does when it has started, and, where there are so many people:
        await house.atelier.begin()
        ratios, speeds = [], []
        before = await _bare(house, messages)
        for number in range(ROUNDS):
            if number:
                again = Event(f"bench {number}", START, actor, "cli")
                await asyncio.to_thread(house.desk.perform, notice(), again)
            began = time.perf_counter()
            sent = await house.courier.drain(patience=600)
            ours = sent / (time.perf_counter() - began)
            after = await _bare(house, messages)
            ratios.append(2 * ours / (before + after))
            speeds.append(f"{ours:.0f} : {(before + after) / 2:.0f}")
            before = after
        assert house.courier.counts["shown"] >= ROUNDS * CLIENTS * CONTACTS, house.courier.counts
        say(
            f"broadcast {dialect}",
            statistics.median(ratios),
            f"median of {', '.join(speeds)} messages a second (courier, {AT_ONCE} at once, half Slack and half Teams : "
            "bare loop of the same SDK clients and sessions, before and after, cards drawn beforehand)",
        )
        await _clicks(house, world, dialect, messages)
    finally:
        await house.courier.abandon()
        await house.close()


async def measure_paced(url: str, world: World, dialect: str, outside_url: str) -> None:
    """Sends one broadcast to one big company on each platform, which enforce their limits; prints the speeds."""
    environment = {
        **world.environment(),
        "KEYLINE_DATABASE_URL": url,
        "KEYLINE_TEAMS_OPENID_URL": f"{outside_url}/openid",
    }
    with patch.dict(os.environ, environment):
        house = House(load(Path(os.devnull)), clock=DomainClock(START))
    try:
        actor = System(PEOPLE["Sofia Marchetti"].name)
        outcome = await asyncio.to_thread(house.desk.perform, notice(), Event("bench", START, actor, "cli"))
        gc.collect()
        interpreter.tune()  # as `serve` does when it has started
        await house.courier.drain(patience=600)
        with house.store.read() as tx:
            rows = tx.execute(text(SHOWN).columns(reached_at=Instant()), {"subject": str(outcome.ref)}).all()
        for platform, limit in LIMITS.items():
            at = sorted(row.reached_at for row in rows if row.platform == platform)
            assert len(at) == CROWDED, f"{len(at)} of {CROWDED} shown on {platform}"
            speed, most = (len(at) - 1) / (at[-1] - at[0]).total_seconds(), limit.limit / limit.seconds
            say(
                f"broadcast {dialect} {platform}, limited",
                speed / most,
                f"{speed:.2f} : {most:.2f} messages a second into one workspace or tenant (courier : what the platform "
                f"allows), {house.courier.counts['later']} times told to wait",
            )
    finally:
        await house.courier.abandon()
        await house.close()


async def _clicks(house: House, world: World, dialect: str, messages: Sequence[Message]) -> None:
    """People acknowledge the first notice, one after the other: while a second one goes out to everybody, and after."""
    presses = iter([one for one in messages if one.account.platform == "slack"])

    async def press() -> float:
        one = next(presses)
        body, headers = slack_press(
            Presser(one.account.org, one.account.user, one.account.user), one.drawn, world, "ack"
        )
        began = time.perf_counter()
        await post(house.web, "/slack/events", body, headers)
        return time.perf_counter() - began

    await press()  # whoever comes first pays for what is loaded late
    actor = System(PEOPLE["Sofia Marchetti"].name)
    await asyncio.to_thread(house.desk.perform, notice(), Event("bench again", START, actor, "cli"))
    sending = asyncio.create_task(house.courier.drain(patience=600))
    meanwhile: list[float] = []
    while not sending.done() and len(meanwhile) < MOST_CLICKS:
        meanwhile.append(await press())
        await asyncio.sleep(BETWEEN_CLICKS)
    await sending
    alone = [await press() for _ in meanwhile]
    await house.courier.drain(patience=600)
    p99, usual = sorted(meanwhile)[int(len(meanwhile) * 0.99)], statistics.median(alone)
    say(
        f"broadcast {dialect} click meanwhile",
        p99 / usual,
        f"p99 {p99 * 1000:.0f} ms of {len(meanwhile)} clicks on Acknowledge while 10,000 messages go out : median "
        f"{usual * 1000:.0f} ms of the same while nothing else is to be done",
    )


def _drawn(house: House, world: World, ref: Ref) -> list[Message]:
    """Some of the messages of the broadcast, drawn."""
    made, gallery = [], Gallery(house.store, house.clock.now, house.settings.msp.name)
    for row in _owed(house, ref)[:SHARE]:
        card = gallery.draw(ref, "notice", row.person_id)
        assert card is not None
        account = Account(row.platform, row.org, row.user, house.installations.open(row.address))
        token = "" if row.platform == "teams" else f"xoxb-play-{row.org[2:].lower()}-{world.token_part}"
        drawn = blocks.draw(card) if row.platform == "slack" else card_message(adaptive.render(card), card.summary)
        made.append(Message(account, token, json.loads(json.dumps(drawn)), card.summary))
    return made


def _owed(house: House, ref: Ref) -> Sequence[Any]:
    with house.store.read() as tx:
        return tx.execute(text(OWED), {"subject": str(ref), "most": SHARE}).all()


async def _bare(house: House, messages: Sequence[Message]) -> float:
    """Messages a second of the SDKs alone, as many at once as the courier sends; they write the JSON themselves."""
    queue = iter(messages)
    async with aiohttp.ClientSession() as session:

        @cache
        def client(token: str) -> AsyncWebClient:
            url = f"{(house.settings.slack.api_url or '').rstrip('/')}/"
            found = AsyncWebClient(token, base_url=url, session=session, retry_handlers=[])
            found.proxy = None
            return found

        async def lane() -> None:
            for one in queue:
                if one.account.platform == "slack":
                    channel = one.account.address["channel"]
                    await client(one.token).chat_postMessage(channel=channel, text=one.summary, blocks=one.drawn)
                else:
                    where = one.account.address
                    url = f"{where['service_url']}v3/conversations/{quote(where['conversation'], safe='')}/activities"
                    async with session.post(url, json=one.drawn, headers={"authorization": "Bearer bench"}) as answer:
                        await answer.json()

        began = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
        took = time.perf_counter() - began
    return len(messages) / took


def run() -> None:
    """Without limits and with them; SQLite first, PostgreSQL where it is installed."""
    _run(measure, cast_of(CLIENTS, CONTACTS), paced=False)
    _run(measure_paced, cast_of(2, CROWDED), paced=True)


def _run(measured: Callable[[str, World, str, str], Coroutine[Any, Any, None]], cast: Cast, *, paced: bool) -> None:
    import uvloop

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with outside.running(key.public_key(), paced=paced) as address:
        world = World(cast, address, address, secret_key=SECRET_KEY)
        fill = partial(crowd.seed, world=world, service_url=f"{address}/connector/")
        with databases.sqlite_pair(fill) as (ours, _):
            uvloop.run(measured(ours, world, "sqlite", address))
        binaries = databases.postgres_binaries()
        if binaries is None:
            print("PostgreSQL is missing, its figures are left out: apt-get install postgresql", flush=True)
            return
        with databases.postgres(binaries) as server:
            ours = server.empty()
            fill(ours)
            uvloop.run(measured(ours, world, "postgresql", address))
