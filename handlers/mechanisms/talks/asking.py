"""Puts times for a talk on offer: whom they are put to, what silence does, and when somebody has to call instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from handlers import ladder_policy, ladders
from handlers.commands import Window
from handlers.context import Work
from handlers.hours import calendar_of
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.subjects import plan_all
from handlers.mechanisms.talks import slots
from handlers.mechanisms.talks.rhythm import rhythm_of
from handlers.mechanisms.talks.standing import DECIDER, Standing
from handlers.mechanisms.talks.steering import (
    MOOT,
    card,
    desk,
    held_by,
    journal,
    owner_of,
    reread,
    tell_owner,
    with_number,
)
from handlers.mechanisms.telling import tasks_over
from handlers.policy import policy_of
from storage import outbox
from storage.queries import downtimes, timers, touchpoints

LADDER = "touchpoint"
NOBODY = "nobody of the client can be asked for a time at the moment"
CALLED = {"phone": "call", "in_person": "see"}


def offer_card(standing: Standing) -> str:
    """The purpose of the card that asks: every set of times has a message of its own."""
    return f"offer:r{standing.row.revision}"


def propose(
    work: Work,
    standing: Standing,
    windows: Sequence[Window],
    *,
    text: str = "",
    side: str = "provider",
    author: tuple[str | None, str] | None = None,
) -> Standing:
    """due | proposed | rescheduled | confirmed -> proposed: these times and no others are on offer from now on.

    Where somebody calls instead, or nobody can be asked, it becomes due again (with the times at hand) and there is a
    task to call, or to find somebody.
    """
    after = _new_revision(work, standing, windows, text, side, author or (None, ""))
    if windows and after.by_chat and _reachable(after):
        person_id = _reachable(after)[0]
        touchpoints.change_talk(work.tx, after.row.id, state="proposed", proposed_at=work.now)
        voice_id = work.new_id("voi")
        downtimes.add_voices(
            work.tx,
            [
                {
                    "id": voice_id,
                    "subject": str(after.ref),
                    "revision": after.row.revision,
                    "kind": DECIDER,
                    "location_id": "",
                    "state": "open",
                    "opened_at": work.now,
                }
            ],
        )
        after = reread(work, after)
        _plan_silence(work, after, person_id, work.now)
        ask(work, after, person_id, why=_why(after, person_id), voice_id=voice_id)
    else:
        _call_instead(work, after, nothing_free=not windows)
    after = reread(work, after)
    desk(work, after)
    journal(work, standing, "propose", {"times": [one.starts_at.isoformat() for one in windows]})
    return after


def ask(work: Work, standing: Standing, person_id: str, *, why: str, voice_id: str = "") -> None:
    """Asks one more person to choose; who is asked already gets the card again."""
    voice = voice_id or next(
        one.id for one in downtimes.voices_of(work.tx, str(standing.ref)) if one.revision == standing.row.revision
    )
    downtimes.add_asked(
        work.tx,
        {
            "id": work.new_id("vas"),
            "voice_id": voice,
            "subject": str(standing.ref),
            "person_id": person_id,
            "since": work.now,
            "why": why,
        },
    )
    ends = standing.lapses_at
    card(work, standing, offer_card(standing), [person_id], priority=priority_of(work, ends), begins=ends)


def next_in_line(standing: Standing) -> str | None:
    """Who else could choose, can be reached and has not been asked."""
    asked = {one.person_id for one in standing.asked}
    return next((id_ for id_ in _reachable(standing) if id_ not in asked), None)


def listens(standing: Standing) -> bool:
    """Whether somebody who was asked may still choose and can be reached."""
    able = set(_reachable(standing))
    return any(one.person_id in able for one in standing.asked)


def take_back(work: Work, standing: Standing) -> None:
    """Nobody is asked any more: the times are off, and so is everything that was to come of itself about them."""
    subject = str(standing.ref)
    timers.cancel(work.tx, subject)
    outbox.drop_held(work.tx, subject, work.now)
    downtimes.end_voices(work.tx, subject)
    downtimes.drop_windows(work.tx, subject)


def replan(work: Work, standing: Standing) -> None:
    """The client's hours or ladder have changed: what is still to come of silence counts anew from when it was asked.

    What has happened stays; a rung whose new time has passed is due at once, and the end of the offer stays.
    """
    plan, subject = _plan(standing), str(standing.ref)
    happened = timers.positions_done(work.tx, subject, plan)
    since = min((one.since for one in standing.asked), default=None)
    if standing.state != "proposed" or since is None:
        return
    coming = [one for one in _rungs(work, standing, standing.asked[0].person_id, since) if one.position not in happened]
    timers.drop_plan(work.tx, subject, plan)
    plan_all(work, standing, plan, [(one.position, one.deed, one.due_at) for one in coming])


def suggestions(
    work: Work, standing: Standing, *, after: datetime | None = None, unasked: bool = False
) -> tuple[Window, ...]:
    """Times to propose for this talk now; `unasked`: nobody waits for them, so there is time to ask everybody first."""
    rhythm = rhythm_of(work.tx, standing.client, standing.row.kind)
    return slots.proposed(
        work,
        standing.client,
        rhythm,
        standing.row.due_on,
        owner_of(work, standing),
        but=standing.row.id,
        minutes=standing.row.minutes,
        after=after,
        earliest=_after_asking(work, standing) if unasked else None,
    )


def _after_asking(work: Work, standing: Standing) -> date | None:
    """The day after everybody was asked and the owner could call, when it is proposed now.

    Never further ahead than one that is proposed in time. None where nobody is asked in chat, and where the day on
    which it is due leaves room for it: its own day is worth more than the last hours of a ladder.
    """
    reachable = _reachable(standing)
    if not standing.by_chat or not reachable:
        return None
    policy = policy_of(standing.client.policy)
    calendar = calendar_of(work.tx, standing.client, policy, standing.roster.members[reachable[0]].location_id)
    steps = ladder_policy.ladder_for(policy.ladders, LADDER)
    planned = [one for one in ladders.plan(steps, work.now, calendar) if one.deed != "expire"]
    last = calendar.local_day(planned[-1].due_at) if planned else None
    if last is None or last <= standing.row.due_on:
        return None
    in_time = calendar.add_business_days(calendar.local_day(work.now), policy.timetable.lead_days)
    return min(calendar.add_business_days(last, 1), in_time)


def _new_revision(
    work: Work, standing: Standing, windows: Sequence[Window], text: str, side: str, author: tuple[str | None, str]
) -> Standing:
    unused = standing.state in ("due", "rescheduled") and not standing.offers and not standing.asked
    revision = standing.row.revision + (0 if unused else 1)
    take_back(work, standing)
    tasks_over(work, standing.ref, MOOT)
    client, held = standing.client, held_by(work, standing, None)
    owner_id = held["owner_id"]
    if windows:
        downtimes.add_windows(
            work.tx,
            [
                {
                    "id": work.new_id("win"),
                    "subject": str(standing.ref),
                    "revision": revision,
                    "number": number,
                    "starts_at": one.starts_at,
                    "ends_at": one.ends_at,
                    "state": "open",
                    "side": side,
                    "offered_by": author[1] or standing.name(owner_id),
                    "author_id": author[0],
                    "text": text,
                    "offered_at": work.now,
                    "size": "minor",
                    "needed_days": 0,
                    "given_days": 0,
                    "conflicts": slots.objections(work, client, one, owner_id, but=standing.row.id),
                }
                for number, one in enumerate(windows, 1)
            ],
        )
    again = {"sequence": standing.row.sequence + 1} if standing.state == "confirmed" else {}
    touchpoints.change_talk(work.tx, standing.row.id, state="due", revision=revision, **held, **again)
    return reread(work, standing)


def _call_instead(work: Work, standing: Standing, *, nothing_free: bool) -> None:
    chain, key = standing.deciders(), f"r{standing.row.revision}"
    if not chain or (standing.by_chat and not nothing_free and not any(standing.people[id_].phone for id_ in chain)):
        tell_owner(work, standing, "find_holder", NOBODY, key=key)
        return
    verb, how = CALLED.get(standing.row.channel, "call"), ""
    if nothing_free:
        how = ": none of the usual times is free"
    elif standing.by_chat:
        how = ": nobody who decides can be reached in chat"
    tell_owner(
        work, standing, "talk_call", f"{verb} {with_number(standing, chain[0])} to agree on a time{how}", key=key
    )


def _plan_silence(work: Work, standing: Standing, first_asked: str, since: datetime) -> None:
    rungs = _rungs(work, standing, first_asked, since)
    plan_all(work, standing, _plan(standing), [(one.position, one.deed, one.due_at) for one in rungs])
    if standing.lapses_at is not None:
        plan_all(work, standing, f"{_plan(standing)}.end", [(0, "lapse", standing.lapses_at)])


def _rungs(work: Work, standing: Standing, first_asked: str, since: datetime) -> list[ladders.Planned]:
    """The client's ladder; drawn together where the times on offer begin before its end."""
    policy = policy_of(standing.client.policy)
    member = standing.roster.members.get(first_asked)
    calendar = calendar_of(work.tx, standing.client, policy, member.location_id if member is not None else "")
    steps = ladder_policy.ladder_for(policy.ladders, LADDER)
    planned = [one for one in ladders.plan(steps, since, calendar) if one.deed != "expire"]
    ends = min((one.row.starts_at for one in standing.offers), default=None)
    if not planned or ends is None or planned[-1].due_at < ends:
        return planned
    hours, last = calendar.business_hours_between(since, ends), planned[-1].due_at
    whole = calendar.business_hours_between(since, last) or 1
    drawn = [
        replace(
            one,
            due_at=calendar.add_business_hours(
                since, hours * 3 / 4 * calendar.business_hours_between(since, one.due_at) / whole
            ),
        )
        for one in planned
    ]
    return [one for one in drawn if one.due_at < ends]


def _plan(standing: Standing) -> str:
    return f"r{standing.row.revision}"


def _why(standing: Standing, person_id: str) -> str:
    """primary, or for whom this person stands in."""
    everybody = replace(standing.roster, away={}).chain(standing.rule.role)
    first = everybody[0] if everybody else person_id
    return "primary" if first == person_id else f"for:{first}"


def _reachable(standing: Standing) -> list[str]:
    return [id_ for id_ in standing.deciders() if standing.roster.members[id_].reachable]
