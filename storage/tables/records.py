"""What must never be lost or changed: the journal with its chain heads; and the REST callers' tokens and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class JournalHead(SQLModel, table=True):
    """The end of one client's chain (`chain` is the client's id, or "msp" for what belongs to no client)."""

    __tablename__ = "journal_head"
    chain: str = Field(primary_key=True)
    position: int = 0
    hash: str = ""


class JournalEntry(SQLModel, table=True):
    """One thing that was done or refused. Append-only; `hash` covers the entry and `previous`."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("chain", "position"),)
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    chain: str
    position: int
    at: datetime = Field(sa_column=instant())
    what: str
    subject: str = Field(default="", index=True)
    actor: str
    """Readable: the person's name, the token's name, the clock."""
    person_id: str | None = None
    identity: str = ""
    """platform/org/user as verified."""
    channel: str = ""
    version: int | None = None
    before: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    after: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    request_hash: str = ""
    previous: str = ""
    hash: str = ""


class ApiToken(SQLModel, table=True):
    """A REST caller. Only the SHA-256 of the token is kept."""

    __tablename__ = "api_token"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    digest: str = Field(unique=True)
    scopes: list[str] = Field(default_factory=list, sa_column=document())
    client_id: str | None = Field(default=None, foreign_key="client.id")
    created_at: datetime = Field(sa_column=instant())
    revoked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class IdempotencyKey(SQLModel, table=True):
    """One POST of one caller: the body it had and the answer it got."""

    __tablename__ = "idempotency_key"
    token_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    route: str
    body_hash: str
    status: int = 0
    """0 while the first call is still running."""
    answer: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=instant(index=True))
