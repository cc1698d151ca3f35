"""Where a notice applies: the clients and offices that somebody names, each office once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.commands import Refused
from handlers.context import Who
from handlers.words import storable
from storage.queries import audiences
from storage.rows import Row
from storage.store import Tx

SERVED = ("onboarding", "active")
EVERYBODY = "all"


@dataclass(frozen=True)
class Office:
    """An office of a client; `location_id` "" is the whole client, which then has none."""

    client: Row[Any]
    location_id: str
    name: str

    @property
    def title(self) -> str:
        """The office with its client, as it stands in a list of many clients."""
        return f"{self.client.name}, {self.name}" if self.location_id else str(self.client.name)


def offices_named(tx: Tx, clients: Iterable[str], locations: Iterable[str], who: Who) -> list[Office]:
    """Every office that is meant, by client and name. Raises `Refused` with the form's field for what does not fit."""
    rows = _clients(tx, [name.strip() for name in clients], who)
    known: dict[str, list[Row[Any]]] = {row.id: [] for row in rows}
    for office in audiences.offices(tx, [row.id for row in rows]):
        known[office.client_id].append(office)
    wanted = [name.strip() for name in locations if name.strip()]
    if wanted:
        return _chosen(rows, known, wanted)
    return [office for row in rows for office in _all_of(row, known[row.id])]


def _clients(tx: Tx, names: Sequence[str], who: Who) -> list[Row[Any]]:
    wanted = [name for name in names if name]
    if not wanted:
        raise Refused("Please choose at least one client.", field="clients", code="invalid")
    if any(name.casefold() == EVERYBODY for name in wanted):
        served = [row for row in audiences.clients_in_stage(tx, SERVED) if who.acts_for(row.id)]
        if not served:
            raise Refused("There is no client with an active service agreement.", field="clients", code="blocked")
        return served
    found = [row for row in audiences.clients_named(tx, filter(storable, wanted)) if who.acts_for(row.id)]
    for name in wanted:
        meant = [row for row in found if name.casefold() in (row.slug.casefold(), row.code.casefold(), _low(row))]
        if not meant:
            raise Refused(f"There is no client called {name[:60]}.", field="clients", code="not_found")
    for row in found:
        if row.stage not in SERVED:
            raise Refused(
                f"{row.name} is {row.stage}: notices need an active service agreement.", field="clients", code="blocked"
            )
    return found


def _low(row: Row[Any]) -> str:
    return str(row.name).casefold()


def _all_of(client: Row[Any], offices: Sequence[Row[Any]]) -> list[Office]:
    return [Office(client, row.id, row.name) for row in offices] or [Office(client, "", client.name)]


def _chosen(rows: Sequence[Row[Any]], known: dict[str, list[Row[Any]]], wanted: Sequence[str]) -> list[Office]:
    """The offices called "client/office", or "office" where only one client is meant; a client not named keeps all."""
    found: dict[str, Office] = {}
    narrowed: set[str] = set()
    for name in wanted:
        whose, slash, which = name.rpartition("/")
        fits = [row for row in rows if not slash or whose.casefold() in (row.slug, row.code.casefold(), _low(row))]
        if not slash and len(rows) > 1:
            raise Refused(
                f"Please write client/office instead of {name[:60]}: several clients are chosen.",
                field="locations",
                code="invalid",
            )
        offices = [
            (row, office)
            for row in fits
            for office in known[row.id]
            if which.casefold() in (office.slug.casefold(), office.name.casefold(), office.id)
        ]
        if not offices:
            raise Refused(f"There is no office called {name[:60]}.", field="locations", code="not_found")
        for row, office in offices:
            narrowed.add(row.id)
            found[office.id] = Office(row, office.id, office.name)
    rest = [office for row in rows if row.id not in narrowed for office in _all_of(row, known[row.id])]
    order = {row.id: place for place, row in enumerate(rows)}
    return sorted([*found.values(), *rest], key=lambda office: (order[office.client.id], office.name))
