"""Quiet hours: what asks waits and is one list in the morning, what is news stays a message of its own."""

from __future__ import annotations

from datetime import datetime

from handlers.commands import CancelDowntime, Ref, WithdrawDowntime
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    BERLIN,
    MARCUS,
    SOFIA,
    agreed,
    et,
    firewalls,
    offered,
    picks,
    says,
    told,
    until,
    window,
)


def due(office: Office, ref: Ref, purpose: str, name: str) -> str:
    """When a message may go, on a clock in Berlin."""
    sql = (
        "SELECT d.due_at FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :of AND d.purpose = :purpose AND p.name = :name"
    )
    moment = office.rows(sql, of=str(ref), purpose=purpose, name=name)[0].due_at
    at = datetime.fromisoformat(f"{moment}+00:00") if isinstance(moment, str) else moment
    return f"{at.astimezone(BERLIN):%a %H:%M:%S}"


def two_at_night(office: Office) -> tuple[Ref, Ref]:
    """Two downtimes offered on Friday evening, when it is night in Leipzig."""
    office.now = et(6, 5, 16)
    first = offered(office, firewalls(window(7, 11, 6, 10)))
    return first, offered(office, firewalls(window(7, 12, 6, 10)))


def test_what_comes_at_night_waits_and_is_one_list_in_the_morning(office: Office) -> None:
    first, second = two_at_night(office)
    assert told(office, first, "offer:r1") == [MARCUS]
    assert told(office, second, "offer:r1") == [MARCUS]
    lists = office.rows("SELECT purpose, due_at FROM delivery WHERE subject = :of", of=f"person:{office.person(ANJA)}")
    assert [row.purpose for row in lists] == ["opening:2026-06-08"]


def test_what_nobody_has_heard_of_yet_is_not_taken_back_before_them(office: Office) -> None:
    first, second = two_at_night(office)
    office.do(SOFIA, WithdrawDowntime(first))
    assert told(office, first, "withdrawn") == [MARCUS]
    until(office, et(6, 8, 9))
    office.do(SOFIA, WithdrawDowntime(second))
    assert told(office, second, "withdrawn") == [ANJA, MARCUS], "she has read of it in the list"


def test_what_was_agreed_at_night_is_a_message_of_its_own_in_the_morning(office: Office) -> None:
    first, second = two_at_night(office)
    until(office, et(6, 8, 9))
    says(office, first, ANJA)
    says(office, second, ANJA)
    until(office, et(6, 8, 15))
    picks(office, first, MARCUS, 1)
    picks(office, second, MARCUS, 1)
    for ref in (first, second):
        assert due(office, ref, "agreed", ANJA) == "Tue 08:00:01"
        assert told(office, ref, "agreed") == [ANJA, MARCUS, SOFIA]


def test_what_begins_soon_is_called_off_at_any_hour(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 20, 20))
    office.do(MARCUS, CancelDowntime(ref, "The audit"))
    assert due(office, ref, "cancelled", ANJA) == "Sun 02:00:00"
