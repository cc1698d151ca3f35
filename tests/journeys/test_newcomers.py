"""Somebody whom the directory does not know asks for something: a colleague becomes known by name, a stranger never."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation import Press
from bot.demo.cast import BY_KEY
from tests.journeys.scene import Json, Scene, buttons, scene

NORA, THEO, SOFIA = "Nora Blake", "Theo Lang", "Sofia Marchetti"
PURCHASE = {
    "What is needed": "A label printer",
    "Why": "The files in the archive have no labels.",
    "Category": "Printers",
    "Vendor": "Tidewater Supply",
    "Item": "Label printer",
    "How many": "1",
    "Price of one": "129.00",
}
ACCESS = {
    "What is needed": "Shift plans for Theo",
    "Why": "I plan the late shift now.",
    "Kind of change": "Folder access",
    "Whose access": THEO,
    "To what": "Toledo/Shifts",
    "Access now": "None",
    "Access afterwards": "Read and write",
    "Until": "2026-07-31",
    "Until, time": "17:00",
}


@pytest.mark.parametrize(
    ("url", "words"), [("sqlite", "/keyline request"), ("postgresql", "request")], indirect=["url"]
)
async def test_an_employee_new_to_the_house_asks_on_slack_and_is_known_by_name(url: str, words: str) -> None:
    async with scene(url) as it:
        await _ask(it, NORA, words, "Ask for a purchase", PURCHASE)
        await _passed_on(it, NORA, "A label printer", "Marlow & Finch LLP", to="Dana Whitlock")


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_an_employee_new_to_the_house_asks_on_teams_and_is_known_by_name(url: str) -> None:
    async with scene(url) as it:
        await _ask(it, THEO, "request", "Ask for access", ACCESS)
        card = it.card(SOFIA, "Shift plans for Theo")
        assert "Until" in card["text"] and "Fri Jul 31, 5:00 PM EDT" in card["text"]
        await _passed_on(it, THEO, "Shift plans for Theo", "Northgate Fabrication", to="Marcus Hale")


async def _ask(it: Scene, who: str, words: str, button: str, form: Json) -> None:
    assert _known(it, who) == []
    await it.on(who).say(who, words)
    await it.quiet()
    (page,) = [one for one in it.on(who).screen(who) if "What do you need?" in one["text"]]
    assert _known(it, who) == [who]
    answer = await it.on(who).press(who, page["message"], button, form)
    assert answer["status"] == 200, answer
    await it.quiet()


async def _passed_on(it: Scene, who: str, title: str, company: str, *, to: str) -> None:
    """The CSM first, then the key contact; the newcomer follows it all."""
    (asked,) = it.cards(SOFIA, title)
    assert f"{who} at {company}" in asked["text"]
    assert it.cards(to, title) == []
    assert (await it.on(SOFIA).press(SOFIA, asked["message"], "Send to key contacts"))["status"] == 200
    await it.quiet()
    assert "Approve" in buttons(it.card(to, title))
    assert who in it.card(to, title)["text"]
    own = it.card(who, title)
    assert "You asked for this" in own["text"] and "Approve" not in buttons(own)
    it.facts.shown(title)
    it.facts.sound()


def _known(it: Scene, who: str) -> list[str]:
    return [row.name for row in it.facts.rows("SELECT name FROM person WHERE name = :name", name=who)]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_nobody_becomes_known_by_anything_but_asking(url: str) -> None:
    async with scene(url) as it:
        for who in (NORA, THEO):
            for words in ("waiting", "contacts", "help", "hello"):
                await it.on(who).say(who, words)
            await it.quiet()
            assert any("do not know this account" in one["text"] for one in it.on(who).screen(who))
            assert _known(it, who) == []


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_a_stranger_of_another_workspace_becomes_nobody(url: str) -> None:
    async with scene(url) as it:
        people = it.facts.count("person")
        for at, (platform, org) in enumerate((("slack", "T0ELSEWHERE"), ("slack", BY_KEY["harbor"].team))):
            for press in _requests(platform, org, f"U0MALLORY{at}"):
                answer = await it.stage.house.conversation.press(press)
                assert answer.form is None and answer.card is None
                assert "do not know this account" in answer.say
        assert it.facts.count("person") == people


def _requests(platform: Any, org: str, user: str) -> list[Press]:
    word = Press(f"{org}:word", platform, org, user, "say", words="request", name="Dana Whitlock")
    button = replace(word, key=f"{org}:button", verb="request:access", words="")
    return [word, button, replace(button, key=f"{org}:form", inputs={"title": "Let me in"})]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_request_from_a_workspace_nobody_serves_is_turned_away_at_the_door(url: str) -> None:
    async with scene(url) as it:
        people = it.facts.count("person")
        fields = {
            "command": "/keyline",
            "text": "request",
            "team_id": "T0ELSEWHERE",
            "user_id": "U0MALLORY",
            "user_name": "dana.whitlock",
            "trigger_id": "1.2.x",
            "response_url": f"{it.bot}/nowhere",
        }
        assert (await it.slack.wire.form(fields)).status == 401
        said = it.teams.activity(THEO, "message", text="request")
        said["channelData"] = {"tenant": {"id": "00000000-0000-4000-8000-00000000dead"}}
        said["conversation"] |= {"tenantId": "00000000-0000-4000-8000-00000000dead"}
        assert (await it.teams.deliver(said)).status == 401
        assert it.facts.count("person") == people
