"""Tasks of the provider's people: done, put off until the next morning, handed to a colleague."""

from __future__ import annotations

from handlers.commands import Outcome, Ref, Refused
from handlers.context import URGENT, Work
from handlers.mechanisms import asking
from handlers.mechanisms.decision import close, journal, locked, only_provider
from handlers.mechanisms.objections import void
from storage.queries import directory, timers
from storage.rows import Row


def finish_task(work: Work, ref: Ref, confirmed: bool) -> Outcome:
    """A task is done; a call-back that was not confirmed stops the request it is about."""
    only_provider(work, "finish a task")
    task = timers.task(work.tx, ref.id) if ref.kind == "task" else None
    if task is None or not work.who.acts_for(task.client_id):
        raise Refused("This task does not exist (any more).", code="not_found")
    standing = locked(work, Ref.parse(task.subject))
    if not timers.finish_task(work.tx, task.id, work.now):
        return Outcome(ref, "This task was done before.", repeated=True)
    if task.kind == "call_back" and not confirmed:
        why = f"{work.who.name} called back and it was not confirmed."
        if standing.request.state == "approved":
            void(work, standing, why)
        elif standing.is_open:
            close(work, standing, "withdrawn", why=why)
        work.redraw(standing.ref)
    work.redraw(ref)
    journal(work, standing, "task_done", {"task": task.kind, "confirmed": confirmed})
    return Outcome(ref, "Done." if confirmed else f"{standing.request.ref} is stopped.")


def snooze_task(work: Work, ref: Ref) -> Outcome:
    """A task is put off until the next business morning, when the digest names it again."""
    task = _own_task(work, ref)
    until = asking.next_morning(work, locked(work, Ref.parse(task.subject)))
    timers.change_task(work.tx, task.id, due_at=until)
    work.owe(ref, f"task:{until:%Y-%m-%d}", [task.owner_id], client_id=None, due_at=until)
    work.redraw(ref)
    return Outcome(ref, "You will see it again on the next business morning.")


def hand_task(work: Work, ref: Ref, to: str) -> Outcome:
    """A task goes to somebody else of the provider, who gets its card."""
    task = _own_task(work, ref)
    person = directory.person(work.tx, to)
    if person is None or person.client_id is not None or person.state != "active":
        raise Refused("Please choose somebody of your own team.", field="to", code="invalid")
    if person.id == task.owner_id:
        return Outcome(ref, f"{person.name} has this task already.", repeated=True)
    timers.change_task(work.tx, task.id, owner_id=person.id)
    work.owe(ref, "task", [person.id], client_id=None, priority=URGENT)
    work.redraw(ref)
    work.note(
        "task.hand", chain=task.client_id, subject=ref, before={"owner": task.owner_id}, after={"owner": person.id}
    )
    return Outcome(ref, f"{person.name} has been given this task.")


def _own_task(work: Work, ref: Ref) -> Row:
    only_provider(work, "change a task")
    task = timers.task(work.tx, ref.id) if ref.kind == "task" else None
    if task is None or not work.who.acts_for(task.client_id):
        raise Refused("This task does not exist (any more).", code="not_found")
    if task.state != "open":
        raise Refused("This task was done before.", code="conflict")
    return task
