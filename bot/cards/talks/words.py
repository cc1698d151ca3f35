"""The words that all cards of a talk share: how it stands, when and with whom, what it is about, who does what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.cards.card import Block, Line, Lines, Link, Quote, Rule, Status, Text, Tone
from bot.cards.downtimes.words import beginning, span
from bot.cards.parts import Viewer
from bot.cards.wording import day, duration
from handlers.mechanisms.talks import agenda
from handlers.mechanisms.talks.names import titled
from handlers.mechanisms.talks.standing import Standing
from storage.rows import Row

STATE: dict[str, tuple[str, Tone]] = {
    "due": ("No time yet", "plain"),
    "proposed": ("Times on offer", "plain"),
    "rescheduled": ("Another time is needed", "warning"),
    "confirmed": ("Agreed", "good"),
    "held": ("Held", "good"),
    "closed": ("Held", "good"),
    "missed": ("Missed", "bad"),
    "skipped": ("Left out", "muted"),
}
GLANCE = 5
"""So many things of an agenda stand above the buttons; of a longer one all of it below."""
LONGEST_GLANCE = 90
MANY, LONGEST_OF_MANY = 10, 72
"""Of more lines than that each has so many letters, so that all of them are seen."""
LONG_TEXT, LONG_NOTES = 300, 700
"""Longer words of a person stand below the buttons in full."""
DONE: dict[str, str] = {"done": "done", "dropped": "will not be done"}


def next_one(standing: Standing) -> str:
    """What comes instead of one that does not take place; "" where nothing comes by itself."""
    return "The next one is planned as usual." if standing.comes_again else ""


def status(standing: Standing) -> Status:
    """The pill, for whoever is not asked for anything."""
    if standing.lapsed:
        return Status("No time was picked", "muted")
    if standing.is_over:
        return Status("Over: no notes yet", "plain")
    return Status(*STATE[standing.state])


def slot(row: Row[Any], viewer: Viewer) -> str:
    """A time on offer on the reader's wall: "Thu Jun 11, 10:00 AM to 10:30 AM EDT"."""
    return span(row.starts_at, row.ends_at, viewer.timezone, viewer.locale, viewer.now)


def agreed_time(standing: Standing, viewer: Viewer) -> str:
    """The agreed time on the reader's wall, "" while there is none."""
    row = standing.row
    return slot(row, viewer) if row.starts_at is not None and row.ends_at is not None else ""


def with_whom(standing: Standing, viewer: Viewer, provider: str) -> str:
    """ "30 minutes with Sofia Marchetti, Harborline IT", for the provider with the client's people."""
    absent = standing.name(standing.row.stands_in_for)
    lasts = duration(timedelta(minutes=standing.row.minutes), viewer.locale)
    if viewer.staff:
        name = standing.name(standing.row.decided_by)
        whom = f"{name}, {standing.client.name}" if name else standing.client.name
        holder = "You stand" if viewer.id == standing.row.owner_id else f"{standing.owner} stands"
        return f"{lasts} with {whom}" + (f". {holder} in for {absent}." if absent else "")
    said = f"{lasts} with {standing.owner}, {provider}" if standing.owner else f"{lasts} with {provider}"
    return f"{said}, who stands in for {absent}" if absent else said


def how(standing: Standing, *, calendar: str = "") -> list[Block]:
    """Where, with the link to join and the one that puts it into the reader's calendar."""
    row = standing.row
    place = row.place or {"phone": "On the phone", "in_person": "In person"}.get(row.channel, "")
    return [
        *([Text(f"Where: {place}")] if place else []),
        *([Link("Join", row.link)] if row.link and standing.state == "confirmed" and not standing.is_over else []),
        *([Link("Add to calendar", calendar)] if calendar else []),
    ]


def at_a_glance(lines: Sequence[agenda.Line], viewer: Viewer) -> list[Block]:
    """What it is about: a short agenda whole, of a longer one the beginning."""
    if not lines:
        return [Text("Nothing is on the agenda yet.", "subtle")]
    if not is_long(lines):
        return in_full(lines, viewer)
    shown = lines if len(lines) <= GLANCE else lines[: GLANCE - 1]
    left = len(lines) - len(shown)
    more = [Text(f"… and {left} more, in full below.", "subtle")] if left else []
    return [Lines(tuple(Line(shortened(_named(one))) for one in shown), "On the agenda"), *more]


def is_long(lines: Sequence[agenda.Line]) -> bool:
    """Whether an agenda would push the buttons too far down."""
    return len(lines) > GLANCE or any(len(_named(one)) > LONGEST_GLANCE for one in lines)


def in_full(lines: Sequence[agenda.Line], viewer: Viewer, heading: str = "On the agenda") -> list[Block]:
    """Every line with what is to be said beside it."""
    cut = len(lines) > MANY
    shown = tuple(
        Line(shortened(_named(one), LONGEST_OF_MANY) if cut else _named(one), detail=beside(one, viewer))
        for one in lines
    )
    return [Lines(shown, heading)] if shown else []


def whole_agenda(lines: Sequence[agenda.Line], viewer: Viewer) -> list[Block]:
    """The same below the buttons, where what stands above is only its beginning."""
    return in_full(lines, viewer, "Everything on the agenda") if is_long(lines) else []


def beside(line: agenda.Line, viewer: Viewer) -> str:
    """What stands beside a line of the agenda."""
    moment = _moment(line.at, viewer)
    note = line.note.replace("waits on you", "waits on the client") if viewer.staff else line.note
    if line.kind == "form":
        return f"The form before this meeting: {note}" if "not answered" in note else f"From the form: {note}"
    if line.kind == "action":
        return f"From an earlier meeting: {note}" + (f", by {moment}" if moment else "")
    if line.kind == "approval":
        return "Waits for a decision" + (" of the client" if viewer.staff else " of your company")
    if line.kind == "downtime":
        return f"Planned work, {moment}"
    if line.kind == "project":
        return f"Project · {note}"
    return f"Added by {note}" if line.kind == "item" else f"Case · {note}"


def actions(standing: Standing, viewer: Viewer, heading: str = "Who does what") -> list[Block]:
    """What it left to do: what is open first."""
    rows = sorted(standing.actions, key=lambda one: one.state != "open")
    most = LONGEST_OF_MANY if len(rows) > MANY else 1000
    lines = tuple(
        Line(
            ("" if one.state == "open" else "✓ " if one.state == "done" else "– ") + shortened(one.text, most),
            detail=doer(one, standing, viewer),
        )
        for one in rows
    )
    return [Lines(lines, heading)] if lines else []


def doer(row: Row[Any], standing: Standing, viewer: Viewer) -> str:
    """ "You, by Fri Jun 12", "Sofia Marchetti: done"."""
    who = "You" if row.owner_id == viewer.id else standing.name(row.owner_id) or "Somebody who has left"
    if row.state != "open":
        return f"{who}: {DONE[row.state]}"
    return f"{who}, by {on_day(row.due_on, viewer)}" if row.due_on is not None else who


def on_day(when: date, viewer: Viewer) -> str:
    """A day as this reader writes days."""
    return day(when, viewer.locale, viewer.now.date())


def notes(standing: Standing) -> list[Block]:
    """What was said; long notes by their beginning (see `notes_in_full`)."""
    row = standing.row
    said = f"What was said, by {row.ended_by}" if row.ended_by else "What was said"
    return [Quote(said, beginning(row.notes, LONG_NOTES))] if row.notes else []


def notes_in_full(standing: Standing) -> list[Block]:
    """Notes of which only the beginning stands above."""
    row = standing.row
    return [Rule(), Quote("What was said, in full", row.notes)] if len(row.notes) > LONG_NOTES else []


def in_persons_words(who: str, text: str) -> list[Block]:
    """Somebody's words beside times; long ones by their beginning."""
    return [Quote(who, beginning(text, LONG_TEXT))] if text else []


def asker(standing: Standing) -> str:
    """Which contact asked last for another time, else the client."""
    return standing.name(standing.row.moved_by) or str(standing.client.name)


def reason(standing: Standing, viewer: Viewer) -> list[Block]:
    """Why a contact asked for another time, whether or not one was named; long words by their beginning."""
    row = standing.row
    return in_persons_words("You wrote" if row.moved_by == viewer.id else f"{asker(standing)} wrote", row.moved_why)


def reason_in_full(standing: Standing) -> list[Block]:
    """The same words where only their beginning stands above."""
    said = standing.row.moved_why
    return [Rule(), Quote(f"{asker(standing)} wrote, in full", said)] if len(said) > LONG_TEXT else []


def byline(standing: Standing, viewer: Viewer, provider: str) -> Text:
    """The reference, who holds it and since when it is planned."""
    row = standing.row
    since = viewer.when(row.proposed_at or row.created_at)
    owner = f"{standing.owner}, {provider}" if standing.owner else provider
    return Text(f"{row.ref} · {owner} · {since}", "subtle")


def named(row: Row[Any]) -> str:
    """What a talk is called, from its row alone."""
    return titled(row.kind, row.title)


def _named(line: agenda.Line) -> str:
    return f"{line.name}: {line.text}" if line.name else line.text


def shortened(text: str, most: int = LONGEST_GLANCE) -> str:
    """One line of somebody's words, of long ones the beginning."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most].rsplit(' ', 1)[0]} …"


def _moment(said: str, viewer: Viewer) -> str:
    """A day or an instant in ISO 8601 as this reader writes it."""
    if not said:
        return ""
    return viewer.when(datetime.fromisoformat(said)) if "T" in said else on_day(date.fromisoformat(said), viewer)
