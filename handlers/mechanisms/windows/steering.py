"""Who may steer a downtime, the lock under which it changes, and what every change of it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.commands import Ref, Refused
from handlers.context import NORMAL, Work
from handlers.mechanisms.mornings import owe_apart
from handlers.mechanisms.rights import Rights, missing
from handlers.mechanisms.telling import csm_of, keyed_over, tell
from handlers.mechanisms.windows.standing import DOWNTIME, Standing, stand
from handlers.words import storable
from storage import outbox
from storage.queries import directory, downtimes, timers

SCOPE = "downtimes:write"
only_provider = Rights(SCOPE).only_provider
row_of, reread, journal, done = DOWNTIME.row_of, DOWNTIME.reread, DOWNTIME.journal, DOWNTIME.done
MOOT = frozenset({"find_holder", "call", "undeliverable"})
"""Tasks to get an answer: nobody has to do them once there is one."""
CLOSED_WORDS = {
    "draft": "still a draft",
    "accepted": "agreed",
    "declined": "declined",
    "expired": "closed without an answer, so nothing was agreed",
    "withdrawn": "withdrawn",
}
LIFE_WORDS = {
    "in_progress": "under way",
    "extended": "under way",
    "verifying": "done and being checked",
    "completed": "completed",
    "postponed": "postponed",
    "cancelled": "cancelled",
}


def locked(work: Work, ref: Ref, *, agreeing: bool = False) -> Standing:
    """Locks the downtime and says where it stands; refused for one that is none of this actor's business.

    `agreeing`: the client is locked as well, and before it, so that what is offered, agreed and wished for at one
    client comes one after the other; whoever changes the directory has locked the client too when it looks here.
    """
    known = ref.kind == "downtime" and storable(ref.id)
    first = downtimes.downtime(work.tx, ref.id) if known and agreeing else None
    if first is not None and work.who.acts_for(first.client_id):
        directory.lock_client(work.tx, first.client_id)
    row = downtimes.lock(work.tx, ref.id) if known else None
    if row is None or not work.who.acts_for(row.client_id):
        raise missing("downtime")
    if row.state == "draft" and work.who.person_id and not work.who.staff:
        raise missing("downtime")
    return stand(work.tx, row, work.now)


def state_said(standing: Standing) -> str:
    """How it stands, in words after "is"."""
    if standing.state == "accepted" and standing.life in LIFE_WORDS:
        return LIFE_WORDS[standing.life]
    by = standing.name(standing.row.decided_by) if standing.state == "accepted" else standing.row.closed_by
    return CLOSED_WORDS.get(standing.state, "open") + (f" (by {by})" if by else "")


def not_now(standing: Standing, what: str) -> Refused:
    """The transition is none of this state."""
    return Refused(f"{standing.row.ref} is {state_said(standing)}: it cannot be {what}.", code="conflict")


def same_revision(standing: Standing, revision: int) -> None:
    """Refused for a button of an older offer."""
    if revision != standing.row.revision:
        raise Refused(
            "Other times have been named since this message. Please answer in the newest message.", code="conflict"
        )


def in_time(standing: Standing) -> None:
    """Refused when the time for an answer is over and that is only not written down yet."""
    if standing.overdue:
        raise Refused(f"The time to answer {standing.row.ref} is over, so nothing is agreed.", code="conflict")


def card(
    work: Work,
    standing: Standing,
    purpose: str,
    people: Iterable[str],
    *,
    follows: str = "",
    priority: int = NORMAL,
) -> None:
    """A message of its own to each of these people who still works there, once each."""
    if wanted := standing.present(people):
        work.owe(standing.ref, purpose, wanted, client_id=standing.client.id, priority=priority, follows=follows)


def news(
    work: Work,
    standing: Standing,
    purpose: str,
    people: Iterable[str],
    *,
    follows: str = "",
    priority: int = NORMAL,
) -> None:
    """The same of what waits for no answer: the list of what waits in the morning has no line for it, so that it stays
    a message of its own when quiet hours hold it."""
    if priority < NORMAL:
        card(work, standing, purpose, people, follows=follows, priority=priority)
    else:
        wanted, begins = standing.present(people), standing.row.starts_at
        owe_apart(work, standing.ref, purpose, wanted, standing, begins=begins, follows=follows, priority=priority)


def wake(work: Work, standing: Standing, purpose: str) -> None:
    """Whoever pressed in a list gets the card that had given way to it."""
    if work.who.person_id:
        outbox.wake_dropped(work.tx, str(standing.ref), purpose, work.who.person_id, work.now)


def owner_of(work: Work, standing: Standing) -> str | None:
    """Who is accountable for it now: its owner, or when that one has left the client's CSM."""
    row = standing.people.get(standing.row.owner_id or "")
    return str(row.id) if row is not None and row.state == "active" else csm_of(work, standing.client.id)


def worker_of(work: Work, standing: Standing) -> str | None:
    """Who does the work: the engineer, else whoever is accountable."""
    row = standing.people.get(standing.row.engineer_id or "")
    return str(row.id) if row is not None and row.state == "active" else owner_of(work, standing)


def tell_csm(work: Work, standing: Standing, kind: str, title: str, *, key: str, detail: str = "") -> str | None:
    """A task for the client's CSM, once per key, with a card of its own; answers its id when it is new."""
    csm = csm_of(work, standing.client.id) or owner_of(work, standing)
    said = f"{standing.row.ref}: {title}"[:300]
    return tell(work, standing.client.id, csm, standing.ref, kind, said, key=key, detail=detail)


def calls_over(work: Work, standing: Standing, voice_id: str) -> None:
    """Nobody has to be called for this voice any more."""
    keys = [f"{voice_id}.{deed}" for deed in ("tell_csm", "tell_supervisor")]
    keyed_over(work, standing.ref, ("call",), keys)


def find_holder(work: Work, standing: Standing, title: str) -> None:
    """The CSM has to find somebody who can answer, unless that is to be done already."""
    if timers.open_task(work.tx, str(standing.ref), "find_holder") is None:
        tell_csm(work, standing, "find_holder", title, key=work.new_id("find"))
