"""People hand a question on, want to be reminded later, are reminded by the CSM."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.commands import (
    HandOver,
    RemindNow,
    Snooze,
    Withdraw,
)
from tests.handlers.office import Office, access
from tests.handlers.screens import Screens

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of June 2026 in New York."""
    return datetime(2026, 6, day, hour, minute, tzinfo=NEW_YORK)


def test_a_question_is_handed_to_somebody_who_may_decide(office: Office) -> None:
    screens, ref = Screens(office), office.raised("Sofia Marchetti", access())
    assert office.asked(ref) == ["Dana Whitlock"]
    form = screens.press("Dana Whitlock", ref, "Hand to someone else").form
    assert form is not None
    assert {option.label for option in form.fields[0].options} == {"Priya Raman", "Hannah Cole"}
    screens.press("Dana Whitlock", ref, "Hand to someone else", {"to": office.person("Hannah Cole")})
    assert sorted(office.asked(ref)) == ["Dana Whitlock", "Hannah Cole"]
    assert "Dana Whitlock has handed this to you." in screens.text("Hannah Cole", ref)
    assert "You have handed this to Hannah Cole." in screens.text("Dana Whitlock", ref)
    office.approve("Hannah Cole", ref)
    assert office.state(ref) == "approved"


@pytest.mark.parametrize("heir", ["Dana Whitlock", "Luis Ortega", "Sofia Marchetti", "Tom Beckett", "nobody"])
def test_nothing_is_handed_to_somebody_who_may_not_decide(office: Office, heir: str) -> None:
    ref = office.order(unit=8_900)
    to = office.person(heir) if heir != "nobody" else "per_nobody"
    assert office.refused("Dana Whitlock", HandOver(ref, 1, to)).field == "to"
    assert office.asked(ref) == ["Dana Whitlock"]


def test_nothing_is_handed_to_those_barred_asked_or_unreachable(office: Office) -> None:
    about_priya = office.raised("Sofia Marchetti", access("Priya Raman"))
    assert office.refused("Dana Whitlock", HandOver(about_priya, 1, office.person("Priya Raman"))).field == "to"
    order = office.order()
    assert office.refused("Dana Whitlock", HandOver(order, 1, office.person("Priya Raman"))).field == "to"
    small = office.order(unit=8_900)
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE identity SET reachable = false WHERE person_id = '{office.person('Priya Raman')}'")
    assert office.refused("Dana Whitlock", HandOver(small, 1, office.person("Priya Raman"))).field == "to"
    assert "Hand to someone else" not in Screens(office).labels("Dana Whitlock", small)


def test_a_reminder_later_comes_once_and_holds_the_others_back(office: Office) -> None:
    office.now = at(8, 10)
    screens, ref = Screens(office), office.order(unit=8_900)
    screens.press("Dana Whitlock", ref, "Remind me later", {"choice": "tomorrow"})
    office.later(hours=6)
    assert [p for p in screens.purposes("Dana Whitlock", ref) if p.startswith("remind")] == []
    held = office.rows("SELECT due_at FROM delivery WHERE purpose LIKE 'snooze%'")
    assert len(held) == 1
    assert "Remind me later" not in screens.labels("Dana Whitlock", ref)
    assert "once only" in office.refused("Dana Whitlock", Snooze(ref, 1, "2")).sentence
    office.later(days=1)
    assert [p for p in screens.purposes("Dana Whitlock", ref) if p.startswith("remind")] == ["remind:v1.1.2"]
    assert office.standing(ref).request.expires_at == at(15, 10)


def test_nobody_snoozes_past_the_deadline(office: Office) -> None:
    office.now = at(8, 10)
    screens = Screens(office)
    ref = office.raised("Sofia Marchetti", access(kind="privileged"))
    assert office.standing(ref).request.expires_at == at(9, 10)
    office.later(hours=6, minutes=30)
    form = screens.press("Dana Whitlock", ref, "Remind me later").form
    assert form is not None
    assert [option.value for option in form.fields[0].options] == ["2", "4", "tomorrow"]
    office.later(hours=16, minutes=31)
    assert "Remind me later" not in screens.labels("Dana Whitlock", ref)
    assert office.refused("Dana Whitlock", Snooze(ref, 1, "2")).field == "choice"
    office.later(hours=1)
    assert office.state(ref) == "expired"


def test_a_snooze_is_for_those_asked_and_only_for_known_times(office: Office) -> None:
    ref = office.order(unit=8_900)
    assert "not among those asked" in office.refused("Priya Raman", Snooze(ref, 1, "2")).sentence
    for choice in ("", "0", "-2", "9999999999", "next year"):
        assert office.refused("Dana Whitlock", Snooze(ref, 1, choice)).field == "choice"


def test_a_snoozed_reminder_does_not_come_at_night(office: Office) -> None:
    office.now = at(8, 16, 45)
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", Snooze(ref, 1, "2"))
    row = next(row for step in office.standing(ref).steps for row in step.asked)
    assert row.snoozed_until == at(9, 8)


def test_the_csm_reminds_at_most_once_in_four_business_hours(office: Office) -> None:
    office.now = at(8, 15)
    screens, ref = Screens(office), office.order()
    office.approve("Priya Raman", ref)
    assert office.do("Sofia Marchetti", RemindNow(ref)).say == "Dana Whitlock will be reminded now."
    for hours in (0, 1, 18):
        office.later(hours=hours)
        told = office.do("Sofia Marchetti", RemindNow(ref))
        assert (told.repeated, "within four business hours" in told.say) == (True, True)
    office.later(hours=2)
    assert not office.do("Sofia Marchetti", RemindNow(ref)).repeated
    mine = [p for p in screens.purposes("Dana Whitlock", ref) if "now_" in p]
    assert len(mine) == 2
    assert [p for p in screens.purposes("Priya Raman", ref) if "remind" in p] == []
    assert "Approve" in screens.labels("Dana Whitlock", ref, mine[0])


def test_the_csm_leaves_those_alone_who_chose_a_later_time(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do("Dana Whitlock", Snooze(ref, 1, "4"))
    told = office.do("Sofia Marchetti", RemindNow(ref))
    assert (told.repeated, told.say) == (True, "Everybody silent has chosen a later time to be reminded.")
    assert "remind" not in "".join(Screens(office).purposes("Dana Whitlock", ref))


def test_nobody_is_reminded_of_what_is_closed_and_no_client_reminds(office: Office) -> None:
    ref = office.order(unit=8_900)
    assert office.refused("Priya Raman", RemindNow(ref)).code == "not_entitled"
    office.do("Sofia Marchetti", Withdraw(ref, "No."))
    assert office.refused("Sofia Marchetti", RemindNow(ref)).code == "conflict"
