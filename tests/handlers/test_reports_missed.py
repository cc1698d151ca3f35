"""Reports after the house was down, the clock was moved, or the timetable changed: each once, and none of use lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.demo.cases import rows
from handlers.commands import PutCases, PutClient, PutPolicy, Ref, System, WriteReports
from schedules import reminders
from schedules import reports as schedule
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.reporting import (
    CR,
    DANA,
    ET,
    MF,
    NF,
    PSA,
    SOFIA,
    cards,
    et,
    monday,
    ref_of,
    reports,
    standing,
    state,
    tasks,
    until,
)


@pytest.fixture
def office(peopled: Store) -> Iterator[Office]:
    """Sunday evening: nobody is at work, and the house goes down."""
    yield monday(peopled, at=et(14, 20))


def test_down_from_sunday_night_to_monday_noon_it_is_written_and_sent_once(office: Office) -> None:
    office.now = et(15, 11)
    office.tick()
    assert [state(office, client) for client in (MF, NF)] == ["released", "released"]
    assert state(office, CR) == "released", "nine o'clock in Denver has come as well"
    assert cards(office, ref_of(office)) == {(SOFIA, "desk"), (DANA, "report"), (DANA, "detail")}
    office.tick()
    until(office, et(16, 12))
    assert [len(reports(office, client)) for client in (MF, NF, CR)] == [1, 1, 1]
    assert office.journal("report.skip") == 0


def test_down_for_a_week_only_the_latest_week_is_told(office: Office) -> None:
    office.now = et(22, 11)
    office.do(PSA, PutCases(rows(office.now)))
    office.tick()
    assert [[row.period for row in reports(office, client)] for client in (MF, NF, CR)] == [["2026-W25"]] * 3
    assert office.journal("report.skip") == 3
    (skipped, *_) = office.rows("SELECT after FROM journal WHERE what = 'report.skip'")
    assert "2026-W24" in str(skipped.after)


def test_what_comes_back_only_on_the_weekend_is_not_sent_any_more(office: Office) -> None:
    office.now = et(27, 11)  # a Saturday: Friday of W25's report is over
    office.tick()
    assert [len(reports(office, client)) for client in (MF, NF, CR)] == [0, 0, 0]
    assert office.journal("report.skip") == 6
    office.do(PSA, PutCases(rows(office.now)))
    until(office, et(29, 12))
    assert [row.period for row in reports(office)] == ["2026-W26"]


def test_down_over_the_reminder_and_friday_it_is_given_up_without_a_reminder(office: Office) -> None:
    until(office, et(15, 12))
    office.now = et(27, 9)
    office.tick()
    first = reports(office)[0]
    assert first.state == "unreviewed"
    assert office.journal("report.remind") == 0 and office.journal("report.remind_skipped") == 3


def test_a_clock_that_jumps_back_and_forth_writes_nothing_twice(office: Office) -> None:
    dice = random.Random(7)
    for _ in range(25):
        office.now = et(12, 0) + timedelta(hours=dice.randrange(0, 240))
        office.tick()
    for client in (MF, NF, CR):
        periods = [row.period for row in reports(office, client)]
        assert periods == sorted(set(periods)) and periods
    told = office.rows("SELECT subject, purpose, identity_id, count(*) AS n FROM delivery GROUP BY 1, 2, 3")
    assert all(row.n == 1 for row in told)


def test_a_report_moved_to_an_earlier_hour_is_not_lost_and_one_moved_later_not_doubled(office: Office) -> None:
    office.now = et(15, 6)
    office.do(System("operator"), PutPolicy(MF, {"timetable": {"case_report": {"written": "05:00"}}}))
    office.do(System("operator"), PutPolicy(NF, {"timetable": {"case_report": {"written": "08:00"}}}))
    office.tick()
    assert [len(reports(office, client)) for client in (MF, NF)] == [1, 0]
    office.do(System("operator"), PutPolicy(MF, {"timetable": {"case_report": {"written": "08:30"}}}))
    until(office, et(16, 9))
    assert [len(reports(office, client)) for client in (MF, NF)] == [1, 1]


def test_sending_at_another_hour_moves_what_is_written_and_reports_may_be_switched_off(office: Office) -> None:
    until(office, et(15, 8))
    office.do(System("operator"), PutPolicy(MF, {"timetable": {"case_report": {"sent": "11:00"}}}))
    assert standing(office, ref_of(office)).row.release_at in (et(15, 11), "2026-06-15 15:00:00.000000")
    until(office, et(15, 10))
    assert (state(office, MF), state(office, NF)) == ("generated", "released")
    office.do(System("operator"), PutPolicy(MF, {"timetable": {"case_report": {"on": False}}}))
    until(office, et(29, 12))
    assert (len(reports(office, MF)), len(reports(office, NF))) == (1, 3)


def test_a_client_that_ends_gets_no_more_and_one_without_cases_none(office: Office) -> None:
    until(office, et(15, 12))
    northgate = PutClient(NF, "Northgate Fabrication", "NF", "America/New_York", stage="ended")
    office.do(System("operator"), northgate)
    office.do(System("operator"), PutClient("fresh", "Fresh Bakery", "FR", "America/New_York", country="US"))
    until(office, et(22, 12))
    assert (len(reports(office, MF)), len(reports(office, NF)), len(reports(office, "fresh"))) == (2, 1, 0)


def test_in_the_week_of_a_clock_change_it_is_seven_on_the_wall(peopled: Store) -> None:
    office = Office(peopled)
    office.now = datetime(2026, 10, 30, 12, tzinfo=ET)
    office.do(PSA, PutCases(rows(et(14, 20))))
    until(office, datetime(2026, 11, 2, 10, tzinfo=ET))
    assert [report.period for report in reports(office)] == ["2026-W43", "2026-W44"], "on Friday the last is of use"
    row = standing(office, ref_of(office)).row
    assert row.generated_at == datetime(2026, 11, 2, 7, tzinfo=ET)
    assert row.until_at - row.from_at == timedelta(hours=169)


def test_figures_that_contradict_each_other_are_a_task_and_no_report_until_they_are_put_right(office: Office) -> None:
    office.now = et(15, 6, 59)
    broken = "UPDATE support_case SET closed_at = '2026-05-01 12:00:00' WHERE id = (SELECT min(id) FROM support_case"
    broken += " WHERE opened_at > '2026-06-08 12:00:00' AND closed_at IS NOT NULL"
    broken += " AND client_id = (SELECT id FROM client WHERE slug = 'marlow-finch')) RETURNING id"
    with office.store.write() as tx:
        (case,) = tx.exec_driver_sql(broken).scalars()
    until(office, et(15, 8, 30))
    assert (len(reports(office, MF)), len(reports(office, NF))) == (0, 1)
    (task,) = tasks(office, "report_unsound")
    assert (task.owner, task.state) == (SOFIA, "open")
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE support_case SET closed_at = '2026-06-12 16:00:00' WHERE id = '{case}'")
    until(office, et(15, 9, 30))
    assert state(office) == "released"
    assert [row.state for row in tasks(office, "report_unsound")] == ["done"]


def test_the_clock_is_never_handed_a_reports_timer_by_itself(office: Office) -> None:
    office.now = et(15, 11)
    waiting = {row.id for row in office.rows("SELECT id FROM timer WHERE deed = 'write_report'")}
    assert not waiting & {climb.timer for climb in reminders.rungs(office.store, office.now)}
    (batch,) = schedule.batches(office.store, office.now, 2)
    assert batch.timer in waiting and batch.most == 2
    first = office.do(System("clock"), batch)
    assert (first.facts["taken"], first.facts["written"]) == (2, 2)
    second = office.do(System("clock"), WriteReports(batch.timer, 2))
    assert second.facts["taken"] == 1
    assert office.do(System("clock"), WriteReports(batch.timer, 2)).repeated
    assert not schedule.batches(office.store, office.now)


def test_the_months_summary_comes_on_the_third_business_day_with_what_the_month_was(office: Office) -> None:
    until(office, et(2, 12, month=7))
    assert not reports(office, NF, "exec_summary")
    office.do(PSA, PutCases(rows(office.now)))
    until(office, et(6, 9, month=7))
    (report,) = reports(office, NF, "exec_summary")
    assert (report.period, report.state) == ("2026-06", "released")
    figures = standing(office, Ref("report", report.id)).figures
    month = figures["month"]
    assert figures["weeks"][-1]["week"] == "2026-06"
    assert sum(dict(month["priorities"]).values()) == figures["opened"]  # type: ignore[call-overload]
    assert month["outages"] == {"count": 0, "minutes": 0, "by_severity": {}, "named": [], "uptime": "100.00"}
    assert isinstance(month["risks"], list)
    until(office, et(13, 12, month=7))
    assert reports(office, NF, "exec_summary")[0].state in ("released", "unreviewed")
