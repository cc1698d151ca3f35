"""A process dies while a downtime is agreed or told of: one agreement, one life of the window, everybody told."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo.cast import Cast
from tests.journeys.bots import STEPS_OF_DECIDING, STEPS_OF_DELIVERING, Bots, bots
from tests.journeys.scene import Click, buttons
from tests.journeys.test_crash import SILENCE, on

MARCUS, SOFIA = "Marcus Hale", "Sofia Marchetti"
FIRST = datetime.fromisoformat("2026-06-28T06:00:00-04:00")
LIFE = ["day7", "day1", "hour1", "late", "missed"]


@on("sqlite-slack", "sqlite-teams", "postgresql-slack")
async def test_a_death_while_agreeing_neither_loses_nor_doubles_the_agreement(
    url: str, platform: Any, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform), met={MARCUS, SOFIA}) as it:
        for number, step in enumerate(STEPS_OF_DECIDING):
            work = f"Switches, {step}"
            pick = await _offered(it, work, number)
            click, second = await it.click(MARCUS, work, pick), await it.click(MARCUS, work, pick)

            it.doom(step)
            assert await click.send() in SILENCE, step
            await it.died()
            assert _state(it, work) == ("accepted scheduled" if step == "committed" else "proposed"), step

            await it.start()
            for again in (click, click, second):
                await _heard(again)
            await it.quiet()
            _agreed_once(it, work)


@on("sqlite-slack", "sqlite-teams", "postgresql-teams")
async def test_a_death_while_telling_of_an_agreement_leaves_nobody_untold(
    url: str, platform: Any, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform), met={MARCUS, SOFIA}) as it:
        for number, step in enumerate(STEPS_OF_DELIVERING):
            work = f"Switches, {step}"
            pick = await _offered(it, work, number)
            click = await it.click(MARCUS, work, pick)

            it.doom(step)
            assert await click.send() in (200, *SILENCE), step  # the courier may be faster than the answer
            await it.died()

            await it.start()
            await it.quiet()
            _agreed_once(it, work)
            await _heard(click)
            await it.quiet()
            _agreed_once(it, work)


async def _heard(click: Click) -> None:
    """Pressed until it is answered, as people do when the platform says that the app is slow to answer."""
    for _ in range(5):
        status = await click.send()
        if status == 200:
            return
        assert status in SILENCE, status
    raise AssertionError("nobody answers")


async def _offered(it: Bots, work: str, week: int) -> str:
    """Work in Toledo on the first Sunday after so many weeks, about which Marcus decides alone; -> his button."""
    starts = FIRST + timedelta(weeks=week)
    times = [{"start": starts.isoformat(), "end": (starts + timedelta(hours=4)).isoformat()}]
    said = {"client": "northgate", "locations": ["toledo"], "work": work, "implications": "No network."}
    status, answer = await it.rest("POST", "/downtimes", {**said, "windows": times})
    assert status == 201, answer
    await it.quiet()
    return f"Pick {starts:%a %b} {starts.day}, 6:00 AM EDT"


def _state(it: Bots, work: str) -> str:
    (row,) = it.facts.rows("SELECT state, life FROM downtime WHERE work = :work", work=work)
    return f"{row.state} {row.life}".strip()


def _agreed_once(it: Bots, work: str) -> None:
    """One yes, one life, one draft for the staff; every card is true, and nobody is without one."""
    about = "(SELECT 'downtime:' || id FROM downtime WHERE work = :work)"
    assert _state(it, work) == "accepted scheduled"
    yes = it.facts.rows(f"SELECT id FROM journal WHERE what = 'downtime.agree' AND subject IN {about}", work=work)
    timers = it.facts.rows(
        f"SELECT deed FROM timer WHERE plan = 'life' AND state = 'waiting' AND subject IN {about} ORDER BY position",
        work=work,
    )
    drafts = it.facts.rows(f"SELECT id FROM relay WHERE state = 'draft' AND subject IN {about}", work=work)
    assert (len(yes), [row.deed for row in timers], len(drafts)) == (1, LIFE, 1)
    copies = it.facts.rows(
        "SELECT d.purpose, d.state, d.wanted, d.shown, d.repeats, p.name FROM delivery d JOIN person p "
        f"ON p.id = d.person_id WHERE d.subject IN {about}",
        work=work,
    )
    assert {(row.state, row.wanted - row.shown) for row in copies} == {("settled", 0)}, copies
    assert {row.name for row in copies if row.purpose == "agreed"} == {MARCUS, SOFIA}
    for name in (MARCUS, SOFIA):
        mine = [row for row in copies if row.name == name]
        shown = it.cards(name, work)
        assert len(shown) >= len(mine) and any("Agreed" in one["text"] for one in shown), name
        assert not any(label.startswith("Pick ") for one in shown[-len(mine) :] for label in buttons(one)), name
    it.facts.sound()
