"""Draws what stands behind a report, in its thread: the picture in numbers, the cases by name, who asked for what."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Block, Card, Fact, Facts, Line, Lines, Status, Text
from bot.cards.parts import Viewer
from bot.cards.reports import months, words
from bot.cards.reports.picture import anything, as_numbers
from bot.cards.reports.reader import superseded
from bot.cards.wording import decimal
from handlers.mechanisms.reports.figures import Named, NamedCase
from handlers.mechanisms.reports.standing import Standing

MOST_CASES, MOST_NAMED = 12, 6
"""So that all of it fits into one message of Slack; the word “cases” and the console have the rest."""
OF = {"response": "Answered in time", "resolution": "Solved in time"}


def detail_card(standing: Standing, viewer: Viewer, *, provider: str) -> Card | None:
    """The cases behind it; None where there is nothing more to say than the report says."""
    if standing.state == "superseded":
        return superseded(standing, viewer, provider=provider)
    figures = standing.figures
    whom = standing.client.name if viewer.staff else "you"
    blocks: list[Block] = [
        *_cases(figures["waiting"], figures["waiting_count"], f"Cases that wait for {whom}, the longest first", viewer),
        *_cases(figures["oldest"], figures["backlog_end"], "Open cases, the oldest first", viewer),
        *_by_priority(standing, viewer),
        *_counted(figures["categories"], "What was reported most", "Without a category", viewer),
        *_counted(figures["requesters"], "Who reported most", "Without a name", viewer),
        *months.behind(standing, viewer),
        *_named(figures["changes"], "Work done", viewer),
        *_named(figures["downtimes"], "Planned downtime", viewer),
        *_named(figures["approvals"], f"Requests that wait for {whom}", viewer),
        *months.talks(standing, viewer, most=MOST_NAMED),
        *(as_numbers(standing, viewer) if anything(standing) else []),
    ]
    if not blocks:
        return None
    title = f"Behind the {'summary' if words.is_monthly(standing) else 'report'}: {words.period(standing, viewer)}"
    blocks = [Text("The report's own numbers and names, as they were when it was written.", "subtle"), *blocks]
    status = Status("The cases behind it", "plain")
    return Card(title, title, tuple(blocks), status, standing.ref, standing.row.version)


def _cases(cases: Sequence[NamedCase], of: int, heading: str, viewer: Viewer) -> list[Block]:
    if not cases:
        return []
    shown = cases[:MOST_CASES]
    lines = tuple(words.case_line(case, viewer) for case in shown)
    return [Lines(lines, heading), *words.and_more(of - len(shown), viewer, "Type “cases” to see them.")]


def _by_priority(standing: Standing, viewer: Viewer) -> list[Block]:
    """Where more than one priority had something due: each by itself."""
    items: list[Fact] = []
    for name, label in OF.items():
        found = {}
        part = standing.figures["response"] if name == "response" else standing.figures["resolution"]
        for priority, (met, of) in sorted(part["by_priority"].items()):
            if of:
                found[priority] = f"{priority}: {decimal(met, viewer.locale)} of {decimal(of, viewer.locale)}"
        if len(found) > 1:
            items.append(Fact(label, ", ".join(found.values())))
    return [Facts(tuple(items))] if items else []


def _counted(pairs: Sequence[tuple[str, int]], heading: str, nameless: str, viewer: Viewer) -> list[Block]:
    return [Lines(words.counted(pairs, nameless, viewer), heading)] if pairs else []


def _named(rows: Sequence[Named], heading: str, viewer: Viewer) -> list[Block]:
    if not rows:
        return []
    lines = tuple(Line(row["text"], detail=words.dated(row, viewer)) for row in rows[:MOST_NAMED])
    return [Lines(lines, heading), *words.and_more(len(rows) - MOST_NAMED, viewer)]
