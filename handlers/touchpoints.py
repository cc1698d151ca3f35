"""Touchpoints as a subject (F08): planned talks that come round, are agreed, held, written down and come round again.

    due -> proposed -> confirmed -> held -> closed           confirmed -> missed
    proposed | confirmed -> rescheduled                      a contact cannot make it: the provider answers next
    due | proposed | rescheduled -> proposed (a new revision) | confirmed (a time taken by the provider: named by a
                                                              contact, or agreed on the phone) | held (without one)
    due | proposed | rescheduled | confirmed -> skipped      with a reason; also when nobody chose a time in time

The next of a kind is opened from the date of the last one that was held, missed or skipped, never before.
A time is agreed by a contact's press on it or by the provider writing down what a contact said; silence agrees to
nothing. Every transition is made under the lock of the client and then of the talk's row; a duplicate is a legal
input: it changes nothing and answers with the present truth.

Who decides: the present holders of the kind's role (`Talk.role`: liaison or strategy), the first who can be reached is
asked. Where that person prefers the phone or a visit nothing goes to the client by chat: the owner has a task to call.
The owner is the client's CSM, of talks about strategy its vCIO.

Cards (`touchpoint:ID`):

    offer:rN      to whoever is asked: the times with buttons, the agenda, and what silence does
    remind:rN.P   to the same, once, in its thread
    desk          to the owner, edited from then on: state, times, who is asked, agenda, what to do next
    confirmed:rN  to whoever was asked or chose, and the owner: the agreed time
    day1:rN       to the same, a day before, in its thread; hour1:rN the same an hour before
    moved:rN      to the same when somebody cannot make the agreed time (in the thread of confirmed:r(N-1))
    skipped       to whoever was asked, and the owner, unless that one did it
    missed        to whoever had agreed
    notes         to whoever was asked or chose: what was said, and who does what; edited as that changes
Tasks about it (`task:ID`, for the owner): talk_call (call to agree on a time, or instead of writing), talk_answer (a
contact has named another time or cannot make it), call (nobody answered), find_holder (nobody can be asked),
undeliverable, talk_notes (it is over: how was it, what is to do), talk_records (something is missing to close it).
Action items (`action_item:ID`): action to its owner when it is given, nudge:DATE on the day when it is due.
Forms before formal talks are `handlers.mechanisms.formal`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from handlers import commands
from handlers.commands import Outcome, PutCadence, Ref, Refused
from handlers.context import Work
from handlers.mechanisms.cadence import read
from handlers.mechanisms.talks import choosing, holding, items, opening, rerouting, rhythm, silence
from handlers.mechanisms.talks.names import titled
from handlers.mechanisms.talks.steering import SCOPE
from handlers.timetable import KINDS
from handlers.words import cleaned
from storage.queries import directory
from storage.rows import Row

SHORTEST, LONGEST = 5, 480
"""Minutes of a talk."""


def put_cadence(command: PutCadence, work: Work) -> Outcome:
    """How often a client is talked to, said by a person with a reason; the next one waits by it from now on."""
    if not (work.who.staff or work.who.system or (work.who.service and SCOPE in work.who.scopes)):
        raise Refused("How often you meet is set by your provider. Please tell them.", code="not_entitled")
    found = directory.client(work.tx, command.client) or directory.client_by_slug(work.tx, command.client)
    if found is None or not work.who.acts_for(found.id):
        raise Refused("Please choose a client.", field="client", code="not_found")
    client = directory.lock_client(work.tx, found.id)
    if command.kind not in (*KINDS, rhythm.PULSE):
        raise Refused(f"There is {', '.join((*KINDS, rhythm.PULSE))}.", field="kind", code="invalid")
    _checked(command)
    reason = " ".join(cleaned(command.reason, "reason", "a reason", 500).split())
    before = rhythm.rhythm_of(work.tx, client, command.kind)
    changed = rhythm.put(
        work,
        client,
        command.kind,
        command.every,
        reason=reason,
        weekday=command.weekday,
        wall=command.wall,
        minutes=command.minutes,
    )
    facts = {"client": client.slug, "kind": command.kind, "every": command.every}
    said = f"{titled(command.kind)} with {client.name}: {_often(command.every)}."
    if not changed:
        return Outcome(Ref("client", client.id), f"{said} That was so before.", facts, repeated=True)
    return Outcome(Ref("client", client.id), f"{said} Before: {_often(before.every)}.", facts)


def plan_for_client(work: Work, client: Row[Any]) -> None:
    """A client is new or has changed: its talks come round from now on, or no more."""
    rhythm.plan_talks(work, client)


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """What happens by itself: to a talk, to what comes round, to what somebody has to do."""
    return CLIMBS[Ref.parse(timer.subject).kind](work, timer)


def reconsider(work: Work, client_id: str) -> None:
    """The directory of a client has changed."""
    rerouting.reconsider(work, client_id)


def replan(work: Work, client_id: str) -> None:
    """The hours, the ladders or the timetable of a client have changed."""
    rerouting.replan(work, client_id)


def _checked(command: PutCadence) -> None:
    try:
        read(command.every)
    except ValueError as wrong:
        raise Refused(f"Please say it so: {wrong}.", field="every", code="invalid") from None
    if command.weekday is not None and command.weekday not in range(7):
        raise Refused("A weekday is a number from 0 (Monday) to 6.", field="weekday", code="invalid")
    if command.minutes is not None and not SHORTEST <= command.minutes <= LONGEST:
        raise Refused("A meeting lasts from 5 minutes to 8 hours.", field="minutes", code="invalid")
    if command.wall:
        try:
            wall = time.fromisoformat(command.wall)
        except ValueError:
            raise Refused("Please give the time as HH:MM.", field="wall", code="invalid") from None
        if wall.tzinfo is not None or len(command.wall) != len("10:00"):
            raise Refused("Please give the time as HH:MM.", field="wall", code="invalid")


def _often(every: str) -> str:
    return "never by itself" if every == "never" else f"every {every.removeprefix('1 ')}"


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.PlanTouchpoint: opening.plan_by_hand,
    commands.PickSlot: choosing.pick,
    commands.Reschedule: choosing.reschedule,
    commands.AgreeSlot: choosing.agree_by_word,
    commands.SkipTouchpoint: choosing.skip,
    commands.AddAgendaItem: items.add_item,
    commands.RemoveAgendaItem: items.remove_item,
    commands.HoldTouchpoint: holding.hold,
    commands.MissTouchpoint: holding.miss,
    commands.AddActionItem: items.add_action,
    commands.FinishActionItem: items.finish_action,
    commands.PutMeetingRecord: holding.put_record,
    commands.CloseTouchpoint: holding.close,
    commands.PutCadence: put_cadence,
}
"""Which command sets what in motion."""

CLIMBS: dict[str, Callable[[Work, Any], Outcome]] = {
    "touchpoint": silence.climb,
    "talk_plan": silence.opens,
    "action_item": items.nudge,
}
"""What a due timer does, by the kind of its subject."""

delivery_failed = rerouting.delivery_failed
