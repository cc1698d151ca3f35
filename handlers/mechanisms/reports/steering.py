"""Who may steer a report, the lock under which it changes, and what every change of it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handlers.commands import Outcome, Ref, Refused
from handlers.context import NORMAL, Work
from handlers.mechanisms.mornings import held_until
from handlers.mechanisms.reports.standing import Standing, stand
from handlers.mechanisms.reports.words import STATES, title_of
from handlers.mechanisms.telling import csm_of, tell
from handlers.words import storable
from storage.queries import reports, timers
from storage.rows import Row

SCOPE = "cases:write"
LONGEST = 1000
MOOT = ("report_held", "report_undeliverable")
"""Tasks of the provider that are over when a report is out, reviewed or replaced."""


def locked(work: Work, ref: Ref) -> Standing:
    """Locks the report and says where it stands; refused for one that is none of this actor's business."""
    row = reports.lock(work.tx, ref.id) if ref.kind == "report" and storable(ref.id) else None
    if row is None or not work.who.acts_for(row.client_id):
        raise missing()
    if row.state in reports.UNRELEASED and not is_provider(work):
        raise missing()
    return stand(work.tx, row, work.now)


def missing() -> Refused:
    """There is no such report, or it is none of this actor's business."""
    return Refused("This report does not exist (any more).", code="not_found")


def is_provider(work: Work) -> bool:
    """Whether the actor is of the provider's side."""
    return bool(work.who.staff or work.who.service or work.who.system)


def only_provider(work: Work, what: str) -> None:
    """For the provider's people and services."""
    if not is_provider(work):
        raise Refused(f"Only your provider can {what}.", code="not_entitled")
    if work.who.service and SCOPE not in work.who.scopes:
        raise Refused(f"This token may not {what}.", code="not_entitled")


def not_now(standing: Standing, what: str, instead: str = "") -> Refused:
    """The transition is none of this state."""
    said = f"This report is {STATES[standing.state]}: it cannot be {what}."
    return Refused(f"{said} {instead}".strip(), code="conflict")


def title(standing: Standing) -> str:
    """How the report is called where no card is at hand."""
    return title_of(standing.row, standing.client)


def reread(work: Work, standing: Standing) -> Standing:
    """Where it stands after what was just written."""
    return stand(work.tx, row_of(work, standing), work.now, standing)


def row_of(work: Work, standing: Standing) -> Row[Any]:
    """Its row after what was just written."""
    row = reports.report(work.tx, standing.row.id)
    assert row is not None
    return row


def journal(work: Work, before: Standing, what: str, after: Mapping[str, Any] | None = None) -> None:
    """One line about a transition, with the states before and after."""
    row = row_of(work, before)
    work.note(
        f"report.{what}",
        chain=before.client.id,
        subject=before.ref,
        version=row.version,
        before={"state": before.state},
        after={"state": row.state, "kind": row.kind, "period": row.period, **(after or {})},
    )


def facts_of(row: Row[Any]) -> dict[str, Any]:
    """What machines are told beside the sentence."""
    return {
        "id": row.id,
        "kind": row.kind,
        "period": row.period,
        "number": row.number,
        "state": row.state,
        "version": row.version,
    }


def done(work: Work, standing: Standing, say: str, *, repeated: bool = False) -> Outcome:
    """The answer to whoever acted, with the facts as they are now; every card shows them too."""
    if not repeated:
        work.redraw(standing.ref)
    return Outcome(standing.ref, say, facts_of(row_of(work, standing)), repeated=repeated)


def card(work: Work, standing: Standing, purpose: str, people: Iterable[str], *, follows: str = "") -> None:
    """Owes the client's people a card of their own, not in their quiet hours: a list has no line for a report."""
    held = held_until(work, standing.client, standing.roster, people)
    for due_at, together in held.items():
        work.owe(
            standing.ref,
            purpose,
            together,
            client_id=standing.client.id,
            priority=NORMAL,
            due_at=due_at,
            follows=follows,
        )


def tell_csm(work: Work, standing: Standing, kind: str, said: str, *, key: str) -> None:
    """A task for the client's CSM, once per key."""
    csm = csm_of(work, standing.client.id)
    tell(work, standing.client.id, csm, standing.ref, kind, f"{title(standing)}: {said}"[:300], key=key)


def tasks_over(work: Work, standing: Standing, kinds: Iterable[str] = MOOT) -> None:
    """Nobody has to do these any more, and their cards say so."""
    for task_id in timers.finish_tasks(work.tx, str(standing.ref), work.now, frozenset(kinds)):
        work.redraw(Ref("task", task_id))
