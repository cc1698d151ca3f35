"""Asks the voices of an offer: who answers for which office, whose turn it is, and what happens while nobody speaks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from handlers import ladder_policy, ladders
from handlers.authority import Roster
from handlers.calendar import BusinessCalendar
from handlers.context import Work
from handlers.hours import calendar_at, calendar_of
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.subjects import plan_all
from handlers.mechanisms.windows.rules import expiry_anew
from handlers.mechanisms.windows.shapes import DECIDER, PLACE, PROVIDER, Voice
from handlers.mechanisms.windows.standing import ROLE, Standing, may_speak_for
from handlers.mechanisms.windows.steering import (
    card,
    journal,
    owner_of,
    reread,
)
from handlers.policy import policy_of
from storage.queries import downtimes, timers

LADDER = "downtime"
HEARD = ("answered", "silent")
"""States of an office's voice that is waited for no longer."""


@dataclass(frozen=True)
class Wanted:
    """A voice to be asked: its kind, the office, the person to ask first and for whom that one stands in ("").

    `person_id` is "" for a provider of whom nobody is there for this client.
    """

    kind: str
    location_id: str
    person_id: str
    instead_of: str = ""

    @property
    def why(self) -> str:
        return f"for:{self.instead_of}" if self.instead_of else "primary"


def offer_card(standing: Standing) -> str:
    """The purpose of the card that asks: every set of times has a message of its own."""
    return f"offer:r{standing.row.revision}"


def turn_card(standing: Standing) -> str:
    """The purpose of the message that it is the key contact's turn."""
    return f"turn:r{standing.row.revision}"


def whom_to_ask(standing: Standing) -> list[Wanted]:
    """The key contact and every office that answers for itself; empty when nobody can be asked to decide.

    An office whose coordinators are away or cannot be reached is answered for by the key contact, as is one that has
    none; so is the key contact's own.
    """
    roster = standing.roster
    everybody = replace(roster, away={})
    chain = _reachable(roster, roster.chain(ROLE))
    if not chain:
        return []
    return [
        _wanted(DECIDER, "", chain[0], everybody.chain(ROLE), roster),
        *(
            _wanted(PLACE, location_id, person_id, may_speak_for(everybody, location_id), roster)
            for location_id, person_id in other_offices(standing, chain[0]).items()
        ),
    ]


def other_offices(standing: Standing, decider: str) -> dict[str, str]:
    """The offices that answer for themselves when this person decides -> whom to ask first there."""
    found = {}
    for place in standing.places:
        own = _reachable(standing.roster, may_speak_for(standing.roster, place.location_id))
        if own and decider not in own:
            found[place.location_id] = own[0]
    return found


def open_voices(work: Work, standing: Standing, wanted: Sequence[Wanted]) -> None:
    """Writes the voices of the revision in force, asks the first person of each and plans what silence does.

    The key contact waits while an office is asked, and can suggest another time or decline meanwhile.
    """
    waits = any(one.kind == PLACE for one in wanted)
    rows = [
        {
            "id": work.new_id("voi"),
            "subject": str(standing.ref),
            "revision": standing.row.revision,
            "kind": one.kind,
            "location_id": one.location_id,
            "state": "waiting" if waits and one.kind == DECIDER else "open",
            "opened_at": None if waits and one.kind == DECIDER else work.now,
        }
        for one in wanted
    ]
    downtimes.add_voices(work.tx, rows)
    for row, one in zip(rows, wanted, strict=True):
        if one.person_id:
            _note(work, standing, str(row["id"]), one.person_id, one.why)
        if row["state"] == "open":
            plan_ladder(work, standing, str(row["id"]), str(row["kind"]), one.person_id)
    client = [one.person_id for one in wanted if one.kind != PROVIDER]
    if client:
        _owe(work, standing, [*client, *([standing.row.asker_id] if standing.row.asker_id else [])])
    provider = [one.person_id for one in wanted if one.kind == PROVIDER and one.person_id]
    if provider and standing.state == "countered":
        card(work, standing, offer_card(standing), provider, follows="desk", priority=priority_of(work, work.now))


def ask(work: Work, standing: Standing, voice: Voice, person_id: str, *, why: str) -> None:
    """Asks one more person for one voice; who is asked for it already gets the card again."""
    _note(work, standing, voice.id, person_id, why)
    _owe(work, standing, [person_id])
    if voice.kind == DECIDER and standing.ready and standing.place_voices:
        _owe_turn(work, standing, [person_id])


def advance(work: Work, standing: Standing, heard: Collection[str] = ()) -> None:
    """The key contact's turn comes when every office has answered, or is waited for no longer.

    `heard`: the ids of voices of which that has become true in this transaction.
    """
    decider = standing.decider
    if decider is None or decider.state != "waiting" or standing.state != "proposed":
        return
    if any(voice.state not in HEARD and voice.id not in heard for voice in standing.place_voices):
        return
    downtimes.change_voice(work.tx, decider.id, state="open", opened_at=work.now)
    first = next((one for one in decider.asked if one.person_id in decider.may), decider.asked[0])
    plan_ladder(work, standing, decider.id, DECIDER, first.person_id)
    _owe_turn(work, standing, [one.person_id for one in decider.asked])


def fall_silent(work: Work, standing: Standing, voice: Voice) -> None:
    """An office has not answered and is waited for no longer; it may still answer until something is agreed."""
    downtimes.change_voice(work.tx, voice.id, state="silent")
    timers.cancel_plan(work.tx, str(standing.ref), voice.id)
    advance(work, standing, {voice.id})


def next_in_line(standing: Standing, voice: Voice) -> str | None:
    """Who else could give this voice, can be reached and has not been asked for it."""
    asked = {one.person_id for one in voice.asked}
    return next((id_ for id_ in _reachable(standing.roster, voice.may) if id_ not in asked), None)


def listens(standing: Standing, voice: Voice) -> bool:
    """Whether somebody who was asked may still give this voice and can be reached."""
    return any(
        one.person_id in voice.may and standing.roster.members[one.person_id].reachable
        for one in voice.asked
        if one.person_id in standing.roster.members
    )


def ask_provider(work: Work, standing: Standing) -> None:
    """The provider has to answer what the client named."""
    open_voices(work, standing, [Wanted(PROVIDER, "", owner_of(work, standing) or "")])


def plan_ladder(work: Work, standing: Standing, voice_id: str, kind: str, first_asked: str) -> None:
    """What happens while this voice is silent; the plan bears the voice's id.

    Where the client's ladder leaves no time before the offer ends, it is drawn together: an office is waited for half
    of the business time there is, so that the key contact has the rest, and that one for three quarters of it.
    """
    rungs = _rungs(work, standing, kind, first_asked, work.now)
    plan_all(work, standing, voice_id, [(rung.position, rung.deed, rung.due_at) for rung in rungs])


def replan(work: Work, standing: Standing) -> None:
    """The client's hours, holidays or ladders have changed: its end and the silence of open voices are planned anew.

    Silence counts from when each voice was opened; what has happened stays as it was, a rung whose new time has passed
    is due at once.
    """
    standing = _ending_anew(work, standing)
    for voice in standing.voices:
        running = {row.position: (row.deed, row.due_at) for row in standing.timers if row.plan == voice.id}
        if voice.state != "open" or not running or voice.row.opened_at is None:
            continue
        first = voice.asked[0].person_id if voice.asked else ""
        happened = timers.positions_done(work.tx, str(standing.ref), voice.id)
        planned = _rungs(work, standing, voice.kind, first, voice.row.opened_at)
        coming = {one.position: (one.deed, one.due_at) for one in planned if one.position not in happened}
        if coming and coming != running:
            timers.drop_plan(work.tx, str(standing.ref), voice.id)
            plan_all(work, standing, voice.id, [(position, *rung) for position, rung in coming.items()])


def _ending_anew(work: Work, standing: Standing) -> Standing:
    """Every card says when it ends, and is drawn anew when that is another moment now."""
    client, known = standing.client, standing.row.expires_at
    times = [one.window for one in standing.offers if one.row.state == "open"]
    if known is None or not times:
        return standing
    ends = expiry_anew(times, calendar_at(client, client, policy_of(client.policy)), work.now, known)
    if ends == known:
        return standing
    plan = f"r{standing.row.revision}"
    downtimes.change_downtime(work.tx, standing.row.id, expires_at=ends)
    timers.drop_plan(work.tx, str(standing.ref), plan)
    plan_all(work, standing, plan, [(0, "expire", ends)])
    journal(work, standing, "end_moved", {"from": known.isoformat(), "to": ends.isoformat()})
    return reread(work, standing)


def _rungs(work: Work, standing: Standing, kind: str, first_asked: str, since: datetime) -> Sequence[ladders.Planned]:
    policy = policy_of(standing.client.policy)
    member = standing.roster.members.get(first_asked)
    calendar = calendar_of(work.tx, standing.client, policy, member.location_id if member is not None else "")
    steps = ladder_policy.ladder_for(policy.ladders, LADDER)
    planned = [rung for rung in ladders.plan(steps, since, calendar) if rung.deed != "expire"]
    ends = standing.row.expires_at
    if ends is None:
        return planned or [ladders.Planned("tell_csm", since, 0)]
    latest = max(calendar.add_business_days(ends, -1), since) if kind == PLACE else ends
    if planned and planned[-1].due_at <= latest:
        return planned
    planned = planned or [ladders.Planned("tell_csm", ends, 0)]
    return _drawn_together(planned, since, ends, Fraction(1, 2) if kind == PLACE else Fraction(3, 4), calendar)


def _drawn_together(
    planned: Sequence[ladders.Planned], since: datetime, ends: datetime, part: Fraction, calendar: BusinessCalendar
) -> Sequence[ladders.Planned]:
    """The last rung after this part of the time there is: of the business time, so that nobody is reminded at night
    and an office is not given up before it opens; by the clock where no business time is left."""
    lasts, there = (calendar.business_hours_between(since, one) for one in (planned[-1].due_at, ends))
    if not (lasts and there):
        share = (ends - since) * float(part)
        return [
            replace(one, due_at=since + (one.due_at - since) * (share / (planned[-1].due_at - since)))
            for one in planned
        ]
    return [
        replace(
            one,
            due_at=calendar.add_business_hours(
                since, there * part * calendar.business_hours_between(since, one.due_at) / lasts
            ),
        )
        for one in planned
    ]


def _note(work: Work, standing: Standing, voice_id: str, person_id: str, why: str) -> None:
    row: dict[str, Any] = {
        "id": work.new_id("vas"),
        "voice_id": voice_id,
        "subject": str(standing.ref),
        "person_id": person_id,
        "since": work.now,
        "why": why,
    }
    downtimes.add_asked(work.tx, row)


def _owe(work: Work, standing: Standing, people: Sequence[str]) -> None:
    card(work, standing, offer_card(standing), people, priority=priority_of(work, standing.row.expires_at))


def _owe_turn(work: Work, standing: Standing, people: Sequence[str]) -> None:
    soon = priority_of(work, standing.row.expires_at)
    card(work, standing, turn_card(standing), people, follows=offer_card(standing), priority=soon)


def _reachable(roster: Roster, people: Sequence[str]) -> list[str]:
    return [id_ for id_ in people if roster.members[id_].reachable]


def _wanted(kind: str, location_id: str, person_id: str, wished: Sequence[str], roster: Roster) -> Wanted:
    """Who is asked, and in whose place when the one who would be asked first is away."""
    first = wished[0] if wished else person_id
    return Wanted(kind, location_id, person_id, first if first != person_id and first in roster.away else "")
