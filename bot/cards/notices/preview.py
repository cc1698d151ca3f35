"""Draws a notice before it is sent: to how many, who cannot be reached and why, and what they will read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Quote, Rule, Status, Text
from bot.cards.notices import words
from bot.cards.notices.board import number
from bot.cards.parts import Viewer
from bot.cards.wording import all_of
from handlers.mechanisms.broadcast import Broadcast, Expected, Preview
from storage.rows import Row

FEW = 20
"""Up to so many people, everybody is named; beyond, clients are counted and only exceptions are named."""
MOST_CLIENTS = 12
MOST_NAMED = 10
MOST_PROBLEMS = 3
"""Sentences above the buttons."""
NOBODY = "Nobody can be reached in chat. If you send it, you get tasks with the numbers to call."
PLATFORM = {"slack": "Slack", "teams": "Teams"}


def preview(broadcast: Broadcast, expected: Preview, viewer: Viewer, *, provider: str) -> Card:
    """Nothing is sent yet. The first line says how far it will reach."""
    notice = broadcast.notice
    ways = (
        Button("Send now", "notice:send", broadcast.ref, notice.version, style="primary"),
        Button("Change", "notice:change", broadcast.ref, notice.version, form=True),
        Button("Discard", "notice:discard", broadcast.ref, notice.version, style="danger"),
    )
    blocks: list[Block] = [
        Text(reach(expected), "large"),
        Text(f"{notice.ref} · {_kind(notice)} · nothing is sent yet", "subtle"),
        *(Text(problem, "strong", "bad") for problem in expected.problems[:MOST_PROBLEMS]),
        *_more(len(expected.problems) - MOST_PROBLEMS, "clients where nobody can be reached"),
        *([] if expected.reachable else [Text(NOBODY, "strong", "bad")]),
        *_held(expected.held),
        Actions(ways),
        *_unreachable(expected),
        *_who(expected),
        Rule(),
        Text("What they will read", "subtle"),
        Quote(notice.title, _impact(broadcast)),
        *_own_words(broadcast),
        words.facts(broadcast, viewer, ()),
        *_next(broadcast, viewer),
    ]
    status = Status("Not sent yet", "ask")
    return Card(notice.title, f"Please check: {notice.title}, {reach(expected)}", tuple(blocks), status, broadcast.ref)


def sent(broadcast: Broadcast, viewer: Viewer) -> Card:
    """What the preview becomes: who got it, and where to look from now on."""
    notice = broadcast.notice
    clients = len({place.client.id for place in broadcast.places})
    lost = sum(one.stage == "undeliverable" for one in broadcast.readers)
    blocks: list[Block] = [
        Text(f"{notice.ref} · sent {viewer.when(notice.sent_at)}", "subtle"),
        Text(f"Sent to {people_at(len(broadcast.readers) - lost, clients)}.", "strong"),
        *_held(sum(one.waits(viewer.now) for one in broadcast.readers)),
        *([Text(f"{lost} cannot be reached in chat.", tone="warning")] if lost else []),
        Text("The board shows who has read it."),
    ]
    return Card(notice.title, f"Sent: {notice.title}", tuple(blocks), Status("Sent", "good"), broadcast.ref)


def people_at(people: int, clients: int) -> str:
    """ "5 people at 3 clients"."""
    who = "1 person" if people == 1 else f"{people} people"
    return f"{who} at {_count(clients, 'client')}"


def discarded(broadcast: Broadcast) -> Card:
    """A draft that was thrown away."""
    blocks = (Text("Nothing was sent."),)
    return Card(broadcast.notice.title, "Discarded", blocks, Status("Discarded", "muted"), broadcast.ref)


def reach(expected: Preview) -> str:
    """ "3 clients, 5 people"."""
    clients, people = len(expected.clients), expected.reachable
    return f"{_count(clients, 'client')}, {people} {'person' if people == 1 else 'people'}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _kind(notice: Row[Any]) -> str:
    return f"SEV{notice.severity}, {words.what(notice).lower()}" if notice.kind == "outage" else words.what(notice)


def _held(held: int) -> list[Block]:
    if not held:
        return []
    who = "1 of them gets" if held == 1 else f"{held} of them get"
    return [Text(f"{who} it only when quiet hours end.", tone="warning")]


def _unreachable(expected: Preview) -> list[Block]:
    lost = [one for one in expected.expected if one.problem]
    lines = tuple(
        Line(f"{one.person.name}, {one.client.name}", detail=f"{number(one.person)} · {one.problem}")
        for one in lost[:MOST_NAMED]
    )
    if not lines:
        return []
    heading = f"Cannot be reached ({len(lost)})"
    return [Lines(lines, heading), *_more(len(lost) - len(lines), "people")]


def _who(expected: Preview) -> list[Block]:
    by_client: dict[str, list[Expected]] = {row.id: [] for row in expected.clients}
    for one in expected.expected:
        if not one.problem:
            by_client.setdefault(one.client.id, []).append(one)
    names = {row.id: row.name for row in expected.clients} | {
        one.client.id: one.client.name for one in expected.expected
    }
    if expected.reachable <= FEW:
        return [Lines(tuple(map(_line, some)), names[id_]) for id_, some in by_client.items() if some]
    lines = [Line(names[id_], _people(some)) for id_, some in list(by_client.items())[:MOST_CLIENTS]]
    return [Lines(tuple(lines), "By client"), *_more(len(by_client) - len(lines), "clients")]


def _people(some: Sequence[Expected]) -> str:
    return f"{len(some)} {'person' if len(some) == 1 else 'people'}"


def _line(one: Expected) -> Line:
    why = {"backup": "backup", "next": "next in line"}.get(one.why, "stands in" if one.why.startswith("for:") else "")
    where = all_of([place for place in one.places if place != one.client.name])
    return Line(
        one.person.name,
        all_of([PLATFORM.get(name, name) for name in one.platforms]),
        " · ".join(part for part in (where, why) if part),
    )


def _impact(broadcast: Broadcast) -> str:
    return words.beginning(str(broadcast.notice.impact), words.LONG_TEXT)


def _own_words(broadcast: Broadcast) -> list[Block]:
    """Clients for whom it means something else."""
    own = {place.client.name: place.row.impact for place in broadcast.places if place.row.impact}
    lines = [Line(f"{name}: {words.beginning(impact)}") for name, impact in list(own.items())[:MOST_NAMED]]
    if not lines:
        return []
    return [Lines(tuple(lines), "In words of their own"), *_more(len(own) - len(lines), "clients")]


def _next(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    due = broadcast.notice.next_update_at
    if due is not None:
        return [Text(f"Next update by {viewer.when(due)}.")]
    return [Text("Next update: as usual for this severity.")] if broadcast.notice.kind == "outage" else []


def _more(left: int, things: str) -> list[Block]:
    return [Text(f"… and {left} more {things}.", "subtle")] if left > 0 else []
