"""Lists of what waits: a fresh one is redrawn when something on it changes, and many may change it at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.commands import Approve, Reconsider, Ref, System
from tests.handlers.office import Office, purchase

DANA, PRIYA, SOFIA = "Dana Whitlock", "Priya Raman", "Sofia Marchetti"
MONDAY = datetime(2026, 6, 8, 16, 0, tzinfo=ZoneInfo("America/New_York"))


def shown(office: Office) -> None:
    """Every card that is owed has arrived."""
    with office.store.write() as tx:
        tx.exec_driver_sql(
            "UPDATE delivery SET state = 'settled', shown = wanted, message = '{\"ts\": \"1\"}' WHERE state = 'owed'"
        )


def lists(office: Office, who: str) -> list[tuple[str, bool]]:
    """(when it was first owed, whether it is to be redrawn) of this person's lists, the oldest first."""
    rows = office.rows(
        "SELECT d.created_at, d.wanted > d.shown AS stale FROM delivery d"
        " JOIN person p ON d.subject = 'person:' || p.id"
        " WHERE p.name = :who ORDER BY d.created_at",
        who=who,
    )
    return [(str(row.created_at)[:10], bool(row.stale)) for row in rows]


def test_a_decision_redraws_the_lists_of_these_days_and_no_older_ones(office: Office) -> None:
    office.now = MONDAY
    left = office.order(unit=8_900)
    for _ in range(4):
        office.later(days=1)
        shown(office)
    assert [day for day, _ in lists(office, DANA)] == ["2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"]
    office.now += timedelta(days=2, hours=1)
    second = office.raised(SOFIA, purchase(title="Paper"))
    shown(office)
    office.approve(DANA, second)
    assert lists(office, DANA) == [
        ("2026-06-09", False),
        ("2026-06-10", False),
        ("2026-06-11", True),
        ("2026-06-12", True),
    ]
    assert office.state(left) == "pending"


def test_many_who_change_the_same_lists_at_once_do_not_block_each_other_for_ever(office: Office) -> None:
    office.now = MONDAY
    refs = [office.raised(SOFIA, purchase(title=f"Toner {number}")) for number in range(12)]
    office.later(days=1, hours=2)
    shown(office)
    client = office.rows("SELECT id FROM client WHERE slug = 'marlow-finch'")[0].id
    problems: list[BaseException] = []

    def decide(mine: list[Ref], who: str) -> None:
        try:
            for ref in mine:
                office.do(who, Approve(ref, 1))
                office.do(System("the house"), Reconsider(client))
        except BaseException as problem:
            problems.append(problem)

    shares = [(refs[0::3], DANA), (refs[1::3], PRIYA), (refs[2::3][::-1], DANA)]
    threads = [threading.Thread(target=decide, args=share) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert {office.state(ref) for ref in refs} == {"approved"}
    assert any(stale for _, stale in lists(office, DANA)) and any(stale for _, stale in lists(office, SOFIA))
