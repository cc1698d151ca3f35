"""How a notice stands for whoever watches over it: counts of all readers, and those few who are named on the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from handlers.mechanisms.broadcast import READ, Broadcast, Reader, load, stage_of
from handlers.mechanisms.relaying import TOLD
from storage.queries import directory, notice_counts, notice_parts, notices
from storage.rows import Row
from storage.store import Tx

FEW_READERS = 20
"""Up to so many, everybody stands on the board; beyond, clients are counted."""
MOST_NAMED = 6
"""People in one list of exceptions: there are buttons below it."""


@dataclass(frozen=True)
class Tally:
    """How many of some readers are how far. `sent` counts those it was sent to, `reached` those who have it."""

    sent: int = 0
    reached: int = 0
    acknowledged: int = 0
    covered: int = 0
    relayed: int = 0
    overdue: int = 0
    unreachable: int = 0

    @property
    def quiet(self) -> bool:
        """Whether nobody has to look here: everybody could be reached, and somebody has read it for every place."""
        return bool(self.sent) and self.acknowledged + self.covered == self.sent

    @property
    def waited_for(self) -> int:
        """Those whose answers are waited for."""
        return self.sent - self.acknowledged - self.covered - self.unreachable


class Held(NamedTuple):
    """How many are left alone until quiet hours end, and when these end for the first and the last of them."""

    many: int = 0
    first: datetime | None = None
    last: datetime | None = None


class Named(NamedTuple):
    """How many of a kind there are, and the first of them."""

    many: int
    first: Sequence[Reader]


@dataclass(frozen=True)
class Watch:
    """What a board says. The `readers` of `broadcast` are all where they are few, else no more than those named.

    `clients` are all whom it is about, by name, those with a problem first. `silent` are those who have not answered
    and are not left alone at the moment; `on_its_way` counts those of them whom it has not reached.
    """

    broadcast: Broadcast
    all: Tally
    clients: Sequence[tuple[str, Tally]]
    on_its_way: int
    held: Held
    wants: Named
    troubled: Named
    overdue: Named
    unreachable: Named
    silent: Named

    @property
    def few(self) -> bool:
        """Whether everybody may be named."""
        return self.all.sent <= FEW_READERS


def tally(readers: Iterable[Reader]) -> Tally:
    """The counts of these readers; who is covered by a colleague has not acknowledged."""
    readers = tuple(readers)
    return Tally(
        sent=len(readers),
        reached=sum(one.reached_at is not None or one.stage in READ for one in readers),
        acknowledged=sum(one.stage in READ for one in readers),
        covered=sum(one.stage == "covered" for one in readers),
        relayed=sum(one.informed_at is not None for one in readers),
        overdue=sum(one.stage == "overdue" for one in readers),
        unreachable=sum(one.stage == "undeliverable" for one in readers),
    )


def watch(broadcast: Broadcast, now: datetime) -> Watch:
    """From all readers."""
    by_client: dict[str, tuple[str, list[Reader]]] = {}
    for place in broadcast.places:
        by_client.setdefault(place.client.id, (place.client.name, []))
    for one in broadcast.readers:
        by_client.setdefault(one.client.id, (one.client.name, []))[1].append(one)
    until = [one.waits_until for one in broadcast.readers if one.waits_until is not None and one.waits(now)]

    def named(what: Callable[[Reader], bool]) -> Named:
        found = [one for one in broadcast.readers if what(one)]
        return Named(len(found), found[:MOST_NAMED])

    return Watch(
        broadcast,
        tally(broadcast.readers),
        _sorted((name, tally(readers)) for name, readers in by_client.values()),
        on_its_way=sum(one.stage == "queued" and not one.waits(now) for one in broadcast.readers),
        held=Held(len(until), min(until, default=None), max(until, default=None)),
        wants=named(lambda one: one.receipt.call_me_at is not None),
        troubled=named(lambda one: one.receipt.trouble_at is not None),
        overdue=named(lambda one: one.stage == "overdue"),
        unreachable=named(lambda one: one.stage == "undeliverable"),
        silent=named(lambda one: one.stage in ("queued", "sent") and not one.waits(now)),
    )


def load_watch(tx: Tx, notice_id: str, now: datetime) -> Watch | None:
    """The same from counts that the database makes, however many readers there are; None: no such notice."""
    if notice_counts.how_many(tx, notice_id) <= FEW_READERS:
        whole = load(tx, notice_id)
        return watch(whole, now) if whole is not None else None
    return counted(tx, notice_id, now)


def counted(tx: Tx, notice_id: str, now: datetime) -> Watch | None:
    """The same; the rows that are read are one for each client, and those of the readers who are named."""
    notice = notices.notice(tx, notice_id)
    if notice is None:
        return None
    updates = tuple(notices.updates_of(tx, notice_id))
    rows = {row.client_id: row for row in notice_counts.counts(tx, notice_id, len(updates), now)}
    each = {id_: Tally(*(getattr(row, name) for name in Tally.__dataclass_fields__)) for id_, row in rows.items()}

    def total(name: str) -> int:
        return sum(getattr(row, name) for row in rows.values())

    def ids(kind: str) -> list[str]:
        return notice_counts.first(tx, notice_id, kind, now, MOST_NAMED) if total(kind) else []

    first = {kind: ids(kind) for kind in notice_counts.FIRST}
    people = {id_ for found in first.values() for id_ in found}
    relays = tuple(notice_parts.relays_for(tx, notice_id, people)) if people else ()
    readers = _readers(tx, notice_id, people, relays, len(updates)) if people else {}
    named = {kind: Named(total(kind), [readers[id_] for id_ in found]) for kind, found in first.items()}
    until = [one for row in rows.values() if row.waiting for one in (row.first_until, row.last_until)]
    return Watch(
        Broadcast(
            notice=notice,
            updates=updates,
            places=(),
            readers=tuple(readers.values()),
            relays=relays,
            owner=directory.person(tx, notice.owner_id) if notice.owner_id else None,
            about=notices.notice(tx, notice.about_id) if notice.about_id else None,
        ),
        Tally(*(total(name) for name in Tally.__dataclass_fields__)),
        _sorted((row.name, each.get(row.id, Tally())) for row in notice_counts.clients_of(tx, notice_id)),
        on_its_way=total("on_its_way"),
        held=Held(total("waiting"), min(until, default=None), max(until, default=None)),
        **named,
    )


def _sorted(clients: Iterable[tuple[str, Tally]]) -> list[tuple[str, Tally]]:
    """Those with a problem first, then by name; where nobody could be asked is a problem."""
    return sorted(
        clients, key=lambda one: (0 if one[1].overdue or one[1].unreachable or not one[1].sent else 1, one[0])
    )


def _readers(tx: Tx, notice_id: str, people: set[str], relays: Sequence[Row[Any]], latest: int) -> Mapping[str, Reader]:
    receipts = notice_parts.receipts_for(tx, notice_id, people)
    persons = {row.id: row for row in directory.people_named(tx, people)}
    clients = {row.id: row for row in notices.clients_in(tx, notice_id, {row.client_id for row in receipts})}
    reach = {row.person_id: row for row in notice_counts.reach_of_people(tx, notice_id, people)}
    told = {row.person_id: row.told_at for row in relays if row.number == latest and row.state in TOLD}
    return {
        row.person_id: Reader(
            receipt=row,
            person=persons[row.person_id],
            client=clients[row.client_id],
            places=(),
            platforms=(),
            reached_at=reach[row.person_id].reached_at,
            waits_until=reach[row.person_id].waits_until,
            informed_at=told.get(row.person_id),
            stage=stage_of(row.state, reach[row.person_id].reached_at is not None, row.person_id in told),
        )
        for row in receipts
    }
