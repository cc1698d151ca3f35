"""People go away, leave, come back and cannot be reached while times are on offer, and somebody is always asked."""

from __future__ import annotations

from typing import Any

from bot.demo.cast import PEOPLE
from handlers.commands import (
    CancelDowntime,
    ChangeDowntime,
    ChooseWindow,
    ComeBack,
    DeliveryFailed,
    ForgetAddress,
    GoAway,
    Grant,
    PutPerson,
    PutPolicy,
    RemovePerson,
    System,
    TakeWindow,
)
from tests.handlers.alarm import tasks
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.windows import (
    ANJA,
    DANA,
    GRETA,
    JILL,
    KAI,
    LUIS,
    MARCUS,
    SOFIA,
    SUNDAY,
    TOM,
    agreed,
    et,
    firewalls,
    offered,
    picks,
    refusal,
    says,
    standing,
    state,
    switches,
    told,
    until,
    voice,
    window,
)

HOUSE = System("the house")


def lost(office: Office, ref: object, purpose: str, name: str, what: str = "target") -> None:
    """A message of this purpose did not arrive, and the courier reports it."""
    sql = (
        "SELECT d.id FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :of AND d.purpose = :purpose AND p.name = :name"
    )
    for row in office.rows(sql, of=str(ref), purpose=purpose, name=name):
        with office.store.write() as tx:
            tx.exec_driver_sql(f"UPDATE delivery SET state = 'dead', settled_at = NULL WHERE id = '{row.id}'")
        office.do(HOUSE, DeliveryFailed(row.id, what, "user_not_found"))


def asked(office: Office, ref: Any, whose: str) -> list[tuple[str, str]]:
    """Who was asked for a voice, and why."""
    return [(one.name, one.why.partition(":")[0]) for one in voice(office, ref, whose).asked]


def test_a_coordinator_who_goes_away_is_waited_for_no_longer(office: Office) -> None:
    ref = offered(office)
    office.do(ANJA, GoAway(office.now, et(6, 30, 9)))
    assert voice(office, ref, "Leipzig").state == "silent"
    assert tasks(office, "undeliverable") == [
        "Sofia Marchetti: D-1: nobody of Leipzig can be reached in chat any more about its times"
    ]
    assert told(office, ref, "turn:r1") == [MARCUS]
    assert refusal(office, MARCUS, ChooseWindow(ref, 1, 2)).field == "reason"
    office.do(ANJA, ComeBack())
    says(office, ref, ANJA)
    assert voice(office, ref, "Leipzig").state == "answered"
    picks(office, ref, MARCUS, 2)


def test_a_coordinator_who_is_away_when_it_is_offered_is_stood_in_for_or_answered_for(office: Office) -> None:
    office.now = et(6, 5, 10)
    office.do(ANJA, GoAway(office.now, et(6, 30, 9)))
    ref = offered(office)
    assert [one.kind for one in standing(office, ref).voices] == ["decider"], "the key contact answers for Leipzig"
    picks(office, ref, MARCUS, 2)
    assert told(office, ref, "agreed") == [MARCUS, SOFIA]
    office.do(ANJA, ComeBack())
    assert told(office, ref, "agreed") == [ANJA, MARCUS, SOFIA], "who is back hears what was agreed"


def test_a_stand_in_answers_for_an_office(office: Office) -> None:
    office.now = et(6, 5, 10)
    office.do(ANJA, GoAway(office.now, et(6, 30, 9), office.person(GRETA)))
    ref = offered(office)
    assert asked(office, ref, "Leipzig") == [(GRETA, "for")]
    says(office, ref, GRETA)
    picks(office, ref, MARCUS, 2)


def test_a_new_coordinator_of_an_agreed_window_is_told(office: Office) -> None:
    ref = agreed(office)
    player = PEOPLE[GRETA]
    grants = (*(Grant(*one) for one in player.grants), Grant("downtime", 1, "toledo"))
    office.do(HOUSE, PutPerson("northgate", GRETA, player.email, grants=grants, timezone="America/New_York"))
    assert told(office, ref, "agreed") == [ANJA, GRETA, MARCUS, SOFIA]
    until(office, et(6, 14, 7))
    assert told(office, ref, "day7") == [ANJA, GRETA, MARCUS]


def test_a_backup_is_asked_when_the_first_is_silent_and_either_decides(office: Office) -> None:
    ref = offered(office, switches())
    assert asked(office, ref, "decider") == [(TOM, "primary")]
    until(office, et(6, 10, 12))
    assert asked(office, ref, "decider") == [(TOM, "primary"), (JILL, "backup")]
    assert told(office, ref, "offer:r1") == [JILL, TOM]
    picks(office, ref, JILL, 1)
    assert standing(office, ref).row.decided_by == office.person(JILL)
    again = office.do(TOM, ChooseWindow(ref, 1, 1))
    assert again.repeated and again.say == "D-1 is already agreed (by Jill Sandoval)."


def test_while_nobody_is_there_to_decide_the_csm_looks_for_somebody(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    office.do(MARCUS, GoAway(office.now, et(6, 10, 9)))
    assert tasks(office, "find_holder") == [
        "Sofia Marchetti: D-1: Nobody at Northgate Fabrication can be reached in chat to decide about a downtime"
    ]
    assert state(office, ref) == "proposed"
    until(office, et(6, 10, 9))
    assert tasks(office, "find_holder") == [], "he is back"
    picks(office, ref, MARCUS, 2)


def test_the_backup_decides_when_the_key_contact_goes_away(office: Office) -> None:
    ref = offered(office, switches())
    until(office, et(6, 8, 10))
    office.do(TOM, GoAway(office.now, et(6, 30, 9)))
    assert asked(office, ref, "decider") == [(TOM, "primary"), (JILL, "for")]
    assert tasks(office, "find_holder") == []
    picks(office, ref, JILL, 1)


def test_a_card_that_cannot_be_delivered_goes_to_the_next_and_the_csm_knows(office: Office) -> None:
    ref = offered(
        office,
        firewalls(window(6, 27, 8, 12), client="marlow-finch"),
    )
    assert asked(office, ref, "Providence") == [(LUIS, "primary")]
    lost(office, ref, "offer:r1", LUIS)
    assert voice(office, ref, "Providence").state == "silent"
    titles = tasks(office, "undeliverable")
    assert any("Luis Ortega could not be reached in chat. Call +1 401 555 0113" in one for one in titles)
    assert told(office, ref, "turn:r1") == [DANA]


def test_a_message_lost_for_this_once_asks_the_next_in_line(office: Office) -> None:
    ref = offered(office, switches())
    lost(office, ref, "offer:r1", TOM, what="payload")
    assert any("Tom Beckett could not be reached" in one for one in tasks(office, "undeliverable"))
    assert standing(office, ref).is_open


def test_an_account_that_is_heard_of_again_gets_its_card(office: Office) -> None:
    ref = offered(office)
    lost(office, ref, "offer:r1", MARCUS)
    assert tasks(office, "find_holder")
    says(office, ref, ANJA)
    assert picks(office, ref, MARCUS, 2).say.startswith("Agreed"), "whoever presses is there"
    assert tasks(office, "find_holder") == []


def test_whoever_has_left_says_nothing_any_more(office: Office) -> None:
    ref = offered(office)
    office.do(HOUSE, RemovePerson(office.person(ANJA)))
    assert voice(office, ref, "Leipzig").state == "silent"
    assert refusal(office, MARCUS, ChooseWindow(ref, 1, 2)).field == "reason"
    picks(office, ref, MARCUS, 2, reason="Anja has left")
    assert told(office, ref, "agreed") == [MARCUS, SOFIA]


def test_when_whoever_owns_it_has_left_the_csm_takes_over(office: Office) -> None:
    ref = offered(office, firewalls(), who=KAI)
    assert told(office, ref, "desk") == [KAI]
    office.do(HOUSE, RemovePerson(office.person(KAI)))
    agreed(office, ref)
    assert told(office, ref, "agreed") == [ANJA, MARCUS, SOFIA]


def test_changed_hours_plan_the_silence_of_open_voices_anew(office: Office) -> None:
    ref = offered(office)
    policy = {"ladders": {"downtime": {"unit": "business_hours", "rungs": [{"after": 2, "deed": "tell_csm"}]}}}
    office.do(HOUSE, PutPolicy("northgate", policy))
    assert standing(office, ref).ladder_ends_at == et(6, 8, 4), "Monday at ten in Leipzig: an hour was left on Friday"
    assert standing(office, ref).row.expires_at == et(6, 17, 17)
    until(office, et(6, 8, 4))
    assert voice(office, ref, "Leipzig").state == "silent"
    picks(office, ref, MARCUS, 2, reason="They had their time")


def test_changed_holidays_move_the_end_of_an_offer_that_every_card_names(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    office.do(HOUSE, PutPolicy("northgate", {"holidays": ["2026-06-17"]}))
    assert standing(office, ref).row.expires_at == et(6, 16, 17)
    assert "No answer by Tue Jun 16, 5:00 PM EDT" in Screens(office).text(MARCUS, ref, "offer:r1")
    until(office, et(6, 15, 12))
    office.do(HOUSE, PutPolicy("northgate", {"holidays": ["2026-06-16", "2026-06-17", "2026-06-18"]}))
    assert standing(office, ref).row.expires_at == et(6, 16, 17), "by these days it would be over already"
    office.do(HOUSE, PutPolicy("northgate", {"working_days": ["2026-06-19"]}))
    assert standing(office, ref).row.expires_at == et(6, 18, 17)
    until(office, et(6, 18, 16, 59))
    assert state(office, ref) == "proposed"
    until(office, et(6, 18, 17))
    assert state(office, ref) == "expired"


def test_whoever_takes_over_the_work_gets_the_card_to_begin_it(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 21, 5, 30))
    assert told(office, ref, "engineer") == [SOFIA]
    office.do(SOFIA, ChangeDowntime(ref, engineer=office.person(KAI)))
    assert told(office, ref, "engineer") == [KAI, SOFIA]
    assert KAI in told(office, ref, "agreed")


def test_whoever_does_not_hear_of_a_cancellation_is_called(office: Office) -> None:
    ref = agreed(office)
    office.do(SOFIA, CancelDowntime(ref, "The vendor has withdrawn the version"))
    lost(office, ref, "cancelled", ANJA, what="payload")
    assert tasks(office, "undeliverable") == [
        "Sofia Marchetti: D-1: Anja Vogel could not be reached in chat. Call +49 341 555 0132"
    ]


def test_whoever_comes_to_speak_for_an_office_gets_the_words_for_its_staff(office: Office) -> None:
    ref = agreed(office)
    sql = "SELECT p.name, r.state FROM relay r JOIN person p ON p.id = r.person_id WHERE r.subject = :of"

    def drafts() -> set[tuple[str, str]]:
        return {(row.name, row.state) for row in office.rows(sql, of=str(ref))}

    assert drafts() == {(ANJA, "draft"), (MARCUS, "draft")}
    office.do(ANJA, GoAway(office.now, et(6, 12, 9), office.person(GRETA)))
    assert drafts() == {(ANJA, "withdrawn"), (GRETA, "draft"), (MARCUS, "draft")}
    assert (
        "in Leipzig" in office.rows("SELECT r.text FROM relay r WHERE r.person_id = :g", g=office.person(GRETA))[0].text
    )
    until(office, et(6, 12, 9))
    assert (ANJA, "draft") in drafts() and (GRETA, "withdrawn") in drafts(), "she is back"


def test_an_office_is_asked_also_when_whoever_named_the_time_cannot_be_reached_any_more(office: Office) -> None:
    ref = offered(office, firewalls(SUNDAY, client=""), who=MARCUS)
    account = office.account(MARCUS)
    office.do(HOUSE, ForgetAddress(account.platform, account.org, account.user, "blocked"))
    office.do(SOFIA, TakeWindow(ref, 1, 1))
    assert state(office, ref) == "proposed" and standing(office, ref).row.life == ""
    assert tasks(office, "find_holder")
