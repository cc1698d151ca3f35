"""The provider's weekly look at a client's systems: a line of the week's report; its absence is somebody's task."""

from __future__ import annotations

from typing import Any

from handlers.commands import NoteHealthCheck, Outcome, PutHealthCheck, Ref, Refused
from handlers.context import Work
from handlers.entries import one_of
from handlers.mechanisms.reports.periods import WEEKLY, week_label
from handlers.mechanisms.reports.planning import Courses
from handlers.mechanisms.reports.steering import LONGEST, done, locked, only_provider
from handlers.mechanisms.reports.writing import CHECK
from handlers.mechanisms.telling import tasks_over
from handlers.words import cleaned, storable
from storage.queries import directory, report_figures, reports
from storage.rows import Row

RESULTS = ("good", "attention")
NOTED = "note a health check"


def put(command: PutHealthCheck, work: Work) -> Outcome:
    """What this week's look found; said again in the same week, it takes the place of what was said before."""
    only_provider(work, NOTED)
    client = directory.client_by_slug(work.tx, command.client) if storable(command.client) else None
    if client is None or not work.who.acts_for(client.id):
        raise Refused(f"There is no client called {command.client[:40]}.", field="client", code="not_found")
    week = _this_week(work, client)
    _keep(work, client, week, command.result, command.text)
    said = f"Noted for {client.name} and week {week}. It is a line of that week's report."
    return Outcome(Ref("client", client.id), said, {"week": week})


def note(command: NoteHealthCheck, work: Work) -> Outcome:
    """From the card of a weekly report: a line of it while nobody of the client has seen it, else of the next one.

    No figure of the report changes, and neither a hold nor the moment at which it goes out.
    """
    standing = locked(work, command.ref)
    only_provider(work, NOTED)
    row, client = standing.row, standing.client
    if row.kind != WEEKLY or standing.state == "superseded":
        instead = "Please use the newest weekly report."
        raise Refused(f"A health check is noted on a weekly report that counts. {instead}", code="conflict")
    if not standing.is_unreleased:
        _keep(work, client, _this_week(work, client), command.result, command.text)
        work.redraw(standing.ref)
        return Outcome(standing.ref, f"Noted. It is a line of {client.name}'s next weekly report.")
    health = _keep(work, client, row.period, command.result, command.text)
    reports.change_report(work.tx, row.id, figures={**standing.figures, "health": health})
    return done(work, standing, "Noted. It is a line of this report now.")


def _keep(work: Work, client: Row[Any], week: str, result: str, text: str) -> dict[str, str]:
    """Writes it down, ends the task to see to it, and answers it as a report says it."""
    result = one_of(RESULTS, result, "result")
    text = cleaned(text, "text", "what needs attention", LONGEST, empty=result == "good")
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
    tasks_over(work, subject, (CHECK,))
    work.note("report.health", chain=client.id, subject=subject, after={"week": week, "result": result, "text": text})
    return {"result": result, "text": text, "at": work.now.isoformat()}


def _this_week(work: Work, client: Row[Any]) -> str:
    return week_label(Courses().calendar(client).local_day(work.now))
