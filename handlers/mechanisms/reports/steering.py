"""Who may steer a report, the lock under which it changes, and what every change of it leaves behind."""

from __future__ import annotations

from handlers.commands import Ref, Refused
from handlers.context import Work
from handlers.mechanisms.reports.standing import REPORT, Standing, stand
from handlers.mechanisms.reports.words import STATES, title_of
from handlers.mechanisms.rights import Rights, missing
from handlers.mechanisms.telling import csm_of, tell
from handlers.words import storable
from storage.queries import reports

SCOPE = "cases:write"
only_provider = Rights(SCOPE).only_provider
row_of, reread, journal, done = REPORT.row_of, REPORT.reread, REPORT.journal, REPORT.done
LONGEST = 1000
MOOT = ("report_held", "report_undeliverable")
"""Tasks of the provider that are over when a report is out, reviewed or replaced."""


def locked(work: Work, ref: Ref) -> Standing:
    """Locks the report and says where it stands; refused for one that is none of this actor's business."""
    row = reports.lock(work.tx, ref.id) if ref.kind == "report" and storable(ref.id) else None
    if row is None or not work.who.acts_for(row.client_id):
        raise missing("report")
    if row.state in reports.UNRELEASED and not work.who.is_provider:
        raise missing("report")
    return stand(work.tx, row, work.now)


def not_now(standing: Standing, what: str, instead: str = "") -> Refused:
    """The transition is none of this state."""
    said = f"This report is {STATES[standing.state]}: it cannot be {what}."
    return Refused(f"{said} {instead}".strip(), code="conflict")


def title(standing: Standing) -> str:
    """How the report is called where no card is at hand."""
    return title_of(standing.row, standing.client)


def tell_csm(work: Work, standing: Standing, kind: str, said: str, *, key: str) -> None:
    """A task for the client's CSM, once per key."""
    csm = csm_of(work, standing.client.id)
    tell(work, standing.client.id, csm, standing.ref, kind, f"{title(standing)}: {said}"[:300], key=key)
