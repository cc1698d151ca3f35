"""The agreed window while work goes on: it begins, ends, is checked, and every office hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.commands import (
    CompleteDowntime,
    FinishDowntime,
    Outcome,
    Ref,
    Refused,
    StartDowntime,
)
from handlers.context import URGENT, Work
from handlers.mechanisms.subjects import plan_all
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows import staffnotes
from handlers.mechanisms.windows.agreeing import LATE, LIFE, announce, crew
from handlers.mechanisms.windows.standing import Standing
from handlers.mechanisms.windows.steering import (
    card,
    done,
    journal,
    locked,
    not_now,
    only_provider,
    reread,
    tell_csm,
    worker_of,
)
from handlers.words import cleaned
from storage.queries import downtimes, timers

EARLY = timedelta(minutes=15)
"""So long before the agreed start work may begin."""
CHECK = timedelta(hours=1)
"""So long may it take to check that everything works before somebody is asked."""
LONGEST_TEXT = 1000
RUNNING = ("in_progress", "extended")


def start(command: StartDowntime, work: Work) -> Outcome:
    """scheduled | announced -> in_progress: only within the time that the key contact has said yes to."""
    standing = at_work(work, command.ref, "begin the work", "started")
    row = standing.row
    if standing.life in (*RUNNING, "verifying"):
        return done(work, standing, f"{row.ref} has begun already.", repeated=True)
    if not standing.is_ahead:
        raise not_now(standing, "started")
    if work.now < row.starts_at - EARLY:
        raise Refused(
            f"{row.ref} was agreed for a later time. Work may begin 15 minutes before it at the earliest.",
            code="conflict",
        )
    if work.now >= row.ends_at:
        raise Refused(
            f"The agreed time of {row.ref} is over. Please postpone it, so that another time is agreed.",
            code="conflict",
        )
    take_step(work, standing, "started", "", life="in_progress", began_at=work.now)
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, {"overrun"})
    after = reread(work, standing)
    plan_check(work, after, 0)
    announce(work, after, "started")
    people = {worker_of(work, after), work.who.person_id}
    card(work, after, "engineer", filter(None, people), priority=URGENT)
    journal(work, standing, "start", {"announced": standing.life == "announced"})
    return done(work, standing, f"{row.ref} has begun. Everybody concerned is told.")


def finish(command: FinishDowntime, work: Work) -> Outcome:
    """in_progress | extended -> verifying: the work is done and is being checked."""
    standing = at_work(work, command.ref, "finish the work", "finished")
    if standing.life in ("verifying", "completed"):
        return done(work, standing, f"{standing.row.ref} was finished before.", repeated=True)
    if standing.life not in RUNNING:
        raise not_now(standing, "finished")
    text = cleaned(command.text, "text", "what people should know", LONGEST_TEXT, empty=True)
    take_step(work, standing, "finished", text, life="verifying", finished_at=work.now)
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, {"overrun"})
    after = reread(work, standing)
    plan_all(work, after, LIFE, [(10, "verify_late", work.now + CHECK)])
    announce(work, after, "finished")
    journal(work, standing, "finish", {"text": text})
    return done(work, standing, f"{standing.row.ref} is done and is being checked. Everybody concerned is told.")


def complete(command: CompleteDowntime, work: Work) -> Outcome:
    """verifying -> completed; from work under way it passes verifying in the same breath."""
    standing = at_work(work, command.ref, "complete the work", "completed")
    if standing.life == "completed":
        return done(work, standing, f"{standing.row.ref} was completed before.", repeated=True)
    if standing.life not in (*RUNNING, "verifying"):
        raise not_now(standing, "completed")
    text = cleaned(command.text, "text", "what people should know", LONGEST_TEXT, empty=True)
    before = standing
    if standing.life != "verifying":
        take_step(work, standing, "finished", "", life="verifying", finished_at=work.now)
        journal(work, standing, "finish", {"text": ""})
        standing = reread(work, standing)
    take_step(
        work, standing, "completed", text, life="completed", closed_at=work.now, sequence=standing.row.sequence + 1
    )
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, {"overrun", "relay_silent"})
    after = reread(work, standing)
    staffnotes.completed(work, after)
    announce(work, after, "completed")
    journal(work, standing, "complete", {"text": text})
    return done(work, before, f"{before.row.ref} is completed: everything works again. Everybody concerned is told.")


def check_up(work: Work, standing: Standing, plan: str) -> None:
    """The planned end has come and nobody has said that it is done: who does the work is asked."""
    number = plan.partition(":")[2]
    worker = worker_of(work, standing)
    card(work, standing, f"checkup:{number}", [worker] if worker else [], follows="engineer", priority=URGENT)
    journal(work, standing, "check_up", {"asked": worker})


def overrun(work: Work, standing: Standing, plan: str) -> None:
    """No answer either: the CSM has a task, and the offices are told that it takes longer than planned."""
    number = plan.partition(":")[2]
    take_step(work, standing, "overrun", "")
    after = reread(work, standing)
    announce(work, after, f"overrun:{number}")
    name = standing.name(worker_of(work, standing))
    title = f"the planned end has passed and {name or 'nobody'} has not said whether it is done. Please call"
    tell_csm(work, standing, "overrun", title, key=plan)
    work.redraw(standing.ref)
    journal(work, standing, "overrun", {"since": (standing.row.extended_to or standing.row.ends_at).isoformat()})


def late(work: Work, standing: Standing) -> None:
    """It should have begun: who does the work and who is accountable are nudged."""
    take_step(work, standing, "late", "")
    after = reread(work, standing)
    card(work, after, "late", crew(work, standing), follows="engineer", priority=URGENT)
    tell_csm(work, standing, "overrun", "the agreed time has begun and nobody has started the work", key="late")
    work.redraw(standing.ref)
    journal(work, standing, "late")


def missed(work: Work, standing: Standing) -> None:
    """The agreed time is over and nobody has begun: no work is done outside it."""
    title = "the agreed time is over and no work was done. Please postpone or cancel it"
    tell_csm(work, standing, "overrun", title, key="missed")
    work.redraw(standing.ref)
    journal(work, standing, "missed")


def still_checking(work: Work, standing: Standing) -> None:
    """It is being checked for long: the CSM asks whether everything works."""
    title = "the work is done, and nobody has said yet that everything works again"
    tell_csm(work, standing, "overrun", title, key="verifying")
    journal(work, standing, "still_checking")


def step_of(work: Work, what: str, text: str, **more: Any) -> dict[str, Any]:
    """One line of what happened."""
    by = "" if work.who.system else work.who.name
    return {"what": what, "at": work.now.isoformat(), "by": by, "text": text, **more}


def take_step(work: Work, standing: Standing, what: str, text: str, *, until: str = "", **columns: Any) -> None:
    """Writes one line of what happened, with the columns that say the same."""
    more = {"until": until} if until else {}
    steps = [*standing.row.steps, step_of(work, what, text, **more)]
    downtimes.change_downtime(work.tx, standing.row.id, steps=steps, **columns)


def plan_check(work: Work, standing: Standing, number: int) -> None:
    """At the planned end who does the work is asked; where that stays unanswered, everybody is told."""
    ends = standing.row.extended_to or standing.row.ends_at
    plan_all(work, standing, f"check:{number}", [(0, "check_up", ends), (1, "overrun", ends + LATE)])


def at_work(work: Work, ref: Ref, what: str, participle: str, *, agreeing: bool = False) -> Standing:
    """Where an agreed downtime stands, locked as `locked` does; refused for whoever is not of the provider, and for
    what nobody has said yes to."""
    standing = locked(work, ref, agreeing=agreeing)
    only_provider(work, what)
    if standing.state != "accepted":
        if standing.is_open:
            raise Refused(
                f"{standing.row.ref} is not agreed: no work is done without the key contact's yes.", code="conflict"
            )
        raise not_now(standing, participle)
    return standing
