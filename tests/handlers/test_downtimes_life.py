"""The life of an agreed window: reminders, the beginning, what takes longer, what never began, what is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.commands import (
    CancelDowntime,
    ChooseWindow,
    CompleteDowntime,
    ExtendDowntime,
    FinishDowntime,
    OfferWindows,
    PostponeDowntime,
    PutBlackout,
    StartDowntime,
)
from tests.handlers.alarm import tasks
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    BERLIN,
    DANA,
    GRETA,
    KAI,
    MARCUS,
    SATURDAY,
    SOFIA,
    SUNDAY,
    TOM,
    agreed,
    begun,
    et,
    firewalls,
    offered,
    picks,
    purposes,
    refusal,
    says,
    standing,
    state,
    switches,
    told,
    until,
    window,
)

JULY = window(7, 11, 6, 10)


def relays(office: Office, ref: object) -> dict[str, list[str]]:
    """Who tells the staff -> the states of the drafts, oldest first."""
    sql = (
        "SELECT p.name, r.state FROM relay r JOIN person p ON p.id = r.person_id WHERE r.subject = :of "
        "ORDER BY r.number, r.id"
    )
    found: dict[str, list[str]] = {}
    for row in office.rows(sql, of=str(ref)):
        found.setdefault(row.name, []).append(row.state)
    return found


def due(office: Office, ref: object, purpose: str, name: str) -> str:
    """When a message may go, on a clock in Berlin."""
    sql = (
        "SELECT d.due_at FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :of AND d.purpose = :purpose AND p.name = :name"
    )
    moment = office.rows(sql, of=str(ref), purpose=purpose, name=name)[0].due_at
    at = datetime.fromisoformat(f"{moment}+00:00") if isinstance(moment, str) else moment
    return f"{at.astimezone(BERLIN):%a %H:%M}"


def test_work_begins_within_the_agreed_time_and_not_before(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 21, 5, 44))
    assert refusal(office, KAI, StartDowntime(ref)).sentence == (
        "D-1 was agreed for a later time. Work may begin 15 minutes before it at the earliest."
    )
    for who in (MARCUS, ANJA):
        assert refusal(office, who, StartDowntime(ref)).sentence == "Only your provider can begin the work."
    assert refusal(office, DANA, StartDowntime(ref)).code == "not_found"
    until(office, et(6, 21, 5, 45))
    office.do(KAI, StartDowntime(ref))
    assert office.do(SOFIA, StartDowntime(ref)).repeated
    assert told(office, ref, "started") == [ANJA, MARCUS, SOFIA]


@pytest.mark.parametrize("what", [StartDowntime, FinishDowntime, CompleteDowntime])
def test_nothing_is_done_that_was_not_agreed(office: Office, what: type) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    until(office, et(6, 16, 9))
    refused = refusal(office, KAI, what(ref))
    assert refused.sentence == "D-1 is not agreed: no work is done without the key contact's yes."
    until(office, et(6, 21, 7))
    assert refusal(office, KAI, what(ref)).code == "conflict"
    assert state(office, ref) == "expired"


def test_work_that_nobody_begins_is_noticed_and_never_begins_late(office: Office) -> None:
    ref = agreed(office, offered(office, firewalls(engineer=office.person(KAI))))
    until(office, et(6, 21, 6, 15))
    assert told(office, ref, "late") == [KAI, SOFIA]
    assert tasks(office, "overrun") == [
        "Sofia Marchetti: D-1: the agreed time has begun and nobody has started the work"
    ]
    until(office, et(6, 21, 10))
    assert len(tasks(office, "overrun")) == 2
    refused = refusal(office, KAI, StartDowntime(ref))
    assert refused.sentence.startswith("The agreed time of D-1 is over.")
    office.do(SOFIA, PostponeDowntime(ref, "The part has not come"))
    assert state(office, ref) == "accepted: postponed"
    assert tasks(office, "overrun") == []


def test_work_that_takes_longer_without_a_word_is_asked_about_and_everybody_is_told(office: Office) -> None:
    ref = begun(office)
    until(office, et(6, 21, 10))
    assert told(office, ref, "checkup:0") == [SOFIA], "without an engineer whoever is accountable is asked"
    until(office, et(6, 21, 10, 15))
    assert told(office, ref, "overrun:0") == [ANJA, MARCUS, SOFIA]
    said = "the planned end has passed and Sofia Marchetti has not said whether it is done. Please call"
    assert tasks(office, "overrun") == [f"Sofia Marchetti: D-1: {said}"]
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 11)))
    assert tasks(office, "overrun") == []
    until(office, et(6, 21, 11))
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 11, 30)))
    assert told(office, ref, "extended:2") == [ANJA, MARCUS, SOFIA]
    assert told(office, ref, "checkup:1") == [SOFIA]
    until(office, et(6, 21, 11, 10))
    office.do(KAI, CompleteDowntime(ref))
    assert [one["what"] for one in standing(office, ref).row.steps] == [
        "started",
        "overrun",
        "extended",
        "extended",
        "finished",
        "completed",
    ]


def test_an_extension_is_later_than_what_was_said_before(office: Office) -> None:
    ref = begun(office)
    for moment in (et(6, 21, 9), et(6, 21, 10), et(6, 30, 9), et(6, 21, 11).replace(tzinfo=None)):
        assert refusal(office, KAI, ExtendDowntime(ref, moment)).field == "until"
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 11)))
    assert office.do(KAI, ExtendDowntime(ref, et(6, 21, 11))).repeated
    office.do(KAI, FinishDowntime(ref))
    assert refusal(office, KAI, ExtendDowntime(ref, et(6, 21, 12))).code == "conflict"
    until(office, et(6, 21, 9))
    assert tasks(office, "overrun") == [
        "Sofia Marchetti: D-1: the work is done, and nobody has said yet that everything works again"
    ]
    office.do(KAI, CompleteDowntime(ref))
    assert tasks(office, "overrun") == []
    assert office.do(KAI, CompleteDowntime(ref)).repeated
    assert refusal(office, SOFIA, CancelDowntime(ref, "no")).code == "conflict"


def test_reminders_keep_quiet_at_night_but_never_come_after_the_start(office: Office) -> None:
    ref = offered(office, firewalls(window(6, 28, 20, 23)))
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 1)
    until(office, et(6, 28, 19, 30))
    assert due(office, ref, "day7", ANJA) == "Mon 08:00", "Sunday night becomes Monday morning, a week before"
    assert due(office, ref, "day1", ANJA) == "Sun 02:00", "Monday morning would be after the start"
    assert due(office, ref, "hour1", ANJA) == "Mon 01:00", "the last hour goes at any hour"


def test_reminders_that_are_past_at_the_agreement_are_left_out(office: Office) -> None:
    office.now = et(6, 10, 9)
    ref = offered(office, switches(window(6, 13, 20, 22)))
    picks(office, ref, TOM, 1, consent=True)
    until(office, et(6, 13, 19, 30))
    assert [one for one in purposes(office, ref, TOM) if one[:3] in ("day", "hou")] == ["day1", "hour1"]
    assert state(office, ref) == "accepted: announced"


def test_after_standing_still_only_the_reminder_that_is_of_use_goes(office: Office) -> None:
    ref = agreed(office)
    office.now = et(6, 21, 5, 30)
    office.tick()
    assert [one for one in purposes(office, ref, ANJA) if one[:3] in ("day", "hou")] == ["hour1"]
    assert state(office, ref) == "accepted: announced"


def test_a_cancellation_tells_everybody_and_stops_the_reminders(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 14, 12))
    for who in (ANJA, GRETA):
        assert refusal(office, who, CancelDowntime(ref, "no")).code == "not_entitled"
    assert refusal(office, MARCUS, CancelDowntime(ref, " ")).field == "reason"
    sequence = standing(office, ref).row.sequence
    office.do(MARCUS, CancelDowntime(ref, "The audit has moved"))
    assert state(office, ref) == "accepted: cancelled"
    assert standing(office, ref).row.sequence == sequence + 1
    assert told(office, ref, "cancelled") == [ANJA, MARCUS, SOFIA]
    assert office.do(SOFIA, CancelDowntime(ref, "The audit has moved")).repeated
    until(office, et(6, 21, 12))
    assert told(office, ref, "day1") == [] and told(office, ref, "hour1") == [] and tasks(office, "overrun") == []
    assert relays(office, ref) == {ANJA: ["withdrawn"], MARCUS: ["withdrawn"]}, "nobody's staff had been told"


def test_a_cancellation_before_a_held_reminder_is_sent_leaves_none_behind(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 14, 7))
    assert due(office, ref, "day7", MARCUS) == "Mon 14:00", "held over the weekend, until Monday 8:00 in Toledo"
    office.do(SOFIA, CancelDowntime(ref, "The vendor has withdrawn the version"))
    assert told(office, ref, "day7") == []


def test_a_postponed_window_is_offered_anew_in_the_same_breath(office: Office) -> None:
    ref = agreed(office)
    outcome = office.do(SOFIA, PostponeDowntime(ref, "A part has not come", (JULY,)))
    assert state(office, ref) == "accepted: postponed"
    assert told(office, ref, "postponed") == [ANJA, MARCUS, SOFIA]
    instead = office.rows("SELECT id, ref, state, instead_of FROM downtime WHERE ref = 'D-2'")[0]
    assert (instead.state, instead.instead_of) == ("proposed", ref.id)
    assert outcome.facts["replaced_by"]["ref"] == "D-2"
    assert office.do(SOFIA, PostponeDowntime(ref, "A part has not come", (JULY,))).repeated
    assert len(office.rows("SELECT id FROM downtime")) == 2


def test_what_cannot_be_offered_instead_is_not_postponed_either(office: Office) -> None:
    ref = agreed(office)
    refused = refusal(office, SOFIA, PostponeDowntime(ref, "A part has not come", (window(7, 1, 10, 12),)))
    assert refused.field == "override"
    assert state(office, ref) == "accepted: scheduled"
    assert len(office.rows("SELECT id FROM downtime")) == 1


def test_a_blackout_after_the_agreement_lets_it_stand_and_tells_who_agreed(office: Office) -> None:
    ref = agreed(office)
    outcome = office.do(MARCUS, PutBlackout("Stocktaking", window=window(6, 21, 8, 18)))
    assert outcome.facts["concerns"] == ["D-1"]
    assert state(office, ref) == "accepted: scheduled"
    blackout = outcome.facts["id"]
    assert told(office, ref, f"blackout:{blackout}") == [MARCUS, SOFIA]
    office.do(SOFIA, PostponeDowntime(ref, "Stocktaking", (JULY,)))


def test_a_blackout_at_another_office_concerns_nobody(office: Office) -> None:
    ref = offered(office, firewalls(locations=("toledo",)))
    picks(office, ref, MARCUS, 2)
    office.do(ANJA, PutBlackout("Stocktaking", location="leipzig", window=window(6, 21, 8, 18)))
    assert told(office, ref, "blackout:%") == []


def test_a_blackout_since_the_offer_stops_the_yes_and_says_why(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    office.do(ANJA, PutBlackout("Stocktaking", location="leipzig", window=window(6, 21, 8, 18)))
    assert told(office, ref, "blackout:%") == [MARCUS, SOFIA]
    refused = refusal(office, MARCUS, ChooseWindow(ref, 1, 2))
    assert refused.code == "blocked" and "Stocktaking" in refused.sentence
    assert refused.sentence.endswith("Please choose or suggest another time.")
    picks(office, ref, MARCUS, 1)


def test_two_works_at_one_office_are_not_agreed_for_one_time_by_surprise(office: Office) -> None:
    first = offered(office, firewalls(SUNDAY))
    refused = refusal(office, SOFIA, firewalls(SUNDAY, locations=("toledo",)))
    assert "D-1 is offered for Toledo at that time" in refused.sentence
    second = offered(office, firewalls(SATURDAY, locations=("toledo",)))
    says(office, first, ANJA)
    picks(office, second, MARCUS, 1)
    office.do(SOFIA, OfferWindows(first, (SATURDAY,), override="The same engineer does both"))
    says(office, first, ANJA)
    picks(office, first, MARCUS, 1)
    assert state(office, first) == "accepted: scheduled", "the provider has said why"


def test_the_wall_keeps_its_time_across_the_change_of_the_clocks(office: Office) -> None:
    office.now = et(10, 1, 10)
    ref = offered(office, firewalls(window(11, 1, 6, 10)))
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 1)
    rows = office.rows(
        "SELECT deed, due_at FROM timer WHERE subject = :of AND plan = 'life' ORDER BY due_at", of=str(ref)
    )
    assert [row.deed for row in rows] == ["day7", "day1", "hour1", "late", "missed"]
    until(office, et(10, 25, 6))
    assert state(office, ref) == "accepted: announced", "a week before at six, although the clocks change between"
    assert standing(office, ref).now - et(10, 25, 6) == timedelta()


def test_after_standing_still_past_the_end_only_what_still_matters_is_said(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 21, 5))
    office.now = et(6, 22, 9)
    office.tick()
    assert told(office, ref, "late") == []
    assert tasks(office, "overrun") == [
        "Sofia Marchetti: D-1: the agreed time is over and no work was done. Please postpone or cancel it"
    ]
