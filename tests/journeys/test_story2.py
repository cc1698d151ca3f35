"""Story 2 as it is written, on each platform: what silence did, to the minute of Denver, and what it left behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.cli.theatre import free_port, theatre
from bot.demo.cast import Cast
from bot.demo.stories import silence
from bot.demo.stories.teller import Teller
from tests.journeys.scene import Facts

DENVER = ZoneInfo("America/Denver")


@pytest.mark.parametrize(
    ("url", "cast"),
    [
        pytest.param("sqlite", Cast(everyone="slack"), id="sqlite, everybody on Slack"),
        pytest.param("postgresql", Cast(everyone="teams"), id="postgresql, everybody on Teams"),
    ],
    indirect=["url"],
)
async def test_toms_silence_brings_a_reminder_then_jill_then_sofia_and_at_last_a_no(url: str, cast: Cast) -> None:
    async with (
        theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast) as stage,
        aiohttp.ClientSession() as http,
    ):
        await silence.tell(Teller(stage.world.stage_url, http, lambda moment, who, what: None))
        facts = Facts(stage.house.store)
        first = {"remind_primary": "Tue Jun 9 10:30", "add_backup": "Tue Jun 9 14:30"}
        assert happened(facts, silence.UPS) == first
        assert happened(facts, silence.SCANNER) == first | {
            "remind_both": "Wed Jun 10 10:30",
            "tell_csm": "Wed Jun 10 14:30",
            "expire": "Mon Jun 15 14:30",
        }
        assert [vote.name for vote in facts.votes()] == ["Jill Sandoval"]
        assert [facts.state(title) for title in (silence.UPS, silence.SCANNER)] == ["approved", "expired"]
        for title in (silence.UPS, silence.SCANNER):
            facts.shown(title)
        facts.sound()
        assert stage.doubles["teams"].complaints() == []


def happened(facts: Facts, title: str) -> dict[str, str]:
    """When each rung of a request's ladder was done, on the wall in Denver."""
    rows = facts.rows(
        "SELECT t.deed, t.done_at FROM timer t JOIN approval_request r ON t.subject = 'approval:' || r.id"
        " WHERE r.title = :title AND t.state = 'done' ORDER BY t.position",
        title=title,
    )
    return {row.deed: f"{moment(row.done_at):%a %b %-d %H:%M}" for row in rows}


def moment(stored: Any) -> datetime:
    """A stored instant in Denver."""
    at = datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored
    return at.astimezone(DENVER)
