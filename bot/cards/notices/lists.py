"""Draws notices as items of a list: what a contact has not acknowledged, what somebody of the provider steers."""

from __future__ import annotations

from bot.cards.card import Actions, Block, Button, Line, Lines, Text
from bot.cards.notices import words
from bot.cards.notices.board import board_buttons
from bot.cards.notices.may import desk_buttons, may_acknowledge, may_inform
from bot.cards.parts import Viewer
from handlers.mechanisms.broadcast import READ, Broadcast, Reader
from handlers.mechanisms.watching import tally

AT_HAND = ("update", "no_change", "cause")
"""What a list offers of a board's buttons."""


def to_read(broadcast: Broadcast, reader: Reader, viewer: Viewer) -> list[Block]:
    """What is down, what it means here, when there is news; and the one button."""
    detail = [words.beginning(broadcast.impact_for(reader.client.id)), *_next(broadcast, viewer)]
    if reader.receipt.state in READ:
        told = reader.informed_at is not None
        detail.append(f"You acknowledged. Your staff {'was told' if told else 'has not been told the latest yet'}.")
    elif (cover := words.who_covers(broadcast, reader)) is not None:
        detail.append(f"{cover[0]} acknowledged; you may still acknowledge.")
    status = words.status(broadcast.notice)
    item = Line(status.text, detail="\n".join(part for part in detail if part))
    blocks: list[Block] = [Text(broadcast.notice.title, "strong", status.tone), Lines((item,))]
    if may_acknowledge(broadcast, reader):
        button = Button("Acknowledge", "ack", broadcast.ref, broadcast.notice.version, style="primary")
        blocks.append(Actions((button,)))
    elif may_inform(broadcast, reader):
        blocks.append(Actions((Button("Staff informed", "informed", broadcast.ref, broadcast.notice.version),)))
    return blocks


def to_steer(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    """How far it is, when the next word is due, and the ways to say it."""
    notice, counted = broadcast.notice, tally(broadcast.readers)
    detail = [
        f"{notice.ref} · {words.status(notice).text} · {counted.acknowledged} of {counted.sent} acknowledged",
        *_due(broadcast, viewer),
    ]
    buttons = board_buttons(broadcast, [verb for verb in desk_buttons(broadcast) if verb in AT_HAND])
    return [Lines((Line(notice.title, detail="\n".join(detail)),)), *([Actions(buttons)] if buttons else [])]


def to_send(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    """A draft that nobody has got."""
    notice = broadcast.notice
    detail = f"{notice.ref} · not sent yet, begun {viewer.when(notice.created_at)}"
    buttons = (
        Button("Change", "notice:change", broadcast.ref, notice.version, form=True),
        Button("Discard", "notice:discard", broadcast.ref, notice.version, style="danger"),
    )
    return [Lines((Line(notice.title, detail=detail),)), Actions(buttons)]


def _next(broadcast: Broadcast, viewer: Viewer) -> list[str]:
    return [block.text for block in words.next_update(broadcast, viewer) if isinstance(block, Text)]


def _due(broadcast: Broadcast, viewer: Viewer) -> list[str]:
    notice = broadcast.notice
    if broadcast.is_open and notice.next_update_at is not None:
        late = "Your update was due" if viewer.now >= notice.next_update_at else "Your next update is due"
        return [f"{late} by {viewer.on_the_day(notice.next_update_at, notice.started_at)}."]
    if notice.state == "resolved" and notice.root_cause_due_at is not None:
        return [f"The root cause is due by {viewer.when(notice.root_cause_due_at)}."]
    return []
