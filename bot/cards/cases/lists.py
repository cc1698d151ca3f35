"""Draws a company's open cases, and one of them with everything that is known and was asked about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Fact, Facts, Line, Lines, Link, Quote, Text
from bot.cards.cases import words
from bot.cards.pages import PAGE
from bot.cards.parts import Viewer
from handlers.commands import Ref
from storage.rows import Row

MOST = 20
"""Cases on one page."""
MOST_SAID = 6
"""Of what was asked about a case, the latest."""
SAID = {"question": "Question open", "escalate": "Escalated"}


def page(
    rows: Sequence[Row[Any]],
    client: Row[Any],
    viewer: Viewer,
    *,
    provider: str,
    number: int = 1,
    all_of_them: bool,
    open_remarks: Mapping[str, Collection[str]],
) -> Card:
    """Open cases, those that wait for the client first. `all_of_them`: not only those that the viewer reported.

    `open_remarks` are the kinds of what waits for an answer, by the id of the case.
    """
    whose = client.name if all_of_them else f"{client.name} · reported by you"
    if not rows:
        return Card("No open cases", "No open cases", (Text(whose, "subtle"), Text("Everything reported is solved.")))
    waiting = [row for row in rows if row.state == "waiting_on_client"]
    others = [row for row in rows if row.state != "waiting_on_client"]
    ordered = [*sorted(waiting, key=lambda row: row.waiting_since or row.opened_at), *others]
    first = (number - 1) * MOST
    shown = ordered[first : first + MOST]
    if not shown:
        return page(rows, client, viewer, provider=provider, all_of_them=all_of_them, open_remarks=open_remarks)
    blocks: list[Block] = [Text(whose, "subtle")]
    for heading, some in (("Waiting for you", waiting), ("Being worked on", others)):
        if viewer.staff and some is waiting:
            heading = "Waiting for the client"
        lines = tuple(_line(row, viewer, provider, open_remarks.get(row.id, ())) for row in shown if row in some)
        if lines:
            blocks.append(Lines(lines, heading))
    left, buttons = len(ordered) - first - len(shown), list(_asking(viewer))
    if left > 0:
        blocks.append(Text(f"And {left} more.", "subtle"))
        typed = f"cases {client.slug} {number + 1}" if viewer.staff else f"cases {number + 1}"
        buttons.append(Button("Show more", "say", Ref("page", typed)))
    blocks += [Actions(tuple(buttons))] if buttons else []
    if not viewer.staff:
        blocks.append(Text("Type “cases” and a number, like “cases CASE-1234”, to see one of them.", "subtle"))
    title = _title(len(ordered), len(waiting), viewer)
    return Card(title, title, tuple(blocks))


def one(row: Row[Any], viewer: Viewer, *, provider: str, said: Sequence[Row[Any]], may_ask: bool) -> Card:
    """One case; `said` is what was asked about it that this viewer may read, the first first."""
    ref = Ref("case", row.id)
    blocks: list[Block] = [
        Text(f"{row.client_name} · {words.state(row, viewer, provider)}", "subtle"),
        Facts(tuple(_facts(row, viewer))),
    ]
    for each in said[-MOST_SAID:]:
        verb = "escalated" if each.kind == "escalate" else "asked"
        blocks.append(Quote(f"{'You' if each.person_id == viewer.id else each.person_name} {verb}", each.text))
        if each.answer:
            blocks.append(Quote(f"{each.answered_by or provider} answered", each.answer))
    if row.url:
        blocks.append(Link("Open it in the portal", row.url))
    if may_ask:
        buttons = [Button("Ask about it", "case:ask", ref, form=True)]
        if row.closed_at is None:
            buttons.append(Button("Escalate", "case:escalate", ref, style="danger", form=True))
        blocks.append(Actions(tuple(buttons)))
    title = words.named(row, 200)
    status = words.status(row, viewer, provider)
    return Card(title, f"{title}: {status.text}", tuple(blocks), status, ref)


def counts(rows: Sequence[Row[Any]], viewer: Viewer) -> Card:
    """How many cases each client has open, for somebody of the provider."""
    if not rows:
        return Card("No open cases", "No open cases", (Text("No client has an open case."),))
    total = sum(row.open for row in rows)
    title = f"{total} open {'case' if total == 1 else 'cases'}"
    lines = tuple(
        Line(row.name, str(row.open), f"{row.waiting} waiting for the client · cases {row.slug}") for row in rows
    )
    note = Text("Type the words at the end of a line to see that client's cases.", "subtle")
    return Card(title, title, (Lines(lines[:50]), note))


def unknown(name: str, provider: str) -> Card:
    """There is no such case, or none that this person may see."""
    title = "No such case"
    said = f"There is no case {words.shortened(name, 40)} among yours. Type “cases” to see what is open."
    return Card(
        title, title, (Text(said), Text(f"If you think there should be one, please call {provider}.", "subtle"))
    )


def several(rows: Sequence[Row[Any]]) -> Card:
    """The same number at more than one client."""
    title = "Which client?"
    lines = tuple(Line(f"{row.client_name}: {words.named(row)}", detail=f"cases {row.client_slug}") for row in rows)
    return Card(title, title, (Lines(lines[:50]),))


def _line(row: Row[Any], viewer: Viewer, provider: str, kinds: Collection[str]) -> Line:
    said = [row.priority, words.state(row, viewer, provider)]
    said += [SAID[kind] for kind in sorted(SAID) if kind in kinds]
    return Line(words.named(row), words.age(row, viewer), " · ".join(said))


def _asking(viewer: Viewer) -> Sequence[Button]:
    if viewer.staff:
        return ()
    return (
        Button("Ask about a case", "cases:ask", PAGE, form=True),
        Button("Escalate a case", "cases:escalate", PAGE, form=True),
    )


def _title(count: int, waiting: int, viewer: Viewer) -> str:
    title = f"{count} open {'case' if count == 1 else 'cases'}"
    if not waiting:
        return title
    return f"{title}, {waiting} {'waits' if waiting == 1 else 'wait'} for {'the client' if viewer.staff else 'you'}"


def _facts(row: Row[Any], viewer: Viewer) -> list[Fact]:
    reported = viewer.when(row.opened_at) + (f" by {row.requester}" if row.requester else "")
    answered = "Not yet" if row.closed_at is None else ""
    again = f"{row.reopened} {'time' if row.reopened == 1 else 'times'}" if row.reopened else ""
    due = viewer.when(row.resolution_due_at) if row.resolution_due_at and row.closed_at is None else ""
    late = bool(due) and row.resolution_due_at <= viewer.now
    found = (
        ("Priority", row.priority),
        ("Reported", reported),
        ("First answer", viewer.when(row.responded_at) if row.responded_at else answered),
        ("Should have been solved by" if late else "To be solved by", due),
        ("Closed", viewer.when(row.closed_at) if row.closed_at else ""),
        ("Opened again", again),
        ("Who works on it", row.assignee),
        ("Category", row.category),
        ("Office", row.location_name or ""),
        ("Device", row.device),
    )
    return [Fact(label, words.shortened(value, 200)) for label, value in found if value]
