"""What a link of ours shows to whom, read at every fetch: rights are those of now, not of when the link was made.

Somebody of the provider sees every client. A contact with a role for the whole client sees all of it, with a role for
an office what touches that office, and everybody what they were asked about, have asked for or decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.calendars import meetings
from bot.calendars.entries import Entry, Office, agreed, offered
from bot.calendars.links import Wanted
from storage.queries import calendars, directory, talk_calendars
from storage.rows import Row
from storage.store import Tx

KEPT = timedelta(days=90)
"""How long what is over stays in a feed."""


class Ended(Exception):
    """The link is ours, and what it was for is over or not this person's any more. `sentence` is for whoever has it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Shown:
    """What to write: events on the wall of `timezone`. `ref` names a single one, "" for a feed called `name`."""

    entries: tuple[Entry, ...]
    timezone: str
    name: str
    ref: str = ""


def shown(tx: Tx, what: Wanted, provider: str, now: datetime) -> Shown:
    """What the link shows at this moment. Raises Ended."""
    person = directory.person(tx, what.person)
    if person is None or person.state != "active":
        raise Ended("This calendar has ended: the person it was made for is not with the company any more.")
    if what.number != person.calendar_number:
        raise Ended("This calendar has ended: it has another address now. Type “downtime” in chat to get that one.")
    if what.downtime:
        return _one(tx, person, what.downtime, provider)
    since = now - KEPT
    if what.client:
        client = directory.client(tx, what.client)
        if client is None or not may_see_all(tx, person, client):
            raise Ended("This calendar has ended: only key contacts of the whole company can have it.")
        rows, talks = calendars.of_client(tx, client.id, since), talk_calendars.of_client(tx, client.id, since)
        name = f"Downtimes and meetings: {client.name}"
    elif person.client_id is None:
        rows, talks = calendars.of_staff(tx, person.id, since), talk_calendars.of_staff(tx, person.id, since)
        name = "My downtimes and meetings"
    else:
        rows = _mine(tx, person, calendars.of_client(tx, person.client_id, since))
        known = talk_calendars.concerned(tx, person.client_id, person.id)
        talks = [row for row in talk_calendars.of_client(tx, person.client_id, since) if row.id in known]
        name = f"Downtimes and meetings ({provider})"
    entries = _entries(tx, rows, person, provider) + _talks(tx, talks, person, provider)
    return Shown(entries, person.timezone, name)


def may_see_all(tx: Tx, person: Row[Any], client: Row[Any]) -> bool:
    """Whether somebody may have the calendar of a whole client."""
    if person.client_id is None:
        return True
    return person.client_id == client.id and "" in _offices_held(tx, person, client)


def _one(tx: Tx, person: Row[Any], downtime_id: str, provider: str) -> Shown:
    row = calendars.one(tx, downtime_id)
    if row is None and (talk := talk_calendars.one(tx, downtime_id)) is not None:
        return _one_talk(tx, person, talk, provider)
    if row is None or (person.client_id is not None and not _mine(tx, person, (row,))):
        raise Ended("There is no such downtime for you (any more).")
    if row.state != "accepted":
        raise Ended(f"{row.ref} is not agreed, so there is nothing for a calendar.")
    offices = _offices(tx, [row])
    entry = agreed(row, offices[row.id], provider, for_staff=person.client_id is None)
    return Shown((entry,), person.timezone, "", row.ref)


def _one_talk(tx: Tx, person: Row[Any], row: Row[Any], provider: str) -> Shown:
    if person.client_id is not None:
        client = directory.client(tx, person.client_id)
        mine = row.client_id == person.client_id and row.id in talk_calendars.concerned(tx, row.client_id, person.id)
        if not mine and (client is None or row.client_id != client.id or not may_see_all(tx, person, client)):
            raise Ended("There is no such meeting for you (any more).")
    if not meetings.was_agreed(row):
        raise Ended(f"{row.ref} is not agreed, so there is nothing for a calendar.")
    entry = meetings.agreed(row, provider, for_staff=person.client_id is None)
    return Shown((entry,), person.timezone, "", row.ref)


def _talks(tx: Tx, rows: Sequence[Row[Any]], person: Row[Any], provider: str) -> tuple[Entry, ...]:
    staff = person.client_id is None
    found = [meetings.agreed(row, provider, for_staff=staff) for row in rows if meetings.was_agreed(row)]
    open_ = {row.id: row for row in rows if row.state == "proposed"}
    for offer in talk_calendars.offered(tx, list(open_)) if open_ else ():
        found.append(meetings.offered(open_[offer.touchpoint_id], offer, provider, for_staff=staff))
    return tuple(found)


def _entries(tx: Tx, rows: Sequence[Row[Any]], person: Row[Any], provider: str) -> tuple[Entry, ...]:
    offices, staff = _offices(tx, rows), person.client_id is None
    found = [agreed(row, offices[row.id], provider, for_staff=staff) for row in rows if row.state == "accepted"]
    open_ = {row.id: row for row in rows if row.state in calendars.OPEN}
    for offer in calendars.offered(tx, list(open_)) if open_ else ():
        row = open_[offer.downtime_id]
        found.append(offered(row, offer, offices[row.id], provider, for_staff=staff))
    return tuple(found)


def _mine(tx: Tx, person: Row[Any], rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of these downtimes that are a contact's business."""
    client = directory.client(tx, person.client_id)
    if client is None or not rows:
        return []
    held, asked = _offices_held(tx, person, client), calendars.concerned(tx, client.id, person.id)
    return [
        row
        for row in rows
        if row.client_id == client.id and ("" in held or row.id in asked or held.intersection(row.locations))
    ]


def _offices_held(tx: Tx, person: Row[Any], client: Row[Any]) -> set[str]:
    """The offices for which a contact holds any role, "" among them for the whole client; also while away."""
    held = {row.location_id for row in directory.roles_of(tx, client.id) if row.person_id == person.id}
    return held | ({""} if client.default_contact_id == person.id else set())


def _offices(tx: Tx, rows: Sequence[Row[Any]]) -> dict[str, list[Office]]:
    """downtime id -> its touched offices by name; the client itself where it has none."""
    by_id = {one.id: one for one in calendars.offices_of(tx, sorted({row.client_id for row in rows}))}
    found: dict[str, list[Office]] = defaultdict(list)
    for row in rows:
        for place in by_id.values():
            if place.id in row.locations:
                found[row.id].append(Office(place.name, place.timezone))
        if not found[row.id]:
            found[row.id].append(Office(row.client_name, row.client_timezone))
    return found
