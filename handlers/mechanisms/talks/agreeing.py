"""A time is agreed: everybody concerned is told, and reminders, the form before it and a look back are planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from handlers.commands import Refused, Window
from handlers.context import URGENT, Work
from handlers.hours import calendar_of
from handlers.mechanisms import formal
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.subjects import plan_all
from handlers.mechanisms.talks import asking, rhythm, slots
from handlers.mechanisms.talks.standing import Standing
from handlers.mechanisms.talks.steering import (
    MOOT,
    card,
    contacts,
    desk,
    held_by,
    journal,
    owner_of,
    reread,
)
from handlers.mechanisms.telling import tasks_over
from handlers.policy import policy_of
from storage.queries import downtimes, timers, touchpoints

FORM_AT = time(9)
FORM_AGAIN = 2
"""Business days before the talk on which somebody who has not answered the form is asked again."""


def told_card(standing: Standing) -> str:
    """The purpose of the message that says what was agreed; what follows is posted in its thread."""
    return f"confirmed:r{standing.row.revision}"


def agree(
    work: Work, standing: Standing, window: Window, decider: str | None, *, offer_id: str = "", note: str = ""
) -> Standing:
    """-> confirmed. Only ever called with a contact's own yes to this time, or the provider's word that there is one.

    `Refused` when something else was agreed for that time meanwhile.
    """
    held = held_by(work, standing, window.starts_at)
    owner_id = held["owner_id"]
    if owner_id is not None:
        touchpoints.lock_owner(work.tx, owner_id)
    if taken := slots.clashes(work, standing.client, window, owner_id, but=standing.row.id):
        raise Refused(" ".join([*taken, "Please choose another time."]), field="number", code="blocked")
    asking.take_back(work, standing)
    if offer_id:
        downtimes.change_window(work.tx, offer_id, state="chosen")
    again = standing.row.decided_at is not None
    touchpoints.change_talk(
        work.tx,
        standing.row.id,
        state="confirmed",
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        minutes=(window.ends_at - window.starts_at) // timedelta(minutes=1),
        **held,
        decided_by=decider,
        decided_at=work.now,
        sequence=standing.row.sequence + 1 if again else 0,
        revision=standing.row.revision + (1 if standing.state == "confirmed" else 0),
    )
    tasks_over(work, standing.ref, MOOT)
    after = reread(work, standing)
    people = contacts(after) | ({owner_id} if owner_id else set())
    follows = asking.offer_card(after) if after.asked else ""
    begins = after.row.starts_at
    card(work, after, told_card(after), people, follows=follows, priority=priority_of(work, begins), begins=begins)
    desk(work, after)
    plan_life(work, after)
    plan_form(work, after)
    after_facts = {"starts_at": window.starts_at.isoformat(), "decided_by": decider, "note": note}
    journal(work, standing, "confirm", after_facts)
    return reread(work, after)


def plan_life(work: Work, standing: Standing) -> None:
    """The reminders of the client's timetable, and a question how it was; what is past already is left out."""
    row, policy = standing.row, policy_of(standing.client.policy)
    calendar, plan = calendar_of(work.tx, standing.client, policy), policy.timetable
    wall = row.starts_at.astimezone(calendar.zone).time()
    day = calendar.at(calendar.local_day(row.starts_at) - timedelta(days=plan.remind_days), wall)
    steps = [(2, "over", row.ends_at)]
    if plan.remind_minutes:
        steps.insert(0, (1, "hour1", row.starts_at - timedelta(minutes=plan.remind_minutes)))
    if plan.remind_days:
        steps.insert(0, (0, "day1", day))
    coming = [one for one in steps if one[1] == "over" or one[2] > work.now]
    plan_all(work, standing, f"life.r{row.revision}", coming)


def plan_form(work: Work, standing: Standing) -> None:
    """The form goes out so many business days before the agreed day, or the day on which the talk is due."""
    days, subject = standing.rule.form_days, str(standing.ref)
    timers.drop_plan(work.tx, subject, "form")
    if not days or not standing.by_chat or standing.state not in touchpoints.ALIVE:
        return
    calendar = calendar_of(work.tx, standing.client, policy_of(standing.client.policy))
    agreed = standing.row.starts_at if standing.state == "confirmed" else None
    day = calendar.local_day(agreed) if agreed is not None else standing.row.due_on
    steps = [(0, "form", calendar.at(calendar.add_business_days(day, -days), FORM_AT))]
    if days > FORM_AGAIN:
        steps.append((1, "form_again", calendar.at(calendar.add_business_days(day, -FORM_AGAIN), FORM_AT)))
    plan_all(work, standing, "form", steps)


def send_form(work: Work, standing: Standing) -> None:
    """Whoever attends is asked how the provider is doing: who has agreed, else who was asked for a time."""
    there = {id_ for id_ in contacts(standing) if standing.roster.present(id_)}
    decider = standing.row.decided_by
    people = {decider} if decider in there else there
    new = formal.ask(work, standing.ref, standing.client.id, sorted(id_ for id_ in people if id_))
    if new:
        work.redraw(standing.ref)
        journal(work, standing, "form", {"people": sorted(id_ for id_ in people if id_)})


def give_up(work: Work, standing: Standing) -> None:
    """What was agreed is off: no reminder comes any more. Its calendar entry is cancelled by the next SEQUENCE."""
    asking.take_back(work, standing)
    touchpoints.change_talk(work.tx, standing.row.id, sequence=standing.row.sequence + 1)


def tell_moved(work: Work, standing: Standing, people: Iterable[str], before: int) -> None:
    """Whoever had been told of the agreed time (in revision `before`) hears that it is off, in the same thread."""
    begins = standing.row.starts_at
    purpose, follows = f"moved:r{standing.row.revision}", f"confirmed:r{before}"
    card(work, standing, purpose, people, follows=follows, priority=priority_of(work, begins), begins=begins)


def remind(work: Work, standing: Standing, deed: str) -> None:
    """A day or an hour before: everybody concerned, in the thread of what was agreed."""
    owner = owner_of(work, standing)
    people = contacts(standing) | ({owner} if owner else set())
    purpose, begins = f"{deed}:r{standing.row.revision}", standing.row.starts_at
    priority = URGENT if deed == "hour1" else priority_of(work, begins)
    card(work, standing, purpose, people, follows=told_card(standing), priority=priority, begins=begins)


def comes_round(work: Work, standing: Standing) -> None:
    """The next of its kind waits for its day."""
    rhythm.plan_talk(work, standing.client, standing.row.kind)


def begun(standing: Standing, now: datetime) -> bool:
    """Whether the agreed time has come."""
    return standing.state == "confirmed" and bool(standing.row.starts_at <= now)
