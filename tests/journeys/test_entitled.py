"""Who may not decide is told so kindly, it is journalled, and nothing changes: on both platforms, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import BY_KEY, PEOPLE, Cast
from tests.journeys.scene import Click, Scene, access, scene, told, until

TITLE = "One toner"
DANA, PRIYA, HANNAH, LUIS, TOM = "Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega", "Tom Beckett"

pytestmark = [
    pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True),
    pytest.mark.parametrize("cast", [Cast(everyone="slack"), Cast(everyone="teams")], ids=["slack", "teams"]),
]


async def test_who_may_not_decide_is_told_so_and_nothing_changes(url: str, cast: Cast) -> None:
    async with scene(url, cast) as it:
        await it.raise_(TITLE)
        await it.order(access("Mail administration for Dana", DANA))
        await it.quiet()
        before = it.facts.counts("vote", "delivery")
        shown = _wanted(it)
        refusals = [
            (HANNAH, TITLE, DANA, "You are not one of the people who can decide this. Dana Whitlock or Priya Raman"),
            (TOM, TITLE, DANA, "This request belongs to another company."),
            (LUIS, TITLE, DANA, "We do not know this account yet."),
            (DANA, "Mail administration", PRIYA, "This change is about your own access"),
        ]
        for number, (person, title, of, sentence) in enumerate(refusals, 1):
            click = await it.click(person, title, of=of)
            if person == LUIS:
                _from_an_account_nobody_knows(click)
            assert await click.send() == 200
            if click.activity is not None:
                answer = await it.teams.deliver(click.activity)
                assert answer.body["type"] == "application/vnd.microsoft.activity.message"
                assert sentence in answer.body["value"]
            else:
                await until(lambda who=person, words=sentence: told(it.slack, who, words), sentence)
            entries = it.facts.journal("refused.Approve")
            assert len(entries) == number, person
            who = "nobody" if person == LUIS else _account(cast, person)
            assert sum(entry.identity.endswith(who) for entry in entries) == 1, who
        await it.quiet()
        assert it.facts.counts("vote", "delivery") == before
        assert _wanted(it) == shown
        assert {it.facts.state(TITLE), it.facts.state("Mail administration for Dana")} == {"pending"}
        assert not any("Dana" in one["text"] for one in it.on(TOM).screen(TOM) if not one["private"])
        it.facts.sound()


async def test_a_form_is_no_way_round_for_who_may_not_decide(url: str, cast: Cast) -> None:
    async with scene(url, cast) as it:
        await it.raise_(TITLE)
        card = it.card(DANA, TITLE)["message"]
        for person in (HANNAH, TOM):
            await it.on(person).press(person, card, "Reject", {"Why not?": "I do not like it."})
            assert it.on(person).modal(person) is None
        await it.quiet()
        assert it.facts.count("vote") == 0
        assert it.facts.state(TITLE) == "pending"
        assert len(it.facts.journal("refused.reject")) == 2


async def test_a_forged_click_leads_nobody_elses_cards_astray(url: str, cast: Cast) -> None:
    async with scene(url, cast) as it:
        await it.raise_(TITLE)
        assert await (await it.click(PRIYA, TITLE, of=DANA)).send() == 200
        await it.quiet()
        await it.order(access("Folders for Nora", "Nora Blake"))
        await it.quiet()
        assert len(it.cards(PRIYA, "Folders for Nora")) == 1
        assert len(it.cards(DANA, "Folders for Nora")) == 1


def _wanted(it: Scene) -> list[Any]:
    """How often every card has been asked to change."""
    return it.facts.rows("SELECT id, wanted, shown FROM delivery ORDER BY id")


def _from_an_account_nobody_knows(click: Click) -> None:
    """The same press, by somebody of the same workspace or tenant who is not in the directory."""
    if click.payload is not None:
        click.payload["user"]["id"] = "U0nobody"
    else:
        assert click.activity is not None
        click.activity["from"]["aadObjectId"] = "nobody"


def _account(cast: Cast, name: str) -> str:
    player = PEOPLE[name]
    company = BY_KEY[player.company]
    if cast.places(player)[0] == "slack":
        return f"slack/{company.team}/{player.user}"
    return f"teams/{company.tenant}/{player.aad}"
