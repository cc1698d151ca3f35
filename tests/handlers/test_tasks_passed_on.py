"""A task that stays open for a business day: the provider's supervisor hears of it once, and it stays whose it is."""

from __future__ import annotations

from handlers.commands import CallMe, FinishTask, HandTask, Ref, ResolveNotice, SnoozeTask
from tests.handlers.alarm import (
    DANA,
    LUIS,
    RITA,
    SOFIA,
    acknowledge,
    at,
    internet,
    owed,
    raised,
    tasks,
)
from tests.handlers.office import Office
from tests.handlers.screens import Screens


def task(office: Office, kind: str) -> Ref:
    return Ref("task", office.rows("SELECT id FROM task WHERE kind = :kind", kind=kind)[0].id)


def passed_on(office: Office, kind: str) -> list[str]:
    return owed(office, str(task(office, kind)), "passed_on")


def noted(office: Office, kind: str) -> int:
    sql = "SELECT count(*) AS n FROM journal WHERE what = 'task.passed_on' AND subject = :of"
    return int(office.rows(sql, of=str(task(office, kind)))[0].n)


def called_for(office: Office, day: int, hour: int, minute: int = 0) -> Ref:
    """Dana wants to be called, at this moment of June; -> the notice."""
    at(office, day, hour, minute)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    office.do(DANA, CallMe(ref))
    return ref


def test_after_one_business_day_the_supervisor_is_told_once_and_the_task_stays(office: Office) -> None:
    called_for(office, 9, 10, 42)
    at(office, 10, 10, 41)
    assert passed_on(office, "call_me") == [] and noted(office, "call_me") == 0
    at(office, 10, 10, 42)
    assert passed_on(office, "call_me") == [RITA] and noted(office, "call_me") == 1
    assert [one.partition(":")[0] for one in tasks(office, "call_me")] == [SOFIA]
    office.later(days=7)
    assert passed_on(office, "call_me") == [RITA] and noted(office, "call_me") == 1


def test_the_supervisors_card_says_whose_it_is_and_can_end_it(office: Office) -> None:
    called_for(office, 9, 10, 42)
    at(office, 10, 10, 42)
    screens, mine = Screens(office), task(office, "call_me")
    shown = screens.text(RITA, mine, "passed_on")
    assert "This has been open for more than a business day. Sofia Marchetti has it." in shown
    assert "Open for too long" in shown and "call Dana Whitlock" in shown
    assert screens.labels(RITA, mine, "passed_on") == ["Done", "Hand to a colleague"]
    assert screens.labels(SOFIA, mine, "task") == ["Done", "Tomorrow morning", "Hand to a colleague"]
    office.do(RITA, HandTask(mine, office.person(RITA)))
    assert "Sofia" not in screens.text(RITA, mine, "passed_on")
    assert screens.press(RITA, mine, "Done", purpose="passed_on").tone == "good"
    assert tasks(office, "call_me") == [] and "Open for too long" not in screens.text(RITA, mine, "passed_on")


def test_who_is_done_in_time_is_nobodys_concern(office: Office) -> None:
    called_for(office, 9, 10, 42)
    office.later(hours=5)
    office.do(SOFIA, FinishTask(task(office, "call_me"), True))
    office.later(days=3)
    assert passed_on(office, "call_me") == []


def test_it_is_the_providers_business_day(office: Office) -> None:
    called_for(office, 12, 16, 30)
    at(office, 15, 16, 29)
    assert passed_on(office, "call_me") == []
    at(office, 15, 16, 30)
    assert passed_on(office, "call_me") == [RITA]


def test_putting_it_off_does_not_put_that_off(office: Office) -> None:
    called_for(office, 9, 10, 42)
    office.do(SOFIA, SnoozeTask(task(office, "call_me")))
    at(office, 10, 10, 42)
    assert passed_on(office, "call_me") == [RITA]


def test_a_task_that_is_due_later_has_time_until_then(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, LUIS)
    at(office, 9, 12, 30)
    office.do(SOFIA, ResolveNotice(ref, "The line is repaired"))
    at(office, 17, 12, 29)
    assert passed_on(office, "root_cause") == [], "due on Tuesday the 16th"
    at(office, 17, 12, 30)
    assert passed_on(office, "root_cause") == [RITA]


def test_nobody_is_told_of_an_own_task(office: Office) -> None:
    called_for(office, 9, 10, 42)
    mine = task(office, "call_me")
    office.do(SOFIA, HandTask(mine, office.person(RITA)))
    office.later(days=3)
    assert passed_on(office, "call_me") == [] and noted(office, "call_me") == 0
