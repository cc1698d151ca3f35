"""What a case is after a ticket system has spoken of it: a pure step from the row that is kept and the one that came.

    open <-> waiting_on_client <-> waiting_on_vendor      any -> closed      closed -> any (opened again)

The ticket system is the master: every move is taken, as long as the times make sense. Saying the same again changes
nothing, and what it does not say stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.commands import CaseRow, Refused
from handlers.sla import PRIORITIES
from handlers.words import storable

CLOSED = "closed"
WAITING = ("waiting_on_client", "waiting_on_vendor")
STATES = ("open", *WAITING, CLOSED)
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""So far may a ticket system's clock be ahead of ours."""
LONGEST: Mapping[str, int] = {
    "external_id": 60,
    "title": 300,
    "category": 100,
    "requester": 200,
    "location": 200,
    "device": 200,
    "assignee": 200,
    "url": 1000,
    "comment": 1000,
}
MOMENTS = ("opened_at", "responded_at", "waiting_since", "closed_at", "reopened_at", "scored_at")
LEAST_SCORE, BEST_SCORE = 1, 5

Kept = Mapping[str, Any]
"""The columns of `storage.tables.cases.Case`."""
Targets = Callable[[str, datetime], tuple[datetime, datetime]]
"""(priority, opened) -> by when it is to be answered and solved."""


@dataclass(frozen=True)
class Known:
    """What the directory knows of the names in a row."""

    location_id: str | None = None
    requester: str = ""
    requester_id: str | None = None


def read(row: CaseRow, now: datetime) -> CaseRow:
    """The row with its words trimmed and its times in UTC; `Refused` names the field that makes no sense."""
    words = {name: _text(name, getattr(row, name), longest) for name, longest in LONGEST.items()}
    for name, what in (("external_id", "the case's number"), ("title", "the title")):
        if not words[name]:
            raise Refused(f"Please give {what}.", field=name, code="invalid")
    if words["url"] and not (words["url"].startswith("https://") and " " not in words["url"]):
        raise Refused("The address of a case starts with https://.", field="url", code="invalid")
    times = {name: _moment(name, getattr(row, name), now) for name in MOMENTS}
    if times["opened_at"] is None:
        raise Refused("Please say when it was opened.", field="opened_at", code="invalid")
    state, priority = row.state.strip().lower(), row.priority.strip().upper()
    if state and state not in STATES:
        raise Refused(f"The state is one of {', '.join(STATES)}.", field="state", code="invalid")
    if priority and priority not in PRIORITIES:
        raise Refused(f"The priority is one of {', '.join(PRIORITIES)}.", field="priority", code="invalid")
    if row.score is not None and (isinstance(row.score, bool) or not LEAST_SCORE <= row.score <= BEST_SCORE):
        raise Refused(f"A score is {LEAST_SCORE} to {BEST_SCORE}.", field="score", code="invalid")
    said: dict[str, Any] = {**words, **times, "client": row.client.strip(), "state": state, "priority": priority}
    return replace(row, **said)


def merged(old: Kept | None, row: CaseRow, known: Known, targets: Targets, now: datetime) -> dict[str, Any]:
    """The columns (without the ids) after a row that was `read`; those of `old` when it says nothing new."""
    before = old or _nothing(now)
    state = row.state or before["state"]
    opened = row.opened_at
    closed = (row.closed_at or before["closed_at"]) if state == CLOSED else None
    _sound(row, state, closed)
    reopened, reopened_at = _reopened(before, row, state, now)
    after: dict[str, Any] = {
        "title": row.title,
        "category": row.category or before["category"],
        "priority": row.priority or before["priority"],
        "state": state,
        "location_id": known.location_id or before["location_id"],
        "requester": known.requester or before["requester"],
        "requester_id": known.requester_id if known.requester else before["requester_id"],
        "device": row.device or before["device"],
        "assignee": row.assignee or before["assignee"],
        "url": row.url or before["url"],
        "opened_at": opened,
        "responded_at": row.responded_at or before["responded_at"],
        "waiting_since": _waiting(before, row, state, now),
        "closed_at": closed,
        "reopened_at": reopened_at,
        "reopened": reopened,
    }
    _in_order(after)
    again = ("priority", "opened_at", "location_id")
    if old is None or any(after[name] != old[name] for name in again):
        after["response_due_at"], after["resolution_due_at"] = targets(after["priority"], opened)
    else:
        after |= {name: old[name] for name in ("response_due_at", "resolution_due_at")}
    same = old is not None and all(old[name] == value for name, value in after.items())
    return {**after, "updated_at": before["updated_at"] if same else now}


def _nothing(now: datetime) -> dict[str, Any]:
    """What is known of a case that nobody has spoken of."""
    texts = ("category", "requester", "device", "assignee", "url")
    none = ("location_id", "requester_id", "responded_at", "waiting_since", "closed_at", "reopened_at")
    return {
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(none),
        "state": "open",
        "priority": "P3",
        "reopened": 0,
        "updated_at": now,
    }


def _sound(row: CaseRow, state: str, closed: datetime | None) -> None:
    if state == CLOSED and closed is None:
        raise Refused("A closed case needs closed_at: say when it was closed.", field="closed_at", code="invalid")
    if state != CLOSED and row.closed_at is not None:
        said = f"closed_at is given, but the case is {state}: give the state closed, or leave closed_at out."
        raise Refused(said, field="closed_at", code="invalid")


def _waiting(before: Kept, row: CaseRow, state: str, now: datetime) -> datetime | None:
    if state not in WAITING:
        return None
    since: datetime | None = before["waiting_since"] if before["state"] == state else None
    return row.waiting_since or since or max(now, row.opened_at)


def _reopened(before: Kept, row: CaseRow, state: str, now: datetime) -> tuple[int, datetime | None]:
    """How often, and when last: seen by us, or heard of afterwards because it was closed again meanwhile."""
    count, last = before["reopened"], before["reopened_at"]
    if before["state"] == CLOSED and state != CLOSED:
        moment = row.reopened_at or now
        return count + 1, moment if last is None else max(moment, last)
    if row.reopened_at is not None and (last is None or row.reopened_at > last):
        return count + 1, row.reopened_at
    return count, last


def _in_order(after: Kept) -> None:
    """Nothing happens to a case before it was opened, and what was opened again was closed again only later."""
    opened, closed, reopened = after["opened_at"], after["closed_at"], after["reopened_at"]
    for name in ("closed_at", "responded_at", "waiting_since", "reopened_at"):
        if after[name] is not None and after[name] < opened:
            raise Refused(f"{name} lies before opened_at: one of the two is wrong.", field=name, code="invalid")
    if closed is not None and reopened is not None and closed < reopened:
        said = "It was opened again after closed_at: say when it was closed since."
        raise Refused(said, field="closed_at", code="invalid")


def _text(name: str, value: str, longest: int) -> str:
    text = " ".join(value.split())
    if len(text) > longest:
        raise Refused(f"{name} is longer than {longest} characters.", field=name, code="invalid")
    if not storable(text):
        raise Refused(f"{name} holds characters that cannot be kept.", field=name, code="invalid")
    return text


def _moment(name: str, value: datetime | None, now: datetime) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise Refused(f"{name} needs its time zone, like 2026-06-08T09:05:00-04:00.", field=name, code="invalid")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = FIRST - AHEAD
    if not FIRST <= moment <= now.astimezone(UTC) + AHEAD:
        said = f"{name} is {value.date().isoformat()}: it lies before {FIRST.year} or in the future."
        raise Refused(said, field=name, code="invalid")
    return moment
