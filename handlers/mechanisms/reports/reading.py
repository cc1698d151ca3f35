"""Whom a report is for: who gets it when it goes out, who is added, and what happens where nobody can be reached."""

from __future__ import annotations

from typing import Any

from handlers.commands import DeliveryFailed, Outcome, Ref
from handlers.context import NORMAL, Work
from handlers.mechanisms import undelivered
from handlers.mechanisms.mornings import owe_apart
from handlers.mechanisms.reports import steering
from handlers.mechanisms.reports.standing import ROLE, Standing, load, stand
from handlers.mechanisms.telling import tasks_over
from storage.queries import deliveries, reports, timers
from storage.rows import Row

REPORT, DETAIL, REMIND = "report", "detail", "remind"
UNDELIVERABLE = "report_undeliverable"
NOBODY = "nobody of {} can be reached in chat. Send it another way, or say in the directory who reads reports"


def first_reader(standing: Standing) -> tuple[str, str] | None:
    """(person, why) of who reads it: the present primary; else the next in line who can be reached.

    Where everybody is away it goes to the default contact all the same: nothing has to be decided, and it can wait.
    """
    roster = standing.roster
    for person_id in standing.chain():
        if roster.members[person_id].reachable:
            return person_id, _why(standing, person_id)
    member = roster.members.get(roster.default_id or "")
    return (member.id, "primary") if member is not None and member.active and member.reachable else None


def next_reader(standing: Standing) -> str | None:
    """Who is next in line, can be reached and has not got it."""
    have = {one.person_id for one in standing.readers}
    members = standing.roster.members
    return next((id_ for id_ in standing.chain() if id_ not in have and members[id_].reachable), None)


def add(work: Work, standing: Standing, person_id: str, why: str) -> None:
    """Somebody more reads it: the report, and in its thread the cases behind it."""
    row = {
        "id": work.new_id("rdr"),
        "report_id": standing.row.id,
        "person_id": person_id,
        "since": work.now,
        "why": why,
    }
    if reports.add_reader(work.tx, row):
        show(work, standing, person_id)


def show(work: Work, standing: Standing, person_id: str) -> None:
    """A reader's cards."""
    owe_apart(work, standing.ref, REPORT, [person_id], standing)
    owe_apart(work, standing.ref, DETAIL, [person_id], standing, follows=REPORT)


def nobody(work: Work, standing: Standing) -> None:
    """The CSM hears at once that it reaches nobody, unless that is to be seen to already."""
    if timers.open_task(work.tx, str(standing.ref), UNDELIVERABLE) is None:
        said = NOBODY.format(standing.client.name)
        steering.tell_csm(work, standing, UNDELIVERABLE, said, key=work.new_id("nobody"))


def reconsider(work: Work, client_id: str) -> None:
    """The directory has changed: what is out and not reviewed goes to whoever reads reports now, if nobody is left."""
    for row in reports.alive_of_client(work.tx, client_id):
        locked = reports.lock(work.tx, row.id)
        assert locked is not None
        standing = stand(work.tx, locked, work.now)
        if standing.state == "released":
            _look_again(work, standing)
        work.redraw(standing.ref, priority=NORMAL)


def delivery_failed(command: DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """A report could not reach its reader: the next in line gets it, and the CSM knows at once."""
    ref, lost = Ref.parse(row.subject), command.what in undelivered.LOST
    if row.person_id is None:
        return undelivered.note(command, work, row)
    standing = load(work.tx, ref.id, work.now) if lost else steering.locked(work, ref)
    return undelivered.note(
        command, work, row, lambda: standing is not None and _tell_of_failure(work, standing, row, lost=lost)
    )


def _tell_of_failure(work: Work, standing: Standing, row: Row[Any], *, lost: bool) -> bool:
    """-> whether the CSM is told. Where the account itself is lost, `reconsider` finds the next reader."""
    if row.person_id not in standing.roster.members or standing.state != "released" or row.purpose == DETAIL:
        return False
    if deliveries.alive(work.tx, row.subject, row.purpose, row.person_id):
        return False
    if not lost and (person_id := next_reader(standing)) is not None:
        add(work, standing, person_id, f"for:{row.person_id}")
    said = undelivered.unreached(standing.people[row.person_id])
    steering.tell_csm(work, standing, UNDELIVERABLE, said, key=row.person_id)
    work.redraw(standing.ref)
    return True


def _look_again(work: Work, standing: Standing) -> None:
    members = standing.roster.members
    here = [one for one in standing.readers if standing.roster.present(one.person_id)]
    for one in here:
        if members[one.person_id].reachable and deliveries.died(work.tx, str(standing.ref), REPORT, one.person_id):
            show(work, standing, one.person_id)
    if any(members[one.person_id].reachable for one in here):
        tasks_over(work, standing.ref, {UNDELIVERABLE})
        return
    gone = standing.readers[0].person_id if standing.readers else ""
    person_id = next_reader(standing)
    if person_id is None:
        if not readers_now(standing):
            nobody(work, standing)
        return
    add(work, standing, person_id, f"for:{gone}" if gone else _why(standing, person_id))
    tasks_over(work, standing.ref, {UNDELIVERABLE})
    steering.journal(work, standing, "reroute", {"from": gone, "to": person_id})


def _why(standing: Standing, person_id: str) -> str:
    """primary, or for whom this person stands in."""
    roster = standing.roster
    wide = sorted((one for one in roster.given if one.role == ROLE and not one.location_id), key=lambda one: one.rank)
    named = next((one.person_id for one in wide if one.rank == 1), roster.default_id)
    if named is None or named == person_id:
        return "primary"
    return f"for:{named}"


def readers_now(standing: Standing) -> list[str]:
    """Those of its readers who still work there and can be reached, whoever is away."""
    members = standing.roster.members
    here = (one.person_id for one in standing.readers)
    return [id_ for id_ in here if id_ in members and members[id_].active and members[id_].reachable]
