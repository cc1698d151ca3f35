"""Whom a notice is for: per client and office the emergency contacts, resolved for all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.authority import Away, Given, Member, Roster
from handlers.mechanisms.broadcast import Expected, Preview
from handlers.mechanisms.places import Office
from handlers.mechanisms.quiet import Quiet
from handlers.mechanisms.rights import missing
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
    _wide: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    """What is the same for every office of a client is found once."""

    def chosen(self, office: Office) -> Iterator[Chosen]:
        """The first reachable holder at the office and the first of the whole client, after those out of reach."""
        client_id, location_id = office.client.id, office.location_id
        roster = self.rosters[client_id]
        local = tuple(one for one in roster.given if one.location_id == location_id and one.location_id)
        found = _first_of(Roster(roster.members, local, None, roster.away), location_id) if local else []
        if client_id not in self._wide:
            wide = tuple(one for one in roster.given if not one.location_id)
            self._wide[client_id] = _first_of(Roster(roster.members, wide, roster.default_id, roster.away), "")
        taken: set[str] = set()
        for id_, why, problem in (*found, *self._wide[client_id]):
            if id_ not in taken:
                taken.add(id_)
                yield Chosen(office, self.people[id_], why, problem)

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


def preview_of(tx: Tx, notice_id: str, now: datetime) -> Preview:
    """Who would get a draft if it were sent now."""
    notice = notices.notice(tx, notice_id)
    if notice is None:
        raise missing("notice")
    clients = {row.id: row for row in notices.clients_in(tx, notice_id)}
    known = look_up(tx, list(clients.values()), now)
    expected: dict[tuple[str, str], Expected] = {}
    problems = []
    for row in notices.places_of(tx, notice_id):
        client = clients[row.client_id]
        office = Office(client, row.location_id, row.office or client.name)
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
    quiet = Quiet(tx, clients, notice.severity, now)
    reachable = [one for one in expected.values() if not one.problem]
    held = sum(quiet.until(one.person) > now for one in reachable)
    return Preview(tuple(clients.values()), tuple(expected.values()), tuple(problems), held)


def _first_of(holders: Roster, location_id: str) -> list[tuple[str, str, str]]:
    """(person, why, problem) of the first holder who can be reached, after those who cannot."""
    present = holders.chain(ROLE, location_id)
    wished = replace(holders, away={}).chain(ROLE, location_id) if holders.away else present
    absent = wished[0] if wished and wished[0] in holders.away else ""
    found: list[tuple[str, str, str]] = []
    for id_ in present:
        why = "next" if found else f"for:{absent}" if absent else "primary"
        if holders.members[id_].reachable:
            return [*found, (id_, why, "")]
        found.append((id_, why, NO_ACCOUNT))
    return found
