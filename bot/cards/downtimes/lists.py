"""Draws downtimes as items of a list: what waits for somebody's answer, what is agreed, drafts; and no-work times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Link, Rule, Text
from bot.cards.downtimes import may, words
from bot.cards.pages import PAGE
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.windows.conflicts import blackout_said, liked, no_work
from handlers.mechanisms.windows.standing import Standing
from storage.rows import Row

MOST = 5
MOST_CLOSED = 12
AT_HAND = ("start", "extend", "finish", "complete", "remind")
"""What a list offers of the provider's buttons."""


def waits_for(standing: Standing, person_id: str) -> bool:
    """Whether this contact has something to answer here now."""
    if standing.may_choose(person_id):
        return True
    voices = standing.may_answer(person_id)
    return not standing.is_decider(person_id) and any(voice.state in ("open", "silent") for voice in voices)


def to_answer(standing: Standing, viewer: Viewer) -> list[Block]:
    """What it is, the times with what offices say, until when, and the buttons."""
    row = standing.row
    lines = [Line(words.window(one.row, viewer)) for one in standing.offers if not one.over]
    detail = f"Where: {words.where(standing)}\nNo answer by {viewer.when(row.expires_at)}: nothing is agreed."
    choices, places = may.choices(standing, viewer), may.place_buttons(standing, viewer)
    others = may.decider_buttons(standing, viewer) if choices else []
    head = Lines((Line(row.work, detail=detail), *lines))
    rows = [each for each in (choices, [*places, *others]) if each]
    return [head, *(Actions(tuple(each)) for each in rows)]


def to_know(standing: Standing, viewer: Viewer) -> list[Block]:
    """How it stands, for a contact who has nothing to answer."""
    row = standing.row
    said = [words.status(standing).text, f"Where: {words.where(standing)}"]
    if standing.state == "accepted":
        said.insert(0, words.window(row, viewer))
        said += words.elsewhere(standing, row.starts_at, row.ends_at, viewer)
    else:
        said += [words.window(one.row, viewer) for one in standing.offers]
        said.append(f"No answer by {viewer.when(row.expires_at)}: nothing is agreed.")
    buttons = [*may.agreed_buttons(standing, viewer), *may.asker_buttons(standing, viewer)]
    item = Lines((Line(row.work, detail="\n".join(said)),))
    return [item, *([Actions(tuple(buttons))] if buttons else [])]


def to_steer(standing: Standing, viewer: Viewer) -> list[Block]:
    """For somebody of the provider."""
    row = standing.row
    head = f"{standing.client.name} · {row.ref} · {words.status(standing).text.lower()}"
    if standing.state == "draft":
        buttons = [
            Button("Change", "downtime:change", standing.ref, row.version, form=True),
            Button("Discard", "downtime:discard", standing.ref, row.version, style="danger"),
        ]
        said = f"{standing.client.name} · {row.ref} · not sent yet, begun {viewer.when(row.created_at)}"
        return [Lines((Line(row.work, detail=said),)), Actions(tuple(buttons))]
    detail = [head]
    if standing.state == "accepted":
        detail.append(words.window(row, viewer))
    else:
        names = list(dict.fromkeys(standing.name(id_) for id_, _ in standing.waiting_on()))
        waits = "your answer" if standing.provider is not None else ", ".join(names) or "nobody: see your task"
        detail.append(f"Waiting for {waits}. No answer by {viewer.when(row.expires_at)}: nothing is agreed.")
    if standing.provider is not None and standing.is_open and not standing.overdue:
        found = [one for one in may.desk_buttons(standing, {}) if one.verb in ("downtime:offer", "window:decline")]
    else:
        found = may.desk_buttons(standing, {}, AT_HAND)
    item = Lines((Line(row.work, detail="\n".join(detail)),))
    return [item, *([Actions(tuple(found))] if found else [])]


def page(
    items: Sequence[Sequence[Block]],
    closed: Sequence[Row[Any]],
    preferred: Sequence[Row[Any]],
    *,
    may_ask: bool,
    may_wish: bool,
    removes: Callable[[Row[Any]], bool],
    staff: bool,
    calendar: str = "",
) -> Card:
    """What is open and agreed, when no work is wanted, and the ways to say more; `removes`: of which no-work times."""
    blocks: list[Block] = []
    for item in items[:MOST]:
        blocks += [*item, Rule()]
    if (left := len(items) - MOST) > 0:
        blocks += [Text(f"… and {left} more.", "subtle"), Rule()]
    if not items:
        blocks += [Text("No downtime is open or agreed."), Rule()]
    blocks += _closed(closed, removes, staff=staff)
    blocks += _preferred(preferred, staff=staff)
    if calendar and (may_ask or items):
        blocks.append(Link("All of it in your calendar, always up to date", calendar))
        blocks.append(Actions((Button("New calendar address", "calendar:replace", PAGE, form=True),)))
    name = "Plan a downtime" if staff else "Ask for downtime"
    ways = [Button(name, "downtime:raise", PAGE, style="primary", form=True)] if may_ask else []
    if may_wish:
        ways.append(Button("No work then", "blackout:put", PAGE, form=True))
        ways.append(Button("Preferred times", "preferred:put", PAGE, form=True))
    if ways:
        blocks.append(Actions(tuple(ways)))
    if blocks and isinstance(blocks[-1], Rule):
        blocks.pop()
    title = "Downtime" if not items else "1 downtime" if len(items) == 1 else f"{len(items)} downtimes"
    return Card(title, title, tuple(blocks))


def _closed(rows: Sequence[Row[Any]], removes: Callable[[Row[Any]], bool], *, staff: bool) -> list[Block]:
    blocks: list[Block] = []
    for index, row in enumerate(rows[:MOST_CLOSED]):
        zone = row.location_timezone or row.client_timezone
        whose = _whose(row, staff=staff)
        line = Line(f"{whose}: {blackout_said(no_work(row), zone)}", detail=row.why)
        blocks.append(Lines((line,), "No work is wanted" if index == 0 else ""))
        if removes(row):
            blocks.append(Actions((Button("Remove", "blackout:remove", Ref("blackout", row.id)),)))
    if (left := len(rows) - MOST_CLOSED) > 0:
        blocks.append(Text(f"… and {left} more.", "subtle"))
    return [*blocks, Rule()] if blocks else []


def _preferred(rows: Sequence[Row[Any]], *, staff: bool) -> list[Block]:
    lines = tuple(
        Line(f"{_whose(row, staff=staff)}: {liked(row).weekly.said(row.location_timezone or row.client_timezone)}")
        for row in rows
    )
    return [Lines(lines, "Work is preferred"), Rule()] if lines else []


def _whose(row: Row[Any], *, staff: bool) -> str:
    office = row.location_name or "All offices"
    return f"{row.client_name}, {office}" if staff else str(office)
