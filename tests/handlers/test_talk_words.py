"""What people read about a talk: why another time is wanted, and what the list of what waits calls it."""

from __future__ import annotations

from handlers.commands import PickSlot, PlanTouchpoint, Reschedule
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.talking import DANA, MF, SOFIA, planned, press, standing, talk_of, window

HEARING = "The hearing was moved, and nobody else can sit in."


def test_the_reason_for_another_time_stands_on_both_cards_also_when_no_time_was_named(office: Office) -> None:
    ref, screens = planned(office), Screens(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    press(office, DANA, Reschedule(ref, 1, HEARING))
    desk = screens.text(SOFIA, ref, "desk")
    assert "Dana Whitlock cannot make it." in desk
    assert f"Dana Whitlock wrote: {HEARING}" in " ".join(desk.split())
    assert HEARING in screens.text(SOFIA, ref, "moved:r2"), "the message that says so says why"
    mine = " ".join(screens.text(DANA, ref, "offer:r1").split())
    assert f"You wrote: {HEARING}" in mine


def test_a_long_reason_is_read_in_full_below_the_buttons(office: Office) -> None:
    ref, screens = planned(office), Screens(office)
    long = " ".join(["The hearing was moved again."] * 30)
    press(office, DANA, Reschedule(ref, 1, long))
    for name, purpose in ((SOFIA, "desk"), (DANA, "offer:r1")):
        said = screens.text(name, ref, purpose)
        assert "(in full below)" in said and long in said


def test_a_time_that_is_named_later_keeps_the_reason(office: Office) -> None:
    ref, screens = planned(office), Screens(office)
    press(office, DANA, Reschedule(ref, 1, HEARING))
    press(office, DANA, Reschedule(ref, 1, "", window(24, 11)))
    said = screens.text(SOFIA, ref, "desk")
    assert HEARING in said and "Dana Whitlock would like Wed Jun 24, 11:00 AM" in said


def test_a_reason_is_gone_from_the_cards_once_there_are_other_times(office: Office) -> None:
    ref, screens = planned(office), Screens(office)
    press(office, DANA, Reschedule(ref, 1, HEARING))
    press(office, SOFIA, PlanTouchpoint((window(24, 11),), ref=ref))
    assert HEARING not in screens.text(SOFIA, ref, "desk")
    press(office, DANA, Reschedule(ref, standing(office, ref).row.revision))
    assert HEARING not in screens.text(SOFIA, ref, "desk"), "other words were not given this time"


def test_what_waits_names_the_meetings_and_of_many_the_first(office: Office) -> None:
    screens = Screens(office)
    planned(office, window(18, 10))
    waits = screens.say(DANA, "waiting").card
    assert waits is not None and waits.title == "1 meeting to answer (Check-in)"
    planned(office, window(19, 10), kind="operational_call")
    planned(office, window(22, 10), kind="support_kickoff", title="Kick-off of the new contract")
    waits = screens.say(DANA, "waiting").card
    assert waits is not None
    assert waits.title == waits.summary == "3 meetings to answer (Check-in, Operational call and 1 more)"
    office.now = window(18, 11).starts_at
    press(office, DANA, Reschedule(talk_of(office, MF, "operational_call"), 1, HEARING))
    mine = screens.say(SOFIA, "waiting").card
    assert mine is not None and "1 meeting of yours (Operational call with Marlow & Finch LLP)" in mine.title
