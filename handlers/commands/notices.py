"""Commands about notices: raise, update, resolve; acknowledge, tell the staff, ask for help; say how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handlers.commands.shapes import Ref

NoticeKind = Literal["outage", "advisory", "msp_change", "critical_patch"]
NoticeState = Literal["investigating", "identified", "monitoring"]


@dataclass(frozen=True)
class RaiseNotice:
    """A notice for key contacts: a draft with a preview of its recipients, or (`send`) sent in the same breath.

    `clients` are slugs, codes or names, or ("all",). `locations` are "client/office" or, with one client, "office";
    none given means every office. `severity` is 1 to 4. `impacts` (client slug -> words) says what it means for one
    client in particular. Times are aware; `started_at` None is now.
    """

    kind: NoticeKind
    clients: tuple[str, ...]
    severity: int
    services: str
    impact: str
    title: str = ""
    workaround: str = ""
    locations: tuple[str, ...] = ()
    started_at: datetime | None = None
    next_update_at: datetime | None = None
    impacts: Mapping[str, str] = field(default_factory=dict)
    external_ref: str = ""
    send: bool = False


@dataclass(frozen=True)
class ChangeNotice:
    """Changes a draft, or what a sent notice says (then everybody who got it is told). Only what is given changes."""

    ref: Ref
    severity: int | None = None
    title: str | None = None
    services: str | None = None
    impact: str | None = None
    workaround: str | None = None
    impacts: Mapping[str, str] | None = None


@dataclass(frozen=True)
class SendNotice:
    """Sends a draft as it was previewed at `version`."""

    ref: Ref
    version: int


@dataclass(frozen=True)
class UpdateNotice:
    """A progress line. `state` None keeps the state; "no change" is `no_change` and needs no text."""

    ref: Ref
    text: str = ""
    state: NoticeState | None = None
    workaround: str | None = None
    next_update_at: datetime | None = None
    no_change: bool = False


@dataclass(frozen=True)
class ResolveNotice:
    """It works again."""

    ref: Ref
    text: str


@dataclass(frozen=True)
class ReopenNotice:
    """It came back: everybody is asked to acknowledge again."""

    ref: Ref
    text: str
    next_update_at: datetime | None = None


@dataclass(frozen=True)
class CancelNotice:
    """A false alarm: whoever was told is told so. A draft just goes."""

    ref: Ref
    reason: str = ""


@dataclass(frozen=True)
class ShareRootCause:
    """Why it happened, what was done, what is done so that it does not happen again: a notice of its own."""

    ref: Ref
    summary: str
    fix: str
    prevent: str


@dataclass(frozen=True)
class Acknowledge:
    """ "I have read this", nothing more."""

    ref: Ref
    version: int = 0


@dataclass(frozen=True)
class RecordAcknowledgement:
    """Somebody of the provider told a contact (id) on the phone."""

    ref: Ref
    person: str
    note: str = ""


@dataclass(frozen=True)
class RemindReaders:
    """The provider reminds everybody who is silent, at most once in fifteen minutes."""

    ref: Ref


@dataclass(frozen=True)
class RenewBoards:
    """The house draws a notice's boards anew: somebody followed a link on one that had run out."""

    ref: Ref


@dataclass(frozen=True)
class StaffInformed:
    """A contact has told the staff the latest, by other means. `ref` is the notice or the relay."""

    ref: Ref


@dataclass(frozen=True)
class EditRelay:
    """A contact changes the words of the drafted message to the staff."""

    ref: Ref
    text: str


@dataclass(frozen=True)
class PostRelay:
    """A contact has the message posted in a room (id) of the own company."""

    ref: Ref
    room: str


@dataclass(frozen=True)
class ReportTrouble:
    """ "We have a problem too": the provider is told, with the contact's words if there are any."""

    ref: Ref
    text: str = ""


@dataclass(frozen=True)
class CallMe:
    """A contact wants to be called at the number on file."""

    ref: Ref


@dataclass(frozen=True)
class Rate:
    """How it went: 1 (bad) to 5 (good), once; a comment may follow."""

    ref: Ref
    score: int
    comment: str = ""


NoticeCommand = (
    Acknowledge
    | CallMe
    | CancelNotice
    | ChangeNotice
    | EditRelay
    | PostRelay
    | RaiseNotice
    | Rate
    | RecordAcknowledgement
    | RemindReaders
    | RenewBoards
    | ReopenNotice
    | ReportTrouble
    | ResolveNotice
    | SendNotice
    | ShareRootCause
    | StaffInformed
    | UpdateNotice
)
