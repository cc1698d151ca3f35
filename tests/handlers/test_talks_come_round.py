"""Talks come round by themselves: when they are proposed, with which times, to whom, and when the next one follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.commands import (
    GoAway,
    HoldTouchpoint,
    MissTouchpoint,
    PickSlot,
    PutBlackout,
    PutCadence,
    PutClient,
    PutPerson,
    PutPolicy,
    Reschedule,
    SkipTouchpoint,
)
from tests.handlers.office import Office
from tests.handlers.talking import (
    BEN,
    CR,
    DANA,
    DENVER,
    GRETA,
    MARCUS,
    MF,
    NEW_YORK,
    NF,
    PRIYA,
    SOFIA,
    SYSTEM,
    TOM,
    cards,
    ny,
    planned,
    press,
    standing,
    talk_of,
    talks_of,
    tasks,
    times,
    titles,
    until,
    window,
)


def test_a_check_in_is_proposed_ten_business_days_ahead_with_three_times(office: Office) -> None:
    until(office, ny(10, 8, 59))
    assert talks_of(office, MF) == []
    until(office, ny(10, 9))
    assert talks_of(office, MF) == [("2026-06-25", "proposed")]
    ref = talk_of(office, MF)
    assert times(office, ref) == ["Thu Jun 25 10:00", "Thu Jun 25 14:00", "Fri Jun 26 10:00"]
    assert cards(office, ref, DANA) == ["offer:r1"]
    assert cards(office, ref, SOFIA) == ["desk"]
    assert standing(office, ref).row.ref.startswith("T-")


def test_where_the_phone_is_preferred_nobody_is_written_to_and_the_owner_has_a_task_to_call(office: Office) -> None:
    until(office, ny(12, 9))
    ref = talk_of(office, CR)
    found = standing(office, ref)
    assert (found.state, found.row.channel) == ("due", "phone")
    assert times(office, ref, DENVER) == ["Thu Jun 25 10:00", "Thu Jun 25 14:00", "Fri Jun 26 10:00"]
    assert cards(office, ref, TOM) == []
    assert tasks(office, ref) == [("talk_call", SOFIA)]
    assert titles(office, ref) == [
        f"{found.row.ref} Check-in, Cedar Ridge Pediatrics: call Tom Beckett (+1 303 555 0120) to agree on a time"
    ]


def test_talks_about_strategy_go_to_strategy_and_are_the_vcios(office: Office) -> None:
    until(office, ny(28, 12, month=8))
    ref = talk_of(office, NF, "vcio_meeting")
    assert cards(office, ref, GRETA)[0] == "offer:r1"
    assert cards(office, ref, MARCUS) == []
    assert cards(office, ref, BEN)[0] == "desk"
    lasts = {one.window.ends_at - one.window.starts_at for one in standing(office, ref).offers}
    assert lasts == {timedelta(minutes=60)}


def test_the_next_one_follows_from_the_day_it_was_held(office: Office) -> None:
    until(office, ny(10, 9))
    ref = talk_of(office, MF)
    office.do(DANA, PickSlot(ref, 1, 3))
    until(office, ny(26, 11))
    office.do(SOFIA, HoldTouchpoint(ref, "Everything is fine."))
    until(office, ny(29, 12))
    assert talks_of(office, MF) == [("2026-06-25", "held"), ("2026-07-09", "proposed")]


def test_while_one_is_to_be_no_other_is_proposed(office: Office) -> None:
    until(office, ny(10, 9))
    office.do(DANA, PickSlot(talk_of(office, MF), 1, 1))
    until(office, ny(25, 9))
    assert talks_of(office, MF) == [("2026-06-25", "confirmed")]


def test_one_that_is_over_does_not_hold_up_the_next_though_nobody_says_how_it_was(office: Office) -> None:
    until(office, ny(10, 9))
    ref = talk_of(office, MF)
    office.do(DANA, PickSlot(ref, 1, 1))
    until(office, ny(25, 12))
    assert talks_of(office, MF) == [("2026-06-25", "confirmed"), ("2026-07-09", "proposed")]
    assert ("talk_notes", SOFIA) in tasks(office, ref)


def test_a_skipped_one_is_followed_from_the_day_for_which_it_was_meant(office: Office) -> None:
    until(office, ny(10, 9))
    office.do(DANA, SkipTouchpoint(talk_of(office, MF), "We are moving."))
    until(office, ny(24, 12))
    assert talks_of(office, MF) == [("2026-06-25", "skipped")]
    until(office, ny(25, 12))
    assert talks_of(office, MF) == [("2026-06-25", "skipped"), ("2026-07-09", "proposed")]


def test_a_missed_one_is_followed_from_the_day_it_was_missed(office: Office) -> None:
    until(office, ny(10, 9))
    ref = talk_of(office, MF)
    office.do(DANA, PickSlot(ref, 1, 1))
    until(office, ny(25, 10, 20))
    office.do(SOFIA, MissTouchpoint(ref, "Nobody came."))
    assert cards(office, ref, DANA)[-1] == "missed"
    until(office, ny(25, 11))
    assert talks_of(office, MF) == [("2026-06-25", "missed"), ("2026-07-09", "proposed")]


def test_one_that_is_planned_by_hand_counts(office: Office) -> None:
    ref = planned(office, window(11, 10))
    office.do(DANA, PickSlot(ref, 1, 1))
    until(office, ny(11, 10, 15))
    office.do(SOFIA, HoldTouchpoint(ref, "Well."))
    assert talks_of(office, MF) == [("2026-06-11", "held")]
    until(office, ny(11, 12))
    assert talks_of(office, MF) == [("2026-06-11", "held"), ("2026-06-25", "proposed")]


def test_times_keep_clear_of_holidays_blackouts_and_other_agreed_talks(office: Office) -> None:
    office.do(SOFIA, PutBlackout("Stocktaking", NF, "", 3, "13:00", "17:00"))
    other = planned(office, window(26, 10), client=MF)
    office.do(DANA, PickSlot(other, 1, 1))
    until(office, ny(10, 9))
    assert times(office, talk_of(office, NF)) == ["Thu Jun 25 10:00", "Fri Jun 26 14:00", "Mon Jun 29 10:00"]


def test_a_day_off_moves_what_is_due_to_the_next_business_day(office: Office) -> None:
    office.do(SYSTEM, PutPolicy(MF, {"holidays": ["2026-06-25", "2026-06-26"]}))
    until(office, ny(12, 9))
    ref = talk_of(office, MF)
    assert standing(office, ref).row.due_on == date(2026, 6, 29)
    assert times(office, ref)[0] == "Mon Jun 29 10:00"


def test_after_a_change_of_the_clock_the_usual_time_stays_on_the_wall(office: Office) -> None:
    office.do(SOFIA, PutCadence(MF, "check_in", "2 weeks", "They asked for it.", weekday=0))
    until(office, ny(30, 12, month=10))  # clocks go back on November 1
    found = standing(office, talk_of(office, MF))
    assert times(office, found.ref)[0] == "Mon Nov 09 10:00"
    assert found.offers[0].row.starts_at.hour == 15


def test_what_was_due_while_nothing_ran_is_left_out_and_the_rhythm_stays(office: Office) -> None:
    office.now = ny(1, 12, month=7)
    office.tick()
    assert talks_of(office, MF) == [("2026-06-25", "skipped"), ("2026-07-09", "proposed")]
    assert office.rows("SELECT ended_why FROM touchpoint WHERE state = 'skipped' LIMIT 1")[0].ended_why
    assert times(office, talk_of(office, MF))[0] == "Thu Jul 09 10:00"


def test_a_talk_that_is_proposed_late_is_not_proposed_for_tomorrow(office: Office) -> None:
    office.now = ny(24, 12)
    office.tick()
    ref = talk_of(office, MF)
    assert talks_of(office, MF) == [("2026-06-25", "proposed")]
    assert times(office, ref) == ["Thu Jul 02 10:00", "Thu Jul 02 14:00", "Fri Jul 03 10:00"]
    rungs = [one for one in standing(office, ref).timers if one.plan == "r1"]
    assert [one.deed for one in rungs] == ["remind_primary", "add_backup", "tell_csm"]
    assert [one.due_at.astimezone(NEW_YORK) for one in rungs] == [ny(26, 12), ny(30, 12), ny(1, 12, month=7)]


def test_a_late_talk_is_never_proposed_further_ahead_than_one_in_time(office: Office) -> None:
    rungs = [{"after": 30, "deed": "remind_primary"}]
    policy = {"ladders": {"touchpoint": {"unit": "business_days", "rungs": rungs}}, "timetable": {"lead_days": 3}}
    office.do(SYSTEM, PutPolicy(MF, policy))
    office.now = ny(25, 8)
    office.tick()
    ref = talk_of(office, MF)
    assert times(office, ref)[0] == "Tue Jun 30 10:00"
    assert all(one.due_at < ny(30, 10) for one in standing(office, ref).timers if one.plan == "r1")


def test_who_asks_for_other_times_need_not_wait_for_the_ladder(office: Office) -> None:
    office.now = ny(24, 12)
    office.tick()
    ref = talk_of(office, MF)
    press(office, DANA, PickSlot(ref, 1, 1))
    until(office, ny(2, 8, month=7))
    press(office, DANA, Reschedule(ref, 1))
    assert times(office, ref)[0] == "Mon Jul 06 10:00"


def test_never_is_never(office: Office) -> None:
    outcome = office.do(SOFIA, PutCadence(MF, "check_in", "never", "They see us daily."))
    assert outcome.say == "Check-in with Marlow & Finch LLP: never by itself. Before: every 2 weeks."
    office.later(days=60)
    assert talks_of(office, MF) == []


def test_an_own_rule_needs_a_reason_and_is_kept_with_it(office: Office) -> None:
    assert office.refused(SOFIA, PutCadence(MF, "check_in", "1 week")).field == "reason"
    assert office.refused(SOFIA, PutCadence(MF, "check_in", "weekly", "So.")).field == "every"
    assert office.refused(SOFIA, PutCadence(MF, "tea", "1 week", "So.")).field == "kind"
    assert office.refused(SOFIA, PutCadence("nobody", "check_in", "1 week", "So.")).field == "client"
    assert office.refused(SOFIA, PutCadence(MF, "check_in", "1 week", "So.", weekday=7)).field == "weekday"
    assert office.refused(SOFIA, PutCadence(MF, "check_in", "1 week", "So.", wall="25:00")).field == "wall"
    assert office.refused(SOFIA, PutCadence(MF, "check_in", "1 week", "So.", minutes=1)).field == "minutes"
    assert office.refused(DANA, PutCadence(MF, "check_in", "1 week", "So.")).code == "not_entitled"
    office.do(SOFIA, PutCadence(MF, "check_in", "1 week", "Things are moving.", weekday=1, wall="15:00"))
    again = office.do(SOFIA, PutCadence(MF, "check_in", "1 week", "Things are moving.", weekday=1, wall="15:00"))
    assert again.repeated
    row = office.rows("SELECT every, reason, confirmed_by FROM cadence")[0]
    assert (row.every, row.reason, row.confirmed_by) == ("1 week", "Things are moving.", SOFIA)
    assert office.journal("cadence.put") == 1
    office.tick()
    assert "Tue Jun 16 15:00" in times(office, talk_of(office, MF))


def test_a_change_of_the_policy_moves_what_waits(office: Office) -> None:
    office.do(SYSTEM, PutPolicy(MF, {"timetable": {"talks": {"check_in": {"every": "1 month"}}, "lead_days": 5}}))
    until(office, ny(2, 8, 59, month=7))
    assert talks_of(office, MF) == []
    until(office, ny(2, 9, month=7))
    assert talks_of(office, MF) == [("2026-07-09", "proposed")]


@pytest.mark.parametrize("stage", ["ended", "prospect"])
def test_with_a_client_that_is_none_no_talk_comes_round(office: Office, stage: str) -> None:
    row = office.rows("SELECT name, timezone FROM client WHERE code = 'MF'")[0]
    office.do(SYSTEM, PutClient(MF, row.name, "MF", row.timezone, stage=stage))
    office.later(days=60)
    assert talks_of(office, MF) == []


def test_who_is_away_is_passed_over(office: Office) -> None:
    office.do(DANA, GoAway(ny(9, 0), ny(30, 0), office.person(PRIYA)))
    until(office, ny(10, 9))
    ref = talk_of(office, MF)
    assert cards(office, ref, DANA) == []
    assert cards(office, ref, PRIYA) == ["offer:r1"]
    assert [one.why for one in standing(office, ref).asked] == [f"for:{office.person(DANA)}"]


def test_somebody_who_comes_to_prefer_the_phone_is_called_the_next_time(office: Office) -> None:
    office.do(
        SYSTEM,
        PutPerson(MF, DANA, "dana@marlowfinch.example", phone="+1 617 555 0110", preferred_channel="in_person"),
    )
    until(office, ny(10, 9))
    ref = talk_of(office, MF)
    assert standing(office, ref).row.channel == "in_person"
    assert titles(office, ref)[0].endswith("see Dana Whitlock (+1 617 555 0110) to agree on a time")


def test_a_talk_held_long_before_its_day_does_not_come_round_for_that_day_again(office: Office) -> None:
    until(office, ny(10, 9, 1))
    ref = talk_of(office, MF)
    (first,) = talks_of(office, MF)
    office.do(SOFIA, HoldTouchpoint(ref, "We met by chance."))
    until(office, ny(15, 12, month=7))
    days = [day for day, _ in talks_of(office, MF)]
    assert days[0] == first[0] and len(set(days)) == len(days) > 1
