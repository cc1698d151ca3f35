"""Makes figures of what the store has counted for many clients at once, and checks them before anybody sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from handlers.mechanisms.reports.figures import AGES, LISTED, Figures, InTarget, Named, NamedCase, Week
from handlers.mechanisms.reports.periods import MONTHLY, Period
from handlers.mechanisms.reports.summaries import add_months
from storage.queries import report_figures
from storage.rows import Row
from storage.store import Tx

Facts = Mapping[str, Sequence[Row[Any]]]
"""What was counted for one client, by the name of the statement."""

DAY = timedelta(days=1)
TOP = 5
"""So many categories and requesters are named."""


def figures_of(tx: Tx, ids: Collection[str], period: Period, now: datetime) -> dict[str, Figures]:
    """client -> its figures of this period as they are known now; all these clients are in one time zone.

    They are not verified.
    """
    found = report_figures.facts(tx, ids, period.cuts, checked=period.checked, now=now, most=LISTED)
    reported = report_figures.reported(tx, ids, period.kind, period.since)
    figures = {
        client_id: assemble(
            {name: rows.get(client_id, ()) for name, rows in found.items()}, period, first=client_id not in reported
        )
        for client_id in ids
    }
    if period.kind == MONTHLY:
        opened = {client_id: dict(_counted(rows, "priority")) for client_id, rows in found["new"].items()}
        add_months(tx, figures, period, now, opened)
    return figures


def assemble(facts: Facts, period: Period, *, first: bool) -> Figures:
    """The figures of one client. `first`: it has had no report about an earlier period."""
    backlog = facts["backlog"][0] if facts["backlog"] else None
    opened, closed = _each(facts["opened_each"]), _each(facts["closed_each"])
    end = int(backlog.at_end) if backlog is not None else 0
    start = int(backlog.at_start) if backlog is not None else 0
    weeks = _weeks(period, opened, closed, end)
    oldest, longest = _cases(facts["named"], period)
    before = weeks[-2]
    unknown = first and not start and not before["opened"] and not before["closed"]
    kept = ("opened", "closed")
    return Figures(
        opened=opened[-1],
        closed=closed[-1],
        backlog_start=start,
        backlog_end=end,
        aging=[int(getattr(backlog, f"aged{n}")) if backlog is not None else 0 for n in range(len(AGES))],
        waiting=longest,
        waiting_count=int(backlog.waiting) if backlog is not None else 0,
        oldest=oldest,
        response=_in_target(facts["new"]),
        resolution=_in_target(facts["solved"]),
        reopened=_one(facts["reopened"], "n"),
        categories=_most(facts["new"], "category"),
        requesters=[pair for pair in _most(facts["new"], "requester", TOP + 1) if pair[0]][:TOP],
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
        last=None if unknown else {**{name: before[name] for name in kept}, "backlog_end": before["backlog"]},  # type: ignore[literal-required]
        weeks=weeks,
    )


def _each(rows: Sequence[Row[Any]]) -> list[int]:
    counts = {row.stretch: int(row.n) for row in rows}
    return [counts.get(number, 0) for number in range(report_figures.STRETCHES)]


def _weeks(period: Period, opened: Sequence[int], closed: Sequence[int], end: int) -> list[Week]:
    """Counted back from the end, so that all of them agree with each other and with what is known now."""
    found: list[Week] = []
    for label, new, solved in zip(period.labels[::-1], opened[::-1], closed[::-1], strict=True):
        found.append(Week(week=label, opened=new, closed=solved, backlog=end))
        end += solved - new
    return found[::-1]


def _cases(rows: Sequence[Row[Any]], period: Period) -> tuple[list[NamedCase], list[NamedCase]]:
    """(the oldest, those that wait the longest); a case that is in both is described once."""
    until, waiting = period.until, report_figures.WAITING
    oldest: list[tuple[int, NamedCase]] = []
    longest: list[tuple[int, NamedCase]] = []
    for _, id_, external_id, title, state, priority, opened_at, waiting_since, age, wait in cast(
        Sequence[tuple[Any, ...]], rows
    ):
        named = NamedCase(
            id=id_,
            external_id=external_id,
            title=title,
            state=state,
            priority=priority,
            age=(until - opened_at) // DAY,
        )
        if state == waiting:
            if waiting_since is not None:
                named["since"] = waiting_since.isoformat()
            if wait <= LISTED:
                longest.append((wait, named))
        if age <= LISTED:
            oldest.append((age, named))
    return [case for _, case in sorted(oldest, key=_place)], [case for _, case in sorted(longest, key=_place)]


def _place(pair: tuple[int, NamedCase]) -> int:
    return pair[0]


def _in_target(rows: Sequence[Row[Any]]) -> InTarget:
    by: dict[str, list[int]] = {}
    met = of = 0
    for row in rows:
        if asked := row.of:
            pair = by.setdefault(row.priority, [0, 0])
            pair[0] += row.met
            pair[1] += asked
            met += row.met
            of += asked
    return InTarget(met=int(met), of=int(of), by_priority={name: by[name] for name in sorted(by)})


def _most(rows: Sequence[Row[Any]], column: str, top: int = TOP) -> list[tuple[str, int]]:
    return sorted(_counted(rows, column).items(), key=lambda pair: (-pair[1], pair[0]))[:top]


def _counted(rows: Sequence[Row[Any]], column: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[getattr(row, column)] += int(row.n)
    return counts


def _one(rows: Sequence[Row[Any]], name: str) -> int:
    return int(getattr(rows[0], name)) if rows else 0


def _work(rows: Sequence[Row[Any]]) -> list[Named]:
    return [Named(ref=f"downtime:{row.id}", text=row.work, at=row.at.isoformat()) for row in rows[:LISTED]]


def _health(rows: Sequence[Row[Any]], period: Period) -> Mapping[str, str] | None:
    """The last check of the period; a weekly report's is the one of its own week."""
    own = [row for row in rows if row.week == period.label or period.label not in period.checked]
    return {"result": own[-1].result, "text": own[-1].text, "at": own[-1].at.isoformat()} if own else None
