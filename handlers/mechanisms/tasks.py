"""Tasks of the provider's people: done, put off until the next morning, handed to a colleague, open for too long."""

from __future__ import annotations

from datetime import time

from handlers.commands import Outcome, Ref, Refused
from handlers.context import URGENT, Work
from handlers.mechanisms.decision import close, journal, locked, only_provider
from handlers.mechanisms.objections import void
from handlers.mechanisms.rights import missing
from handlers.mechanisms.standing import Standing
from handlers.mechanisms.summoning import supervisor_of
from storage.queries import approvals, directory, feedback, remarks, timers
from storage.rows import Row

PASSED_ON = "passed_on"
"""The purpose of the card with which somebody hears of a colleague's task."""


def finish_task(work: Work, ref: Ref, confirmed: bool) -> Outcome:
    """A task is done; a call-back that was not confirmed stops the request it is about."""
    only_provider(work, "finish a task")
    task = timers.task(work.tx, ref.id) if ref.kind == "task" else None
    if task is None or not work.who.acts_for(task.client_id):
        raise missing("task")
    if task.kind == "feedback" and task.state == "open" and _is_unanswered(work, task):
        raise Refused("Whoever gave this feedback waits for an answer: please answer it.", code="conflict")
    if task.state == "open" and _is_open_remark(work, task):
        raise Refused("Whoever said this waits for an answer: please answer it.", code="conflict")
    standing = _about(work, task)
    if not timers.finish_task(work.tx, task.id, work.now):
        return Outcome(ref, "This task was done before.", repeated=True)
    work.redraw(ref)
    if standing is None:
        work.note("task.done", chain=task.client_id, subject=ref, after={"task": task.kind})
        return Outcome(ref, "Done.")
    if task.kind == "call_back" and not confirmed:
        why = f"{work.who.name} called back and it was not confirmed."
        if standing.request.state == "approved":
            void(work, standing, why)
        elif standing.is_open:
            close(work, standing, "withdrawn", why=why)
        work.redraw(standing.ref)
    elif task.kind == "call_back":
        marks = {**standing.request.marks, "called_back": standing.request.version}
        approvals.change_request(work.tx, standing.request.id, marks=marks)
        work.redraw(standing.ref)
    journal(work, standing, "task_done", {"task": task.kind, "confirmed": confirmed})
    stopped = task.kind == "call_back" and not confirmed
    return Outcome(ref, f"{standing.request.ref} is stopped." if stopped else "Done.")


def snooze_task(work: Work, ref: Ref) -> Outcome:
    """A task is put off until the provider's next business morning, when the digest names it again."""
    task, calendar = _own_task(work, ref), work.provider
    until = calendar.at(calendar.next_business_day(calendar.local_day(work.now)), time(9))
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


def climb(work: Work, timer: Row) -> Outcome:
    """A task has been open for a business day: whoever stands above its owner is told, once; it stays the owner's."""
    ref = Ref.parse(timer.subject)
    task = timers.task(work.tx, ref.id)
    if timers.take(work.tx, timer.id, work.now) is None or task is None or task.state != "open":
        return Outcome(ref, repeated=True)
    above = supervisor_of(work, task.client_id)
    if above is None or above == task.owner_id:
        return Outcome(ref)
    work.owe(ref, PASSED_ON, [above], client_id=task.client_id, priority=URGENT)
    after = {"task": task.kind, "title": task.title, "owner": task.owner_id, "to": above}
    work.note("task.passed_on", chain=task.client_id, subject=ref, after=after)
    return Outcome(ref)


def _about(work: Work, task: Row) -> Standing | None:
    """The request a task is about, locked; None for a task about a person."""
    subject = Ref.parse(task.subject)
    return locked(work, subject) if subject.kind == "approval" else None


def _is_unanswered(work: Work, task: Row) -> bool:
    row = feedback.opinion(work.tx, Ref.parse(task.subject).id)
    return row is not None and row.state == "follow_up"


def _is_open_remark(work: Work, task: Row) -> bool:
    about = Ref.parse(task.subject)
    row = remarks.remark(work.tx, about.id) if about.kind == "remark" else None
    return row is not None and row.state == "open"


def _own_task(work: Work, ref: Ref) -> Row:
    only_provider(work, "change a task")
    task = timers.task(work.tx, ref.id) if ref.kind == "task" else None
    if task is None or not work.who.acts_for(task.client_id):
        raise missing("task")
    if task.state != "open":
        raise Refused("This task was done before.", code="conflict")
    return task
