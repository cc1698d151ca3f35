"""Every command the desk performs, and the few shapes commands and answers are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Urgency = Literal["normal", "urgent"]
Recurrence = Literal["once", "monthly", "yearly"]


@dataclass(frozen=True)
class Ref:
    """Names a subject: `approval:apr_0190...`. Written on buttons, in journals and on deliveries."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """ "approval:apr_1" -> Ref; ValueError for anything else."""
        kind, colon, id_ = text.partition(":")
        if not (kind and colon and id_) or len(text) > 100 or not text.isascii() or not text.isprintable():
            raise ValueError("a reference looks like kind:id")
        return cls(kind, id_)


class Refused(Exception):
    """A sentence a person understands; everything the command had written is rolled back.

    `field` is the form field the sentence belongs to, if one. `code` is for machines:
    refused | not_found | not_entitled | invalid | conflict | blocked.
    """

    def __init__(self, sentence: str, *, field: str = "", code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What a command did, for whoever asked: the subject and a sentence for the person."""

    ref: Ref | None = None
    say: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False
    """True when the event had been performed before: the present truth, nothing done again."""


# ------------------------------------------------------------------ who and when


@dataclass(frozen=True)
class Chat:
    """A verified chat identity: Slack team + user, or Entra tenant + aadObjectId."""

    platform: str
    org: str
    user: str


@dataclass(frozen=True)
class Service:
    """A REST caller by its token; `client` (slug) when the token is bound to one."""

    name: str
    scopes: frozenset[str]
    client: str | None = None


@dataclass(frozen=True)
class System:
    """The house itself (a tick, the courier) or an operator at the command line."""

    name: str


Actor = Chat | Service | System


@dataclass(frozen=True)
class Event:
    """One occurrence: its idempotency key, when it happened, who did it, through which channel."""

    key: str
    now: datetime
    actor: Actor
    channel: str


ITSELF = ""
"""The key of an event of the house that needs none: what is due is taken under its own lock, at most once.

A key would outlive an attempt that found nothing to do (the timer stood still, the clock had been moved back) and stop
the one that does.
"""


# ------------------------------------------------------------------ approvals (F02, F03)


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
class FinishTask:
    """A task is done; for a call-back `confirmed` says whether the person really meant it."""

    ref: Ref
    confirmed: bool = True


@dataclass(frozen=True)
class Fulfil:
    """The approved thing was bought or done."""

    ref: Ref
    note: str = ""


# ------------------------------------------------------------------ what is due (schedules)


@dataclass(frozen=True)
class Climb:
    """One due rung of a ladder: remind, add the backup, tell the CSM, expire."""

    timer: str


# ------------------------------------------------------------------ where people are (bot.installations)


@dataclass(frozen=True)
class SaveInstallation:
    """Our app is in this workspace or tenant. `sealed` are the encrypted secrets."""

    platform: str
    org: str
    name: str
    sealed: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class RemoveInstallation:
    """Our app left this workspace or tenant."""

    platform: str
    org: str
    reason: str


@dataclass(frozen=True)
class RememberAddress:
    """A person can be reached there. `sealed` is the encrypted conversation reference."""

    platform: str
    org: str
    user: str
    sealed: str


@dataclass(frozen=True)
class ForgetAddress:
    """A person can no longer be reached there."""

    platform: str
    org: str
    user: str
    reason: str


# ------------------------------------------------------------------ the directory (F01)


@dataclass(frozen=True)
class PutLocation:
    """An office of a client."""

    slug: str
    name: str
    timezone: str
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True)
class PutClient:
    """Adds or changes a client by its slug. Empty text keeps what is there; locations are added or changed by slug."""

    slug: str
    name: str
    code: str
    timezone: str
    country: str = "US"
    subdivision: str = ""
    locale: str = "en_US"
    currency: str = "USD"
    stage: str = "active"
    csm_title: str = ""
    locations: tuple[PutLocation, ...] = ()


@dataclass(frozen=True)
class Grant:
    """One role of a contact: rank 1 is the primary; `location` is a slug, empty for the whole client."""

    role: str
    rank: int = 1
    location: str = ""


@dataclass(frozen=True)
class Duty:
    """What a person of the provider does: csm, vcio, cse or supervisor; `client` empty for all clients."""

    role: str
    client: str = ""
    technology: str = ""


@dataclass(frozen=True)
class PutPerson:
    """Adds or changes a person by (client, e-mail). `client` empty: a person of the provider.

    `grants`, `duties` and `accounts` replace what is there when not None. `default` makes the person the client's
    default key contact.
    """

    client: str
    name: str
    email: str
    title: str = ""
    phone: str = ""
    language: str = "en"
    timezone: str = ""
    location: str = ""
    preferred_channel: str = "chat"
    ask_last: bool = False
    default: bool = False
    grants: tuple[Grant, ...] | None = None
    duties: tuple[Duty, ...] | None = None
    accounts: tuple[Chat, ...] | None = None


@dataclass(frozen=True)
class RemovePerson:
    """A person leaves. Refused while roles would be uncovered and no successor is named (e-mail or id)."""

    person: str
    successor: str = ""


@dataclass(frozen=True)
class GoAway:
    """A contact is away from `starts` until `ends`; `delegate` (id) stands in, else whoever is next in line.

    `person` (id) empty: the one who says it. Somebody of the provider may say it for a contact.
    """

    starts: datetime
    ends: datetime
    delegate: str = ""
    person: str = ""


@dataclass(frozen=True)
class ComeBack:
    """A contact is back before the end that was given."""

    person: str = ""


@dataclass(frozen=True)
class SnoozeTask:
    """A task comes back tomorrow morning."""

    ref: Ref


@dataclass(frozen=True)
class HandTask:
    """A task goes to somebody else of the provider (id)."""

    ref: Ref
    to: str


@dataclass(frozen=True)
class PlanDigests:
    """A client (id) or somebody of the provider (id) is new: the morning digests begin."""

    client_id: str = ""
    person_id: str = ""


@dataclass(frozen=True)
class Replan:
    """A client's calendar or ladders have changed: what is still to come is planned anew."""

    client_id: str


@dataclass(frozen=True)
class AddEmployee:
    """Somebody unknown in a client's own workspace or tenant wants to ask: known from now on, without any role."""

    platform: str
    org: str
    user: str
    name: str


@dataclass(frozen=True)
class PutPolicy:
    """A client's own policy, whole; `based_on` is the version it was edited from (0: whatever is in force)."""

    client: str
    policy: Mapping[str, Any]
    based_on: int = 0


@dataclass(frozen=True)
class PutWorkspace:
    """Allows a Slack workspace or an Entra tenant to talk to us; `client` empty: the provider's own."""

    platform: str
    org: str
    name: str
    client: str = ""


@dataclass(frozen=True)
class CreateToken:
    """A REST caller's token; only its digest arrives here."""

    name: str
    digest: str
    scopes: tuple[str, ...]
    client: str = ""


@dataclass(frozen=True)
class RevokeToken:
    """A REST caller's token counts no longer, from this moment on."""

    name: str


@dataclass(frozen=True)
class DeliveryFailed:
    """The courier could not deliver: tell the CSM, go on to the next contact."""

    delivery: str
    what: str
    reason: str


@dataclass(frozen=True)
class Reconsider:
    """The directory has changed: look again at requests that had nobody to ask."""

    client_id: str


Command = (
    RaiseApproval
    | Approve
    | Reject
    | Withdraw
    | ChangeApproval
    | Fulfil
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
    | FinishTask
    | GoAway
    | ComeBack
    | SnoozeTask
    | HandTask
    | Replan
    | PlanDigests
    | AddEmployee
    | PutPolicy
    | Climb
    | SaveInstallation
    | RemoveInstallation
    | RememberAddress
    | ForgetAddress
    | PutClient
    | PutPerson
    | RemovePerson
    | PutWorkspace
    | CreateToken
    | RevokeToken
    | DeliveryFailed
    | Reconsider
)
