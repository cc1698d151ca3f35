"""The only process is dead for hours or days: what is still of use happens once, the rest says why not.

The order is raised on Monday at 9:05. Its rungs: a reminder at 13:05, the backup on Tuesday at 9:05, another reminder
at 13:05, a call for the CSM on Wednesday at 9:05; it expires on Monday the 15th.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.cast import Cast
from tests.journeys.bots import Bots, bots
from tests.journeys.scene import order
from tests.journeys.test_away import on_each_platform

DANA, PRIYA, SOFIA = "Dana Whitlock", "Priya Raman", "Sofia Marchetti"
TONER = "Toner"


async def stand_still(it: Bots, span: timedelta) -> None:
    """The process is killed, and lives again when so much time has passed."""
    it.kill()
    it.offset += span.total_seconds()
    await it.start()
    await it.quiet()


def rungs(it: Bots) -> dict[str, str]:
    rows = it.facts.rows("SELECT deed, state FROM timer WHERE subject LIKE 'approval:%' ORDER BY position")
    return {row.deed: row.state for row in rows}


def skipped(it: Bots) -> list[str]:
    """What the journal says of rungs that came too late."""
    return [row.after for row in it.facts.journal("approval.skipped")]


@on_each_platform
async def test_after_three_hours_the_reminder_of_meanwhile_is_sent_once(
    url: str, platform: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:  # type: ignore[arg-type]
        await it.order(order(TONER))
        await it.quiet()
        await stand_still(it, timedelta(hours=3))
        assert len(it.cards(DANA, "Reminder")) == 0, "12:05 is too early"
        await stand_still(it, timedelta(hours=3))
        await stand_still(it, timedelta(minutes=5))
        assert len(it.cards(DANA, "Reminder")) == 1
        assert rungs(it) == {"remind_primary": "done"} | dict.fromkeys(
            ("add_backup", "remind_both", "tell_csm", "expire"), "waiting"
        )
        assert (skipped(it), it.cards(PRIYA, TONER)) == ([], [])
        it.facts.sound()


@on_each_platform
async def test_after_three_days_the_backup_and_the_csm_are_asked_and_stale_reminders_are_skipped(
    url: str, platform: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:  # type: ignore[arg-type]
        await it.order(order(TONER))
        await it.quiet()
        await stand_still(it, timedelta(days=3))
        await stand_still(it, timedelta(minutes=5))
        assert rungs(it) == {
            "remind_primary": "skipped",
            "add_backup": "done",
            "remind_both": "skipped",
            "tell_csm": "done",
            "expire": "waiting",
        }
        said = skipped(it)
        assert len(said) == 2 and "remind_primary" in str(said[0]) and "2026-06-08T17:05" in str(said[0])
        assert "remind_both" in str(said[1]) and "2026-06-09T17:05" in str(said[1])
        assert [one for one in it.cards(DANA, TONER) if "Reminder" in one["text"]] == []
        assert len([one for one in it.cards(PRIYA, TONER) if "backup" in one["text"]]) == 1
        calls = it.facts.rows("SELECT d.state FROM delivery d JOIN task t ON d.subject = 'task:' || t.id")
        assert [row.state for row in calls] == ["settled"] and it.cards(SOFIA, "no answer")
        digests = "SELECT p.name FROM delivery d JOIN person p ON p.id = d.person_id WHERE d.purpose LIKE 'digest:%'"
        assert sorted(row.name for row in it.facts.rows(digests)) == [DANA, SOFIA], "one each for three mornings"
        it.facts.shown(TONER)
        it.facts.sound()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_after_a_week_only_the_end_happens_and_says_so_once(url: str, tmp_path: Path) -> None:
    async with bots(url, tmp_path, Cast()) as it:
        await it.order(order(TONER))
        await it.quiet()
        await stand_still(it, timedelta(days=7, minutes=5))
        assert it.facts.state(TONER) == "expired"
        assert set(rungs(it).values()) == {"skipped", "done"} and rungs(it)["expire"] == "done"
        assert len(skipped(it)) == 4 and it.facts.count("task") == 0
        assert "Not approved" in it.card(DANA, TONER)["text"] and it.cards(PRIYA, TONER) == []
        it.facts.shown(TONER)
        it.facts.sound()
