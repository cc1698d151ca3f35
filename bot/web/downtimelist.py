"""The console's list of downtimes: what waits for an answer, what is to come, and what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.parts import Viewer
from bot.web.downtimewords import headline, is_over, span, state_of
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import due
from storage.rows import Row

HEADS = ("Downtime", "State", "When", "Answers until", "Offices")


def downtime_list(
    rows: Sequence[Row[Any]],
    clients: Mapping[str, Any],
    offices: Mapping[str, Any],
    offered: Mapping[str, Sequence[Row[Any]]],
    viewer: Viewer,
) -> Markup:
    """The page's body; `rows` are newest first, `offered` are the open times of each (by its id)."""
    if not rows:
        return join(tag("h1", "Downtimes"), tag("p", "There has been no downtime yet.", class_="panel soft"))
    ordered = sorted(rows, key=lambda row: (is_over(row), row.state != "draft"))
    body = [_row(row, clients[row.client_id], offices, offered.get(row.id, ()), viewer) for row in ordered]
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in HEADS]))
    return join(tag("h1", "Downtimes"), tag("table", head, tag("tbody", body)))


def _row(row: Row[Any], client: Any, offices: Mapping[str, Any], offered: Sequence[Row[Any]], viewer: Viewer) -> Markup:
    state, tone = state_of(row, viewer.now)
    waits = row.expires_at if row.state in ("proposed", "countered") else None
    names = [offices[id_].name for id_ in row.locations if id_ in offices]
    link = tag("a", said(headline(row)), href=f"/console/downtimes/{row.id}")
    return tag(
        "tr",
        tag("td", link, tag("small", said(client.name)), class_="wide"),
        tag("td", tag("span", state, class_=f"pill {tone}".rstrip())),
        tag("td", _when(row, offered, viewer), data_head="When"),
        tag("td", due(waits, viewer) if waits is not None else "", data_head="Answers until"),
        tag("td", said(", ".join(names)) if names else None, data_head="Offices"),
        class_="line rows",
    )


def _when(row: Row[Any], offered: Sequence[Row[Any]], viewer: Viewer) -> str:
    if row.starts_at is not None:
        return span(row.starts_at, row.extended_to or row.ends_at, viewer)
    if not offered:
        return ""
    first = span(offered[0].starts_at, offered[0].ends_at, viewer)
    return f"{first}, or {len(offered) - 1} more" if len(offered) > 1 else first
