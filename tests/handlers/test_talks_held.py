"""What a talk is about, what was said, what it leaves to do and on file, and the form before it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from handlers.commands import (
    AddActionItem,
    AddAgendaItem,
    CaseRow,
    CloseTouchpoint,
    FinishActionItem,
    HoldTouchpoint,
    MissTouchpoint,
    PickSlot,
    PutCases,
    PutMeetingRecord,
    Ref,
    RemoveAgendaItem,
    SkipTouchpoint,
)
from tests.handlers.office import Office, purchase
from tests.handlers.talking import (
    BEN,
    CR,
    DANA,
    HANNAH,
    MARCUS,
    MF,
    NF,
    PRIYA,
    SOFIA,
    SYSTEM,
    TOM,
    agenda,
    cards,
    ny,
    planned,
    press,
    standing,
    talk_of,
    tasks,
    until,
    window,
)


def held(office: Office, **changes: Any) -> Ref:
    """A talk that Dana agreed to and Sofia held on Thursday, June 11."""
    ref = planned(office, window(11, 10), **changes)
    press(office, PRIYA if changes else DANA, PickSlot(ref, 1, 1))
    until(office, ny(11, 10, 30))
    press(office, SOFIA, HoldTouchpoint(ref, "The printer lease ends in August."))
    return ref


def cases(office: Office) -> None:
    """The urgent one, a project, an old one, one that waits, one that is closed; and one of another client."""
    rows = (
        CaseRow("CASE-4471", MF, "Providence internet down", ny(9, 10, 42), priority="P1"),
        CaseRow("CASE-4400", MF, "Wi-Fi refresh", ny(1, 9), category="Project"),
        CaseRow("CASE-4300", MF, "Old scanner", ny(1, 9, month=4)),
        CaseRow("CASE-4310", MF, "Slow laptop", ny(2, 9, month=4)),
        CaseRow("CASE-4470", MF, "Cannot print", ny(8, 10), priority="P2", state="waiting_on_client"),
        CaseRow("CASE-4472", MF, "Solved", ny(8, 10), priority="P1", state="closed", closed_at=ny(8, 12)),
        CaseRow("CASE-4498", NF, "Not ours", ny(8, 10), priority="P1"),
    )
    press(office, SYSTEM, PutCases(rows))


def test_the_agenda_is_drawn_from_what_is_open_waits_and_comes(office: Office) -> None:
    office.now = ny(10, 12)
    cases(office)
    office.raised(SOFIA, purchase(title="Toner"))
    ref = planned(office, window(11, 10))
    press(office, DANA, AddAgendaItem(ref, "  printer   lease "))
    found = [(one.kind, one.name or one.text, one.note) for one in agenda(office, ref)]
    assert found[:6] == [
        ("case", "CASE-4471", "P1, open for 1 day"),
        ("case", "CASE-4470", "P2, open for 2 days, waits on you"),
        ("case", "CASE-4300", "P3, open for 70 days"),
        ("approval", "MF-1", ""),
        ("project", "CASE-4400", "P3, open for 9 days"),
        ("item", "printer lease", DANA),
    ]
    assert len(found) == 6


def test_an_agenda_is_live_until_the_talk_is_held_and_then_stays_as_it_was(office: Office) -> None:
    office.now = ny(10, 12)
    ref = planned(office, window(11, 10))
    press(office, DANA, PickSlot(ref, 1, 1))
    assert agenda(office, ref) == []
    cases(office)
    assert len(agenda(office, ref)) == 4
    until(office, ny(11, 10, 30))
    press(office, SOFIA, HoldTouchpoint(ref, "Well."))
    row = CaseRow("CASE-4471", MF, "Providence internet down", ny(9, 10, 42), "closed", "P1", closed_at=ny(11, 11))
    until(office, ny(11, 12))
    press(office, SYSTEM, PutCases((row,)))
    assert [one.name for one in agenda(office, ref)] == ["CASE-4471", "CASE-4470", "CASE-4300", "CASE-4400"]


def test_whoever_added_something_or_the_provider_takes_it_off(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, AddAgendaItem(ref, "printer lease"))
    assert press(office, SOFIA, AddAgendaItem(ref, "Printer Lease")).repeated
    press(office, PRIYA, AddAgendaItem(ref, "budget"))
    items = {one.text: Ref.parse(one.ref) for one in agenda(office, ref)}
    assert office.refused(DANA, RemoveAgendaItem(items["budget"])).sentence == (
        "Priya Raman wants to talk about this, and can take it off."
    )
    press(office, PRIYA, RemoveAgendaItem(items["budget"]))
    assert press(office, PRIYA, RemoveAgendaItem(items["budget"])).repeated
    press(office, SOFIA, RemoveAgendaItem(items["printer lease"]))
    assert agenda(office, ref) == []
    assert office.refused(MARCUS, AddAgendaItem(ref, "x")).code == "not_found"
    assert office.refused(DANA, AddAgendaItem(ref, "  ")).field == "text"
    assert office.refused(DANA, RemoveAgendaItem(Ref("agenda_item", "nothing"))).code == "not_found"


def test_what_was_said_goes_to_whoever_was_there(office: Office) -> None:
    ref = held(office)
    assert cards(office, ref, DANA)[-1] == "notes"
    found = standing(office, ref)
    assert (found.state, found.row.notes) == ("held", "The printer lease ends in August.")
    assert found.row.ended_at == ny(11, 10)
    press(office, SOFIA, HoldTouchpoint(ref, "The printer lease ends in July."))
    assert standing(office, ref).row.notes.endswith("July.")
    press(office, SOFIA, CloseTouchpoint(ref))
    assert press(office, SOFIA, CloseTouchpoint(ref)).repeated
    assert office.refused(SOFIA, HoldTouchpoint(ref, "Something else.")).code == "conflict"


def test_the_end_is_asked_for_and_the_question_ends_with_the_answer(office: Office) -> None:
    ref = planned(office, window(11, 10))
    press(office, DANA, PickSlot(ref, 1, 1))
    assert office.refused(SOFIA, HoldTouchpoint(ref, "Well.")).sentence.startswith("It is agreed for Thu Jun 11.")
    assert office.refused(SOFIA, MissTouchpoint(ref)).sentence == "It has not begun yet."
    until(office, ny(12, 12))
    assert tasks(office, ref) == [("talk_notes", SOFIA)]
    press(office, SOFIA, MissTouchpoint(ref, "Nobody came."))
    assert press(office, SOFIA, MissTouchpoint(ref)).repeated
    assert tasks(office, ref) == []
    assert office.refused(SOFIA, HoldTouchpoint(ref, "Well.")).code == "conflict"
    assert office.refused(DANA, SkipTouchpoint(ref, "No.")).code == "conflict"


def test_a_call_in_passing_is_held_without_an_agreed_time(office: Office) -> None:
    ref = planned(office, window(18, 12), client=CR)
    press(office, SOFIA, HoldTouchpoint(ref, "I called Tom."))
    found = standing(office, ref)
    assert (found.state, found.row.ended_at) == ("held", office.now)
    assert tasks(office, ref) == []
    assert cards(office, ref, TOM) == []


def test_what_is_to_be_done_is_given_to_somebody_who_hears_of_it_when_it_is_due(office: Office) -> None:
    ref = held(office)
    said = press(office, SOFIA, AddActionItem(ref, "Send the lease", office.person(DANA), date(2026, 6, 20))).say
    assert said == "Dana Whitlock has this to do."
    assert press(office, SOFIA, AddActionItem(ref, "send the lease", office.person(DANA))).repeated
    press(office, SOFIA, AddActionItem(ref, "Call the dealer", office.person(BEN), date(2026, 6, 16)))
    mine, his = (Ref("action_item", one.id) for one in standing(office, ref).actions)
    assert cards(office, mine, DANA) == ["action"]
    until(office, ny(18, 8, 59))
    assert cards(office, mine, DANA) == ["action"]
    assert cards(office, his, BEN) == ["action", "nudge:2026-06-16"]
    until(office, ny(18, 9))  # June 20 is a Saturday, June 19 a holiday
    assert cards(office, mine, DANA) == ["action", "nudge:2026-06-20"]
    press(office, DANA, FinishActionItem(mine))
    assert press(office, DANA, FinishActionItem(mine)).say == "This is done already (by Dana Whitlock)."
    assert office.refused(DANA, FinishActionItem(his)).sentence == "Ben Okafor has this to do."
    press(office, SOFIA, FinishActionItem(his, dropped=True))
    states = [one.state for one in standing(office, ref).actions]
    assert states == ["done", "dropped"]


def test_what_is_done_before_is_not_asked_for(office: Office) -> None:
    ref = held(office)
    press(office, SOFIA, AddActionItem(ref, "Send the lease", office.person(DANA), date(2026, 6, 18)))
    mine = Ref("action_item", standing(office, ref).actions[0].id)
    press(office, DANA, FinishActionItem(mine))
    until(office, ny(20, 9))
    assert cards(office, mine, DANA) == ["action"]


@pytest.mark.parametrize(
    ("owner", "due", "text", "field"),
    [
        ("nobody", None, "x", "owner"),
        (MARCUS, None, "x", "owner"),
        (DANA, date(2026, 6, 10), "x", "due_on"),
        (DANA, date(2036, 6, 10), "x", "due_on"),
        (DANA, None, " ", "text"),
        (DANA, None, "x" * 301, "text"),
    ],
)
def test_what_cannot_be_given_is_refused_with_its_field(
    office: Office, owner: str, due: date | None, text: str, field: str
) -> None:
    ref = held(office)
    person = owner if owner == "nobody" else office.person(owner)
    assert office.refused(SOFIA, AddActionItem(ref, text, person, due)).field == field


def test_what_is_open_of_the_last_talk_comes_up_in_the_next(office: Office) -> None:
    ref = held(office)
    press(office, SOFIA, AddActionItem(ref, "Send the lease", office.person(DANA), date(2026, 6, 30)))
    until(office, ny(11, 12))
    following = talk_of(office, MF)
    assert following != ref
    lines = agenda(office, following)
    assert [(one.kind, one.text, one.note, one.at) for one in lines] == [
        ("action", "Send the lease", DANA, "2026-06-30")
    ]
    assert agenda(office, ref) == []


def test_a_vcio_meeting_cannot_close_while_something_is_missing(office: Office) -> None:
    ref = held(office, kind="vcio_meeting", title="Quarterly review")
    assert tasks(office, ref) == [("talk_records", BEN)]
    for kind in ("slide_deck", "assessment", "service_desk_metrics"):
        press(office, BEN, PutMeetingRecord(ref, kind, f"https://files.example/{kind}"))
    refused = office.refused(BEN, CloseTouchpoint(ref))
    assert refused.sentence == "1 of 4 missing: hardware warranty report."
    assert office.refused(BEN, PutMeetingRecord(ref, "hardware_warranty_report")).field == "url"
    assert office.refused(BEN, PutMeetingRecord(ref, "cake", "https://files.example")).field == "kind"
    assert office.refused(BEN, PutMeetingRecord(ref, "assessment", "file:///etc")).field == "url"
    assert press(office, BEN, PutMeetingRecord(ref, "assessment", "https://files.example/assessment")).repeated
    press(office, BEN, PutMeetingRecord(ref, "hardware_warranty_report", waived_why="All devices are new."))
    assert tasks(office, ref) == []
    assert press(office, BEN, CloseTouchpoint(ref)).say == f"{standing(office, ref).row.ref} is closed."


def test_only_the_provider_writes_down_what_was(office: Office) -> None:
    ref = planned(office)
    for command in (
        HoldTouchpoint(ref, "x"),
        MissTouchpoint(ref),
        CloseTouchpoint(ref),
        AddActionItem(ref, "x", "y"),
        PutMeetingRecord(ref, "assessment", "https://files.example"),
    ):
        assert office.refused(DANA, command).code == "not_entitled"
        assert office.refused(MARCUS, command).code == "not_found"
    assert office.refused(HANNAH, FinishActionItem(Ref("action_item", "no"))).code == "not_found"
    assert office.refused(SOFIA, CloseTouchpoint(ref)).code == "conflict"
    assert office.refused(SOFIA, CloseTouchpoint(Ref("touchpoint", "no\x00"))).code == "not_found"
    assert standing(office, ref).now - office.now == timedelta()
    assert standing(office, ref).state == "proposed"
    assert planned(office, client=NF) != ref
