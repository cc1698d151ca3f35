"""A notice to a crowd on both platforms while they limit, refuse and drop calls: nobody is forgotten or told twice.

`KEYLINE_CROWD=300` makes it as many clients, of four contacts each.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.demo.crowd import crowd
from tests.journeys.bots import Bots, bots
from tests.journeys.scene import Click, edits, until

CLIENTS, CONTACTS = int(os.environ.get("KEYLINE_CROWD", "24")), 4
TITLE = "E-mail is down"
UNINSTALLED, NEVER_MET = "Client0001", "Cleo Client0002"
UNDER_WAY = "('owed', 'sending', 'unsure')"
FAULTS = (
    {"kind": "ratelimited", "fraction": 0.1, "seed": 1, "retry_after": 1},
    {"kind": "drop_before_store", "fraction": 0.005, "seed": 2},
    {"kind": "drop_after_store", "fraction": 0.005, "seed": 3},
)
AT_ONCE = 16
"""So many presses are under way at a time."""
TRIES = 4
ON = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


@ON
@pytest.mark.timeout(600)
async def test_everybody_who_can_be_reached_is_told_and_who_cannot_is_named(url: str, tmp_path: Path) -> None:
    async with bots(url, tmp_path, crowd(CLIENTS, CONTACTS), met=everybody()) as it:
        misbehave(it)
        await raise_notice(it)
        first = await an_acknowledgement_meanwhile(it)
        await everything_sent(it)
        told = copies(it)
        readers = it.facts.rows("SELECT r.*, p.name FROM receipt r JOIN person p ON p.id = r.person_id")
        unreached = {row.name: row.reason for row in readers if row.state == "undeliverable"}
        lost = {f"{name} {UNINSTALLED}" for name in ("Ada", "Bo", "Cleo", "Dov")} | {NEVER_MET}
        assert set(unreached) == lost
        assert all(unreached.values()), "each with a reason"
        assert {row.name for row in readers} - lost == set(told), "and everybody else has the card"
        again = sum(row.repeats for row in it.facts.rows("SELECT repeats FROM delivery WHERE purpose = 'notice'"))
        assert sum(told.values()) - len(told) <= again, "a second copy only where nobody knew of the first"
        assert first.state == "acknowledged"
        it.facts.sound()


@ON
@pytest.mark.timeout(600)
async def test_a_death_in_the_midst_repeats_only_what_was_in_flight(url: str, tmp_path: Path) -> None:
    async with bots(url, tmp_path, crowd(CLIENTS, CONTACTS), met=everybody()) as it:
        it.doom("sent", CLIENTS * CONTACTS // 2)
        await raise_notice(it)
        await it.died()
        in_flight = it.facts.rows("SELECT id FROM delivery WHERE purpose = 'notice' AND state = 'sending'")
        await it.start()
        await everything_sent(it)
        told = copies(it)
        readers = it.facts.rows("SELECT p.name FROM receipt r JOIN person p ON p.id = r.person_id")
        assert {row.name for row in readers} - set(told) == {NEVER_MET}
        twice = [name for name, many in told.items() if many > 1]
        assert len(twice) <= len(in_flight)
        assert max(told.values()) <= 2
        it.facts.sound()


@ON
@pytest.mark.timeout(600)
async def test_everybody_acknowledges_at_once_and_nobody_elses_card_is_touched(url: str, tmp_path: Path) -> None:
    async with bots(url, tmp_path, crowd(CLIENTS, CONTACTS), met=everybody()) as it:
        await raise_notice(it)
        await everything_sent(it)
        readers = sorted(copies(it))
        own = {name: it.cards(name, TITLE)[0] for name in readers}
        clicks = [await it.click(name, TITLE, "Acknowledge", card=own[name]) for name in readers]
        before, began, at_once = edits(it), time.monotonic(), asyncio.Semaphore(AT_ONCE)

        async def press(click: Click) -> None:
            async with at_once:
                for _ in range(TRIES):  # a platform hands a press on again that was not answered in three seconds
                    if await click.send() == 200:
                        return
            raise AssertionError("never answered")

        await asyncio.gather(*(press(click) for click in clicks))
        await it.quiet()

        seconds = time.monotonic() - began
        changed = edits(it) - before
        (board,) = (one for one in it.cards("Sofia Marchetti", TITLE) if "acknowledged" in one["text"])
        assert f"{len(readers)} of {len(readers) + 1} acknowledged" in board["text"], "one has never opened the app"
        theirs, boards = (named(it, purpose) for purpose in ("notice", "board"))
        assert {changed.pop(message) for message in theirs} == {1}, "each by its own reader's click"
        assert len(theirs) == len(readers)
        assert set(changed) == boards
        most = max(changed.values())
        assert most <= seconds + 2, f"a board is drawn once a second at most, not {most} times in {seconds:.1f} s"
        it.facts.sound()


def everybody() -> set[str]:
    """Whoever has opened the app on Teams."""
    return {player.name for player in crowd(CLIENTS, CONTACTS).players} - {NEVER_MET}


def misbehave(it: Bots) -> None:
    """Both platforms; and in one workspace our app is gone."""
    for fault in FAULTS:
        it.slack.fault(dict(fault))
        it.teams.fault(dict(fault))
    it.slack.fault({"kind": "account_inactive", "team": it.world.cast.by_key["c1"].team})


async def raise_notice(it: Bots) -> None:
    """Through the REST API, as the provider's monitoring would."""
    body = {"kind": "outage", "clients": "all", "severity": 1, "services": "E-mail", "title": TITLE}
    status, answer = await it.rest("POST", "/notices", body | {"impact": "Nobody can send or receive e-mail."})
    assert status == 201, answer


async def an_acknowledgement_meanwhile(it: Bots) -> Any:
    """The first who has the card presses Acknowledge while others are still being told."""
    reader = "Ada Client0003"
    await until(lambda: it.cards(reader, TITLE), "the card of the first")
    click = await it.click(reader, TITLE, "Acknowledge", card=it.cards(reader, TITLE)[0])
    assert await click.send() == 200
    (row,) = it.facts.rows(
        "SELECT r.state FROM receipt r JOIN person p ON p.id = r.person_id WHERE p.name = :name", name=reader
    )
    return row


async def everything_sent(it: Bots) -> None:
    for _ in range(20):
        await it.quiet()
        if not it.facts.rows(
            "SELECT 1 FROM delivery WHERE state IN ('owed', 'sending', 'unsure') AND purpose = 'notice'"
        ):
            return
        await asyncio.sleep(1)


def named(it: Bots, purpose: str) -> set[str]:
    """What the platforms call the messages of this purpose."""
    rows = it.facts.rows(
        "SELECT message FROM delivery WHERE purpose = :purpose AND message IS NOT NULL", purpose=purpose
    )
    kept = [json.loads(row.message) if isinstance(row.message, str) else row.message for row in rows]
    return {message.get("ts") or message["activity"] for message in kept}


def copies(it: Bots) -> Counter[str]:
    """How many cards about it each person has on the screen."""
    found: Counter[str] = Counter()
    for double in (it.slack, it.teams):
        for person in double.people():
            found[person["name"]] += sum(one["text"].startswith(TITLE) for one in double.screen(person["name"]))
    return Counter({name: many for name, many in found.items() if many and "Client" in name})
