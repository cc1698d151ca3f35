"""Where a notice stands: everything a card, a board, a page or a decision needs to know of it, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from handlers.commands import Ref
from handlers.mechanisms.relaying import TOLD
from storage.queries import directory, notice_reach, notices
from storage.rows import Row
from storage.store import Tx

OPEN_STATES = ("investigating", "identified", "monitoring")
"""States in which work goes on."""
READ = frozenset({"acknowledged", "relayed"})
"""States of a receipt whose person has read the notice."""
WAITED_FOR = frozenset({"queued", "sent", "overdue"})
"""Stages of a reader whose answer is waited for."""


@dataclass(frozen=True)
class Place:
    """A client or one of its offices; `name` is how people call it ("Providence", or the client's name)."""

    row: Row[Any]
    client: Row[Any]
    name: str
    timezone: str

    @property
    def id(self) -> str:
        return str(self.row.id)


class Listed(NamedTuple):
    """What the others' cards say of a reader: the name, and whether an answer is waited for. `places` are ids."""

    person_id: str
    name: str
    waited_for: bool
    places: Sequence[str]


@dataclass(frozen=True)
class Reader:
    """One person whom a notice is for. `reached_at` is when it was first shown on any platform, be it in a list.

    `stage` is what the board says: queued, sent, overdue, covered, acknowledged, relayed or undeliverable.
    """

    receipt: Row[Any]
    person: Row[Any]
    client: Row[Any]
    places: tuple[Place, ...]
    platforms: tuple[str, ...]
    reached_at: datetime | None
    informed_at: datetime | None
    """When the staff was told the latest; None while it was not."""
    stage: str
    waits_until: datetime | None = None
    """When the quiet hours end for which the first card was held; None for everybody else, and once it was shown."""

    def waits(self, now: datetime) -> bool:
        """Whether this person is left alone until then and knows nothing yet."""
        return self.waits_until is not None and self.waits_until > now


@dataclass(frozen=True)
class Broadcast:
    """A notice with its updates, places, readers and relays; of one client's part only when it was read for one.

    `listed` is given where `readers` are only some of them (`handlers.mechanisms.glimpse`).
    """

    notice: Row[Any]
    updates: tuple[Row[Any], ...]
    places: tuple[Place, ...]
    readers: tuple[Reader, ...]
    relays: tuple[Row[Any], ...]
    owner: Row[Any] | None
    about: Row[Any] | None = None
    """The outage whose root cause this is."""
    clients: Mapping[str, Row[Any]] = field(default_factory=dict)
    listed: tuple[Listed, ...] | None = None

    @cached_property
    def ref(self) -> Ref:
        return Ref("notice", self.notice.id)

    @cached_property
    def everybody(self) -> tuple[Listed, ...]:
        """All whom it is for, in the order they were asked."""
        if self.listed is not None:
            return self.listed
        return tuple(
            Listed(one.person.id, one.person.name, one.stage in WAITED_FOR, [place.id for place in one.places])
            for one in self.readers
        )

    @cached_property
    def silent(self) -> Mapping[str, Sequence[Listed]]:
        """Place id -> those of everybody there whose answers are waited for."""
        found: dict[str, list[Listed]] = {}
        for one in self.everybody:
            if one.waited_for:
                for id_ in one.places:
                    found.setdefault(id_, []).append(one)
        return found

    @cached_property
    def is_open(self) -> bool:
        return self.notice.state in OPEN_STATES

    @property
    def latest(self) -> int:
        """The number of the latest update, 0 when there was none."""
        return self.updates[-1].number if self.updates else 0

    @cached_property
    def _by_person(self) -> Mapping[str, Reader]:
        return {one.person.id: one for one in self.readers}

    def reader(self, person_id: str) -> Reader | None:
        """This person as a reader, if it is one."""
        return self._by_person.get(person_id)

    def name_of(self, person_id: str) -> str | None:
        """What somebody is called whom it is for."""
        return next((one.name for one in self.everybody if one.person_id == person_id), None)

    def impact_for(self, client_id: str) -> str:
        """What it means for one client: its own words, else everybody's."""
        return self._impacts.get(client_id) or str(self.notice.impact)

    @cached_property
    def _impacts(self) -> Mapping[str, str]:
        return {place.client.id: place.row.impact for place in reversed(self.places) if place.row.impact}


@dataclass(frozen=True)
class Expected:
    """One line of the preview: who would get it, as what, where, or why it cannot reach the person."""

    client: Row[Any]
    person: Row[Any]
    places: tuple[str, ...]
    """Names of the places."""
    why: str
    platforms: tuple[str, ...]
    problem: str = ""
    """ "" for somebody who can be reached; else the reason, and who is asked instead stands on a line of its own."""


@dataclass(frozen=True)
class Preview:
    """Who would get a notice. `problems` are sentences about clients that nobody can be reached at."""

    clients: tuple[Row[Any], ...]
    expected: tuple[Expected, ...]
    problems: tuple[str, ...]
    held: int
    """How many would get it only when their quiet hours end."""

    @property
    def reachable(self) -> int:
        return sum(not one.problem for one in self.expected)


def load(tx: Tx, notice_id: str) -> Broadcast | None:
    """Where a notice stands; None when there is no such notice."""
    return _load(tx, notice_id, None)


def load_for_client(tx: Tx, notice_id: str, client_id: str) -> Broadcast | None:
    """The same of one client's part only; None also for a notice that is not about this client."""
    found = _load(tx, notice_id, client_id)
    return found if found is not None and found.places else None


def _load(tx: Tx, notice_id: str, part: notices.Part) -> Broadcast | None:
    notice = notices.notice(tx, notice_id)
    if notice is None:
        return None
    clients = {row.id: row for row in notices.clients_in(tx, notice_id, part)}
    places = tuple(place_of(row, clients[row.client_id]) for row in notices.places_of(tx, notice_id, part))
    updates = tuple(notices.updates_of(tx, notice_id))
    relays = tuple(notices.relays_of(tx, notice_id, part))
    return Broadcast(
        notice=notice,
        updates=updates,
        places=places,
        readers=tuple(_readers(tx, notice_id, part, places, clients, relays, len(updates))),
        relays=relays,
        owner=directory.person(tx, notice.owner_id) if notice.owner_id else None,
        about=notices.notice(tx, notice.about_id) if notice.about_id else None,
        clients=clients,
    )


def place_of(row: Row[Any], client: Row[Any]) -> Place:
    """A place's row (with its office's name and zone) as people call it."""
    return Place(row, client, row.office or client.name, row.office_timezone or client.timezone)


def _readers(
    tx: Tx,
    notice_id: str,
    part: notices.Part,
    places: tuple[Place, ...],
    clients: Mapping[str, Row[Any]],
    relays: tuple[Row[Any], ...],
    latest: int,
) -> Iterator[Reader]:
    people = {row.id: row for row in notices.readers_of(tx, notice_id, part)}
    reach = notice_reach.reach_of(tx, notice_id, part)
    told = {row.person_id: row.told_at for row in relays if row.number == latest and row.state in TOLD}
    platforms: dict[str, dict[str, None]] = {}
    for account in notices.accounts_in(tx, notice_id, part):
        platforms.setdefault(account.person_id, {})[account.platform] = None
    named = {place.id: place for place in places}
    for receipt in notices.receipts_of(tx, notice_id, part):
        id_ = receipt.person_id
        yield Reader(
            receipt=receipt,
            person=people[id_],
            client=clients[receipt.client_id],
            places=tuple(named[place] for place in receipt.places),
            platforms=tuple(platforms.get(id_, ())),
            reached_at=reach[id_].reached_at if id_ in reach else None,
            waits_until=reach[id_].waits_until if id_ in reach else None,
            informed_at=told.get(id_),
            stage=stage_of(receipt.state, id_ in reach and reach[id_].reached_at is not None, id_ in told),
        )


def stage_of(state: str, reached: bool, told: bool) -> str:
    """What the board says of a reader whose receipt is in this state."""
    if state in READ:
        return "relayed" if told else "acknowledged"
    return "sent" if state == "queued" and reached else state
