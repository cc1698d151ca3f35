"""Time zones in calendars: every hour around every change means the same to a reader as it does to us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.calendars.entries import Entry
from bot.calendars.writing import feed
from bot.calendars.zones import changes_of, written
from tests.calendars.judges import instant, lines_of, read

ZONES = (
    "America/New_York",
    "America/Denver",
    "America/Phoenix",
    "Europe/Berlin",
    "Europe/Dublin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "UTC",
)


def entry(starts: datetime, number: int = 0, **changes: object) -> Entry:
    """An event of an hour."""
    facts: dict[str, object] = {
        "uid": f"{number:05}@keyline",
        "sequence": 0,
        "status": "CONFIRMED",
        "summary": "Upgrade",
        "description": "No internet",
        "location": "Toledo",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=1),
        "created_at": starts,
        "changed_at": starts,
        "organizer": ("Sofia Marchetti, Harborline IT", "sofia@harborline.example"),
    }
    return Entry(**{**facts, **changes})  # type: ignore[arg-type]


def test_every_hour_around_every_change_is_the_instant_it_was() -> None:
    week = [datetime(2026, 10, 26, tzinfo=UTC) + timedelta(hours=hour) for hour in range(0, 120, 5)]
    moments = {zone: sorted([*week, *_around_changes(ZoneInfo(zone))]) for zone in ZONES}
    written_ = [
        feed([entry(at, number) for number, at in enumerate(all_)], zone, "All") for zone, all_ in moments.items()
    ]
    for zone, found in zip(ZONES, read(*written_), strict=True):
        told = {one["uid"]: instant(one["starts"]) for one in found["events"]}
        assert [told[f"{number:05}@keyline"] for number in range(len(told))] == moments[zone], zone


def _around_changes(zone: ZoneInfo) -> list[datetime]:
    """Every half hour from three hours before to three hours after each change of the clock in two years."""
    changes = [(one.wall - one.before).replace(tzinfo=UTC) for one in changes_of(zone, 2026, 2027)]
    return [at + timedelta(minutes=30 * half) for at in changes for half in range(-6, 7)]


def test_the_week_in_which_only_one_continent_has_changed_its_clocks_is_right() -> None:
    monday = datetime(2026, 10, 26, 22, tzinfo=UTC)
    week = [entry(monday + timedelta(days=day), day) for day in range(5)]
    found = read(feed(week, "America/New_York", "NF"), feed(week, "Europe/Berlin", "NF"))
    for one in found:
        assert [instant(event["starts"]) for event in one["events"]] == [each.starts_at for each in week]
    assert (
        lines_of(feed(week, "America/New_York", "NF"), "DTSTART")[-1] == "DTSTART;TZID=America/New_York:20261030T180000"
    )
    assert lines_of(feed(week, "Europe/Berlin", "NF"), "DTSTART")[-1] == "DTSTART;TZID=Europe/Berlin:20261030T230000"


def test_american_and_european_zones_are_one_rule_each_way_as_outlook_reads_them() -> None:
    new_york = written("America/New_York", 2026, 2027).to_ical()
    assert lines_of(new_york, "RRULE") == [
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
    ]
    assert "DTSTART:20250309T020000" in lines_of(new_york, "DTSTART"), "the wall before the change (RFC 5545 3.6.5)"
    berlin = written("Europe/Berlin", 2026, 2027).to_ical()
    assert lines_of(berlin, "RRULE") == [
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]
    assert lines_of(new_york + berlin, "RDATE") == []


def test_every_zone_there_is_can_be_written() -> None:
    for zone in sorted(available_timezones() - {"Factory", "localtime"}):
        assert written(zone, 2026, 2026).to_ical().startswith(b"BEGIN:VTIMEZONE")
