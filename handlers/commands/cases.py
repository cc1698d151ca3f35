"""Commands about cases: what the provider's ticket system knows, and what contacts ask about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.commands.shapes import Ref


@dataclass(frozen=True)
class CaseRow:
    """One case as a ticket system says it; aware times. What is None or "" is not known and stays as it was.

    `client` is a slug, code or name. `requester` is a name or an e-mail address, `location` a slug or name. `state`:
    open, waiting_on_client, waiting_on_vendor or closed (a new case without one is open); a closed one needs
    `closed_at`, any other has none. `priority`: P1 to P4 (a new case without one is P3). `score`, 1 to 5, is what the
    requester answered the ticket system's own question how it went, at `scored_at`.
    """

    external_id: str
    client: str
    title: str
    opened_at: datetime
    state: str = ""
    priority: str = ""
    category: str = ""
    requester: str = ""
    location: str = ""
    device: str = ""
    assignee: str = ""
    url: str = ""
    responded_at: datetime | None = None
    waiting_since: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    score: int | None = None
    scored_at: datetime | None = None
    comment: str = ""
    """What the requester wrote with the score."""


@dataclass(frozen=True)
class PutCases:
    """Adds or changes up to 1,000 cases, each by its own; a row that cannot be taken does not stop the others.

    The outcome's facts have one result a row, in order: {"rows": [{external_id, result, id?, problem?, field?}]} with
    `result` created, changed, unchanged or refused.
    """

    rows: tuple[CaseRow, ...]


@dataclass(frozen=True)
class AskAboutCase:
    """A contact asks something about a case; `ref` is the case, or the report it stands in with the `case` id."""

    ref: Ref
    text: str
    case: str = ""


@dataclass(frozen=True)
class EscalateCase:
    """A contact wants a case to be taken up higher; the CSM is told at once, the supervisor after two silent hours."""

    ref: Ref
    text: str
    case: str = ""


@dataclass(frozen=True)
class AnswerRemark:
    """The provider answers a question, an escalation or a doubted number. `ref` is `remark:ID`."""

    ref: Ref
    text: str


CaseCommand = PutCases | AskAboutCase | EscalateCase | AnswerRemark
