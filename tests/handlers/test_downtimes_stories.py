"""Story 6 at the office: Toledo and Leipzig agree across an ocean, the work runs over, and everybody hears of it."""

from __future__ import annotations

from handlers.commands import CompleteDowntime, ExtendDowntime, FinishDowntime, RaiseDowntime, StartDowntime
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    DANA,
    KAI,
    LUIS,
    MARCUS,
    SOFIA,
    agreed,
    et,
    firewalls,
    offered,
    picks,
    purposes,
    says,
    standing,
    state,
    told,
    until,
    voice,
    window,
)


def test_the_key_contact_decides_after_the_other_office_has_answered(office: Office) -> None:
    ref = offered(office)
    now = standing(office, ref)
    assert [place.name for place in now.places] == ["Leipzig", "Toledo"]
    assert [(one.number, one.row.size, one.row.needed_days, one.row.given_days) for one in now.offers] == [
        (1, "major", 10, 10),
        (2, "major", 10, 10),
    ], "sent on Friday June 5, with June 19 a holiday, it is just in time"
    assert now.row.expires_at == et(6, 17, 17), "two business days before Saturday June 20, for June 19 is a holiday"
    assert voice(office, ref, "decider").state == "waiting"
    assert [one.name for one in voice(office, ref, "Leipzig").asked] == [ANJA]
    assert told(office, ref, "offer:r1") == [ANJA, MARCUS]
    assert told(office, ref, "desk") == [SOFIA]

    says(office, ref, ANJA, 1, against="The night shift works on Saturday")
    assert told(office, ref, "turn:r1") == [], "one of two times has no answer yet"
    says(office, ref, ANJA)
    assert told(office, ref, "turn:r1") == [MARCUS]
    assert picks(office, ref, MARCUS, 2).say == "Agreed. D-1 will be done at the time you chose."
    now = standing(office, ref)
    assert state(office, ref) == "accepted: scheduled"
    assert (now.row.starts_at, now.row.ends_at) == (et(6, 21, 6), et(6, 21, 10))
    assert now.row.decided_by == office.person(MARCUS)
    assert [one.row.state for one in now.offers] == ["dropped", "chosen"]
    assert told(office, ref, "agreed") == [ANJA, MARCUS, SOFIA]


def test_an_agreed_window_runs_from_reminder_to_completion(office: Office) -> None:
    ref = agreed(office, offered(office, firewalls(engineer=office.person(KAI))))
    until(office, et(6, 14, 7))
    assert state(office, ref) == "accepted: announced"
    until(office, et(6, 21, 5, 59))
    assert [one for one in purposes(office, ref, ANJA) if one[:3] in ("day", "hou")] == ["day7", "day1", "hour1"]
    assert [one for one in purposes(office, ref, MARCUS) if one[:3] in ("day", "hou")] == ["day7", "day1", "hour1"]
    assert told(office, ref, "engineer") == [KAI]

    until(office, et(6, 21, 6))
    office.do(KAI, StartDowntime(ref))
    assert state(office, ref) == "accepted: in_progress"
    until(office, et(6, 21, 10))
    assert told(office, ref, "checkup:0") == [KAI], "at the planned end the engineer is asked"
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 10, 20), "The second firewall is still restarting"))
    assert state(office, ref) == "accepted: extended"
    until(office, et(6, 21, 10, 18))
    office.do(KAI, FinishDowntime(ref))
    assert state(office, ref) == "accepted: verifying"
    office.do(KAI, CompleteDowntime(ref, "Everything works"))
    assert state(office, ref) == "accepted: completed"
    for purpose in ("started", "extended:1", "finished", "completed"):
        assert told(office, ref, purpose) == [ANJA, KAI, MARCUS, SOFIA], purpose
    assert [one["what"] for one in standing(office, ref).row.steps] == ["started", "extended", "finished", "completed"]
    assert (
        office.rows("SELECT count(*) AS n FROM timer WHERE subject = :of AND state = 'waiting'", of=str(ref))[0].n == 0
    )


def test_a_slack_client_with_two_offices_agrees_in_the_same_way(office: Office) -> None:
    ref = offered(
        office,
        RaiseDowntime(
            client="marlow-finch",
            work="New wireless network",
            implications="No wireless network",
            windows=(window(6, 27, 8, 12), window(6, 28, 8, 12)),
            send=True,
        ),
    )
    assert [one.name for one in voice(office, ref, "Providence").asked] == [LUIS]
    says(office, ref, LUIS, 1, 2)
    assert told(office, ref, "turn:r1") == [DANA]
    picks(office, ref, DANA, 1)
    assert told(office, ref, "agreed") == [DANA, LUIS, SOFIA]
