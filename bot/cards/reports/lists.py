"""Draws the board of all clients' newest reports for the provider, and the page of somebody who has none yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Link, Text
from bot.cards.parts import Viewer
from bot.cards.reports.words import first_day
from bot.cards.wording import day_of_month, decimal, month_name
from handlers.commands import Ref
from storage.rows import Row

MONTHS = "months"
"""What people type behind “reports” to see the summaries of months."""
PAGE = 20
"""Clients named at once."""
GROUPS: tuple[tuple[str, str], ...] = (
    ("on_hold", "On hold: they do not go out by themselves"),
    ("generated", "Not sent yet"),
    ("unreviewed", "Not reviewed in time"),
    ("released", "Waiting for a review"),
    ("reviewed", "Reviewed"),
)
SHORT = {
    "on_hold": "on hold",
    "generated": "not sent yet",
    "unreviewed": "not reviewed in time",
    "released": "waiting for a review",
    "reviewed": "reviewed",
}


def board(
    period: str,
    counts: Mapping[str, int],
    rows: Sequence[Row[Any]],
    viewer: Viewer,
    *,
    page: int = 1,
    url: str = "",
    monthly: bool = False,
    other: str = "",
) -> Card:
    """Which clients have reviewed their report, and which have not; `rows` are one page of it, in their order.

    `other`: the newest period of the other kind, "" when there is none.
    """
    title = f"{'Monthly summaries' if monthly else 'Reports'}: {period_said(period, viewer)}"
    typed = f"reports {MONTHS}" if monthly else "reports"
    across = [Actions((other_kind(other, viewer, monthly=not monthly),))] if other else []
    if not counts:
        nothing = "No monthly summaries yet" if monthly else "No reports yet"
        first = f"The first ones are written {'early next month' if monthly else 'on Monday morning'}."
        return Card(nothing, nothing, (Text(first), *across))
    said = [f"{decimal(counts[state], viewer.locale)} {SHORT[state]}" for state, _ in GROUPS if counts.get(state)]
    blocks: list[Block] = [Text(" · ".join(said), "strong")]
    for state, heading in GROUPS:
        if mine := [row for row in rows if row.state == state]:
            blocks.append(Lines(tuple(_line(row, viewer) for row in mine), heading))
    shown, whole = (page - 1) * PAGE + len(rows), sum(counts.get(state, 0) for state in SHORT)
    if rows:
        client = rows[0].client_slug
        blocks.append(Text(f"Type “{typed} {client}” to see one of them, by the client's short name.", "subtle"))
    if shown < whole and rows:
        left = decimal(whole - shown, viewer.locale)
        blocks.append(Actions((Button(f"Show {left} more", "say", Ref("page", f"{typed} {page + 1}")),)))
    blocks += across
    if url:
        blocks.append(Link("Everything on one page", url))
    return Card(title, f"{title}: {', '.join(said)}", tuple(blocks))


def other_kind(period: str, viewer: Viewer, *, monthly: bool) -> Button:
    """Leads to the reports of the other kind, named by what the newest of them is about."""
    said = period_said(period, viewer)
    if monthly:
        return Button(f"Monthly summary: {said}", "say", Ref("page", f"reports {MONTHS}"))
    return Button(f"Weekly report: {said}", "say", Ref("page", "reports"))


def period_said(period: str, viewer: Viewer) -> str:
    """ "Jun 8 to Jun 14", "May 2026"."""
    if not period:
        return ""
    first = first_day(period)
    if "W" not in period:
        return month_name(first, viewer.locale, whole=True)
    return f"{_day(first, viewer)} to {_day(first + timedelta(days=6), viewer)}"


def none_yet(provider: str, *, monthly: bool = False) -> Card:
    """For a contact whose company has had no report."""
    nothing = "There is no monthly summary yet" if monthly else "There is no report yet"
    when = "early in the next month" if monthly else "on a Monday"
    text = f"The first one comes {when}. If you need to know something now, ask {provider}."
    return Card(nothing, nothing, (Text(text),))


def _line(row: Row[Any], viewer: Viewer) -> Line:
    figures = row.figures
    more = figures["backlog_end"] - figures["backlog_start"]
    change = f" ({'+' if more > 0 else '−'}{decimal(abs(more), viewer.locale)})" if more else ""
    said = [_how_far(row, viewer)]
    if row.open_remarks:
        said.append(f"{row.open_remarks} to answer")
    if row.number > 1:
        said.append("corrected")
    detail = " · ".join(part for part in (row.client_slug, *said) if part)
    return Line(row.client_name, f"{decimal(figures['backlog_end'], viewer.locale)} open{change}", detail)


def _how_far(row: Row[Any], viewer: Viewer) -> str:
    if row.state == "reviewed" and row.reviewed_at is not None:
        return f"{row.reviewer or 'somebody'}, {viewer.when(row.reviewed_at)}"
    if row.state == "generated" and row.release_at is not None:
        return f"goes out {viewer.at(row.release_at, viewer.now)}"
    if row.state == "on_hold":
        return f"held by {row.held_by}" if row.held_by else ""
    return f"sent {viewer.when(row.released_at)}" if row.released_at is not None else ""


def _day(day: date, viewer: Viewer) -> str:
    return day_of_month(day, viewer.locale)
