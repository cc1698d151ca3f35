"""Absence and succession: somebody stands in at once, and nobody leaves roles behind that nobody holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.commands import Approve, ComeBack, ForgetAddress, GoAway, Ref, Refused, RemovePerson, System
from tests.handlers.office import Office, purchase
from tests.handlers.test_oceans import buys_in_leipzig
from tests.handlers.test_quiet_hours import moment

NEW_YORK = ZoneInfo("America/New_York")
JUNE_10 = datetime(2026, 6, 10, tzinfo=NEW_YORK)
JUNE_13 = datetime(2026, 6, 13, tzinfo=NEW_YORK)


def away(office: Office, name: str, *, delegate: str = "") -> None:
    office.do(name, GoAway(JUNE_10, JUNE_13, office.person(delegate) if delegate else ""))


def test_an_order_during_the_absence_opens_with_the_backup(office: Office) -> None:
    away(office, "Dana Whitlock")
    office.later(days=2, hours=1)
    ref = office.order(unit=8_900)
    assert office.asked(ref) == ["Priya Raman"]
    why = office.rows("SELECT why FROM asked")[0].why
    assert why == f"for:{office.person('Dana Whitlock')}"


def test_an_open_order_moves_on_the_moment_the_absence_begins(office: Office) -> None:
    away(office, "Dana Whitlock")
    office.later(days=1)
    ref = office.order(unit=8_900)
    assert office.asked(ref) == ["Dana Whitlock"]
    office.later(days=1)
    assert office.asked(ref) == ["Dana Whitlock", "Priya Raman"]


def rungs(office: Office, ref: Ref) -> list[tuple[str, datetime]]:
    rows = office.rows("SELECT deed, due_at FROM timer WHERE subject = :ref AND state = 'waiting'", ref=str(ref))
    return sorted(((row.deed, moment(row.due_at)) for row in rows), key=lambda rung: rung[1])


def test_who_is_away_is_not_reminded(office: Office) -> None:
    away(office, "Dana Whitlock")
    office.now = datetime(2026, 6, 9, 16, 30, tzinfo=NEW_YORK)
    ref = office.order(unit=8_900)
    office.now = datetime(2026, 6, 10, 0, 1, tzinfo=NEW_YORK)
    office.tick()
    before = rungs(office, ref)
    office.now = datetime(2026, 6, 10, 12, 31, tzinfo=NEW_YORK)
    office.tick()
    assert rungs(office, ref) == before[1:], "the same calendar: the ladder went on"
    rows = office.rows(
        "SELECT p.name FROM delivery d JOIN person p ON p.id = d.person_id WHERE d.purpose LIKE 'remind:%'"
    )
    assert [row.name for row in rows] == ["Priya Raman"]
    office.now = datetime(2026, 6, 11, 16, 31, tzinfo=NEW_YORK)
    office.tick()
    (task,) = office.rows("SELECT title FROM task WHERE kind = 'call'")
    assert "Priya Raman" in task.title and "Dana" not in task.title


@pytest.mark.parametrize("how", ["away", "lost"])
def test_the_ladder_goes_on_by_the_hours_of_whoever_is_asked_instead(office: Office, how: str) -> None:
    leipzig, toledo = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
    buys_in_leipzig(office)
    office.now = datetime(2026, 6, 8, 16, 0, tzinfo=leipzig)
    ref = office.raised(
        "Sofia Marchetti", purchase(client="northgate", requested_by=office.person("Anja Vogel"), title="Toner")
    )
    assert office.asked(ref) == ["Anja Vogel"]
    assert rungs(office, ref)[0] == ("remind_primary", datetime(2026, 6, 9, 12, 0, tzinfo=leipzig))
    office.now = datetime(2026, 6, 8, 16, 30, tzinfo=leipzig)
    if how == "away":
        office.do("Anja Vogel", GoAway(office.now, datetime(2026, 6, 13, tzinfo=leipzig)))
    else:
        anja = office.account("Anja Vogel")
        office.do(System("the house"), ForgetAddress(anja.platform, anja.org, anja.user, "the app was removed"))
    assert "Marcus Hale" in office.asked(ref)
    assert rungs(office, ref) == [
        ("remind_primary", datetime(2026, 6, 8, 14, 0, tzinfo=toledo)),
        ("add_backup", datetime(2026, 6, 9, 10, 0, tzinfo=toledo)),
        ("remind_both", datetime(2026, 6, 9, 14, 0, tzinfo=toledo)),
        ("tell_csm", datetime(2026, 6, 10, 10, 0, tzinfo=toledo)),
        ("expire", datetime(2026, 6, 15, 10, 0, tzinfo=toledo)),
    ]
    assert office.standing(ref).request.expires_at == datetime(2026, 6, 15, 10, 0, tzinfo=toledo)
    if how == "away":
        office.do("Anja Vogel", ComeBack())
        assert rungs(office, ref)[0] == ("remind_primary", datetime(2026, 6, 8, 14, 0, tzinfo=toledo))


def test_somebody_away_cannot_decide_and_is_told_who_can(office: Office) -> None:
    ref = office.order(unit=8_900)
    away(office, "Dana Whitlock")
    office.later(days=2)
    told = office.refused("Dana Whitlock", Approve(ref, 1)).sentence
    assert told == "You are marked as away, so this is not yours to decide just now. Priya Raman can decide."
    office.do("Dana Whitlock", ComeBack())
    office.approve("Dana Whitlock", ref)
    assert office.state(ref) == "approved"


def test_the_named_stand_in_decides_while_the_absence_lasts(office: Office) -> None:
    away(office, "Dana Whitlock", delegate="Hannah Cole")
    office.later(days=2, hours=1)
    ref = office.order(unit=8_900)
    assert office.asked(ref) == ["Hannah Cole"]
    office.approve("Hannah Cole", ref)
    assert office.state(ref) == "approved"
    office.later(days=3)
    later = office.raised("Sofia Marchetti", purchase(title="Paper"))
    office.refused("Hannah Cole", Approve(later, 1))


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [(JUNE_13, JUNE_10, "before the first"), (JUNE_10, JUNE_10 + timedelta(days=500), "longer than a year")],
)
def test_odd_dates_get_a_sentence(office: Office, starts: datetime, ends: datetime, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        office.do("Dana Whitlock", GoAway(starts, ends))


def test_two_absences_do_not_overlap(office: Office) -> None:
    away(office, "Dana Whitlock")
    with pytest.raises(Refused, match="marked as away then already"):
        away(office, "Dana Whitlock")


def test_nobody_says_it_for_a_colleague_and_no_stranger_stands_in(office: Office) -> None:
    with pytest.raises(Refused, match="for yourself only"):
        office.do("Hannah Cole", GoAway(JUNE_10, JUNE_13, person=office.person("Dana Whitlock")))
    with pytest.raises(Refused, match="colleague of your own company"):
        away(office, "Dana Whitlock", delegate="Tom Beckett")
    office.do("Sofia Marchetti", GoAway(JUNE_10, JUNE_13, person=office.person("Dana Whitlock")))


def test_the_default_contact_is_not_removed_without_a_successor(office: Office) -> None:
    with pytest.raises(Refused, match="7 roles would be uncovered") as refused:
        office.do(System("operator"), RemovePerson("dana@marlowfinch.example"))
    for role in ("liaison", "emergency", "downtime", "purchasing", "billing", "security", "vendor"):
        assert role in refused.value.sentence


def test_with_a_successor_the_open_requests_are_asked_again(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do(System("operator"), RemovePerson("dana@marlowfinch.example", "priya@marlowfinch.example"))
    assert office.asked(ref)[-1] == "Priya Raman"
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"


def test_a_lost_account_counts_as_absent_and_the_csm_is_told(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do(System("the house"), ForgetAddress("slack", "T0MARLOW", "U0DANA", "the account was closed"))
    assert "Priya Raman" in office.asked(ref)
    kinds = {row.kind for row in office.rows("SELECT kind FROM task")}
    assert "account_lost" in kinds
