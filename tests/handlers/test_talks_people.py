"""Who is asked about a talk when people go away, leave or cannot be reached, and when hours and ladders change."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from handlers.commands import (
    ComeBack,
    DeliveryFailed,
    GoAway,
    PickSlot,
    PutPolicy,
    RemovePerson,
)
from tests.handlers.office import Office
from tests.handlers.talking import (
    BEN,
    DANA,
    MARCUS,
    NF,
    PRIYA,
    RITA,
    SOFIA,
    SYSTEM,
    cards,
    ny,
    planned,
    press,
    standing,
    tasks,
    times,
    until,
    window,
)


def test_whoever_is_asked_goes_away_and_somebody_else_is_asked_at_once(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, GoAway(office.now, ny(30, 0), office.person(PRIYA)))
    assert [one.name for one in standing(office, ref).asked] == [DANA, PRIYA]
    assert office.refused(DANA, PickSlot(ref, 1, 1)).sentence.startswith("You are marked as away. Priya Raman can")
    press(office, DANA, ComeBack())
    press(office, DANA, PickSlot(ref, 1, 1))


def test_when_nobody_is_left_to_be_asked_the_owner_has_to_find_somebody(office: Office) -> None:
    ref = planned(office, client=NF)
    press(office, MARCUS, GoAway(office.now, ny(30, 0)))
    assert tasks(office, ref) == [("find_holder", SOFIA)]
    press(office, MARCUS, ComeBack())
    assert tasks(office, ref) == []
    press(office, MARCUS, PickSlot(ref, 1, 1))


def test_one_that_could_not_be_put_to_anybody_is_when_somebody_is_back(office: Office) -> None:
    press(office, MARCUS, GoAway(office.now, ny(17, 0)))
    ref = planned(office, window(23, 10), client=NF)
    assert (standing(office, ref).state, tasks(office, ref)) == ("due", [("find_holder", SOFIA)])
    until(office, ny(17, 1))
    assert standing(office, ref).state == "proposed"
    assert times(office, ref) == ["Tue Jun 23 10:00"]
    assert tasks(office, ref) == []


def test_who_has_agreed_and_leaves_is_followed_by_whoever_decides_then(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    press(office, SYSTEM, RemovePerson("dana@marlowfinch.example", "priya@marlowfinch.example"))
    assert cards(office, ref, PRIYA) == ["confirmed:r1"]
    until(office, ny(18, 9))
    assert standing(office, ref).state == "confirmed"


def test_who_holds_it_and_leaves_is_followed_by_a_colleague(office: Office) -> None:
    ref = planned(office)
    press(office, SYSTEM, RemovePerson("sofia@harborline.example"))
    press(office, DANA, PickSlot(ref, 1, 1))
    assert set(cards(office, ref, BEN)) == {"confirmed:r1", "desk"}
    assert standing(office, ref).owner == BEN


def test_other_hours_move_what_silence_does_and_not_the_end(office: Office) -> None:
    ref = planned(office, window(22, 12), client=NF)
    before = {row.deed: row.due_at for row in standing(office, ref).timers}
    ladder = {
        "unit": "business_days",
        "rungs": [{"after": 1, "deed": "remind_primary"}, {"after": 3, "deed": "tell_csm"}],
    }
    press(office, SYSTEM, PutPolicy(NF, {"ladders": {"touchpoint": ladder}}))
    after = {row.deed: row.due_at for row in standing(office, ref).timers}
    assert after["remind_primary"] == ny(9, 9, 5) + timedelta(seconds=1)
    assert "add_backup" not in after
    assert after["lapse"] == before["lapse"] == ny(22, 12)


def test_after_standing_still_reminders_that_are_overtaken_are_not_sent(office: Office) -> None:
    ref = planned(office, window(30, 12), client=NF)
    office.now = ny(17, 12)
    office.tick()
    assert [one for one in cards(office, ref, MARCUS) if one.startswith("remind")] == []
    assert [kind for kind, _ in tasks(office, ref)] == ["call"]
    press(office, MARCUS, PickSlot(ref, 1, 1))
    office.now = ny(30, 11, 30)
    office.tick()
    assert [one for one in cards(office, ref, MARCUS) if one.startswith(("day1", "hour1"))] == ["hour1:r1"]
    office.now = ny(30, 13)
    office.tick()
    assert ("talk_notes", SOFIA) in tasks(office, ref)


def test_a_message_that_does_not_arrive_is_told_to_the_owner_and_the_next_in_line_is_asked(office: Office) -> None:
    ref = planned(office)
    row = office.rows("SELECT id FROM delivery WHERE subject = :of AND purpose = 'offer:r1'", of=str(ref))[0]
    with office.store.write() as tx:
        tx.execute(text("UPDATE delivery SET state = 'dead' WHERE id = :id"), {"id": row.id})
    press(office, SYSTEM, DeliveryFailed(row.id, "target", "account_inactive"))
    kinds = [kind for kind, _ in tasks(office, ref)]
    assert "undeliverable" in kinds
    assert RITA not in [whose for _, whose in tasks(office, ref)]
