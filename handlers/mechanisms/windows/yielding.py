"""An agreed time is given up: postponed, cancelled, or in doubt because the client wants no work then any more."""

from __future__ import annotations

from typing import Any

from handlers.commands import CancelDowntime, Outcome, PostponeDowntime, RaiseDowntime, Refused
from handlers.context import URGENT, Work
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows import staffnotes
from handlers.mechanisms.windows.agreeing import AGREED, announce
from handlers.mechanisms.windows.asking import offer_card
from handlers.mechanisms.windows.conflicts import blackout_said, no_work
from handlers.mechanisms.windows.running import step_of
from handlers.mechanisms.windows.standing import Standing, stand
from handlers.mechanisms.windows.steering import (
    card,
    done,
    journal,
    locked,
    not_now,
    only_provider,
    owner_of,
    reread,
    state_said,
)
from handlers.words import cleaned
from storage import outbox
from storage.queries import directory, downtimes, timers
from storage.rows import Row

LONGEST = 1000


def postpone(command: PostponeDowntime, work: Work) -> tuple[Standing, RaiseDowntime | None]:
    """scheduled | announced -> postponed; -> what is raised in its place, when other times are given.

    Standing is as it was before; a window postponed before is answered with the same standing and None.
    """
    standing = locked(work, command.ref, agreeing=bool(command.windows))
    only_provider(work, "postpone a downtime")
    if standing.life == "postponed":
        return standing, None
    _give_up(work, standing, "postponed", command.reason)
    if not command.windows:
        return standing, None
    row = standing.row
    return standing, RaiseDowntime(
        work=row.work,
        implications=row.implications,
        windows=command.windows,
        client=standing.client.slug,
        locations=tuple(one for one in row.locations if one),
        prep_steps=row.prep_steps,
        engineer=row.engineer_id if standing.name(row.engineer_id) and _works(standing, row.engineer_id) else "",
        override=command.override,
        external_ref=row.external_ref,
        send=True,
    )


def cancel(command: CancelDowntime, work: Work) -> Outcome:
    """scheduled | announced -> cancelled, by the provider or a key contact who may decide now."""
    standing = locked(work, command.ref)
    if work.who.is_provider:
        only_provider(work, "cancel a downtime")
    elif work.who.person_id is None or not standing.is_decider(work.who.person_id):
        raise Refused("Only the key contact or your provider can cancel an agreed downtime.", code="not_entitled")
    if standing.life == "cancelled":
        return done(work, standing, f"{standing.row.ref} was cancelled before.", repeated=True)
    _give_up(work, standing, "cancelled", command.reason)
    return done(work, standing, f"{standing.row.ref} is cancelled. Everybody who was told is told so.")


def in_doubt(work: Work, client_id: str, blackout: Row[Any]) -> list[str]:
    """A blackout has come: who agreed to a time within it and who is accountable are told at once; -> the references.

    The agreed window stands. A time still on offer can no longer be chosen, and who would have to is told as well.
    Called under the lock of the client, under which times are agreed.
    """
    closed, found = no_work(blackout), list[str]()
    client = directory.client(work.tx, client_id)
    assert client is not None
    for row in downtimes.alive_of_client(work.tx, client_id):
        standing = stand(work.tx, row, work.now)
        times = [one.window for one in ([standing.chosen] if standing.is_ahead else standing.offers) if one is not None]
        if not (standing.is_open or standing.is_ahead) or not any(
            closed.during(window, place.timezone)
            for place in standing.places
            if closed.concerns(place.location_id)
            for window in times
        ):
            continue
        found.append(str(row.ref))
        decider = standing.row.decided_by if standing.is_ahead else None
        asked = [decider] if decider else [one.person_id for one in standing.decider.asked] if standing.decider else []
        present = [id_ for id_ in asked if id_ and standing.roster.present(id_)] or list(standing.deciders()[:1])
        people = [id_ for id_ in (*present, owner_of(work, standing)) if id_]
        follows = AGREED if standing.is_ahead else offer_card(standing)
        card(work, standing, f"blackout:{blackout.id}", people, follows=follows, priority=URGENT)
        work.redraw(standing.ref)
        said = blackout_said(closed, standing.places[0].timezone)
        journal(work, standing, "in_doubt", {"blackout": blackout.id, "when": said, "why": blackout.why})
    return found


def _give_up(work: Work, standing: Standing, life: str, reason: str) -> None:
    if standing.is_open or standing.state == "draft":
        raise Refused(f"{standing.row.ref} is not agreed yet: it can be withdrawn.", code="conflict")
    if not standing.is_ahead:
        raise not_now(standing, life)
    why = cleaned(reason, "reason", "the reason", LONGEST, why="which everybody who was told will read")
    row, subject = standing.row, str(standing.ref)
    timers.cancel(work.tx, subject)
    outbox.drop_held(work.tx, subject, work.now)
    downtimes.change_downtime(
        work.tx,
        row.id,
        life=life,
        closed_at=work.now,
        closed_why=why,
        closed_by=work.who.name,
        closed_by_id=work.who.person_id,
        sequence=row.sequence + 1,
        steps=[*row.steps, step_of(work, life, why)],
    )
    tasks_over(work, standing.ref, {"overrun", "relay_silent"})
    after = reread(work, standing)
    told = downtimes.reached(work.tx, subject, work.now)
    announce(work, after, life, urgent=False, among=told)
    (staffnotes.cancelled if life == "cancelled" else staffnotes.postponed)(work, after)
    journal(work, standing, life, {"reason": why, "was": state_said(standing)})


def _works(standing: Standing, person_id: str) -> bool:
    return bool(standing.people[person_id].state == "active")
