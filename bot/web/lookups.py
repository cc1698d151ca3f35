"""What REST callers ask for in a query: filters and pages, no name unheard of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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
