"""Draws a talk for whoever of the provider holds it: how it stands, whom to call, what is to be written down."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Actions, Block, Card, Fact, Facts, Line, Lines, Link, Quote, Status, Text
from bot.cards.parts import Viewer
from bot.cards.talks import agreed, may, silence, words
from handlers.mechanisms.talks.agenda import Line as Item
from handlers.mechanisms.talks.names import recorded
from handlers.mechanisms.talks.standing import Standing


def desk(standing: Standing, viewer: Viewer, lines: Sequence[Item], *, provider: str, calendar: str = "") -> Card:
    """Live from when it is due until it is closed."""
    buttons = may.desk_buttons(standing)
    over = standing.state in agreed.AFTER
    blocks: list[Block] = [
        Text(words.with_whom(standing, viewer, provider), "subtle"),
        *_body(standing, viewer, provider, calendar),
        *([] if over else words.at_a_glance(lines, viewer)),
        *([Actions(tuple(buttons))] if buttons else []),
        *(words.in_full(lines, viewer, "What it was about") if over else words.whole_agenda(lines, viewer)),
        *words.notes_in_full(standing),
        *(words.reason_in_full(standing) if standing.state == "rescheduled" else []),
        words.byline(standing, viewer, provider),
    ]
    title = f"{standing.title} · {standing.client.name}"
    status = desk_status(standing)
    summary = f"{standing.row.ref} {title}: {status.text.lower()}"
    row = standing.row
    return Card(title, summary, tuple(blocks), status, standing.ref, row.version, row.revision)


def desk_status(standing: Standing) -> Status:
    """What it waits for, as the provider sees it."""
    if standing.state == "due" and not standing.by_chat:
        return Status("Please call", "ask")
    if standing.state == "rescheduled":
        return Status("Needs your answer", "ask")
    if standing.state == "proposed" and not standing.lapsed:
        return Status("Times on offer", "plain")
    if standing.is_over:
        return Status("How was it?", "ask")
    if standing.state == "held":
        return Status("Held: not closed yet", "warning" if standing.missing else "ask")
    if standing.state == "closed":
        return Status("Closed", "good")
    return words.status(standing)


def phones(standing: Standing) -> list[Block]:
    """Whom to call: who decides for the client, at the number on file."""
    people = [standing.people[id_] for id_ in standing.deciders() if id_ in standing.people]
    facts = tuple(Fact(one.name, one.phone or "no number on file") for one in people[:3])
    return [Facts(facts)] if facts else []


def missing(standing: Standing) -> list[Block]:
    """ "1 of 4 missing: hardware warranty report"; what is on file with where it is."""
    if not standing.rule.records:
        return []
    lines: list[Block] = []
    for one in standing.records:
        name = recorded(one.kind)
        label = f"{name[:1].upper()}{name[1:]}"
        if one.url:
            lines.append(Link(label, one.url))
        elif one.waived_why:
            lines.append(Quote(f"{label}: none, says {one.by}", one.waived_why))
        else:
            lines.append(Text(f"{label}: on file, says {one.by}", "subtle"))
    if standing.missing and standing.state != "closed":
        said = f"{len(standing.missing)} of {len(standing.rule.records)} missing: {', '.join(standing.missing)}"
        lines.append(Text(said, "strong", "warning"))
        if standing.state == "held":
            lines.append(Text("It can be closed when all are on file, or when somebody says why there is none."))
    return lines


def _body(standing: Standing, viewer: Viewer, provider: str, calendar: str) -> list[Block]:
    state, row = standing.state, standing.row
    if state in ("held", "closed"):
        when = words.agreed_time(standing, viewer)
        return [
            *([Text(when)] if when else []),
            *words.notes(standing),
            *words.actions(standing, viewer),
            *missing(standing),
        ]
    if state in ("missed", "skipped"):
        return agreed.ended(standing, viewer, provider)
    if state == "confirmed":
        return [*_agreed(standing, viewer, calendar), *missing(standing)]
    if state == "rescheduled":
        return [*_wanted(standing, viewer), *phones(standing)]
    if state == "proposed":
        lines = tuple(Line(words.slot(one.row, viewer)) for one in standing.offers)
        times: list[Block] = [Lines(lines, "Times on offer")] if lines else []
        return [*silence.waited_for(standing, viewer), *times, *silence.ending(standing, viewer)]
    if not standing.by_chat:
        way = "a visit" if row.channel == "in_person" else "the phone"
        said = f"{standing.client.name} prefers {way}: please call and agree on a time. Nothing goes to them by chat."
        return [Text(said, "strong"), *phones(standing), *_due(standing, viewer)]
    return [Text("No time is on offer yet.", "strong"), *_due(standing, viewer)]


def _agreed(standing: Standing, viewer: Viewer, calendar: str) -> list[Block]:
    blocks: list[Block] = [Text(words.agreed_time(standing, viewer), "large")]
    if standing.is_over:
        blocks.append(Text("The time is over. Please write down what was said, or that nobody came.", "strong"))
    blocks += words.how(standing, calendar=calendar if standing.is_ahead else "")
    if not standing.by_chat:
        blocks += phones(standing)
    return [*blocks, *agreed.who_agreed(standing, viewer)]


def _wanted(standing: Standing, viewer: Viewer) -> list[Block]:
    named = standing.named
    said = f"{words.asker(standing)} cannot make it."
    if named is not None:
        said = f"{named.row.offered_by} would like {words.slot(named.row, viewer)}."
    past: list[Block] = []
    if named is not None and named.over:
        past = [Text("That time has passed: please offer others.", "strong", "warning")]
    waits: list[Block] = [Text("Nothing is agreed until you answer.")]
    return [Text(said, "strong"), *words.reason(standing, viewer), *past, *waits]


def _due(standing: Standing, viewer: Viewer) -> list[Block]:
    usual = tuple(Line(words.slot(one.row, viewer)) for one in standing.offers if not one.over)
    due = Text(f"Due {words.on_day(standing.row.due_on, viewer)}.")
    return [due, *([Lines(usual, "Times to suggest")] if usual else [])]
