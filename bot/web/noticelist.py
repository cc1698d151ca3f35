"""The console's list of notices: what is going on, and what was lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.parts import Viewer
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import KINDS, STATES, at, due, headline
from handlers.mechanisms.broadcast import OPEN_STATES
from storage.queries.notice_pages import Counts
from storage.rows import Row

HEADS = ("Notice", "State", "Since", "Next update", "Acknowledged", "Cannot be reached")
NAMED = 3
"""So many clients are named, the rest is counted."""


def notice_list(
    rows: Sequence[Row[Any]],
    clients: Mapping[str, Sequence[Row[Any]]],
    counts: Mapping[str, Counts],
    viewer: Viewer,
) -> Markup:
    """The page's body; `rows` are newest first, those in which work goes on come before the others."""
    if not rows:
        return join(tag("h1", "Notices"), tag("p", "There has been no notice yet.", class_="panel soft"))
    ordered = sorted(rows, key=lambda row: (row.state not in OPEN_STATES, row.state != "draft"))
    body = [_row(row, clients.get(row.id, ()), counts.get(row.id), viewer) for row in ordered]
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in HEADS]))
    return join(tag("h1", "Notices"), tag("table", head, tag("tbody", body)))


def _row(row: Row[Any], clients: Sequence[Row[Any]], count: Counts | None, viewer: Viewer) -> Markup:
    state, tone = STATES[row.state]
    names = [one.name for one in clients[:NAMED]]
    rest = f" and {len(clients) - NAMED} more" if len(clients) > NAMED else ""
    small = f"SEV{row.severity} · {KINDS.get(row.kind, row.kind)} · {', '.join(names)}{rest}"
    waiting = row.next_update_at if row.state in OPEN_STATES else None
    read = f"{count.acknowledged:,} of {count.recipients:,}" if count is not None else ""
    lost = f"{count.undeliverable:,}" if count is not None and count.undeliverable else ""
    late = waiting is not None and waiting < viewer.now
    return tag(
        "tr",
        tag(
            "td",
            tag("a", said(headline(row)), href=f"/console/notices/{row.id}"),
            tag("small", said(small)),
            class_="wide",
        ),
        tag("td", tag("span", state, class_=f"pill {tone}")),
        _cell(at(row.started_at, viewer)),
        _cell(due(waiting, viewer) if waiting is not None else "", "note" if late else ""),
        _cell(read),
        _cell(lost, "note" if lost else ""),
        class_="rows",
    )


def _cell(words: str, mark: str = "") -> Markup:
    return tag("td", tag("span", words, class_=mark) if mark else words)
