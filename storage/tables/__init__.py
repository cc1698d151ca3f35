"""SQLModel tables, one file a subject; `metadata` knows them all."""

from sqlmodel import SQLModel

from storage.tables.decisions import (
    ApprovalRequest,
    ApprovalStep,
    ApprovalVersion,
    Asked,
    Inquiry,
    PhoneVoice,
    Task,
    Timer,
    Vote,
)
from storage.tables.delivery import Delivery, Inbox
from storage.tables.directory import (
    Absence,
    Client,
    Identity,
    Location,
    Person,
    RoleAssignment,
    Room,
    StaffAssignment,
    Workspace,
)
from storage.tables.notices import Feedback, Notice, NoticePlace, NoticeUpdate, Receipt, Relay
from storage.tables.records import ApiToken, IdempotencyKey, JournalEntry, JournalHead

metadata = SQLModel.metadata

__all__ = [
    "Absence",
    "ApiToken",
    "ApprovalRequest",
    "ApprovalStep",
    "ApprovalVersion",
    "Asked",
    "Client",
    "Delivery",
    "Feedback",
    "IdempotencyKey",
    "Identity",
    "Inbox",
    "Inquiry",
    "JournalEntry",
    "JournalHead",
    "Location",
    "Notice",
    "NoticePlace",
    "NoticeUpdate",
    "Person",
    "PhoneVoice",
    "Receipt",
    "Relay",
    "RoleAssignment",
    "Room",
    "StaffAssignment",
    "Task",
    "Timer",
    "Vote",
    "Workspace",
    "metadata",
]
