"""Everybody clicks at once, twice, and the platform repeats every click: still one decision, and every card says it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.demo.cast import PEOPLE, Cast
from handlers.commands import Grant
from tests.journeys.scene import Click, Scene, buttons, edits, scene

TITLE = "Two servers' worth of toner"
DECIDERS = ("Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega")
CLICKS = 2
DELIVERIES = 3
"""Of each click: a platform that heard no answer sends the very same request again."""

SLACK = Cast(everyone="slack")
TEAMS = Cast(everyone="teams")
MIXED = Cast(moved={"Priya Raman": ("teams",), "Luis Ortega": ("teams",)})


@pytest.mark.parametrize(
    ("url", "cast"),
    [
        pytest.param("sqlite", SLACK, id="sqlite-slack"),
        pytest.param("sqlite", TEAMS, id="sqlite-teams"),
        pytest.param("postgresql", SLACK, id="postgresql-slack"),
        pytest.param("postgresql", TEAMS, id="postgresql-teams"),
        pytest.param("postgresql", MIXED, id="postgresql-both"),
    ],
    indirect=["url"],
)
async def test_a_storm_of_clicks_makes_one_decision_of_two_voices(url: str, cast: Cast) -> None:
    async with scene(url, cast) as it:
        await _all_may_decide(it)
        await it.raise_(TITLE, unit=500_000)
        asked = [copy.name for copy in it.facts.deliveries(TITLE)]
        assert sorted(asked) == ["Dana Whitlock", "Priya Raman", "Sofia Marchetti"]
        before, posts = edits(it), _posts(it)
        clicks = [await _click(it, who) for who in DECIDERS for _ in range(CLICKS)]

        answers = await asyncio.gather(*(click.send() for click in clicks for _ in range(DELIVERIES)))
        await it.quiet()

        assert Counter(answers) == {200: len(DECIDERS) * CLICKS * DELIVERIES}
        votes = it.facts.votes()
        assert len(votes) == 2
        assert len({vote.name for vote in votes}) == len({vote.step_id for vote in votes}) == 2
        assert it.facts.state(TITLE) == "approved"
        _journal_tells_it_once(it, [vote.name for vote in votes])
        _every_card_says_it(it, asked)
        changed = edits(it) - before
        assert set(changed) == _messages(it)
        assert all(1 <= count <= 2 for count in changed.values()), "one redraw a change at most"
        assert _posts(it) == posts, "nothing is posted anew"
        assert it.teams.complaints() == []


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_a_yes_and_a_no_at_the_same_moment_end_in_one_of_the_two(url: str) -> None:
    async with scene(url, MIXED) as it:
        await it.raise_(TITLE, unit=500_000)
        yes = await it.click("Dana Whitlock", TITLE)
        card = it.card("Priya Raman", TITLE)
        no = it.teams.press("Priya Raman", card["message"], "Reject", {"Why not?": "Too much toner."})

        await asyncio.gather(*(yes.send() for _ in range(DELIVERIES)), no)
        await it.quiet()

        assert it.facts.state(TITLE) == "rejected"
        assert [vote.verdict for vote in it.facts.votes()] in (["approve", "reject"], ["reject"])
        for person in ("Dana Whitlock", "Priya Raman"):
            shown = it.card(person, TITLE)
            assert "Rejected" in shown["text"] and "Approve" not in buttons(shown)
        it.facts.shown(TITLE)
        it.facts.sound()


async def _all_may_decide(it: Scene) -> None:
    """All four may fill either voice, so that every click could be the one that counts."""
    world = it.stage.world
    for rank, name in enumerate(DECIDERS, 1):
        grants = (Grant("purchasing", rank), Grant("strategy", rank))
        await it.stage.house.perform(replace(world._person(PEOPLE[name]), grants=grants))


async def _click(it: Scene, who: str) -> Click:
    """On one's own card, or on one that somebody else on the same platform has."""
    holders = [name for name in (who, *DECIDERS[:2]) if it.on(name) is it.on(who) and _has_card(it, name)]
    return await it.click(who, TITLE, of=holders[0])


def _has_card(it: Scene, who: str) -> bool:
    return bool(it.cards(who, TITLE))


def _journal_tells_it_once(it: Scene, voters: list[str]) -> None:
    entries = it.facts.journal("approval.approve")
    assert sorted(entry.actor for entry in entries) == sorted(voters)
    whole = it.facts.rows("SELECT what FROM journal WHERE subject LIKE 'approval:%'")
    assert Counter(entry.what for entry in whole) == {"approval.raise": 1, "approval.approve": 2}
    assert [_state_after(entry) for entry in entries] == ["pending", "approved"]
    it.facts.sound()


def _state_after(entry: Any) -> str:
    return str(_read(entry.after)["state"])


def _read(document: Any) -> Any:
    """A document column as the plain statement gives it: parsed on PostgreSQL, text on SQLite."""
    return json.loads(document) if isinstance(document, str) else document


def _every_card_says_it(it: Scene, asked: list[str]) -> None:
    it.facts.shown(TITLE)
    for person in asked:
        shown = it.card(person, TITLE)
        assert "Approved" in shown["text"] and "1 of 2" not in shown["text"], shown["text"]
        assert not {"Approve", "Reject", "Withdraw"} & buttons(shown)


def _messages(it: Scene) -> set[str]:
    """The platforms' names of the copies."""
    kept = [(row.platform, _read(row.message)) for row in it.facts.deliveries(TITLE)]
    return {message["ts" if platform == "slack" else "activity"] for platform, message in kept}


def _posts(it: Scene) -> int:
    slack = sum(call["count"] for call in it.slack.calls() if call["method"] == "chat.postMessage")
    return int(slack + sum(call["count"] for call in it.teams.calls() if call["op"] == "send"))
