"""News, promises and what follows: updates on time, the root cause, how it went, a change of severity."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.commands import CancelNotice, ChangeNotice, Rate, Ref, ResolveNotice, ShareRootCause, UpdateNotice
from tests.handlers.alarm import (
    ANJA,
    DANA,
    LUIS,
    MARCUS,
    NEW_YORK,
    SOFIA,
    TOM,
    acknowledge,
    at,
    broadcast,
    due_in_new_york,
    internet,
    mail,
    owed,
    raised,
    reader,
    stages,
    tasks,
)
from tests.handlers.office import Office


def june(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("severity", "due"), [(1, june(9, 11, 12)), (2, june(9, 11, 42)), (3, june(9, 14, 42)), (4, None)]
)
def test_an_outage_promises_its_next_update_by_severity(office: Office, severity: int, due: datetime | None) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet(severity=severity))
    assert broadcast(office, ref).notice.next_update_at == due
    change = internet(kind="msp_change", severity=severity)
    assert broadcast(office, raised(office, change)).notice.next_update_at is None


def test_the_owner_is_nudged_before_and_the_supervisor_told_after(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 11, 7)
    assert tasks(office, "update_due") == ["Sofia Marchetti: N-1: the next update was promised for 11:12 AM"]
    at(office, 9, 11, 16)
    assert tasks(office, "update_late") == []
    at(office, 9, 11, 17)
    assert tasks(office, "update_late") == ["Rita Nowak: N-1: the update is late; Sofia Marchetti has the notice"]
    office.do(SOFIA, UpdateNotice(ref, no_change=True, next_update_at=june(9, 13)))
    assert tasks(office, "update_late") == tasks(office, "update_due") == []
    at(office, 9, 12, 54)
    assert tasks(office, "update_due") == []
    at(office, 9, 12, 55)
    assert len(tasks(office, "update_due")) == 1
    office.do(SOFIA, ResolveNotice(ref, "Done"))
    assert tasks(office, "update_due") == []
    office.later(hours=2)
    assert tasks(office, "update_late") == []


def test_after_standing_still_only_the_supervisor_is_told(office: Office) -> None:
    at(office, 9, 10, 42)
    raised(office, internet())
    office.now += timedelta(hours=1)
    office.tick()
    assert tasks(office, "update_due") == []
    assert len(tasks(office, "update_late")) == 1


def test_news_goes_to_everybody_in_a_message_of_its_own_and_nobody_twice(office: Office) -> None:
    at(office, 10, 11, 0)
    ref = raised(office, mail())
    acknowledge(office, ref, DANA)
    office.do(SOFIA, UpdateNotice(ref, "Half of it is delivered", state="monitoring"))
    now = broadcast(office, ref)
    assert (now.notice.state, now.notice.version, now.latest) == ("monitoring", 2, 1)
    assert sorted(owed(office, str(ref), "update:1")) == sorted([ANJA, DANA, LUIS, MARCUS, TOM])
    rows = office.rows("SELECT follows FROM delivery WHERE purpose = 'update:1'")
    assert {row.follows for row in rows} == {"notice"}
    assert office.refused(SOFIA, UpdateNotice(ref, "  ")).field == "text"
    assert office.refused(SOFIA, UpdateNotice(ref, "x", next_update_at=june(10, 10))).field == "next_update_at"
    assert office.refused(SOFIA, UpdateNotice(ref, "x", state="resolved")).field == "state"  # type: ignore[arg-type]


def test_who_sleeps_gets_the_latest_news_only(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, mail(clients=("MF",)))
    office.do(SOFIA, UpdateNotice(ref, "First"))
    assert owed(office, str(ref), "update:1") == [], "the first card is still held and will say it all"
    at(office, 10, 10, 0)
    with office.store.write() as tx:
        tx.exec_driver_sql("UPDATE delivery SET state = 'settled', shown = wanted, message = '{}'")
    at(office, 10, 19, 0)
    for words in ("Second", "Third"):
        office.do(SOFIA, UpdateNotice(ref, words))
    live = office.rows("SELECT purpose, state FROM delivery WHERE purpose LIKE 'update:%' ORDER BY purpose")
    assert [(row.purpose, row.state) for row in live] == [("update:2", "dropped")] * 2 + [("update:3", "owed")] * 2
    assert set(due_in_new_york(office, str(ref), "update:3").values()) == {"Thu 08:00"}


def test_two_things_held_for_one_person_become_one_list(office: Office) -> None:
    at(office, 9, 22, 0)
    first, _ = (raised(office, mail(clients=("CR",))) for _ in range(2))
    rows = office.rows("SELECT subject, purpose, state FROM delivery WHERE person_id = :who", who=office.person(TOM))
    states = sorted((row.purpose, row.state) for row in rows)
    assert states == [("notice", "dropped"), ("notice", "dropped"), ("opening:2026-06-10", "owed")]
    at(office, 10, 10, 5)
    acknowledge(office, first, TOM)
    sql = "SELECT subject, state FROM delivery WHERE person_id = :who AND purpose = 'notice' ORDER BY state DESC"
    rows = office.rows(sql, who=office.person(TOM))
    assert [row.state for row in rows] == ["owed", "dropped"], "whoever answers in the list keeps a card of its own"
    assert rows[0].subject == str(first)


def test_who_was_to_be_told_in_the_morning_never_hears_of_a_false_alarm_at_night(office: Office) -> None:
    at(office, 9, 16, 0)
    ref = raised(office, mail())
    with office.store.write() as tx:
        shown = "UPDATE delivery SET state = 'settled', shown = wanted, message = '{}' WHERE due_at < '2026-06-10'"
        tx.exec_driver_sql(shown)
    at(office, 9, 16, 5)
    office.do(SOFIA, CancelNotice(ref))
    sql = "SELECT state FROM delivery WHERE subject = :of AND person_id = :who"
    rows = office.rows(sql, of=str(ref), who=office.person(ANJA))
    assert [row.state for row in rows] == ["dropped"], "Leipzig was asleep"
    assert set(owed(office, str(ref), "update:1")) == {DANA, LUIS, MARCUS, TOM}


def test_a_higher_severity_wakes_those_who_were_let_sleep(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, mail(clients=("MF",)))
    assert set(due_in_new_york(office, str(ref), "notice").values()) == {"Wed 08:00"}
    office.do(SOFIA, ChangeNotice(ref, severity=1))
    assert set(due_in_new_york(office, str(ref), "notice").values()) == {"Tue 22:00"}
    office.later(minutes=10)
    assert stages(office, ref) == {DANA: "overdue", LUIS: "overdue"}
    now = broadcast(office, ref).notice
    assert (now.severity, now.next_update_at) == (1, june(9, 22, 30))
    assert office.do(SOFIA, ChangeNotice(ref, severity=1)).repeated


def test_one_client_may_be_told_in_words_of_its_own(office: Office) -> None:
    at(office, 10, 11, 0)
    ref = raised(office, mail(impacts={"CR": "No lab results by mail"}))
    now = broadcast(office, ref)
    tom, dana = reader(office, ref, TOM), reader(office, ref, DANA)
    assert now.impact_for(tom.client.id) == "No lab results by mail"
    assert now.impact_for(dana.client.id) == "Messages arrive up to an hour late"
    acknowledge(office, ref, TOM)
    assert "No lab results by mail." in broadcast(office, ref).relays[0].text
    office.do(SOFIA, ChangeNotice(ref, impacts={"northgate": "The scanners cannot send"}))
    assert broadcast(office, ref).updates[-1].text == "What it means for you has changed."


def test_nobody_is_asked_twice_in_a_week_how_it_went(office: Office) -> None:
    at(office, 9, 11, 0)
    first, second = raised(office, internet()), raised(office, internet())
    for ref in (first, second):
        acknowledge(office, ref, DANA)
        office.do(SOFIA, ResolveNotice(ref, "Done"))
    asked = office.rows("SELECT id, subject FROM feedback")
    assert [row.subject for row in asked] == [str(first)]
    mine = Ref("feedback", asked[0].id)
    assert office.refused(LUIS, Rate(mine, 5)).code == "not_entitled"
    assert office.refused(TOM, Rate(mine, 5)).code == "not_found"
    for score in (0, 6, True):
        assert office.refused(DANA, Rate(mine, score)).field == "score"
    at(office, 16, 11, 1)
    assert office.rows("SELECT state FROM feedback")[0].state == "unanswered"
    assert office.do(DANA, Rate(mine, 3)).say == "Thank you for your answer.", "a late answer is welcome"
    assert office.do(DANA, Rate(mine, 1)).repeated
    assert office.do(DANA, Rate(mine, 3, "A bit slow")).say == "Thank you for telling us more."
    kept = office.rows("SELECT score, comment, state FROM feedback")[0]
    assert (kept.score, kept.comment, kept.state) == (3, "A bit slow", "received")
    assert tasks(office, "low_score") == []
    third = raised(office, internet())
    acknowledge(office, third, DANA)
    office.do(SOFIA, ResolveNotice(third, "Done"))
    assert len(office.rows("SELECT id FROM feedback")) == 2, "a week has passed"


def test_an_opinion_is_asked_in_the_day_and_not_in_its_first_hour(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    office.do(SOFIA, ResolveNotice(ref, "Done"))
    asked = office.rows("SELECT id FROM feedback")[0].id
    assert due_in_new_york(office, f"feedback:{asked}", "ask") == {DANA: "Wed 09:00"}


def test_a_root_cause_belongs_to_a_resolved_outage_and_goes_to_the_same_people(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    office.do(SOFIA, ResolveNotice(ref, "Done"))
    assert office.refused(SOFIA, ShareRootCause(ref, "", "b", "c")).field == "summary"
    office.do(SOFIA, ShareRootCause(ref, "A digger", "Spliced", "A second line"))
    cause = next(row for row in office.rows("SELECT id, ref, state, about_id FROM notice") if row.about_id)
    assert (cause.ref, cause.state) == ("N-2", "resolved")
    shared = broadcast(office, Ref("notice", cause.id))
    assert shared.notice.findings == {"summary": "A digger", "fix": "Spliced", "prevent": "A second line"}
    assert shared.about is not None and shared.about.ref == "N-1"
    assert [place.name for place in shared.places] == ["Providence"]
    assert sorted(owed(office, f"notice:{cause.id}", "notice")) == [DANA, LUIS]
    assert broadcast(office, ref).notice.closed_why == "Root cause shared: N-2"
    office.later(days=30)
    assert tasks(office, "root_cause_late") == []
    assert broadcast(office, Ref("notice", cause.id)).notice.state == "closed"
