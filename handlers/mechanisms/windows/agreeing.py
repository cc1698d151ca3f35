"""An agreement: one time is chosen, everybody concerned is told, and the life of the window is planned."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import timedelta

from handlers.context import URGENT, Work
from handlers.hours import calendar_of
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.subjects import plan_all
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows import staffnotes
from handlers.mechanisms.windows.asking import offer_card
from handlers.mechanisms.windows.shapes import Offer
from handlers.mechanisms.windows.standing import ROLE, Standing, may_speak_for
from handlers.mechanisms.windows.steering import (
    MOOT,
    card,
    journal,
    news,
    owner_of,
    row_of,
    worker_of,
)
from handlers.policy import policy_of
from storage import outbox
from storage.queries import downtimes, timers

AGREED = "agreed"
"""The purpose of the message that says what was agreed; what follows is posted in its thread."""
LIFE = "life"
"""The plan of what comes with an agreed window."""
DAYS_BEFORE = {"day7": 7, "day1": 1}
HOUR = timedelta(hours=1)
LATE = timedelta(minutes=15)
"""So long after the agreed start, or the planned end, somebody is asked why nothing was heard."""
POSITIONS = {"day7": 0, "day1": 1, "hour1": 2, "late": 3, "missed": 4}


def agree(work: Work, standing: Standing, offer: Offer, decider: str, why: str) -> None:
    """proposed | countered -> accepted: only ever called with a key contact's own yes to this very time."""
    subject, row = str(standing.ref), standing.row
    timers.cancel(work.tx, subject)
    outbox.drop_held(work.tx, subject, work.now)
    downtimes.drop_windows(work.tx, subject, but=offer.id)
    downtimes.end_voices(work.tx, subject)
    downtimes.change_downtime(
        work.tx,
        row.id,
        state="accepted",
        life="scheduled",
        decided_by=decider,
        decided_at=work.now,
        decided_why=why,
        starts_at=offer.row.starts_at,
        ends_at=offer.row.ends_at,
        sequence=0,
    )
    tasks_over(work, standing.ref, MOOT)
    after = replace(standing, row=row_of(work, standing))
    _tell(work, after)
    staffnotes.agreed(work, after)
    plan_life(work, after)
    chosen = {"starts_at": offer.row.starts_at.isoformat(), "ends_at": offer.row.ends_at.isoformat()}
    journal(work, standing, "agree", {"decided_by": decider, "why": why, "short": offer.short, **chosen})


def contacts(standing: Standing) -> set[str]:
    """The client's people whom it concerns: whoever was asked or has asked, and who speaks for each office now."""
    asked = {one.person_id for voice in (*standing.voices, *standing.before) for one in voice.asked}
    named = {standing.row.asker_id, standing.row.decided_by, standing.client.default_contact_id}
    speaks = {id_ for place in standing.places for id_ in may_speak_for(standing.roster, place.location_id)[:1]}
    everybody = asked | named | speaks | set(standing.roster.chain(ROLE)[:1])
    return {id_ for id_ in everybody if id_ in standing.roster.members and standing.roster.members[id_].active}


def crew(work: Work, standing: Standing) -> set[str]:
    """The provider's people whom it concerns: who is accountable, and who does the work."""
    return {id_ for id_ in (owner_of(work, standing), worker_of(work, standing)) if id_ is not None}


def announce(
    work: Work, standing: Standing, purpose: str, *, urgent: bool = True, among: Set[str] | None = None
) -> None:
    """Tells everybody concerned, on both sides, that something has become of the agreed window.

    `among`: of the client's people only these.
    """
    priority = URGENT if urgent else priority_of(work, standing.row.starts_at)
    client = contacts(standing)
    people = (client if among is None else client & among) | crew(work, standing)
    news(work, standing, purpose, people, follows=AGREED, priority=priority)


def plan_life(work: Work, standing: Standing) -> None:
    """Reminders a week, a day and an hour before, and a look whether it has begun; what is past already is left out."""
    row = standing.row
    calendar = calendar_of(work.tx, standing.client, policy_of(standing.client.policy))
    day, wall = calendar.local_day(row.starts_at), row.starts_at.astimezone(calendar.zone).time()
    due = {deed: calendar.at(day - timedelta(days=days), wall) for deed, days in DAYS_BEFORE.items()}
    due |= {"hour1": row.starts_at - HOUR, "late": row.starts_at + LATE, "missed": row.ends_at}
    coming = [one for one in due.items() if one[1] > work.now and (one[0] != "late" or one[1] < row.ends_at)]
    plan_all(work, standing, LIFE, [(POSITIONS[deed], deed, moment) for deed, moment in coming])
    if due["hour1"] <= work.now:
        ready(work, standing)


def ready(work: Work, standing: Standing) -> None:
    """Who does the work gets the card with which it begins."""
    worker = worker_of(work, standing)
    card(work, standing, "engineer", [worker] if worker else [], priority=URGENT)


def catch_up(work: Work, standing: Standing) -> None:
    """Who has come to speak for an office since the agreement is told of it, and gets the words for the staff."""
    staffnotes.hand_over(work, standing)
    told = downtimes.told(work.tx, str(standing.ref), AGREED)
    fresh = {id_ for id_ in contacts(standing) - told if standing.roster.members[id_].reachable}
    if fresh:
        news(work, standing, AGREED, fresh, priority=priority_of(work, standing.row.starts_at))
        journal(work, standing, "told", {"people": sorted(fresh)})


def _tell(work: Work, standing: Standing) -> None:
    people = contacts(standing) | crew(work, standing)
    soon = priority_of(work, standing.row.starts_at)
    news(work, standing, AGREED, people, follows=offer_card(standing), priority=soon)
    owner = owner_of(work, standing)
    card(work, standing, "desk", [owner] if owner else [], priority=URGENT)
