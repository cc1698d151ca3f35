"""Downtimes, the times offered for them, who answers for which office, and when a client does not want any work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import document, instant


class Downtime(SQLModel, table=True):
    """Planned work during which something does not work. `ref` is the provider's own count (D-1, D-2, ...).

    `state` is the proposal's: draft, proposed, countered, accepted, declined, expired or withdrawn. `life` is the
    agreed window's, "" until then: scheduled, announced, in_progress, extended, verifying, completed, postponed or
    cancelled. `version` grows with everything that readers should see, `revision` with every new offer of times.
    """

    __tablename__ = "downtime"
    __table_args__ = (Index("ix_downtime_client", "client_id", "state"), Index("ix_downtime_life", "life"))
    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    client_id: str = Field(foreign_key="client.id")
    state: str = "draft"
    life: str = ""
    side: str = "provider"
    """Who started it: provider or client."""
    version: int = 1
    revision: int = 1
    work: str
    implications: str
    prep_steps: str = ""
    locations: list[str] = Field(default_factory=list, sa_column=document())
    """Ids of the offices it touches, in the order of their names; [""] is a client without offices."""
    override: str = ""
    """Why it is offered in spite of what speaks against its times."""
    owner_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who is accountable for it at the provider."""
    engineer_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who does the work; None: the owner."""
    asker_id: str | None = Field(default=None, foreign_key="person.id")
    """The contact who asked for it."""
    raised_by: str
    """A name, as it is shown."""
    external_ref: str = ""
    created_at: datetime = Field(sa_column=instant())
    proposed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_by: str | None = Field(default=None, foreign_key="person.id")
    """The key contact whose yes it is."""
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_why: str = ""
    """What the key contact said to a short notice, an objection or no answer."""
    starts_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The agreed window."""
    began_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    extended_to: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_why: str = ""
    closed_by: str = ""
    """Who declined, took back, postponed or cancelled it; a name, as it is shown."""
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    """What happened in the agreed window, oldest first: {what, at, by, text} and `until` for an extension.

    `what`: started, late, extended, overrun, finished, completed, postponed, cancelled."""
    sequence: int = 0
    """SEQUENCE of the calendar's event (RFC 5545 3.8.7.4): grows with the agreed time, the state and the words."""
    instead_of: str | None = Field(default=None, foreign_key="downtime.id")
    """The postponed downtime in whose place this one is offered."""
    closed_by_id: str | None = None
    """Who has closed it (`closed_by`) as the id of a person, where it was one."""


class OfferedWindow(SQLModel, table=True):
    """One time on offer, natural key (subject, revision, number); numbers are 1 to 3.

    `state`: open, chosen, dropped (another one was chosen, or a newer offer took its place).
    `needed_days` and `given_days` are the business days of notice that the client's rules ask for and that it has,
    counted when it was first offered; less is short notice. `conflicts` are sentences that speak against it, as they
    were known when it was offered.
    """

    __tablename__ = "offered_window"
    __table_args__ = (UniqueConstraint("subject", "revision", "number"),)
    id: str = Field(primary_key=True)
    subject: str
    """`downtime:ID`."""
    revision: int
    number: int
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant())
    state: str = "open"
    side: str = "provider"
    offered_by: str
    """A name, as it is shown."""
    author_id: str | None = Field(default=None, foreign_key="person.id")
    """The same as a person; None for a service, and when the words of the downtime have changed since."""
    text: str = ""
    """What was said with it."""
    offered_at: datetime = Field(sa_column=instant())
    """When this very time was first offered, in whatever revision."""
    size: str = "normal"
    """minor, normal or major."""
    needed_days: int
    given_days: int
    conflicts: list[str] = Field(default_factory=list, sa_column=document())


class WindowVoice(SQLModel, table=True):
    """Somebody whose answer an offer needs, natural key (subject, revision, kind, location).

    `kind`: place (the coordinator of one office), decider (the key contact; location "") or provider (the provider
    answers what a client asked for or suggested; location "").
    `state`: waiting (not asked to decide yet), open, answered, silent (the ladder has ended) or over.
    """

    __tablename__ = "window_voice"
    __table_args__ = (UniqueConstraint("subject", "revision", "kind", "location_id"),)
    id: str = Field(primary_key=True)
    subject: str
    revision: int
    kind: str
    location_id: str = ""
    state: str = "open"
    opened_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class VoiceAsked(SQLModel, table=True):
    """Who was asked for a voice, since when and why: primary, backup, or for:<person> (stands in)."""

    __tablename__ = "voice_asked"
    __table_args__ = (UniqueConstraint("voice_id", "person_id"), Index("ix_voice_asked_subject", "subject"))
    id: str = Field(primary_key=True)
    voice_id: str = Field(foreign_key="window_voice.id")
    subject: str
    person_id: str = Field(foreign_key="person.id", index=True)
    since: datetime = Field(sa_column=instant())
    why: str = "primary"


class WindowAnswer(SQLModel, table=True):
    """What an office says to one offered time, natural key (voice, number): ok or object (with a reason)."""

    __tablename__ = "window_answer"
    __table_args__ = (UniqueConstraint("voice_id", "number"), Index("ix_window_answer_subject", "subject"))
    id: str = Field(primary_key=True)
    voice_id: str = Field(foreign_key="window_voice.id")
    subject: str
    number: int
    verdict: str
    reason: str = ""
    person_id: str = Field(foreign_key="person.id")
    identity_id: str | None = Field(default=None, foreign_key="identity.id")
    channel: str
    at: datetime = Field(sa_column=instant())


class Blackout(SQLModel, table=True):
    """When a client, or one of its offices, wants no work: every week, or once.

    Weekly: `weekday` (0 = Monday) from `from_wall` to `until_wall` (HH:MM of the office's wall; an end not after
    the start is on the next day). Once: `starts_at` to `ends_at`. `state`: active or removed.
    """

    __tablename__ = "blackout"
    __table_args__ = (Index("ix_blackout_client", "client_id", "state"),)
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    location_id: str = ""
    """ "" is every office of the client."""
    weekday: int | None = None
    from_wall: str = ""
    until_wall: str = ""
    starts_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    why: str
    added_by: str
    """A name, as it is shown."""
    created_at: datetime = Field(sa_column=instant())
    state: str = "active"


class PreferredTime(SQLModel, table=True):
    """When a client, or one of its offices, likes work to be done; one row for each of them at most."""

    __tablename__ = "preferred_time"
    __table_args__ = (UniqueConstraint("client_id", "location_id"),)
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    location_id: str = ""
    weekdays: list[int] = Field(default_factory=list, sa_column=document())
    from_wall: str
    until_wall: str
    """Before `from_wall` it means the next morning; equal to it the whole day."""
    added_by: str
    created_at: datetime = Field(sa_column=instant())
