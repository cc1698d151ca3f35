"""When those asked for a time are away, have left or cannot be reached: somebody else is, and the owner knows."""

from __future__ import annotations

from typing import Any

from handlers.commands import DeliveryFailed, Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import undelivered
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.talks import agreeing, asking, rhythm
from handlers.mechanisms.talks.standing import Standing, load
from handlers.mechanisms.talks.steering import (
    card,
    contacts,
    desk,
    held_by,
    journal,
    locked,
    relocked,
    tell_owner,
)
from handlers.mechanisms.telling import tasks_over
from storage.queries import deliveries, directory, downtimes, timers, touchpoints
from storage.rows import Row

ASKING = "offer:"


def reconsider(work: Work, client_id: str) -> None:
    """The directory has changed: where nobody listens any more somebody else is asked, or whoever is back."""
    for row in touchpoints.alive_of_client(work.tx, client_id):
        standing = relocked(work, row.id)
        held = held_by(work, standing, row.starts_at if standing.is_ahead else None)
        if any(getattr(standing.row, name) != value for name, value in held.items()):
            touchpoints.change_talk(work.tx, row.id, **held)
            journal(work, standing, "held_by", held)
            standing = relocked(work, row.id)
            desk(work, standing)
        if standing.state == "proposed" and not standing.lapsed:
            _look_again(work, standing)
        elif (
            standing.state == "due" and standing.by_chat and timers.open_task(work.tx, str(standing.ref), "find_holder")
        ):
            _try_again(work, standing)
        elif standing.is_ahead:
            _tell_newcomers(work, standing)
        work.redraw(standing.ref)


def replan(work: Work, client_id: str) -> None:
    """A client's hours, ladders or timetable have changed: what is to come of its talks is planned anew."""
    client = directory.client(work.tx, client_id)
    if client is None:
        return
    for row in touchpoints.alive_of_client(work.tx, client_id):
        standing = relocked(work, row.id)
        asking.replan(work, standing)
        agreeing.plan_form(work, standing)
        work.redraw(standing.ref)
    rhythm.plan_talks(work, client)


def delivery_failed(command: DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """A message could not reach a person: somebody else is asked, and the owner knows at once.

    An account where nothing arrives is asked no more until it is heard of; who is asked instead is found for every
    talk in turn (see `reconsider`), so none of them is locked here.
    """
    if row.person_id is None or Ref.parse(row.subject).kind != "touchpoint":
        return undelivered.note(command, work, row)
    ref, lost = Ref.parse(row.subject), command.what in undelivered.LOST
    standing = load(work.tx, ref.id, work.now) if lost else locked(work, ref)
    return undelivered.note(
        command, work, row, lambda: standing is not None and _tell_of_failure(work, standing, row, command)
    )


def _tell_of_failure(work: Work, standing: Standing, row: Row[Any], command: DeliveryFailed) -> bool:
    """Unless the person has it elsewhere, the next in line is asked and the owner is told; -> whether that one is."""
    if row.person_id not in standing.roster.members or standing.state not in touchpoints.ALIVE:
        return False
    if deliveries.alive(work.tx, row.subject, row.purpose, row.person_id):
        return False
    asks = standing.state == "proposed" and row.purpose.startswith(ASKING)
    if asks and command.what not in undelivered.LOST:
        _ask_another(work, standing, why="backup")
    title = undelivered.unreached(standing.people[row.person_id])
    tell_owner(work, standing, "undeliverable", title, key=f"r{standing.row.revision}.{row.person_id}")
    work.redraw(standing.ref)
    return True


def _look_again(work: Work, standing: Standing) -> None:
    """Somebody has to be there who may choose and can be reached."""
    offer = asking.offer_card(standing)
    for one in standing.asked:
        member = standing.roster.members.get(one.person_id)
        able = member is not None and member.reachable and one.person_id in standing.deciders()
        if able and deliveries.died(work.tx, str(standing.ref), offer, one.person_id):
            asking.ask(work, standing, one.person_id, why=one.why)
    if asking.listens(standing) or _ask_another(work, standing):
        tasks_over(work, standing.ref, {"find_holder"})
    else:
        tell_owner(work, standing, "find_holder", asking.NOBODY, key=work.new_id("find"))


def _ask_another(work: Work, standing: Standing, *, why: str = "") -> bool:
    person_id = asking.next_in_line(standing)
    if person_id is None:
        return False
    gone = standing.asked[0].person_id if standing.asked else ""
    asking.ask(work, standing, person_id, why=why or f"for:{gone}")
    journal(work, standing, "reroute", {"from": gone, "to": person_id})
    return True


def _try_again(work: Work, standing: Standing) -> None:
    """Nobody could be asked before; now somebody may be there."""
    if any(standing.roster.members[id_].reachable for id_ in standing.deciders()):
        tasks_over(work, standing.ref, {"find_holder"})
        windows = [one.window for one in standing.offers if not one.over] or asking.suggestions(
            work, standing, unasked=True
        )
        asking.propose(work, standing, windows)


def _tell_newcomers(work: Work, standing: Standing) -> None:
    """Whoever had agreed is not there any more, or away: who decides now hears of the agreed time."""
    decider = standing.row.decided_by
    if decider is not None and standing.roster.present(decider):
        return
    told = downtimes.told(work.tx, str(standing.ref), agreeing.told_card(standing))
    fresh = {id_ for id_ in standing.deciders()[:1] if standing.roster.members[id_].reachable} - told
    if fresh and contacts(standing):
        begins = standing.row.starts_at
        purpose = agreeing.told_card(standing)
        card(work, standing, purpose, fresh, priority=priority_of(work, begins), begins=begins)
        journal(work, standing, "told", {"people": sorted(fresh)})
