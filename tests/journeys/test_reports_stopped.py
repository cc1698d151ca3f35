"""The only process is dead over a Monday morning, or a whole week: everybody's report goes out once, and none twice.

The process that comes back is a new one, on the same database; people look at their own screens.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.demo.cases import rows
from bot.demo.cast import Cast
from handlers.commands import Event, PutCases, System
from handlers.desk import Desk
from tests.journeys.bots import MET, Bots, bots
from tests.journeys.test_away import on_each_platform

DANA, MARCUS, TOM, SOFIA = "Dana Whitlock", "Marcus Hale", "Tom Beckett", "Sofia Marchetti"
READERS = (DANA, MARCUS, TOM)
EASTERN = ZoneInfo("America/New_York")
FIRST, SECOND = "Weekly report: Jun 8 to Jun 14", "Weekly report: Jun 15 to Jun 21"
EVERYBODY = {*MET, *READERS}


def june(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=EASTERN)


async def back_at(it: Bots, moment: datetime) -> None:
    """The process is killed where it stands, and a new one lives from this moment on."""
    it.kill()
    it.offset = (moment - datetime.now(UTC)).total_seconds()
    await it.start()
    await it.quiet()


def ticket_system(it: Bots, moment: datetime) -> None:
    """What it knows at a moment is in the house."""
    event = Event(f"cases:{moment}", moment.astimezone(UTC), System("ticket system"), "test")
    Desk(it.facts.store).perform(PutCases(rows(moment)), event)


def written(it: Bots) -> list[tuple[str, str]]:
    found = it.facts.rows("SELECT c.slug, r.period FROM report r JOIN client c ON c.id = r.client_id ORDER BY 1, 2")
    return [(row.slug, row.period) for row in found]


@on_each_platform
async def test_down_from_sunday_evening_to_monday_at_eleven_everybody_gets_the_report_once(
    url: str, platform: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform), met=EVERYBODY, rhythm=True) as it:  # type: ignore[arg-type]
        await back_at(it, june(14, 20))
        ticket_system(it, june(14, 20))
        assert written(it) == [] and not it.cards(DANA, "Weekly report")
        await back_at(it, june(15, 11))
        assert written(it) == [(slug, "2026-W24") for slug in ("cedar-ridge", "marlow-finch", "northgate")]
        assert [len(it.cards(who, FIRST)) for who in READERS] == [1, 1, 1]
        assert "20 cases open, down 3 in a week" in it.card(DANA, FIRST)["text"]
        assert "checked by" not in it.card(DANA, FIRST)["text"], "nobody could look at it before"
        assert len(it.cards(SOFIA, "Marlow & Finch LLP: weekly report")) == 1
        await back_at(it, june(15, 11, 30))
        await back_at(it, june(15, 16))
        assert [len(it.cards(who, FIRST)) for who in READERS] == [1, 1, 1]
        assert it.facts.journal("report.skip") == []
        it.facts.sound()


@on_each_platform
async def test_down_for_a_week_there_is_one_report_and_the_journal_names_the_one_that_was_missed(
    url: str, platform: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform), met=EVERYBODY, rhythm=True) as it:  # type: ignore[arg-type]
        await back_at(it, june(14, 20))
        it.kill()
        ticket_system(it, june(22, 10))
        await back_at(it, june(22, 11))
        assert written(it) == [(slug, "2026-W25") for slug in ("cedar-ridge", "marlow-finch", "northgate")]
        assert [(len(it.cards(who, FIRST)), len(it.cards(who, SECOND))) for who in READERS] == [(0, 1)] * 3
        assert len(it.facts.journal("report.skip")) == 3
        assert all("2026-W24" in str(row.after) for row in it.facts.journal("report.skip"))
        it.facts.sound()
