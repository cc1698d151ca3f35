"""Digests: "waiting on you" for contacts each business morning, and for people of the provider; never when empty.

A digest is one timer for ever, wound up again for the next morning when it has fired. Offices of a client whose
mornings begin together share one. After a time of standing still only the last one is sent, and none at night: the
next morning's says the same.
"""

from __future__ import annotations

from datetime import datetime, time

from handlers.calendar import BusinessCalendar
from handlers.commands import Outcome, PlanDigests, Ref
from handlers.context import NORMAL, Work
from handlers.hours import calendar_of
from handlers.mechanisms.hesitation import can_vote
from handlers.mechanisms.standing import stand
from handlers.mechanisms.windows import standing as windows
from handlers.policy import policy_of
from handlers.timetable import Digests
from storage.queries import approvals, directory, downtimes, timers
from storage.rows import Row

PLAN = "digest"


def plan_for_client(work: Work, client: Row) -> None:
    """The next morning's digests of a client's contacts, one for each of its offices' mornings."""
    for office in _mornings(work, client):
        _plan_for_office(work, client, office)


def _plan_for_office(work: Work, client: Row, office: str) -> None:
    subject, rule = f"client:{client.id}:{office}" if office else f"client:{client.id}", _rule(client)
    if not rule.on:
        timers.cancel_plan(work.tx, subject, PLAN)
        return
    due_at = _next(_calendar(work, client, office), work.now, time.fromisoformat(rule.wall))
    _plan(work, subject, client.id, due_at)


def _rule(client: Row) -> Digests:
    return policy_of(client.policy).timetable.digest


def plan_for_staff(work: Work, person: Row) -> None:
    """The provider's next morning's digest for somebody of its own, if none is planned."""
    _plan(work, f"staff:{person.id}", None, _next(work.provider, work.now, work.digest_at))


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
            if _still_morning(work, timer, work.provider):
                _to_staff(work, person)
            plan_for_staff(work, person)
        return Outcome()
    client_id, _, office = ref.id.partition(":")
    client = directory.client(work.tx, client_id)
    offices = _mornings(work, client).get(office) if client is not None and client.stage != "ended" else None
    if client is not None and offices is not None:
        if _rule(client).on and _still_morning(work, timer, _calendar(work, client, office)):
            _to_contacts(work, client, offices)
        _plan_for_office(work, client, office)
    return Outcome()


def _mornings(work: Work, client: Row) -> dict[str, set[str]]:
    """The offices of a client ("" for people of none) whose days are alike, under the first of them."""
    found: dict[tuple[str, str, str], tuple[str, set[str]]] = {}
    for place in (client, *sorted(directory.locations_of(work.tx, client.id), key=lambda row: str(row.slug))):
        office = "" if place is client else str(place.id)
        alike = (place.timezone, place.country or client.country, place.subdivision)
        found.setdefault(alike, (office, set()))[1].add(office)
    return dict(found.values())


def _calendar(work: Work, client: Row, office: str) -> BusinessCalendar:
    return calendar_of(work.tx, client, policy_of(client.policy), office)


def _still_morning(work: Work, timer: Row, calendar: BusinessCalendar) -> bool:
    """Whether it may still be sent; a digest that comes too late is skipped, and the journal says so."""
    if not calendar.is_quiet(work.now):
        return True
    chain, due = timer.client_id or "msp", timer.due_at.isoformat()
    work.note("digest.skipped", chain=chain, subject=timer.subject, after={"due": due})
    return False


def _to_contacts(work: Work, client: Row, offices: set[str]) -> None:
    """Everybody of these offices for whom something waits gets one list."""
    standings = [stand(work.tx, row, work.now) for row in approvals.open_of_client(work.tx, client.id)]
    waiting: dict[str, None] = {}
    for standing in standings:
        for person_id, _ in standing.waiting_on():
            office = standing.people[person_id].location_id or ""
            if office in offices and can_vote(standing, person_id):
                waiting.setdefault(person_id)
    for row in downtimes.alive_of_client(work.tx, client.id):
        if row.state in downtimes.OPEN:
            planned = windows.stand(work.tx, row, work.now)
            for person_id, _ in planned.waiting_on():
                member = planned.roster.members.get(person_id)
                if member is not None and member.location_id in offices and planned.roster.present(person_id):
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
    """The next business day's morning after now; where it is quiet for longer, when that ends."""
    day = calendar.at_or_after_business_day(calendar.local_day(now))
    while (moment := calendar.quiet_ends(calendar.at(day, wall))) <= now:
        day = calendar.next_business_day(day)
    return moment


def _plan(work: Work, subject: str, client_id: str | None, due_at: datetime) -> None:
    """One digest of a subject to come; one planned by a calendar that has changed since is moved."""
    timers.wind_up(work.tx, work.timer(subject, PLAN, "digest", due_at, client_id=client_id), work.now)
