"""What happens next by itself about a notice when nobody answers: who is asked, reminded or told to call, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from handlers.mechanisms.audience import ROLE, Directory, look_up
from handlers.mechanisms.broadcast import Broadcast, Place
from handlers.mechanisms.enlisting import ladder_of, office_of
from handlers.mechanisms.summoning import ABOVE, SOUGHT
from storage.queries import audiences, directory, notice_parts, timers
from storage.rows import Row
from storage.store import Tx

BACKUP, TELLING = "add_backup", ("tell_csm", "tell_supervisor")


class Step(NamedTuple):
    """One rung: its deed, when it is due, and whom it brings in by name ("" where there is nobody new)."""

    deed: str
    due_at: datetime
    name: str = ""
    done: bool = False


@dataclass(frozen=True)
class Prospects:
    """The rungs, in order, of what nobody has acknowledged (by the place's id) or told the staff (by the relay's)."""

    places: Mapping[str, tuple[Step, ...]]
    relays: Mapping[str, tuple[Step, ...]]


NOTHING = Prospects({}, {})


def of_parts(tx: Tx, parts: Collection[Broadcast], now: datetime) -> Prospects:
    """For the readers of some clients' parts of one notice, in a handful of statements."""
    silent = {
        place.id: place
        for part in parts
        if part.is_open
        for one in part.readers
        for place in one.places
        if place.row.acked_by is None
    }
    drafts = {row.id: row for part in parts for row in part.relays if row.state == "draft"}
    if not silent and not drafts:
        return NOTHING
    some = next(iter(parts))
    clients = {id_: row for part in parts for id_, row in part.clients.items()}
    plans = {ladder_of(id_, some.notice.round): id_ for id_ in silent}
    asked = _by(notice_parts.rungs(tx, str(some.ref), plans), lambda row: plans[row.plan]) if plans else {}
    told = _by(timers.of_subjects(tx, [f"relay:{id_}" for id_ in drafts]), _relay_id) if drafts else {}
    if not asked and not told:
        return NOTHING
    staff = _staff(tx, clients, some, silent.values())
    readers: dict[str, set[str]] = {}
    for part in parts:
        for one in part.everybody:
            for id_ in one.places:
                if id_ in silent:
                    readers.setdefault(id_, set()).add(one.person_id)
    climbs = [silent[id_] for id_, rows in asked.items() if any(_asks_backup(row) for row in rows)]
    known = _known(tx, climbs, readers, now)
    return Prospects(
        {id_: _place_steps(silent[id_], rows, staff, known, readers.get(id_, set())) for id_, rows in asked.items()},
        {id_: _relay_steps(drafts[id_], rows, staff) for id_, rows in told.items()},
    )


def _asks_backup(row: Row[Any]) -> bool:
    return bool(row.deed == BACKUP and row.state == "waiting")


def _known(tx: Tx, climbs: Sequence[Place], readers: Mapping[str, set[str]], now: datetime) -> Directory | None:
    """The people of those clients where somebody is left to be asked at one of these places; None where nobody is.

    Whoever was given the role, is the default contact or stands in may be; who it is takes more of the directory.
    """
    clients = {place.client.id: place.client for place in climbs}
    if not clients:
        return None
    given: dict[tuple[str, str], set[str]] = {}
    for row in audiences.grants(tx, list(clients), ROLE):
        given.setdefault((row.client_id, row.location_id), set()).add(row.person_id)
    stand_ins: dict[str, set[str]] = {}
    for row in audiences.away(tx, list(clients), now):
        stand_ins.setdefault(row.client_id, set()).update({row.delegate_id} - {None})
    left = {}
    for place in climbs:
        client = place.client
        able = {client.default_contact_id} - {None} | given.get((client.id, ""), set())
        able |= given.get((client.id, place.row.location_id), set()) | stand_ins.get(client.id, set())
        if able - readers.get(place.id, set()):
            left[client.id] = client
    return look_up(tx, list(left.values()), now) if left else None


def of_relay(tx: Tx, relay: Row[Any]) -> tuple[Step, ...]:
    """The rungs of one draft for the staff."""
    rows = _by(timers.of_subjects(tx, [f"relay:{relay.id}"]), _relay_id) if relay.state == "draft" else {}
    if not rows:
        return ()
    return _relay_steps(relay, rows[relay.id], _Staff(audiences.duties(tx, [relay.client_id])))


@dataclass(frozen=True)
class _Staff:
    """Who of the provider is told: the CSM of the place, else of the client, and who stands above."""

    duties: Sequence[Row[Any]]
    names: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def told(self, deed: str, client_id: str, csm_id: str | None = None) -> str:
        """A name, "" where the provider has named nobody; a duty for this client goes before one for all of them."""
        if deed == "tell_csm" and csm_id and csm_id in self.names:
            return self.names[csm_id]
        if (deed, client_id) not in self._known:
            self._known[deed, client_id] = self._named(deed, client_id)
        return self._known[deed, client_id]

    def _named(self, deed: str, client_id: str) -> str:
        for role in ABOVE if deed == "tell_supervisor" else SOUGHT:
            for whose in (client_id, ""):
                for row in self.duties:
                    if row.role == role and row.client_id == whose:
                        return str(row.name)
        return self.owner


def _staff(tx: Tx, clients: Collection[str], part: Broadcast, places: Collection[Place]) -> _Staff:
    duties = audiences.duties(tx, clients)
    names = {str(row.person_id): str(row.name) for row in duties}
    missing = {place.row.csm_id for place in places if place.row.csm_id} - names.keys()
    names |= {row.id: row.name for row in directory.people_named(tx, missing)} if missing else {}
    return _Staff(duties, names, part.owner.name if part.owner is not None else "")


def _place_steps(
    place: Place, rows: Sequence[Row[Any]], staff: _Staff, known: Directory | None, asked: set[str]
) -> tuple[Step, ...]:
    steps, seen = [], set(asked)
    for row in rows:
        name = ""
        if row.deed in TELLING:
            name = staff.told(row.deed, place.client.id, place.row.csm_id)
        elif _asks_backup(row) and known is not None and place.client.id in known.rosters:
            backup = known.next_for(office_of(place), seen)
            if backup is not None:
                seen.add(backup.id)
                name = str(backup.name)
        steps.append(Step(row.deed, row.due_at, name, row.state == "done"))
    return tuple(steps)


def _relay_steps(relay: Row[Any], rows: Sequence[Row[Any]], staff: _Staff) -> tuple[Step, ...]:
    return tuple(
        Step(
            row.deed,
            row.due_at,
            staff.told(row.deed, relay.client_id) if row.deed in TELLING else "",
            row.state == "done",
        )
        for row in rows
    )


def _relay_id(row: Row[Any]) -> str:
    return str(row.subject).partition(":")[2]


def _by(rows: Sequence[Row[Any]], key: Any) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        if row.state in ("waiting", "done"):
            found.setdefault(key(row), []).append(row)
    return found
