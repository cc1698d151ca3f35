"""Makes figures of what the store has counted for many clients at once, and checks them before anybody sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.mechanisms.reports.figures import LISTED, Figures, InTarget, Named, NamedCase, Week
from handlers.mechanisms.reports.periods import MONTHLY, Period
from handlers.mechanisms.reports.summaries import add_months
from storage.queries import report_figures
from storage.queries.report_cases import WAITING, Counts, NamedCases
from storage.rows import Row
from storage.store import Tx

Facts = Mapping[str, Sequence[Row[Any]]]
"""What was found for one client besides its cases, by the name of the statement."""

DAY = timedelta(days=1)
TOP = 5
"""So many categories and requesters are named."""
NONE, NOBODY = Counts(), NamedCases()


def figures_of(
    tx: Tx, ids: Collection[str], period: Period, now: datetime, reported: Collection[str] | None = None
) -> dict[str, Figures]:
    """client -> its figures of this period as they are known now; all these clients are in one time zone.

    They are not verified. `reported`: those who had a report about an earlier period, where that is known.
    """
    found = report_figures.facts(tx, ids, period.cuts, checked=period.checked, now=now, most=LISTED)
    if reported is None:
        reported = report_figures.reported(tx, ids, period.kind, period.since)
    figures = {
        id_: assemble(
            found.counts.get(id_, NONE),
            found.named.get(id_, NOBODY),
            {name: rows.get(id_, ()) for name, rows in found.rows.items()},
            period,
            first=id_ not in reported,
        )
        for id_ in ids
    }
    if period.kind == MONTHLY:
        opened = {client_id: _counted(rows, 1) for client_id, rows in found.rows["new"].items()}
        add_months(tx, figures, period, now, opened)
    return figures


def assemble(counts: Counts, named: NamedCases, facts: Facts, period: Period, *, first: bool) -> Figures:
    """The figures of one client. `first`: it has had no report about an earlier period."""
    weeks = _weeks(period, counts.opened, counts.closed, counts.at_end)
    until, known = period.until.astimezone(UTC), dict[str, NamedCase]()
    before = weeks[-2]
    unknown = first and not counts.at_start and not before["opened"] and not before["closed"]
    last = {"opened": before["opened"], "closed": before["closed"], "backlog_end": before["backlog"]}
    return Figures(
        opened=counts.opened[-1],
        closed=counts.closed[-1],
        backlog_start=counts.at_start,
        backlog_end=counts.at_end,
        aging=counts.aging,
        waiting=[_case(row, until, known) for row in named.longest],
        waiting_count=counts.waiting,
        oldest=[_case(row, until, known) for row in named.oldest],
        response=_in_target(facts["new"]),
        resolution=_in_target(facts["solved"]),
        reopened=_one(facts["reopened"], "n"),
        categories=_most(facts["new"], 2),
        requesters=[pair for pair in _most(facts["new"], 3, TOP + 1) if pair[0]][:TOP],
        csat={
            "good": _one(facts["answers"], "good"),
            "answers": _one(facts["answers"], "answers"),
            "asked": _one(facts["surveys"], "n"),
        },
        changes=_work(facts["done_work"]),
        downtimes=_work(facts["work_ahead"]),
        approvals=[
            Named(ref=f"approval:{row.id}", text=f"{row.ref}: {row.title}", at=row.at.isoformat())
            for row in facts["pending"][:LISTED]
        ],
        health=_health(facts["checks"], period),
        last=None if unknown else last,
        weeks=weeks,
    )


def _weeks(period: Period, opened: Sequence[int], closed: Sequence[int], end: int) -> list[Week]:
    """Counted back from the end, so that all of them agree with each other and with what is known now."""
    found: list[Week] = []
    for label, new, solved in zip(period.labels[::-1], opened[::-1], closed[::-1], strict=True):
        found.append(Week(week=label, opened=new, closed=solved, backlog=end))
        end += solved - new
    return found[::-1]


def _case(row: Sequence[Any], until: datetime, known: dict[str, NamedCase]) -> NamedCase:
    """A case that is in both lists is described once."""
    _, id_, external_id, title, state, priority, opened_at, waiting_since = row
    if id_ in known:
        return known[id_]
    age = (until - opened_at) // DAY
    named: NamedCase = {
        "id": id_,
        "external_id": external_id,
        "title": title,
        "state": state,
        "priority": priority,
        "age": age,
    }
    if waiting_since is not None and state == WAITING:
        named["since"] = waiting_since.isoformat()
    known[id_] = named
    return named


def _in_target(rows: Sequence[Sequence[Any]]) -> InTarget:
    """Rows whose second column is the priority, and whose last are how many were asked of us and how many met."""
    by: dict[str, list[int]] = {}
    all_met = all_of = 0
    for _, priority, *_, of, met in rows:
        if of:
            pair = by.setdefault(priority, [0, 0])
            pair[0] += met
            pair[1] += of
            all_met += met
            all_of += of
    return InTarget(met=all_met, of=all_of, by_priority={name: by[name] for name in sorted(by)})


def _most(rows: Sequence[Sequence[Any]], column: int, top: int = TOP) -> list[tuple[str, int]]:
    return sorted(_counted(rows, column).items(), key=_rank)[:top]


def _rank(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _counted(rows: Sequence[Sequence[Any]], column: int) -> dict[str, int]:
    """Rows of new cases: how many there are of what is in this column."""
    counts: dict[str, int] = {}
    for row in rows:
        name = row[column]
        counts[name] = counts.get(name, 0) + row[4]
    return counts


def _one(rows: Sequence[Row[Any]], name: str) -> int:
    return int(getattr(rows[0], name)) if rows else 0


def _work(rows: Sequence[Row[Any]]) -> list[Named]:
    return [Named(ref=f"downtime:{row.id}", text=row.work, at=row.at.isoformat()) for row in rows[:LISTED]]


def _health(rows: Sequence[Row[Any]], period: Period) -> Mapping[str, str] | None:
    """The last check of the period; a weekly report's is the one of its own week."""
    own = [row for row in rows if row.week == period.label or period.label not in period.checked]
    return {"result": own[-1].result, "text": own[-1].text, "at": own[-1].at.isoformat()} if own else None
