"""When those asked about a downtime are away, have left or cannot be reached: somebody else is, and the CSM knows."""

from __future__ import annotations

from typing import Any

from handlers.commands import DeliveryFailed, Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import undelivered
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows import agreeing, asking, staffnotes
from handlers.mechanisms.windows.offering import NOBODY
from handlers.mechanisms.windows.shapes import DECIDER, PLACE, Voice
from handlers.mechanisms.windows.standing import Standing, load, stand
from handlers.mechanisms.windows.steering import (
    find_holder,
    journal,
    locked,
    reread,
    tell_csm,
)
from storage.queries import deliveries, downtimes
from storage.rows import Row

ASKING = ("offer:", "turn:")
"""Purposes of the messages that ask somebody."""


def reconsider(work: Work, client_id: str) -> None:
    """The directory has changed: where nobody listens any more somebody else is asked, or whoever is back."""
    for row in downtimes.alive_of_client(work.tx, client_id):
        locked_row = downtimes.lock(work.tx, row.id)
        assert locked_row is not None
        standing = stand(work.tx, locked_row, work.now)
        if standing.is_open and not standing.overdue:
            look_again(work, standing)
        elif standing.is_ahead:
            agreeing.catch_up(work, standing)
        work.redraw(standing.ref)


def replan(work: Work, client_id: str) -> None:
    """A client's hours or ladders have changed: what silence does about its open downtimes is planned anew."""
    for row in downtimes.alive_of_client(work.tx, client_id):
        locked_row = downtimes.lock(work.tx, row.id)
        assert locked_row is not None
        standing = stand(work.tx, locked_row, work.now)
        if standing.is_open and not standing.overdue:
            asking.replan(work, standing)
            work.redraw(standing.ref)
        elif standing.is_ahead:
            staffnotes.replan(work, standing)


def look_again(work: Work, standing: Standing) -> None:
    """Every voice that is waited for needs somebody who may give it and can be reached."""
    _ask_who_is_back(work, standing)
    for voice in standing.voices:
        if voice.kind == DECIDER and voice.state in ("waiting", "open"):
            if asking.listens(standing, voice) or _ask_another(work, standing, voice):
                tasks_over(work, standing.ref, {"find_holder"})
            else:
                find_holder(work, standing, NOBODY.format(standing.client.name))
        elif voice.kind == PLACE and voice.state == "open":
            there = asking.listens(standing, voice) or _ask_another(work, standing, voice)
            if not there:
                _nobody_there(work, standing, voice)
                standing = reread(work, standing)


def delivery_failed(command: DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """A message could not reach a person: somebody else is asked, and the CSM knows at once.

    An account where nothing arrives is asked no more until it is heard of; whoever is asked instead is found for every
    open downtime in turn (see `reconsider`), so none of them is locked here.
    """
    if row.person_id is None:
        return undelivered.note(command, work, row)
    ref, lost = Ref.parse(row.subject), command.what in undelivered.LOST
    standing = load(work.tx, ref.id, work.now) if lost else locked(work, ref)
    return undelivered.note(
        command, work, row, lambda: standing is not None and _tell_of_failure(work, standing, row, command)
    )


def _tell_of_failure(work: Work, standing: Standing, row: Row[Any], command: DeliveryFailed) -> bool:
    """Unless the person has it elsewhere, the next in line is asked and the CSM is told; -> whether the CSM is."""
    if row.person_id not in standing.roster.members or not (standing.is_open or standing.state == "accepted"):
        return False
    if deliveries.alive(work.tx, row.subject, row.purpose, row.person_id):
        return False
    if standing.is_open and command.what not in undelivered.LOST and row.purpose.startswith(ASKING):
        for voice in standing.voices:
            mine = any(one.person_id == row.person_id for one in voice.asked)
            if mine and voice.state in ("waiting", "open"):
                _ask_another(work, standing, voice, why="backup")
    title = undelivered.unreached(standing.people[row.person_id])
    tell_csm(work, standing, "undeliverable", title, key=f"r{standing.row.revision}.{standing.life}.{row.person_id}")
    work.redraw(standing.ref)
    return True


def _ask_another(work: Work, standing: Standing, voice: Voice, *, why: str = "") -> bool:
    """The next in line for this voice is asked; False when there is nobody."""
    person_id = asking.next_in_line(standing, voice)
    if person_id is None:
        return False
    gone = voice.asked[0].person_id if voice.asked else ""
    asking.ask(work, standing, voice, person_id, why=why or f"for:{gone}")
    journal(work, standing, "reroute", {"voice": voice.kind, "from": gone, "to": person_id})
    return True


def _nobody_there(work: Work, standing: Standing, voice: Voice) -> None:
    """Nobody of an office can be asked any more: it is waited for no longer, and the CSM knows."""
    place = voice.place.name if voice.place is not None else standing.client.name
    title = f"nobody of {place} can be reached in chat any more about its times"
    tell_csm(work, standing, "undeliverable", title, key=f"r{standing.row.revision}.{voice.row.location_id}")
    asking.fall_silent(work, standing, voice)
    journal(work, standing, "unheard", {"office": voice.row.location_id})


def _ask_who_is_back(work: Work, standing: Standing) -> None:
    """Somebody who was asked and whose message never arrived can be reached again."""
    offer = asking.offer_card(standing)
    for voice in standing.voices:
        for one in voice.asked if voice.state in ("waiting", "open", "silent") else ():
            member = standing.roster.members.get(one.person_id)
            if member is None or not member.reachable or one.person_id not in voice.may:
                continue
            if deliveries.died(work.tx, str(standing.ref), offer, one.person_id):
                asking.ask(work, reread(work, standing), voice, one.person_id, why=one.why)
