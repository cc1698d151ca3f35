"""A time is found for a talk: chosen, moved, agreed on the phone, left out; what silence does; who hears of what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.commands import (
    AgreeSlot,
    PickSlot,
    PlanTouchpoint,
    PutPerson,
    PutPolicy,
    Refused,
    Reschedule,
    Service,
    SkipTouchpoint,
    Window,
)
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.talking import (
    ANJA,
    CR,
    DANA,
    HANNAH,
    LUIS,
    MARCUS,
    MF,
    NF,
    SOFIA,
    SYSTEM,
    TOM,
    cards,
    ny,
    planned,
    press,
    standing,
    tasks,
    times,
    titles,
    until,
    window,
)


def test_a_chosen_time_is_agreed_and_everybody_concerned_is_told_and_reminded(office: Office) -> None:
    ref = planned(office)
    said = press(office, DANA, PickSlot(ref, 1, 2)).say
    assert said == "Agreed: Check-in, Thu Jun 18, 2:00 PM to 2:30 PM EDT."
    found = standing(office, ref)
    assert (found.state, found.row.decided_by, found.row.sequence) == ("confirmed", office.person(DANA), 0)
    assert cards(office, ref, DANA) == ["offer:r1", "confirmed:r1"]
    until(office, ny(17, 14))
    assert cards(office, ref, DANA)[-1] == "day1:r1"
    until(office, ny(18, 13))
    assert cards(office, ref, DANA)[-1] == "hour1:r1"
    assert cards(office, ref, SOFIA) == ["desk", "confirmed:r1", "day1:r1", "hour1:r1"]
    until(office, ny(18, 14, 30))
    assert tasks(office, ref) == [("talk_notes", SOFIA)]


def reminded(office: Office, **timetable: int) -> tuple[list[tuple[str, str]], str]:
    """When an agreed check-in is told of again by this timetable, and what its card says of that."""
    office.do(SYSTEM, PutPolicy(MF, {"timetable": timetable}))
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 2))
    found = [
        (one.deed, f"{one.due_at.astimezone(ny(18, 12).tzinfo):%b %d %H:%M}")
        for one in standing(office, ref).timers
        if one.deed in ("day1", "hour1")
    ]
    return found, Screens(office).text(DANA, ref, "confirmed:r1")


def test_the_clients_timetable_says_how_long_before_it_is_told_again(office: Office) -> None:
    found, card = reminded(office, remind_days=3, remind_minutes=30)
    assert found == [("day1", "Jun 15 14:00"), ("hour1", "Jun 18 13:30")]
    assert "You are reminded 3 days and 30 minutes before. If nobody changes it, it takes place then." in card


def test_one_of_something_is_said_in_words(office: Office) -> None:
    _, card = reminded(office, remind_days=1, remind_minutes=1)
    assert "You are reminded a day and a minute before." in card


def test_who_wants_no_reminders_gets_none_and_is_promised_none(office: Office) -> None:
    found, card = reminded(office, remind_days=0, remind_minutes=0)
    assert found == []
    assert "You are reminded" not in card and "If nobody changes it, it takes place then." in card


def test_a_second_press_changes_nothing_and_another_time_is_refused(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    again = press(office, DANA, PickSlot(ref, 1, 1))
    assert again.repeated
    refused = office.refused(DANA, PickSlot(ref, 1, 2))
    assert refused.sentence.startswith("Another time is agreed already: Check-in, Thu Jun 18, 10:00 AM")
    assert office.journal("touchpoint.confirm") == 1


def test_only_who_decides_chooses(office: Office) -> None:
    ref = planned(office)
    assert office.refused(HANNAH, PickSlot(ref, 1, 1)).sentence == (
        "You are not one of the people who can choose a time. Dana Whitlock can."
    )
    assert office.refused(SOFIA, PickSlot(ref, 1, 1)).sentence == "Only the client can choose a time: Dana Whitlock."
    assert office.refused(MARCUS, PickSlot(ref, 1, 1)).code == "not_found"
    assert office.refused(HANNAH, Reschedule(ref, 1)).code == "not_entitled"
    assert office.refused(LUIS, SkipTouchpoint(ref, "No.")).code == "not_entitled"
    assert standing(office, ref).state == "proposed"


def test_silence_reminds_asks_the_backup_tells_the_owner_and_agrees_to_nothing(office: Office) -> None:
    ref = planned(office, window(22, 10), window(23, 10), client=NF)
    asked = [one.name for one in standing(office, ref).asked]
    assert asked == [MARCUS]
    until(office, ny(10, 9, 6))
    assert cards(office, ref, MARCUS) == ["offer:r1", "remind:r1.0"]
    until(office, ny(15, 9, 6))
    assert titles(office, ref) == [
        f"{standing(office, ref).row.ref} Check-in, Northgate Fabrication: "
        "call Marcus Hale (+1 419 555 0130). Asked 7 days ago, no answer"
    ]
    until(office, ny(23, 9, 59))
    assert standing(office, ref).state == "proposed"
    until(office, ny(23, 10))
    found = standing(office, ref)
    assert (found.state, found.row.ended_by, found.row.ended_why) == ("skipped", "", "Nobody chose a time.")
    assert cards(office, ref, MARCUS)[-1] == "skipped"
    assert tasks(office, ref) == []


def test_the_backup_is_asked_where_there_is_one(office: Office) -> None:
    press(
        office, SYSTEM, PutPerson(CR, TOM, "tom@cedarridge.example", phone="+1 303 555 0120", preferred_channel="chat")
    )
    ref = planned(office, window(22, 12), client=CR)
    until(office, ny(12, 12))
    assert [(one.name, one.why) for one in standing(office, ref).asked] == [
        (TOM, "primary"),
        ("Jill Sandoval", "backup"),
    ]
    press(office, "Jill Sandoval", PickSlot(ref, 1, 1))
    assert cards(office, ref, TOM)[-1] == "confirmed:r1"


def test_a_ladder_longer_than_the_time_left_is_drawn_together(office: Office) -> None:
    ref = planned(office, window(10, 16), client=MF)
    due = {row.deed: row.due_at for row in standing(office, ref).timers}
    assert due["remind_primary"] < due["tell_csm"] < ny(10, 16) == due["lapse"]


def test_who_cannot_make_it_gets_other_times_at_once(office: Office) -> None:
    ref = planned(office)
    said = press(office, DANA, Reschedule(ref, 1)).say
    assert said == "Noted. Here are other times; please choose one of them."
    found = standing(office, ref)
    assert (found.state, found.row.revision) == ("proposed", 2)
    assert times(office, ref) == ["Mon Jun 22 10:00", "Mon Jun 22 14:00", "Tue Jun 23 10:00"]
    assert cards(office, ref, DANA) == ["offer:r1", "offer:r2"]
    assert office.refused(DANA, PickSlot(ref, 1, 1)).code == "conflict"
    assert press(office, DANA, PickSlot(ref, 2, 1)).say.startswith("Agreed: Check-in, Mon Jun 22")


def test_a_named_time_waits_for_the_provider_who_takes_it(office: Office) -> None:
    ref = planned(office)
    wish = window(19, 15)
    said = press(office, DANA, Reschedule(ref, 1, "I am at court on Thursday.", wish)).say
    assert said == "Noted: nothing is agreed. Your provider answers whether that time is fine."
    found = standing(office, ref)
    assert found.state == "rescheduled"
    assert found.named is not None
    assert "is on a holiday" in found.named.row.conflicts[0]
    assert tasks(office, ref) == [("talk_answer", SOFIA)]
    assert titles(office, ref)[0].endswith(
        "Dana Whitlock cannot make it and suggests Fri Jun 19, 3:00 PM to 3:30 PM EDT"
    )
    said = press(office, SOFIA, AgreeSlot(ref, wish.starts_at)).say
    assert said == "Noted: Check-in, Fri Jun 19, 3:00 PM to 3:30 PM EDT."
    found = standing(office, ref)
    assert (found.state, found.row.decided_by) == ("confirmed", office.person(DANA))
    assert tasks(office, ref) == []


def test_the_provider_may_answer_with_other_times(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, Reschedule(ref, 1, "Not this week."))
    press(office, SOFIA, PlanTouchpoint((window(24, 11),), ref=ref))
    assert standing(office, ref).state == "proposed"
    assert times(office, ref) == ["Wed Jun 24 11:00"]
    assert tasks(office, ref) == []


def test_more_words_before_the_provider_has_answered_are_heard_too(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, Reschedule(ref, 1, "Not this week."))
    assert press(office, DANA, Reschedule(ref, 1)).repeated
    press(office, DANA, Reschedule(ref, 1, "", window(24, 11)))
    found = standing(office, ref)
    assert found.named is not None
    assert found.named.window == Window(ny(24, 11), ny(24, 11, 30))
    assert tasks(office, ref) == [("talk_answer", SOFIA)]


def test_an_agreed_time_is_moved_by_the_contact_and_is_off_at_once(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    said = press(office, DANA, Reschedule(ref, 1, "I am ill.")).say
    assert said == "Noted: nothing is agreed any more. Your provider answers next."
    found = standing(office, ref)
    assert (found.state, found.row.sequence) == ("rescheduled", 1)
    until(office, ny(18, 12))
    assert not any(one.startswith(("day1", "hour1")) for one in cards(office, ref, DANA))
    press(office, SOFIA, AgreeSlot(ref, ny(23, 10), 45, "She called."))
    found = standing(office, ref)
    assert (found.state, found.row.sequence, found.row.minutes) == ("confirmed", 2, 45)
    assert cards(office, ref, DANA)[-1] == "confirmed:r2"


def test_the_provider_moves_an_agreed_talk_by_offering_other_times(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    press(office, SOFIA, PlanTouchpoint((window(23, 11), window(24, 11)), ref=ref, text="I am ill."))
    found = standing(office, ref)
    assert (found.state, found.row.revision, found.row.sequence) == ("proposed", 2, 1)
    assert cards(office, ref, DANA)[-1] == "offer:r2"
    press(office, DANA, PickSlot(ref, 2, 1))
    assert standing(office, ref).row.sequence == 2


def test_the_same_times_again_change_nothing(office: Office) -> None:
    ref = planned(office)
    again = press(office, SOFIA, PlanTouchpoint((window(18, 10), window(18, 14)), ref=ref))
    assert again.repeated
    assert standing(office, ref).row.revision == 1


def test_on_the_phone_a_time_is_agreed_and_the_client_is_still_not_written_to(office: Office) -> None:
    ref = planned(office, window(18, 12), client=CR)
    assert standing(office, ref).state == "due"
    press(office, SOFIA, AgreeSlot(ref, ny(18, 15), note="Tom said so."))
    assert standing(office, ref).row.decided_by is None
    until(office, ny(18, 15))
    assert cards(office, ref, TOM) == []
    assert cards(office, ref, SOFIA) == ["desk", "confirmed:r1", "day1:r1", "hour1:r1"]
    assert tasks(office, ref) == []


def test_two_clients_do_not_get_one_person_at_one_time(office: Office) -> None:
    ours = planned(office, window(18, 10), window(18, 14))
    theirs = planned(office, window(18, 10), window(18, 15), client=NF)
    press(office, DANA, PickSlot(ours, 1, 1))
    refused = office.refused(MARCUS, PickSlot(theirs, 1, 1))
    assert refused.sentence == (
        "Your provider's person has agreed to another meeting at that time. Please choose another time."
    )
    assert "Marlow" not in refused.sentence
    press(office, MARCUS, PickSlot(theirs, 1, 2))


def test_a_time_that_has_begun_is_not_chosen(office: Office) -> None:
    ref = planned(office)
    office.now = ny(18, 10)
    assert office.refused(DANA, PickSlot(ref, 1, 1)).field == "number"
    office.now = ny(18, 14)
    assert office.refused(DANA, PickSlot(ref, 1, 2)).code == "conflict"
    office.tick()
    assert standing(office, ref).state == "skipped"


@pytest.mark.parametrize("name", [DANA, SOFIA])
def test_either_side_leaves_one_out_with_a_reason_and_the_other_hears_of_it(office: Office, name: str) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    assert office.refused(name, SkipTouchpoint(ref, " ")).field == "reason"
    press(office, name, SkipTouchpoint(ref, "We are moving."))
    assert press(office, name, SkipTouchpoint(ref, "We are moving.")).repeated
    found = standing(office, ref)
    assert (found.state, found.row.ended_by, found.row.ended_why) == ("skipped", name, "We are moving.")
    assert found.row.sequence == 1
    other = SOFIA if name == DANA else DANA
    assert cards(office, ref, other)[-1] == "skipped"
    assert "skipped" not in cards(office, ref, name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"windows": ()}, "windows"),
        ({"windows": (window(8, 9),)}, "windows"),
        ({"windows": (Window(ny(18, 10), ny(18, 10)),)}, "windows"),
        ({"windows": (Window(ny(18, 8), ny(18, 18)),)}, "windows"),
        ({"windows": (window(18, 10),) * 2}, "windows"),
        ({"windows": tuple(window(day, 10) for day in (15, 16, 17, 18))}, "windows"),
        ({"kind": "tea"}, "kind"),
        ({"client": "nobody"}, "client"),
        ({"title": "x" * 200}, "title"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"place": "a\x00b"}, "place"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_its_field(
    office: Office, changes: dict[str, object], field: str
) -> None:
    facts = {"windows": (window(18, 10),), "client": MF, **changes}
    assert office.refused(SOFIA, PlanTouchpoint(**facts)).field == field  # type: ignore[arg-type]


def test_what_cannot_be_agreed_is_refused_with_its_field(office: Office) -> None:
    ref = planned(office)
    assert office.refused(SOFIA, AgreeSlot(ref, ny(18, 10), 1)).field == "minutes"
    assert office.refused(SOFIA, AgreeSlot(ref, ny(1, 10))).field == "starts_at"
    assert office.refused(SOFIA, AgreeSlot(ref, ny(18, 10).replace(tzinfo=None))).field == "starts_at"
    assert office.refused(SOFIA, AgreeSlot(ref, ny(18, 10).replace(year=9999, month=12, day=31))).code == "invalid"
    assert office.refused(DANA, AgreeSlot(ref, ny(18, 10))).code == "not_entitled"
    assert office.refused(ANJA, AgreeSlot(ref, ny(18, 10))).code == "not_found"
    assert office.refused(DANA, Reschedule(ref, 1, "", window(1, 10))).field == "window"
    reader = Service("reader", frozenset({"touchpoints:read"}))
    with pytest.raises(Refused, match="This token may not"):
        press(office, reader, AgreeSlot(ref, ny(18, 10)))


def test_a_talk_outside_business_hours_may_be_planned_and_the_desk_is_told(office: Office) -> None:
    ref = planned(office, Window(ny(18, 18), ny(18, 18) + timedelta(minutes=30)))
    assert standing(office, ref).offers[0].conflicts == (
        "Thu Jun 18, 6:00 PM to 6:30 PM EDT is outside the business hours of Marlow & Finch LLP.",
    )
