"""Commands about what is asked of a client: raise, decide, hesitate, object, carry out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handlers.commands.shapes import Ref

Urgency = Literal["normal", "urgent"]
Recurrence = Literal["once", "monthly", "yearly"]


@dataclass(frozen=True)
class PurchaseLine:
    """One line of an order. `unit_minor` in minor units of the order's currency; `term_months` for recurring lines."""

    description: str
    quantity: int
    unit_minor: int
    recurrence: Recurrence = "once"
    term_months: int | None = None


@dataclass(frozen=True)
class Purchase:
    """What is to be bought. Money in minor units of `currency` (ISO 4217)."""

    category: str
    vendor: str
    currency: str
    lines: tuple[PurchaseLine, ...]
    shipping_minor: int = 0
    tax_minor: int = 0
    for_whom: str = ""
    quote_url: str = ""
    quote_valid_until: date | None = None
    budget_line: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class Access:
    """A change of access. `subject` is whose access changes (an e-mail, a contact id or a name)."""

    kind: str
    subject: str
    resource: str
    before: str
    after: str
    until: datetime | None = None
    external: bool = False


@dataclass(frozen=True)
class Attachment:
    """A document to look at before deciding: a name and an https address."""

    name: str
    url: str


@dataclass(frozen=True)
class RaiseApproval:
    """Ask a client's key contacts for a decision. `client` is the slug; `requested_by` an e-mail or a contact id.

    `replaces` is the reference (MF-1) or id of an undecided or approved request that this one takes the place of.
    """

    client: str
    kind: Literal["purchase", "access"]
    title: str
    why: str
    requested_by: str = ""
    urgency: Urgency = "normal"
    external_ref: str = ""
    purchase: Purchase | None = None
    access: Access | None = None
    attachments: tuple[Attachment, ...] = ()
    replaces: str = ""


@dataclass(frozen=True)
class Approve:
    """One person's yes to the version that person saw."""

    ref: Ref
    version: int


@dataclass(frozen=True)
class Reject:
    """One person's no, with a reason."""

    ref: Ref
    version: int
    reason: str


@dataclass(frozen=True)
class Withdraw:
    """The provider no longer asks."""

    ref: Ref
    reason: str


@dataclass(frozen=True)
class ChangeApproval:
    """Changed facts: a new version, earlier votes void. Only what is given changes."""

    ref: Ref
    title: str | None = None
    why: str | None = None
    urgency: Urgency | None = None
    purchase: Purchase | None = None
    access: Access | None = None


@dataclass(frozen=True)
class SendOn:
    """The CSM passes an employee's request on to the key contacts."""

    ref: Ref


@dataclass(frozen=True)
class AskQuestion:
    """A decider wants to know something first; the expiry pauses until the answer, five business days at most."""

    ref: Ref
    version: int
    text: str


@dataclass(frozen=True)
class AnswerQuestion:
    """The provider's answer to every open question of a request."""

    ref: Ref
    text: str


@dataclass(frozen=True)
class HandOver:
    """A decider passes the question to another person (id) who may decide it."""

    ref: Ref
    version: int
    to: str


@dataclass(frozen=True)
class Snooze:
    """A decider wants to be reminded later, once: `choice` is hours ("2") or "tomorrow"."""

    ref: Ref
    version: int
    choice: str


@dataclass(frozen=True)
class Disown:
    """ "I didn't ask for this": stops the request and alerts the CSM."""

    ref: Ref


@dataclass(frozen=True)
class TakeBack:
    """A voter takes the own yes back while the request is undecided."""

    ref: Ref


@dataclass(frozen=True)
class Regret:
    """ "That was a mistake": an approver says so after the decision; nothing is carried out until it is settled."""

    ref: Ref
    text: str


@dataclass(frozen=True)
class SettleMistake:
    """The provider's answer to a regret: the approval stands, or it is void."""

    ref: Ref
    stands: bool
    text: str


@dataclass(frozen=True)
class RemindNow:
    """The CSM reminds everybody who is silent, at most once in four business hours."""

    ref: Ref


@dataclass(frozen=True)
class RecordPhone:
    """The CSM heard a yes on the phone, at the number on file. It counts when the person confirms it in chat."""

    ref: Ref
    version: int
    person: str
    note: str


@dataclass(frozen=True)
class ConfirmPhone:
    """The person confirms in chat, or says that it is not right."""

    ref: Ref
    version: int
    right: bool


@dataclass(frozen=True)
class Fulfil:
    """The approved thing was bought or done."""

    ref: Ref
    note: str = ""


RequestCommand = (
    RaiseApproval
    | Approve
    | Reject
    | Withdraw
    | ChangeApproval
    | SendOn
    | AskQuestion
    | AnswerQuestion
    | HandOver
    | Snooze
    | Disown
    | TakeBack
    | Regret
    | SettleMistake
    | RemindNow
    | RecordPhone
    | ConfirmPhone
    | Fulfil
)
