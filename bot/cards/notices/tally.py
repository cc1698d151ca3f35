"""Counts the readers of a notice for its board: in all, by client, and who needs somebody to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.mechanisms.broadcast import READ, Broadcast, Place, Reader
from storage.rows import Row


@dataclass(frozen=True)
class Tally:
    """How many of some readers are how far. `sent` counts those it was sent to, `reached` those who have it."""

    sent: int
    reached: int
    acknowledged: int
    covered: int
    relayed: int
    overdue: int
    unreachable: int

    @property
    def quiet(self) -> bool:
        """Whether nobody has to look here: everybody could be reached, and somebody has read it for every place."""
        return bool(self.sent) and self.acknowledged + self.covered == self.sent


def tally(readers: Sequence[Reader]) -> Tally:
    """The counts of these readers; who is covered by a colleague has not acknowledged."""
    return Tally(
        sent=len(readers),
        reached=sum(one.reached_at is not None or one.stage in READ for one in readers),
        acknowledged=sum(one.stage in READ for one in readers),
        covered=sum(one.stage == "covered" for one in readers),
        relayed=sum(one.informed_at is not None for one in readers),
        overdue=sum(one.stage == "overdue" for one in readers),
        unreachable=sum(one.stage == "undeliverable" for one in readers),
    )


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
