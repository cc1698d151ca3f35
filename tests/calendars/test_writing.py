"""Calendars as text: whatever people write survives, nothing breaks out of its line, same facts are same bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars.entries import CANCELLED, TENTATIVE
from bot.calendars.writing import event_file, feed
from tests.calendars.judges import instant, letter, lines_of, read
from tests.calendars.test_zones import entry

JUNE = datetime(2026, 6, 21, 10, tzinfo=UTC)
HOSTILE = (
    "a;b,c\\d:e\"f'",
    "one\r\ntwo\nthree\rfour",
    "BEGIN:VEVENT\r\nUID:forged\r\nEND:VEVENT",
    "END:VCALENDAR\nBEGIN:VCALENDAR",
    "\\n is not a line break, nor is \\N",
    "\\\\server\\New\\notes",
    "x\x00y\x07z\x1b[31m\x7f",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 " * 40,
    "é" * 300,
    "👩\u200d👩\u200d👧 " * 30,
    "\u202eright to left\u202c and שלום",
    "tab\there",
    "=?utf-8?q?encoded?= &amp; <b>bold</b> ^n ^' ^^",
    ";VALUE=BINARY:x",
)


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\"), max_size=400)
"""Without backslashes, which the package reads in its own way; those above go through ical.js."""


def test_whatever_people_write_is_read_back_and_is_one_event() -> None:
    files, lives = [], []
    for words in HOSTILE:
        organizer = (words, "sofia@harborline.example")
        one = entry(JUNE, summary=words, description=words, location=words, organizer=organizer)
        files.append(event_file(one, "Europe/Berlin"))
        lives.append(feed([one], "Europe/Berlin", words))
    for words, found in zip(HOSTILE * 2, read(*files, *lives), strict=True):
        clean = words.replace("\r\n", "\n").replace("\r", "\n")
        for unseen in ("\x00", "\x07", "\x1b", "\x7f"):
            clean = clean.replace(unseen, " ")
        (event,) = found["events"]
        assert event["summary"] == event["description"] == event["location"] == clean
        assert event["organizer"] == "mailto:sofia@harborline.example"
    for live in lives:
        assert len(lines_of(live, "NAME")) == len(lines_of(live, "X-WR-CALNAME")) == 1


@settings(max_examples=150, deadline=None)
@given(words=WORDS, name=st.text(max_size=60))
def test_any_text_keeps_to_the_letter_of_the_format(words: str, name: str) -> None:
    one = entry(JUNE, summary=words, description=words, location=name, organizer=(name, ""))
    written = feed([one], "America/New_York", name)
    assert letter(written) == []
    (event,) = icalendar.Calendar.from_ical(written).events
    assert "".join(str(event["DESCRIPTION"]).split()) == "".join(_shown(words).split())
    assert (event["UID"], event.start, event.end) == (one.uid, JUNE, JUNE + timedelta(hours=1))


def _shown(text: str) -> str:
    return "".join(" " if letter in "\x7f" or (letter < " " and letter not in "\t\n\r") else letter for letter in text)


def test_the_name_of_a_calendar_is_escaped_like_any_text() -> None:
    live = feed([], "UTC", "Downtimes: Marlow, Finch; Sons")
    assert lines_of(live, "NAME") == ["NAME:Downtimes: Marlow\\, Finch\\; Sons"]


def test_an_empty_calendar_is_a_calendar() -> None:
    (found,) = read(feed([], "America/New_York", "Downtimes: Northgate"))
    assert found == {
        "method": "PUBLISH",
        "version": "2.0",
        "name": "Downtimes: Northgate",
        "refresh": "PT1H",
        "zones": [],
        "events": [],
        "unknown": [],
    }


def test_five_hundred_events_of_three_years_are_all_there_and_in_order() -> None:
    many = [entry(JUNE + timedelta(hours=53 * number), number) for number in range(500)]
    (found,) = read(feed(list(reversed(many)), "America/Denver", "All"))
    assert found["zones"] == ["America/Denver"]
    assert [(one["uid"], instant(one["starts"])) for one in found["events"]] == [
        (one.uid, one.starts_at) for one in many
    ]


def test_a_newer_copy_is_told_from_an_older_one_and_a_cancelled_one_takes_the_event_out() -> None:
    later = JUNE + timedelta(days=1)
    first, longer, gone = (
        entry(JUNE),
        entry(JUNE, sequence=1, ends_at=JUNE + timedelta(hours=2), changed_at=later),
        entry(JUNE, sequence=2, status=CANCELLED, changed_at=later + timedelta(days=1)),
    )
    read_ = read(*(event_file(one, "America/New_York") for one in (first, longer, gone)))
    assert [one["method"] for one in read_] == ["PUBLISH", "PUBLISH", "CANCEL"]
    events = [one["events"][0] for one in read_]
    assert {one["uid"] for one in events} == {first.uid}
    assert [one["sequence"] for one in events] == [0, 1, 2]
    assert [one["status"] for one in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    stamps = [instant(one["stamped"]) for one in events]
    assert stamps == sorted(stamps) and stamps == [instant(one["modified"]) for one in events]
    assert read(feed([gone], "America/New_York", "All"))[0]["method"] == "PUBLISH", "a feed only shows"


def test_what_is_offered_is_tentative_and_nothing_blocks_a_day() -> None:
    (found,) = read(feed([entry(JUNE, status=TENTATIVE)], "UTC", "All"))
    assert (found["events"][0]["status"], found["events"][0]["transparency"]) == ("TENTATIVE", "TRANSPARENT")
    assert found["zones"] == [], "UTC needs no description"


def test_nobody_as_organizer_is_said_as_calendars_know_it() -> None:
    written = event_file(entry(JUNE, organizer=("Harborline IT", "")), "UTC")
    assert lines_of(written, "ORGANIZER") == ['ORGANIZER;CN="Harborline IT":invalid:nomail']


def test_the_same_facts_are_the_same_bytes() -> None:
    facts: dict[str, Any] = {"summary": "Upgrade"}
    assert feed([entry(JUNE, **facts)], "UTC", "A") == feed([entry(JUNE, **facts)], "UTC", "A")
