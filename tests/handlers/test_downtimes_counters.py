"""Other times: suggested by the client, taken or replaced by the provider; asked for by a contact; in spite of what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.commands import (
    AddEmployee,
    AnswerWindows,
    ChangeDowntime,
    ChooseWindow,
    DeclineDowntime,
    GoAway,
    OfferWindows,
    PutBlackout,
    RemindVoices,
    SendDowntime,
    Service,
    SuggestWindow,
    System,
    TakeWindow,
    WithdrawDowntime,
)
from tests.handlers.alarm import tasks
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    BEN,
    GRETA,
    MARCUS,
    SOFIA,
    SUNDAY,
    TOM,
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
    voice,
    window,
)

JULY = window(7, 11, 6, 10)
AUGUST = window(8, 8, 6, 10)


def test_a_suggested_time_waits_for_the_provider_and_then_for_everybody(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    outcome = office.do(MARCUS, SuggestWindow(ref, 1, JULY, "After the audit"))
    assert outcome.say == "Passed on. Nothing is agreed until your provider has taken this time."
    now = standing(office, ref)
    assert (now.state, now.row.revision) == ("countered", 2)
    assert [(one.window, one.row.side, one.row.text) for one in now.offers] == [(JULY, "client", "After the audit")]
    assert told(office, ref, "offer:r2") == [SOFIA]
    refused = refusal(office, ANJA, AnswerWindows(ref, 1, True, (1,)))
    assert (refused.sentence, refused.code) == ("Other times have been named since this message.", "conflict")
    assert refusal(office, MARCUS, ChooseWindow(ref, 1, 2)).code == "conflict"
    assert refusal(office, MARCUS, ChooseWindow(ref, 2, 1)).code == "conflict", "nobody takes the own suggestion"

    office.do(SOFIA, TakeWindow(ref, 2, 1))
    now = standing(office, ref)
    assert (now.state, now.row.revision) == ("proposed", 3), "Leipzig has not been asked about this time yet"
    assert told(office, ref, "offer:r3") == [ANJA, MARCUS]
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 1)
    assert standing(office, ref).row.starts_at == JULY.starts_at


def test_a_time_that_the_key_contact_names_is_agreed_when_it_is_taken_and_nobody_else_is_to_be_asked(
    office: Office,
) -> None:
    ref = offered(office, switches())
    office.do(TOM, SuggestWindow(ref, 1, window(7, 11, 20, 22)))
    assert state(office, ref) == "countered"
    outcome = office.do(SOFIA, TakeWindow(ref, 2, 1))
    assert outcome.say == "Agreed. Tom Beckett named this time and is told."
    now = standing(office, ref)
    assert state(office, ref) == "accepted: scheduled"
    assert now.row.decided_by == office.person(TOM)
    assert told(office, ref, "agreed") == [SOFIA, TOM]
    assert office.do(SOFIA, TakeWindow(ref, 2, 1)).repeated


def test_whoever_named_a_time_and_is_away_when_it_is_taken_has_not_agreed_to_it(office: Office) -> None:
    ref = offered(office, switches())
    office.do(TOM, SuggestWindow(ref, 1, window(7, 11, 20, 22)))
    office.do(TOM, GoAway(office.now, et(6, 20, 9), office.person("Jill Sandoval")))
    office.do(SOFIA, TakeWindow(ref, 2, 1))
    assert state(office, ref) == "proposed"
    assert [one.name for one in voice(office, ref, "decider").asked] == ["Jill Sandoval"]
    picks(office, ref, "Jill Sandoval", 1)
    assert standing(office, ref).row.decided_by == office.person("Jill Sandoval")


def test_a_coordinator_does_not_suggest_but_objects(office: Office) -> None:
    ref = offered(office)
    refused = refusal(office, ANJA, SuggestWindow(ref, 1, JULY))
    assert refused.sentence.endswith("If a time does not suit yours, please object.")
    assert refusal(office, MARCUS, SuggestWindow(ref, 1, SUNDAY)).sentence.startswith("That time is on offer already")
    assert refusal(office, MARCUS, SuggestWindow(ref, 1, window(6, 1, 6, 8))).field == "windows"


def test_other_times_are_a_new_offer_and_old_buttons_are_dead(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    until(office, et(6, 8, 10))
    office.do(SOFIA, OfferWindows(ref, (SUNDAY, JULY), "Saturday is out"))
    now = standing(office, ref)
    assert (now.state, now.row.revision) == ("proposed", 2)
    assert [one.row.given_days for one in now.offers] == [10, 23], "Sunday was first offered on June 5"
    for who, command in (
        (MARCUS, ChooseWindow(ref, 1, 1)),
        (ANJA, AnswerWindows(ref, 1, True)),
        (MARCUS, SuggestWindow(ref, 1, AUGUST)),
        (MARCUS, DeclineDowntime(ref, 1, "no")),
    ):
        assert refusal(office, who, command).sentence.startswith("Other times have been named since this message")
    assert office.do(SOFIA, OfferWindows(ref, (SUNDAY, JULY))).repeated
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 2)
    assert standing(office, ref).row.starts_at == JULY.starts_at


def test_the_ladder_of_an_older_offer_does_not_climb(office: Office) -> None:
    ref = offered(office)
    until(office, et(6, 9, 9))
    office.do(SOFIA, OfferWindows(ref, (JULY,)))
    until(office, et(6, 9, 12))
    assert told(office, ref, "remind:%") == []
    until(office, et(6, 17, 18))
    assert state(office, ref) == "proposed", "the end of the older offer is not the end of this one"


def test_a_contact_asks_and_the_provider_answers(office: Office) -> None:
    ref = offered(office, firewalls(client="", send=False), who=MARCUS)
    now = standing(office, ref)
    assert (now.state, now.row.side, now.asker, now.owner) == ("proposed", "client", MARCUS, SOFIA)
    assert told(office, ref, "%") == [SOFIA]
    assert [one.kind for one in now.voices] == ["provider"]
    assert refusal(office, MARCUS, ChooseWindow(ref, 1, 1)).sentence == "Your provider answers first."
    office.do(SOFIA, TakeWindow(ref, 1, 2))
    now = standing(office, ref)
    assert (now.state, now.row.revision) == ("proposed", 2), "Leipzig is asked first"
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 1)
    assert standing(office, ref).row.starts_at == SUNDAY.starts_at


def test_what_a_contact_asks_for_is_declined_or_taken_back(office: Office) -> None:
    ref = offered(office, firewalls(client=""), who=ANJA)
    assert refusal(office, MARCUS, DeclineDowntime(ref, 1, "no")).sentence == "Your provider answers first."
    office.do(SOFIA, DeclineDowntime(ref, 1, "No engineer is free"))
    assert state(office, ref) == "declined"
    assert told(office, ref, "declined") == [ANJA], "who asked has no card yet, and hears how it ended"
    ref = offered(office, firewalls(client=""), who=ANJA)
    assert refusal(office, GRETA, WithdrawDowntime(ref)).code == "not_entitled"
    office.do(ANJA, WithdrawDowntime(ref))
    assert state(office, ref) == "withdrawn"
    assert told(office, ref, "withdrawn") == [SOFIA]


def test_a_contact_who_may_not_decide_does_not_agree_by_asking(office: Office) -> None:
    ref = offered(office, firewalls(SUNDAY, client="", locations=("leipzig",)), who=ANJA)
    office.do(SOFIA, TakeWindow(ref, 1, 1))
    assert state(office, ref) == "proposed"
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 1)


def test_employees_and_tokens_without_the_right_do_not_ask(office: Office) -> None:
    office.now = et(6, 5, 10)
    token = Service("psa", frozenset({"approvals:write"}))
    assert refusal(office, token, firewalls()).code == "not_entitled"
    right = Service("psa", frozenset({"downtimes:write"}), "marlow-finch")
    assert refusal(office, right, firewalls()).code == "not_found"
    assert office.do(replace(right, client="northgate"), firewalls()).facts["state"] == "proposed"


def test_a_draft_is_previewed_changed_and_sent_as_it_was_seen(office: Office) -> None:
    ref = offered(office, firewalls(send=False))
    assert state(office, ref) == "draft"
    assert told(office, ref, "%") == [SOFIA] and purposes(office, ref, SOFIA) == ["preview"]
    assert refusal(office, MARCUS, ChooseWindow(ref, 1, 1)).code == "not_found"
    office.do(SOFIA, ChangeDowntime(ref, windows=(JULY,), work="Firewalls"))
    assert office.do(SOFIA, ChangeDowntime(ref, windows=(JULY,))).repeated
    assert refusal(office, SOFIA, SendDowntime(ref, 1)).sentence.startswith("The draft has changed")
    office.do(SOFIA, SendDowntime(ref, standing(office, ref).row.version))
    assert state(office, ref) == "proposed"
    assert office.do(SOFIA, SendDowntime(ref, 1)).repeated
    draft = offered(office, firewalls(AUGUST, send=False))
    office.do(SOFIA, WithdrawDowntime(draft))
    assert state(office, draft) == "withdrawn"
    assert told(office, draft, "withdrawn") == []


@pytest.mark.parametrize(("field", "words"), [("implications", ""), ("work", "  "), ("implications", "x" * 1001)])
def test_what_stops_working_is_always_said(office: Office, field: str, words: str) -> None:
    office.now = et(6, 5, 10)
    assert refusal(office, SOFIA, firewalls(**{field: words})).field == field
    assert refusal(office, MARCUS, firewalls(**{"client": "", field: words})).field == field


def test_what_speaks_against_a_time_is_named_and_overridden_with_words(office: Office) -> None:
    office.now = et(6, 5, 10)
    office.do(TOM, PutBlackout("The clinic is full", weekday=0, from_wall="07:00", until_wall="12:00"))
    monday = window(6, 29, 12, 13)
    refused = refusal(office, SOFIA, switches(monday))
    assert (refused.code, refused.field) == ("blocked", "override")
    assert "wants no work on Mon 7:00 AM to 12:00 PM: The clinic is full." in refused.sentence
    assert "business hours" in refused.sentence
    ref = offered(office, switches(monday, override="The vendor can come only then"))
    offer = standing(office, ref).offers[0]
    assert len(offer.conflicts) == 2 and standing(office, ref).row.override == "The vendor can come only then"
    picks(office, ref, TOM, 1)
    assert state(office, ref) == "accepted: scheduled", "what was known when it was offered does not stop the yes"


def test_a_reminder_by_hand_comes_once_in_four_business_hours(office: Office) -> None:
    ref = offered(office)
    assert office.do(BEN, RemindVoices(ref)).say == "Anja Vogel will be reminded now."
    assert office.do(BEN, RemindVoices(ref)).repeated
    until(office, et(6, 5, 14, 30))
    assert not office.do(BEN, RemindVoices(ref)).repeated
    assert refusal(office, MARCUS, RemindVoices(ref)).code == "not_entitled"


def test_a_client_of_whom_nobody_can_be_asked_keeps_its_draft(office: Office) -> None:
    office.now = et(6, 5, 10)
    office.do(MARCUS, GoAway(office.now, et(6, 30, 9)))
    outcome = office.do(SOFIA, firewalls())
    assert outcome.facts["state"] == "draft" and "nobody of the client" in outcome.say
    assert tasks(office, "find_holder") == [
        "Sofia Marchetti: D-1: Nobody at Northgate Fabrication can be reached in chat to decide about a downtime"
    ]


def test_employees_are_told_whom_to_ask(office: Office) -> None:
    office.do(System("the house"), AddEmployee("slack", "T0MARLOW", "U0NORA", "Nora Blake"))
    refused = refusal(office, "Nora Blake", firewalls(client=""))
    assert refused.sentence == "Only your company's key contacts can ask for downtime. Please ask Dana Whitlock."


def test_naming_a_time_is_no_yes_to_work_that_has_changed_since(office: Office) -> None:
    ref = offered(office, switches(client=""), who=TOM)
    office.do(SOFIA, ChangeDowntime(ref, implications="Nothing works all day"))
    office.do(SOFIA, TakeWindow(ref, 1, 1))
    assert state(office, ref) == "proposed"
    assert told(office, ref, "offer:r2") == [TOM]
    picks(office, ref, TOM, 1)
    assert state(office, ref) == "accepted: scheduled"


def test_a_known_blackout_with_a_better_reason_stops_no_yes(office: Office) -> None:
    monday = window(6, 29, 12, 13)
    office.now = et(6, 5, 10)
    wish = PutBlackout("Full", weekday=0, from_wall="07:00", until_wall="12:00")
    office.do(TOM, wish)
    ref = offered(office, switches(monday, override="The vendor can come only then"))
    office.do(TOM, replace(wish, why="The waiting room is full"))
    picks(office, ref, TOM, 1)
    assert state(office, ref) == "accepted: scheduled"
