"""A subject that is steered: where it stands, that again after a change, the change's journal line and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from handlers.authority import Roster
from handlers.commands import Outcome, Ref
from handlers.context import Work
from handlers.mechanisms.rosters import roster_of
from storage.queries import bulk, directory
from storage.rows import Row
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A subject's row with its client, the people of both sides (by id), what comes next by itself, and the moment."""

    kind: ClassVar[str]
    """What it is called in references and in the journal."""
    row: Row[Any]
    client: Row[Any]
    people: Mapping[str, Row[Any]]
    roster: Roster
    timers: tuple[Row[Any], ...]
    now: datetime

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.row.id)

    @property
    def state(self) -> str:
        return str(self.row.state)

    def name(self, person_id: str | None) -> str:
        """A person's name, "" for nobody."""
        row = self.people.get(person_id or "")
        return str(row.name) if row is not None else ""

    def present(self, people: Iterable[str]) -> list[str]:
        """Those of these people who still work there, each once."""
        return sorted({id_ for id_ in people if id_ in self.people and self.people[id_].state == "active"})


class Known(Protocol):
    """What one command reads once, however often it asks where its subject stands."""

    @property
    def client(self) -> Row[Any]: ...

    @property
    def people(self) -> Mapping[str, Row[Any]]: ...

    @property
    def roster(self) -> Roster: ...


def around(
    tx: Tx, client_id: str, now: datetime, known: Known | None
) -> tuple[Row[Any], Mapping[str, Row[Any]], Roster]:
    """A client, the people of both sides (by id) and who holds what: as known a moment ago in this transaction."""
    if known is not None:
        return known.client, known.people, known.roster
    client = directory.client(tx, client_id)
    assert client is not None
    people = {one.id: one for one in directory.people_around(tx, client.id)}
    return client, people, roster_of(tx, client, now, people.values())


S = TypeVar("S", bound=Situation)


@dataclass(frozen=True)
class Subject(Generic[S]):
    """How one kind of subject is read, and which columns of its row are told to whom."""

    read: Callable[[Tx, str], Row[Any] | None]
    stand: Callable[[Tx, Row[Any], datetime, S | None], S]
    """Where it stands, from its row; the last is where it stood a moment ago in this transaction."""
    before: tuple[str, ...]
    """Columns that the journal keeps as they were before a transition."""
    after: tuple[str, ...]
    """Columns that the journal keeps as they are after it."""
    facts: tuple[str, ...]
    """Columns that machines are told beside the sentence."""

    def load(self, tx: Tx, subject_id: str, now: datetime) -> S | None:
        """Where it stands at this moment; None when there is no such subject."""
        row = self.read(tx, subject_id)
        return self.stand(tx, row, now, None) if row is not None else None

    def row_of(self, work: Work, standing: S) -> Row[Any]:
        """Its row after what was just written."""
        row = self.read(work.tx, standing.row.id)
        assert row is not None
        return row

    def reread(self, work: Work, standing: S) -> S:
        """Where it stands after what was just written."""
        return self.stand(work.tx, self.row_of(work, standing), work.now, standing)

    def journal(self, work: Work, before: S, what: str, after: Mapping[str, Any] | None = None) -> None:
        """One line about a transition, with the states before and after."""
        row = self.row_of(work, before)
        work.note(
            f"{before.kind}.{what}",
            chain=before.client.id,
            subject=before.ref,
            version=row.version,
            before=_told(before.row, self.before),
            after={**_told(row, self.after), **(after or {})},
        )

    def facts_of(self, row: Row[Any]) -> dict[str, Any]:
        """What machines are told beside the sentence."""
        return _told(row, self.facts)

    def done(self, work: Work, standing: S, say: str, *, repeated: bool = False) -> Outcome:
        """The answer to whoever acted, with the facts as they are now; every card shows them too."""
        if not repeated:
            work.redraw(standing.ref)
        return Outcome(standing.ref, say, self.facts_of(self.row_of(work, standing)), repeated=repeated)


def plan_all(work: Work, standing: Situation, plan: str, steps: Iterable[tuple[int, str, datetime]]) -> None:
    """What happens by itself to a subject, (position, deed, when); planned once per (plan, position)."""
    client_id = standing.client.id
    rows = [work.timer(standing.ref, plan, deed, at, client_id=client_id, position=n) for n, deed, at in steps]
    bulk.plan_all(work.tx, rows)


def _told(row: Row[Any], columns: tuple[str, ...]) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}
