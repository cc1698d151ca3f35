"""Absence as a subject (F01): somebody is away, somebody stands in, open requests are asked elsewhere at once.

Of a contact it is the requests that are asked elsewhere. Of somebody of the provider it is the meetings agreed for then
that a colleague holds, from when the absence is told, and the tasks about meetings while it lasts.

planned -> away (its start) -> back (its end, or earlier by the person's own word)
"""

from __future__ import annotations

from datetime import timedelta

from handlers.commands import ComeBack, GoAway, Outcome, Reconsider, Ref, Refused
from handlers.context import Work
from handlers.mechanisms.rosters import roster_of
from storage.journal import PROVIDER_CHAIN
from storage.queries import absences as away
from storage.queries import directory, timers, touchpoints
from storage.rows import Row

LONGEST = timedelta(days=400)
NOTED = {
    False: "Noted. While you are away, requests go to somebody else.",
    True: "Noted. Meetings agreed for then are held by a colleague, who gets the tasks about them too.",
}
WELCOME = {
    False: "Welcome back. Requests come to you again.",
    True: "Welcome back. Your meetings are yours again.",
}
"""By whether it is somebody of the provider."""


def go_away(command: GoAway, work: Work) -> Outcome:
    """Notes the absence; what is open goes to the stand-in when it begins."""
    person = _whose(work, command.person)
    if command.starts.tzinfo is None or command.ends.tzinfo is None:
        raise Refused("The dates of an absence need a time zone.", field="starts", code="invalid")
    starts, ends = max(command.starts, work.now), command.ends
    if ends <= starts:
        raise Refused("The last day is before the first.", field="to", code="invalid")
    if ends - starts > LONGEST:
        raise Refused(
            "That is longer than a year. Please ask your provider to name a successor.", field="to", code="invalid"
        )
    for other in away.coming_of(work.tx, person.id, work.now):
        if other.starts_at < ends and starts < other.ends_at:
            raise Refused(
                "You are marked as away then already. Say “back” first to change it.", field="from", code="conflict"
            )
    if command.delegate:
        _stand_in(work, person, command.delegate)
    absence_id = work.new_id("abs")
    away.add(
        work.tx,
        {
            "id": absence_id,
            "person_id": person.id,
            "starts_at": starts,
            "ends_at": ends,
            "delegate_id": command.delegate or None,
        },
    )
    for position, (deed, moment) in enumerate((("absence_start", starts), ("absence_end", ends))):
        timers.plan(
            work.tx,
            work.timer(
                f"person:{person.id}",
                f"absence:{absence_id}",
                deed,
                moment,
                client_id=person.client_id,
                position=position,
            ),
        )
    after = {"from": starts.isoformat(), "until": ends.isoformat(), "delegate": command.delegate}
    work.note("person.away", chain=person.client_id or PROVIDER_CHAIN, subject=f"person:{person.id}", after=after)
    if starts <= work.now or person.client_id is None:
        _look_again(work, person)
    return Outcome(Ref("person", person.id), NOTED[person.client_id is None], {"id": absence_id})


def come_back(command: ComeBack, work: Work) -> Outcome:
    """The absence ends now; planned ones that have not begun are dropped."""
    person = _whose(work, command.person)
    rows = away.coming_of(work.tx, person.id, work.now)
    if not rows:
        return Outcome(Ref("person", person.id), "You are not marked as away.", repeated=True)
    for row in rows:
        away.end(work.tx, row.id, max(row.starts_at, work.now))
    timers.cancel(work.tx, f"person:{person.id}", {"absence_start", "absence_end"})
    work.note("person.back", chain=person.client_id or PROVIDER_CHAIN, subject=f"person:{person.id}")
    _look_again(work, person)
    return Outcome(Ref("person", person.id), WELCOME[person.client_id is None])


def climb(work: Work, timer: Row) -> Outcome:
    """An absence begins or ends at its time: open requests are looked at again."""
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(repeated=True)
    ref = Ref.parse(timer.subject)
    work.note(f"person.{timer.deed}", chain=timer.client_id or PROVIDER_CHAIN, subject=timer.subject)
    person = directory.person(work.tx, ref.id)
    if person is not None:
        _look_again(work, person)
    return Outcome(ref)


def _look_again(work: Work, person: Row) -> None:
    """What is open at the person's own company; of somebody of the provider at each client met by that one."""
    clients = [person.client_id] if person.client_id is not None else touchpoints.clients_held(work.tx, person.id)
    work.follow_ups += [Reconsider(client_id) for client_id in clients]


def _whose(work: Work, person_id: str) -> Row:
    """The person it is about: oneself, or by somebody of the provider another."""
    own = work.who.person_id
    if person_id and person_id != own and not (work.who.staff or work.who.system):
        raise Refused("You can say this for yourself only.", code="not_entitled")
    person = directory.person(work.tx, person_id or own or "")
    if person is None or person.state != "active":
        raise Refused("Nobody of that name works here.", code="invalid")
    return person


def _stand_in(work: Work, person: Row, delegate: str) -> None:
    if person.client_id is None:
        _colleague(work, person, delegate)
        return
    client = directory.client(work.tx, person.client_id)
    assert client is not None
    member = roster_of(work.tx, client, work.now).members.get(delegate)
    if member is None or not member.active or delegate == person.id:
        raise Refused("Please choose a colleague of your own company.", field="delegate", code="invalid")
    if not member.reachable:
        raise Refused(f"{member.name} has no chat account and could not stand in.", field="delegate", code="invalid")


def _colleague(work: Work, person: Row, delegate: str) -> None:
    """Whoever stands in for somebody of the provider is of the provider too, and reads what is sent."""
    found = next((row for row in directory.people_around(work.tx, "") if row.id == delegate), None)
    if found is None or found.state != "active" or delegate == person.id:
        raise Refused("Please choose a colleague of your own company.", field="delegate", code="invalid")
    if not found.has_account:
        raise Refused(f"{found.name} has no chat account and could not stand in.", field="delegate", code="invalid")
