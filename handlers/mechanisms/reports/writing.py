"""Writes the reports that are due, for many clients in one transaction: counted, checked, frozen, shown to the CSM.

Of several missed while the house was down only the last is written, and only as long as somebody would still be
waited for to read it; the journal names the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.commands import Outcome, Ref, WriteReports
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms.announcing import owe_each
from handlers.mechanisms.reports import periods
from handlers.mechanisms.reports.counting import figures_of
from handlers.mechanisms.reports.figures import Figures, Unsound, Week, verify
from handlers.mechanisms.reports.periods import WEEKLY, Period, Slot
from handlers.mechanisms.reports.planning import SERVED, Courses, life_of
from handlers.mechanisms.reports.words import name_of
from handlers.mechanisms.summoning import ABOVE, csm_of_each
from handlers.mechanisms.telling import passing_on, tasks_over
from storage.queries import bulk, report_figures, report_writing
from storage.rows import Row

DESK = "desk"
BEGINS = "generated"
CHECK = "health_check"
"""The task of whoever stands above the CSM: nobody has looked at a client's systems for two weeks."""
UNSOUND = "report_unsound"
AGAIN = timedelta(hours=1)
"""So long after figures that contradicted each other they are counted again."""

Due = tuple[Row[Any], Slot]
"""A client and the report of it that is to be written."""


def write(command: WriteReports, work: Work) -> Outcome:
    """Takes what is due, the oldest first; a replica that finds it taken writes the next or nothing."""
    taken = report_writing.take_due(work.tx, work.now, command.most)
    if not taken:
        return Outcome(repeated=True)
    clients = {row.id: row for row in report_writing.clients_by_id(work.tx, {row.client_id for row in taken})}
    courses = Courses()
    due = _due(work, courses, taken, clients)
    batches: dict[tuple[str, str, str], list[Due]] = {}
    for kind, client, slot in due:
        batches.setdefault((kind, periods.about(kind, slot.nominal), client.timezone), []).append((client, slot))
    again: set[tuple[str, str]] = set()
    written = 0
    for (kind, label, timezone), some in batches.items():
        period = periods.period_of(label, timezone)
        count, unsound = _write(work, period, some)
        written += count
        again |= {(client_id, kind) for client_id in unsound}
    report_writing.move_on(work.tx, taken, _next(work, courses, taken, clients, again), work.now)
    return Outcome(None, f"{written} reports were written.", {"taken": len(taken), "written": written})


def _due(
    work: Work, courses: Courses, taken: Sequence[Row[Any]], clients: Mapping[str, Row[Any]]
) -> list[tuple[str, Row[Any], Slot]]:
    """What is to be written of what was taken; what comes too late is written down and left out."""
    found = []
    for timer in taken:
        client = clients[timer.client_id]
        slot = courses.latest(timer.plan, client, work.now) if client.stage in SERVED else None
        if slot is None:
            continue
        lost: list[str] = []
        if timer.due_at < slot.written:
            timetable = courses.policy(client).timetable
            lost = periods.missed(timer.plan, courses.calendar(client), timetable, timer.due_at, slot)
        if slot.given_up <= work.now:
            lost.append(periods.about(timer.plan, slot.nominal))
        else:
            found.append((timer.plan, client, slot))
        for label in lost:
            work.note(
                "report.skip", chain=client.id, subject=timer.subject, after={"kind": timer.plan, "period": label}
            )
    return found


def _next(
    work: Work,
    courses: Courses,
    taken: Sequence[Row[Any]],
    clients: Mapping[str, Row[Any]],
    again: set[tuple[str, str]],
) -> dict[str, datetime]:
    """timer -> when it comes round again; not for a client who gets no more of its reports."""
    found = {}
    for timer in taken:
        client = clients[timer.client_id]
        slot = courses.following(timer.plan, client, work.now) if client.stage in SERVED else None
        if slot is not None:
            soon = min(work.now + AGAIN, slot.written)
            found[timer.id] = soon if (client.id, timer.plan) in again else slot.written
    return found


def _write(work: Work, period: Period, due: Sequence[Due]) -> tuple[int, set[str]]:
    """-> how many were written, and the clients whose figures contradict each other."""
    ids = {client.id for client, _ in due}
    ids -= report_figures.written(work.tx, ids, period.kind, period.label)
    before = report_figures.reported(work.tx, ids, period.kind, period.since) if ids else set()
    figures = _known(work, figures_of(work.tx, ids, period, work.now, before)) if ids else {}
    wrong = _unsound(figures)
    fresh = [(client, slot) for client, slot in due if client.id in figures and client.id not in wrong]
    rows = [
        {"id": work.new_id("rpt"), "client_id": client.id, "figures": figures[client.id], "release_at": slot.sent}
        for client, slot in fresh
    ]
    report_writing.add_reports(work.tx, rows, **_beginning(work, period))
    life = [life_of(work, row["id"], row["client_id"], "release", row["release_at"]) for row in rows]
    report_writing.plan_all(work.tx, life)
    clients = {client.id: client for client, _ in due}
    csm = csm_of_each(work, {client.id: client for client, _ in fresh} | {id_: clients[id_] for id_ in wrong})
    cards = [
        (Ref("report", row["id"]), csm[row["client_id"]], row["client_id"]) for row in rows if row["client_id"] in csm
    ]
    if cards:
        owe_each(work, cards, DESK, priority=NORMAL)
    for row in rows:
        _note(work, period, row)
    if period.kind == WEEKLY:
        _unchecked(work, period, {client.id: client for client, _ in fresh if client.id in before})
    title = f"the {name_of(period.kind)} could not be written"
    if wrong:
        tasks = [_task(work, clients[id_], csm.get(id_), UNSOUND, title, said) for id_, said in wrong.items()]
        _tell_all(work, UNSOUND, tasks)
    _sound_again(work, [f"client:{client.id}" for client, _ in fresh])
    return len(rows), set(wrong)


def _known(work: Work, figures: Mapping[str, Figures]) -> Mapping[str, Figures]:
    """Those of clients whose cases we are told: who has had none for weeks may never have had one."""
    still = {id_ for id_, own in figures.items() if not own["backlog_end"] and not any(map(_moved, own["weeks"]))}
    unknown = still - report_figures.known(work.tx, still) if still else still
    return {id_: own for id_, own in figures.items() if id_ not in unknown} if unknown else figures


def _moved(week: Week) -> bool:
    return bool(week["opened"] or week["closed"])


def _unsound(figures: Mapping[str, Figures]) -> dict[str, str]:
    """client -> in a sentence, what about its figures cannot be."""
    found = {}
    for client_id, own in figures.items():
        try:
            verify(own)
        except Unsound as why:
            found[client_id] = str(why)
    return found


def _beginning(work: Work, period: Period) -> dict[str, Any]:
    """How every report of a period begins."""
    return {
        "kind": period.kind,
        "period": period.label,
        "number": 1,
        "state": BEGINS,
        "version": 1,
        "from_at": period.since,
        "until_at": period.until,
        "note": "",
        "generated_at": work.now,
        "held_by": "",
        "held_why": "",
        "released_at": None,
        "released_by": "",
        "reviewed_at": None,
        "reviewed_by": None,
        "supersedes": None,
        "correction": "",
    }


def _note(work: Work, period: Period, row: Mapping[str, Any]) -> None:
    figures = row["figures"]
    said = {name: figures[name] for name in ("opened", "closed", "backlog_start", "backlog_end")}
    after = {"state": BEGINS, "kind": period.kind, "period": period.label, **said}
    work.note("report.write", chain=row["client_id"], subject=Ref("report", row["id"]), version=1, after=after)


def _sound_again(work: Work, subjects: Sequence[str]) -> None:
    """What contradicted itself has been put right."""
    for subject in report_writing.with_open_task(work.tx, subjects, UNSOUND) if subjects else ():
        tasks_over(work, subject, (UNSOUND,))


def _unchecked(work: Work, period: Period, clients: Mapping[str, Row[Any]]) -> None:
    """Two weeks without a look at a client's systems: whoever is above its CSM is told, once as long as that is open.

    `clients` have had a report before: one whose first report this is has not been here for so long.
    """
    missing = clients.keys() - report_figures.checked(work.tx, clients, period.checked) if clients else set()
    if not missing:
        return
    above = csm_of_each(work, {id_: clients[id_] for id_ in missing}, sought=ABOVE)
    title = "nobody has noted a health check for two weeks"
    _tell_all(work, CHECK, [_task(work, clients[id_], above.get(id_), CHECK, title) for id_ in sorted(missing)])


def _task(work: Work, client: Row[Any], owner: str | None, kind: str, title: str, detail: str = "") -> dict[str, Any]:
    return {
        "id": work.new_id("tsk"),
        "client_id": client.id,
        "owner_id": owner,
        "subject": f"client:{client.id}",
        "kind": kind,
        "key": work.new_id(kind),
        "title": f"{client.name}: {title}"[:300],
        "detail": detail,
        "state": "open",
        "created_at": work.now,
    }


def _tell_all(work: Work, kind: str, tasks: Sequence[dict[str, Any]]) -> None:
    """These tasks, each with its card; where the same is still to be done, nobody is told again."""
    told = report_writing.with_open_task(work.tx, {row["subject"] for row in tasks}, kind)
    rows = [row for row in tasks if row["subject"] not in told]
    bulk.add_tasks(work.tx, rows)
    bulk.plan_all(work.tx, [passing_on(work, row["id"], row["client_id"]) for row in rows])
    cards = [(Ref("task", row["id"]), row["owner_id"], row["client_id"]) for row in rows if row["owner_id"]]
    owe_each(work, cards, "task", priority=URGENT)
