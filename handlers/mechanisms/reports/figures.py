"""What a report says, as it is frozen: every figure of one client in one period.

All of it is JSON: instants are ISO 8601 in UTC, days "2026-06-08", weeks "2026-W23".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

AGES = ("0-3", "4-7", "8-14", "15-30", "30+")
"""Days that an open case is old at the end of the period; the bands of `aging`."""
WEEKS = 8
"""So many weeks are compared, the reported one last."""
LISTED = 25
"""So many cases are named in a report at most; the page in the console has them all."""


class InTarget(TypedDict):
    """How many were answered or solved in time, of how many; by priority as [met, of]."""

    met: int
    of: int
    by_priority: Mapping[str, Sequence[int]]


class Opinions(TypedDict):
    """Answers of 4 and 5 among all answers that came in the period, and how many were asked."""

    good: int
    answers: int
    asked: int


class Week(TypedDict):
    """One of the weeks compared; `backlog` is at its end."""

    week: str
    opened: int
    closed: int
    backlog: int


class NamedCase(TypedDict):
    """A case as a report names it; `age` in whole days at the end of the period."""

    id: str
    external_id: str
    title: str
    state: str
    priority: str
    age: int
    since: NotRequired[str]
    """Since when it waits on the client."""


class Named(TypedDict):
    """Anything else that a report names: `ref` is Keyline's own, `at` an instant or ""."""

    ref: str
    text: str
    at: str


class Figures(TypedDict):
    """Checked before it is kept: backlog_start + opened - closed = backlog_end = the sum of `aging`."""

    opened: int
    closed: int
    backlog_start: int
    backlog_end: int
    aging: Sequence[int]
    """As `AGES`."""
    waiting: Sequence[NamedCase]
    """Those that wait on the client, the longest first, at most LISTED."""
    waiting_count: int
    oldest: Sequence[NamedCase]
    """Open cases at the end, the oldest first, at most LISTED."""
    response: InTarget
    """Of the cases opened in the period that were answered, or should have been."""
    resolution: InTarget
    """Of the cases closed in the period."""
    reopened: int
    categories: Sequence[tuple[str, int]]
    """Opened in the period, the most frequent first, at most 5; "" is without one."""
    requesters: Sequence[tuple[str, int]]
    csat: Opinions
    changes: Sequence[Named]
    """Downtimes completed in the period."""
    downtimes: Sequence[Named]
    """Agreed downtimes to come."""
    approvals: Sequence[Named]
    """Requests that wait for an answer of the client; `at` is when they end."""
    health: Mapping[str, str] | None
    """{"result", "text", "at"} of this week's health check, if there was one."""
    last: Mapping[str, int] | None
    """{"opened", "closed", "backlog_end"} of the week before; None for a client's first."""
    weeks: Sequence[Week]
    month: NotRequired[Mapping[str, Any]]
    """Of an executive summary only: what it has beyond the figures of the period."""


PlainCount = Literal["opened", "closed", "backlog_start", "backlog_end", "waiting_count", "reopened"]
PLAIN: tuple[PlainCount, ...] = ("opened", "closed", "backlog_start", "backlog_end", "waiting_count", "reopened")
"""The figures that are one number."""


class Unsound(ValueError):
    """Figures that contradict each other; a report is never made of them."""


def verify(figures: Figures) -> None:
    """Raises `Unsound` with a sentence when the check sums do not hold."""
    start, opened, closed, end = (figures[name] for name in ("backlog_start", "opened", "closed", "backlog_end"))
    if start + opened - closed != end:
        raise Unsound(f"{start} open before, {opened} opened and {closed} closed do not leave {end} open.")
    if sum(figures["aging"]) != end or len(figures["aging"]) != len(AGES):
        raise Unsound(f"The open cases by age are {sum(figures['aging'])}, not {end}.")
    for part in (figures["response"], figures["resolution"]):
        pairs = part["by_priority"].values()
        if part["met"] != sum(met for met, _ in pairs) or part["of"] != sum(of for _, of in pairs):
            raise Unsound("The targets by priority do not add up.")
    csat = figures["csat"]
    if not 0 <= csat["good"] <= csat["answers"]:
        raise Unsound(f"{csat['good']} good opinions of {csat['answers']} cannot be.")


def percent(met: int, of: int) -> str:
    """ "92.9" with one digit, half up; "" where there was nothing."""
    if not of:
        return ""
    tenths = (met * 2000 + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}"
