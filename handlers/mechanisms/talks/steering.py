"""Who may steer a talk, the lock under which it changes, and what every change of it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.commands import Ref, Refused
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms import standins
from handlers.mechanisms.mornings import owe_apart
from handlers.mechanisms.rights import Rights, missing
from handlers.mechanisms.talks.names import BY_VCIO
from handlers.mechanisms.talks.standing import TALK, Standing, stand
from handlers.mechanisms.telling import tell
from handlers.words import storable
from storage.queries import directory, touchpoints

SCOPE = "touchpoints:write"
only_provider = Rights(SCOPE).only_provider
row_of, reread, journal, done = TALK.row_of, TALK.reread, TALK.journal, TALK.done
MOOT = frozenset({"find_holder", "call", "undeliverable", "talk_call", "talk_answer"})
"""Tasks to get a time: nobody has to do them once there is one."""
STATE_WORDS = {
    "due": "due",
    "proposed": "waiting for an answer",
    "rescheduled": "to be given another time",
    "confirmed": "agreed",
    "held": "held",
    "closed": "held and closed",
    "missed": "missed",
    "skipped": "left out",
}


def locked(work: Work, ref: Ref) -> Standing:
    """Locks the talk, and before it its client, and says where it stands; refused for one that is none of this actor's.

    What is agreed at one client comes one after the other; whoever changes the directory has locked the client too.
    """
    known = ref.kind == "touchpoint" and storable(ref.id)
    first = touchpoints.talk(work.tx, ref.id) if known else None
    if first is None or not work.who.acts_for(first.client_id):
        raise missing("meeting")
    directory.lock_client(work.tx, first.client_id)
    return relocked(work, first.id)


def relocked(work: Work, touchpoint_id: str) -> Standing:
    """The same where the client is locked, or will not be needed."""
    row = touchpoints.lock(work.tx, touchpoint_id)
    assert row is not None
    return stand(work.tx, row, work.now)


def state_said(standing: Standing) -> str:
    """How it stands, in words after "is"."""
    by = standing.row.ended_by if standing.state in ("skipped", "missed") else ""
    if standing.state == "confirmed":
        by = standing.name(standing.row.decided_by)
    return STATE_WORDS[standing.state] + (f" (by {by})" if by else "")


def not_now(standing: Standing, what: str) -> Refused:
    """The transition is none of this state."""
    return Refused(f"{standing.row.ref} is {state_said(standing)}: it cannot be {what}.", code="conflict")


def card(
    work: Work,
    standing: Standing,
    purpose: str,
    people: Iterable[str],
    *,
    follows: str = "",
    priority: int = NORMAL,
    begins: datetime | None = None,
) -> None:
    """A message of its own to each of these people who still works there, once each.

    The client's people get none where somebody calls instead. What can wait is held by itself until quiet hours end,
    but not beyond `begins`: the list of what waits in the morning has no line for it.
    """
    wanted = standing.present(people)
    if not standing.by_chat:
        wanted = [id_ for id_ in wanted if id_ not in standing.roster.members]
    if priority >= NORMAL:
        owe_apart(work, standing.ref, purpose, wanted, standing, begins=begins, follows=follows, priority=priority)
    elif wanted:
        work.owe(standing.ref, purpose, wanted, client_id=standing.client.id, priority=priority, follows=follows)


def contacts(standing: Standing) -> set[str]:
    """The client's people whom it concerns: whoever was asked or has chosen, else who may choose now."""
    named = {one.person_id for one in standing.everybody_asked} | {standing.row.decided_by}
    found = {id_ for id_ in named if id_ in standing.roster.members and standing.roster.members[id_].active}
    return found or set(standing.deciders()[:1])


def holders_of(work: Work, client_id: str, kind: str) -> list[str]:
    """Who of the provider could hold this kind with a client, the first choice first: its vCIO or its CSM, then who
    else is there for it."""
    order = ("vcio", "csm", "supervisor") if kind in BY_VCIO else ("csm", "vcio", "supervisor")
    duties = directory.duties_for(work.tx, client_id)
    return list(dict.fromkeys(str(duty.person_id) for role in order for duty in duties if duty.role == role))


def holder_of(work: Work, client_id: str, kind: str) -> str | None:
    """Who of the provider holds this kind with a client."""
    return next(iter(holders_of(work, client_id, kind)), None)


def owner_of(work: Work, standing: Standing) -> str | None:
    """Who holds it now: its owner, or when that one has left whoever holds such talks; at an agreed time that is still
    to come whoever stands in."""
    return held_by(work, standing, standing.row.starts_at if standing.is_ahead else None)["owner_id"]


def held_by(work: Work, standing: Standing, at: datetime | None) -> dict[str, str | None]:
    """Columns of a talk: who holds it when it is `at` that time, and for whom; None: no time is agreed yet.

    Of one whose time has come it is whoever was to hold it.
    """
    row = standing.row
    ahead = standing.is_open or standing.is_ahead
    named = standing.people.get((row.stands_in_for if ahead else None) or row.owner_id or "")
    there = named is not None and named.state == "active"
    own = str(named.id) if named is not None and there else holder_of(work, standing.client.id, row.kind)
    if own is None or at is None:
        return {"owner_id": own, "stands_in_for": None if ahead else row.stands_in_for}
    holder = standins.acting(work, own, holders_of(work, standing.client.id, row.kind), at)
    return {"owner_id": holder, "stands_in_for": own if holder != own else None}


def desk(work: Work, standing: Standing) -> None:
    """The owner has the card with which it is steered."""
    owner = owner_of(work, standing)
    card(work, standing, "desk", [owner] if owner else [], priority=URGENT)


def tell_owner(
    work: Work,
    standing: Standing,
    kind: str,
    title: str,
    *,
    key: str,
    detail: str = "",
    due_at: datetime | None = None,
) -> str | None:
    """A task for the owner, or whoever stands in now, once per key, with a card of its own; answers its id when new."""
    said = f"{standing.row.ref} {standing.title}, {standing.client.name}: {title}"[:300]
    whose, of = owner_of(work, standing), standing.ref
    if whose is not None:
        whose = standins.acting(work, whose, holders_of(work, standing.client.id, standing.row.kind), work.now)
    return tell(work, standing.client.id, whose, of, kind, said, key=key, detail=detail, due_at=due_at)


def with_number(standing: Standing, person_id: str) -> str:
    """A person's name with the number on file: "Tom Beckett (+1 303 555 0120)"."""
    row = standing.people.get(person_id)
    if row is None:
        return ""
    return f"{row.name} ({row.phone})" if row.phone else str(row.name)
