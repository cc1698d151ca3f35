"""Whom a notice is for: per client and office the emergency contacts, resolved for all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.authority import Away, Given, Member, Roster
from handlers.commands import RaiseNotice, Refused
from handlers.context import Who
from handlers.mechanisms.broadcast import Expected, Preview
from handlers.mechanisms.places import Office, offices_named
from handlers.mechanisms.quiet import Quiet
from storage.queries import audiences, notices
from storage.rows import Row
from storage.store import Tx

ROLE = "emergency"
NO_ACCOUNT = "no chat account"


@dataclass(frozen=True)
class Chosen:
    """One person for one office: asked, or (`problem`) to be asked and out of reach."""

    office: Office
    person: Row[Any]
    why: str
    problem: str = ""


@dataclass(frozen=True)
class Directory:
    """What is known of the people of some clients: who holds the role, who is away, who has which accounts."""

    rosters: Mapping[str, Roster]
    people: Mapping[str, Row[Any]]
    platforms: Mapping[str, tuple[str, ...]]

    def chosen(self, office: Office) -> Iterator[Chosen]:
        """The first reachable holder at the office and the first of the whole client, after those out of reach."""
        roster = self.rosters[office.client.id]
        taken: set[str] = set()
        for holders in _chains(roster, office):
            wished = _first(replace(holders, away={}).chain(ROLE, office.location_id))
            lost = False
            for id_ in holders.chain(ROLE, office.location_id):
                reachable = roster.members[id_].reachable
                stands_in = wished != id_ and wished in roster.away
                why = "next" if lost else f"for:{wished}" if stands_in else "primary"
                if id_ not in taken:
                    taken.add(id_)
                    yield Chosen(office, self.people[id_], why, "" if reachable else NO_ACCOUNT)
                if reachable:
                    break
                lost = True

    def next_for(self, office: Office, asked: Collection[str]) -> Row[Any] | None:
        """Who is to be asked after these: the next reachable holder of the office or its client."""
        roster = self.rosters[office.client.id]
        for id_ in roster.chain(ROLE, office.location_id):
            if id_ not in asked and roster.members[id_].reachable:
                return self.people[id_]
        return None

    def listens(self, person_id: str, client_id: str) -> bool:
        """Whether this person works there, is not away and can be reached."""
        roster = self.rosters[client_id]
        return roster.present(person_id) and roster.members[person_id].reachable


def look_up(tx: Tx, clients: Sequence[Row[Any]], now: datetime, *, everybody: bool = False) -> Directory:
    """The people of these clients who may come into question; `everybody`: these are all the clients there are."""
    ids = None if everybody else [row.id for row in clients]
    platforms: dict[str, dict[str, None]] = {}
    for account in audiences.accounts(tx, ids, ROLE, now):
        platforms.setdefault(account.person_id, {})[account.platform] = None
    people = {row.id: row for row in audiences.holders(tx, ids, ROLE, now)}
    members: dict[str, dict[str, Member]] = {row.id: {} for row in clients}
    given: dict[str, list[Given]] = {row.id: [] for row in clients}
    away: dict[str, dict[str, Away]] = {row.id: {} for row in clients}
    for row in people.values():
        members.get(row.client_id, {})[row.id] = Member(
            row.id, row.name, row.state == "active", row.ask_last, row.location_id or "", row.id in platforms
        )
    for grant in audiences.grants(tx, ids, ROLE):
        given.get(grant.client_id, []).append(Given(ROLE, grant.person_id, grant.rank, grant.location_id))
    for row in audiences.away(tx, ids, now):
        away.get(row.client_id, {})[row.person_id] = Away(row.ends_at, row.delegate_id)
    rosters = {
        row.id: Roster(members[row.id], tuple(given[row.id]), row.default_contact_id, away[row.id]) for row in clients
    }
    return Directory(rosters, people, {id_: tuple(found) for id_, found in platforms.items()})


def preview(tx: Tx, command: RaiseNotice, who: Who, now: datetime) -> Preview:
    """Who would get such a notice now. Raises `Refused` for clients and offices that do not exist or are not one's."""
    offices = offices_named(tx, command.clients, command.locations, who)
    return _preview(tx, offices, command.severity, now)


def preview_of(tx: Tx, notice_id: str, now: datetime) -> Preview:
    """Who would get a draft if it were sent now, and who got a notice that was."""
    notice = notices.notice(tx, notice_id)
    if notice is None:
        raise Refused("This notice does not exist (any more).", code="not_found")
    clients = {row.id: row for row in notices.clients_in(tx, notice_id)}
    offices = [
        Office(clients[row.client_id], row.location_id, row.office or clients[row.client_id].name)
        for row in notices.places_of(tx, notice_id)
    ]
    return _preview(tx, offices, notice.severity, now)


def _preview(tx: Tx, offices: Sequence[Office], severity: int, now: datetime) -> Preview:
    clients = list({office.client.id: office.client for office in offices}.values())
    known = look_up(tx, clients, now)
    expected: dict[tuple[str, str], Expected] = {}
    problems = []
    for office in offices:
        found = list(known.chosen(office))
        for one in found:
            key = one.person.id, one.problem
            before = expected.get(key)
            names = (*before.places, office.name) if before else (office.name,)
            why = before.why if before else one.why
            platforms = known.platforms.get(one.person.id, ())
            expected[key] = Expected(office.client, one.person, names, why, platforms, one.problem)
        if all(one.problem for one in found):
            problems.append(f"Nobody can be reached for {office.title}: call the numbers on file.")
    quiet = Quiet(tx, {client.id: client for client in clients}, severity, now)
    reachable = [one for one in expected.values() if not one.problem]
    held = sum(quiet.until(one.person) > now for one in reachable)
    return Preview(tuple(clients), tuple(expected.values()), tuple(problems), held)


def _chains(roster: Roster, office: Office) -> Iterator[Roster]:
    """The holders at the office, then those of the whole client, as two rosters."""
    local = tuple(one for one in roster.given if one.location_id == office.location_id and one.location_id)
    if local:
        yield replace(roster, given=local, default_id=None)
    yield replace(roster, given=tuple(one for one in roster.given if not one.location_id))


def _first(ids: Sequence[str]) -> str:
    return ids[0] if ids else ""
