"""Story 1 as it is written, wherever its people are; and a person on both platforms, whose copies are one card."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.cli.theatre import free_port, theatre
from bot.demo.cast import BY_KEY, PEOPLE, Cast
from bot.demo.stories import laptops
from bot.demo.stories.teller import Teller
from tests.journeys.scene import Facts, Scene, buttons, scene

AS_IT_IS = Cast()
APART = Cast(moved={"Dana Whitlock": ("slack",), "Priya Raman": ("teams",)})
BOTH = Cast(moved={"Dana Whitlock": ("slack", "teams")})

DANA = "Dana Whitlock"


@pytest.mark.parametrize(
    ("url", "cast"),
    [
        pytest.param("sqlite", AS_IT_IS, id="sqlite, as the cast is"),
        pytest.param("sqlite", Cast(everyone="teams"), id="sqlite, everybody on Teams"),
        pytest.param("postgresql", Cast(everyone="slack"), id="postgresql, everybody on Slack"),
        pytest.param("postgresql", APART, id="postgresql, two voices on two platforms"),
        pytest.param("postgresql", BOTH, id="postgresql, a voice on both platforms"),
    ],
    indirect=["url"],
)
async def test_two_voices_approve_the_laptops_wherever_they_are(url: str, cast: Cast) -> None:
    said: list[str] = []

    def say(moment: str, who: str, what: str) -> None:
        said.append(f"{moment} {who} {what}")

    async with (
        theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast) as stage,
        aiohttp.ClientSession() as http,
    ):
        await laptops.tell(Teller(stage.world.stage_url, http, say))
        facts = Facts(stage.house.store)
        assert [vote.name for vote in facts.votes()] == [DANA, "Priya Raman"]
        assert facts.state(laptops.ORDER) == "approved"
        assert len(facts.journal("approval.approve")) == 2
        assert [entry.identity for entry in facts.journal("refused.Approve")] == [_identity(cast, "Hannah Cole")]
        facts.shown(laptops.ORDER)
        facts.sound()
        assert stage.doubles["teams"].complaints() == []
    assert any("Mon Jun 8 13:40 Priya Raman presses Approve" in line for line in said)


def _identity(cast: Cast, name: str) -> str:
    player = PEOPLE[name]
    company = BY_KEY[player.company]
    if cast.places(player)[0] == "slack":
        return f"slack/{company.team}/{player.user}"
    return f"teams/{company.tenant}/{player.aad}"


@pytest.mark.parametrize(
    ("url", "pressed", "other"),
    [("sqlite", "slack", "teams"), ("postgresql", "teams", "slack")],
    indirect=["url"],
)
async def test_either_copy_of_a_person_on_both_platforms_closes_both(url: str, pressed: str, other: str) -> None:
    async with scene(url, BOTH) as it:
        await it.raise_("One toner")
        for platform in ("slack", "teams"):
            assert "Approve" in buttons(it.card(DANA, "One toner", platform))
        late = await it.click(DANA, "One toner", platform=other)
        await _press(it, pressed, "One toner", "Approve")
        assert [(vote.name, vote.channel) for vote in it.facts.votes()] == [(DANA, pressed)]
        _both_say(it, "One toner", "You approved this on", "Approved")
        assert await late.send() == 200
        await it.quiet()
        assert len(it.facts.votes()) == 1
        _both_say(it, "One toner", "You approved this on", "Approved")
        it.facts.shown("One toner")
        it.facts.sound()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_half_of_two_voices_shows_alike_on_both_platforms(url: str) -> None:
    async with scene(url, BOTH, order=True) as it:
        await _press(it, "teams", laptops.ORDER, "Approve")
        _both_say(it, laptops.ORDER, "You approved · 1 of 2", "Waiting for Priya Raman")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_no_on_one_platform_ends_the_other_copy_too(url: str) -> None:
    async with scene(url, BOTH) as it:
        await it.raise_("One toner")
        await _press(it, "slack", "One toner", "Reject", {"Why not?": "We still have two."})
        assert it.facts.state("One toner") == "rejected"
        _both_say(it, "One toner", "You rejected", "We still have two.")


async def _press(it: Scene, platform: str, title: str, label: str, inputs: dict[str, Any] | None = None) -> None:
    message = it.card(DANA, title, platform)["message"]
    answer = await it.on(DANA, platform).press(DANA, message, label, inputs)
    assert answer["status"] == 200, answer
    await it.quiet()


def _both_say(it: Scene, title: str, *words: str) -> None:
    found = [it.card(DANA, title, platform) for platform in ("slack", "teams")]
    for copy in found:
        assert all(word in copy["text"] for word in words), copy["text"]
        assert not {"Approve", "Reject"} & buttons(copy)
