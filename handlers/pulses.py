"""Pulses as a subject (F09): a short look at how a relationship is, asked of the provider's own people.

    asked -> logged | skipped        logged, with a suggestion -> settled: taken, or kept as it was with a reason

The next comes as the client's rhythm says, counted from the day of the last one that was logged or skipped. Nothing
goes to the client: the vCIO (else the CSM) is asked, and has a task to call where the client prefers that.
What a pulse says can only suggest another rhythm; a person takes it or keeps what is, and the reason is kept.

Cards (`pulse:ID`), all to its owner:

    pulse       edited from then on: asked (form to log, skip), logged, the suggestion with Take and Keep, settled
    remind:0    two business days later, in its thread, while nothing is logged
    settle:0    two business days after a suggestion that nobody has settled, in its thread
Tasks about it: pulse_call (call the contact, then log), pulse_late (not logged after five business days; for whoever
stands above its owner).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import commands
from handlers.commands import LogPulse, Outcome, Ref, Refused, SettleCadence, SkipPulse
from handlers.context import Work
from handlers.mechanisms.rights import missing
from handlers.mechanisms.talks import pulsing, rhythm, settling
from handlers.mechanisms.talks.steering import SCOPE
from handlers.mechanisms.talks.suggesting import COLOURS, PREFERENCES, Said
from handlers.mechanisms.telling import tasks_over
from handlers.words import cleaned, storable
from storage.queries import directory, pulses, timers
from storage.rows import Row

REMIND_DAYS = 2
"""Business days of the provider until somebody is asked again to settle a suggestion."""
LONGEST, LONGEST_WHY = 4000, 500
MOST_USERS = 10_000_000


def log(command: LogPulse, work: Work) -> Outcome:
    """asked -> logged, with a suggestion where another rhythm or colour follows from it."""
    row, client = _locked(work, command.ref)
    said = _said(command)
    text = cleaned(command.text, "text", "what was said", LONGEST, empty=True)
    if row.state == "logged":
        return _logged_before(row, command, text)
    if row.state != "asked":
        raise Refused("This pulse was left out.", code="conflict")
    suggested = settling.suggestion(work, client, said)
    pulses.change(
        work.tx,
        row.id,
        state="logged",
        logged_at=work.now,
        logged_by=work.who.name,
        temperature=said.temperature,
        users=said.users,
        users_year_ago=said.users_year_ago,
        preference=said.preference,
        text=text,
        suggested=suggested,
    )
    timers.cancel(work.tx, str(command.ref))
    tasks_over(work, command.ref, pulsing.CALLS)
    rhythm.plan_pulse(work, client)
    if suggested:
        pulsing.plan(work, row, client, "settle", [("remind_settle", REMIND_DAYS)])
    after = {"temperature": said.temperature, "users": said.users, "users_year_ago": said.users_year_ago}
    pulsing.note(work, row, "log", {**after, "preference": said.preference, "suggested": suggested})
    work.redraw(command.ref)
    more = " Please look at what it suggests." if suggested else ""
    return Outcome(command.ref, f"Logged: {client.name} is {said.temperature}.{more}", _facts(work, row))


def skip(command: SkipPulse, work: Work) -> Outcome:
    """asked -> skipped, with a reason; the next comes as the rhythm says."""
    row, client = _locked(work, command.ref)
    if row.state == "skipped":
        return Outcome(command.ref, "This pulse is left out already.", _facts(work, row), repeated=True)
    if row.state != "asked":
        raise Refused("This pulse is logged already.", code="conflict")
    reason = cleaned(command.reason, "reason", "a reason", LONGEST_WHY)
    ended = {"logged_at": work.now, "logged_by": work.who.name, "text": reason}
    pulses.change(work.tx, row.id, state="skipped", **ended)
    timers.cancel(work.tx, str(command.ref))
    tasks_over(work, command.ref, pulsing.CALLS)
    rhythm.plan_pulse(work, client)
    pulsing.note(work, row, "skip", {"reason": reason})
    work.redraw(command.ref)
    return Outcome(command.ref, "Left out.", _facts(work, row))


def settle(command: SettleCadence, work: Work) -> Outcome:
    """A person takes what a pulse suggests, or keeps what is with a reason; only this changes how often you meet."""
    row, client = _locked(work, command.ref)
    if row.state != "logged" or not row.suggested:
        raise Refused("There is no suggestion to settle.", code="conflict")
    if row.settled_at is not None:
        if row.kept == command.keep:
            return Outcome(command.ref, f"{row.settled_by} has settled this already.", _facts(work, row), repeated=True)
        raise Refused(f"{row.settled_by} has settled this already.", code="conflict")
    newest = pulses.last_logged(work.tx, client.id)
    if newest is not None and newest.id != row.id and not command.keep:
        raise Refused("There is a newer pulse: please settle that one.", code="conflict")
    reason = cleaned(command.reason, "reason", "why it stays as it is", LONGEST_WHY, empty=not command.keep)
    why = reason or " ".join(row.suggested["why"])
    values: dict[str, Any] = {"settled_at": work.now, "settled_by": work.who.name, "settled_why": why}
    if not command.keep:
        values["temperature"] = row.suggested["temperature"]
    pulses.change(work.tx, row.id, kept=command.keep, **values)
    timers.cancel(work.tx, str(command.ref))
    pulsing.note(work, row, "keep" if command.keep else "take", {"suggested": dict(row.suggested), "reason": why})
    changed = [] if command.keep else settling.take(work, client, row.suggested, why)
    rhythm.plan_pulse(work, client)
    work.redraw(command.ref)
    said = "It stays as it was." if command.keep else f"Taken: {', '.join(changed) or 'the colour'}."
    return Outcome(command.ref, said, _facts(work, row))


def plan_for_client(work: Work, client: Row[Any]) -> None:
    """A client is new or has changed: pulses come round from now on, or no more."""
    rhythm.plan_pulse(work, client)


def replan(work: Work, client_id: str) -> None:
    """The hours or the timetable of a client have changed."""
    client = directory.client(work.tx, client_id)
    if client is not None:
        rhythm.plan_pulse(work, client)


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """What happens by itself: a pulse is due, nobody has logged it, nobody has settled what it suggests."""
    ref = Ref.parse(timer.subject)
    if ref.kind == "pulse_plan":
        client = directory.lock_client(work.tx, ref.id)
        if timers.take(work.tx, timer.id, work.now) is None:
            return Outcome(repeated=True)
        pulsing.ask(work, client)
        return Outcome()
    known = pulses.pulse(work.tx, ref.id)
    assert known is not None
    directory.lock_client(work.tx, known.client_id)
    row = pulses.lock(work.tx, ref.id)
    if timers.take(work.tx, timer.id, work.now) is None or row is None:
        return Outcome(ref, repeated=True)
    if timer.deed == "late" and row.state == "asked":
        pulsing.late(work, row)
    elif timer.deed == "remind" and row.state == "asked":
        pulsing.again(work, row, "remind:0")
    elif timer.deed == "remind_settle" and row.state == "logged" and row.settled_at is None:
        pulsing.again(work, row, "settle:0")
    return Outcome(ref)


def _said(command: LogPulse) -> Said:
    if command.temperature not in COLOURS:
        raise Refused("Please choose green, amber or red.", field="temperature", code="invalid")
    if command.preference not in PREFERENCES:
        raise Refused("Please choose normal, frequent or light.", field="preference", code="invalid")
    for field in ("users", "users_year_ago"):
        count = getattr(command, field)
        if count is not None and (isinstance(count, bool) or not 0 <= count <= MOST_USERS):
            raise Refused("Please give a number of users.", field=field, code="invalid")
    return Said(command.temperature, command.users, command.users_year_ago, command.preference)


def _logged_before(row: Row[Any], command: LogPulse, text: str) -> Outcome:
    said = (command.users, command.users_year_ago, command.preference, text)
    same_colour = row.settled_at is not None or row.temperature == command.temperature
    if same_colour and (row.users, row.users_year_ago, row.preference, row.text) == said:
        return Outcome(command.ref, f"{row.logged_by} has logged this already.", repeated=True)
    raise Refused(f"{row.logged_by} has logged this already.", code="conflict")


def _locked(work: Work, ref: Ref) -> tuple[Row[Any], Row[Any]]:
    """The client and then the pulse, locked; for the provider only: nobody of a client knows that there is one."""
    known = pulses.pulse(work.tx, ref.id) if ref.kind == "pulse" and storable(ref.id) else None
    mine = work.who.staff or work.who.system or work.who.service
    if known is None or not mine or not work.who.acts_for(known.client_id):
        raise missing("pulse")
    if work.who.service and SCOPE not in work.who.scopes:
        raise Refused("This token may not change pulses.", code="not_entitled")
    client = directory.lock_client(work.tx, known.client_id)
    row = pulses.lock(work.tx, known.id)
    assert row is not None
    return row, client


def _facts(work: Work, row: Row[Any]) -> dict[str, Any]:
    now = pulses.pulse(work.tx, row.id)
    assert now is not None
    return {"id": now.id, "state": now.state, "temperature": now.temperature, "suggested": dict(now.suggested)}


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.LogPulse: log,
    commands.SkipPulse: skip,
    commands.SettleCadence: settle,
}
"""Which command sets what in motion."""
