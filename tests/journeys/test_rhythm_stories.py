"""Stories 3 and 9 as they are written, on each platform, and what they leave behind in the store."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.cli.theatre import free_port, theatre
from bot.demo.cast import Cast
from bot.demo.stories import check_in, monday
from bot.demo.stories.teller import Teller
from handlers.mechanisms.reports.figures import percent
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
async def test_three_reports_go_out_on_monday_and_one_is_corrected(url: str, cast: Cast) -> None:
    async with told(url, cast, monday) as facts:
        reports = facts.rows(
            "SELECT c.slug, r.number, r.state, r.released_by, r.figures FROM report r"
            " JOIN client c ON c.id = r.client_id WHERE r.period = '2026-W24' ORDER BY c.slug, r.number"
        )
        assert [(row.slug, row.number, row.state, row.released_by) for row in reports] == [
            ("cedar-ridge", 1, "released", ""),
            ("marlow-finch", 1, "reviewed", ""),
            ("northgate", 1, "superseded", "Sofia Marchetti"),
            ("northgate", 2, "reviewed", "Sofia Marchetti"),
        ]
        kept = reports[1].figures
        figures = json.loads(kept) if isinstance(kept, str) else kept
        counted = [figures[name] for name in ("backlog_start", "opened", "closed", "backlog_end")]
        assert counted == [23, 14, 17, 20] and figures["aging"] == [8, 5, 4, 2, 1]
        assert [percent(figures[name]["met"], figures[name]["of"]) for name in ("response", "resolution")] == [
            "92.9",
            "94.1",
        ]
        assert percent(figures["csat"]["good"], figures["csat"]["answers"]) == "88.9"


@EVERYWHERE
@pytest.mark.timeout(400)  # six weeks of edits, of which Slack takes fifty a real minute
async def test_a_check_in_is_held_and_an_amber_client_is_met_more_often(url: str, cast: Cast) -> None:
    async with told(url, cast, check_in) as facts:
        talks = facts.rows(
            "SELECT t.ref, t.state, c.slug FROM touchpoint t JOIN client c ON c.id = t.client_id"
            " WHERE t.kind = 'check_in' AND c.slug = 'marlow-finch' ORDER BY t.due_on"
        )
        assert [(row.ref, row.state) for row in talks[:2]] == [("T-1", "closed"), ("T-4", "confirmed")]
        rhythm = facts.rows("SELECT kind, every, confirmed_by FROM cadence ORDER BY kind")
        assert [(row.kind, row.every, row.confirmed_by) for row in rhythm] == [
            ("pulse", "7 days", "Ben Okafor"),
            ("vcio_meeting", "1 month", "Ben Okafor"),
        ]
        assert [row.state for row in facts.rows("SELECT state FROM action_item")] == ["open"]


@asynccontextmanager
async def told(url: str, cast: Cast, story: Any) -> AsyncIterator[Facts]:
    """The story, told to its end."""
    async with (
        theatre(
            url,
            bot_port=free_port(),
            stage_port=free_port(),
            cast=cast,
            order=False,
            start=story.BEGINS,
            tickets=True,
        ) as stage,
        aiohttp.ClientSession() as http,
    ):
        await story.tell(Teller(stage.world.stage_url, http, lambda moment, who, what: None))
        facts = Facts(stage.house.store)
        yield facts
        facts.sound()
        assert [double.complaints() for double in stage.doubles.values() if hasattr(double, "complaints")] == [[]]
