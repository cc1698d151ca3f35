"""Story 7 as it is written, wherever its people are, and what it leaves behind: a stop, no change, a call to make."""

from __future__ import annotations

import aiohttp
import pytest

from bot.cli.theatre import free_port, theatre
from bot.demo.cast import Cast
from bot.demo.stories import not_me
from bot.demo.stories.teller import Teller
from tests.journeys.scene import Facts


@pytest.mark.parametrize(
    ("url", "cast"),
    [
        pytest.param("sqlite", Cast(), id="sqlite, as the cast is"),
        pytest.param("sqlite", Cast(everyone="teams"), id="sqlite, everybody on Teams"),
        pytest.param("postgresql", Cast(everyone="slack"), id="postgresql, everybody on Slack"),
        pytest.param(
            "postgresql",
            Cast(moved={"Dana Whitlock": ("slack", "teams"), "Hannah Cole": ("teams",)}),
            id="postgresql, the voices apart",
        ),
    ],
    indirect=["url"],
)
async def test_dana_stops_what_was_asked_in_her_name_wherever_she_is(url: str, cast: Cast) -> None:
    said: list[str] = []

    def say(moment: str, who: str, what: str) -> None:
        said.append(f"{moment} {who} {what}")

    async with (
        theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast) as stage,
        aiohttp.ClientSession() as http,
    ):
        await not_me.tell(Teller(stage.world.stage_url, http, say))
        facts = Facts(stage.house.store)
        assert facts.state(not_me.REQUEST) == "withdrawn"
        assert [vote.name for vote in facts.votes()] == ["Priya Raman"], "one voice was not enough"
        assert len(facts.journal("approval.disown")) == 1
        assert len(facts.journal("refused.Approve")) == 1, "the subject cannot decide"
        about = "SELECT t.kind, t.state FROM task t JOIN approval_request r ON t.subject = 'approval:' || r.id"
        tasks = {row.kind: row.state for row in facts.rows(f"{about} WHERE r.title = :title", title=not_me.REQUEST)}
        assert tasks == {"call_back": "done", "disowned": "open"}
        facts.shown(not_me.REQUEST)
        facts.sound()
        assert stage.doubles["teams"].complaints() == []
    assert any("Wed Jun 10 15:20 Dana Whitlock presses I didn't ask for this" in line for line in said)
