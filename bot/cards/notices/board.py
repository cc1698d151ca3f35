"""Draws the board of a notice for the provider: how many have read it, who has not, who cannot be reached and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from bot.cards.card import Actions, Block, Button, Card, Fact, Facts, Line, Lines, Link, Rule, Status, Text
from bot.cards.notices import words
from bot.cards.notices.may import asks, desk_buttons
from bot.cards.notices.progress import client_blocks, since
from bot.cards.notices.tally import tally
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.broadcast import READ, Broadcast, Reader
from storage.rows import Row

MOST_NAMED = 6
"""People in one list of exceptions: there are buttons below it."""

Style = Literal["plain", "primary", "danger"]
LABELS: dict[str, tuple[str, Style, bool]] = {
    "update": ("Update", "primary", True),
    "no_change": ("No change", "plain", False),
    "resolve": ("Resolve", "plain", True),
    "remind": ("Remind now", "plain", False),
    "phone": ("Record a phone acknowledgement", "plain", True),
    "cause": ("Share root cause", "primary", True),
    "reopen": ("Reopen", "plain", True),
    "change": ("Change", "plain", True),
    "cancel": ("Cancel notice", "danger", True),
}
"""What a board's button is called, how it looks, whether it opens a form."""


def board(broadcast: Broadcast, viewer: Viewer, *, page_url: str = "") -> Card:
    """Live: the counts at a glance, then whoever somebody has to look after, then client by client."""
    notice, counted = broadcast.notice, tally(broadcast.readers)
    latest = broadcast.updates[-1] if broadcast.updates else None
    rest = " on the page" if page_url else ""
    blocks: list[Block] = [
        Text(_heading(broadcast), "subtle"),
        *_due(broadcast, viewer),
        _counts(broadcast, viewer),
        *_waiting(broadcast, viewer),
        *_problems(broadcast, viewer, rest),
        *_buttons(broadcast),
        *client_blocks(broadcast, viewer, rest),
        *([Link("Everything on one page", page_url)] if page_url else []),
    ]
    below: list[Block] = [
        *([words.quoted(broadcast, latest, viewer, whole=False)] if latest is not None else []),
        *words.meaning(broadcast, str(notice.impact)),
        *([found] if (found := words.facts(broadcast, viewer, ())).items else []),
    ]
    blocks += [Rule(), *below] if below else []
    summary = f"{notice.ref} {notice.title}: {counted.acknowledged} of {counted.sent} acknowledged"
    return Card(notice.title, summary, tuple(blocks), _status(broadcast), Ref("board", notice.id), notice.version)


def _heading(broadcast: Broadcast) -> str:
    notice = broadcast.notice
    names = list(dict.fromkeys(place.client.name for place in broadcast.places))
    whose = names[0] if len(names) == 1 else f"{len(names)} clients"
    severity = f"SEV{notice.severity} · " if notice.kind == "outage" else ""
    return f"{notice.ref} · {severity}{words.status(notice).text} · {whose}"


def _status(broadcast: Broadcast) -> Status:
    """What somebody who passes by has to know: is anybody left to look after?"""
    if broadcast.notice.state in ("cancelled", "closed"):
        return words.status(broadcast.notice)
    counted = tally(broadcast.readers)
    said = f"{counted.acknowledged} of {counted.sent} acknowledged"
    if counted.quiet:
        return Status(said, "good")
    return Status(said, "warning" if counted.overdue or counted.unreachable else "plain")


def _due(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    """When the next word is due, or what is owed after the end."""
    notice = broadcast.notice
    blocks: list[Block] = []
    if broadcast.is_open and notice.next_update_at is not None:
        due = viewer.on_the_day(notice.next_update_at, notice.started_at)
        late = viewer.now >= notice.next_update_at
        said = f"Your update was due by {due}." if late else f"Your next update is due by {due}."
        blocks.append(Text(said, "strong", "bad" if late else "plain"))
    if notice.state == "resolved" and notice.resolved_at is not None and notice.kind != "root_cause":
        blocks.append(Text(f"Resolved {viewer.at(notice.resolved_at, notice.started_at)}.", "strong", "good"))
        if notice.root_cause_due_at is not None:
            blocks.append(Text(f"The root cause is due by {viewer.when(notice.root_cause_due_at)}.", "strong"))
    if notice.state in ("cancelled", "closed") and notice.closed_why:
        blocks.append(Text(notice.closed_why))
    return blocks


def _counts(broadcast: Broadcast, viewer: Viewer) -> Facts:
    counted = tally(broadcast.readers)
    some = [Fact("Reached", f"{counted.reached} of {counted.sent}")]
    if counted.acknowledged and broadcast.notice.kind != "root_cause":  # whoever has read it is asked to tell the staff
        some.append(Fact("Staff informed", f"{counted.relayed} of {counted.acknowledged}"))
    others = (
        ("Overdue", counted.overdue),
        ("Unreachable", counted.unreachable),
        ("On its way", sum(one.stage == "queued" and not one.waits(viewer.now) for one in broadcast.readers)),
        ("Covered by others", counted.covered),
    )
    return Facts((*some, *(Fact(label, str(count)) for label, count in others if count)))


def _waiting(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    """Who is left alone until quiet hours end, and from when on nobody is."""
    until = [one.waits_until for one in broadcast.readers if one.waits_until is not None and one.waits(viewer.now)]
    if not until:
        return []
    who = "1 person is" if len(until) == 1 else f"{len(until)} people are"
    last = viewer.on_the_day(max(until), broadcast.notice.started_at)
    when = f"at {last}" if len(set(until)) == 1 else f"the last at {last}"
    return [Text(f"{who} told only when quiet hours end, {when}.", tone="warning")]


def number(person: Row[Any]) -> str:
    """What to call, in words where there is nothing."""
    return str(person.phone) or "no number on file"


def _problems(broadcast: Broadcast, viewer: Viewer, rest: str) -> list[Block]:
    """Everybody who needs somebody to look after them, with the number to call."""
    if broadcast.notice.state in ("cancelled", "closed"):
        return []

    def staged(stage: str) -> list[Reader]:
        return [one for one in broadcast.readers if one.stage == stage]

    def asked(one: Reader) -> str:
        return f"Asked {viewer.at(one.receipt.call_me_at, broadcast.notice.started_at)}"

    def trouble(one: Reader) -> str:
        when = f"Said {viewer.at(one.receipt.trouble_at, broadcast.notice.started_at)}"
        return f"{when}: {words.beginning(one.receipt.trouble)}" if one.receipt.trouble else when

    silent = [one for one in broadcast.readers if one.stage in ("queued", "sent") and not one.waits(viewer.now)]
    some_have = any(one.stage in READ for one in broadcast.readers) and asks(broadcast)
    last = silent if some_have and len(silent) <= MOST_NAMED else []
    wants = [one for one in broadcast.readers if one.receipt.call_me_at is not None]
    troubled = [one for one in broadcast.readers if one.receipt.trouble_at is not None]
    return [
        *_named("Want to be called", wants, asked, rest),
        *_named("Have a problem too", troubled, trouble, rest),
        *_named("Overdue", staged("overdue"), lambda one: since(one, broadcast, viewer), rest),
        *_named("Cannot be reached", staged("undeliverable"), lambda one: one.receipt.reason, rest),
        *_named("Have not answered yet", last, lambda one: since(one, broadcast, viewer), rest),
    ]


def _named(heading: str, readers: Sequence[Reader], detail: Callable[[Reader], str], rest: str) -> list[Block]:
    if not readers:
        return []
    lines = [
        Line(
            f"{one.person.name}, {one.client.name}", detail=" · ".join(filter(None, (number(one.person), detail(one))))
        )
        for one in readers[:MOST_NAMED]
    ]
    left = len(readers) - len(lines)
    more = [Text(f"… and {left} more{rest}.", "subtle")] if left else []
    return [Lines(tuple(lines), f"{heading} ({len(readers)})"), *more]


def board_buttons(broadcast: Broadcast, verbs: Sequence[str]) -> tuple[Button, ...]:
    """These buttons of a board."""
    ref, version = broadcast.ref, broadcast.notice.version
    looks = ((verb, *LABELS[verb]) for verb in verbs)
    return tuple(
        Button(label, f"notice:{verb}", ref, version, style=style, form=form) for verb, label, style, form in looks
    )


def _buttons(broadcast: Broadcast) -> list[Block]:
    row = board_buttons(broadcast, desk_buttons(broadcast))
    return [Actions(row)] if row else []
