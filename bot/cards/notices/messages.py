"""Draws the short messages that follow a notice: a progress line in its thread, a reminder to acknowledge."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Block, Card, Fact, Facts, Text
from bot.cards.notices import words
from bot.cards.notices.may import may_acknowledge
from bot.cards.notices.reader import answers, buttons
from bot.cards.notices.silence import unanswered
from bot.cards.parts import Viewer
from handlers.mechanisms.broadcast import Broadcast, Reader
from handlers.mechanisms.prospects import NOTHING, Prospects
from storage.rows import Row

LEADS = {
    "update": "Update",
    "no_change": "No change yet",
    "resolved": "It works again",
    "reopened": "It is back",
    "cancelled": "False alarm",
    "changed": "Corrected",
}


def update_card(
    broadcast: Broadcast, reader: Reader, viewer: Viewer, number: int, prospects: Prospects = NOTHING
) -> Card | None:
    """What is new at one step, as it was said then; None for a step that never was."""
    row = next((one for one in broadcast.updates if one.number == number), None)
    if row is None:
        return None
    notice, last = broadcast.notice, number == broadcast.latest
    news = words.said(row).removeprefix("No change yet. ")  # the title says it
    blocks: list[Block] = [Text(news), *_corrected(broadcast, reader, row)]
    if row.workaround and row.workaround != _workaround_before(broadcast, number):
        blocks.append(Facts((Fact(words.meanwhile(notice), row.workaround),)))
    if last and row.next_update_at is not None and broadcast.is_open:
        blocks.append(Text(f"Next update by {viewer.on_the_day(row.next_update_at, row.at)}.", "strong"))
    if row.what == "reopened" and last:
        blocks += [*answers(broadcast, reader, viewer, prospects), *unanswered(broadcast, reader, prospects, viewer)]
        blocks += _acknowledge(broadcast, reader)
    blocks.append(Text(f"{notice.ref} · {row.author} · {viewer.when(row.at)}", "subtle"))
    title = f"{LEADS[row.what]}: {notice.title}"
    summary = f"{title} – {words.beginning(words.said(row))}"
    return Card(title, summary, tuple(blocks), words.status(notice, row.state), broadcast.ref, notice.version)


def reminder(
    broadcast: Broadcast, reader: Reader, viewer: Viewer, *, provider: str, prospects: Prospects = NOTHING
) -> Card:
    """Asks again, until this reader or the matter is done."""
    notice = broadcast.notice
    asks = may_acknowledge(broadcast, reader) and reader.stage != "covered"
    if not asks:
        return Card(
            notice.title,
            f"{notice.title}: {words.status(notice).text}",
            tuple(answers(broadcast, reader, viewer, prospects)),
            words.status(notice),
            broadcast.ref,
            notice.version,
        )
    impact = broadcast.impact_for(reader.client.id)
    blocks: list[Block] = [
        Text(f"{provider} needs to know that you have read this. One press is enough.", "strong"),
        *([Text(words.beginning(impact))] if impact else []),
        *words.next_update(broadcast, viewer),
        words.facts(broadcast, viewer, words.where_of(reader)),
        *unanswered(broadcast, reader, prospects, viewer),
        *_acknowledge(broadcast, reader),
    ]
    return Card(
        notice.title,
        f"Please acknowledge: {notice.title}",
        tuple(blocks),
        words.asking(notice),
        broadcast.ref,
        notice.version,
    )


def _acknowledge(broadcast: Broadcast, reader: Reader) -> Sequence[Block]:
    return buttons(broadcast, reader) if may_acknowledge(broadcast, reader) else []


def _corrected(broadcast: Broadcast, reader: Reader, row: Row) -> list[Block]:
    """A correction says what holds now."""
    impact = broadcast.impact_for(reader.client.id)
    if row.what != "changed" or not impact:
        return []
    return [Text("What it means for you now:", "strong"), Text(words.beginning(impact, words.LONG_TEXT))]


def _workaround_before(broadcast: Broadcast, number: int) -> str:
    """What readers knew to do before this step."""
    earlier = [one.workaround for one in broadcast.updates if one.number < number and one.workaround]
    return str(earlier[-1]) if earlier else ""
