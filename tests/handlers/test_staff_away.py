"""Somebody of the provider is away: a colleague holds the meetings agreed for then, and gets the tasks about them."""

from __future__ import annotations

import pytest

from handlers.commands import AgreeSlot, ComeBack, GoAway, HoldTouchpoint, PickSlot, Reschedule
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.talking import (
    BEN,
    DANA,
    MF,
    RITA,
    SOFIA,
    cards,
    ny,
    planned,
    press,
    standing,
    talk_of,
    tasks,
    times,
    until,
)


def holder(office: Office, ref: object) -> tuple[str, str]:
    """(who holds it, for whom)."""
    found = standing(office, ref)  # type: ignore[arg-type]
    return found.owner, found.name(found.row.stands_in_for)


def test_an_agreed_meeting_goes_to_whoever_stands_in_at_once_and_comes_back(office: Office) -> None:
    ref, screens = planned(office), Screens(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    said = press(office, SOFIA, GoAway(ny(17, 0), ny(20, 0), office.person(RITA))).say
    assert said == "Noted. Meetings agreed for then are held by a colleague, who gets the tasks about them too."
    assert holder(office, ref) == (RITA, SOFIA)
    assert "desk" in cards(office, ref, RITA)
    assert "You stand in for Sofia Marchetti." in screens.text(RITA, ref, "desk")
    assert "Rita Nowak, Harborline IT, who stands in for Sofia Marchetti" in screens.text(DANA, ref, "offer:r1")
    assert press(office, SOFIA, ComeBack()).say == "Welcome back. Your meetings are yours again."
    assert holder(office, ref) == (SOFIA, "")
    assert "stands in" not in screens.text(DANA, ref, "offer:r1")


def test_without_a_name_the_next_who_is_there_for_the_client_stands_in(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    press(office, SOFIA, GoAway(ny(17, 0), ny(20, 0)))
    assert holder(office, ref) == (BEN, SOFIA)
    press(office, BEN, GoAway(ny(18, 0), ny(19, 0)))
    assert holder(office, ref) == (RITA, SOFIA)


def test_where_nobody_is_there_it_stays_with_its_owner(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    for name in (BEN, RITA, SOFIA):
        press(office, name, GoAway(ny(17, 0), ny(20, 0)))
    assert holder(office, ref) == (SOFIA, "")


def test_a_time_that_is_picked_while_its_owner_will_be_away_is_held_by_the_colleague(office: Office) -> None:
    ref = planned(office)
    press(office, SOFIA, GoAway(ny(17, 0), ny(20, 0), office.person(RITA)))
    assert holder(office, ref) == (SOFIA, ""), "no time is agreed yet"
    press(office, DANA, PickSlot(ref, 1, 1))
    assert holder(office, ref) == (RITA, SOFIA)
    until(office, ny(18, 11))
    assert tasks(office, ref) == [("talk_notes", RITA)]
    press(office, RITA, HoldTouchpoint(ref, "All is well."))
    until(office, ny(22, 9))
    assert holder(office, ref) == (RITA, SOFIA), "who has held it stays"


def test_a_meeting_given_another_time_is_its_owners_again(office: Office) -> None:
    ref = planned(office)
    press(office, SOFIA, GoAway(ny(17, 0), ny(20, 0), office.person(RITA)))
    press(office, DANA, PickSlot(ref, 1, 1))
    press(office, DANA, Reschedule(ref, 1))
    assert standing(office, ref).state == "proposed"
    press(office, DANA, PickSlot(ref, 2, 1))
    assert holder(office, ref) == (SOFIA, "")


def test_tasks_about_meetings_go_to_the_colleague_while_it_lasts(office: Office) -> None:
    ref = planned(office)
    press(office, SOFIA, GoAway(office.now, ny(20, 0), office.person(RITA)))
    press(office, DANA, Reschedule(ref, 1, "Not this week."))
    assert tasks(office, ref) == [("talk_answer", RITA)]
    press(office, RITA, AgreeSlot(ref, ny(23, 10)))
    assert holder(office, ref) == (SOFIA, ""), "by then she is back"


def test_times_that_are_proposed_wait_for_a_short_absence_and_not_for_a_long_one(office: Office) -> None:
    press(office, SOFIA, GoAway(ny(25, 0), ny(27, 0)))
    until(office, ny(10, 9))
    assert times(office, talk_of(office, MF))[0] == "Mon Jun 29 10:00"


def test_times_that_are_proposed_do_not_wait_for_a_long_absence(office: Office) -> None:
    press(office, SOFIA, GoAway(ny(25, 0), ny(10, 0, month=7), office.person(RITA)))
    until(office, ny(10, 9))
    ref = talk_of(office, MF)
    assert times(office, ref)[0] == "Thu Jun 25 10:00"
    press(office, DANA, PickSlot(ref, 1, 1))
    assert holder(office, ref) == (RITA, SOFIA)


@pytest.mark.parametrize("other", [DANA, SOFIA])
def test_only_a_colleague_stands_in(office: Office, other: str) -> None:
    refused = office.refused(SOFIA, GoAway(ny(17, 0), ny(20, 0), office.person(other)))
    assert (refused.field, refused.sentence) == ("delegate", "Please choose a colleague of your own company.")


def test_the_form_offers_colleagues_and_the_absence_ends_by_itself(office: Office) -> None:
    screens = Screens(office)
    form = screens.say(SOFIA, "away").form
    assert form is not None
    names = [option.label for field in form.fields if field.id == "delegate" for option in field.options]
    assert RITA in names and DANA not in names and SOFIA not in names
    answer = screens.send(SOFIA, form, **{"from": "2026-06-17", "to": "2026-06-19", "delegate": office.person(RITA)})
    assert answer.tone == "good", answer
    row = office.rows("SELECT starts_at, ends_at FROM absence")[0]
    assert [str(one)[:16].replace("T", " ") for one in row] == ["2026-06-17 04:00", "2026-06-20 04:00"]
    until(office, ny(20, 1))
    assert office.journal("person.absence_start") == office.journal("person.absence_end") == 1
