"""Who reads a notice: writes the receipts of everybody it is for, and plans what happens where nobody acknowledges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from handlers import ladders
from handlers.context import Work
from handlers.mechanisms import announcing, summoning
from handlers.mechanisms.audience import Directory, look_up
from handlers.mechanisms.broadcast import Place, place_of
from handlers.mechanisms.places import Office
from handlers.mechanisms.quiet import Quiet
from storage.queries import bulk, notices
from storage.rows import Row

LADDER_DEEDS = frozenset(get_args(ladders.Deed))
"""What a ladder plans; other timers of a notice live on their own."""
AGAIN = 100
"""More rungs than any ladder has: those planned anew at a version of the notice count on from so many times it."""


@dataclass(frozen=True)
class Audience:
    """Where a notice applies and who is there, as it is now."""

    places: tuple[Place, ...]
    known: Directory
    quiet: Quiet

    @property
    def clients(self) -> dict[str, Row[Any]]:
        """The clients by id."""
        return dict(self.quiet.clients)


def audience_of(work: Work, notice: Row[Any], client_id: str | None = None) -> Audience:
    """The places of a notice (of one client, if given), and everybody who may come into question there."""
    clients = list(notices.clients_in(work.tx, notice.id, client_id))
    named = {row.id: row for row in clients}
    places = tuple(place_of(row, named[row.client_id]) for row in notices.places_of(work.tx, notice.id, client_id))
    quiet = announcing.quiet_of(work, notice, clients)
    return Audience(places, look_up(work.tx, clients, work.now), quiet)


def office_of(place: Place) -> Office:
    """A place as the directory knows it."""
    return Office(place.client, place.row.location_id, place.name)


def enlist(
    work: Work, notice: Row[Any], audience: Audience, known: Mapping[str, Row[Any]]
) -> dict[str, list[Row[Any]]]:
    """Writes receipts for everybody chosen who has none (`known`: person -> receipt), and tells each client's CSM who
    cannot be reached and where nobody can; -> place -> the people who can be reached for it."""
    rows: dict[str, dict[str, Any]] = {}
    asked: dict[str, list[Row[Any]]] = {}
    lost: dict[str, list[Row[Any]]] = {}
    empty: list[Place] = []
    for place in audience.places:
        chosen = list(audience.known.chosen(office_of(place)))
        if all(one.problem for one in chosen):
            empty.append(place)
        for one in chosen:
            person = one.person
            if not one.problem:
                asked.setdefault(place.id, []).append(person)
            elif person not in lost.setdefault(place.client.id, []):
                lost[place.client.id].append(person)
            if person.id in known:
                continue
            row = rows.get(person.id)
            if row is None:
                rows[person.id] = receipt(work, notice, place, person, one.why, one.problem)
            elif place.id not in row["places"]:
                row["places"].append(place.id)
    notices.add_receipts(work.tx, list(rows.values()))
    summoning.out_of_reach(work, notice, audience.clients, lost, empty)
    return asked


def receipt(
    work: Work, notice: Row[Any], place: Place, person: Row[Any], why: str, problem: str = ""
) -> dict[str, Any]:
    """A row for one reader of one place."""
    return {
        "id": work.new_id("rcp"),
        "notice_id": notice.id,
        "client_id": place.client.id,
        "person_id": person.id,
        "places": [place.id],
        "why": why,
        "state": "undeliverable" if problem else "queued",
        "reason": problem,
        "asked_at": work.now,
        "via": "",
        "trouble": "",
    }


def ladder_of(place_id: str, round_: int) -> str:
    """The plan of what happens when nobody acknowledges a place in one round."""
    return f"ack:{place_id}:{round_}"


def plan_ladders(
    work: Work, notice: Row[Any], audience: Audience, asked: Mapping[str, Sequence[Row[Any]]], *, again: bool = False
) -> None:
    """Plans, for each place that nobody has acknowledged, what happens on silence: from when its first reader sees it.

    `again`: by another severity than before; the rungs get numbers of their own.
    """
    rungs: dict[tuple[int, str, datetime], list[str]] = {}
    silent = [place for place in audience.places if place.row.acked_by is None]
    for place in silent:
        since = min((audience.quiet.until(person) for person in asked.get(place.id, ())), default=work.now)
        for rung in audience.quiet.plan(f"sev{notice.severity}", place.client, place.row.location_id, since):
            position = rung.position + (AGAIN * notice.version if again else 0)
            rungs.setdefault((position, rung.deed, rung.due_at), []).append(place.id)
    for (position, deed, due_at), places in rungs.items():
        whole = len(places) == len(audience.places)
        prefix, suffix = ladder_of("", notice.round).split("::")
        bulk.plan_places(
            work.tx,
            notice.id,
            None if whole else places,
            id_prefix=work.new_id("tmr"),
            plan=(f"{prefix}:", f":{suffix}"),
            position=position,
            deed=deed,
            due_at=due_at,
        )
