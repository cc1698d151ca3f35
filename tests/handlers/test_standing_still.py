"""The process stood still, the clock jumped, two ticked at once, the calendar changed: every rung once, or skipped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.cast import BY_KEY
from bot.demo.world import _client
from handlers.commands import Climb, PutPolicy, System
from schedules import reminders
from tests.handlers.office import Office

NEW_YORK = ZoneInfo("America/New_York")
SENT = datetime(2026, 6, 8, 16, 30, tzinfo=NEW_YORK)


def rungs(office: Office) -> dict[str, str]:
    rows = office.rows("SELECT deed, state FROM timer WHERE subject LIKE 'approval:%' ORDER BY position")
    return {row.deed: row.state for row in rows}


def reminders_sent(office: Office) -> int:
    return len({row.purpose for row in office.rows("SELECT purpose FROM delivery WHERE purpose LIKE 'remind:%'")})


def test_three_hours_late_the_reminder_is_still_sent_once(office: Office) -> None:
    office.now = SENT
    office.order(unit=8_900)
    office.now = datetime(2026, 6, 9, 15, 30, tzinfo=NEW_YORK)
    office.tick()
    office.tick()
    assert rungs(office)["remind_primary"] == "done"
    assert reminders_sent(office) == 1


def test_two_days_late_the_backup_is_asked_and_stale_reminders_are_skipped(office: Office) -> None:
    office.now = SENT
    ref = office.order(unit=8_900)
    office.now = datetime(2026, 6, 10, 17, 0, tzinfo=NEW_YORK)
    office.tick()
    assert rungs(office) == {
        "remind_primary": "skipped",
        "add_backup": "done",
        "remind_both": "skipped",
        "tell_csm": "done",
        "expire": "waiting",
    }
    assert office.asked(ref) == ["Dana Whitlock", "Priya Raman"]
    assert reminders_sent(office) == 0
    assert office.journal("approval.skipped") == 2


def test_past_the_end_only_the_end_happens(office: Office) -> None:
    office.now = SENT
    ref = office.order(unit=8_900)
    office.now = SENT + timedelta(days=20)
    office.tick()
    assert office.state(ref) == "expired"
    assert office.rows("SELECT * FROM task WHERE subject = :of", of=str(ref)) == []


def test_a_clock_moved_backwards_repeats_nothing(office: Office) -> None:
    office.now = SENT
    ref = office.order(unit=8_900)
    office.later(hours=21)
    office.now = SENT
    office.tick()
    office.later(hours=21)
    assert reminders_sent(office) == 1
    assert office.state(ref) == "pending"


def test_four_ticking_at_once_climb_each_rung_once(office: Office) -> None:
    office.now = SENT
    for number in range(6):
        office.order(unit=8_900 + number)
    office.now = datetime(2026, 6, 9, 12, 45, tzinfo=NEW_YORK)
    due = reminders.rungs(office.store, office.now)
    together(
        4, lambda who: [office.do(System("clock"), c, key=f"{who}:{c.timer}") for c in due if isinstance(c, Climb)]
    )
    reminded = office.rows("SELECT count(*) AS n FROM delivery WHERE purpose LIKE 'remind:%'")[0].n
    assert reminded == 6
    assert office.journal("approval.remind_primary") == 6


def test_a_holiday_declared_later_moves_what_is_still_to_come(office: Office) -> None:
    office.now = SENT
    ref = office.order(unit=8_900)
    office.do(System("operator"), PutPolicy("marlow-finch", {"holidays": ["2026-06-10"]}))
    rows = office.rows("SELECT deed, due_at FROM timer WHERE subject LIKE 'approval:%' AND state = 'waiting'")
    assert len(rows) == 5
    assert office.standing(ref).request.expires_at == datetime(2026, 6, 16, 16, 30, tzinfo=NEW_YORK)
    office.later(days=30)
    assert office.state(ref) == "expired"


def test_a_ladder_changed_midway_keeps_what_happened(office: Office) -> None:
    office.now = SENT
    ref = office.order(unit=8_900)
    office.later(hours=21)
    slow = {
        "unit": "business_hours",
        "rungs": [{"after": 4, "deed": "remind_primary"}, {"after": 80, "deed": "expire"}],
    }
    office.do(System("operator"), PutPolicy("marlow-finch", {"ladders": {"normal": slow}}))
    assert rungs(office) == {"remind_primary": "done", "expire": "waiting"}
    assert office.standing(ref).request.expires_at > datetime(2026, 6, 20, tzinfo=NEW_YORK)


def test_another_time_zone_moves_the_deadline(office: Office) -> None:
    office.now = datetime(2026, 6, 8, 19, 30, tzinfo=NEW_YORK)  # closed in Denver, not yet in Los Angeles
    ref = office.order(client="cedar-ridge", unit=8_900)
    before = office.standing(ref).request.expires_at
    moved = replace(_client(BY_KEY["cedar"]), timezone="America/Los_Angeles")
    office.do(System("operator"), moved)
    assert office.standing(ref).request.expires_at != before


def together(count: int, deed: Callable[[int], object]) -> None:
    """The same deed in so many threads at once; what one of them raises fails the test."""
    problems: list[BaseException] = []

    def run(who: int) -> None:
        try:
            deed(who)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(who,)) for who in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
