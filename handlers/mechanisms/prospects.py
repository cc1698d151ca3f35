"""What happens next by itself about a notice when nobody answers: who is asked, reminded or told to call, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from handlers.mechanisms.audience import ROLE, Directory, look_up
from handlers.mechanisms.broadcast import Broadcast, Place
from handlers.mechanisms.enlisting import ladder_of, office_of
from handlers.mechanisms.summoning import ABOVE, SOUGHT
from storage.queries import audiences, directory, notice_parts, timers
from storage.queries.notice_parts import Rung
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
_NOBODY: frozenset[str] = frozenset()


def of_parts(tx: Tx, parts: Collection[Broadcast], now: datetime) -> Prospects:
    """For the readers of some clients' parts of one notice, in a handful of statements."""
    silent: dict[str, Place] = {}
    for part in parts:
        theirs = {id_ for one in part.readers for id_ in one.receipt.places} if part.is_open else _NOBODY
        silent |= {id_: place for place in part.places if (id_ := place.id) in theirs and place.row.acked_by is None}
    drafts = {row.id: row for part in parts for row in part.relays if row.state == "draft"}
    if not silent and not drafts:
        return NOTHING
    some = next(iter(parts))
    clients = [id_ for part in parts for id_ in part.clients]
    plans = {ladder_of(id_, some.notice.round): id_ for id_ in silent}
    asked = notice_parts.rungs(tx, str(some.ref), plans) if plans else {}
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
    asking = {rungs: any(map(_asks_backup, rungs)) for rungs in set(asked.values())}
    climbs = {id_: silent[id_] for plan, rungs in asked.items() if asking[rungs] for id_ in (plans[plan],)}
    known = _known(tx, climbs, readers, now)
    return Prospects(
        {
            (id_ := plans[plan]): _place_steps(silent[id_], rungs, staff, known, readers.get(id_, _NOBODY))
            for plan, rungs in asked.items()
        },
        {id_: _relay_steps(drafts[id_], rows, staff) for id_, rows in told.items()},
    )


def _asks_backup(rung: Rung) -> bool:
    return rung.deed == BACKUP and rung.state == "waiting"


def _known(
    tx: Tx, climbs: Mapping[str, Place], readers: Mapping[str, AbstractSet[str]], now: datetime
) -> Directory | None:
    """The people of those clients where somebody is left to be asked at one of these places; None where nobody is.

    Whoever was given the role, is the default contact or stands in may be; who it is takes more of the directory.
    """
    if not climbs:
        return None
    clients = {place.row.client_id for place in climbs.values()}
    able: dict[tuple[str, str], set[str]] = {}
    for client_id, location_id, person_id in notice_parts.able(tx, clients, ROLE, now):
        able.setdefault((client_id, location_id), set()).add(person_id)
    left = {}
    for id_, place in climbs.items():
        client_id, asked, default_id = place.row.client_id, readers.get(id_, _NOBODY), place.client.default_contact_id
        anywhere, there = able.get((client_id, ""), _NOBODY), able.get((client_id, place.row.location_id), _NOBODY)
        if not ((not default_id or default_id in asked) and anywhere <= asked and there <= asked):
            left[client_id] = place.client
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
                if name := self._first.get((role, whose)):
                    return name
        return self.owner

    @cached_property
    def _first(self) -> Mapping[tuple[str, str], str]:
        """(role, client id) -> the first who has this duty."""
        return {(row.role, row.client_id): str(row.name) for row in reversed(self.duties)}


def _staff(tx: Tx, clients: Collection[str], part: Broadcast, places: Collection[Place]) -> _Staff:
    duties = audiences.duties(tx, clients)
    names = {str(row.person_id): str(row.name) for row in duties}
    missing = {place.row.csm_id for place in places if place.row.csm_id} - names.keys()
    names |= {row.id: row.name for row in directory.people_named(tx, missing)} if missing else {}
    return _Staff(duties, names, part.owner.name if part.owner is not None else "")


def _place_steps(
    place: Place, rungs: tuple[Rung, ...], staff: _Staff, known: Directory | None, asked: AbstractSet[str]
) -> tuple[Step, ...]:
    names, client_id = [], place.row.client_id
    known = known if known is not None and client_id in known.rosters else None
    seen = asked
    for rung in rungs:
        name = ""
        if rung.deed in TELLING:
            name = staff.told(rung.deed, client_id, place.row.csm_id)
        elif known is not None and _asks_backup(rung):
            backup = known.next_for(office_of(place), seen)
            if backup is not None:
                seen = {*seen, backup.id}
                name = str(backup.name)
        names.append(name)
    return _steps(rungs, tuple(names))


@lru_cache(maxsize=1024)
def _steps(rungs: tuple[Rung, ...], names: tuple[str, ...]) -> tuple[Step, ...]:
    """The same for thousands of places, which are then known to be alike at a glance."""
    return tuple(
        Step(rung.deed, rung.due_at, name, rung.state == "done") for rung, name in zip(rungs, names, strict=True)
    )


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
