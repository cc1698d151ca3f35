"""Where a request stands: everything a card, a REST answer or a decision needs to know of it, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.authority import Question, Roster, Voice, eligible
from handlers.commands import Ref
from handlers.mechanisms.mentions import mentioned
from handlers.mechanisms.subjects import around
from storage.queries import approvals, timers
from storage.rows import Row
from storage.store import Tx

OPEN_STATES = ("pending", "info_requested")
ENDS = frozenset({"expire", "quote_expiry", "removal"})
"""What ends an undecided request by itself."""


@dataclass(frozen=True)
class StepStanding:
    """One required voice now. `deciders` may fill it at this moment; `asked` says who was asked and since when."""

    row: Row[Any]
    deciders: tuple[Row[Any], ...]
    asked: tuple[Row[Any], ...]
    vote: Row[Any] | None

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.row.roles)

    @property
    def state(self) -> str:
        return str(self.row.state)


@dataclass(frozen=True)
class Standing:
    """A request with its client, people, steps and votes (of the version in force), and what comes next by itself."""

    request: Row[Any]
    client: Row[Any]
    people: Mapping[str, Row[Any]]
    roster: Roster
    steps: tuple[StepStanding, ...]
    votes: tuple[Row[Any], ...]
    timers: tuple[Row[Any], ...]
    ever_asked: tuple[Row[Any], ...] = ()
    """Everybody asked for any version."""
    versions: tuple[Row[Any], ...] = ()
    inquiries: tuple[Row[Any], ...] = ()
    phone_voices: tuple[Row[Any], ...] = ()
    barred: frozenset[str] = frozenset()
    """Whose access it is about: those recognised when it was asked, and who has come to bear that name since."""
    overdue: bool = False
    """Its end has come and is only not written down yet: nobody decides it any more."""

    @property
    def ref(self) -> Ref:
        return Ref("approval", self.request.id)

    @property
    def is_open(self) -> bool:
        return self.request.state in OPEN_STATES

    @property
    def needed(self) -> int:
        """How many voices this takes."""
        return len(self.steps)

    @property
    def given(self) -> int:
        """How many voices have said yes."""
        return sum(step.state == "approved" for step in self.steps)

    @property
    def question(self) -> Question:
        """The request as authority sees it."""
        return question_of(self.request, [step.row for step in self.steps], self.barred, self.ever_asked)

    def name(self, person_id: str | None) -> str:
        """A person's name, "" for nobody."""
        row = self.people.get(person_id or "")
        return str(row.name) if row is not None else ""

    def live_vote_of(self, person_id: str) -> Row[Any] | None:
        """The vote of a person that counts on the version in force."""
        return next((vote for vote in self.votes if vote.person_id == person_id), None)

    def deciders(self) -> list[str]:
        """Names of everybody who can decide now (or will be able to, when an earlier step is done)."""
        undecided = [step for step in self.steps if step.state in ("open", "waiting")]
        first = [step for step in undecided if step.state == "open"] or undecided
        return list(dict.fromkeys(person.name for step in first for person in step.deciders))

    def waiting_on(self) -> list[tuple[str, datetime]]:
        """Who is asked, has not answered and could (now, or when back), with since when."""
        return [
            (row.person_id, row.since)
            for step in self.steps
            if step.state == "open"
            for row in step.asked
            if row.person_id in self.roster.away or row.person_id in {person.id for person in step.deciders}
        ]


def question_of(
    request: Row[Any], steps: Sequence[Row[Any]], subjects: frozenset[str], asked: Sequence[Row[Any]]
) -> Question:
    """A request and its steps as authority sees them."""
    return Question(
        voices=tuple(
            Voice(
                step.id,
                tuple(step.roles),
                step.state,
                step.decided_by,
                frozenset(row.person_id for row in asked if row.step_id == step.id),
            )
            for step in steps
        ),
        subjects=subjects,
        requester_id=request.requester_id,
        requester_counts=bool(request.policy.get("requester_counts")),
        location_id=request.location_id,
    )


def load(tx: Tx, request_id: str, now: datetime) -> Standing | None:
    """Where a request stands at this moment; None when there is no such request."""
    request = approvals.request(tx, request_id)
    return stand(tx, request, now) if request is not None else None


def stand(tx: Tx, request: Row[Any], now: datetime, known: Standing | None = None) -> Standing:
    """The same from a request row just read (and locked, when a decision is about to be made).

    `known` is where it stood a moment ago in this transaction: client and people are taken from there.
    """
    client, people, roster = around(tx, request.client_id, now, known)
    own = [row for row in people.values() if row.client_id is not None]
    about = request.facts["access"]["subject"] if "access" in request.facts else ""
    barred = frozenset(request.subjects) | frozenset(mentioned(about, own) if about else ())
    rows = approvals.steps_of(tx, request.id, request.version)
    asked = approvals.asked_of(tx, request.id)
    votes = tuple(
        vote
        for vote in approvals.votes_of(tx, request.id)
        if vote.version == request.version and vote.withdrawn_at is None
    )
    question = question_of(request, rows, barred, asked)
    steps = []
    for row, voice in zip(rows, question.voices, strict=True):
        steps.append(
            StepStanding(
                row=row,
                deciders=tuple(people[id_] for id_ in eligible(roster, question, voice)),
                asked=tuple(one for one in asked if one.step_id == row.id),
                vote=next((vote for vote in votes if vote.step_id == row.id), None),
            )
        )
    coming = tuple(timers.waiting_of(tx, f"approval:{request.id}"))
    return Standing(
        request,
        client,
        people,
        roster,
        tuple(steps),
        votes,
        coming,
        ever_asked=tuple(asked),
        versions=tuple(approvals.versions_of(tx, request.id)) if request.version > 1 else (),
        inquiries=tuple(approvals.inquiries_of(tx, request.id)),
        phone_voices=tuple(approvals.phone_voices_of(tx, request.id)),
        barred=barred,
        overdue=request.state in (*OPEN_STATES, "draft") and any(t.deed in ENDS and t.due_at <= now for t in coming),
    )
