"""What happens on silence: the default ladders to the minute, and a client's own ones read or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import ladders
from handlers.calendar import BusinessCalendar
from handlers.ladder_policy import ladder_from_policy, ladder_to_policy, ladders_from_policy
from handlers.ladders import DEFAULTS, NORMAL, Ladder, Rung, plan

ZONE = ZoneInfo("America/New_York")
CALENDAR = BusinessCalendar("America/New_York", country="US")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def planned(ladder: Ladder, sent: str) -> list[tuple[str, str]]:
    return [
        (rung.deed, rung.due_at.astimezone(ZONE).strftime("%a %b %-d %H:%M"))
        for rung in plan(ladder, local(sent), CALENDAR)
    ]


def test_a_normal_approval_sent_on_monday_afternoon_climbs_through_the_week() -> None:
    assert planned(NORMAL, "2026-06-08 16:30") == [
        ("remind_primary", "Tue Jun 9 12:30"),
        ("add_backup", "Tue Jun 9 16:30"),
        ("remind_both", "Wed Jun 10 12:30"),
        ("tell_csm", "Wed Jun 10 16:30"),
        ("expire", "Mon Jun 15 16:30"),
    ]


def test_an_urgent_one_climbs_within_a_day() -> None:
    assert planned(ladders.URGENT, "2026-06-08 16:30") == [
        ("remind_primary", "Mon Jun 8 17:00"),
        ("add_backup", "Tue Jun 9 09:30"),
        ("remind_both", "Tue Jun 9 10:00"),
        ("tell_csm", "Tue Jun 9 10:30"),
        ("expire", "Tue Jun 9 16:30"),
    ]


def test_an_emergency_climbs_by_the_clock_in_the_middle_of_the_night() -> None:
    assert planned(ladders.EMERGENCY, "2026-06-11 22:10") == [
        ("add_backup", "Thu Jun 11 22:20"),
        ("tell_csm", "Thu Jun 11 22:30"),
        ("tell_supervisor", "Thu Jun 11 22:40"),
        ("expire", "Fri Jun 12 02:10"),
    ]


def test_the_acknowledgement_of_an_outage_climbs_by_its_severity() -> None:
    assert [due for _, due in planned(ladders.SEV1, "2026-06-09 10:42")] == [
        "Tue Jun 9 10:52",
        "Tue Jun 9 11:02",
        "Tue Jun 9 11:12",
    ]
    assert [due for _, due in planned(ladders.SEV2, "2026-06-13 23:00")] == [
        "Sat Jun 13 23:30",
        "Sun Jun 14 00:00",
        "Sun Jun 14 00:30",
    ]
    assert planned(ladders.SEV3, "2026-06-12 15:00") == [("add_backup", "Mon Jun 15 11:00")]
    assert planned(ladders.SEV4, "2026-06-12 15:00") == []


def test_proposals_and_touchpoints_count_business_days() -> None:
    assert planned(ladders.DOWNTIME, "2026-06-17 15:00") == [
        ("remind_primary", "Mon Jun 22 15:00"),
        ("add_backup", "Tue Jun 23 15:00"),
        ("tell_csm", "Wed Jun 24 15:00"),
    ]
    assert [due for _, due in planned(ladders.TOUCHPOINT, "2026-06-08 09:05")] == [
        "Wed Jun 10 09:05",
        "Fri Jun 12 09:05",
        "Mon Jun 15 09:05",
    ]


def test_a_card_sent_at_the_weekend_starts_to_count_on_monday() -> None:
    assert planned(NORMAL, "2026-06-13 12:00")[0] == ("remind_primary", "Mon Jun 15 13:00")


def test_positions_name_the_rung() -> None:
    steps = plan(NORMAL, local("2026-06-08 16:30"), CALENDAR)
    assert [NORMAL.rungs[step.position].deed for step in steps] == [step.deed for step in steps]
    assert {step.due_at.tzinfo for step in steps} == {UTC}


def test_a_naive_time_of_sending_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say which time zone"):
        plan(NORMAL, datetime(2026, 6, 8, 16, 30), CALENDAR)  # noqa: DTZ001 - the mistake itself


@settings(deadline=None)
@given(st.sampled_from(sorted(DEFAULTS)), st.integers(0, 365 * 24 * 60))
def test_every_default_ladder_climbs_in_order_from_any_moment(name: str, minutes: int) -> None:
    sent = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    dues = [sent, *(step.due_at for step in plan(DEFAULTS[name], sent, CALENDAR))]
    assert dues == sorted(dues)


# ------------------------------------------------------------------ a client's own


def test_every_default_ladder_can_be_written_as_a_policy_and_read_back() -> None:
    stored = json.loads(json.dumps({name: ladder_to_policy(steps) for name, steps in DEFAULTS.items()}))
    assert ladders_from_policy(stored) == DEFAULTS


def test_a_policy_changes_the_ladder_it_names_and_no_other() -> None:
    found = ladders_from_policy(
        {
            "normal": {
                "unit": "business_hours",
                "rungs": [{"after": 2.5, "deed": "tell_csm"}, {"after": "24", "deed": "expire"}],
            }
        }
    )
    assert found["normal"] == Ladder("business_hours", (Rung(Fraction(5, 2), "tell_csm"), Rung(Fraction(24), "expire")))
    assert {name: steps for name, steps in found.items() if name != "normal"} == {
        name: steps for name, steps in DEFAULTS.items() if name != "normal"
    }
    assert ladders_from_policy({}) == DEFAULTS


def rungs(*pairs: tuple[Any, Any], unit: Any = "business_hours") -> dict[str, Any]:
    return {"unit": unit, "rungs": [{"after": after, "deed": deed} for after, deed in pairs]}


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ([], "A ladder is a mapping"),
        ({"unit": "business_hours"}, "rungs of a ladder are a list"),
        (rungs(unit="weeks"), "The unit is one of business_hours, business_days, clock_minutes, not 'weeks'"),
        (rungs(unit=None), "The unit is one of"),
        (rungs(unit=["business_hours"]), "The unit is one of"),
        ({**rungs(), "step": 1}, "A ladder has no 'step'"),
        ({"unit": "business_hours", "rungs": [4]}, "Rung 1 is a mapping"),
        ({"unit": "business_hours", "rungs": [{"after": 4, "deed": "expire", "who": "x"}]}, "Rung 1 has no 'who'"),
        (rungs((4, "shout")), "The deed of Rung 1 is one of remind_primary.*not 'shout'"),
        (rungs((0, "expire")), "Rung 1 is due after more than 0 and at most 2,000 business hours, not 0"),
        (rungs((-4, "expire")), "more than 0"),
        (rungs((2001, "expire")), "at most 2,000"),
        (rungs(("soon", "expire")), "Rung 1 needs a number of business hours"),
        (rungs(("1/0", "expire")), "Rung 1 needs a number"),
        (rungs(("1e9999999", "expire")), "Rung 1 needs a number"),
        (rungs((True, "expire")), "Rung 1 needs a number"),
        (rungs((None, "expire")), "Rung 1 needs a number"),
        (rungs((float("nan"), "expire")), "Rung 1 needs a number"),
        (rungs((float("inf"), "expire")), "Rung 1 needs a number"),
        (rungs((1.5, "expire"), unit="business_days"), "whole business days, not 1.5"),
        (rungs((8, "add_backup"), (4, "remind_primary")), "Rung 2 is due before the one above it"),
        (rungs((8, "expire"), (9, "tell_csm")), "Rung 2 comes after expire"),
        (rungs(*[(1, "tell_csm")] * 21), "at most 20 rungs, not 21"),
    ],
)
def test_a_ladder_with_a_mistake_is_refused_with_a_sentence(mapping: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ladder_from_policy(mapping)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"normal": rungs((4, "remind_primary"))}, "Ladder 'normal': The last rung has to be expire"),
        ({"emergency": rungs()}, "Ladder 'emergency': The last rung has to be expire"),
        ({"sev9": rungs()}, "no ladder called 'sev9'; there are normal, urgent"),
        ({"sev2": rungs((4, "shout"))}, "Ladder 'sev2': The deed of Rung 1"),
        ("normal", "The part of a policy called ladders is a mapping"),
    ],
)
def test_a_policy_with_a_mistake_names_the_ladder(mapping: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ladders_from_policy(mapping)


def test_a_notice_may_have_no_rungs_at_all() -> None:
    assert ladders_from_policy({"sev2": rungs()})["sev2"].rungs == ()
