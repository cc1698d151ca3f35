"""Draws a notice for one of its readers: what is down, what it means for them, what to do, when they hear more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Quote, Rule, Status, Text
from bot.cards.notices import words
from bot.cards.notices.may import may_acknowledge, may_ask_for_call, may_inform, may_report
from bot.cards.notices.silence import unanswered, untold
from bot.cards.notices.stencils import Stencils
from bot.cards.parts import Viewer
from handlers.mechanisms.broadcast import READ, Broadcast, Reader
from handlers.mechanisms.prospects import NOTHING, Prospects
from storage.rows import Row

MOST_EARLIER = 4
FINDINGS = (
    ("summary", "What happened"),
    ("fix", "What we did"),
    ("prevent", "So that it does not happen again"),
)


class _Alike(NamedTuple):
    """What everybody reads alike for whom it means the same, with the same clock and language; around what is said of
    the reader's own answers where it is given a place and buttons."""

    above: Sequence[Block]
    below: Sequence[Block]
    summary: str
    status: Status


def notice_card(
    broadcast: Broadcast,
    reader: Reader,
    viewer: Viewer,
    *,
    provider: str,
    prospects: Prospects = NOTHING,
    stencils: Stencils | None = None,
) -> Card:
    """Live: the latest word first, then what it means here, the next update, what this reader has answered."""
    notice, stencils = broadcast.notice, stencils or Stencils()
    impact, where = broadcast.impact_for(reader.client.id), words.where_of(reader)
    answered = reader.receipt.state, reader.informed_at is None, reader.receipt.call_me_at is None
    alike = stencils.once(
        (viewer.timezone, viewer.locale, impact, where, answered),
        lambda: _framed(broadcast, reader, impact, where, viewer, provider, stencils),
    )
    blocks = (
        *alike.above,
        *answers(broadcast, reader, viewer, prospects),
        *unanswered(broadcast, reader, prospects, viewer, stencils),
        *alike.below,
    )
    return Card(notice.title, alike.summary, blocks, alike.status, broadcast.ref, notice.version)


def _framed(
    broadcast: Broadcast,
    reader: Reader,
    impact: str,
    where: tuple[str, ...],
    viewer: Viewer,
    provider: str,
    stencils: Stencils,
) -> _Alike:
    """With the facts of these offices, and the buttons of whoever has answered as this reader has."""
    clock = viewer.timezone, viewer.locale
    alike = stencils.once((*clock, impact), lambda: _alike(broadcast, impact, viewer, provider))
    facts = stencils.once((*clock, where), lambda: words.facts(broadcast, viewer, where))
    above, below = (*alike.above, facts), (*buttons(broadcast, reader, stencils), *alike.below)
    return alike._replace(above=above, below=below)


def _alike(broadcast: Broadcast, impact: str, viewer: Viewer, provider: str) -> _Alike:
    notice = broadcast.notice
    latest = broadcast.updates[-1] if broadcast.updates else None
    above = [
        *([words.quoted(broadcast, latest, viewer, whole=False)] if latest is not None else []),
        *_meaning(broadcast, impact),
        *words.next_update(broadcast, viewer),
    ]
    below = [
        *_in_full(broadcast, latest, impact, viewer),
        *_earlier(broadcast, viewer),
        Text(f"{notice.ref} · {notice.raised_by}, {provider}", "subtle"),
    ]
    return _Alike(above, below, _summary(broadcast, impact), words.status(notice))


def answers(broadcast: Broadcast, reader: Reader, viewer: Viewer, prospects: Prospects = NOTHING) -> list[Block]:
    """What this reader has answered, or who has for the same place."""
    notice, receipt = broadcast.notice, reader.receipt
    blocks: list[Block] = []
    if receipt.state in READ and receipt.acked_at is not None:
        how = " on the phone" if receipt.via == "phone" else ""
        blocks.append(
            Text(f"You acknowledged{how} {viewer.at(receipt.acked_at, notice.started_at)}.", "strong", "good")
        )
    elif reader.stage == "covered" and (cover := words.who_covers(broadcast, reader)) is not None:
        name, at = cover
        still = "; you may still acknowledge" if may_acknowledge(broadcast, reader) else ""
        blocks.append(Text(f"{name} acknowledged {viewer.at(at, notice.started_at)}{still}."))
    if reader.informed_at is not None:
        blocks.append(Text(f"Your staff was told {viewer.at(reader.informed_at, notice.started_at)}."))
    elif receipt.state in READ and may_inform(broadcast, reader):
        blocks.append(Text("Your staff has not been told the latest yet.", "subtle"))
        for row in broadcast.relays:
            if row.person_id == reader.person.id and row.state == "draft":
                blocks += untold(prospects.relays.get(row.id, ()), notice.started_at, viewer)
    if receipt.trouble_at is not None:
        blocks.append(Text(f"You told us {viewer.at(receipt.trouble_at, notice.started_at)} that you have it too."))
        if receipt.trouble:
            blocks.append(Quote("You wrote", receipt.trouble))
    if receipt.call_me_at is not None:
        number = f" at {reader.person.phone}" if reader.person.phone else ""
        asked = viewer.at(receipt.call_me_at, notice.started_at)
        blocks.append(Text(f"You asked {asked} to be called. We call you{number}."))
    return blocks


def buttons(broadcast: Broadcast, reader: Reader, stencils: Stencils | None = None) -> Sequence[Block]:
    """Exactly those that will be accepted."""
    may = (
        may_acknowledge(broadcast, reader),
        may_inform(broadcast, reader),
        may_report(broadcast, reader),
        may_ask_for_call(broadcast, reader),
    )
    return (stencils or Stencils()).once(may, lambda: _row(broadcast, *may))


def _row(broadcast: Broadcast, acknowledge: bool, inform: bool, report: bool, call: bool) -> Sequence[Block]:
    ref, version = broadcast.ref, broadcast.notice.version
    row: list[Button] = []
    if acknowledge:
        row.append(Button("Acknowledge", "ack", ref, version, style="primary"))
    if inform:
        row.append(Button("Staff informed", "informed", ref, version))
    if report:
        row.append(Button("We have a problem too", "trouble", ref, version, form=True))
    if call:
        row.append(Button("Call me", "call_me", ref, version))
    return [Actions(tuple(row))] if row else []


def _meaning(broadcast: Broadcast, impact: str) -> list[Block]:
    """What it means for this client; of a root cause its findings."""
    notice = broadcast.notice
    if notice.kind != "root_cause":
        return words.meaning(broadcast, impact, strong=True)
    blocks: list[Block] = []
    if broadcast.about is not None:
        blocks.append(Text(f"About {broadcast.about.ref}: {broadcast.about.title}", "subtle"))
    for name, heading in FINDINGS:
        if found := str(notice.findings.get(name, "")):
            blocks.append(Quote(heading, found))
    return blocks


def _in_full(broadcast: Broadcast, latest: Row | None, impact: str, viewer: Viewer) -> list[Block]:
    """What stood above by its beginning only."""
    notice = broadcast.notice
    blocks: list[Block] = []
    if latest is not None and len(words.said(latest)) > words.LONG_TEXT:
        blocks += [Rule(), words.quoted(broadcast, latest, viewer)]
    if notice.kind != "root_cause" and len(impact) > words.LONG_TEXT:
        blocks += [Rule(), Text("What it means for you, in full:", "strong"), Text(impact)]
    if broadcast.is_open and len(notice.workaround) > words.LONG_TEXT:
        blocks += [Rule(), Text(f"{words.meanwhile(notice)}, in full:", "strong"), Text(notice.workaround)]
    return blocks


def _earlier(broadcast: Broadcast, viewer: Viewer) -> list[Block]:
    """The progress lines before the latest, newest first, each by its beginning."""
    earlier = broadcast.updates[-2::-1] if len(broadcast.updates) > 1 else ()
    if not earlier:
        return []
    lines = [_line(broadcast, row, viewer) for row in earlier[:MOST_EARLIER]]
    left = len(earlier) - len(lines)
    more = [Text(f"… and {left} more above in this chat.", "subtle")] if left else []
    return [Rule(), Lines(tuple(lines), "Before that"), *more]


def _line(broadcast: Broadcast, update: Row, viewer: Viewer) -> Line:
    return Line(words.beginning(words.said(update)), detail=viewer.on_the_day(update.at, broadcast.notice.started_at))


def _summary(broadcast: Broadcast, impact: str) -> str:
    """What the phone's notification shows."""
    notice = broadcast.notice
    state = words.status(notice).text
    about = words.beginning(impact or str(notice.findings.get("summary", "")))
    return f"{notice.title} ({state}): {about}" if about else f"{notice.title} ({state})"
