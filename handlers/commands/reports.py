"""Commands about reports: written by the clock, held or let go by the provider, reviewed by the client."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.commands.shapes import Ref


@dataclass(frozen=True)
class WriteReports:
    """The house writes the reports that are due, many clients at a time; `timer` is the first one due."""

    timer: str
    most: int = 200


@dataclass(frozen=True)
class HoldReport:
    """The provider keeps a report back that is not out yet; it does not go out by itself any more."""

    ref: Ref
    reason: str


@dataclass(frozen=True)
class RegenerateReport:
    """The figures of a report that is not out yet are taken anew, as of now; a hold ends, and `release_at` holds."""

    ref: Ref


@dataclass(frozen=True)
class ReleaseReport:
    """The provider has looked at a report as of `version` and sends it, with a `note` of its own."""

    ref: Ref
    version: int
    note: str = ""


@dataclass(frozen=True)
class CorrectReport:
    """A report that went out was wrong: a new one, with the figures as of now, takes its place and says why."""

    ref: Ref
    reason: str


@dataclass(frozen=True)
class ReviewReport:
    """A contact has read it. A duplicate changes nothing."""

    ref: Ref
    version: int


@dataclass(frozen=True)
class ReportWrongNumber:
    """A contact doubts a figure; `about` says which, in words."""

    ref: Ref
    text: str
    about: str = ""


@dataclass(frozen=True)
class PutHealthCheck:
    """What this week's look at a client's systems found; `result` is good or attention (which needs a text)."""

    client: str
    result: str
    text: str = ""


@dataclass(frozen=True)
class NoteHealthCheck:
    """The same from a report's card: about the report's own week while that is not out, then about this week."""

    ref: Ref
    result: str
    text: str = ""


ReportCommand = (
    WriteReports
    | HoldReport
    | RegenerateReport
    | ReleaseReport
    | CorrectReport
    | ReviewReport
    | ReportWrongNumber
    | PutHealthCheck
    | NoteHealthCheck
)
