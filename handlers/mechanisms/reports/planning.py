"""When a client's reports come, as timers: the next of each kind, and what happens by itself to one that is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.calendar import BusinessCalendar
from handlers.commands import Ref
from handlers.context import NORMAL, Work
from handlers.hours import calendar_at
from handlers.mechanisms.reports import periods
from handlers.mechanisms.reports.periods import KINDS, Slot
from handlers.policy import Policy, policy_of
from storage.queries import directory, reports, timers
from storage.queries.report_writing import DEED
from storage.rows import Row

LOOK = timedelta(minutes=15)
"""So long at least the provider has to look at a report before it goes out by itself."""
SERVED = ("onboarding", "active")
"""Stages of clients who get reports."""
LIFE = "life"
"""The plan of what happens by itself to a report."""
POSITIONS = {"release": 0, "remind": 1, "unreviewed": 2, "refresh": 3}


@dataclass
class Courses:
    """Calendars and policies of many clients, those that are alike looked at once."""

    _clients: dict[str, tuple[Policy, BusinessCalendar]] = field(default_factory=dict)
    _alike: dict[tuple[str, ...], tuple[Policy, BusinessCalendar]] = field(default_factory=dict)
    _latest: dict[tuple[object, ...], Slot | None] = field(default_factory=dict)
    _following: dict[tuple[object, ...], Slot | None] = field(default_factory=dict)

    def policy(self, client: Row[Any]) -> Policy:
        """A client's policy."""
        return self._of(client)[0]

    def calendar(self, client: Row[Any]) -> BusinessCalendar:
        """A client's own calendar, whatever its offices have."""
        return self._of(client)[1]

    def _of(self, client: Row[Any]) -> tuple[Policy, BusinessCalendar]:
        found = self._clients.get(client.id)
        if found is None:
            key = repr(client.policy), client.timezone, client.country, client.subdivision
            found = self._alike.get(key)
            if found is None:
                policy = policy_of(client.policy)
                found = self._alike[key] = policy, calendar_at(client, client, policy)
            self._clients[client.id] = found
        return found

    def latest(self, kind: str, client: Row[Any], now: datetime) -> Slot | None:
        """See `periods.latest`."""
        return self._slot(self._latest, periods.latest, kind, client, now)

    def following(self, kind: str, client: Row[Any], now: datetime) -> Slot | None:
        """See `periods.following`."""
        return self._slot(self._following, periods.following, kind, client, now)

    def _slot(
        self, known: dict[tuple[object, ...], Slot | None], ask: Any, kind: str, client: Row[Any], now: datetime
    ) -> Slot | None:
        policy, calendar = self._of(client)
        key = kind, id(calendar), now
        if key not in known:
            known[key] = ask(kind, calendar, policy.timetable, now)
        return known[key]


def plan_for_client(work: Work, client: Row[Any]) -> None:
    """The next report of each kind; none for a client who is none any more, or whose timetable says so.

    A report that is still waited for this week, or month, and that a changed timetable has put into the past is due
    at once: nobody misses one because its hour was moved.
    """
    courses, subject = Courses(), subject_of(client)
    for kind in KINDS:
        slot = courses.following(kind, client, work.now) if client.stage in SERVED else None
        if slot is None:
            timers.cancel_plan(work.tx, subject, kind)
            continue
        due_at, waiting = slot.written, _waiting(work, subject, kind)
        last = courses.latest(kind, client, work.now)
        if waiting is not None and waiting.due_at > work.now and last is not None:
            calendar = courses.calendar(client)
            if periods.nominal_at(kind, calendar.local_day(waiting.due_at)) == last.nominal:
                due_at = last.written
        timers.wind_up(work.tx, row_of(work, client, kind, due_at), work.now)


def replan(work: Work, client_id: str) -> None:
    """A client's hours or timetable have changed: its next reports, and what comes of those that are on their way."""
    client = directory.client(work.tx, client_id)
    if client is None:
        return
    plan_for_client(work, client)
    courses = Courses()
    calendar, timetable = courses.calendar(client), courses.policy(client).timetable
    for known in reports.alive_of_client(work.tx, client_id):
        row = reports.lock(work.tx, known.id)
        if row is not None and row.state == "generated" and row.release_at is not None and row.release_at > work.now:
            slot = periods.slot_of(row.kind, periods.nominal_of(row.period), calendar, timetable)
            release_at = max(slot.sent, work.now + LOOK)
            if release_at != row.release_at:
                reports.change_report(work.tx, row.id, release_at=release_at)
                timers.wind_up(work.tx, life_of(work, row.id, client.id, "release", release_at), work.now)
                work.redraw(Ref("report", row.id), priority=NORMAL)
        elif row is not None and row.state == "released" and row.released_at is not None:
            timers.drop_waiting(work.tx, f"report:{row.id}", {"remind", "unreviewed"})
            await_review(work, row, client, row.released_at)
            work.redraw(Ref("report", row.id), priority=NORMAL)


def subject_of(client: Row[Any]) -> str:
    """What the timers of a client's reports are about."""
    return f"report_plan:{client.id}"


def row_of(work: Work, client: Row[Any], kind: str, due_at: datetime) -> dict[str, Any]:
    """The timer of a client's next report of this kind."""
    return work.timer(subject_of(client), kind, DEED, due_at, client_id=client.id)


def life_of(work: Work, report_id: str, client_id: str, deed: str, due_at: datetime) -> dict[str, Any]:
    """The timer of what happens by itself to a report."""
    return work.timer(f"report:{report_id}", LIFE, deed, due_at, client_id=client_id, position=POSITIONS[deed])


def await_review(work: Work, row: Row[Any], client: Row[Any], released_at: datetime) -> None:
    """It is out: when its readers are reminded and when it is given up, by the client's timetable as it is now."""
    courses = Courses()
    calendar, timetable = courses.calendar(client), courses.policy(client).timetable
    remind, given_up = periods.after_release(row.kind, row.period, released_at, calendar, timetable)
    reminded = POSITIONS["remind"] in timers.positions_done(work.tx, f"report:{row.id}", LIFE)
    if remind is not None and remind > work.now and not reminded:
        timers.wind_up(work.tx, life_of(work, row.id, client.id, "remind", remind), work.now)
    timers.wind_up(work.tx, life_of(work, row.id, client.id, "unreviewed", given_up), work.now)


def _waiting(work: Work, subject: str, plan: str) -> Row[Any] | None:
    return next((row for row in timers.waiting_of(work.tx, subject) if row.plan == plan), None)
