"""Draws how far each client is with a notice: everybody where they are few, counts and exceptions where many."""

from __future__ import annotations

from datetime import datetime

from bot.cards.card import Block, Line, Lines, Text
from bot.cards.notices.tally import by_client, offices_of
from bot.cards.parts import Viewer
from bot.cards.wording import all_of, duration
from handlers.mechanisms.broadcast import Broadcast, Reader
from handlers.mechanisms.relaying import TOLD
from handlers.mechanisms.watching import Watch

MOST_CLIENTS = 12
STAGE = {
    "queued": "On its way",
    "sent": "Not read yet",
    "overdue": "Overdue",
    "covered": "Covered",
    "acknowledged": "Acknowledged",
    "relayed": "Staff informed",
    "undeliverable": "Unreachable",
}
HELD = "Quiet hours"
"""For somebody who is told only when these end."""


def client_blocks(watch: Watch, viewer: Viewer, rest: str) -> list[Block]:
    """Client by client, those with a problem first. `rest` says where the others are to be found."""
    if watch.few:
        return _everybody(watch.broadcast, viewer)
    clients = watch.clients
    open_ones = [(name, counted) for name, counted in clients if not counted.quiet]
    lines = []
    for name, counted in open_ones[:MOST_CLIENTS]:
        notes = (
            f"{counted.overdue} overdue" if counted.overdue else "",
            f"{counted.unreachable} unreachable" if counted.unreachable else "",
            f"{counted.relayed} told their staff" if counted.relayed else "",
        )
        lines.append(
            Line(name, f"{counted.acknowledged} of {counted.sent}", " · ".join(note for note in notes if note))
        )
    done = len(clients) - len(open_ones)
    blocks: list[Block] = [Lines(tuple(lines), f"Clients with somebody to answer ({len(open_ones)})")] if lines else []
    if left := len(open_ones) - len(lines):
        blocks.append(Text(f"… and {left} more clients{rest}.", "subtle"))
    if done:
        blocks.append(Text(f"At {done} of {len(clients)} clients nobody is waited for any more.", "subtle"))
    return blocks


def since(reader: Reader, broadcast: Broadcast, viewer: Viewer) -> str:
    """What happened with one reader, in the viewer's time: "Sent and reached 10:42 AM, acknowledged 10:45 AM EDT"."""
    receipt, named = reader.receipt, broadcast.notice.started_at
    steps: list[tuple[str, str, str]] = []

    def step(words: str, at: object, *, counted: bool = False) -> None:
        after = f" (after {duration(at - receipt.asked_at, viewer.locale)})" if counted else ""
        steps.append((words, viewer.on_the_day(at, named), after))  # type: ignore[arg-type]

    if reader.stage != "queued":
        soon = reader.reached_at is not None and (reader.reached_at - receipt.asked_at).total_seconds() < 60
        step("sent and reached" if soon else "sent", receipt.asked_at)
        if reader.reached_at is not None and not soon:
            step("reached", reader.reached_at)
    if receipt.acked_at is not None:
        step("acknowledged on the phone" if receipt.via == "phone" else "acknowledged", receipt.acked_at, counted=True)
    told = last_told(reader, broadcast)
    if told is not None:
        of_what = "staff informed" if reader.informed_at is not None else "staff informed of an earlier step"
        step(of_what, told, counted=True)
    said = ", ".join(f"{words} {at}{after}" for words, at, after in _without_zones(steps))
    return said[:1].upper() + said[1:]


def last_told(reader: Reader, broadcast: Broadcast) -> datetime | None:
    """When the staff was told last, be it of an earlier step."""
    told = [row.told_at for row in broadcast.relays if row.person_id == reader.person.id and row.state in TOLD]
    return max([*told, *([reader.informed_at] if reader.informed_at is not None else [])], default=None)


def _without_zones(steps: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The zone stands once, at the last time, where all times are of the same."""
    zones = {at.rpartition(" ")[2] for _, at, _ in steps}
    if len(zones) != 1:
        return steps
    cut = [(words, at.rpartition(" ")[0], after) for words, at, after in steps[:-1]]
    return [*cut, *steps[-1:]]


def _everybody(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    blocks: list[Block] = []
    for client, readers in by_client(broadcast):
        offices = [place.name for place in offices_of(broadcast, client.id)]
        heading = f"{client.name} ({all_of(offices)})" if offices else client.name
        if not readers:
            blocks += [Text(heading, "strong"), Text("Nobody could be asked here.", tone="bad")]
            continue
        blocks.append(Lines(tuple(_line(one, broadcast, viewer, len(offices) > 1) for one in readers), heading))
    return blocks


def _line(reader: Reader, broadcast: Broadcast, viewer: Viewer, offices: bool) -> Line:
    where = all_of(tuple(dict.fromkeys(place.name for place in reader.places))) if offices else ""
    how = f"{reader.receipt.reason}" if reader.stage == "undeliverable" else since(reader, broadcast, viewer)
    stage = STAGE[reader.stage]
    if reader.stage == "queued" and reader.waits_until is not None and reader.waits(viewer.now):
        stage, how = HELD, f"To be told {viewer.at(reader.waits_until, broadcast.notice.started_at)}"
    return Line(reader.person.name, stage, " · ".join(part for part in (where, how) if part))
