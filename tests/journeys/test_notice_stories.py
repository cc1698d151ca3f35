"""Stories 4 and 5 as they are written, on each platform, and what they leave behind in the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.cli.theatre import free_port, theatre
from bot.demo.cast import Cast
from bot.demo.stories import broadcast, outage
from bot.demo.stories.teller import Teller
from tests.journeys.scene import Facts

EVERYWHERE = pytest.mark.parametrize(
    ("url", "cast"),
    [
        pytest.param("sqlite", Cast(everyone="slack"), id="sqlite, everybody on Slack"),
        pytest.param("postgresql", Cast(everyone="teams"), id="postgresql, everybody on Teams"),
    ],
    indirect=["url"],
)


@EVERYWHERE
async def test_providence_is_offline_and_everybody_concerned_knows(url: str, cast: Cast) -> None:
    async with told(url, cast, outage) as facts:
        readers = {row.name: row for row in readers_of(facts, outage.TITLE)}
        assert {name: row.state for name, row in readers.items()} == {
            "Dana Whitlock": "relayed",
            "Luis Ortega": "covered",
        }
        relays = facts.rows("SELECT state, number FROM relay ORDER BY number")
        assert [relay.state for relay in relays] == ["posted", "replaced", "replaced", "replaced", "draft"]
        assert [row.what for row in facts.rows("SELECT what FROM notice_update ORDER BY number")] == [
            "no_change",
            "update",
            "update",
            "resolved",
        ]
        states = facts.rows("SELECT kind, state FROM notice ORDER BY created_at")
        assert [(row.kind, row.state) for row in states] == [("outage", "closed"), ("root_cause", "resolved")]


@EVERYWHERE
async def test_late_mail_reaches_five_people_at_three_companies(url: str, cast: Cast) -> None:
    async with told(url, cast, broadcast) as facts:
        readers = {row.name: row for row in readers_of(facts, broadcast.MAIL)}
        assert set(readers) == set(broadcast.READERS)
        assert {row.state for row in readers.values()} == {"acknowledged"}
        assert {name for name, row in readers.items() if row.via == "phone"} == {"Tom Beckett"}


@asynccontextmanager
async def told(url: str, cast: Cast, story: Any) -> AsyncIterator[Facts]:
    """The story, told to its end."""
    async with (
        theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast) as stage,
        aiohttp.ClientSession() as http,
    ):
        await story.tell(Teller(stage.world.stage_url, http, lambda moment, who, what: None))
        facts = Facts(stage.house.store)
        yield facts
        facts.sound()
        assert stage.doubles["teams"].complaints() == []


def readers_of(facts: Facts, title: str) -> list[Any]:
    """The receipts of a notice with whose they are."""
    return facts.rows(
        "SELECT r.*, p.name FROM receipt r JOIN person p ON p.id = r.person_id"
        " JOIN notice n ON n.id = r.notice_id WHERE n.title = :title",
        title=title,
    )
