"""What happens by itself: the rungs of a request's ladder, and the ends of its quote, its question, its phone call."""

from __future__ import annotations

from datetime import timedelta

from handlers.commands import Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import asking, decision, hesitation, objections, phone
from handlers.mechanisms.standing import Standing
from storage.queries import timers
from storage.rows import Row


def climb(work: Work, timer: Row) -> Outcome:
    """Does one due timer of a request, once, whoever ticks."""
    ref = Ref.parse(timer.subject)
    standing = decision.locked(work, ref)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    if timer.deed in asking.LADDER_DEEDS:
        if standing.is_open and _overtaken(work, standing, timer):
            timers.skip(work.tx, timer.id)
            decision.journal(work, standing, "skipped", {"rung": timer.deed, "due": timer.due_at.isoformat()})
        elif standing.is_open:
            _rung(work, standing, timer)
    elif timer.deed == "question_timeout":
        hesitation.question_timed_out(work, standing, timer.plan)
    elif timer.deed == "phone_lapse":
        phone.lapse(work, standing, timer.plan.partition(":")[2])
    elif timer.deed == "quote_expiry":
        day = standing.request.facts["purchase"]["quote_valid_until"]
        objections.quote_ran_out(work, standing, day)
    elif timer.deed == "removal":
        _remove_access(work, standing)
    return Outcome(ref)


def _overtaken(work: Work, standing: Standing, timer: Row) -> bool:
    """After a time of standing still several rungs are due at once: a reminder before the next rung, and anything
    before the end, is no longer of use."""
    later = [
        t for t in standing.timers if t.plan == timer.plan and t.position > timer.position and t.due_at <= work.now
    ]
    return any(other.deed == "expire" for other in later) or (bool(later) and timer.deed.startswith("remind"))


def _rung(work: Work, standing: Standing, timer: Row) -> None:
    ref, request = standing.ref, standing.request
    silent = list(dict.fromkeys(person_id for person_id, _ in standing.waiting_on()))
    here = [id_ for id_ in silent if id_ not in standing.roster.away]
    if timer.deed == "expire":
        decision.expire(work, standing)
        return
    if timer.deed in ("remind_primary", "remind_both"):
        awake = [id_ for id_ in here if not hesitation.wants_rest(standing, id_, work.now)]
        purpose = f"remind:{timer.plan}.{timer.position}"
        work.owe(ref, purpose, awake, client_id=standing.client.id, priority=asking.priority_of(standing))
    elif timer.deed == "add_backup":
        for step_id, person_id in asking.next_in_line(standing):
            asking.ask(work, standing, step_id, person_id, why="backup")
    elif silent:
        names = ", ".join(standing.name(id_) for id_ in here or silent)
        title = f"{request.ref}: call {names}. Asked {_days(work, standing)}, no answer"
        asking.tell_csm(work, standing, "call", title, f"{timer.plan}.{timer.deed}")
    work.redraw(ref)
    decision.journal(work, standing, timer.deed, {"silent": silent})


def _remove_access(work: Work, standing: Standing) -> None:
    """The access was for a time, and the time is over."""
    if standing.is_open or standing.request.state == "draft":
        decision.expire(work, standing, "The access was wanted for a time that is over.")
        return
    if standing.request.state not in ("approved", "fulfilled"):
        return
    access = standing.request.facts["access"]
    title = f"{standing.request.ref}: remove the access of {access['subject']} to {access['resource']}"
    asking.tell_csm(work, standing, "removal", title, "removal")
    work.redraw(standing.ref)
    decision.journal(work, standing, "removal_due")


def _days(work: Work, standing: Standing) -> str:
    since = min((moment for _, moment in standing.waiting_on()), default=work.now)
    days = (work.now - since) // timedelta(days=1)
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
