"""Who there is: clients, their locations and people, roles, absences, and where people are on the platforms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class Client(SQLModel, table=True):
    """A company with an agreement. `next_number` counts its references (MF-1, MF-2, ...)."""

    __tablename__ = "client"
    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    code: str = Field(unique=True)
    name: str
    stage: str = "active"
    timezone: str
    country: str = "US"
    subdivision: str = ""
    locale: str = "en_US"
    currency: str = "USD"
    csm_title: str = "client success manager"
    default_contact_id: str | None = None
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    policy_version: int = 1
    next_number: int = 1


class Location(SQLModel, table=True):
    """An office of a client, in its own time zone."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("client_id", "slug"),)
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    slug: str
    name: str
    timezone: str
    country: str = "US"
    subdivision: str = ""


class Person(SQLModel, table=True):
    """A person of a client (`client_id` set) or of the provider (`client_id` null).

    `state`: active or left. A contact is a client's person; an employee is a contact without a role.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_client_email", "client_id", "email"),)
    id: str = Field(primary_key=True)
    client_id: str | None = Field(default=None, foreign_key="client.id", index=True)
    location_id: str | None = Field(default=None, foreign_key="location.id")
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"
    timezone: str
    preferred_channel: str = "chat"
    ask_last: bool = False
    state: str = "active"
    calendar_number: int = 0
    """Stands in the addresses of this person's calendars: those with another number have ended."""


class RoleAssignment(SQLModel, table=True):
    """One role of one person for a client, or for one of its locations; rank 1 is the primary."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        CheckConstraint("rank >= 1"),
        Index("ix_role_once", "client_id", "person_id", "role", "location_id", unique=True),
    )
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    person_id: str = Field(foreign_key="person.id", index=True)
    role: str
    rank: int = 1
    location_id: str = ""
    """Empty for the whole client (a null would let the same role be given twice)."""


class StaffAssignment(SQLModel, table=True):
    """What a person of the provider does for a client (`client_id` empty: for all)."""

    __tablename__ = "staff_assignment"
    __table_args__ = (UniqueConstraint("person_id", "client_id", "role"),)
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id")
    client_id: str = Field(default="", index=True)
    role: str
    technology: str = ""


class Absence(SQLModel, table=True):
    """A person is away from `starts_at` (inclusive) until `ends_at` (exclusive)."""

    __tablename__ = "absence"
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant())
    delegate_id: str | None = Field(default=None, foreign_key="person.id")


class Workspace(SQLModel, table=True):
    """A Slack workspace or an Entra tenant that belongs to a client, or to the provider (`client_id` null).

    A row is the permission to talk from there (the allow-list); `state` says whether our app is in it:
    allowed (not yet installed), installed or removed. `sealed` are its secrets, encrypted.
    """

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("platform", "org"),)
    id: str = Field(primary_key=True)
    platform: str
    org: str
    name: str
    client_id: str | None = Field(default=None, foreign_key="client.id")
    state: str = "allowed"
    sealed: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=document())


class Room(SQLModel, table=True):
    """A channel in which the bot is or was (`state`: in, left), of a client or of the provider (`client_id` null).

    `channel` is Slack's C... id or Teams' 19:...@thread.tacv2; `address` is the encrypted conversation reference.
    """

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("platform", "org", "channel"),)
    id: str = Field(primary_key=True)
    client_id: str | None = Field(default=None, foreign_key="client.id", index=True)
    platform: str
    org: str
    channel: str
    name: str
    address: str = ""
    state: str = "in"


class Identity(SQLModel, table=True):
    """A person's account on one platform: the only proof of who clicked, and where cards go.

    `address` is the encrypted conversation reference; `reachable` turns false when a person removes or blocks the app.
    An account taken from a person is not `linked` any more: the row stays for history, and nobody is recognised by it.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("platform", "org", "user"),)
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    platform: str
    org: str
    user: str
    address: str = ""
    reachable: bool = True
    linked: bool = True
