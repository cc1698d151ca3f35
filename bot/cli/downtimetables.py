"""What `downtime` prints for eyes: what one would come to, one with who is asked, and the list of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from bot.cards.downtimes.words import elsewhere
from bot.cards.parts import Viewer
from bot.cli.noticetables import COLOURS
from bot.web.downtimebodies import voice_name
from bot.web.downtimelines import KINDS, Line
from bot.web.downtimewords import (
    STAGES,
    STEPS,
    TIMES,
    ends_said,
    headline,
    notice_said,
    span,
    state_of,
)
from bot.web.noticewords import at, due
from handlers.mechanisms.windows.standing import Offer, Standing
from storage.rows import Row


def times_table(offers: Iterable[Offer], standing: Standing, viewer: Viewer) -> Table:
    """Every time with its walls, its notice and what speaks against it."""
    table = Table("", "When", "Notice", "What speaks against it", "")
    for one in offers:
        row = one.row
        walls = [
            span(row.starts_at, row.ends_at, viewer),
            *elsewhere(standing, row.starts_at, row.ends_at, viewer),
        ]
        notice = notice_said(one) + ("\n[red]short notice: needs an explicit consent[/]" if one.short else "")
        words, tone = TIMES[row.state]
        against = "\n".join(one.conflicts)
        table.add_row(
            str(one.number), escape("\n".join(walls)), notice, escape(against), f"[{COLOURS[tone]}]{words}[/]"
        )
    return table


def asked_table(standing: Standing) -> Table:
    """Whose answers it needs and who is asked for them."""
    table = Table("For", "As", "Asked")
    for voice in standing.voices:
        names = ", ".join(one.name for one in voice.asked)
        later = " (after the offices)" if voice.state == "waiting" else ""
        table.add_row(escape(voice_name(voice, standing)), KINDS[voice.kind], escape(names) + later)
    return table


def head(standing: Standing, viewer: Viewer) -> Iterable[str]:
    """The lines above the tables."""
    row = standing.row
    state, tone = state_of(row, viewer.now)
    yield f"[bold]{escape(headline(row))}[/bold]  [{COLOURS[tone]}]{state}[/]"
    places = ", ".join(place.name for place in standing.places)
    who = [f"{standing.client.name}: {places}", f"accountable: {standing.owner}" if standing.owner else ""]
    if standing.engineer and standing.engineer != standing.owner:
        who.append(f"does the work: {standing.engineer}")
    yield escape("; ".join(one for one in who if one)) + f". Times in {viewer.timezone}."
    yield escape(row.implications)
    if row.prep_steps:
        yield f"Before: {escape(row.prep_steps)}"
    if row.override:
        yield f"Offered all the same: {escape(row.override)}"
    if row.starts_at is not None:
        agreed = f"Agreed: {span(row.starts_at, row.ends_at, viewer)}"
        agreed += f", now until {at(row.extended_to, viewer)}" if row.extended_to is not None else ""
        by = standing.name(row.decided_by)
        yield escape(agreed + (f", by {by}" if by else ""))
    if ends := ends_said(row, viewer):
        yield ends
    for step in row.steps:
        yield escape(_step(step, viewer))
    if row.closed_why:
        yield f"Why: {escape(row.closed_why)}"


def _step(step: Mapping[str, Any], viewer: Viewer) -> str:
    from datetime import datetime

    words = f"{at(datetime.fromisoformat(step['at']), viewer)}: {STEPS.get(step['what'], step['what'])}"
    if step.get("until"):
        words += f", until {at(datetime.fromisoformat(step['until']), viewer)}"
    return f"{words}. {step['text']}" if step.get("text") else f"{words}."


def people_table(lines: Sequence[Line], viewer: Viewer) -> Table:
    """Who was asked, a line a person."""
    table = Table("For", "As", "Person", "Answer", "Said", "Answered", "Staff told")
    for line in lines:
        words, tone = STAGES[line.stage]
        name = line.person.name + (f", {line.person.phone}" if line.stage == "silent" else "")
        told = at(line.told_at, viewer) if line.told_at is not None else "not yet" if line.to_tell else ""
        table.add_row(
            escape(line.office),
            KINDS[line.voice.kind] if line.voice is not None else "Tells the staff",
            escape(name),
            f"[{COLOURS[tone]}]{words}[/]",
            escape("\n".join(line.said)),
            at(line.answered_at, viewer) if line.answered_at is not None else "",
            told,
        )
    return table


def list_table(
    rows: Sequence[Row[Any]], clients: Mapping[str, Any], offered: Mapping[str, Sequence[Row[Any]]], viewer: Viewer
) -> Table:
    """All downtimes, newest first."""
    table = Table("Downtime", "What", "Client", "State", "When", "Answers until")
    for row in rows:
        state, tone = state_of(row, viewer.now)
        waits = row.expires_at if row.state in ("proposed", "countered") else None
        times = [(row.starts_at, row.extended_to or row.ends_at)] if row.starts_at is not None else []
        times = times or [(one.starts_at, one.ends_at) for one in offered.get(row.id, ())]
        table.add_row(
            row.ref,
            escape(row.work),
            escape(clients[row.client_id].name),
            f"[{COLOURS[tone]}]{state}[/]",
            "\n".join(span(*one, viewer) for one in times),
            due(waits, viewer) if waits is not None else "",
        )
    return table
