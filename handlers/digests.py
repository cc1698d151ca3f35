"""Digests: "waiting on you" for contacts each business morning, and for people of the provider; never when empty.

A digest is one timer that plans its successor when it fires. After a time of standing still only the last one is sent.
"""

from __future__ import annotations

from datetime import datetime, time

from handlers.calendar import BusinessCalendar
from handlers.commands import Outcome, PlanDigests, Ref
from handlers.context import NORMAL, Work
from handlers.hours import calendar_of
from handlers.mechanisms.hesitation import can_vote
from handlers.mechanisms.standing import stand
from handlers.policy import policy_of
from storage.queries import approvals, directory, timers
from storage.rows import Row

CONTACTS_AT = time(9)
STAFF_AT = time(8, 30)


def plan_for_client(work: Work, client: Row) -> None:
    """The next morning's digest of a client's contacts, if none is planned."""
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    _plan(work, f"client:{client.id}", client.id, _next(calendar, work.now, CONTACTS_AT))


def plan_for_staff(work: Work, person: Row) -> None:
    """The provider's next morning's digest for somebody of its own, if none is planned."""
    _plan(work, f"staff:{person.id}", None, _next(work.provider, work.now, STAFF_AT))


def plan_digests(command: PlanDigests, work: Work) -> Outcome:
    """A client or a person of the provider is new or has changed."""
    client = directory.client(work.tx, command.client_id) if command.client_id else None
    person = directory.person(work.tx, command.person_id) if command.person_id else None
    if client is not None and client.stage != "ended":
        plan_for_client(work, client)
    if person is not None and person.client_id is None:
        plan_for_staff(work, person)
    return Outcome()


def climb(work: Work, timer: Row) -> Outcome:
    """Sends the digests that are due and plans the next."""
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(repeated=True)
    ref = Ref.parse(timer.subject)
    if ref.kind == "staff":
        person = directory.person(work.tx, ref.id)
        if person is not None and person.state == "active":
            _to_staff(work, person)
            plan_for_staff(work, person)
        return Outcome()
    client = directory.client(work.tx, ref.id)
    if client is not None and client.stage != "ended":
        _to_contacts(work, client)
        plan_for_client(work, client)
    return Outcome()


def _to_contacts(work: Work, client: Row) -> None:
    """Everybody of a client for whom something waits gets one list."""
    standings = [stand(work.tx, row, work.now) for row in approvals.open_of_client(work.tx, client.id)]
    waiting: dict[str, None] = {}
    for standing in standings:
        for person_id, _ in standing.waiting_on():
            if can_vote(standing, person_id):
                waiting.setdefault(person_id)
    for person_id in waiting:
        _send(work, person_id, client.id)


def _to_staff(work: Work, person: Row) -> None:
    if timers.open_tasks_of(work.tx, person.id) or approvals.open_for_csm(work.tx, person.id):
        _send(work, person.id, None)


def _send(work: Work, person_id: str, client_id: str | None) -> None:
    purpose = f"digest:{work.now:%Y-%m-%d}"
    work.owe(Ref("person", person_id), purpose, [person_id], client_id=client_id, priority=NORMAL, due_at=work.now)


def _next(calendar: BusinessCalendar, now: datetime, wall: time) -> datetime:
    """The next business day's morning after now."""
    day = calendar.at_or_after_business_day(calendar.local_day(now))
    moment = calendar.at(day, wall)
    return moment if moment > now else calendar.at(calendar.next_business_day(day), wall)


def _plan(work: Work, subject: str, client_id: str | None, due_at: datetime) -> None:
    if timers.waiting_of(work.tx, subject):
        return
    timers.plan(
        work.tx,
        {
            "id": work.new_id("tmr"),
            "client_id": client_id,
            "subject": subject,
            "plan": f"digest:{due_at:%Y-%m-%d}",
            "position": 0,
            "deed": "digest",
            "due_at": due_at,
            "state": "waiting",
        },
    )
