"""The provider's weekly look at a client's systems: a line of the week's report; its absence is somebody's task."""

from __future__ import annotations

from handlers.commands import Outcome, PutHealthCheck, Ref, Refused
from handlers.context import Work
from handlers.entries import one_of
from handlers.mechanisms.reports.periods import week_label
from handlers.mechanisms.reports.planning import Courses
from handlers.mechanisms.reports.steering import LONGEST, only_provider
from handlers.mechanisms.reports.writing import CHECK
from handlers.words import cleaned, storable
from storage.queries import directory, report_figures, timers

RESULTS = ("good", "attention")


def put(command: PutHealthCheck, work: Work) -> Outcome:
    """What this week's look found; said again in the same week, it takes the place of what was said before."""
    only_provider(work, "note a health check")
    client = directory.client_by_slug(work.tx, command.client) if storable(command.client) else None
    if client is None or not work.who.acts_for(client.id):
        raise Refused(f"There is no client called {command.client[:40]}.", field="client", code="not_found")
    result = one_of(RESULTS, command.result, "result")
    text = cleaned(command.text, "text", "what needs attention", LONGEST, empty=result == "good")
    week = week_label(Courses().calendar(client).local_day(work.now))
    values = {
        "id": work.new_id("hck"),
        "client_id": client.id,
        "week": week,
        "result": result,
        "text": text,
        "by": work.who.name,
        "at": work.now,
    }
    directory.put(work.tx, report_figures.health, values, on=["client_id", "week"])
    subject = f"client:{client.id}"
    for task_id in timers.finish_tasks(work.tx, subject, work.now, (CHECK,)):
        work.redraw(Ref("task", task_id))
    work.note("report.health", chain=client.id, subject=subject, after={"week": week, "result": result, "text": text})
    said = f"Noted for {client.name} and week {week}. It is a line of that week's report."
    return Outcome(Ref("client", client.id), said, {"week": week})
