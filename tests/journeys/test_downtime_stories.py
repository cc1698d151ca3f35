"""The stories of downtimes as they are written, on each platform, and what they leave behind in the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.cli.theatre import free_port, theatre
from bot.demo.cast import Cast
from bot.demo.stories import autumn, law_firm, oceans
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
async def test_two_offices_an_ocean_apart_agree_on_a_time_and_it_is_kept(url: str, cast: Cast) -> None:
    async with told(url, cast, oceans) as facts:
        (row,) = facts.rows("SELECT d.*, p.name AS who FROM downtime d JOIN person p ON p.id = d.decided_by")
        assert (row.state, row.life, row.who, row.revision) == ("accepted", "completed", "Marcus Hale", 1)
        assert said(facts) == [(1, "object", "Anja Vogel"), (2, "ok", "Anja Vogel")]
        notes = facts.rows(
            "SELECT r.*, p.name FROM relay r JOIN person p ON p.id = r.person_id ORDER BY r.number, p.name"
        )
        assert [(note.name, note.state, bool(note.edited)) for note in notes] == [
            ("Anja Vogel", "posted", True),
            ("Marcus Hale", "posted", False),
            ("Anja Vogel", "over", False),
            ("Marcus Hale", "over", False),
        ]
        for what in ("agree", "start", "extend", "finish", "complete"):
            assert len(facts.journal(f"downtime.{what}")) == 1, what


@EVERYWHERE
async def test_a_law_firm_gets_the_time_that_suits_it_better(url: str, cast: Cast) -> None:
    async with told(url, cast, law_firm) as facts:
        (row,) = facts.rows("SELECT d.*, p.name AS who FROM downtime d JOIN person p ON p.id = d.decided_by")
        assert (row.life, row.who, row.revision) == ("completed", "Dana Whitlock", 3)
        windows = facts.rows("SELECT revision, side, state FROM offered_window ORDER BY revision")
        assert [tuple(window) for window in windows] == [
            (1, "provider", "dropped"),
            (2, "client", "dropped"),
            (3, "provider", "chosen"),
        ]
        notes = facts.rows("SELECT r.state, p.name FROM relay r JOIN person p ON p.id = r.person_id ORDER BY p.name")
        assert [tuple(note) for note in notes] == [("informed", "Dana Whitlock"), ("posted", "Luis Ortega")]


@EVERYWHERE
async def test_the_week_in_which_only_one_office_has_changed_its_clocks(url: str, cast: Cast) -> None:
    async with told(url, cast, autumn) as facts:
        (row,) = facts.rows("SELECT * FROM downtime")
        assert (row.side, row.life) == ("client", "completed")
        assert moment(row.ends_at) - moment(row.starts_at) == timedelta(hours=2)
        assert moment(row.starts_at) == datetime(2026, 10, 28, 0, 0, tzinfo=UTC)


def moment(stored: Any) -> datetime:
    """A moment as either database gives it."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored.astimezone(UTC)


@asynccontextmanager
async def told(url: str, cast: Cast, story: Any) -> AsyncIterator[Facts]:
    """The story, told from its own beginning to its end."""
    async with (
        theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast, order=False, start=story.BEGINS) as stage,
        aiohttp.ClientSession() as http,
    ):
        await story.tell(Teller(stage.world.stage_url, http, lambda moment, who, what: None))
        facts = Facts(stage.house.store)
        yield facts
        facts.sound()
        assert stage.doubles["teams"].complaints() == []


def said(facts: Facts) -> list[tuple[int, str, str]]:
    """What offices said: the time's number, the verdict, who."""
    sql = (
        "SELECT a.number, a.verdict, p.name FROM window_answer a JOIN person p ON p.id = a.person_id "
        "ORDER BY a.number, a.id"
    )
    return [(row.number, row.verdict, row.name) for row in facts.rows(sql)]
