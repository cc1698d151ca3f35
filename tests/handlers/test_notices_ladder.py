"""Nobody acknowledges: what happens to the minute, by severity, place, client and hour."""

from __future__ import annotations

from datetime import timedelta

from handlers.commands import Grant, PutPerson, PutPolicy, RemindReaders, System
from tests.handlers.alarm import (
    ANJA,
    DANA,
    JILL,
    LUIS,
    MARCUS,
    PRIYA,
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
    stages,
    tasks,
)
from tests.handlers.office import Office

OPERATOR = System("operator")


def emergency_backup(office: Office) -> None:
    """Priya is Dana's backup in emergencies."""
    grants = (Grant("strategy"), Grant("purchasing", 2), Grant("security", 2), Grant("emergency", 2))
    office.do(
        OPERATOR,
        PutPerson("marlow-finch", PRIYA, "priya@marlowfinch.example", phone="+1 617 555 0111", grants=grants),
    )


def test_severity_one_goes_to_the_backup_the_csm_and_the_supervisor(office: Office) -> None:
    emergency_backup(office)
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 10, 51)
    assert stages(office, ref) == {DANA: "queued", LUIS: "queued"}
    at(office, 9, 10, 52)
    assert stages(office, ref) == {DANA: "overdue", LUIS: "overdue", PRIYA: "queued"}
    assert owed(office, str(ref), "notice").count(PRIYA) == 1
    at(office, 9, 11, 1)
    assert tasks(office, "notice_call") == []
    at(office, 9, 11, 2)
    asked = "N-1: call Dana Whitlock, Luis Ortega, Priya Raman. Marlow & Finch LLP, Providence has not acknowledged"
    assert tasks(office, "notice_call") == [f"Sofia Marchetti: {asked}"]
    at(office, 9, 11, 12)
    assert tasks(office, "notice_call") == [f"Sofia Marchetti: {asked}", f"Rita Nowak: {asked}"]
    assert stages(office, ref)[PRIYA] == "overdue"
    acknowledge(office, ref, PRIYA)
    assert stages(office, ref) == {DANA: "covered", LUIS: "covered", PRIYA: "acknowledged"}
    assert tasks(office, "notice_call") == [], "nobody has to call any more"
    acknowledge(office, ref, LUIS)
    assert stages(office, ref)[LUIS] == "acknowledged", "who is covered may still say so"


def test_where_no_backup_is_left_the_silent_are_reminded(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 10, 52)
    assert sorted(owed(office, str(ref), "remind:%")) == [DANA, LUIS]


def test_each_place_has_a_ladder_of_its_own(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet(clients=("NF",), locations=()))
    assert stages(office, ref) == {ANJA: "queued", MARCUS: "queued"}
    acknowledge(office, ref, ANJA)
    assert stages(office, ref) == {ANJA: "acknowledged", MARCUS: "queued"}, "Toledo has nobody yet"
    at(office, 9, 11, 2)
    assert tasks(office, "notice_call") == [
        "Sofia Marchetti: N-1: call Marcus Hale. Northgate Fabrication, Toledo has not acknowledged"
    ]
    acknowledge(office, ref, MARCUS)
    assert tasks(office, "notice_call") == []


def test_severity_two_three_and_four(office: Office) -> None:
    at(office, 9, 10, 0)
    second = raised(office, mail(clients=("CR",)))
    third = raised(office, mail(clients=("CR",), severity=3))
    fourth = raised(office, mail(clients=("CR",), severity=4))
    at(office, 9, 10, 29)
    assert stages(office, second) == {TOM: "queued"}
    at(office, 9, 10, 30)
    assert stages(office, second) == {TOM: "overdue", JILL: "queued"}
    assert [stages(office, one)[TOM] for one in (second, third, fourth)] == ["overdue", "queued", "queued"]
    at(office, 9, 16, 0)
    assert stages(office, third) == {TOM: "overdue", JILL: "queued"}, "four business hours, from nine in Denver"
    office.later(days=9)
    assert stages(office, fourth) == {TOM: "queued"}
    assert len(tasks(office, "notice_call")) == 2, "a call and the supervisor, for severity 2 only"


def test_what_is_held_at_night_starts_its_ladder_in_the_morning(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, mail())
    held = due_in_new_york(office, str(ref), "notice")
    assert held == {DANA: "Wed 08:00", LUIS: "Wed 08:00", TOM: "Wed 10:00", MARCUS: "Wed 08:00", ANJA: "Wed 02:00"}
    at(office, 10, 2, 29)
    assert stages(office, ref)[ANJA] == "queued"
    at(office, 10, 2, 30)
    assert stages(office, ref)[ANJA] == "overdue", "Leipzig has been awake for half an hour"
    assert stages(office, ref)[DANA] == "queued"


def test_severity_one_wakes_people_and_severity_two_where_the_client_wants_it(office: Office) -> None:
    office.do(OPERATOR, PutPolicy("northgate", {"sev2_at_night": True}))
    at(office, 9, 22, 0)
    first, second = raised(office, internet()), raised(office, mail())
    assert set(due_in_new_york(office, str(first), "notice").values()) == {"Tue 22:00"}
    held = due_in_new_york(office, str(second), "notice")
    assert held[ANJA] == held[MARCUS] == "Tue 22:00"
    assert held[DANA] == "Wed 08:00"


def test_a_clients_own_ladder_counts(office: Office) -> None:
    own = {"unit": "clock_minutes", "rungs": [{"after": 3, "deed": "remind_primary"}, {"after": 5, "deed": "tell_csm"}]}
    office.do(OPERATOR, PutPolicy("marlow-finch", {"ladders": {"sev1": own}}))
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 10, 45)
    assert sorted(owed(office, str(ref), "remind:%")) == [DANA, LUIS]
    at(office, 9, 10, 47)
    assert len(tasks(office, "notice_call")) == 1


def test_after_standing_still_a_reminder_that_came_too_late_is_skipped(office: Office) -> None:
    own = {"unit": "clock_minutes", "rungs": [{"after": 3, "deed": "remind_primary"}, {"after": 5, "deed": "tell_csm"}]}
    office.do(OPERATOR, PutPolicy("marlow-finch", {"ladders": {"sev1": own}}))
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    office.now += timedelta(hours=1)
    office.tick()
    assert owed(office, str(ref), "remind:%") == []
    assert len(tasks(office, "notice_call")) == 1
    assert office.journal("notice.skipped") == 1
    office.tick()
    assert len(tasks(office, "notice_call")) == 1


def test_the_provider_reminds_the_silent_at_most_every_fifteen_minutes(office: Office) -> None:
    at(office, 10, 11, 0)
    ref = raised(office, mail())
    acknowledge(office, ref, DANA)
    assert office.do(SOFIA, RemindReaders(ref)).say == "3 people are reminded.", "Luis is covered"
    assert sorted(owed(office, str(ref), "remind:by:%")) == [ANJA, MARCUS, TOM]
    office.later(minutes=14)
    assert "Again in 1 min" in office.refused(SOFIA, RemindReaders(ref)).sentence
    office.later(minutes=1)
    assert office.do(SOFIA, RemindReaders(ref)).say == "3 people are reminded."
    assert len(broadcast(office, ref).readers) == 5
