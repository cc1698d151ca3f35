"""Planned talks in calendars: an appointment once a time is agreed, moved and taken out by SEQUENCE, seen by whom."""

from __future__ import annotations

from typing import Any

import icalendar
import pytest

from bot.calendars.links import Wanted
from bot.calendars.reading import Ended, shown
from bot.calendars.writing import event_file, feed
from handlers.commands import AgreeSlot, PickSlot, Ref, Reschedule, SkipTouchpoint
from tests.handlers.office import Office
from tests.handlers.talking import (
    ANJA,
    BEN,
    CR,
    DANA,
    HANNAH,
    LUIS,
    MARCUS,
    NF,
    SOFIA,
    ny,
    planned,
    press,
    standing,
    talk_of,
    until,
    window,
)

PROVIDER = "Harborline IT"


def one(office: Office, ref: Ref, name: str) -> Any:
    """The file that a person opens from a card."""
    with office.store.read() as tx:
        found = shown(tx, Wanted(office.person(name), downtime=ref.id), PROVIDER, office.now)
    assert found.ref == standing(office, ref).row.ref
    return icalendar.Calendar.from_ical(event_file(found.entries[0], found.timezone))


def live(office: Office, name: str, client: str = "") -> list[Any]:
    """The events of a person's live calendar."""
    id_ = office.rows("SELECT id FROM client WHERE slug = :slug", slug=client)[0].id if client else ""
    with office.store.read() as tx:
        found = shown(tx, Wanted(office.person(name), client=id_), PROVIDER, office.now)
    return list(icalendar.Calendar.from_ical(feed(found.entries, found.timezone, found.name)).events)


def told(event: Any) -> tuple[str, str, int]:
    return str(event["SUMMARY"]), str(event["STATUS"]), int(event["SEQUENCE"])


def test_an_agreed_talk_is_an_appointment_that_takes_its_time(office: Office) -> None:
    ref = planned(office, link="https://meet.example/abc")
    press(office, DANA, PickSlot(ref, 1, 1))
    calendar = one(office, ref, DANA)
    assert str(calendar["METHOD"]) == "PUBLISH"
    (event,) = calendar.events
    number = standing(office, ref).row.ref
    assert told(event) == (f"Check-in ({number})", "CONFIRMED", 0)
    assert str(event["TRANSP"]) == "OPAQUE"
    assert event["DTSTART"].dt == ny(18, 10)
    assert event["DTEND"].dt == ny(18, 10, 30)
    assert str(event["LOCATION"]) == "https://meet.example/abc"
    assert "With Sofia Marchetti, Harborline IT.\nAgreed by Dana Whitlock." in str(event["DESCRIPTION"])
    assert str(event["ORGANIZER"]) == "mailto:sofia@harborline.example"
    assert str(one(office, ref, SOFIA).events[0]["SUMMARY"]) == f"Marlow & Finch LLP: Check-in ({number})"


def test_one_that_is_given_up_is_taken_out_and_comes_again_at_another_time(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    uid = str(one(office, ref, DANA).events[0]["UID"])
    press(office, DANA, Reschedule(ref, 1, "I am ill."))
    off = one(office, ref, DANA)
    assert str(off["METHOD"]) == "CANCEL"
    assert told(off.events[0])[1:] == ("CANCELLED", 1)
    press(office, SOFIA, AgreeSlot(ref, ny(23, 10)))
    again = one(office, ref, DANA).events[0]
    assert told(again)[1:] == ("CONFIRMED", 2)
    assert (str(again["UID"]), again["DTSTART"].dt) == (uid, ny(23, 10))
    press(office, SOFIA, SkipTouchpoint(ref, "I am ill."))
    assert told(one(office, ref, DANA).events[0])[1:] == ("CANCELLED", 3)


def test_what_is_only_on_offer_is_tentative_and_gone_when_one_is_chosen(office: Office) -> None:
    ref = planned(office)
    assert [told(event)[1] for event in live(office, DANA)] == ["TENTATIVE", "TENTATIVE"]
    assert {str(event["TRANSP"]) for event in live(office, DANA)} == {"TRANSPARENT"}
    with pytest.raises(Ended, match="is not agreed"):
        one(office, ref, DANA)
    press(office, DANA, PickSlot(ref, 1, 2))
    assert [told(event)[1] for event in live(office, DANA)] == ["CONFIRMED"]
    until(office, ny(18, 15))
    agreed = [event for event in live(office, DANA) if event["STATUS"] == "CONFIRMED"]
    assert len(agreed) == 1


def test_a_talk_is_seen_by_whoever_it_concerns(office: Office) -> None:
    ref = planned(office)
    press(office, DANA, PickSlot(ref, 1, 1))
    assert len(live(office, DANA, "marlow-finch")) == 1
    assert len(live(office, SOFIA)) == 1
    assert live(office, BEN) == []
    assert live(office, HANNAH) == []
    assert live(office, MARCUS) == []
    for stranger in (LUIS, MARCUS, ANJA):
        with pytest.raises(Ended, match="no such meeting"):
            one(office, ref, stranger)


def test_what_was_agreed_on_the_phone_is_in_the_owners_calendar(office: Office) -> None:
    ref = planned(office, window(18, 12), client=CR)
    press(office, SOFIA, AgreeSlot(ref, ny(18, 15)))
    (event,) = live(office, SOFIA)
    assert str(event["LOCATION"]) == "On the phone"
    assert live(office, SOFIA, CR)[0]["UID"] == event["UID"]


def test_a_talk_after_the_clocks_have_changed_is_at_its_time_on_both_walls(office: Office) -> None:
    ref = planned(office, window(28, 9, month=10), client=NF)
    press(office, MARCUS, PickSlot(ref, 1, 1))
    (event,) = live(office, MARCUS, NF)
    assert f"{event['DTSTART'].dt.astimezone(ny(1, 0).tzinfo):%H:%M}" == "09:00"
    assert f"{event['DTSTART'].dt.utctimetuple().tm_hour}" == "13", "in Leipzig, which has changed its clocks, 14:00"
    assert talk_of(office, NF) == ref
