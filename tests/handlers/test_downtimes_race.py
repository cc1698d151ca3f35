"""Many at once on a downtime: one defined outcome each, everybody told, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from bot.demo.cast import PEOPLE
from handlers.commands import (
    AnswerWindows,
    CancelDowntime,
    ChooseWindow,
    CompleteDowntime,
    DeclineDowntime,
    Event,
    ExtendDowntime,
    GoAway,
    Grant,
    OfferWindows,
    Outcome,
    PostponeDowntime,
    PutBlackout,
    PutPerson,
    PutPolicy,
    Refused,
    StartDowntime,
    SuggestWindow,
    System,
    TakeWindow,
    WithdrawDowntime,
)
from schedules import reminders
from storage import journal
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    GRETA,
    KAI,
    MARCUS,
    SOFIA,
    SUNDAY,
    agreed,
    begun,
    et,
    firewalls,
    offered,
    picks,
    says,
    standing,
    state,
    told,
    until,
    voice,
    window,
)

JULY = window(7, 11, 6, 10)


def together(office: Office, deeds: Sequence[tuple[Any, Any]]) -> list[Outcome | Refused]:
    """Everybody presses at the same moment; -> what each was told."""
    gate = threading.Barrier(len(deeds))
    told_: list[Any] = [None] * len(deeds)

    def press(number: int, who: Any, command: Any) -> None:
        actor = office.account(who) if isinstance(who, str) else who
        gate.wait()
        try:
            told_[number] = office.desk.perform(command, Event(f"race:{uuid4().hex}", office.now, actor, "teams"))
        except Refused as refused:
            told_[number] = refused

    threads = [threading.Thread(target=press, args=(number, *deed)) for number, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert None not in told_, "somebody waits for ever, or fell over"
    with office.store.read() as tx:
        assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []
    return told_


def test_two_coordinators_and_the_key_contact_at_once(office: Office) -> None:
    office.now = et(6, 5, 10)
    player = PEOPLE[GRETA]
    grants = (*(Grant(*one) for one in player.grants), Grant("downtime", 2, "leipzig"))
    house = System("the house")
    office.do(house, PutPerson("northgate", GRETA, player.email, grants=grants, timezone="America/New_York"))
    for _ in range(4):
        ref = offered(office)
        objection = AnswerWindows(ref, 1, False, (1,), "The night shift works")
        first, second, choice = together(
            office, [(ANJA, AnswerWindows(ref, 1, True, (2,))), (GRETA, objection), (MARCUS, ChooseWindow(ref, 1, 2))]
        )
        heard = voice(office, ref, "Leipzig")
        if isinstance(choice, Outcome):
            assert state(office, ref) == "accepted: scheduled" and heard.agrees_to(2)
        else:
            assert isinstance(first, Outcome) and isinstance(second, Outcome), "both answers count"
            assert heard.objects_to(1) and heard.agrees_to(2)
            assert choice.sentence.startswith("Leipzig has not answered yet")
            assert told(office, ref, "turn:r1") == [MARCUS]
            picks(office, ref, MARCUS, 2)
        office.do(SOFIA, CancelDowntime(ref, "Next round"))
        office.later(seconds=1)


def test_two_coordinators_who_contradict_each_other_leave_one_answer(office: Office) -> None:
    office.now = et(6, 5, 10)
    player = PEOPLE[GRETA]
    grants = (*(Grant(*one) for one in player.grants), Grant("downtime", 2, "leipzig"))
    house = System("the house")
    office.do(house, PutPerson("northgate", GRETA, player.email, grants=grants, timezone="America/New_York"))
    ref = offered(office)
    told_ = together(
        office, [(ANJA, AnswerWindows(ref, 1, True, (1, 2))), (GRETA, AnswerWindows(ref, 1, False, (1, 2), "No"))]
    )
    assert all(isinstance(one, Outcome) for one in told_)
    heard = voice(office, ref, "Leipzig")
    assert len({one.verdict for one in heard.answers.values()}) == 1, "the later one stands, for both times"
    assert office.journal("downtime.answer") == 2, "and both are on record"
    assert told(office, ref, "turn:r1") == [MARCUS]


def test_a_suggestion_races_a_choice(office: Office) -> None:
    for _ in range(4):
        ref = offered(office)
        says(office, ref, ANJA)
        told_ = together(office, [(MARCUS, SuggestWindow(ref, 1, JULY)), (MARCUS, ChooseWindow(ref, 1, 2))])
        assert len([one for one in told_ if isinstance(one, Outcome)]) == 1, "one counts, the other is told so"
        now = standing(office, ref)
        if isinstance(told_[0], Outcome):
            assert (now.state, now.row.revision, now.row.life) == ("countered", 2, "")
            office.do(SOFIA, WithdrawDowntime(ref))
        else:
            assert (now.state, now.row.revision, now.row.starts_at) == ("accepted", 1, SUNDAY.starts_at)
            office.do(SOFIA, CancelDowntime(ref, "Next round"))
        office.later(seconds=1)


def test_the_provider_offers_other_times_or_withdraws_while_the_key_contact_chooses(office: Office) -> None:
    for _ in range(4):
        ref = offered(office)
        says(office, ref, ANJA)
        others, choice, back = together(
            office,
            [(SOFIA, OfferWindows(ref, (JULY,))), (MARCUS, ChooseWindow(ref, 1, 2)), (SOFIA, WithdrawDowntime(ref))],
        )
        now = standing(office, ref)
        assert (now.state == "accepted") == isinstance(choice, Outcome)
        if now.state == "accepted":
            assert isinstance(others, Refused) and isinstance(back, Refused)
            office.do(SOFIA, CancelDowntime(ref, "Next round"))
        else:
            assert (now.state, now.row.life) == ("withdrawn", "") and isinstance(back, Outcome)
        office.later(seconds=1)


def test_two_works_come_to_one_time_at_once_and_one_of_them_is_stopped(office: Office) -> None:
    """Each was offered when the other was not: the client's lock lets the second see the first."""
    for _ in range(4):
        first = offered(office, firewalls(JULY))
        says(office, first, ANJA)
        told_ = together(
            office,
            [
                (MARCUS, ChooseWindow(first, 1, 1)),
                (SOFIA, firewalls(JULY, locations=("toledo",))),
                (KAI, firewalls(JULY)),
            ],
        )
        assert isinstance(told_[0], Outcome)
        for late in told_[1:]:
            assert isinstance(late, Refused) and late.code == "blocked"
        office.do(SOFIA, CancelDowntime(first, "Next round"))
        office.later(seconds=1)


def test_a_suggested_time_is_taken_while_the_same_time_is_agreed_elsewhere(office: Office) -> None:
    for _ in range(4):
        first, second = offered(office, firewalls(JULY)), offered(office, firewalls(SUNDAY, locations=("toledo",)))
        says(office, first, ANJA)
        office.do(MARCUS, SuggestWindow(second, 1, JULY))
        choice, take = together(office, [(MARCUS, ChooseWindow(first, 1, 1)), (SOFIA, TakeWindow(second, 2, 1))])
        assert isinstance(choice, Outcome), "a time that is only named elsewhere stops no yes"
        assert isinstance(take, Refused) and take.field == "override", "offered or agreed, it is in the way"
        office.do(SOFIA, CancelDowntime(first, "Next round"))
        office.do(SOFIA, WithdrawDowntime(second))
        office.later(seconds=1)


def test_a_blackout_and_a_choice_at_once(office: Office) -> None:
    for week in range(3):
        day = 11 + 7 * week
        ref = offered(office, firewalls(window(7, day, 18, 22)))
        says(office, ref, ANJA)
        stocktaking = PutBlackout("Stocktaking", location="leipzig", window=window(7, day, 17, 23))
        blackout, choice = together(office, [(ANJA, stocktaking), (MARCUS, ChooseWindow(ref, 1, 1))])
        assert isinstance(blackout, Outcome)
        assert told(office, ref, f"blackout:{blackout.facts['id']}") == [MARCUS, SOFIA], "whichever came first"
        if isinstance(choice, Refused):
            assert "Stocktaking" in choice.sentence and state(office, ref) == "proposed"
            office.do(SOFIA, WithdrawDowntime(ref))
        else:
            assert state(office, ref) == "accepted: scheduled"
            office.do(SOFIA, CancelDowntime(ref, "Next round"))
        office.later(seconds=1)


def test_a_cancellation_while_a_reminder_goes_out(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 20, 5, 59))
    office.now = et(6, 20, 6)
    climbs = [(System("clock"), one) for one in reminders.rungs(office.store, office.now)]
    assert climbs, "the day before"
    ends = [(MARCUS, CancelDowntime(ref, "The audit")), (SOFIA, PostponeDowntime(ref, "A part is missing"))]
    told_ = together(office, [*climbs, *ends])[len(climbs) :]
    assert len([one for one in told_ if isinstance(one, Outcome)]) == 1, "one of the two gives it up"
    now = standing(office, ref)
    assert now.life in ("cancelled", "postponed") and not now.timers
    assert told(office, ref, now.life) == [ANJA, MARCUS, SOFIA]
    until(office, et(6, 21, 12))
    assert told(office, ref, "hour1") == []


def test_an_offer_ends_while_the_key_contact_chooses(office: Office) -> None:
    ref = offered(office)
    says(office, ref, ANJA)
    until(office, et(6, 17, 16, 59))
    office.now = et(6, 17, 17)
    climbs = [(System("clock"), one) for one in reminders.rungs(office.store, office.now)]
    told_ = together(office, [*climbs, (MARCUS, ChooseWindow(ref, 1, 2)), (MARCUS, DeclineDowntime(ref, 1, "no"))])
    assert all(isinstance(one, Refused) for one in told_[len(climbs) :]), "the end is the end, to the minute"
    assert state(office, ref) == "expired"


def test_the_work_is_begun_twice_and_cancelled_at_once(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 21, 6))
    first, second, cancel = together(
        office, [(KAI, StartDowntime(ref)), (SOFIA, StartDowntime(ref)), (MARCUS, CancelDowntime(ref, "Stop"))]
    )
    if isinstance(cancel, Outcome):
        assert standing(office, ref).life == "cancelled"
        assert isinstance(first, Refused) and isinstance(second, Refused)
    else:
        assert standing(office, ref).life == "in_progress"
        assert sum(isinstance(one, Outcome) and not one.repeated for one in (first, second)) == 1
        assert office.journal("downtime.start") == 1


def test_the_end_the_extension_and_the_clock_at_once(office: Office) -> None:
    ref = begun(office)
    until(office, et(6, 21, 9, 59))
    office.now = et(6, 21, 10)
    climbs = [(System("clock"), one) for one in reminders.rungs(office.store, office.now)]
    assert climbs
    extend, complete = together(
        office, [*climbs, (KAI, ExtendDowntime(ref, et(6, 21, 11))), (SOFIA, CompleteDowntime(ref))]
    )[len(climbs) :]
    now = standing(office, ref)
    assert now.life == "completed" and isinstance(complete, Outcome) and not now.timers
    assert ("extended" in [one["what"] for one in now.row.steps]) == isinstance(extend, Outcome)
    assert told(office, ref, "completed") == [ANJA, MARCUS, SOFIA]


def test_changes_of_the_directory_and_the_policy_do_not_block_a_choice(office: Office) -> None:
    for number in range(4):
        ref = offered(office)
        says(office, ref, ANJA)
        told_ = together(
            office,
            [
                (MARCUS, ChooseWindow(ref, 1, 2)),
                (GRETA, GoAway(et(8, 1 + number, 9), et(8, 1 + number, 10))),
                (System("operator"), PutPolicy("northgate", {"opening": f"0{8 + number % 2}:00"})),
                (ANJA, AnswerWindows(ref, 1, False, (1,), "Later thought")),
            ],
        )
        assert isinstance(told_[0], Outcome)
        office.do(SOFIA, CancelDowntime(ref, "Next round"))
        office.later(seconds=1)
