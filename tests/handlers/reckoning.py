"""The rules of a decision, reckoned a second time from the rows alone: no code of the house decides anything here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from storage.store import Store
from tests.rows import rows

PURCHASING, MONEY, STRATEGY = frozenset({"purchasing"}), frozenset({"billing", "strategy"}), frozenset({"strategy"})
SECURITY = frozenset({"security"})

ARROWS: dict[tuple[str, str], frozenset[str]] = {
    ("", "draft"): frozenset({"RaiseApproval"}),
    ("", "pending"): frozenset({"RaiseApproval", "ChangeApproval"}),
    ("draft", "pending"): frozenset({"SendOn"}),
    ("draft", "withdrawn"): frozenset({"Withdraw", "Disown"}),
    ("draft", "expired"): frozenset({"Climb"}),
    ("draft", "superseded"): frozenset({"RaiseApproval"}),
    ("pending", "info_requested"): frozenset({"AskQuestion"}),
    ("pending", "approved"): frozenset({"Approve", "ConfirmPhone"}),
    ("pending", "rejected"): frozenset({"Reject"}),
    ("pending", "expired"): frozenset({"Climb"}),
    ("pending", "withdrawn"): frozenset({"Withdraw", "Disown", "FinishTask"}),
    ("pending", "superseded"): frozenset({"RaiseApproval"}),
    ("info_requested", "pending"): frozenset({"AnswerQuestion", "Climb", "ChangeApproval"}),
    ("info_requested", "approved"): frozenset({"Approve", "ConfirmPhone"}),
    ("info_requested", "rejected"): frozenset({"Reject"}),
    ("info_requested", "expired"): frozenset({"Climb"}),
    ("info_requested", "withdrawn"): frozenset({"Withdraw", "Disown", "FinishTask"}),
    ("info_requested", "superseded"): frozenset({"RaiseApproval"}),
    ("approved", "fulfilled"): frozenset({"Fulfil"}),
    ("approved", "void"): frozenset(
        {"ChangeApproval", "RaiseApproval", "SettleMistake", "Disown", "FinishTask", "Climb"}
    ),
}
"""Every move there is (domain, section 4), and which commands may make it."""


@dataclass(frozen=True)
class Demand:
    """What a request takes: the roles of each voice, one after another or at once; who can never give one."""

    voices: tuple[frozenset[str], ...]
    in_turn: bool
    barred: frozenset[str]


def demanded(minor: int | None, privileged: bool, subjects: Iterable[str], requester: str | None) -> Demand:
    """The voices that the default policy takes: for this much money, or (None) for a change of access."""
    own = frozenset({requester} - {None})
    if minor is None:
        barred = frozenset(subjects) | (own if privileged else frozenset())
        return Demand((SECURITY,) * (2 if privileged else 1), False, barred)
    if minor <= 250_000:
        return Demand((PURCHASING,), False, frozenset())
    if minor <= 1_000_000:
        return Demand((PURCHASING, MONEY), False, own)
    return Demand((PURCHASING, STRATEGY), True, own)


class Roster:
    """Who holds what at one company at one moment, straight from the tables."""

    def __init__(self, store: Store, slug: str, now: datetime) -> None:
        with store.read() as tx:
            (client,) = rows(tx, "SELECT * FROM client WHERE slug = :slug", {"slug": slug})
            here = {"client": client.id}
            people = rows(tx, "SELECT * FROM person WHERE client_id = :client", here)
            self._given = rows(tx, "SELECT * FROM role_assignment WHERE client_id = :client", here)
            absences = rows(tx, "SELECT * FROM absence")
        self._default = client.default_contact_id
        self.people = {row.name: row.id for row in people}
        active = {row.id for row in people if row.state == "active"}
        away = {row.person_id: row.delegate_id for row in absences if _in(row, now)}
        self.away = frozenset(away)
        self.present = active - away.keys()
        self._delegates = {who: to for who, to in away.items() if who in {row.id for row in people}}

    def holders(self, role: str, place: str) -> set[str]:
        """Who may speak for a role now: those it was given to, the default contact where nobody is its primary, the
        stand-ins of those away, and the default contact when nobody of all these is there."""
        given = [row for row in self._given if row.role == role and row.location_id in ("", place)]
        named = {row.person_id for row in given}
        if not any(row.rank == 1 and row.location_id == "" for row in given):
            named.add(self._default)
        there = (named & self.present) | ({self._delegates.get(who) for who in named} & self.present)
        return there or ({self._default} & self.present)

    def may(self, person: str, voice: frozenset[str], place: str, barred: frozenset[str]) -> bool:
        """Whether somebody may give this voice now."""
        return person not in barred and any(person in self.holders(role, place) for role in voice)


@dataclass
class Given:
    """One live yes: by whom, and which of the demanded voices it could have been when it was given."""

    person: str
    could: frozenset[int]


def enough(demand: Demand, given: Sequence[Given]) -> bool:
    """Whether different people have given every demanded voice."""
    if len({one.person for one in given}) != len(given) or len(given) < len(demand.voices):
        return False
    count = len(demand.voices)
    return any(
        all(voice in one.could for voice, one in zip(range(count), order, strict=True))
        for order in permutations(given, count)
    )


def _in(row: Any, now: datetime) -> bool:
    starts, ends = (instant(row.starts_at), instant(row.ends_at))
    return starts <= now < ends


def instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
