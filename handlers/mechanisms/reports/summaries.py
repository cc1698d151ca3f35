"""What an executive summary says beyond the figures of a case report: outages, decisions, repetitions, risks, outlook.

`figures["month"]` of a client has
    outages     {"count", "minutes" (of the month), "by_severity": {"1": count}, "named": [Named], "uptime": "99.87"}
                `uptime`: percent of the month without an outage of severity 1 anywhere at the client, rounded down
    decisions   {"approved", "rejected", "expired": counts, "committed": [[currency, minor units]]}
    priorities  {"P1": opened in the month}
    repeated    [{"category", "device", "count"}]: what was reported three times or more in the last 90 days
    talks       [Named]: agreed talks of the coming month; `text` is the talk's kind or title
    risks       sentences, drawn from all of this
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.mechanisms.reports.figures import LISTED, Figures, Named
from handlers.mechanisms.reports.periods import Period
from storage.queries import report_months
from storage.rows import Row
from storage.store import Tx

LONG, OFTEN = timedelta(days=90), 3
OUTLOOK = timedelta(days=31)
MINUTE = timedelta(minutes=1)
STATES = {"approved": "approved", "fulfilled": "approved", "rejected": "rejected", "expired": "expired"}
NAMED = 5

Interval = tuple[datetime, datetime]


def add_months(
    tx: Tx, figures: Mapping[str, Figures], period: Period, now: datetime, opened: Mapping[str, Mapping[str, int]]
) -> None:
    """Adds the month to each client's figures. `opened`: client -> cases opened in it, by priority."""
    found = _facts(tx, figures.keys(), period, now)
    for client_id, own in figures.items():
        facts = {name: rows.get(client_id, ()) for name, rows in found.items()}
        own["month"] = month_of(facts, own, period, opened.get(client_id, {}), now)


def month_of(
    facts: Mapping[str, Sequence[Row[Any]]],
    figures: Figures,
    period: Period,
    opened: Mapping[str, int],
    now: datetime,
) -> dict[str, object]:
    """The month of one client."""
    outages = _outages(facts["outages"], period, now)
    repeated = [
        {"category": row.category, "device": row.device, "count": int(row.n)} for row in facts["repeated"][:NAMED]
    ]
    return {
        "outages": outages,
        "decisions": _decisions(facts["decided"]),
        "priorities": dict(sorted(opened.items())),
        "repeated": repeated,
        "talks": [
            Named(ref=f"touchpoint:{row.id}", text=row.title or row.kind, at=row.at.isoformat())
            for row in facts["talks"][:LISTED]
        ],
        "risks": risks(figures, repeated, outages),
    }


def risks(figures: Figures, repeated: Sequence[Mapping[str, Any]], outages: Mapping[str, Any]) -> list[str]:
    """What to look at, in sentences; nothing that the figures do not bear out."""
    said = []
    if old := figures["aging"][-1]:
        said.append(f"{_count(old, 'case')} {_are(old)} open for more than 30 days.")
    for what, part in (("answered", figures["response"]), ("solved", figures["resolution"])):
        met, of = part["by_priority"].get("P1", (0, 0))
        if late := of - met:
            said.append(f"{_count(late, 'case')} of the highest priority {_were(late)} not {what} in time.")
    for one in repeated:
        where = f" on {one['device']}" if one["device"] else ""
        said.append(f"{one['category']}{where} was reported {one['count']} times in 90 days.")
    if serious := outages["by_severity"].get("1", 0):
        said.append(f"{_count(serious, 'outage')} stopped a location or a core service.")
    if (waiting := figures["waiting_count"]) > 0:
        said.append(f"{_count(waiting, 'case')} {_wait(waiting)} for an answer of yours.")
    health = figures["health"]
    if health is not None and health["result"] == "attention":
        said.append(f"The last look at your systems found: {health['text']}")
    return said


def _facts(
    tx: Tx, ids: Collection[str], period: Period, now: datetime
) -> Mapping[str, Mapping[str, Sequence[Row[Any]]]]:
    return report_months.facts(
        tx,
        ids,
        since=period.since,
        until=period.until,
        long=period.until - LONG,
        often=OFTEN,
        now=now,
        horizon=max(now, period.until) + OUTLOOK,
    )


def _outages(rows: Sequence[Row[Any]], period: Period, now: datetime) -> dict[str, Any]:
    whole = period.until - period.since
    spans = [(row, (max(row.started_at, period.since), min(row.resolved_at or now, now, period.until))) for row in rows]
    spans = [(row, span) for row, span in spans if span[0] < span[1]]
    by: dict[str, int] = {}
    for row, _ in spans:
        by[str(row.severity)] = by.get(str(row.severity), 0) + 1
    down = _covered([span for row, span in spans if row.severity == 1])
    return {
        "count": len(spans),
        "minutes": _covered([span for _, span in spans]) // MINUTE,
        "by_severity": dict(sorted(by.items())),
        "named": [
            Named(ref=f"notice:{row.id}", text=f"{row.ref}: {row.title}", at=row.started_at.isoformat())
            for row, _ in spans[:LISTED]
        ],
        "uptime": _hundredths((whole - down) * 10_000 // whole),
    }


def _covered(spans: Sequence[Interval]) -> timedelta:
    """How long at least one of these intervals lasted; what overlaps counts once."""
    total, reached = timedelta(), None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        total += max(end - begin, timedelta())
        reached = end if reached is None else max(reached, end)
    return total


def _hundredths(count: int) -> str:
    return f"{count // 100}.{count % 100:02}"


def _decisions(rows: Sequence[Row[Any]]) -> dict[str, object]:
    counts = {"approved": 0, "rejected": 0, "expired": 0}
    committed: dict[str, int] = {}
    for row in rows:
        state = STATES[row.state]
        counts[state] += int(row.n)
        if state == "approved" and row.currency and row.minor:
            committed[row.currency] = committed.get(row.currency, 0) + int(row.minor)
    return {**counts, "committed": [list(pair) for pair in sorted(committed.items())]}


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"
