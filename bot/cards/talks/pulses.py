"""Draws a pulse for whoever of the provider asks for it: how to ask, what was found, what it suggests and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.cards.card import (
    Actions,
    Block,
    Button,
    Card,
    Fact,
    Facts,
    Line,
    Lines,
    Quote,
    Rule,
    Status,
    Text,
    Tone,
)
from bot.cards.downtimes.words import LONG_TEXT, beginning
from bot.cards.parts import Viewer
from bot.cards.wording import all_of
from handlers.commands import Ref
from handlers.mechanisms.talks.suggesting import Said
from storage.rows import Row

COLOUR: dict[str, tuple[str, Tone]] = {
    "green": ("Green: all is well", "good"),
    "amber": ("Amber: needs attention", "warning"),
    "red": ("Red: at risk", "bad"),
}
PREFERENCE = {
    "normal": "As often as now",
    "frequent": "Hear from us more often",
    "light": "Hear from us less often",
}
RHYTHMS = (("pulse", "Pulse", "7 days"), ("vcio_meeting", "vCIO meeting", "3 months"))


@dataclass(frozen=True)
class Around:
    """What a pulse's card needs besides its row: the client, whom to call, the rhythm now, the pulse before it."""

    client: Row[Any]
    contact: Row[Any] | None = None
    every: Mapping[str, str] | None = None
    """How often now: {"pulse": "14 days", "vcio_meeting": "3 months"}."""
    last: Row[Any] | None = None
    coming: Mapping[str, datetime] = field(default_factory=dict)
    """What happens by itself, by its deed: {"remind": moment, "late": moment}."""
    above: str = ""
    """Whoever hears of it when nobody logs it."""


def pulse_card(row: Row[Any], around: Around, viewer: Viewer, *, lead: str = "") -> Card:
    """Asked, logged, suggested and settled, on the one card; `lead` is what a reminder begins with."""
    ref = Ref("pulse", row.id)
    name = around.client.name
    if row.state == "skipped":
        why = [Quote(row.logged_by, row.text)] if row.text else []
        blocks: tuple[Block, ...] = (Text("Left out. The next one comes as usual."), *why)
        return Card(f"Pulse · {name}", f"Pulse of {name}: left out", blocks, Status("Left out", "muted"), ref)
    if row.state == "asked":
        return _asked(row, around, viewer, lead)
    body = [*_found(row, viewer), *_suggested(row, around, viewer, lead), *_in_full(row)]
    colour, tone = COLOUR.get(row.temperature, ("Logged", "plain"))
    waits = bool(row.suggested) and row.settled_at is None
    status = Status("Please confirm the rhythm", "ask") if waits and lead else Status(colour, tone)
    summary = f"Pulse of {name}: {colour.lower()}"
    return Card(f"Pulse · {name}", summary, tuple(body), status, ref)


def buttons(row: Row[Any]) -> list[Button]:
    """What can be done with it now."""
    ref = Ref("pulse", row.id)
    if row.state == "asked":
        return [
            Button("Log the pulse", "pulse:log", ref, style="primary", form=True),
            Button("Skip with reason", "pulse:skip", ref, style="danger", form=True),
        ]
    if row.state == "logged" and row.suggested and row.settled_at is None:
        return [
            Button("Confirm", "pulse:confirm", ref, style="primary"),
            Button("Keep with reason", "pulse:keep", ref, form=True),
        ]
    return []


def growth(row: Row[Any]) -> str:
    """ "118 → 142 (+20.3 %)", as much of it as is known."""
    if row.users is None:
        return ""
    if row.users_year_ago is None:
        return str(row.users)
    said = Said(row.temperature, row.users, row.users_year_ago).growth
    return f"{row.users_year_ago} → {row.users}" + (f" ({said.replace('-', '−')})" if said else "")


def _asked(row: Row[Any], around: Around, viewer: Viewer, lead: str) -> Card:
    name, contact = around.client.name, around.contact
    blocks: list[Block] = []
    if lead:
        blocks.append(Text(lead, "strong"))
    if row.channel == "chat":
        blocks.append(Text(f"How is it going with {name}? Ask them, or say what you know."))
    else:
        way = "a visit" if row.channel == "in_person" else "the phone"
        whom = contact.name if contact is not None else "the contact"
        blocks.append(Text(f"Please call {whom}: {name} prefers {way}.", "strong"))
    if contact is not None:
        blocks.append(Facts((Fact(contact.name, contact.phone or "no number on file"),)))
    if (last := around.last) is not None and last.logged_at is not None:
        said = [f"Last time: {COLOUR[last.temperature][0].lower()}" if last.temperature in COLOUR else "", growth(last)]
        users = f"{said[1]} users" if said[1] else ""
        blocks.append(
            Text(" · ".join(part for part in (said[0], users, viewer.when(last.logged_at)) if part), "subtle")
        )
        blocks += (
            [Quote(f"{last.logged_by}, last time", beginning(last.text).replace(" (in full below)", ""))]
            if last.text
            else []
        )
    blocks.append(Actions(tuple(buttons(row))))
    blocks += _silence(around, viewer)
    blocks.append(Text("Only your team sees this. Nothing is sent to the client.", "subtle"))
    status = Status("Please call", "ask") if row.channel != "chat" else Status("How is it going?", "ask")
    title = f"Pulse · {name}"
    return Card(title, f"Pulse of {name}: {status.text.lower()}", tuple(blocks), status, Ref("pulse", row.id))


def _silence(around: Around, viewer: Viewer) -> list[Block]:
    """What comes by itself while nobody says anything."""
    coming, said = around.coming, []
    for deed in ("remind", "remind_settle"):
        if deed in coming:
            said.append(f"you are reminded on {viewer.when(coming[deed])}")
    if "late" in coming:
        said.append(f"{around.above or 'your supervisor'} hears of it on {viewer.when(coming['late'])}")
    return [Text(f"If you do nothing, {all_of(said)}.", "subtle")] if said else []


def _found(row: Row[Any], viewer: Viewer) -> list[Block]:
    facts = [Fact("Users", said)] if (said := growth(row)) else []
    facts.append(Fact("Prefers", PREFERENCE.get(row.preference, row.preference)))
    blocks: list[Block] = [Facts(tuple(facts))]
    if row.text:
        blocks.append(Quote(f"{row.logged_by} wrote", beginning(row.text)))
    if row.logged_at is not None:
        blocks.append(Text(f"Logged by {row.logged_by}, {viewer.when(row.logged_at)}", "subtle"))
    return blocks


def _in_full(row: Row[Any]) -> list[Block]:
    return [Rule(), Quote(f"{row.logged_by} wrote, in full", row.text)] if len(row.text) > LONG_TEXT else []


def _suggested(row: Row[Any], around: Around, viewer: Viewer, lead: str) -> list[Block]:
    """What it suggests beside what holds now, why, and how a person has settled it."""
    suggested = row.suggested or {}
    lines = _rhythms(suggested, around.every or {})
    why = [str(one) for one in suggested.get("why", ())]
    if not suggested:
        return []
    if row.settled_at is not None:
        verb = "Kept as it was" if row.kept else "Confirmed"
        blocks: list[Block] = [
            Text(
                f"{verb} by {row.settled_by}, {viewer.when(row.settled_at)}.", "strong", "plain" if row.kept else "good"
            ),
            *([Quote(row.settled_by, row.settled_why)] if row.settled_why != " ".join(why) else []),
        ]
        heading = "It was suggested" if row.kept else "The rhythm from now on"
        return [*blocks, *([Lines(tuple(_plain(suggested)), heading)] if suggested else []), *_why(why)]
    head = [Text(lead, "strong")] if lead else []
    return [
        *head,
        Lines(lines, "Suggested rhythm"),
        *_why(why),
        Text("Nothing changes until you confirm it.", "strong"),
        Actions(tuple(buttons(row))),
        *_silence(around, viewer),
    ]


def _rhythms(suggested: Mapping[str, Any], every: Mapping[str, str]) -> tuple[Line, ...]:
    """ "Pulse every 7 days", with what holds now beside it."""
    lines = []
    for kind, name, _ in RHYTHMS:
        if kind not in suggested:
            continue
        now, then = every.get(kind, ""), str(suggested[kind])
        beside = "as now" if now == then else f"now: {_often(now)}" if now else ""
        lines.append(Line(f"{name} {_often(then)}", detail=beside))
    return tuple(lines)


def _plain(suggested: Mapping[str, Any]) -> Sequence[Line]:
    return [Line(f"{name} {_often(str(suggested[kind]))}") for kind, name, _ in RHYTHMS if kind in suggested]


def _often(every: str) -> str:
    """ "every 7 days", "every month", "never"."""
    if every in ("", "never"):
        return every or "not yet"
    count, _, unit = every.partition(" ")
    return f"every {unit}" if count == "1" else f"every {every}"


def _why(sentences: Sequence[str]) -> list[Block]:
    return [Lines(tuple(Line(one) for one in sentences), "Why")] if sentences else []
