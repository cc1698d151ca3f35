"""Entries written as iCalendar text (RFC 5545, RFC 5546): UTF-8, folded, escaped, the same bytes for the same facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.calendars.entries import CANCELLED, Entry
from bot.calendars.zones import written

if TYPE_CHECKING:
    from icalendar import vText

PRODUCT = "-//Keyline//Downtimes//EN"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
REFRESH = timedelta(hours=1)
"""How often a calendar should look again; what is urgent comes through chat."""
END = b"END:VCALENDAR\r\n"
NOBODY = "invalid:nomail"
"""An organizer is required (RFC 5546 3.2.1); this is the address that calendars know for having none."""
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters, which TEXT may not hold (RFC 5545 3.3.11), but for tabs and line breaks."""


def event_file(entry: Entry, timezone: str) -> bytes:
    """One event to be opened once. A cancelled one takes an event that was imported before out of the calendar."""
    return _calendar([entry], timezone, CANCEL if entry.status == CANCELLED else PUBLISH, "")


def feed(entries: Sequence[Entry], timezone: str, name: str) -> bytes:
    """A calendar to subscribe to, with times on the wall of `timezone`."""
    return _calendar(entries, timezone, PUBLISH, name)


def text(words: str) -> vText:
    """A TEXT value (RFC 5545 3.3.11), escaped here: the package takes the `\\N` of a path for a line break."""
    return _escaped()(_plain(words))


@cache
def _escaped() -> type[vText]:
    from icalendar import vText

    class Escaped(vText):
        def to_ical(self) -> bytes:
            words = str(self)
            for letter, written_as in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
                words = words.replace(letter, written_as)
            return words.encode("utf-8")

    return Escaped


def _calendar(entries: Sequence[Entry], timezone: str, method: str, name: str) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    if name:
        calendar.add("NAME", text(name))
        calendar.add("X-WR-CALNAME", text(name))
        calendar.add("X-WR-TIMEZONE", timezone)
        calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
    if entries and timezone != "UTC":
        years = [moment.year for entry in entries for moment in (entry.starts_at, entry.ends_at)]
        calendar.add_component(written(timezone, min(years), max(years)))
    events = [_event(entry, timezone) for entry in sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))]
    return b"".join([bytes(calendar.to_ical()).removesuffix(END), *events, END])


@lru_cache(maxsize=4096)
def _event(entry: Entry, timezone: str) -> bytes:
    """Kept, since calendars ask every hour for hundreds of events that have not changed, two milliseconds each."""
    from icalendar import Event, vCalAddress

    zone = UTC if timezone == "UTC" else ZoneInfo(timezone)
    event = Event()
    event.add("UID", entry.uid)
    # The moment of the change and not of the fetch: unchanged facts are unchanged bytes, and SEQUENCE and DTSTAMP still
    # tell a newer copy from an older one (RFC 5546 2.1.5).
    event.add("DTSTAMP", _whole(entry.changed_at))
    event.add("LAST-MODIFIED", _whole(entry.changed_at))
    event.add("CREATED", _whole(entry.created_at))
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", entry.status)
    event.add("TRANSP", "OPAQUE" if entry.busy else "TRANSPARENT")
    starts, ends = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    if _twice(starts) or _twice(ends):
        starts, ends = starts.astimezone(UTC), ends.astimezone(UTC)
    event.add("DTSTART", starts)
    event.add("DTEND", ends)
    event.add("SUMMARY", text(entry.summary))
    event.add("DESCRIPTION", text(entry.description))
    event.add("LOCATION", text(entry.location))
    name, email = entry.organizer
    organizer = vCalAddress(f"mailto:{_plain(email)}" if email else NOBODY)
    organizer.params["CN"] = _plain(name).replace('"', "'").replace("\n", " ")
    event.add("ORGANIZER", organizer)
    return bytes(event.to_ical())


def _twice(local: datetime) -> bool:
    """Whether the clock shows this time twice. RFC 5545 (3.3.5) means the first one, ical.js reads the second one."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _plain(text: str) -> str:
    return UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
