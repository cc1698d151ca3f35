"""Where a report stands: everything a card, a REST answer or a decision needs to know of it, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from handlers.commands import Ref
from handlers.mechanisms.reports.figures import Figures
from handlers.mechanisms.subjects import Situation, Subject, around
from storage.queries import reports, timers
from storage.rows import Row
from storage.store import Tx

ROLE = "liaison"
"""Who reads reports; the default contact where nobody was given it."""


@dataclass(frozen=True)
class Reader:
    """Whom it is for. `why`: primary, backup, or for:<person id> whom they stand in for.

    `reviewed`: this very person has said so. `reached_at`: when a card of it was first shown to them, None not yet.
    """

    person_id: str
    name: str
    since: datetime
    why: str
    reviewed: bool
    reached_at: datetime | None


@dataclass(frozen=True)
class Remark:
    """What somebody said about it. `kind`: question, escalate or wrong_number; `state`: open or answered.

    `case`: (external id, title) of the case it is about, None for a figure; `about` names the figure.
    """

    row: Row[Any]
    name: str
    case: tuple[str, str] | None

    @property
    def ref(self) -> Ref:
        return Ref("remark", self.row.id)


@dataclass(frozen=True, kw_only=True)
class Standing(Situation):
    """A report with its client, readers, remarks and people (by id, also the provider's), and what comes next."""

    kind = "report"
    readers: tuple[Reader, ...]
    remarks: tuple[Remark, ...]
    before: Row[Any] | None
    """The report that this one corrects."""
    instead: Row[Any] | None
    """The correction that has taken its place."""

    @property
    def figures(self) -> Figures:
        return cast(Figures, self.row.figures)

    @property
    def is_out(self) -> bool:
        """Whether its readers have it and no correction has taken its place."""
        return self.state in reports.OUT

    @property
    def is_unreleased(self) -> bool:
        """Whether nobody of the client has seen it: it can be held, regenerated and released."""
        return self.state in reports.UNRELEASED

    @property
    def delivered_at(self) -> datetime | None:
        """When a card of it was first shown to one of its readers; None when it has reached nobody."""
        return min((one.reached_at for one in self.readers if one.reached_at is not None), default=None)

    @property
    def reviewed_by(self) -> str:
        """The name of who has reviewed it, "" for nobody."""
        return self.name(self.row.reviewed_by)

    @property
    def remind_at(self) -> datetime | None:
        """When its readers are reminded; None when that is over or does not happen."""
        return self._due("remind")

    @property
    def unreviewed_at(self) -> datetime | None:
        """When it is put down as unreviewed unless somebody reviews it before; None when that does not happen."""
        return self._due("unreviewed")

    def chain(self) -> tuple[str, ...]:
        """Who reads reports at this client now, the one to be written to at the head; present people only."""
        return self.roster.chain(ROLE)

    def may_review(self, person_id: str) -> bool:
        """Whether this contact may review it, ask about a case of it, escalate one or doubt a number."""
        member = self.roster.members.get(person_id)
        known = person_id in self.chain() or any(one.person_id == person_id for one in self.readers)
        return self.is_out and member is not None and member.active and known

    def may_see(self, person_id: str) -> bool:
        """Whether this person may be shown it: the provider's people always, its readers once it is out."""
        return self.may_steer(person_id) or (
            not self.is_unreleased
            and person_id in self.roster.members
            and (person_id in self.chain() or any(one.person_id == person_id for one in self.readers))
        )

    def may_steer(self, person_id: str) -> bool:
        """Whether this person is of the provider and may hold, release, regenerate or correct it."""
        row = self.people.get(person_id)
        return row is not None and row.client_id is None and row.state == "active"

    def _due(self, deed: str) -> datetime | None:
        return next((row.due_at for row in self.timers if row.deed == deed), None)


def stand(tx: Tx, row: Row[Any], now: datetime, known: Standing | None = None) -> Standing:
    """Where a report stands, from a row just read (and locked, when something is about to change).

    `known` is where it stood a moment ago in this transaction: client and people are taken from there.
    """
    client, people, roster = around(tx, row.client_id, now, known)
    reached = reports.reached(tx, row.id)
    return Standing(
        row=row,
        client=client,
        readers=tuple(_reader(one, row, people, reached) for one in reports.readers_of(tx, row.id)),
        remarks=tuple(_remark(one, people) for one in reports.remarks_of(tx, row.id)),
        people=people,
        roster=roster,
        before=reports.report(tx, row.supersedes) if row.supersedes else None,
        instead=reports.successor(tx, row.id) if row.state == "superseded" else None,
        timers=tuple(timers.waiting_of(tx, f"report:{row.id}")),
        now=now,
    )


REPORT = Subject(
    read=reports.report,
    stand=stand,
    before=("state",),
    after=("state", "kind", "period"),
    facts=("id", "kind", "period", "number", "state", "version"),
)
load = REPORT.load


def _reader(one: Row[Any], row: Row[Any], people: Mapping[str, Row[Any]], reached: Mapping[str, datetime]) -> Reader:
    name = str(people[one.person_id].name) if one.person_id in people else ""
    reviewed = row.reviewed_by == one.person_id
    return Reader(one.person_id, name, one.since, one.why, reviewed, reached.get(one.person_id))


def _remark(one: Row[Any], people: Mapping[str, Row[Any]]) -> Remark:
    name = str(people[one.person_id].name) if one.person_id in people else ""
    case = (str(one.external_id), str(one.title)) if one.case_id else None
    return Remark(one, name, case)
