"""How often a client and its provider talk: the client's own rule over the defaults, and what waits for the next time.

What comes round is one timer for ever for each kind: of a talk under `talk_plan:CLIENT`, of the pulse under
`pulse_plan:CLIENT`. While a talk of a kind is still to be its timer stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from handlers.calendar import BusinessCalendar
from handlers.context import Work
from handlers.hours import calendar_of
from handlers.mechanisms import cadence
from handlers.mechanisms.talks.suggesting import days_by_colour
from handlers.policy import policy_of
from handlers.timetable import KINDS, Timetable
from storage.queries import journal, pulses, timers, touchpoints
from storage.rows import Row
from storage.store import Tx

PULSE = "pulse"
OPENED_AT = time(9)
"""The client's wall time at which a talk is proposed."""
LIVE_STAGES = ("onboarding", "active")
"""Clients who are talked to by themselves; with a prospect talks are planned by hand."""
CLOSES_QUARTER = "budget_review"


@dataclass(frozen=True)
class Rhythm:
    """How often one kind comes round. `own` when a person has said so for this client, with `reason` and `by`."""

    kind: str
    every: str
    weekday: int | None
    wall: time
    minutes: int
    own: bool
    by: str = ""
    reason: str = ""

    @property
    def rule(self) -> cadence.Rule | None:
        """None for never."""
        return cadence.read(self.every)


def rhythm_of(tx: Tx, client: Row[Any], kind: str) -> Rhythm:
    """The rule in force for one kind of talk, or for the pulse."""
    plan = policy_of(client.policy).timetable
    own = touchpoints.cadence(tx, client.id, kind)
    if kind == PULSE:
        every = own.every if own is not None else _pulse_by_default(tx, client, plan)
        wall = (own.wall if own is not None else "") or plan.pulse.wall
        weekday, minutes = (own.weekday if own is not None else None), 0
    else:
        talk = plan.talks[kind]
        every = own.every if own is not None else talk.every
        weekday = own.weekday if own is not None and own.weekday is not None else talk.weekday
        wall = (own.wall if own is not None else "") or talk.wall
        minutes = own.minutes if own is not None else talk.minutes
    by, reason = (own.confirmed_by, own.reason) if own is not None else ("", "")
    return Rhythm(kind, every, weekday, time.fromisoformat(wall), minutes, own is not None, by, reason)


def all_rhythms(tx: Tx, client: Row[Any]) -> list[Rhythm]:
    """Every kind's rule, talks first."""
    return [rhythm_of(tx, client, kind) for kind in (*KINDS, PULSE)]


def put(
    work: Work,
    client: Row[Any],
    kind: str,
    every: str,
    *,
    reason: str,
    weekday: int | None = None,
    wall: str = "",
    minutes: int | None = None,
) -> bool:
    """A rule of the client's own; what waits for the next time waits by it from now on. False when it was so."""
    before = rhythm_of(work.tx, client, kind)
    values = {
        "client_id": client.id,
        "kind": kind,
        "every": every,
        "weekday": weekday,
        "wall": wall,
        "minutes": minutes if minutes is not None else before.minutes or 30,
        "confirmed_by": work.who.name,
        "reason": reason,
    }
    known = touchpoints.cadence(work.tx, client.id, kind)
    if known is not None and all(getattr(known, name) == values[name] for name in values if name != "confirmed_by"):
        return False
    touchpoints.put_cadence(work.tx, {"id": work.new_id("cad"), **values, "at": work.now})
    work.note(
        "cadence.put",
        chain=client.id,
        subject=f"client:{client.id}",
        before={"kind": kind, "every": before.every, "own": before.own, "reason": before.reason},
        after={"kind": kind, "every": every, "weekday": weekday, "wall": wall, "minutes": minutes, "reason": reason},
    )
    if kind == PULSE:
        plan_pulse(work, client)
    else:
        plan_talk(work, client, kind)
    return True


def plan_talks(work: Work, client: Row[Any]) -> None:
    """Every kind of talk waits for its next time."""
    for kind in KINDS:
        plan_talk(work, client, kind)


def plan_talk(work: Work, client: Row[Any], kind: str) -> None:
    """One kind waits for the day on which its next talk is proposed; not while one is still to be."""
    subject = f"talk_plan:{client.id}"
    due = next_talk(work, client, kind)
    if due is None:
        timers.cancel_plan(work.tx, subject, kind)
        return
    plan = policy_of(client.policy)
    calendar = calendar_of(work.tx, client, plan)
    opens = calendar.at(calendar.add_business_days(due, -plan.timetable.lead_days), OPENED_AT)
    _wind_up(work, client, subject, kind, "open_talk", opens)


def next_talk(work: Work, client: Row[Any], kind: str, *, passed: bool = False) -> date | None:
    """The day on which the next talk of a kind is due; None while one is to be, and when there are to be none.

    `passed`: also a day that has gone by, the first one that did.
    """
    rule = rhythm_of(work.tx, client, kind).rule
    if rule is None or client.stage not in LIVE_STAGES:
        return None
    last = touchpoints.latest(work.tx, client.id, kind)
    if any(_to_come(row, kind, work.now) for row in touchpoints.alive_of_client(work.tx, client.id)):
        return None
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    today = calendar.local_day(work.now)
    since = day_of(last, calendar) if last is not None else _joined(work, client, calendar)
    earliest = None if passed else today
    taken = touchpoints.last_round(work.tx, client.id, kind)
    if taken is not None:  # one that was held before its day has used that day up: it does not come a second time
        earliest = max(earliest or date.min, taken + timedelta(days=1))
    return cadence.next_due(
        min(since, today) if last is None else since,
        rule,
        calendar,
        earliest=earliest,
        weekday=rhythm_of(work.tx, client, kind).weekday,
        closes_quarter=kind == CLOSES_QUARTER,
    )


def day_of(row: Row[Any], calendar: BusinessCalendar) -> date:
    """From which day the next talk is counted: when this one was held or missed, or for when a skipped one was meant.

    Of one that is agreed and over it is the agreed day, though nobody has said how it was.
    """
    if row.state == "skipped":
        agreed = calendar.local_day(row.starts_at) if row.starts_at is not None else row.due_on
        return max(row.due_on, agreed)
    moment = row.ended_at or row.starts_at
    return calendar.local_day(moment) if moment is not None else row.due_on


def plan_pulse(work: Work, client: Row[Any]) -> None:
    """The next pulse waits for its day; not while one is asked."""
    subject, due = f"pulse_plan:{client.id}", next_pulse(work, client)
    if due is None:
        timers.cancel_plan(work.tx, subject, PULSE)
        return
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    moment = calendar.at(due, rhythm_of(work.tx, client, PULSE).wall)
    _wind_up(work, client, subject, PULSE, "ask_pulse", moment)


def next_pulse(work: Work, client: Row[Any], *, passed: bool = False) -> date | None:
    """The day on which the next pulse is due; None while one is asked, and when there are to be none.

    `passed`: also a day that has gone by, the first one that did.
    """
    plan = policy_of(client.policy).timetable
    found = rhythm_of(work.tx, client, PULSE)
    if found.rule is None or client.stage not in LIVE_STAGES or not plan.pulse.on:
        return None
    last = pulses.latest(work.tx, client.id)
    if last is not None and last.state == "asked":
        return None
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    today = calendar.local_day(work.now)
    since = min(_joined(work, client, calendar), today)
    if last is not None:
        since = calendar.local_day(last.logged_at or last.asked_at)
    earliest = None if passed else today
    return cadence.next_due(since, found.rule, calendar, earliest=earliest, weekday=found.weekday)


def _to_come(row: Row[Any], kind: str, now: datetime) -> bool:
    over = row.state == "confirmed" and row.ends_at <= now
    return bool(row.kind == kind and not over)


def by_colour(temperature: str, plan: Timetable) -> str:
    """How often a pulse comes round at this colour, where nobody has said anything else."""
    days = days_by_colour(temperature, plan.pulse)
    return f"{days} day{'s' if days != 1 else ''}"


def _pulse_by_default(tx: Tx, client: Row[Any], plan: Timetable) -> str:
    last = pulses.last_logged(tx, client.id)
    return by_colour(last.temperature if last is not None else "green", plan)


def _joined(work: Work, client: Row[Any], calendar: BusinessCalendar) -> date:
    """The day on which the client came into the directory: what never took place is counted from there."""
    return calendar.local_day(journal.first_moment(work.tx, client.id) or work.now)


def _wind_up(work: Work, client: Row[Any], subject: str, plan: str, deed: str, due_at: datetime) -> None:
    timers.wind_up(work.tx, work.timer(subject, plan, deed, due_at, client_id=client.id), work.now)
