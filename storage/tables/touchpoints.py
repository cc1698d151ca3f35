"""Touchpoints: planned talks between a client and its provider, what they are about and what they left to do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class Cadence(SQLModel, table=True):
    """How often a client and its provider talk, natural key (client, kind). What is not here follows the defaults.

    `kind` is a touchpoint's kind, or pulse. `every` is a rule in words that `handlers.mechanisms.cadence` reads:
    "7 days", "2 weeks", "1 month", "3 months", "6 months", "1 year", "never".
    """

    __tablename__ = "cadence"
    __table_args__ = (UniqueConstraint("client_id", "kind"),)
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    kind: str
    every: str
    weekday: int | None = None
    """0 = Monday; None: as the defaults say."""
    wall: str = ""
    """HH:MM of the client's wall; "": as the defaults say."""
    minutes: int = 30
    confirmed_by: str
    """A name, as it is shown."""
    reason: str = ""
    at: datetime = Field(sa_column=instant())


class Touchpoint(SQLModel, table=True):
    """One talk, natural key (client, kind, period). `ref` is the provider's own count (T-1, T-2, ...).

    `kind`: check_in, rap_session, cio_presentation, vcio_meeting, operational_call, ice_meeting, support_kickoff or
    budget_review. `state`: due, proposed, confirmed, rescheduled, held, closed, missed or skipped. Its times on offer
    are rows of `offered_window` with the subject `touchpoint:ID`.
    """

    __tablename__ = "touchpoint"
    __table_args__ = (
        UniqueConstraint("client_id", "kind", "period"),
        Index("ix_touchpoint_state", "client_id", "state"),
    )
    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    client_id: str = Field(foreign_key="client.id")
    kind: str
    period: str
    """Of a cadence the day it is due ("2026-06-11"); of a talk planned by hand its own id."""
    state: str = "due"
    version: int = 1
    revision: int = 1
    title: str = ""
    """As the client calls it; "" is the kind's own name."""
    channel: str = "chat"
    """chat (the offer comes by chat), phone or in_person: then somebody of the provider calls instead."""
    link: str = ""
    place: str = ""
    owner_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who holds it at the provider."""
    due_on: date
    minutes: int = 30
    created_at: datetime = Field(sa_column=instant())
    proposed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    starts_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_by: str | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When it was held, missed or skipped."""
    ended_by: str = ""
    ended_why: str = ""
    notes: str = ""
    """What was said, once it was held."""
    agenda: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    """What the agenda drawn from live data was when it was held; [] until then."""
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sequence: int = 0
    """SEQUENCE of the calendar's event (RFC 5545 3.8.7.4)."""
    moved_by: str | None = None
    """Which contact (by id) asked last for another time; `moved_why` in whose words, "" without any."""
    moved_why: str = ""
    stands_in_for: str | None = None
    """Whose talk it is (by id) while `owner_id` holds it because that one is away at the agreed time."""


class AgendaItem(SQLModel, table=True):
    """Something a person wants to talk about."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_touchpoint", "touchpoint_id"),)
    id: str = Field(primary_key=True)
    touchpoint_id: str = Field(foreign_key="touchpoint.id")
    text: str
    person_id: str | None = Field(default=None, foreign_key="person.id")
    by: str
    """A name, as it is shown."""
    at: datetime = Field(sa_column=instant())
    state: str = "open"
    """open or removed."""


class ActionItem(SQLModel, table=True):
    """What somebody is to do after a talk. `state`: open, done or dropped."""

    __tablename__ = "action_item"
    __table_args__ = (Index("ix_action_item_client", "client_id", "state"),)
    id: str = Field(primary_key=True)
    touchpoint_id: str = Field(foreign_key="touchpoint.id", index=True)
    client_id: str = Field(foreign_key="client.id")
    text: str
    owner_id: str = Field(foreign_key="person.id", index=True)
    """Of the client or of the provider."""
    due_on: date | None = None
    state: str = "open"
    added_by: str
    at: datetime = Field(sa_column=instant())
    done_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    done_by: str = ""


class MeetingRecord(SQLModel, table=True):
    """What a talk needs on file before it may close, natural key (touchpoint, kind).

    `kind`: slide_deck, assessment, service_desk_metrics or hardware_warranty_report. Either `url` and `on`, or
    `waived_why` says why there is none.
    """

    __tablename__ = "meeting_record"
    __table_args__ = (UniqueConstraint("touchpoint_id", "kind"),)
    id: str = Field(primary_key=True)
    touchpoint_id: str = Field(foreign_key="touchpoint.id")
    kind: str
    url: str = ""
    on: date | None = None
    waived_why: str = ""
    by: str
    at: datetime = Field(sa_column=instant())


class Pulse(SQLModel, table=True):
    """A short look at how a relationship is, natural key (client, period); `period` is the day it is due.

    `state`: asked, logged or skipped. `temperature`: green, amber or red. `preference`: normal, frequent or light.
    """

    __tablename__ = "pulse"
    __table_args__ = (UniqueConstraint("client_id", "period"), Index("ix_pulse_state", "client_id", "state"))
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    period: str
    state: str = "asked"
    channel: str = "chat"
    """How the client wants to be asked: chat, phone or in_person."""
    owner_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    asked_at: datetime = Field(sa_column=instant())
    logged_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    logged_by: str = ""
    temperature: str = ""
    users: int | None = None
    users_year_ago: int | None = None
    preference: str = "normal"
    text: str = ""
    """What was said."""
    suggested: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    """{"pulse": "7 days", "vcio_meeting": "1 month", "temperature": "amber", "why": [sentences]}"""
    settled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When a person has confirmed the suggestion or kept what was."""
    settled_by: str = ""
    settled_why: str = ""
    kept: bool = False
    """True when the suggestion was not taken."""
