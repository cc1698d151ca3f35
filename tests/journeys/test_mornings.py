"""Mornings: what came overnight is one message that stays true, lists come in time, tasks wait or change hands."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import Cast
from tests.journeys.scene import Json, Scene, buttons, scene, told, until
from tests.journeys.test_away import clock, on_each_platform, press

DANA, PRIYA, SOFIA, RITA, BEN = "Dana Whitlock", "Priya Raman", "Sofia Marchetti", "Rita Nowak", "Ben Okafor"
TOM = "Tom Beckett"
TONER, PAPER = "Toner for Boston", "Paper for Boston"


def public(it: Scene, who: str, *, since: str) -> list[Json]:
    """The messages somebody has got since a moment of June ("15T08:00"), oldest first."""
    return [one for one in it.on(who).screen(who) if not one["private"] and one["posted_at"] >= f"2026-06-{since}"]


@on_each_platform
async def test_what_came_on_friday_evening_is_one_message_on_monday_that_can_be_decided_and_stays_true(
    url: str, platform: Any
) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await clock(it, 12, "19:30")
        for title in (TONER, PAPER):
            await it.raise_(title)
        await clock(it, 15, "07:59")
        assert public(it, DANA, since="12T19:30") == []
        assert len(public(it, SOFIA, since="12T19:30")) == 2, "the provider's people see each as it comes"

        await clock(it, 15, "08:00")
        (opening,) = public(it, DANA, since="12T19:30")
        assert TONER in opening["text"] and PAPER in opening["text"]
        await it.on(DANA).press(DANA, opening["message"], "Approve")
        await it.quiet()
        assert [it.facts.state(title) for title in (TONER, PAPER)] == ["approved", "pending"]
        after, receipt = public(it, DANA, since="12T19:30")
        assert after["message"] == opening["message"]
        assert TONER not in after["text"] and PAPER in after["text"]
        assert f"{TONER}\n" in receipt["text"] and "You approved this on Mon Jun 15" in receipt["text"]

        answer = await it.on(DANA).press(DANA, opening["message"], "Reject", {"Why not?": "We have paper."})
        assert answer["status"] == 200
        await it.quiet()
        assert it.facts.state(PAPER) == "rejected"
        done = public(it, DANA, since="12T19:30")
        assert not {"Approve", "Reject"} & buttons(done[0]) and PAPER not in done[0]["text"]
        assert "You rejected this" in done[2]["text"] and len(done) == 3
        await clock(it, 15, "09:01")
        assert len(public(it, DANA, since="15T08:30")) == 0, "nothing waits: no list at nine"
        it.facts.sound()
        assert it.teams.complaints() == []


@on_each_platform
async def test_a_list_shows_what_a_colleague_decided(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await clock(it, 8, "16:00")
        await it.raise_(TONER)
        await clock(it, 9, "09:00")
        (digest,) = public(it, DANA, since="09T08:00")
        assert TONER in digest["text"] and "Approve" in buttons(digest)
        await clock(it, 9, "16:01")
        await press(it, PRIYA, TONER, "Approve")
        (digest,) = [one for one in public(it, DANA, since="09T08:00") if one["message"] == digest["message"]]
        assert TONER not in digest["text"] and "Approve" not in buttons(digest)


@on_each_platform
async def test_what_must_not_wait_comes_at_night(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await clock(it, 12, "22:10")
        await it.raise_(TONER, urgency="urgent")
        (asked,) = public(it, DANA, since="12T22:00")
        assert TONER in asked["text"] and "Approve" in buttons(asked)


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_lists_come_at_nine_where_the_client_is_and_at_half_past_eight_at_the_provider(url: str) -> None:
    async with scene(url) as it:
        await clock(it, 8, "16:00")
        await it.raise_(TONER)
        await it.raise_(PAPER, client="cedar-ridge")
        await clock(it, 9, "08:29")
        assert public(it, SOFIA, since="09T00:00") == []
        await clock(it, 9, "08:30")
        (list_,) = public(it, SOFIA, since="09T00:00")
        assert TONER in list_["text"] and PAPER in list_["text"] and "Approve" not in buttons(list_)
        assert public(it, DANA, since="09T00:00") == [] and public(it, RITA, since="08T00:00") == []
        await clock(it, 9, "09:00")
        (list_,) = public(it, DANA, since="09T00:00")
        assert TONER in list_["text"] and PAPER not in list_["text"]
        await clock(it, 9, "10:59")
        assert public(it, TOM, since="09T00:00") == [], "it is one minute before nine in Denver"
        await clock(it, 9, "11:00")
        (list_,) = public(it, TOM, since="09T00:00")
        assert PAPER in list_["text"] and "Approve" in buttons(list_)
        assert public(it, PRIYA, since="08T00:00") == [], "nothing waits for her"


async def _task(it: Scene) -> str:
    """Nobody answers an urgent order for two hours: Sofia has to call; -> how her task begins."""
    await it.raise_(TONER, urgency="urgent")
    await clock(it, 8, "11:06")
    return "MF-1: call"


@on_each_platform
async def test_a_task_is_done_with_a_button_and_says_so(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        task = await _task(it)
        assert {"Done", "Tomorrow morning", "Hand to a colleague"} <= buttons(it.card(SOFIA, task))
        await press(it, SOFIA, task, "Done")
        assert [row.state for row in it.facts.rows("SELECT state FROM task")] == ["done"]
        assert buttons(it.card(SOFIA, task)) == set() and "Done" in it.card(SOFIA, task)["text"]
        await clock(it, 9, "08:31")
        assert not any(task in one["text"] for one in public(it, SOFIA, since="09T00:00")), "it is on no list any more"


@on_each_platform
async def test_a_task_put_off_comes_again_the_next_morning(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        task = await _task(it)
        await press(it, SOFIA, task, "Tomorrow morning")
        if platform == "slack":  # on Teams the answer stands at the top of the pressed card until that is drawn anew
            await until(lambda: told(it.slack, SOFIA, "next business morning"), "the answer")
        await clock(it, 9, "08:59")
        assert not any(one["text"].startswith(task) for one in public(it, SOFIA, since="09T00:00"))
        await clock(it, 9, "09:00")
        again = [one for one in public(it, SOFIA, since="09T00:00") if one["text"].startswith(task)]
        assert len(again) == 1 and "Done" in buttons(again[0])
        await it.on(SOFIA).press(SOFIA, again[0]["message"], "Done")
        await it.quiet()
        assert [buttons(one) for one in it.cards(SOFIA, task) if one["text"].startswith(task)] == [set(), set()]


@pytest.mark.parametrize(
    ("url", "heir"), [("sqlite", RITA), ("postgresql", BEN)], indirect=["url"], ids=["slack", "to-teams"]
)
async def test_a_task_handed_to_a_colleague_is_theirs_on_their_platform(url: str, heir: str) -> None:
    async with scene(url) as it:
        task = await _task(it)
        await press(it, SOFIA, task, "Hand to a colleague", {"To whom": heir})
        mine = it.card(SOFIA, task)
        assert "Handed to a colleague" in mine["text"] and buttons(mine) == set()
        assert "Done" in buttons(it.card(heir, task))
        stale = await it.click(heir, task, "Done")
        assert await stale.send() == 200
        await it.quiet()
        (row,) = it.facts.rows("SELECT t.state, p.name FROM task t JOIN person p ON p.id = t.owner_id")
        assert (row.state, row.name) == ("done", heir)
        for who in (SOFIA, heir):
            assert buttons(it.card(who, task)) == set()
        assert len(it.facts.journal("task.hand")) == 1
        it.facts.sound()
