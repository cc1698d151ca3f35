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
from storage.tables.downtimes import (
    Blackout,
    Downtime,
    OfferedWindow,
    PreferredTime,
    VoiceAsked,
    WindowAnswer,
    WindowVoice,
)
from storage.tables.notices import Feedback, Notice, NoticePlace, NoticeUpdate, Receipt
from storage.tables.records import ApiToken, IdempotencyKey, JournalEntry, JournalHead
from storage.tables.relays import Relay

metadata = SQLModel.metadata

__all__ = [
    "Absence",
    "ApiToken",
    "ApprovalRequest",
    "ApprovalStep",
    "ApprovalVersion",
    "Asked",
    "Blackout",
    "Client",
    "Delivery",
    "Downtime",
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
    "OfferedWindow",
    "Person",
    "PhoneVoice",
    "PreferredTime",
    "Receipt",
    "Relay",
    "RoleAssignment",
    "Room",
    "StaffAssignment",
    "Task",
    "Timer",
    "VoiceAsked",
    "Vote",
    "WindowAnswer",
    "WindowVoice",
    "Workspace",
    "metadata",
]
