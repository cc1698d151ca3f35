"""Quiet hours and digests: what may wait waits, comes as one message, and an empty digest is never sent."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from handlers.calendar import BusinessCalendar
from handlers.commands import Disown, PutPerson, PutPolicy, Ref, SnoozeTask, System
from handlers.desk import Desk
from tests.handlers.office import Office, access, purchase
from tests.handlers.talking import CR, MF, NF, only, until

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY_EVENING = datetime(2026, 6, 12, 19, 30, tzinfo=NEW_YORK)
BEFORE_JUNETEENTH = datetime(2026, 6, 18, 16, 0, tzinfo=NEW_YORK)
MONDAY_OPENING = datetime(2026, 6, 15, 8, 0, tzinfo=NEW_YORK)


def moment(value: object) -> datetime:
    """A stored instant, whichever database it came from."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value  # type: ignore[return-value]


def held(office: Office) -> list[tuple[str, datetime]]:
    rows = office.rows(
        "SELECT purpose, due_at FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE p.name = 'Dana Whitlock' AND d.state = 'owed' ORDER BY due_at, purpose"
    )
    return [(row.purpose.partition(":")[0], moment(row.due_at)) for row in rows]


def test_a_normal_request_on_friday_evening_comes_on_monday_morning(office: Office) -> None:
    office.now = FRIDAY_EVENING
    office.order(unit=8_900)
    assert held(office) == [("ask", MONDAY_OPENING)]


def test_an_urgent_request_does_not_wait(office: Office) -> None:
    office.now = FRIDAY_EVENING
    office.order(unit=8_900, urgency="urgent")
    assert held(office) == [("ask", FRIDAY_EVENING)]


def test_a_client_may_have_quiet_hours_of_its_own(office: Office) -> None:
    office.do(System("operator"), PutPolicy("marlow-finch", {"quiet_from": "20:00", "quiet_until": "07:30"}))
    office.now = FRIDAY_EVENING
    office.order(unit=8_900)
    assert held(office) == [("ask", FRIDAY_EVENING)], "half past seven is not late there"
    office.now = datetime(2026, 6, 12, 20, 30, tzinfo=NEW_YORK)
    office.raised("Sofia Marchetti", purchase(title="Paper"))
    assert held(office)[-1] == ("ask", datetime(2026, 6, 15, 7, 30, tzinfo=NEW_YORK))


def test_a_client_that_works_on_a_saturday_hears_on_it(office: Office) -> None:
    office.do(System("operator"), PutPolicy("marlow-finch", {"working_days": ["2026-06-13"]}))
    office.now = FRIDAY_EVENING
    ref = office.order(unit=8_900)
    assert held(office) == [("ask", datetime(2026, 6, 13, 8, 0, tzinfo=NEW_YORK))]
    assert office.standing(ref).request.expires_at == datetime(2026, 6, 18, 17, 0, tzinfo=NEW_YORK)


def test_the_csm_sees_everything_at_once(office: Office) -> None:
    office.now = FRIDAY_EVENING
    office.order(unit=8_900)
    rows = office.rows("SELECT due_at FROM delivery WHERE purpose = 'board'")
    assert [moment(row.due_at) for row in rows] == [FRIDAY_EVENING]


def test_two_held_cards_become_one_message(office: Office) -> None:
    office.now = FRIDAY_EVENING
    for title in ("Toner", "Paper", "Mice"):
        office.raised("Sofia Marchetti", purchase(title=title))
    assert held(office) == [("opening", MONDAY_OPENING)]
    assert office.rows("SELECT count(*) AS n FROM delivery WHERE state = 'dropped'")[0].n >= 3


def test_what_is_over_before_the_opening_sends_nothing(office: Office) -> None:
    office.now = FRIDAY_EVENING
    ref = office.order(unit=8_900)
    office.approve("Priya Raman", ref)
    assert held(office) == []


def digests(office: Office) -> list[str]:
    rows = office.rows(
        "SELECT p.name FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.purpose LIKE 'digest:%' ORDER BY p.name"
    )
    return [row.name for row in rows]


def test_an_empty_morning_has_no_digest(office: Office) -> None:
    for client in (MF, CR, NF):
        only(office, client)
    office.later(days=7)
    assert digests(office) == []


def test_the_morning_after_says_what_waits_and_to_whom(office: Office) -> None:
    office.now = datetime(2026, 6, 8, 16, 0, tzinfo=NEW_YORK)
    office.raised("Sofia Marchetti", access())
    office.later(hours=17, minutes=30)
    assert digests(office) == ["Dana Whitlock", "Sofia Marchetti"]


def test_a_client_has_its_list_at_an_hour_of_its_own_or_not_at_all(office: Office) -> None:
    office.do(System("operator"), PutPolicy("marlow-finch", {"timetable": {"digest": {"wall": "08:15"}}}))
    office.order(unit=8_900)
    until(office, datetime(2026, 6, 9, 8, 14, tzinfo=NEW_YORK))
    assert not [purpose for purpose, _ in held(office) if purpose == "digest"]
    until(office, datetime(2026, 6, 9, 8, 15, tzinfo=NEW_YORK))
    assert ("digest", office.now) in held(office)
    office.do(System("operator"), PutPolicy("marlow-finch", {"timetable": {"digest": {"on": False}}}))
    until(office, datetime(2026, 6, 10, 12, 0, tzinfo=NEW_YORK))
    assert [purpose for purpose, _ in held(office)].count("digest") == 1, "none on Wednesday"


def test_after_a_week_of_standing_still_one_digest_is_sent(office: Office) -> None:
    office.now = datetime(2026, 6, 8, 16, 0, tzinfo=NEW_YORK)
    office.order(unit=8_900)
    office.now = datetime(2026, 6, 12, 10, 0, tzinfo=NEW_YORK)
    office.tick()
    assert digests(office).count("Dana Whitlock") == 1


def provider(office: Office, zone: str, country: str) -> None:
    office.desk = Desk(office.store, BusinessCalendar(zone, country=country))


def test_the_providers_people_hear_on_its_mornings_and_not_on_its_holidays(office: Office) -> None:
    office.now = BEFORE_JUNETEENTH
    mornings = {"America/Chicago": "US", "Europe/Berlin": "DE", "Pacific/Auckland": "NZ"}
    for zone, country in mornings.items():
        provider(office, zone, country)
        someone = PutPerson(client="", name=zone, email=f"{country}@harborline.example", timezone="Asia/Tokyo")
        office.do(System("operator"), someone)
    planned = office.rows("SELECT p.name, t.due_at FROM timer t JOIN person p ON t.subject = 'staff:' || p.id")
    assert {row.name: moment(row.due_at) for row in planned if row.name in mornings} == {
        "America/Chicago": datetime(2026, 6, 22, 8, 30, tzinfo=ZoneInfo("America/Chicago")),
        "Europe/Berlin": datetime(2026, 6, 19, 8, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        "Pacific/Auckland": datetime(2026, 6, 19, 8, 30, tzinfo=ZoneInfo("Pacific/Auckland")),
    }


def test_the_providers_settings_say_when_its_people_hear(office: Office) -> None:
    office.now = BEFORE_JUNETEENTH
    office.desk = Desk(office.store, BusinessCalendar("Europe/Berlin", country="DE"), digest_at=time(9, 45))
    office.do(
        System("operator"),
        PutPerson(client="", name="Early Bird", email="early@harborline.example", timezone="Europe/Berlin"),
    )
    planned = "SELECT t.due_at FROM timer t JOIN person p ON t.subject = 'staff:' || p.id WHERE p.name = 'Early Bird'"
    assert [moment(row.due_at) for row in office.rows(planned)] == [
        datetime(2026, 6, 19, 9, 45, tzinfo=ZoneInfo("Europe/Berlin"))
    ]


def test_a_task_is_put_off_until_the_providers_next_morning_not_the_clients(office: Office) -> None:
    office.now = BEFORE_JUNETEENTH
    office.do("Luis Ortega", Disown(office.raised("Sofia Marchetti", access("Luis Ortega"))))
    (task,) = office.rows("SELECT id FROM task WHERE kind = 'disowned'")
    provider(office, "Europe/Berlin", "DE")
    office.do("Sofia Marchetti", SnoozeTask(Ref("task", task.id)))
    (later,) = office.rows("SELECT due_at FROM task WHERE id = :id", id=task.id)
    assert moment(later.due_at) == datetime(2026, 6, 19, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
