"""October 26 to 30, 2026: Berlin is on winter time and New York is not yet, so that Leipzig is five hours from Toledo.

Deadlines, appointed times and mornings are local: the week before and the week after they are six hours apart.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.cards import forms
from bot.demo.cast import BY_KEY
from bot.demo.world import _client
from handlers.commands import Grant, PutPerson, PutPolicy, RaiseApproval, Ref, System
from handlers.walltime import at
from tests.handlers.office import Office, purchase
from tests.handlers.screens import Screens
from tests.handlers.test_quiet_hours import moment

TOLEDO, LEIPZIG = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
MARCUS, GRETA, ANJA, SOFIA = "Marcus Hale", "Greta Lindqvist", "Anja Vogel", "Sofia Marchetti"


def october(day: int, wall: str = "09:00", zone: ZoneInfo = TOLEDO) -> datetime:
    return at(date(2026, 10, day), time.fromisoformat(wall), zone)


def card(office: Office, ref: Ref, purpose: str, who: str) -> str:
    """What somebody reads on a card now."""
    return Screens(office).text(who, ref, purpose)


def asked_by_anja(office: Office) -> Ref:
    """An order for Leipzig that takes two voices, Greta's among them."""
    return office.raised(SOFIA, purchase(unit=260_000, client="northgate", requested_by=office.person(ANJA)))


@pytest.mark.parametrize(
    ("raised", "toledo", "leipzig"),
    [
        (october(19), "Fri Oct 23, 5:00 PM EDT", "Fri Oct 23, 11:00 PM CEST"),
        (october(26), "Fri Oct 30, 5:00 PM EDT", "Fri Oct 30, 10:00 PM CET"),
        (october(28), "Tue Nov 3, 5:00 PM EST", "Tue Nov 3, 11:00 PM CET"),
    ],
)
def test_a_deadline_is_five_hours_later_on_the_wall_in_leipzig_that_week(
    office: Office, raised: datetime, toledo: str, leipzig: str
) -> None:
    office.now = raised
    ref = asked_by_anja(office)
    assert GRETA in office.asked(ref)
    assert toledo in card(office, ref, "ask", GRETA)
    assert leipzig in card(office, ref, "about", ANJA)


@pytest.mark.parametrize(
    ("day", "leipzig"),
    [
        (23, "Fri Oct 23, 3:00 PM CEST"),
        (26, "Mon Oct 26, 2:00 PM CET"),
        (27, "Tue Oct 27, 2:00 PM CET"),
        (28, "Wed Oct 28, 2:00 PM CET"),
        (29, "Thu Oct 29, 2:00 PM CET"),
        (30, "Fri Oct 30, 2:00 PM CET"),
    ],
)
def test_nine_in_the_morning_in_toledo_is_two_in_the_afternoon_in_leipzig(
    office: Office, day: int, leipzig: str
) -> None:
    """An access that ends at a time typed in Toledo, where the form carries no zone (Teams)."""
    office.now = october(19)
    typed = {
        "title": "Anja Vogel: shift plans",
        "why": "The stocktaking is in that week.",
        "kind": "folder_permission",
        "subject": ANJA,
        "resource": "Leipzig/Shifts",
        "before": "None",
        "after": "Read and write",
        "until": f"2026-10-{day}T09:00",
    }
    client = office.rows("SELECT * FROM client WHERE slug = 'northgate'")[0]
    read: RaiseApproval = forms.read_access(typed, client, TOLEDO.key)
    ref = office.raised(MARCUS, read)
    assert f"{leipzig.partition(',')[0]}, 9:00 AM EDT" in card(office, ref, "ask", GRETA)
    assert leipzig in card(office, ref, "about", ANJA)


@pytest.mark.parametrize(
    ("day", "utc_toledo", "utc_leipzig"), [(20, 13, 7), (27, 13, 8), (28, 13, 8), (29, 13, 8)], ids=str
)
def test_lists_come_at_nine_in_each_office(office: Office, day: int, utc_toledo: int, utc_leipzig: int) -> None:
    buys_in_leipzig(office)
    office.now = october(day - 1, "16:00")
    office.raised(SOFIA, purchase(client="northgate", title="Toner for Toledo"))
    office.raised(SOFIA, purchase(client="northgate", title="Toner for Leipzig", requested_by=office.person(ANJA)))
    office.later(hours=20)
    rows = office.rows(
        "SELECT p.name, d.due_at FROM delivery d JOIN person p ON p.id = d.person_id"
        " WHERE d.purpose LIKE 'digest:%' AND p.client_id IS NOT NULL"
    )
    sent = {row.name: moment(row.due_at) for row in rows}
    assert sent == {
        MARCUS: datetime(2026, 10, day, utc_toledo, tzinfo=ZoneInfo("UTC")),
        ANJA: datetime(2026, 10, day, utc_leipzig, tzinfo=ZoneInfo("UTC")),
    }


def test_a_ladder_runs_on_the_hours_of_whoever_is_asked_first(office: Office) -> None:
    buys_in_leipzig(office)
    office.now = october(26, "10:00", LEIPZIG)
    ref = office.raised(SOFIA, purchase(client="northgate", requested_by=office.person(ANJA)))
    assert office.asked(ref) == [ANJA]
    rows = office.rows("SELECT due_at FROM timer WHERE subject = :ref AND deed = 'remind_primary'", ref=str(ref))
    assert moment(rows[0].due_at) == october(26, "14:00", LEIPZIG)
    assert "Mon Nov 2, 10:00 AM CET" in card(office, ref, "ask", ANJA)


def test_who_is_left_alone_until_ten_gets_the_list_at_ten(office: Office) -> None:
    office.now = october(26, "16:00")
    office.tick()
    office.raised(SOFIA, purchase(client="northgate"))
    skipped = office.journal("digest.skipped")  # of an evening in Leipzig, before the test begins
    office.do(System("operator"), PutPolicy("northgate", {"quiet_until": "10:00"}))
    office.now = october(27, "09:59")
    office.tick()
    assert lists(office) == 0
    office.now = october(27, "10:00")
    office.tick()
    assert (lists(office), office.journal("digest.skipped")) == (1, skipped)
    office.later(days=1)
    assert lists(office) == 2


def test_a_holiday_declared_later_moves_the_list_of_that_morning(office: Office) -> None:
    office.now = october(26, "16:00")
    office.tick()
    office.raised(SOFIA, purchase(client="northgate"))
    office.do(System("operator"), PutPolicy("northgate", {"holidays": ["2026-10-27"]}))
    office.later(days=1)
    assert lists(office) == 0
    office.later(days=1)
    assert lists(office) == 1


def test_a_holiday_that_is_called_off_again_costs_no_list(office: Office) -> None:
    office.now = october(26, "16:00")
    office.tick()
    office.raised(SOFIA, purchase(client="northgate"))
    office.do(System("operator"), PutPolicy("northgate", {"holidays": ["2026-10-27"]}))
    office.do(System("operator"), PutPolicy("northgate", {}))
    for mornings in (1, 2, 3):
        office.later(days=1)
        assert lists(office) == mornings


def test_a_client_who_comes_back_gets_its_lists_again(office: Office) -> None:
    office.now = october(26, "16:00")
    office.tick()
    office.raised(SOFIA, purchase(client="northgate"))
    northgate = _client(BY_KEY["north"])
    office.do(System("operator"), replace(northgate, stage="ended"))
    office.later(days=1)
    assert lists(office) == 0
    office.do(System("operator"), northgate)
    office.later(days=1)
    assert lists(office) == 1


def test_a_list_that_comes_too_late_is_skipped_and_the_journal_says_so(office: Office) -> None:
    office.now = october(26, "16:00")
    office.tick()
    office.raised(SOFIA, purchase(client="northgate"))
    office.now = october(27, "22:00")
    office.tick()
    assert lists(office) == 0 and office.journal("digest.skipped") >= 1
    office.now = october(28)
    office.tick()
    assert lists(office) == 1


def lists(office: Office) -> int:
    """How many lists Marcus has got."""
    rows = office.rows(
        "SELECT d.id FROM delivery d JOIN person p ON p.id = d.person_id"
        " WHERE d.purpose LIKE 'digest:%' AND p.name = :who",
        who=MARCUS,
    )
    return len(rows)


def buys_in_leipzig(office: Office) -> None:
    """Anja decides what is bought in Leipzig."""
    (row,) = office.rows("SELECT * FROM person WHERE name = :name", name=ANJA)
    grants = tuple(Grant(role, 1, "leipzig") for role in ("downtime", "emergency", "purchasing"))
    anja = PutPerson("northgate", ANJA, row.email, timezone=row.timezone, location="leipzig", grants=grants)
    office.do(System("operator"), anja)
