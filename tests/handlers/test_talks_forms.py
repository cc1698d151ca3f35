"""The form before a formal talk: when it goes out, where it stands on the agenda, what becomes of it."""

from __future__ import annotations

from handlers.commands import (
    AgreeSlot,
    AnswerForm,
    HoldTouchpoint,
    PickSlot,
    Ref,
)
from tests.handlers.office import Office
from tests.handlers.talking import (
    DANA,
    SOFIA,
    agenda,
    cards,
    ny,
    planned,
    press,
    until,
    window,
)


def forms(office: Office, ref: Ref) -> list[tuple[str, str]]:
    rows = office.rows(
        "SELECT p.name, f.state FROM feedback f JOIN person p ON p.id = f.person_id"
        " WHERE f.subject = :of ORDER BY f.id",
        of=str(ref),
    )
    return [(row.name, row.state) for row in rows]


def test_the_form_goes_out_five_business_days_before_and_leads_the_agenda_until_it_is_answered(office: Office) -> None:
    ref = planned(office, window(25, 10, 60), kind="rap_session")
    press(office, DANA, PickSlot(ref, 1, 1))
    until(office, ny(17, 8, 59))
    assert forms(office, ref) == []
    until(office, ny(17, 9))  # June 19 is a holiday
    assert forms(office, ref) == [(DANA, "requested")]
    assert agenda(office, ref)[0].note == "not answered by Dana Whitlock"
    form = Ref.parse(agenda(office, ref)[0].ref)
    assert cards(office, form, DANA) == ["form"]
    until(office, ny(23, 9))
    assert cards(office, form, DANA) == ["form", "form_again"]
    press(office, DANA, AnswerForm(form, 7, "quick on the phone", "slow onsite"))
    assert agenda(office, ref)[0].text == "7 of 10; slow onsite; quick on the phone"
    until(office, ny(25, 11))
    press(office, SOFIA, HoldTouchpoint(ref, "We send somebody within a day."))
    assert forms(office, ref) == [(DANA, "received")]
    assert agenda(office, ref)[0].kind == "form"


def test_a_form_that_nobody_answered_is_unanswered_when_the_talk_is_held(office: Office) -> None:
    ref = planned(office, window(25, 10, 60), kind="rap_session")
    press(office, DANA, PickSlot(ref, 1, 1))
    until(office, ny(25, 11))
    press(office, SOFIA, HoldTouchpoint(ref, "Well."))
    assert forms(office, ref) == [(DANA, "unanswered")]


def test_the_form_moves_with_the_talk(office: Office) -> None:
    ref = planned(office, window(25, 10, 60), kind="rap_session")
    press(office, SOFIA, AgreeSlot(ref, ny(30, 10), 60))
    until(office, ny(22, 12))
    assert forms(office, ref) == []
    until(office, ny(23, 9))
    assert len(forms(office, ref)) == 1
