"""SQLModel tables, one file a subject; `metadata` knows them all."""

from sqlmodel import SQLModel

from storage.tables.cases import Case
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
from storage.tables.feedback import Feedback
from storage.tables.notices import Notice, NoticePlace, NoticeUpdate, Receipt
from storage.tables.records import ApiToken, IdempotencyKey, JournalEntry, JournalHead
from storage.tables.relays import Relay
from storage.tables.reports import HealthCheck, Report, ReportReader, ReportRemark
from storage.tables.touchpoints import ActionItem, AgendaItem, Cadence, MeetingRecord, Pulse, Touchpoint

metadata = SQLModel.metadata

__all__ = [
    "Absence",
    "ActionItem",
    "AgendaItem",
    "ApiToken",
    "ApprovalRequest",
    "ApprovalStep",
    "ApprovalVersion",
    "Asked",
    "Blackout",
    "Cadence",
    "Case",
    "Client",
    "Delivery",
    "Downtime",
    "Feedback",
    "HealthCheck",
    "IdempotencyKey",
    "Identity",
    "Inbox",
    "Inquiry",
    "JournalEntry",
    "JournalHead",
    "Location",
    "MeetingRecord",
    "Notice",
    "NoticePlace",
    "NoticeUpdate",
    "OfferedWindow",
    "Person",
    "PhoneVoice",
    "PreferredTime",
    "Pulse",
    "Receipt",
    "Relay",
    "Report",
    "ReportReader",
    "ReportRemark",
    "RoleAssignment",
    "Room",
    "StaffAssignment",
    "Task",
    "Timer",
    "Touchpoint",
    "VoiceAsked",
    "Vote",
    "WindowAnswer",
    "WindowVoice",
    "Workspace",
    "metadata",
]
