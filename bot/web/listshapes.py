"""The shapes of REST answers about clients, contacts and the journal, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class LocationOut(BaseModel):
    """An office."""

    slug: str
    name: str
    timezone: str


class ClientOut(BaseModel):
    """One client."""

    slug: str
    code: str
    name: str
    stage: str
    timezone: str
    country: str
    locale: str
    currency: str
    csm_title: str
    locations: list[LocationOut]


class RoleOut(BaseModel):
    """One role of a contact; `location` empty for the whole client."""

    role: str
    rank: int
    location: str


class AbsenceOut(BaseModel):
    """Away `from` (inclusive) `to` (exclusive)."""

    from_: datetime = Field(serialization_alias="from")
    to: datetime
    delegate: str


class ContactOut(BaseModel):
    """One contact."""

    id: str
    client: str
    name: str
    title: str
    email: str
    phone: str
    language: str
    timezone: str
    location: str
    preferred_channel: str
    ask_last: bool
    default: bool
    roles: list[RoleOut]
    absences: list[AbsenceOut]
    platforms: list[str]


class EntryOut(BaseModel):
    """One line of the journal."""

    position: int
    at: datetime
    what: str
    subject: str
    actor: str
    person_id: str | None
    identity: str
    channel: str
    version: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    request_hash: str
    previous: str
    hash: str


class ClientsOut(BaseModel):
    """A page of clients."""

    items: list[ClientOut]
    next: str | None


class ContactsOut(BaseModel):
    """A page of contacts."""

    items: list[ContactOut]
    next: str | None


class EntriesOut(BaseModel):
    """A page of the journal; `next` is the next `after`, null when this was the end."""

    items: list[EntryOut]
    next: int | None
