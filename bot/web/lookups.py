"""What REST callers ask for in a query: filters and pages, no name unheard of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.web.kinds import Cursor, Slug

State = Literal[
    "draft",
    "pending",
    "info_requested",
    "approved",
    "rejected",
    "expired",
    "withdrawn",
    "superseded",
    "fulfilled",
    "void",
]


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1)] = 50
    cursor: Cursor | None = None


class ApprovalsQuery(_Page):
    """Which approvals."""

    state: State | None = None
    client: Slug | None = None


class CasesQuery(_Page):
    """Which cases: `open` are all that are not closed, whomever they wait for."""

    state: Literal["open", "waiting_on_client", "waiting_on_vendor", "closed"] | None = None
    client: Slug | None = None


class ClientsQuery(_Page):
    """Which clients: all this caller may see."""


class ContactsQuery(_Page):
    """Whose contacts: of the client a token is bound to, else of every client, unless one is named."""

    client: Slug | None = None


class JournalQuery(BaseModel):
    """Whose journal, after which position; without a client the provider's own (what belongs to no client)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: Slug | None = None
    after: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0
    limit: Annotated[int, Field(ge=1)] = 50


def _flag(value: Any) -> Any:
    """The two words of JSON and no others: whoever writes `dry_run=on` should not have to guess what it did."""
    if value not in ("true", "false", True, False):
        raise ValueError("has to be true or false.")
    return value in ("true", True)


class RaiseQuery(BaseModel):
    """`dry_run`: only say who would get it; nothing is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dry_run: Annotated[bool, BeforeValidator(_flag)] = False


class WishesQuery(_Page):
    """Whose blackouts or preferred times: of the client a token is bound to, else of every client, unless named."""

    client: Slug | None = None


ProposalState = Literal["draft", "proposed", "countered", "accepted", "declined", "expired", "withdrawn"]
Life = Literal["scheduled", "announced", "in_progress", "extended", "verifying", "completed", "postponed", "cancelled"]


class DowntimesQuery(_Page):
    """Which downtimes: of one client, in one state of the proposal, in one of the agreed time."""

    state: ProposalState | None = None
    life: Life | None = None
    client: Slug | None = None


NoticeState = Literal["draft", "investigating", "identified", "monitoring", "resolved", "closed", "cancelled"]
Stage = Literal["queued", "sent", "overdue", "covered", "acknowledged", "relayed", "undeliverable"]


class NoticesQuery(_Page):
    """Which notices: in one state, about one client."""

    state: NoticeState | None = None
    client: Slug | None = None


class ReceiptsQuery(_Page):
    """Whose receipts: of one client, at one stage."""

    client: Slug | None = None
    stage: Stage | None = None
