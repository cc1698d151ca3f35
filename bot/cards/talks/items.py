"""Draws an action item for whoever has it, and the page of planned talks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Link, Rule, Status, Text
from bot.cards.pages import PAGE
from bot.cards.parts import Viewer
from bot.cards.talks import may, words
from bot.cards.wording import any_of
from handlers.commands import Ref
from handlers.mechanisms.talks.standing import Standing
from storage.rows import Row

MOST, MOST_ITEMS = 5, 8


def action_card(row: Row[Any], about: str, viewer: Viewer, *, owner: str, nudge: bool = False) -> Card:
    """What is to be done, by when, from which talk; `nudge`: the day has come."""
    ref = Ref("action_item", row.id)
    mine = row.owner_id == viewer.id
    blocks: list[Block] = []
    if row.state == "open":
        if row.due_on is not None and not nudge:
            late = row.due_on < viewer.now.date()
            said = (
                f"It was due {words.on_day(row.due_on, viewer)}." if late else f"By {words.on_day(row.due_on, viewer)}."
            )
            blocks.append(Text(said, "strong", "warning" if late else "plain"))
        if not mine:
            blocks.append(Text(f"{owner} has it."))
        blocks.append(Text(f"{about} · added by {row.added_by}, {viewer.when(row.at)}", "subtle"))
        blocks.append(Actions((done_button(ref),)))
        status = Status("Due today" if nudge else "Yours to do" if mine else "Open", "warning" if nudge else "ask")
    else:
        by = "you" if row.done_by == viewer.name else row.done_by
        when = f", {viewer.when(row.done_at)}" if row.done_at is not None else ""
        verb = "Done" if row.state == "done" else "Not needed any more, says"
        blocks.append(Text(f"{verb} by {by}{when}." if row.state == "done" else f"{verb} {by}{when}."))
        blocks.append(Text(about, "subtle"))
        status = Status("Done", "good") if row.state == "done" else Status("Not needed", "muted")
    return Card(row.text, f"{status.text}: {row.text}", tuple(blocks), status, ref)


def done_button(ref: Ref) -> Button:
    """One press is enough."""
    return Button("Done", "action:done", ref, style="primary")


# ------------------------------------------------------------------ the page


def talk_item(standing: Standing, viewer: Viewer) -> list[Block]:
    """A talk in a list: what, when, how it stands, and the buttons that are quick."""
    name = f"{standing.title} · {standing.client.name}" if viewer.staff else standing.title
    when = words.agreed_time(standing, viewer)
    said = [when] if when and standing.state == "confirmed" else []
    said.append(words.status(standing).text)
    if standing.state == "due":
        said.append(f"Due {words.on_day(standing.row.due_on, viewer)}")
    if standing.state == "proposed" and standing.lapses_at is not None and not standing.lapsed:
        waits = any_of([standing.name(id_) for id_, _ in standing.waiting_on()])
        said = [f"Waiting for {waits or 'an answer'}."] if viewer.staff else []
        said.append(f"No answer by {viewer.when(standing.lapses_at)}: it is left out.")
    blocks: list[Block] = [Lines((Line(name, detail="\n".join(said)),))]
    if viewer.staff:
        rows = [may.desk_buttons(standing)[:3]]
    else:
        rows = [may.choices(standing, viewer), may.contact_buttons(standing, viewer)]
    blocks += [Actions(tuple(row)) for row in rows if row]
    if standing.row.link and standing.is_ahead:
        blocks.append(Link("Join", standing.row.link))
    return blocks


def own_items(rows: Sequence[Row[Any]]) -> list[Block]:
    """What this person has put on agendas, each with a way to take it off."""
    blocks: list[Block] = []
    for index, row in enumerate(rows[:MOST_ITEMS]):
        what = words.shortened(row.text, words.LONGEST_OF_MANY)
        blocks.append(Lines((Line(what),), "You put on the agenda" if index == 0 else ""))
        blocks.append(Actions((Button("Take off", "agenda:remove", Ref("agenda_item", row.id)),)))
    return blocks


def to_do(rows: Sequence[Row[Any]], viewer: Viewer) -> list[Block]:
    """This person's open action items."""
    blocks: list[Block] = []
    for index, row in enumerate(rows[:MOST_ITEMS]):
        due = f"By {words.on_day(row.due_on, viewer)}" if row.due_on is not None else ""
        what = words.shortened(row.text, words.LONGEST_OF_MANY)
        blocks.append(Lines((Line(what, detail=due),), "Yours to do" if index == 0 else ""))
        blocks.append(Actions((done_button(Ref("action_item", row.id)),)))
    if (left := len(rows) - MOST_ITEMS) > 0:
        blocks.append(Text(f"… and {left} more.", "subtle"))
    return blocks


def page(
    talks: Sequence[Sequence[Block]],
    parts: Sequence[Sequence[Block]],
    *,
    staff: bool,
    calendar: str = "",
) -> Card:
    """What is planned, then forms to fill in, things to do and items on agendas (`parts`), and the ways to say more."""
    blocks: list[Block] = []
    for one in talks[:MOST]:
        blocks += [*one, Rule()]
    if (left := len(talks) - MOST) > 0:
        blocks += [Text(f"… and {left} more.", "subtle"), Rule()]
    if not talks:
        blocks += [Text("No meeting is planned at the moment."), Rule()]
    for part in parts:
        if part:
            blocks += [*part, Rule()]
    if calendar and talks:
        blocks.append(Link("All of it in your calendar, always up to date", calendar))
    if staff:
        ways = [Button("Plan a meeting", "talk:plan", PAGE, style="primary", form=True)]
    else:
        ways = [Button("Give feedback", "feedback:give", PAGE, form=True)]
    blocks.append(Actions(tuple(ways)))
    title = "Meetings" if not talks else "1 meeting" if len(talks) == 1 else f"{len(talks)} meetings"
    return Card(title, title, tuple(blocks))
