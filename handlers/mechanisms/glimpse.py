"""A notice as some of its readers see it: their own rows, and of all the others no more than what stands on cards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from handlers.mechanisms.broadcast import WAITED_FOR, Broadcast, Listed, Place, Reader, place_of, stage_of
from handlers.mechanisms.relaying import TOLD
from storage.queries import directory, notice_parts, notices
from storage.rows import Row
from storage.store import Tx


def load_for_readers(tx: Tx, notice_id: str, people: Collection[str]) -> dict[str, Broadcast]:
    """client id -> its part of a notice, in a handful of statements, however many read it and however many clients
    there are.

    Of the readers, places and relays there are those of these people (ids), besides the places for which it means
    something of their own. What only a board says of a reader is left out: why it was asked and when, the platforms,
    when it was reached, until when it waits. A reader's person and receipt are one row.
    """
    notice = next(iter(notices.NOTICE.named(tx, id=notice_id)), None)
    receipts = notice_parts.readers(tx, notice_id, people) if notice is not None else ()
    if notice is None or not receipts:
        return {}
    wanted = {row.client_id for row in receipts}
    clients = {row.id: row for row in notice_parts.clients_named(tx, wanted)}
    theirs = {id_ for row in receipts for id_ in row.places}
    updates = tuple(notices.updates_of(tx, notice_id))
    parts = {id_: _Part() for id_ in clients}
    named: dict[str, Place] = {}
    for row in notice_parts.places_among(tx, notice_id, wanted, theirs):
        place = named[row.id] = place_of(row, clients[row.client_id])
        parts[row.client_id].places.append(place)
    told: dict[str, Any] = {}
    for row in notice_parts.relays_for(tx, notice_id, people):
        if row.client_id in parts:
            parts[row.client_id].relays.append(row)
        if row.number == len(updates) and row.state in TOLD:
            told[row.person_id] = row.told_at
    for row in receipts:
        if (id_ := row.client_id) in parts:
            parts[id_].readers.append(_reader(row, clients[id_], named, told))
    for id_, person_id, name, state, places in notice_parts.listed(tx, notice_id, wanted):
        if id_ in parts:
            parts[id_].listed.append(Listed(person_id, name, state in WAITED_FOR, places))
    owner = directory.person(tx, notice.owner_id) if notice.owner_id else None
    about = notices.notice(tx, notice.about_id) if notice.about_id else None
    return {
        id_: Broadcast(
            notice=notice,
            updates=updates,
            places=tuple(part.places),
            readers=tuple(part.readers),
            relays=tuple(part.relays),
            owner=owner,
            about=about,
            clients={id_: clients[id_]},
            listed=tuple(part.listed),
        )
        for id_, part in parts.items()
        if part.places
    }


class _Part:
    """What belongs to one client, as it is found."""

    __slots__ = ("listed", "places", "readers", "relays")

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.readers: list[Reader] = []
        self.relays: list[Row[Any]] = []
        self.listed: list[Listed] = []


def _reader(row: Row[Any], client: Row[Any], places: Mapping[str, Place], told: Mapping[str, Any]) -> Reader:
    return Reader(
        receipt=row,
        person=row,
        client=client,
        places=tuple([places[id_] for id_ in row.places]),
        platforms=(),
        reached_at=None,
        informed_at=told.get(row.id),
        stage=stage_of(row.state, False, row.id in told),
    )
