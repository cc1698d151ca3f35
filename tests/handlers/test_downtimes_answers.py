"""Who says what about times on offer: coordinators for their office, the key contact for all, nobody by silence."""

from __future__ import annotations

import pytest

from handlers.commands import (
    AnswerWindows,
    ChangeDowntime,
    ChooseWindow,
    DeclineDowntime,
    GoAway,
    PutPolicy,
    SuggestWindow,
    System,
    WithdrawDowntime,
)
from tests.handlers.alarm import tasks
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    DANA,
    GRETA,
    MARCUS,
    SATURDAY,
    SOFIA,
    SUNDAY,
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


def test_nobody_but_the_key_contact_chooses(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    sentences = {
        SOFIA: "Only the client's key contact can choose a time: Marcus Hale.",
        ANJA: "Marcus Hale decides for all offices. If a time does not suit yours, please object.",
        GRETA: "You are not one of the people who can choose a time. Marcus Hale can.",
        DANA: "This downtime does not exist (any more).",
    }
    for who, sentence in sentences.items():
        assert refusal(office, who, ChooseWindow(ref, 1, 1, True, "because")).sentence == sentence
    assert state(office, ref) == "proposed"


def test_the_key_contact_waits_for_the_offices_but_may_suggest_or_decline_meanwhile(office: Office) -> None:
    ref = offered(office)
    refused = refusal(office, MARCUS, ChooseWindow(ref, 1, 2))
    assert refused.sentence == "Leipzig has not answered yet. You will be told when it is your turn."
    assert refused.code == "conflict"
    office.do(MARCUS, DeclineDowntime(ref, 1, "Not before the audit"))
    now = standing(office, ref)
    assert (now.state, now.row.closed_why, now.row.closed_by) == ("declined", "Not before the audit", MARCUS)
    assert told(office, ref, "declined") == [ANJA, SOFIA]


def test_a_coordinator_answers_for_the_own_office_and_may_think_again(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    assert voice(office, ref, "Leipzig").state == "answered"
    assert says(office, ref, ANJA).repeated
    says(office, ref, ANJA, 1, against="The night shift works")
    assert voice(office, ref, "Leipzig").objects_to(1) and voice(office, ref, "Leipzig").agrees_to(2)
    assert says(office, ref, ANJA, 1, against="The night shift works").repeated
    says(office, ref, ANJA, 1)
    assert voice(office, ref, "Leipzig").agrees_to(1)
    assert office.journal("downtime.answer") == 3


def test_an_objection_needs_a_reason_and_a_yes_over_it_too(office: Office) -> None:
    ref = offered(office)
    refused = refusal(office, ANJA, AnswerWindows(ref, 1, False, (1,), "  "))
    assert (refused.field, refused.code) == ("reason", "invalid")
    says(office, ref, ANJA, 1, against="The night shift works")
    says(office, ref, ANJA)
    refused = refusal(office, MARCUS, ChooseWindow(ref, 1, 1))
    assert refused.sentence.startswith("Leipzig objects to this time.") and refused.field == "reason"
    picks(office, ref, MARCUS, 1, reason="The night shift is sent home")
    assert standing(office, ref).row.decided_why == "The night shift is sent home"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (" ", "Please give the reason, so that another time can be found."),
        ("x" * 501, "Please shorten the reason to 500 characters."),
        ("a\x00b", "Please write the reason again: it holds characters that cannot be kept."),
    ],
    ids=["empty", "endless", "unreadable"],
)
def test_what_is_wrong_with_an_objection_is_a_sentence(office: Office, reason: str, sentence: str) -> None:
    ref = offered(office)
    refused = refusal(office, ANJA, AnswerWindows(ref, 1, False, (1,), reason))
    assert (refused.sentence, refused.field) == (sentence, "reason")


def test_others_do_not_answer_for_an_office(office: Office) -> None:
    ref = offered(office)
    sentences = {
        MARCUS: "You decide for everybody: please choose a time instead.",
        SOFIA: "Only the client's coordinators answer for their offices.",
        GRETA: "You are not asked about an office here. Anja Vogel can answer.",
        DANA: "This downtime does not exist (any more).",
    }
    for who, sentence in sentences.items():
        assert refusal(office, who, AnswerWindows(ref, 1, True)).sentence == sentence


def test_short_notice_needs_an_explicit_consent(office: Office) -> None:
    office.now = et(6, 10, 9)
    ref = offered(office, switches(window(6, 13, 20, 22)))
    assert standing(office, ref).offers[0].short
    refused = refusal(office, "Tom Beckett", ChooseWindow(ref, 1, 1))
    assert refused.field == "consent" and "3 of 5 business days" in refused.sentence
    picks(office, ref, "Tom Beckett", 1, consent=True)
    assert state(office, ref) == "accepted: scheduled"


def test_pressing_twice_answers_with_the_present_truth(office: Office) -> None:
    ref = agreed(office)
    again = office.do(MARCUS, ChooseWindow(ref, 1, 2))
    assert again.repeated and again.say == "D-1 is already agreed (by Marcus Hale)."
    assert refusal(office, ANJA, AnswerWindows(ref, 1, True)).sentence == "D-1 is already agreed (by Marcus Hale)."
    assert refusal(office, MARCUS, SuggestWindow(ref, 1, SATURDAY)).code == "conflict"
    assert refusal(office, SOFIA, WithdrawDowntime(ref)).sentence == "D-1 is agreed: cancel it instead."
    assert office.journal("downtime.agree") == 1


def test_an_office_that_stays_silent_is_waited_for_until_its_ladder_ends(office: Office) -> None:
    ref = offered(office)
    until(office, et(6, 9, 10))
    assert told(office, ref, "remind:%") == [ANJA]
    until(office, et(6, 11, 9))
    assert voice(office, ref, "Leipzig").state == "open"
    until(office, et(6, 11, 10))
    assert voice(office, ref, "Leipzig").state == "silent"
    assert tasks(office, "call") == [
        "Sofia Marchetti: D-1: call Anja Vogel (+49 341 555 0132) about Leipzig. Asked 6 days ago, no answer"
    ]
    assert told(office, ref, "turn:r1") == [MARCUS]
    refused = refusal(office, MARCUS, ChooseWindow(ref, 1, 2))
    assert refused.sentence.startswith("Leipzig has not answered.") and refused.field == "reason"
    picks(office, ref, MARCUS, 2, reason="I called Anja: it is fine")
    assert tasks(office, "call") == []


def test_an_office_may_still_answer_after_its_ladder_has_ended(office: Office) -> None:
    ref = offered(office)
    until(office, et(6, 11, 10))
    assert len(tasks(office, "call")) == 1
    says(office, ref, ANJA)
    assert tasks(office, "call") == [], "nobody has to call her any more"
    assert voice(office, ref, "Leipzig").state == "answered"
    picks(office, ref, MARCUS, 2)
    assert state(office, ref) == "accepted: scheduled"


def test_silence_ends_it_and_is_never_a_yes(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    until(office, et(6, 17, 16, 59))
    assert state(office, ref) == "proposed"
    assert tasks(office, "call") == [
        "Sofia Marchetti: D-1: call Marcus Hale (+1 419 555 0130). Asked 6 days ago, no answer"
    ]
    until(office, et(6, 17, 17))
    assert state(office, ref) == "expired"
    assert told(office, ref, "expired") == [ANJA, MARCUS, SOFIA]
    assert tasks(office, "call") == []
    assert refusal(office, MARCUS, ChooseWindow(ref, 1, 2)).code == "conflict"
    assert standing(office, ref).row.life == ""


def test_nobody_says_yes_after_the_end_although_the_clock_has_stood_still(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    office.now = et(6, 17, 18)
    for who, command in (
        (MARCUS, ChooseWindow(ref, 1, 2)),
        (MARCUS, SuggestWindow(ref, 1, window(7, 4, 6, 10))),
        (ANJA, AnswerWindows(ref, 1, True, (1,))),
    ):
        assert refusal(office, who, command).sentence == "The time to answer D-1 is over, so nothing is agreed."
    office.tick()
    assert state(office, ref) == "expired"
    assert told(office, ref, "remind:%") == [], "what came too late to be of use is left out"


def test_on_short_notice_the_offices_are_waited_for_half_of_the_time(office: Office) -> None:
    office.now = et(6, 16, 9)
    ref = offered(office)
    now = standing(office, ref)
    assert now.row.expires_at == et(6, 17, 17)
    assert now.ladder_ends_at == et(6, 17, 6), "half of Leipzig's ten business hours: two today, three tomorrow"
    until(office, et(6, 17, 6))
    assert voice(office, ref, "decider").state == "open"
    picks(office, ref, MARCUS, 2, consent=True, reason="Anja is on a plane")


def test_on_short_notice_nobody_is_reminded_at_night(office: Office) -> None:
    office.now = et(6, 8, 9)
    ref = offered(office, firewalls(window(6, 11, 19, 21), locations=("toledo",)))
    assert standing(office, ref).row.expires_at == et(6, 9, 17)
    planned = {(one.deed, one.due_at) for one in standing(office, ref).timers}
    assert planned == {
        ("remind_primary", et(6, 8, 15)),
        ("add_backup", et(6, 9, 10)),
        ("tell_csm", et(6, 9, 13)),
        ("expire", et(6, 9, 17)),
    }


def test_words_that_change_are_asked_about_anew(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    office.do(SOFIA, ChangeDowntime(ref, implications="No internet, and the machines stop"))
    assert standing(office, ref).row.revision == 2
    assert "Other times" in refusal(office, MARCUS, ChooseWindow(ref, 1, 2)).sentence
    assert told(office, ref, "offer:r2") == [ANJA, MARCUS]
    assert not voice(office, ref, "Leipzig").answers
    assert not standing(office, ref).offers[0].short, "the times were first offered when they were"
    agreed(office, ref)
    refused = refusal(office, SOFIA, ChangeDowntime(ref, implications="Nothing"))
    assert refused.sentence.startswith("D-1 was agreed as it is.")
    office.do(SOFIA, ChangeDowntime(ref, prep_steps="Log off by noon", engineer=office.person("Kai Turner")))
    assert standing(office, ref).row.sequence == 1
    assert "Kai Turner" in told(office, ref, "agreed")


def test_a_stand_in_decides_while_the_key_contact_is_away(office: Office) -> None:
    ref = offered(office)
    office.do(MARCUS, GoAway(office.now, et(6, 30, 9), office.person(GRETA)))
    assert [one.name for one in voice(office, ref, "decider").asked] == [MARCUS, GRETA]
    says(office, ref, ANJA)
    assert told(office, ref, "turn:r1") == [GRETA, MARCUS]
    assert "marked as away" in refusal(office, MARCUS, ChooseWindow(ref, 1, 2)).sentence
    picks(office, ref, GRETA, 2)
    assert standing(office, ref).row.decided_by == office.person(GRETA)


@pytest.mark.parametrize(
    "times", [(), (SATURDAY, SATURDAY), (SATURDAY, SUNDAY, window(7, 4, 6, 8), window(7, 5, 6, 8))]
)
def test_one_to_three_different_times_are_offered(office: Office, times: tuple[object, ...]) -> None:
    office.now = et(6, 5, 10)
    refused = refusal(office, SOFIA, firewalls(windows=times))
    assert (refused.field, refused.code) == ("windows", "invalid")


def test_what_a_contact_asks_for_is_not_left_lying(office: Office) -> None:
    ref = offered(office, firewalls(client=""), who=MARCUS)
    until(office, et(6, 9, 10))
    assert told(office, ref, "remind:%") == [SOFIA]
    until(office, et(6, 11, 10))
    assert tasks(office, "call") == [
        "Rita Nowak: D-1: Northgate Fabrication waits for your team's answer. It asked 6 days ago"
    ]
    until(office, et(6, 17, 17))
    assert state(office, ref) == "expired"
    assert told(office, ref, "expired") == [MARCUS, SOFIA]
    assert tasks(office, "call") == []


@pytest.mark.parametrize("rungs", [[], [{"after": 1, "deed": "remind_primary"}]])
def test_any_ladder_of_a_client_leads_to_the_key_contacts_turn(office: Office, rungs: list[object]) -> None:
    office.now = et(6, 5, 10)
    policy = {"ladders": {"downtime": {"unit": "business_days", "rungs": rungs}}}
    office.do(System("the house"), PutPolicy("northgate", policy))
    ref = offered(office)
    ends = standing(office, ref).ladder_ends_at
    assert ends is not None and ends < et(6, 17, 17)
    until(office, ends)
    assert voice(office, ref, "Leipzig").state == "silent"
    assert voice(office, ref, "decider").state == "open"
