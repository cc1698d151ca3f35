"""What people read about talks and pulses: why another time is wanted, what waits, what comes of itself."""

from __future__ import annotations

from handlers.commands import LogPulse, PickSlot, PlanTouchpoint, Ref, Reschedule, SettleCadence
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.talking import BEN, DANA, MF, NF, SOFIA, ny, planned, press, standing, talk_of, until, window

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


def test_a_pulse_says_who_hears_of_it_when_nobody_logs_it_and_when(office: Office) -> None:
    screens = Screens(office)
    until(office, ny(8, 12, month=7))
    row = office.rows("SELECT p.id FROM pulse p JOIN client c ON c.id = p.client_id WHERE c.slug = :client", client=NF)
    ref = Ref("pulse", row[0].id)
    assert (
        "If you do nothing, you are reminded on Fri Jul 10, 9:00 AM EDT"
        " and Rita Nowak hears of it on Wed Jul 15, 9:00 AM EDT." in screens.text(BEN, ref, "pulse")
    )
    until(office, ny(10, 12, month=7))
    assert "If you do nothing, Rita Nowak hears of it" in screens.text(BEN, ref, "pulse")
    press(office, BEN, LogPulse(ref, "red"))
    asked = screens.text(BEN, ref, "pulse")
    assert "Ben Okafor says that the relationship is red." in asked
    assert "If you do nothing, you are reminded on Tue Jul 14" in asked
    press(office, BEN, SettleCadence(ref))
    assert "If you do nothing" not in screens.text(BEN, ref, "pulse")
