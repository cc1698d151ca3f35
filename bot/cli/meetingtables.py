"""Meetings and rhythms as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bot.web.noticewords import due
from handlers.mechanisms.talks.names import titled
from handlers.mechanisms.talks.rhythm import Rhythm

if TYPE_CHECKING:
    from rich.table import Table

    from bot.cards.viewer import Viewer
    from handlers.mechanisms.talks.agenda import Line
    from handlers.mechanisms.talks.standing import Standing
    from storage.rows import Row

DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def list_table(rows: Sequence[Row[Any]], viewer: Viewer) -> Table:
    """One line a meeting."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("Meeting", "Client", "What", "State", "Due", "Agreed for")
    for row in rows:
        agreed = due(row.starts_at, viewer) if row.starts_at is not None and row.state not in GIVEN_UP else ""
        what = escape(titled(row.kind, row.title))
        table.add_row(row.ref, escape(row.client_slug), what, row.state, f"{row.due_on}", agreed)
    return table


GIVEN_UP = ("due", "proposed", "rescheduled", "skipped")
"""States in which an agreed time, if there was one, holds no more."""


def lines(standing: Standing, agenda: Iterable[Line], viewer: Viewer) -> list[str]:
    """All of a meeting, a line each."""
    row = standing.row
    found = [f"{row.ref} {standing.title} with {standing.client.name}: {row.state}", f"Held by {standing.owner}."]
    if row.starts_at is not None and row.state not in GIVEN_UP:
        found.append(f"Agreed for {due(row.starts_at, viewer)}, {row.minutes} minutes.")
    if standing.is_open:
        found += [f"{one.number}. {due(one.row.starts_at, viewer)}" for one in standing.offers]
    waiting = ", ".join(standing.name(id_) for id_, _ in standing.waiting_on())
    found += [f"Waiting for {waiting}."] if waiting else []
    found += [f"{row.ended_by or 'Nobody'}: {row.ended_why}"] if row.ended_why else []
    for one in agenda:
        parts = (one.name, one.text, f"({one.note})" if one.note else "")
        found.append("- " + " ".join(part for part in parts if part))
    found += [row.notes] if row.notes else []
    for item in standing.actions:
        by = f" by {item.due_on}" if item.due_on is not None else ""
        found.append(f"[{item.state}] {standing.name(item.owner_id)}: {item.text}{by}")
    found += [f"Missing: {', '.join(standing.missing)}"] if standing.missing and row.state == "held" else []
    return found


def rhythm_table(rhythms: Iterable[Rhythm]) -> Table:
    """One line a kind: how often, when by preference, and who has said so."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("What", "How often", "When", "Why")
    for one in rhythms:
        when = f"{DAYS[one.weekday]} " if one.weekday is not None else ""
        often = "never by itself" if one.every == "never" else f"every {one.every}"
        why = f"{escape(one.by)}: {escape(one.reason)}" if one.own else "by default"
        table.add_row(one.kind, often, "" if one.every == "never" else f"{when}{one.wall:%H:%M}", why)
    return table
