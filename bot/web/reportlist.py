"""The console's list of reports: those of one week or month, the ones that need somebody first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.parts import Viewer
from bot.cards.reports.lists import SHORT, period_said
from bot.cards.reports.words import STATE
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import at
from storage.rows import Row

PATH = "/console/reports"
HEADS = ("Client", "State", "Reviewed by", "Open cases", "To answer")
KINDS = {"case_report": "Weekly", "exec_summary": "Monthly"}
TONES = {
    "generated": "",
    "on_hold": "bad",
    "released": "wait",
    "reviewed": "good",
    "unreviewed": "bad",
    "superseded": "",
}


def report_list(
    kind: str,
    periods: Sequence[str],
    period: str,
    counts: Mapping[str, int],
    rows: Sequence[Row[Any]],
    viewer: Viewer,
    *,
    number: int,
) -> Markup:
    """The page's body; `rows` are one page of the period, in their order, `periods` those that can be looked at."""
    head = f"Reports, {period_said(period, viewer)}" if period else "Reports"
    whole = sum(counts.get(state, 0) for state in SHORT)
    if not whole:
        nothing = tag("p", "There is no report about this time.", class_="panel soft")
        return join(tag("h1", head), _bar(kind, periods, period, viewer), nothing)
    body = [_row(row, viewer) for row in rows]
    table = tag("table", tag("thead", tag("tr", [tag("th", name, scope="col") for name in HEADS])), tag("tbody", body))
    return join(
        tag("h1", head),
        _counts(counts, whole),
        _bar(kind, periods, period, viewer),
        table,
        _more(kind, period, number, len(rows), whole),
    )


def tone_of(row: Any) -> str:
    """How good it is where it stands."""
    return TONES[row.state]


def _counts(counts: Mapping[str, int], whole: int) -> Markup:
    def count(number: int, words: str, *, of: int = 0, alarm: bool = False) -> Markup:
        bar = tag("meter", value=str(number), max=str(of), aria_hidden="true") if of else None
        return tag("li", tag("b", f"{number:,}"), tag("span", words), bar, class_="count alarm" if alarm else "count")

    waiting = counts.get("generated", 0)
    return tag(
        "ul",
        count(counts.get("reviewed", 0), f"reviewed, of {whole:,}", of=whole),
        count(counts.get("released", 0), "waiting for a review"),
        count(counts.get("unreviewed", 0), "not reviewed in time", alarm=counts.get("unreviewed", 0) > 0),
        count(counts.get("on_hold", 0) + waiting, f"not sent yet, {counts.get('on_hold', 0):,} of them on hold"),
        class_="counts four",
    )


def _bar(kind: str, periods: Sequence[str], period: str, viewer: Viewer) -> Markup:
    def choice(words: str, address: str, *, now: bool) -> Markup:
        return tag("a", words, href=address, class_="choice", aria_current="page" if now else None)

    kinds = [choice(words, f"{PATH}?kind={name}", now=name == kind) for name, words in KINDS.items()]
    known = periods if period in periods or not period else (period, *periods)
    times = [choice(period_said(one, viewer), f"{PATH}?kind={kind}&period={one}", now=one == period) for one in known]
    return tag("div", tag("nav", kinds, aria_label="Kind"), tag("nav", times, aria_label="Period"), class_="bar")


def _row(row: Row[Any], viewer: Viewer) -> Markup:
    figures = row.figures
    more = figures["backlog_end"] - figures["backlog_start"]
    change = tag("small", f"{'+' if more > 0 else '−'}{abs(more):,} in the period") if more else None
    reviewed = tag("td", data_head="Reviewed by")
    if row.state == "reviewed" and row.reviewed_at is not None:
        moment = tag("time", at(row.reviewed_at, viewer), datetime=row.reviewed_at.isoformat())
        reviewed = tag("td", said(row.reviewer or "–"), tag("small", moment), data_head="Reviewed by")
    corrected = tag("small", "corrected") if row.number > 1 else None
    return tag(
        "tr",
        tag("td", tag("a", said(row.client_name), href=f"{PATH}/{row.id}"), corrected, class_="wide"),
        tag("td", tag("span", STATE[row.state][0], class_=f"pill {tone_of(row)}".rstrip())),
        reviewed,
        tag("td", tag("span", f"{figures['backlog_end']:,}"), change, data_head="Open cases"),
        tag("td", f"{row.open_remarks:,}" if row.open_remarks else "", data_head="To answer"),
        class_="line rows",
    )


def _more(kind: str, period: str, number: int, shown: int, whole: int) -> Markup | None:
    last = -(-whole // 200)
    if last < 2:
        return None
    links = []
    for words, page in (("Before", number - 1), ("After", number + 1)):
        if 1 <= page <= last:
            links.append(tag("a", words, href=f"{PATH}?kind={kind}&period={period}&page={page}", class_="choice"))
    return tag(
        "div",
        tag("p", f"Page {number} of {last}, {shown:,} of {whole:,}", class_="soft"),
        tag("nav", links),
        class_="bar",
    )
