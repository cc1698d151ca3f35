"""What happens to a downtime by itself: rungs of the voices' ladders, the end of an offer, the life of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from handlers.commands import Outcome, Ref
from handlers.context import URGENT, Work
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.summoning import supervisor_of
from handlers.mechanisms.telling import tell
from handlers.mechanisms.windows import agreeing, asking, closing, running
from handlers.mechanisms.windows.shapes import PLACE, PROVIDER, Voice
from handlers.mechanisms.windows.standing import Standing
from handlers.mechanisms.windows.steering import card, journal, locked, news, tell_csm
from storage.queries import downtimes, timers
from storage.rows import Row

REMINDERS = ("day7", "day1", "hour1")


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """Does one due timer of a downtime, once, whoever ticks."""
    ref = Ref.parse(timer.subject)
    standing = locked(work, ref)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    if timer.deed == "expire":
        if standing.is_open:
            closing.expire(work, standing)
    elif timer.deed in LIFE:
        when, deed = LIFE[timer.deed]
        later = [one for one in standing.timers if one.plan == timer.plan and one.position > timer.position]
        if timer.deed in ("late", "check_up") and any(one.due_at <= work.now for one in later):
            timers.skip(work.tx, timer.id)  # after a time of standing still what follows it says more
        elif standing.state == "accepted" and standing.life in when:
            deed(work, standing, timer)
    elif standing.is_open and not standing.overdue:
        voice = next((one for one in standing.voices if one.id == timer.plan), None)
        if voice is not None and voice.state == "open":
            _rung(work, standing, voice, timer)
    return Outcome(ref)


def _rung(work: Work, standing: Standing, voice: Voice, timer: Row[Any]) -> None:
    later = [one for one in standing.timers if one.plan == timer.plan and one.position > timer.position]
    if timer.deed.startswith("remind") and any(one.due_at <= work.now for one in later):
        timers.skip(work.tx, timer.id)
        return
    silent = [one.person_id for one in voice.asked if one.person_id in voice.may]
    if timer.deed.startswith("remind"):
        follows = "desk" if voice.kind == PROVIDER else asking.offer_card(standing)
        priority = priority_of(work, standing.row.expires_at)
        card(work, standing, f"remind:{timer.plan}.{timer.position}", silent, follows=follows, priority=priority)
    elif timer.deed == "add_backup":
        if voice.kind != PROVIDER and (person_id := asking.next_in_line(standing, voice)) is not None:
            asking.ask(work, standing, voice, person_id, why="backup")
    else:
        _tell(work, standing, voice, silent, timer)
    journal(work, standing, timer.deed, {"voice": voice.kind, "office": voice.row.location_id, "silent": silent})
    if not later and voice.kind == PLACE:
        asking.fall_silent(work, standing, voice)
    work.redraw(standing.ref)


def _tell(work: Work, standing: Standing, voice: Voice, silent: list[str], timer: Row[Any]) -> None:
    """Somebody is to be called; of the provider's own silence whoever stands above its people is told."""
    key, days = f"{timer.plan}.{timer.deed}", _days(work, voice)
    if voice.kind == PROVIDER:
        above = supervisor_of(work, standing.client.id)
        what = f"{standing.row.ref}: {standing.client.name} waits for your team's answer. It asked {days}"
        tell(work, standing.client.id, above, standing.ref, "call", what[:300], key=key)
        return
    whom = [_with_number(standing, id_) for id_ in silent or [one.person_id for one in voice.asked]]
    place = f" about {voice.place.name}" if voice.place is not None and voice.place.location_id else ""
    title = f"call {', '.join(whom)}{place}. Asked {days}, no answer"
    tell_csm(work, standing, "call", title, key=key)


def _with_number(standing: Standing, person_id: str) -> str:
    phone = standing.people[person_id].phone
    return f"{standing.name(person_id)} ({phone})" if phone else standing.name(person_id)


def _days(work: Work, voice: Voice) -> str:
    since = voice.row.opened_at or min((one.since for one in voice.asked), default=work.now)
    days = (work.now - since) // timedelta(days=1)
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"


# ------------------------------------------------------------------ the life of an agreed window


def _remind(work: Work, standing: Standing, timer: Row[Any]) -> None:
    """A reminder to every office; of several that are due at once only the last, and none after the start."""
    later = [one for one in standing.timers if one.deed in (*REMINDERS, "late") and one.due_at <= work.now]
    if work.now >= standing.row.starts_at or any(one.id != timer.id for one in later):
        timers.skip(work.tx, timer.id)
        return
    agreeing.catch_up(work, standing)
    if standing.life == "scheduled":
        downtimes.change_downtime(work.tx, standing.row.id, life="announced")
    people = sorted(agreeing.contacts(standing))
    if timer.deed == "hour1":
        card(work, standing, timer.deed, people, follows=agreeing.AGREED, priority=URGENT)
        agreeing.ready(work, standing)
    else:
        news(work, standing, timer.deed, people, follows=agreeing.AGREED)
    work.redraw(standing.ref)
    journal(work, standing, timer.deed, {"people": people})


Deed = Callable[[Work, Standing, Any], None]
AHEAD, RUNNING = ("scheduled", "announced"), running.RUNNING
LIFE: Mapping[str, tuple[tuple[str, ...], Deed]] = {
    "day7": (AHEAD, _remind),
    "day1": (AHEAD, _remind),
    "hour1": (AHEAD, _remind),
    "late": (AHEAD, lambda work, standing, _: running.late(work, standing)),
    "missed": (AHEAD, lambda work, standing, _: running.missed(work, standing)),
    "check_up": (RUNNING, lambda work, standing, timer: running.check_up(work, standing, timer.plan)),
    "overrun": (RUNNING, lambda work, standing, timer: running.overrun(work, standing, timer.plan)),
    "verify_late": (("verifying",), lambda work, standing, _: running.still_checking(work, standing)),
}
"""What an agreed window does by itself, and in which part of its life."""
