"""Sorts the readers of a notice by client, where each of them is named."""

from __future__ import annotations

from typing import Any

from handlers.mechanisms.broadcast import Broadcast, Place, Reader
from storage.rows import Row


def by_client(broadcast: Broadcast) -> list[tuple[Row[Any], list[Reader]]]:
    """Every client with its readers, those with a problem first, then by name."""
    found: dict[str, tuple[Row[Any], list[Reader]]] = {}
    for place in broadcast.places:
        found.setdefault(place.client.id, (place.client, []))
    for reader in broadcast.readers:
        found.setdefault(reader.client.id, (reader.client, []))[1].append(reader)
    rank = {"undeliverable": 0, "overdue": 0}
    return sorted(
        found.values(),
        key=lambda one: (min((rank.get(reader.stage, 1) for reader in one[1]), default=0), one[0].name),
    )


def offices_of(broadcast: Broadcast, client_id: str) -> list[Place]:
    """The offices of a client that the notice names; none where it is the whole company."""
    return [place for place in broadcast.places if place.client.id == client_id and place.row.location_id]
