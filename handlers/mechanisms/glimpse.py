"""A notice as some of its readers see it: their own rows, and of all the others no more than what stands on cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from handlers.mechanisms.broadcast import WAITED_FOR, Broadcast, Listed, Place, Reader, place_of, stage_of
from handlers.mechanisms.relaying import TOLD
from storage.queries import directory, notice_parts, notices
from storage.rows import Row
from storage.store import Tx


def load_for_readers(tx: Tx, notice_id: str, people: Collection[Row[Any]]) -> dict[str, Broadcast]:
    """client id -> its part of a notice, in a handful of statements, however many read it and however many clients
    there are.

    Of the readers, places and relays there are those of these people, besides the places for which it means something
    of their own. What only a board says of a reader is left out: the platforms, when it was reached, until when it
    waits.
    """
    notice = notices.notice(tx, notice_id)
    asked = {row.id: row for row in people if row.client_id is not None}
    wanted = {row.client_id for row in asked.values()}
    if notice is None or not wanted:
        return {}
    clients = {row.id: row for row in notices.clients_in(tx, notice_id, wanted)}
    receipts = [row for row in notice_parts.receipts_for(tx, notice_id, asked) if row.client_id in clients]
    theirs = {id_ for row in receipts for id_ in row.places}
    places = [place_of(row, clients[row.client_id]) for row in notice_parts.places_among(tx, notice_id, wanted, theirs)]
    updates = tuple(notices.updates_of(tx, notice_id))
    relays = notice_parts.relays_for(tx, notice_id, asked)
    told = {row.person_id: row.told_at for row in relays if row.number == len(updates) and row.state in TOLD}
    named = {place.id: place for place in places}
    readers = _sorted(
        (row.client_id, _reader(row, asked[row.person_id], clients[row.client_id], named, told)) for row in receipts
    )
    listed = _sorted(
        (row.client_id, Listed(row.person_id, row.name, stage_of(row.state, False, False) in WAITED_FOR, row.places))
        for row in notice_parts.listed(tx, notice_id, wanted)
    )
    by_client = _sorted((place.client.id, place) for place in places)
    told_by = _sorted((row.client_id, row) for row in relays)
    whole = Broadcast(
        notice=notice,
        updates=updates,
        places=(),
        readers=(),
        relays=(),
        owner=directory.person(tx, notice.owner_id) if notice.owner_id else None,
        about=notices.notice(tx, notice.about_id) if notice.about_id else None,
    )
    return {
        id_: replace(
            whole,
            places=tuple(mine),
            readers=tuple(readers[id_]),
            relays=tuple(told_by[id_]),
            clients={id_: clients[id_]},
            listed=tuple(listed[id_]),
        )
        for id_, mine in by_client.items()
    }


def _reader(
    receipt: Row[Any], person: Row[Any], client: Row[Any], places: Mapping[str, Place], told: Mapping[str, Any]
) -> Reader:
    return Reader(
        receipt=receipt,
        person=person,
        client=client,
        places=tuple(places[id_] for id_ in receipt.places),
        platforms=(),
        reached_at=None,
        informed_at=told.get(person.id),
        stage=stage_of(receipt.state, False, person.id in told),
    )


def _sorted(found: Any) -> defaultdict[str, list[Any]]:
    sorted_: defaultdict[str, list[Any]] = defaultdict(list)
    for client_id, one in found:
        sorted_[client_id].append(one)
    return sorted_
