"""What a client will hear from its provider by itself in the next days, when, who gets it and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.cards.wording import clock, day, day_of_month, month_name
from handlers.calendar import BusinessCalendar
from handlers.hours import calendar_of
from handlers.mechanisms import cadence
from handlers.mechanisms.reports import periods
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.talks import rhythm
from handlers.mechanisms.talks.names import BY_VCIO, titled
from handlers.policy import Policy, policy_of
from storage.queries import coming, directory, touchpoints
from storage.rows import Row
from storage.store import Tx

REPORTS = {periods.WEEKLY: "Case report", periods.MONTHLY: "Executive summary"}
MORNINGS = "Every business morning at {}: what waits, when something does."
NO_MORNINGS = "No list of what waits comes in the morning."
RULE = "the client's own rule"
DEFAULT = "the default"
SILENT = frozenset({"refresh", "opened", "digest", "write_report", "open_talk", "ask_pulse", "absence_start", "replan"})
"""Deeds that nobody sees as such, and those of what comes round, which is told of by its rule."""
DEEDS = {
    "remind_primary": ("reminder", "nobody has answered"),
    "add_backup": ("the backup is asked as well", "nobody has answered"),
    "remind_both": ("reminder to everybody asked", "nobody has answered"),
    "tell_csm": ("task to call", "nobody has answered"),
    "tell_supervisor": ("the supervisor is told", "nobody has answered"),
    "expire": ("ends without an answer", "silence never approves"),
    "question_timeout": ("the deadline runs again", "a question was not answered"),
    "phone_lapse": ("the phone call no longer counts", "it was not confirmed in chat"),
    "quote_expiry": ("the quote runs out", "as the vendor has set it"),
    "removal": ("task to remove the access", "it was approved until then"),
    "update_due": ("the next update is due", "it was promised"),
    "update_late": ("the supervisor is told of a late update", "it was promised"),
    "root_cause_late": ("the root cause is due", "five business days after a severe outage"),
    "close": ("closes by itself", "nothing is left to do"),
    "unanswered": ("the question how it went ends", "nobody has answered"),
    "pass_on": ("the supervisor is told of an open task", "open for a business day"),
    "late": ("who is above is told", "it is not done"),
    "lapse": ("left out", "nobody has chosen a time"),
    "over": ("task to say how it was", "it is over"),
    "form": ("the form before it", "asked before formal meetings"),
    "form_again": ("the form before it, again", "nobody has answered"),
    "day7": ("reminder a week before", "agreed"),
    "day1": ("reminder a day before", "agreed"),
    "hour1": ("reminder an hour before", "agreed"),
    "engineer": ("the engineer can begin", "agreed"),
    "started": ("asked whether it has begun", "nobody has said so"),
    "check_up": ("asked whether it is done", "the time is over"),
    "overrun": ("counts as taking longer", "nobody has said that it is done"),
    "verify_late": ("asked whether all works", "nobody has said so"),
    "remind_settle": ("reminder to confirm the rhythm", "nobody has"),
    "nudge": ("reminder", "it is due"),
    "absence_end": ("is back", "as it was said"),
    "release": ("goes out by itself", "nobody has held it"),
    "remind": ("reminder", "nobody has reviewed it"),
    "unreviewed": ("counts as not reviewed", "nobody has reviewed it"),
}
"""What a timer does when it is due, and why; anything else is said as it is called."""


@dataclass(frozen=True)
class Coming:
    """One thing that will happen unless somebody acts before. `at` is an aware instant; `to` are names."""

    at: datetime
    what: str
    to: str
    why: str


@dataclass(frozen=True)
class Forecast:
    """What comes for one client in a time, in order, and what comes every business morning when there is any."""

    client: Row[Any]
    until: datetime
    items: tuple[Coming, ...]
    mornings: str


def forecast(tx: Tx, client: Row[Any], now: datetime, days: int) -> Forecast:
    """Everything by itself from now on for so many days; held cards and what is open included."""
    seer = _Seer(tx, client, now, now + timedelta(days=days))
    found = [*seer.reports(), *seer.talks(), *seer.pulses(), *seer.open(), *seer.held()]
    soonest = sorted((one for one in found if now < one.at <= seer.until), key=lambda one: one.at)
    digest = seer.policy.timetable.digest
    wall = seer.calendar.at(seer.calendar.local_day(now), time.fromisoformat(digest.wall))
    mornings = MORNINGS.format(clock(wall, client.timezone, client.locale)) if digest.on else NO_MORNINGS
    return Forecast(client, seer.until, tuple(soonest), mornings)


class _Seer:
    """One client at one moment."""

    def __init__(self, tx: Tx, client: Row[Any], now: datetime, until: datetime) -> None:
        self.tx, self.client, self.now, self.until = tx, client, now, until
        self.policy: Policy = policy_of(client.policy)
        self.calendar: BusinessCalendar = calendar_of(tx, client, self.policy)
        self.roster = roster_of(tx, client, now)
        self.timers = coming.timers_of(tx, client.id, until)

    def reports(self) -> Iterator[Coming]:
        """Written, sent, reminded of, left unreviewed."""
        own = self.client.policy.get("timetable", {})
        for kind in periods.KINDS if self.client.stage in rhythm.LIVE_STAGES else ():
            why = f"every {'week' if kind == periods.WEEKLY else 'month'}, {RULE if kind in own else DEFAULT}"
            slot = periods.following(kind, self.calendar, self.policy.timetable, self.now)
            while slot is not None and slot.written <= self.until:
                name = f"{REPORTS[kind]} {self._span(kind, slot.nominal)}"
                moved = self._moved(kind, slot)
                yield Coming(slot.written, f"{name} is written", self._staff("csm"), why + moved)
                yield Coming(slot.sent, f"{name} is sent", self._holder("liaison"), "unless it is held back")
                yield Coming(slot.remind, f"{name}: reminder", self._holder("liaison"), "if nobody has reviewed it")
                yield Coming(slot.given_up, f"{name} counts as not reviewed", self._staff("csm"), "if nobody has")
                slot = periods.following(kind, self.calendar, self.policy.timetable, slot.written)

    def talks(self) -> Iterator[Coming]:
        """Agreed ones, and those that the rhythm brings."""
        last: dict[str, date] = {}
        for row in touchpoints.alive_of_client(self.tx, self.client.id):
            name = titled(row.kind, row.title)
            last[row.kind] = max(rhythm.day_of(row, self.calendar), last.get(row.kind, date.min))
            if row.state == "confirmed" and row.starts_at is not None:
                yield Coming(row.starts_at, f"{name} ({row.ref})", self._with(row.kind), "agreed")
        planned = {row.plan: row for row in self.timers if row.deed == "open_talk"}
        for one in rhythm.all_rhythms(self.tx, self.client):
            if one.kind == rhythm.PULSE or one.rule is None:
                continue
            why = f"every {one.every}, {RULE if one.own or one.kind in self._own_talks() else DEFAULT}"
            if one.kind in last:
                due = self._next(one, last[one.kind])
            elif one.kind in planned:
                lead = self.policy.timetable.lead_days
                due = self.calendar.add_business_days(self.calendar.local_day(planned[one.kind].due_at), lead)
            else:
                continue
            while (starts := self.calendar.at(due, one.wall)) <= self.until + timedelta(days=90):
                name = titled(one.kind)
                opens = self.calendar.add_business_days(due, -self.policy.timetable.lead_days)
                if one.kind not in last:
                    at = self.calendar.at(opens, rhythm.OPENED_AT)
                    yield Coming(at, f"{name} of {self._day(due)} is proposed", self._with(one.kind), why)
                yield Coming(starts, name, self._with(one.kind), f"{why}; when a time is agreed")
                due = self._next(one, due)

    def pulses(self) -> Iterator[Coming]:
        """How the relationship is, asked of the provider's own people."""
        one = rhythm.rhythm_of(self.tx, self.client, rhythm.PULSE)
        timer = next((row for row in self.timers if row.deed == "ask_pulse"), None)
        if one.rule is None or timer is None:
            return
        due_at = timer.due_at
        why = f"every {one.every}, {RULE if one.own else 'by how the last one was'}"
        while due_at <= self.until:
            yield Coming(due_at, "Pulse: how is the relationship?", self._staff("vcio"), why)
            due_at = self.calendar.at(self._next(one, self.calendar.local_day(due_at)), one.wall)

    def open(self) -> Iterator[Coming]:
        """What happens to open requests, notices, downtimes, talks and reports when nobody acts."""
        waiting = [row for row in self.timers if row.deed not in SILENT]
        names = coming.names_of(self.tx, {row.subject for row in waiting})
        for row in waiting:
            what, why = DEEDS.get(row.deed, (row.deed.replace("_", " "), "unless somebody acts before"))
            ref, name = names.get(row.subject, ("", ""))
            if row.subject.startswith("touchpoint:"):
                name = titled(name)
            elif row.subject.startswith("report:"):
                name, ref = f"{REPORTS[name]} {self._span(name, periods.nominal_of(ref))}", ""
            about = " ".join(part for part in (ref, name) if part)
            yield Coming(row.due_at, f"{about}: {what}" if about else what.capitalize(), "", why)

    def held(self) -> Iterator[Coming]:
        """Cards that wait for a morning."""
        for row in coming.held_of(self.tx, self.client.id, self.now, self.until):
            cards = "1 message" if row.cards == 1 else f"{row.cards} messages"
            yield Coming(row.due_at, f"{cards} held", row.name, "it is quiet until then")

    def _next(self, one: rhythm.Rhythm, since: date) -> date:
        assert one.rule is not None
        closes = one.kind == rhythm.CLOSES_QUARTER
        return cadence.next_due(since, one.rule, self.calendar, weekday=one.weekday, closes_quarter=closes)

    def _span(self, kind: str, nominal: date) -> str:
        found = periods.period_of(periods.about(kind, nominal), self.client.timezone)
        first = self.calendar.local_day(found.since)
        if kind == periods.MONTHLY:
            return f"for {month_name(first, self.client.locale, whole=True)}"
        last = self.calendar.local_day(found.until) - timedelta(days=1)
        return f"for {day_of_month(first, self.client.locale)} to {day_of_month(last, self.client.locale)}"

    def _moved(self, kind: str, slot: periods.Slot) -> str:
        wanted = slot.nominal + timedelta(days=self.policy.timetable.case_report.weekday)
        there = self.calendar.local_day(slot.written)
        if kind == periods.WEEKLY and there != wanted:
            return f"; {self._day(wanted)} is a day off"
        return ""

    def _day(self, one: date) -> str:
        return day(one, self.client.locale)

    def _own_talks(self) -> Sequence[str]:
        return list(self.client.policy.get("timetable", {}).get("talks", {}))

    def _with(self, kind: str) -> str:
        return self._holder(self.policy.timetable.talks[kind].role) or self._staff("vcio" if kind in BY_VCIO else "csm")

    def _holder(self, role: str) -> str:
        found = next((id_ for id_ in self.roster.chain(role) if self.roster.present(id_)), None)
        return self.roster.members[found].name if found is not None else "nobody yet"

    def _staff(self, duty: str) -> str:
        duties = directory.duties_for(self.tx, self.client.id)
        sought = (duty, "csm", "supervisor")
        ranked = sorted((row for row in duties if row.role in sought), key=lambda row: sought.index(row.role))
        person = directory.person(self.tx, ranked[0].person_id) if ranked else None
        return str(person.name) if person is not None else "nobody yet"
