"""Somebody is away, by the own word or because no card arrives any more: others are asked at once, and are told why."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import Cast
from tests.journeys.scene import Json, Scene, buttons, scene, told, until

DANA, PRIYA, HANNAH, SOFIA = "Dana Whitlock", "Priya Raman", "Hannah Cole", "Sofia Marchetti"
TOM, JILL = "Tom Beckett", "Jill Sandoval"
TONER, PAPER = "Toner for Boston", "Paper for Boston"
AWAY = "away until Fri Jun 12"
FROM_WEDNESDAY = {"First day away": "2026-06-10", "Last day away": "2026-06-12"}

on_each_platform = pytest.mark.parametrize(
    ("url", "platform"),
    [pytest.param("sqlite", "slack", id="sqlite-slack"), pytest.param("postgresql", "teams", id="postgresql-teams")],
    indirect=["url"],
)


async def clock(it: Scene, day: int, wall: str) -> None:
    """It becomes this time of June in Boston, and everything that comes due on the way happens."""
    to = {"to": f"2026-06-{day:02d}T{wall}:00-04:00"}
    async with it.http.post(f"{it.stage.world.stage_url}/control/clock", json=to) as answer:
        assert answer.status == 200, await answer.text()


async def says(it: Scene, who: str, word: str) -> None:
    """A slash command on Slack, a message on Teams."""
    double = it.on(who)
    answer = await double.say(who, f"/keyline {word}" if double is it.slack else word)
    assert answer["status"] == 200, answer
    await it.quiet()


async def goes_away(it: Scene, who: str, inputs: Json) -> Json:
    """Types away and fills in the form: a window on Slack, a card with fields in the Teams chat."""
    await says(it, who, "away")
    if it.on(who) is it.slack:
        answer = await it.slack.submit(who, inputs)
    else:
        form = next(one for one in reversed(it.teams.screen(who)) if "First day away" in one["text"])
        answer = await it.teams.press(who, form["message"], "Save", inputs)
    await it.quiet()
    return answer


async def press(it: Scene, who: str, title: str, label: str, inputs: Any = None) -> None:
    answer = await it.on(who).press(who, it.cards(who, title)[-1]["message"], label, inputs)
    assert answer["status"] == 200, answer
    await it.quiet()


@on_each_platform
async def test_an_open_order_moves_to_the_next_in_line_when_the_absence_begins(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await clock(it, 9, "15:00")
        await it.raise_(TONER)
        early = it.card(DANA, TONER)
        click = await it.click(DANA, TONER)
        assert (await goes_away(it, DANA, FROM_WEDNESDAY))["status"] == 200
        await until(lambda: told(it.on(DANA), DANA, "Noted"), "the answer to the form")
        assert "Approve" in buttons(it.card(DANA, TONER)) and it.cards(PRIYA, TONER) == []

        await clock(it, 10, "00:01")
        assert [row.name for row in _asked(it, TONER)] == [DANA, PRIYA]
        assert it.cards(PRIYA, TONER) == [], "it is night: Priya is asked and reads it when her day begins"
        await clock(it, 10, "08:01")
        asked = it.card(PRIYA, TONER)
        assert f"For {DANA}, {AWAY}" in asked["text"] and "Approve" in buttons(asked)
        assert "Approve" not in buttons(it.card(DANA, TONER))

        if platform == "slack":  # a press that was under way; in Teams on a screen that was not drawn anew
            assert await click.send() == 200
        else:
            await it.teams.press(DANA, early["message"], "Approve")
        await until(lambda: told(it.on(DANA), DANA, "marked as away"), "the refusal")
        assert (it.facts.votes(TONER), len(it.facts.journal("refused.Approve"))) == ([], 1)

        await it.raise_(PAPER)
        assert f"For {DANA}, {AWAY}" in it.card(PRIYA, PAPER)["text"] and it.cards(DANA, PAPER) == []
        await press(it, PRIYA, TONER, "Approve")
        assert it.facts.state(TONER) == "approved"
        assert "Approved" in it.card(DANA, TONER)["text"] and PRIYA in it.card(DANA, TONER)["text"]

        await says(it, DANA, "back")
        await until(lambda: told(it.on(DANA), DANA, "Welcome back"), "the welcome")
        await it.raise_("Mice for Boston")
        assert "Approve" in buttons(it.card(DANA, "Mice for Boston")) and it.cards(PRIYA, "Mice for Boston") == []
        it.facts.sound()
        assert it.teams.complaints() == []


@on_each_platform
async def test_an_absence_that_begins_today_moves_what_is_open_at_once_to_whom_the_form_names(
    url: str, platform: Any
) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await it.raise_(TONER)
        today = {"First day away": "2026-06-08", "Last day away": "2026-06-12", "Who stands in": HANNAH}
        assert (await goes_away(it, DANA, today))["status"] == 200
        asked = it.card(HANNAH, TONER)
        assert f"For {DANA}, {AWAY}" in asked["text"]
        assert it.cards(PRIYA, TONER) == [], "the form named somebody else"
        await press(it, HANNAH, TONER, "Approve")
        assert [vote.name for vote in it.facts.votes(TONER)] == [HANNAH]
        assert it.facts.state(TONER) == "approved"

        await clock(it, 13, "09:00")
        await it.raise_(PAPER, urgency="urgent")
        assert "Approve" in buttons(it.card(DANA, PAPER)), "the absence ended by itself"
        stale = await it.click(HANNAH, PAPER, of=DANA)
        await stale.send()
        assert it.facts.votes(PAPER) == [], "and whoever stood in no longer does"
        it.facts.sound()


@on_each_platform
async def test_whoever_comes_back_early_decides_what_was_moved(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await it.raise_(TONER)
        await goes_away(it, DANA, {"First day away": "2026-06-08", "Last day away": "2026-06-12"})
        assert "Approve" in buttons(it.card(PRIYA, TONER))
        await says(it, DANA, "back")
        await press(it, DANA, TONER, "Approve")
        assert [vote.name for vote in it.facts.votes(TONER)] == [DANA]
        assert "Approve" not in buttons(it.card(PRIYA, TONER)) and DANA in it.card(PRIYA, TONER)["text"]
        await says(it, DANA, "back")
        await until(lambda: told(it.on(DANA), DANA, "not marked as away"), "the answer to a second “back”")


@on_each_platform
async def test_days_the_wrong_way_round_get_a_sentence_where_the_days_are(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await goes_away(it, DANA, {"First day away": "2026-06-12", "Last day away": "2026-06-10"})
        shown = str(it.slack.modal(DANA)) if platform == "slack" else str(it.teams.screen(DANA)[-1]["native"])
        assert "before the first" in shown and "2026-06-12" in shown
        assert it.facts.count("absence") == 0


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_who_removes_the_app_in_teams_counts_as_absent_until_it_is_back(url: str) -> None:
    async with scene(url) as it:
        await it.raise_(TONER, client="cedar-ridge", urgency="urgent")
        assert "Approve" in buttons(it.card(TOM, TONER))
        it.teams.fault({"uninstall": TOM})
        await it.teams.settle()
        await it.quiet()
        asked = it.card(JILL, TONER)
        assert f"For {TOM}" in asked["text"] and "Approve" in buttons(asked)
        task = it.card(SOFIA, f"{TOM} can no longer be reached")
        assert "Done" in buttons(task)
        await it.raise_(PAPER, client="cedar-ridge", urgency="urgent")
        assert "Approve" in buttons(it.card(JILL, PAPER)) and len(_asked(it, PAPER)) == 1

        it.teams.fault({"install": TOM})
        await it.teams.settle()
        await it.raise_("Mice", client="cedar-ridge", urgency="urgent")
        assert "Approve" in buttons(it.card(TOM, "Mice")), "asked again once the app is back"
        it.facts.sound()


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_a_slack_account_that_is_closed_counts_as_absent_until_it_is_opened_again(url: str) -> None:
    async with scene(url) as it:
        await it.raise_(TONER)
        it.slack.fault({"kind": "deactivate", "person": DANA})
        await until(lambda: it.facts.journal("account.lost"), "the end of the account")
        await it.quiet()
        asked = it.card(PRIYA, TONER)
        assert f"For {DANA}" in asked["text"] and "Approve" in buttons(asked)
        assert "Done" in buttons(it.card(SOFIA, f"{DANA} can no longer be reached"))
        await it.raise_(PAPER)
        assert (len(it.cards(PRIYA, PAPER)), it.cards(DANA, PAPER)) == (1, [])

        it.slack.fault({"kind": "reactivate", "person": DANA})
        await until(lambda: _reachable(it, DANA), "the return of the account")
        await it.raise_("Mice")
        assert "Approve" in buttons(it.card(DANA, "Mice")) and it.cards(PRIYA, "Mice") == []
        it.facts.sound()


@on_each_platform
async def test_who_cannot_be_delivered_to_is_asked_no_more_until_heard_of(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await it.raise_(TONER)
        if platform == "slack":
            fault = {"kind": "messages_tab_disabled", "method": "chat.postMessage", "team": "T0MARLOW", "times": 1}
            it.slack.fault(fault)
        else:
            it.teams.fault({"block": DANA})
        await it.raise_(PAPER)
        assert not _reachable(it, DANA)
        for title in (TONER, PAPER):
            assert "Approve" in buttons(it.card(PRIYA, title)), title
        assert len(it.cards(SOFIA, "could not be reached")) == 1
        await it.raise_("Mice")
        assert (len(it.cards(PRIYA, "Mice")), it.cards(DANA, "Mice")) == (1, [])
        assert len(it.facts.rows("SELECT id FROM task")) == 1, "it is told once"

        if platform == "teams":
            it.teams.fault({"unblock": DANA})
        await says(it, DANA, "waiting")
        assert _reachable(it, DANA)
        assert "Approve" in buttons(it.cards(DANA, PAPER)[-1]), "the card that never arrived is there now"
        await it.raise_("Pens")
        assert "Approve" in buttons(it.card(DANA, "Pens")) and it.cards(PRIYA, "Pens") == []
        it.facts.sound()


def _asked(it: Scene, title: str) -> list[Any]:
    return it.facts.rows(
        "SELECT p.name FROM asked a JOIN person p ON p.id = a.person_id JOIN approval_request r ON r.id = a.request_id"
        " WHERE r.title = :title ORDER BY a.since, a.id",
        title=title,
    )


def _reachable(it: Scene, who: str) -> bool:
    accounts = "SELECT i.reachable FROM identity i JOIN person p ON p.id = i.person_id WHERE p.name = :who"
    return all(row.reachable for row in it.facts.rows(accounts, who=who))


@on_each_platform
async def test_somebody_of_the_provider_says_so_too_and_a_colleague_is_named(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await clock(it, 9, "15:00")
        assert (await goes_away(it, SOFIA, {**FROM_WEDNESDAY, "Who stands in": "Rita Nowak"}))["status"] == 200
        await until(lambda: told(it.on(SOFIA), SOFIA, "held by a colleague"), "the answer to the form")
        found = it.facts.rows(
            "SELECT p.name, d.name AS delegate FROM absence a JOIN person p ON p.id = a.person_id"
            " JOIN person d ON d.id = a.delegate_id"
        )
        assert [(row.name, row.delegate) for row in found] == [(SOFIA, "Rita Nowak")]
        await says(it, SOFIA, "back")
        await until(lambda: told(it.on(SOFIA), SOFIA, "Your meetings are yours again"), "the answer to back")
        it.facts.sound()
