"""SQLModel tables, one file a subject; `metadata` knows them all."""

from sqlmodel import SQLModel

from storage.tables.decisions import ApprovalRequest, ApprovalStep, Asked, Task, Timer, Vote
from storage.tables.delivery import Delivery, Inbox
from storage.tables.directory import (
    Absence,
    Client,
    Identity,
    Location,
    Person,
    RoleAssignment,
    StaffAssignment,
    Workspace,
)
from storage.tables.records import ApiToken, IdempotencyKey, JournalEntry, JournalHead

metadata = SQLModel.metadata

__all__ = [
    "Absence",
    "ApiToken",
    "ApprovalRequest",
    "ApprovalStep",
    "Asked",
    "Client",
    "Delivery",
    "IdempotencyKey",
    "Identity",
    "Inbox",
    "JournalEntry",
    "JournalHead",
    "Location",
    "Person",
    "RoleAssignment",
    "StaffAssignment",
    "Task",
    "Timer",
    "Vote",
    "Workspace",
    "metadata",
]
