"""What REST callers send: strict shapes with bounds, no field unheard of, money as integers, instants with a zone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.web.kinds import (
    Day,
    Instant,
    Line100,
    Line200,
    Line500,
    Link,
    Long,
    Minor,
    SafeLink,
    Short,
    Short100,
    Slug,
    Title,
    Whole,
    Why,
)
from handlers.commands import Access, Attachment, ChangeApproval, Purchase, PurchaseLine, RaiseApproval, Ref
from handlers.policy import ACCESS_KINDS, CATEGORIES


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LineIn(_Strict):
    """One line of an order."""

    description: Line500
    quantity: Annotated[int, Field(ge=1, le=1_000_000), Whole]
    unit_minor: Minor
    recurrence: Literal["once", "monthly", "yearly"] = "once"
    term_months: Annotated[int, Field(ge=1, le=120), Whole] | None = None


class PurchaseIn(_Strict):
    """What is to be bought; money in minor units of `currency`."""

    category: Annotated[Line100, Field(json_schema_extra={"enum": list(CATEGORIES)})]
    vendor: Line200
    for_whom: Short = ""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=200)]
    shipping_minor: Minor = 0
    tax_minor: Minor = 0
    quote_url: Link = ""
    quote_valid_until: Day | None = None
    budget_line: Short = ""
    proposal: Short100 = ""

    def command(self) -> Purchase:
        """As the desk takes it."""
        lines = tuple(PurchaseLine(**line.model_dump()) for line in self.lines)
        return Purchase(**self.model_dump(exclude={"lines"}), lines=lines)


class AccessIn(_Strict):
    """A change of access; `subject` is whose access changes: an e-mail, a contact's id or a name."""

    kind: Annotated[Line100, Field(json_schema_extra={"enum": list(ACCESS_KINDS)})]
    subject: Line500
    resource: Line500
    before: Line500
    after: Line500
    until: Instant | None = None
    external: bool = False

    def command(self) -> Access:
        """As the desk takes it."""
        return Access(**self.model_dump())


class AttachmentIn(_Strict):
    """A document to look at before deciding."""

    name: Line200
    url: SafeLink

    def command(self) -> Attachment:
        """As the desk takes it."""
        return Attachment(self.name, self.url)


class _Approval(_Strict):
    """`replaces` is the reference or id of an undecided or approved request that this one takes the place of."""

    client: Slug
    title: Title
    why: Why
    requested_by: Short = ""
    urgency: Literal["normal", "urgent"] = "normal"
    external_ref: Short = ""
    attachments: Annotated[list[AttachmentIn], Field(max_length=10)] = []
    replaces: Short100 = ""

    def _raise(self, **facts: Any) -> RaiseApproval:
        plain = self.model_dump(exclude={"attachments", *facts})
        return RaiseApproval(**plain, attachments=tuple(one.command() for one in self.attachments), **facts)


class PurchaseApproval(_Approval):
    """Asks a client's key contacts to decide a purchase."""

    kind: Literal["purchase"]
    purchase: PurchaseIn

    def command(self) -> RaiseApproval:
        """As the desk takes it."""
        return self._raise(purchase=self.purchase.command())


class AccessApproval(_Approval):
    """Asks a client's key contacts to decide a change of access."""

    kind: Literal["access"]
    access: AccessIn

    def command(self) -> RaiseApproval:
        """As the desk takes it."""
        return self._raise(access=self.access.command())


ApprovalIn = Annotated[PurchaseApproval | AccessApproval, Field(discriminator="kind")]


def _absent() -> Any:
    """For a field that may be left out and may not be null: its default is never shown and never validated."""
    return Field(default_factory=lambda: None)


class ChangeIn(_Strict):
    """Changed facts; only what is given changes. A change makes a new version and voids earlier votes."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    title: Title = _absent()
    why: Why = _absent()
    urgency: Literal["normal", "urgent"] = _absent()
    purchase: PurchaseIn = _absent()
    access: AccessIn = _absent()

    def command(self, ref: Ref) -> ChangeApproval:
        """As the desk takes it."""
        return ChangeApproval(
            ref,
            title=self.title,
            why=self.why,
            urgency=self.urgency,
            purchase=self.purchase.command() if self.purchase else None,
            access=self.access.command() if self.access else None,
        )


class WithdrawIn(_Strict):
    """Why the question is taken back."""

    reason: Long = ""


class FulfilIn(_Strict):
    """What was done."""

    note: Long = ""


class AnswerIn(_Strict):
    """The provider's answer to every open question."""

    text: Why


class SettleIn(_Strict):
    """What was agreed about a mistake: whether the approval stands."""

    stands: bool
    text: Why


class NothingIn(_Strict):
    """Nothing has to be said."""
