"""Draws the board of a notice for the provider: how many have read it, who has not, who cannot be reached and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from bot.cards.card import Actions, Block, Button, Card, Fact, Facts, Line, Lines, Link, Rule, Status, Text
from bot.cards.notices import words
from bot.cards.notices.may import asks, desk_buttons
from bot.cards.notices.progress import client_blocks, since
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.broadcast import Broadcast, Reader
from handlers.mechanisms.watching import MOST_NAMED, Named, Watch
from storage.rows import Row

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


def board(watch: Watch, viewer: Viewer, *, page_url: str = "") -> Card:
    """Live: the counts at a glance, then whoever somebody has to look after, then client by client."""
    broadcast, counted = watch.broadcast, watch.all
    notice = broadcast.notice
    latest = broadcast.updates[-1] if broadcast.updates else None
    rest = " on the page" if page_url else ""
    blocks: list[Block] = [
        Text(_heading(watch), "subtle"),
        *_due(broadcast, viewer),
        _counts(watch),
        *_waiting(watch, viewer),
        *_problems(watch, viewer, rest),
        *_buttons(watch),
        *client_blocks(watch, viewer, rest),
        *([Link("Everything on one page", page_url)] if page_url else []),
    ]
    below: list[Block] = [
        *([words.quoted(broadcast, latest, viewer, whole=False)] if latest is not None else []),
        *words.meaning(broadcast, str(notice.impact)),
        *([found] if (found := words.facts(broadcast, viewer, ())).items else []),
    ]
    blocks += [Rule(), *below] if below else []
    summary = f"{notice.ref} {notice.title}: {counted.acknowledged} of {counted.sent} acknowledged"
    return Card(notice.title, summary, tuple(blocks), _status(watch), Ref("board", notice.id), notice.version)


def _heading(watch: Watch) -> str:
    notice = watch.broadcast.notice
    names = list(dict.fromkeys(name for name, _ in watch.clients))
    whose = names[0] if len(names) == 1 else f"{len(names)} clients"
    severity = f"SEV{notice.severity} · " if notice.kind == "outage" else ""
    return f"{notice.ref} · {severity}{words.status(notice).text} · {whose}"


def _status(watch: Watch) -> Status:
    """What somebody who passes by has to know: is anybody left to look after?"""
    if watch.broadcast.notice.state in ("cancelled", "closed"):
        return words.status(watch.broadcast.notice)
    counted = watch.all
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


def _counts(watch: Watch) -> Facts:
    counted = watch.all
    some = [Fact("Reached", f"{counted.reached} of {counted.sent}")]
    asked_to_tell = watch.broadcast.notice.kind != "root_cause"
    if counted.acknowledged and asked_to_tell:  # whoever has read it is asked to tell the staff
        some.append(Fact("Staff informed", f"{counted.relayed} of {counted.acknowledged}"))
    others = (
        ("Overdue", counted.overdue),
        ("Unreachable", counted.unreachable),
        ("On its way", watch.on_its_way),
        ("Covered by others", counted.covered),
    )
    return Facts((*some, *(Fact(label, str(count)) for label, count in others if count)))


def _waiting(watch: Watch, viewer: Viewer) -> list[Block]:
    """Who is left alone until quiet hours end, and from when on nobody is."""
    many, first, last = watch.held
    if last is None:
        return []
    who = "1 person is" if many == 1 else f"{many} people are"
    at = viewer.on_the_day(last, watch.broadcast.notice.started_at)
    return [
        Text(f"{who} told only when quiet hours end, {'' if first == last else 'the last '}at {at}.", tone="warning")
    ]


def number(person: Row[Any]) -> str:
    """What to call, in words where there is nothing."""
    return str(person.phone) or "no number on file"


def _problems(watch: Watch, viewer: Viewer, rest: str) -> list[Block]:
    """Everybody who needs somebody to look after them, with the number to call."""
    broadcast = watch.broadcast
    if broadcast.notice.state in ("cancelled", "closed"):
        return []

    def asked(one: Reader) -> str:
        return f"Asked {viewer.at(one.receipt.call_me_at, broadcast.notice.started_at)}"

    def trouble(one: Reader) -> str:
        when = f"Said {viewer.at(one.receipt.trouble_at, broadcast.notice.started_at)}"
        return f"{when}: {words.beginning(one.receipt.trouble)}" if one.receipt.trouble else when

    some_have = watch.all.acknowledged and asks(broadcast)
    last = watch.silent if some_have and watch.silent.many <= MOST_NAMED else Named(0, ())
    return [
        *_named("Want to be called", watch.wants, asked, rest),
        *_named("Have a problem too", watch.troubled, trouble, rest),
        *_named("Overdue", watch.overdue, lambda one: since(one, broadcast, viewer), rest),
        *_named("Cannot be reached", watch.unreachable, lambda one: one.receipt.reason, rest),
        *_named("Have not answered yet", last, lambda one: since(one, broadcast, viewer), rest),
    ]


def _named(heading: str, named: Named, detail: Callable[[Reader], str], rest: str) -> list[Block]:
    if not named.many:
        return []
    lines = [
        Line(
            f"{one.person.name}, {one.client.name}", detail=" · ".join(filter(None, (number(one.person), detail(one))))
        )
        for one in named.first
    ]
    left = named.many - len(lines)
    more = [Text(f"… and {left} more{rest}.", "subtle")] if left else []
    return [Lines(tuple(lines), f"{heading} ({named.many})"), *more]


def board_buttons(broadcast: Broadcast, verbs: Sequence[str]) -> tuple[Button, ...]:
    """These buttons of a board."""
    ref, version = broadcast.ref, broadcast.notice.version
    looks = ((verb, *LABELS[verb]) for verb in verbs)
    return tuple(
        Button(label, f"notice:{verb}", ref, version, style=style, form=form) for verb, label, style, form in looks
    )


def _buttons(watch: Watch) -> list[Block]:
    row = board_buttons(watch.broadcast, desk_buttons(watch.broadcast, watch.all))
    return [Actions(row)] if row else []
