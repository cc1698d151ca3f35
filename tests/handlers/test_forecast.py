"""What a client will hear by itself: reports, meetings, pulses, what is open and what is held; in order, with why."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.forecast import DEEDS, SILENT, Forecast, forecast
from handlers.commands import PutPolicy, RaiseNotice, System
from storage.queries import directory
from storage.store import Store
from tests.handlers.office import Office, purchase
from tests.rows import rows

EASTERN = ZoneInfo("America/New_York")


def ahead(office: Office, slug: str = "marlow-finch", days: int = 30) -> Forecast:
    with office.store.read() as tx:
        client = directory.client_by_slug(tx, slug)
        assert client is not None
        return forecast(tx, client, office.now, days)


def said(found: Forecast, zone: ZoneInfo = EASTERN) -> list[tuple[str, str, str]]:
    return [(f"{one.at.astimezone(zone):%b %d %H:%M}", one.what, one.to) for one in found.items]


def test_a_week_holds_its_report_from_seven_on_monday_to_the_end_of_the_week(office: Office) -> None:
    lines = said(ahead(office, days=15))
    name = "Case report for Jun 8 to Jun 14"
    for line in (
        ("Jun 15 07:00", f"{name} is written", "Sofia Marchetti"),
        ("Jun 15 09:00", f"{name} is sent", "Dana Whitlock"),
        ("Jun 17 09:00", f"{name}: reminder", "Dana Whitlock"),
    ):
        assert line in lines
    # Friday, June 19, is a holiday
    assert ("Jun 22 17:00", f"{name} counts as not reviewed", "Sofia Marchetti") in lines


def test_everything_is_in_order_and_within_the_days_asked_for(office: Office) -> None:
    office.raised("Sofia Marchetti", purchase())
    found = ahead(office, days=10)
    moments = [one.at for one in found.items]
    assert moments == sorted(moments) and moments
    assert all(office.now < moment <= office.now + timedelta(days=10) for moment in moments)
    assert all(one.why and one.what for one in found.items)


def test_an_open_request_is_there_with_its_end_until_somebody_decides(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", purchase())
    mine = [one for one in ahead(office).items if one.what.startswith("MF-1 ")]
    assert [one.what.rpartition(": ")[2] for one in mine][-1] == "ends without an answer"
    assert mine[-1].why == "silence never approves"
    office.approve("Dana Whitlock", ref)
    assert not [one for one in ahead(office).items if one.what.startswith("MF-1 ")]


def test_a_rule_of_the_clients_own_is_named_as_such(office: Office) -> None:
    own = {"timetable": {"case_report": {"weekday": 1}, "exec_summary": {"on": False}}}
    office.do(System("operator"), PutPolicy("marlow-finch", own))
    found = ahead(office)
    written = [one for one in found.items if one.what.endswith("is written")]
    assert {one.at.astimezone(EASTERN).weekday() for one in written} == {1}
    assert all("the client's own rule" in one.why for one in written)
    assert not [one for one in found.items if "summary" in one.what.casefold()]


def test_the_hours_of_lists_and_summaries_are_the_clients_own_where_it_has_some(office: Office) -> None:
    assert ahead(office).mornings == "Every business morning at 9:00 AM: what waits, when something does."
    own = {"digest": {"wall": "08:15"}, "exec_summary": {"business_day": 5, "remind_days": 1, "unreviewed_days": 2}}
    office.do(System("operator"), PutPolicy("marlow-finch", {"timetable": own}))
    found = ahead(office, days=40)
    assert found.mornings == "Every business morning at 8:15 AM: what waits, when something does."
    name = "Executive summary for June 2026"
    mine = [(at, what.removeprefix(name)) for at, what, _ in said(found) if what.startswith(name)]
    assert mine == [
        ("Jul 07 07:00", " is written"),
        ("Jul 07 09:00", " is sent"),
        ("Jul 08 09:00", ": reminder"),
        ("Jul 09 17:00", " counts as not reviewed"),
    ]
    office.do(System("operator"), PutPolicy("marlow-finch", {"timetable": {"digest": {"on": False}}}))
    assert ahead(office).mornings == "No list of what waits comes in the morning."


def test_talks_and_pulses_come_round_by_the_clients_rhythm(office: Office) -> None:
    lines = said(ahead(office, days=60))
    check_ins = [what for _, what, _ in lines if what.startswith("Check-in of ")]
    assert len(check_ins) >= 2 and all(what.endswith(" is proposed") for what in check_ins)
    assert [to for _, what, to in lines if what.startswith("Pulse")] != []


def test_a_client_that_has_ended_hears_nothing(office: Office) -> None:
    with office.store.write() as tx:
        client = directory.client_by_slug(tx, "cedar-ridge")
        assert client is not None
        directory.change_client(tx, client.id, stage="ended")
    found = ahead(office, "cedar-ridge")
    assert not [one for one in found.items if "eport" in one.what or "summary" in one.what]


def test_every_deed_that_waits_has_words(office: Office) -> None:
    office.raised("Sofia Marchetti", purchase())
    outage = RaiseNotice("outage", ("marlow-finch",), 1, "Internet", "No internet.", send=True)
    office.do("Sofia Marchetti", outage)
    office.later(days=7, minutes=30)
    with office.store.read() as tx:
        deeds = {row.deed for row in rows(tx, "SELECT DISTINCT deed FROM timer WHERE client_id IS NOT NULL", {})}
    assert deeds and deeds <= set(DEEDS) | SILENT


def test_what_is_held_for_the_morning_is_counted(store: Store) -> None:
    office = Office(store).seed()
    office.now = datetime(2026, 6, 8, 19, 0, tzinfo=EASTERN)
    office.raised("Sofia Marchetti", purchase())
    held = [one for one in ahead(office, days=1).items if "held" in one.what]
    assert [(one.what, one.to) for one in held] == [("1 message held", "Dana Whitlock")]
    assert held[0].at == datetime(2026, 6, 9, 8, 0, tzinfo=EASTERN)
