"""A client's ladders or hours change while a notice is open: what is still to come goes by the new ones."""

from __future__ import annotations

from typing import Any

from handlers.commands import ChangeNotice, PutPolicy, Ref, System
from tests.handlers.alarm import (
    DANA,
    JILL,
    LUIS,
    SOFIA,
    TOM,
    acknowledge,
    at,
    broadcast,
    internet,
    mail,
    owed,
    raised,
    stages,
    tasks,
)
from tests.handlers.office import Office

OPERATOR = System("operator")


def minutes(**after: int) -> dict[str, Any]:
    """A ladder that counts minutes."""
    return {"unit": "clock_minutes", "rungs": [{"after": count, "deed": deed} for deed, count in after.items()]}


def policy(office: Office, client: str, **said: Any) -> None:
    office.do(OPERATOR, PutPolicy(client, said))


def coming(office: Office, subject: str = "notice:%") -> list[tuple[str, str]]:
    """What is planned on silence: (deed, id) in order."""
    sql = "SELECT deed, id FROM timer WHERE subject LIKE :of AND state = 'waiting' ORDER BY due_at, id"
    ladder = ("remind_primary", "add_backup", "remind_both", "tell_csm", "tell_supervisor")
    return [(row.deed, row.id) for row in office.rows(sql, of=subject) if row.deed in ladder]


def test_a_new_ladder_counts_from_when_the_notice_was_sent(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 10, 45)
    policy(office, "marlow-finch", ladders={"sev1": minutes(remind_primary=6, tell_csm=40)})
    at(office, 9, 10, 47)
    assert owed(office, str(ref), "remind:%") == []
    at(office, 9, 10, 48)
    assert sorted(owed(office, str(ref), "remind:%")) == [DANA, LUIS]
    at(office, 9, 11, 21)
    assert tasks(office, "notice_call") == [], "by the old ladder Sofia would have been told at 11:02"
    at(office, 9, 11, 22)
    assert len(tasks(office, "notice_call")) == 1


def test_a_rung_whose_new_time_has_passed_is_due_at_once_and_what_has_happened_happens_no_more(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 10, 53)
    assert sorted(owed(office, str(ref), "remind:%")) == [DANA, LUIS]
    policy(office, "marlow-finch", ladders={"sev1": minutes(add_backup=2, tell_csm=5, tell_supervisor=60)})
    office.later(seconds=0)
    assert sorted(owed(office, str(ref), "remind:%")) == [DANA, LUIS], "the first rung was climbed before"
    assert len(tasks(office, "notice_call")) == 1
    at(office, 9, 11, 41)
    assert len(tasks(office, "notice_call")) == 1
    at(office, 9, 11, 42)
    assert [one.partition(":")[0] for one in tasks(office, "notice_call")] == [SOFIA, "Rita Nowak"]


def test_other_hours_move_what_is_counted_in_business_hours(office: Office) -> None:
    at(office, 9, 10, 0)
    ref = raised(office, mail(clients=("CR", "MF"), severity=3))
    policy(office, "cedar-ridge", opening="10:00")
    at(office, 9, 15, 59)
    assert stages(office, ref)[TOM] == "queued", "four business hours, now from ten in Denver"
    assert stages(office, ref)[DANA] == "overdue", "the other client's hours are what they were"
    at(office, 9, 16, 0)
    assert (stages(office, ref)[TOM], stages(office, ref)[JILL]) == ("overdue", "queued")


def test_after_another_severity_it_counts_from_that_moment(office: Office) -> None:
    at(office, 9, 10, 0)
    ref = raised(office, mail(clients=("MF",), severity=3))
    at(office, 9, 10, 30)
    office.do(SOFIA, ChangeNotice(ref, severity=1))
    at(office, 9, 10, 35)
    policy(office, "marlow-finch", ladders={"sev1": minutes(tell_csm=30)})
    at(office, 9, 10, 59)
    assert tasks(office, "notice_call") == []
    at(office, 9, 11, 0)
    assert len(tasks(office, "notice_call")) == 2, "for Boston and for Providence"


def test_no_ladder_begins_before_its_reader_is_told(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, mail(clients=("MF",)))
    policy(office, "marlow-finch", ladders={"sev2": minutes(remind_primary=10)}, quiet_from="23:00")
    at(office, 10, 8, 9)
    assert stages(office, ref) == {DANA: "queued", LUIS: "queued"}, "told at eight, as was decided"
    at(office, 10, 8, 10)
    assert stages(office, ref) == {DANA: "overdue", LUIS: "overdue"}


def test_who_has_not_told_the_staff_is_nudged_by_the_new_ladder(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    mine = Ref("relay", broadcast(office, ref).relays[-1].id)
    policy(office, "marlow-finch", ladders={"relay1": minutes(remind_primary=5, tell_csm=50)})
    at(office, 9, 10, 46)
    assert owed(office, str(mine), "nudge:%") == []
    at(office, 9, 10, 47)
    assert owed(office, str(mine), "nudge:%") == [DANA]
    at(office, 9, 11, 31)
    assert tasks(office, "relay_silent") == []
    at(office, 9, 11, 32)
    assert len(tasks(office, "relay_silent")) == 1


def test_what_stays_the_same_is_not_planned_anew(office: Office) -> None:
    at(office, 9, 10, 42)
    raised(office, internet())
    before = coming(office)
    assert [deed for deed, _ in before] == ["add_backup", "tell_csm", "tell_supervisor"]
    policy(office, "marlow-finch", split_guard_days=9)
    assert coming(office) == before
    policy(office, "northgate", ladders={"sev1": minutes(tell_csm=1)})
    assert coming(office) == before, "nor by what another client says"


def test_a_place_that_has_acknowledged_is_left_alone(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, LUIS)
    policy(office, "marlow-finch", ladders={"sev1": minutes(tell_csm=1)})
    assert coming(office, str(ref)) == []
    office.later(minutes=10)
    assert tasks(office, "notice_call") == []
