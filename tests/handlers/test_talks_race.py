"""Many at once on a talk: one defined outcome each, everybody told, nobody in two places."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from handlers.commands import (
    AgreeSlot,
    Event,
    GoAway,
    HoldTouchpoint,
    LogPulse,
    Outcome,
    PickSlot,
    PlanTouchpoint,
    PutPolicy,
    Ref,
    Refused,
    Reschedule,
    SettleCadence,
    SkipTouchpoint,
    System,
)
from schedules import reminders
from storage import journal
from tests.handlers.office import Office
from tests.handlers.talking import (
    BEN,
    DANA,
    MARCUS,
    MF,
    NF,
    PRIYA,
    SOFIA,
    SYSTEM,
    cards,
    ny,
    planned,
    press,
    standing,
    talks_of,
    until,
    window,
)


def together(office: Office, deeds: Sequence[tuple[Any, Any]]) -> list[Outcome | Refused]:
    """Everybody presses at the same moment; -> what each was told."""
    gate = threading.Barrier(len(deeds))
    told: list[Any] = [None] * len(deeds)

    def deed(number: int, who: Any, command: Any) -> None:
        actor = office.account(who) if isinstance(who, str) else who
        gate.wait()
        try:
            told[number] = office.desk.perform(command, Event(f"race:{number}:{office.now}", office.now, actor, "test"))
        except Refused as refused:
            told[number] = refused

    threads = [threading.Thread(target=deed, args=(n, *one)) for n, one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    with office.store.read() as tx:
        assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []
    return told


def good(told: Sequence[Outcome | Refused]) -> list[Outcome]:
    return [one for one in told if isinstance(one, Outcome) and not one.repeated]


def test_two_contacts_choose_different_times_and_one_counts(office: Office) -> None:
    ref = planned(office, kind="budget_review")
    press(office, PRIYA, GoAway(office.now, ny(9, 12), office.person(DANA)))
    until(office, ny(9, 13))  # both have been asked, and Priya is back
    told = together(office, [(PRIYA, PickSlot(ref, 1, 1)), (PRIYA, PickSlot(ref, 1, 2)), (DANA, PickSlot(ref, 1, 2))])
    assert len(good(told)) == 1
    assert standing(office, ref).state == "confirmed"
    assert office.journal("touchpoint.confirm") == 1
    assert cards(office, ref, PRIYA).count("confirmed:r1") == 1


def test_one_chooses_while_the_same_one_cannot_make_it(office: Office) -> None:
    ref = planned(office)
    together(office, [(DANA, PickSlot(ref, 1, 1)), (DANA, Reschedule(ref, 1, "I am ill."))])
    found = standing(office, ref)
    assert found.state == "rescheduled", "the second is heard in either order"
    assert found.row.decided_at is None or found.row.sequence == 1


def test_the_provider_moves_it_while_a_contact_chooses(office: Office) -> None:
    ref = planned(office)
    told = together(office, [(DANA, PickSlot(ref, 1, 1)), (SOFIA, PlanTouchpoint((window(23, 11),), ref=ref))])
    found = standing(office, ref)
    assert found.state == "proposed" and found.row.revision == 2
    assert isinstance(told[1], Outcome)
    if isinstance(told[0], Refused):
        assert told[0].code == "conflict"
    else:
        assert found.row.sequence == 1, "what had got into a calendar is taken out"


def test_two_clients_choose_one_persons_time(office: Office) -> None:
    ours, theirs = planned(office), planned(office, client=NF)
    told = together(office, [(DANA, PickSlot(ours, 1, 1)), (MARCUS, PickSlot(theirs, 1, 1))])
    assert len(good(told)) == 1
    assert [one.code for one in told if isinstance(one, Refused)] == ["blocked"]


def test_it_is_left_out_held_and_agreed_at_one_moment(office: Office) -> None:
    ref = planned(office)
    deeds = [
        (DANA, SkipTouchpoint(ref, "We are moving.")),
        (SOFIA, HoldTouchpoint(ref, "I called.")),
        (SOFIA, AgreeSlot(ref, ny(18, 10))),
    ]
    together(office, deeds)
    assert standing(office, ref).state in ("skipped", "held")
    assert len(talks_of(office, MF)) == 1


def test_a_choice_and_the_end_of_the_offer_at_one_moment(office: Office) -> None:
    ref = planned(office, window(18, 10))
    office.now = ny(18, 10)
    ticks = [(System("clock"), command) for command in reminders.rungs(office.store, office.now)]
    together(office, [(DANA, PickSlot(ref, 1, 1)), *ticks, *ticks])
    assert standing(office, ref).state == "skipped", "a time that has begun is not agreed"
    assert office.journal("touchpoint.skip") == 1


def test_four_clocks_open_one_talk_and_ask_one_pulse(office: Office) -> None:
    office.now = ny(10, 9)
    ticks = [(System("clock"), command) for command in reminders.rungs(office.store, office.now)]
    assert ticks
    together(office, ticks * 4)
    assert talks_of(office, MF) == [("2026-06-25", "proposed")]
    until(office, ny(8, 8, 59, month=7))
    office.now = ny(8, 9, month=7)
    ticks = [(System("clock"), command) for command in reminders.rungs(office.store, office.now)]
    together(office, ticks * 4)
    assert (
        office.rows("SELECT count(*) AS n FROM pulse p JOIN client c ON c.id = p.client_id WHERE c.slug = 'northgate'")[
            0
        ].n
        == 1
    )


def test_a_person_goes_away_and_the_policy_changes_while_somebody_chooses(office: Office) -> None:
    ref = planned(office)
    deeds = [
        (DANA, PickSlot(ref, 1, 1)),
        (DANA, GoAway(office.now, ny(30, 0), office.person(PRIYA))),
        (SYSTEM, PutPolicy(MF, {"timetable": {"lead_days": 5}})),
    ]
    told = together(office, deeds)
    found = standing(office, ref)
    if isinstance(told[0], Refused):
        assert found.state == "proposed" and PRIYA in [one.name for one in found.asked]
    else:
        assert found.state == "confirmed" and found.row.decided_by == office.person(DANA)


def test_a_suggestion_is_taken_and_kept_at_one_moment(office: Office) -> None:
    until(office, ny(8, 12, month=7))
    ref = Ref(
        "pulse",
        office.rows("SELECT p.id FROM pulse p JOIN client c ON c.id = p.client_id WHERE c.slug = 'northgate'")[0].id,
    )
    press(office, BEN, LogPulse(ref, "amber", "", 142, 118))
    told = together(office, [(BEN, SettleCadence(ref)), (SOFIA, SettleCadence(ref, keep=True, reason="They know."))])
    assert len(good(told)) == 1
    kept = isinstance(told[1], Outcome)
    assert office.rows("SELECT count(*) AS n FROM cadence")[0].n == (0 if kept else 2)
