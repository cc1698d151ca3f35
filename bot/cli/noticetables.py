"""What `notice` prints for eyes: who would get one, the board of one, the list of all, and how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from bot.cards.parts import Viewer
from bot.web.noticewords import KINDS, STATES, WHY, at, due, headline, stage_said
from bot.web.receipts import Line
from handlers.mechanisms.broadcast import OPEN_STATES, Broadcast, Preview
from storage.queries import notice_pages, notices
from storage.queries.notice_pages import Counts
from storage.rows import Row
from storage.store import Store

COLOURS = {"good": "green", "wait": "yellow", "bad": "red", "": "dim"}
COUNTED = ("reached", "acknowledged")
NAMED = 40


def operator(zone: str, now: datetime) -> Viewer:
    """Whoever sits at the command line: the provider's clock."""
    return Viewer("", "operator", zone, "en_US", True, now)


def preview_table(preview: Preview) -> Table:
    """Who would get it, a line each; of very many the first, and everybody who cannot be reached."""
    table = Table("Client", "Person", "For", "As", "Where")
    shown = [one for number, one in enumerate(preview.expected) if number < NAMED or one.problem]
    if rest := len(preview.expected) - len(shown):
        table.caption = f"and {rest:,} more who can be reached"
    for one in shown:
        why = "stands in" if one.why.startswith("for:") else WHY.get(one.why, one.why)
        where = f"[red]{escape(one.problem)}[/red]" if one.problem else ", ".join(one.platforms)
        places = ", ".join(one.places)
        table.add_row(escape(one.client.name), escape(one.person.name), escape(places), why or "primary", where)
    return table


def preview_sentence(preview: Preview) -> str:
    """ "3 clients, 5 people" and how many of them only in the morning."""
    clients, people = len(preview.clients), preview.reachable
    sentence = f"{clients:,} client{'s' * (clients != 1)}, {people:,} {'person' if people == 1 else 'people'}"
    return f"{sentence}; {preview.held:,} of them when their quiet hours end" if preview.held else sentence


def board_head(broadcast: Broadcast, counts: Counts, viewer: Viewer) -> Iterable[str]:
    """The lines above the board."""
    notice = broadcast.notice
    state, tone = STATES[notice.state]
    marks = f"[{COLOURS[tone]}]{state}[/] SEV{notice.severity} {KINDS[notice.kind]}"
    yield f"[bold]{escape(headline(notice))}[/bold]  {marks}"
    when = f"Since {at(notice.started_at, viewer)}"
    if broadcast.is_open and notice.next_update_at is not None:
        when += f"; next update {due(notice.next_update_at, viewer)}"
    yield f"{when}. Times in {viewer.timezone}."
    yield escape(broadcast.updates[-1].text or "No change.") if broadcast.updates else escape(notice.impact)
    for name, head in (("summary", "Why"), ("fix", "Done"), ("prevent", "From now on")):
        if words := notice.findings.get(name):
            yield f"{head}: {escape(words)}"
    yield ", ".join(f"{getattr(counts, name):,} {words}" for name, words in _HEADS)


_HEADS = (
    ("recipients", "told"),
    ("reached", "reached"),
    ("acknowledged", "acknowledged"),
    ("relayed", "told their staff"),
    ("overdue", "overdue"),
    ("undeliverable", "cannot be reached"),
)


def board_table(broadcast: Broadcast, lines: Sequence[Line], viewer: Viewer) -> Table:
    """The board, a line a reader."""

    def moment(value: datetime | None) -> str:
        return at(value, viewer) if value is not None else ""

    table = Table("Client", "Person", "For", "Stage", "Reached", "Acknowledged", "Staff told", "Note")
    for line in lines:
        reader, receipt = line.reader, line.reader.receipt
        words, tone = stage_said(reader, viewer)
        notes = [receipt.reason, receipt.trouble and f"has a problem too: {receipt.trouble}"]
        if receipt.call_me_at is not None:
            notes.append(f"asked to be called: {reader.person.phone}")
        table.add_row(
            escape(reader.client.name),
            escape(reader.person.name),
            escape(", ".join(line.places)),
            f"[{COLOURS[tone]}]{words}[/]",
            moment(reader.reached_at),
            moment(receipt.acked_at),
            moment(reader.informed_at),
            escape("; ".join(note for note in notes if note)),
        )
    return table


def list_table(rows: Sequence[Row[Any]], counts: Mapping[str, Counts], viewer: Viewer) -> Table:
    """All notices, newest first."""
    table = Table("Notice", "What", "State", "Since", "Next update", "Acknowledged", "Cannot be reached")
    for row in rows:
        state, tone = STATES[row.state]
        count = counts.get(row.id)
        waiting = row.next_update_at if row.state in OPEN_STATES else None
        table.add_row(
            row.ref,
            escape(f"SEV{row.severity} {row.title or row.services}"),
            f"[{COLOURS[tone]}]{state}[/]",
            at(row.started_at, viewer),
            due(waiting, viewer) if waiting is not None else "",
            f"{count.acknowledged:,} of {count.recipients:,}" if count is not None else "",
            f"{count.undeliverable:,}" if count is not None and count.undeliverable else "",
        )
    return table


def watch(
    store: Store, notice_id: str, console: Console, *, seconds: float = 1.0, wait: Callable[[float], None] = time.sleep
) -> str:
    """Follows how many are reached and have acknowledged until nothing more is awaited; -> a sentence at the end.

    Ctrl-C stops looking; the notice goes on.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn())
    with Progress(*columns, console=console) as progress:
        bars = {name: progress.add_task(name.capitalize(), total=None) for name in COUNTED}
        count: Counts | None = None
        try:
            while True:
                with store.read() as tx:
                    count = notice_pages.counts(tx, [notice_id]).get(notice_id)
                    notice = notices.notice(tx, notice_id)
                if notice is None or count is None:
                    return "Nobody has been told yet."
                expected = count.recipients - count.undeliverable
                for name, bar in bars.items():
                    progress.update(bar, completed=getattr(count, name), total=expected)
                settled = count.reached >= expected and count.acknowledged + count.covered >= expected
                if settled or notice.state not in OPEN_STATES:
                    return _ending(count)
                wait(seconds)
        except KeyboardInterrupt:
            return f"Not watching any more. {_ending(count or Counts())}"


def _ending(count: Counts) -> str:
    lost = f" {count.undeliverable:,} cannot be reached." if count.undeliverable else ""
    covered = f", {count.covered:,} covered by others" if count.covered else ""
    told = count.recipients
    return f"{count.reached:,} of {told:,} reached, {count.acknowledged:,} acknowledged{covered}.{lost}"
