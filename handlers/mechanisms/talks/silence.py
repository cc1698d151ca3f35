"""What happens to a talk by itself: the ladder of an offer and its end, reminders, the form, and asking how it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.commands import Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import formal
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.summoning import supervisor_of
from handlers.mechanisms.talks import agreeing, asking, choosing, holding, opening
from handlers.mechanisms.talks.standing import Standing
from handlers.mechanisms.talks.steering import card, journal, locked, tell_owner, with_number
from handlers.mechanisms.telling import tell
from storage.queries import directory, timers, touchpoints
from storage.rows import Row


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """Does one due timer of a talk, once, whoever ticks."""
    ref = Ref.parse(timer.subject)
    standing = locked(work, ref)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    if timer.deed == "lapse":
        if standing.state == "proposed":
            choosing.lapse(work, standing)
    elif timer.deed in ("form", "form_again"):
        _form(work, standing, timer)
    elif timer.deed in ("day1", "hour1"):
        _remind(work, standing, timer)
    elif timer.deed == "over":
        if standing.is_over:
            holding.over(work, standing)
    elif standing.state == "proposed" and not standing.lapsed:
        _rung(work, standing, timer)
    return Outcome(ref)


def opens(work: Work, timer: Row[Any]) -> Outcome:
    """The day has come on which a talk of a kind is proposed to a client."""
    client_id = Ref.parse(timer.subject).id
    client = directory.lock_client(work.tx, client_id)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(repeated=True)
    opening.open_due(work, client, timer.plan)
    return Outcome()


def _rung(work: Work, standing: Standing, timer: Row[Any]) -> None:
    if _overtaken(standing, work, timer):
        timers.skip(work.tx, timer.id)
        return
    able = set(standing.deciders())
    silent = [one.person_id for one in standing.asked if one.person_id in able]
    if timer.deed.startswith("remind"):
        ends = standing.lapses_at
        purpose, follows = f"remind:{timer.plan}.{timer.position}", asking.offer_card(standing)
        card(work, standing, purpose, silent, follows=follows, priority=priority_of(work, ends), begins=ends)
    elif timer.deed == "add_backup":
        if (person_id := asking.next_in_line(standing)) is not None:
            asking.ask(work, standing, person_id, why="backup")
    else:
        _tell(work, standing, silent or [one.person_id for one in standing.asked], timer)
    journal(work, standing, timer.deed, {"silent": silent})
    work.redraw(standing.ref)


def _overtaken(standing: Standing, work: Work, timer: Row[Any]) -> bool:
    """After a time of standing still several rungs are due at once: of the reminders only what follows is of use."""
    due = [one for one in standing.timers if one.id != timer.id and one.due_at <= work.now]
    if any(one.deed == "lapse" for one in due):
        return True
    later = [one for one in due if one.plan == timer.plan and one.position > timer.position]
    return bool(later) and timer.deed.startswith("remind")


def _tell(work: Work, standing: Standing, silent: list[str], timer: Row[Any]) -> None:
    whom = ", ".join(with_number(standing, id_) for id_ in silent)
    since = min((one.since for one in standing.asked), default=work.now)
    days = (work.now - since) // timedelta(days=1)
    asked = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    title, key = f"call {whom}. Asked {asked}, no answer", f"{timer.plan}.{timer.deed}"
    if timer.deed == "tell_supervisor":
        above = supervisor_of(work, standing.client.id)
        tell(work, standing.client.id, above, standing.ref, "call", f"{standing.row.ref}: {title}"[:300], key=key)
        return
    tell_owner(work, standing, "call", title, key=key)


def _remind(work: Work, standing: Standing, timer: Row[Any]) -> None:
    """A day or an hour before; of both at once only the last, and none after the beginning."""
    later = [one for one in standing.timers if one.plan == timer.plan and one.deed == "hour1" and one.id != timer.id]
    overtaken = timer.deed == "day1" and any(one.due_at <= work.now for one in later)
    if not standing.is_ahead or overtaken:
        timers.skip(work.tx, timer.id)
        return
    agreeing.remind(work, standing, timer.deed)
    journal(work, standing, timer.deed)


def _form(work: Work, standing: Standing, timer: Row[Any]) -> None:
    """The form before a talk, or once more; not after it has begun, nor while nobody has been asked for a time."""
    begun = agreeing.begun(standing, work.now)
    if standing.state not in touchpoints.ALIVE or begun or not standing.by_chat:
        timers.skip(work.tx, timer.id)
    elif timer.deed == "form":
        agreeing.send_form(work, standing)
    elif formal.remind(work, standing.ref):
        journal(work, standing, "form_again")
