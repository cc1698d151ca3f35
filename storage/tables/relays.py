"""What contacts tell their own staff about a notice or a downtime, each in the own words and language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import instant


class Relay(SQLModel, table=True):
    """What one contact tells, or told, the staff about one step of a subject, natural key (subject, person, number).

    `number` is the subject's own count of what is to be told: of a notice 0 is the notice itself, else the update; of
    a downtime 0 is what was agreed, and each later word counts on.
    `state`: draft, posted (in a room), informed (by other means), replaced (a newer draft took its place), withdrawn
    (what it is about is off) or over (it is done).
    """

    __tablename__ = "relay"
    __table_args__ = (UniqueConstraint("subject", "person_id", "number"),)
    id: str = Field(primary_key=True)
    subject: str
    """`notice:ID` or `downtime:ID`."""
    client_id: str = Field(foreign_key="client.id")
    person_id: str = Field(foreign_key="person.id")
    number: int
    text: str
    state: str = "draft"
    edited: bool = False
    room_id: str | None = Field(default=None)
    place: str = ""
    """Where it was told, in words: "#all-staff", "by other means"."""
    created_at: datetime = Field(sa_column=instant())
    told_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
