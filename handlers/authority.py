"""Who may do what, for which client: pure questions about a roster, answered with a step or a sentence.

Resolution of a role (glossary: `role`, `rank`, `default_contact`): holders at the location, then holders of the whole
client, each by rank; a role without a primary is held by the client's default key contact; people who are away are
passed over, and when nobody of a role is left the default key contact holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

ROLES = ("liaison", "emergency", "downtime", "purchasing", "billing", "security", "people", "strategy", "vendor")
"""The nine roles of a key contact."""

STAFF_ROLES = ("csm", "vcio", "cse", "supervisor")
"""What people of the provider are for a client."""


@dataclass(frozen=True)
class Member:
    """A person of a client, as far as authority asks. `reachable` means at least one live account."""

    id: str
    name: str
    active: bool = True
    ask_last: bool = False
    location_id: str = ""
    reachable: bool = True


@dataclass(frozen=True)
class Given:
    """One role given to one person, for a location or (empty) the whole client."""

    role: str
    person_id: str
    rank: int
    location_id: str = ""


@dataclass(frozen=True)
class Away:
    """Until when a person is away, and who stands in."""

    until: datetime
    delegate_id: str | None = None


@dataclass(frozen=True)
class Roster:
    """Who holds what at one client at one moment."""

    members: Mapping[str, Member]
    given: tuple[Given, ...]
    default_id: str | None
    away: Mapping[str, Away]

    def present(self, person_id: str) -> bool:
        """Works there, and is not away."""
        member = self.members.get(person_id)
        return member is not None and member.active and person_id not in self.away

    def chain(self, role: str, location_id: str = "") -> tuple[str, ...]:
        """The present holders of a role, the one to ask first at the head; people to ask last at the end."""
        local = [g for g in self.given if g.role == role and location_id and g.location_id == location_id]
        wide = [g for g in self.given if g.role == role and not g.location_id]
        ordered = [g.person_id for g in sorted(local, key=lambda g: g.rank)]
        if self.default_id and not any(g.rank == 1 for g in wide):
            ordered.append(self.default_id)
        ordered += [g.person_id for g in sorted(wide, key=lambda g: g.rank)]
        holders = self._with_delegates(ordered)
        if not holders and self.default_id and self.present(self.default_id):
            holders = [self.default_id]
        return tuple(sorted(holders, key=lambda id_: self.members[id_].ask_last))

    def any_of(self, roles: Sequence[str], location_id: str = "") -> tuple[str, ...]:
        """The present holders of any of these roles; those who were given one come before the default contact."""
        found = dict.fromkeys(id_ for role in roles for id_ in self.chain(role, location_id))
        named = {g.person_id for g in self.given if g.role in roles}
        ordered = sorted(found, key=lambda id_: (self.members[id_].ask_last, len(roles) > 1 and id_ not in named))
        return tuple(ordered)

    def _with_delegates(self, ordered: Iterable[str]) -> list[str]:
        holders: dict[str, None] = {}
        for id_ in ordered:
            if self.present(id_):
                holders.setdefault(id_)
            elif (away := self.away.get(id_)) and away.delegate_id and self.present(away.delegate_id):
                holders.setdefault(away.delegate_id)
        return list(holders)


@dataclass(frozen=True)
class Voice:
    """One required voice of a request: any present holder of one of `roles`."""

    id: str
    roles: tuple[str, ...]
    state: str
    decided_by: str | None = None
    asked: frozenset[str] = frozenset()
    """Who was asked for this voice: they fill it rather than another."""


@dataclass(frozen=True)
class Question:
    """What authority needs to know of a request. `barred` never decide: the subjects, and where the policy says so the
    requester."""

    voices: tuple[Voice, ...]
    subjects: frozenset[str] = frozenset()
    requester_id: str | None = None
    requester_counts: bool = True
    location_id: str = ""

    @property
    def barred(self) -> frozenset[str]:
        """Who can never decide this, whatever their roles."""
        if self.requester_counts or self.requester_id is None:
            return self.subjects
        return self.subjects | {self.requester_id}


@dataclass(frozen=True)
class No:
    """Not this person; `why` is one of subject, requester, away, left, voted, role."""

    why: str


def eligible(roster: Roster, question: Question, voice: Voice) -> tuple[str, ...]:
    """Who may fill this voice, in the order in which they are asked: present, entitled, not barred, not used up."""
    used = {v.decided_by for v in question.voices if v.decided_by and v.id != voice.id}
    holders = roster.any_of(voice.roles, question.location_id)
    return tuple(id_ for id_ in holders if id_ not in question.barred and id_ not in used)


def may_decide(roster: Roster, question: Question, person_id: str) -> Voice | No:
    """The open voice that this person fills, or why not.

    It is the one the person was asked for, else the first that fits, as long as the others stay fillable.
    Asked inside the write transaction after the row lock: this is the check that counts.
    """
    member = roster.members.get(person_id)
    if member is None or not member.active:
        return No("left")
    if person_id in question.subjects:
        return No("subject")
    if person_id in question.barred:
        return No("requester")
    if any(v.decided_by == person_id for v in question.voices):
        return No("voted")
    fitting = [v for v in question.voices if v.state == "open" and person_id in eligible(roster, question, v)]
    if not fitting:
        return No("away" if person_id in roster.away else "role")
    fitting.sort(key=lambda voice: person_id not in voice.asked)
    for voice in fitting:
        rest = [v for v in question.voices if v.id != voice.id and v.decided_by is None]
        choices = {v.id: [id_ for id_ in eligible(roster, question, v) if id_ != person_id] for v in rest}
        if len(match(choices)) == len(rest):
            return voice
    return fitting[0]


def whom_to_ask(roster: Roster, question: Question) -> dict[str, str]:
    """voice id -> the first person to ask for every voice not decided, all different.

    Voices that nobody can fill are missing. Only people with a live account are asked.
    """
    undecided = [v for v in question.voices if v.decided_by is None]
    choices = {v.id: [id_ for id_ in eligible(roster, question, v) if roster.members[id_].reachable] for v in undecided}
    return match(choices)


def match(choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Gives every key a different one of its choices, as many keys as can be served, earlier choices preferred."""
    taken: dict[str, str] = {}

    def serve(key: str, seen: set[str]) -> bool:
        for choice in choices[key]:
            if choice in seen:
                continue
            seen.add(choice)
            if choice not in taken or serve(taken[choice], seen):
                taken[choice] = key
                return True
        return False

    for key in choices:
        free = next((c for c in choices[key] if c not in taken), None)
        if free is not None:
            taken[free] = key
        else:
            serve(key, set())
    return {key: choice for choice, key in taken.items()}


def uncovered(roster: Roster, leaving: str) -> tuple[str, ...]:
    """The roles that this person is the primary of: nobody would be when the person leaves."""
    lost = []
    for role in ROLES:
        primaries = {g.person_id for g in roster.given if g.role == role and g.rank == 1 and not g.location_id}
        if (leaving in primaries and len(primaries) == 1) or (not primaries and roster.default_id == leaving):
            lost.append(role)
    return tuple(lost)


def either(names: Iterable[str]) -> str:
    """ "Dana", "Dana or Priya", "Dana, Priya or Hannah"; empty for nobody."""
    listed = list(names)
    return " or ".join([", ".join(listed[:-1]), listed[-1]]) if len(listed) > 1 else "".join(listed)
