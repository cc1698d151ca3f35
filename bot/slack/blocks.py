"""Card -> Block Kit: drawn whole where it fits, made smaller step by step where it does not, never refused.

`draw` gives a message's blocks, `draw_classic` the same card in sections, contexts and actions only, for a workspace
that answers `invalid_blocks`; `summary` gives the `text` beside them (notifications, screen readers).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from bot.cards.card import Actions, Block, Card, Facts, Lines, Link, Picture, Quote, Rule, Status, Table, Text
from bot.cards.written import Kept, Writer
from bot.slack import elements, limits
from bot.slack.elements import ActionIds, Json
from bot.slack.shrink import smaller
from bot.slack.text import clean, cut, cut_escaped, one_line

_DOES_NOT_FIT = "Some details do not fit into one message."
_SHORT_ROW = 5
_SHORT = 300


@dataclass(frozen=True)
class Room:
    """How much fits: blocks, and characters of their JSON. `ascii` counts as if every character were escaped."""

    blocks: int = limits.MESSAGE_BLOCKS
    json: int = limits.MESSAGE_JSON
    ascii: bool = False

    def holds(self, drawn: list[Json]) -> bool:
        return len(drawn) <= self.blocks and self.size(drawn) <= self.json

    def size(self, drawn: Any) -> int:
        return len(json.dumps(drawn, ensure_ascii=self.ascii))


WRITER = Writer(ascii=True)
MESSAGE = Room()
TIGHT = Room(ascii=True)
"""For the second try after `msg_blocks_too_long`: nobody says how Slack counts, this is the strictest way."""
VIEW = Room(blocks=limits.VIEW_BLOCKS - 5, json=limits.VIEW_JSON // 5)


def draw(card: Card, room: Room = MESSAGE) -> list[Json]:
    """The card's blocks within `room`; at least one. ValueError only for a button no Slack value can hold."""
    if room is MESSAGE:
        parts = _parts(card)
        if _whole(parts):
            return [block for part in parts for block in part.blocks]
    return _fit(card, room, _rich)


def written(card: Card) -> str:
    """The JSON of the same blocks, most of which was written for another card."""
    parts = _parts(card)
    if _whole(parts):
        return f"[{','.join([part.text for part in parts if part.text])}]"
    return WRITER.listed(_fit(card, MESSAGE, _rich))


def draw_classic(card: Card, room: Room = TIGHT) -> list[Json]:
    """The card in the oldest blocks only: nothing in it was added to Slack after 2019, no picture is fetched."""
    return _fit(card, room, _classic)


def summary(card: Card) -> str:
    """The `text` of the message: escaped, one paragraph, within what chat.update takes."""
    return _summed(card.summary, card.title)


@lru_cache(maxsize=64)
def _summed(summary: str, title: str) -> str:
    return cut_escaped(one_line(summary) or one_line(title) or "–", limits.MESSAGE_TEXT)


def sentence(text: str, tone: str = "info") -> list[Json]:
    """A private sentence as blocks, led by ✓ or ✕."""
    symbol = {"good": "✓ ", "bad": "✕ "}.get(tone, "")
    return elements.section(symbol + (clean(text) or "Done."))[:10]


Drawing = Callable[[Block, ActionIds], Sequence[Json]]


def _fit(card: Card, room: Room, drawing: Drawing) -> list[Json]:
    for candidate in smaller(card):
        ids = ActionIds()
        drawn = [*_head(candidate, drawing), *(part for block in candidate.blocks for part in drawing(block, ids))]
        if room.holds(drawn):
            return drawn or elements.section(summary(card))
    return _essence(candidate, room, drawing)


def _head(card: Card, drawing: Drawing) -> list[Json]:
    if drawing is _rich:
        return elements.title(card.title) + (elements.status(card.status) if card.status else [])
    pill = f"\n{elements.SYMBOLS[card.status.tone]} {one_line(card.status.text)}" if card.status else ""
    return elements.section((one_line(card.title) + pill).strip())


def _essence(card: Card, room: Room, drawing: Drawing) -> list[Json]:
    """What no ordinary card needs: buttons, facts and sentences, then the rest, as far as they fit."""
    pill = replace(card.status, text=cut(one_line(card.status.text), _SHORT)) if card.status else None
    head = _head(replace(card, title=cut(one_line(card.title), limits.HEADER_TEXT), status=pill), drawing)
    note = elements.small(_DOES_NOT_FIT)
    ids = ActionIds()
    parts: list[tuple[int, int, Json]] = []
    for block in card.blocks:
        rank = 0 if isinstance(block, Actions) else 1 if _matters(block) else 2
        drawn = list(elements.actions(block, ids, _SHORT_ROW)) if isinstance(block, Actions) else drawing(block, ids)
        parts += [(rank, len(parts) + at, part) for at, part in enumerate(drawn)]
    blocks_left = room.blocks - len(head) - len(note)
    json_left = room.json - room.size(head + note)
    kept: list[tuple[int, Json]] = []
    for _, place, part in sorted(parts, key=lambda entry: entry[:2]):
        size = room.size(part) + 2
        if blocks_left and size <= json_left:
            kept.append((place, part))
            blocks_left, json_left = blocks_left - 1, json_left - size
    return [*head, *(part for _, part in sorted(kept, key=lambda entry: entry[0])), *note]


def _matters(block: Block) -> bool:
    """Facts, strong sentences, and short ones: what happens on silence is one of those."""
    return isinstance(block, Facts) or (
        isinstance(block, Text) and (block.style == "strong" or len(block.text) <= _SHORT)
    )


def _rich(block: Block, ids: ActionIds) -> Sequence[Json]:
    return list(elements.actions(block, ids)) if isinstance(block, Actions) else _KEPT.of(block).blocks


class _Part(NamedTuple):
    """Some blocks, written, and how many characters of JSON they are as `Room` counts; whether they are buttons."""

    blocks: Sequence[Json]
    text: str
    size: int
    actions: bool


def _part(drawn: Iterable[Json], *, actions: bool = False) -> _Part:
    blocks = [WRITER.once(one) for one in drawn]
    return _Part(blocks, ",".join([one.text for one in blocks]), sum([MESSAGE.size(one) for one in blocks]), actions)


def _parts(card: Card) -> list[_Part]:
    return [_titled(card.title, card.status), *map(_KEPT.of, card.blocks)]


def _whole(parts: Sequence[_Part]) -> bool:
    """Whether all of it fits, and no button has to be numbered for another one of the same message."""
    blocks = size = rows = 0
    for part in parts:
        blocks += len(part.blocks)
        size += part.size
        rows += part.actions
    return 0 < blocks <= MESSAGE.blocks and size + 2 * blocks <= MESSAGE.json and rows <= 1


@lru_cache(maxsize=256)
def _titled(title: str, status: Status | None) -> _Part:
    return _part(_head(Card(title, "", status=status), _rich))


_KEPT = Kept(lambda block: _part(_drawing(block), actions=isinstance(block, Actions)))
"""The cards of a broadcast have most of their blocks in common; nobody changes a drawing."""


def _drawing(block: Block) -> Iterable[Json]:
    match block:
        case Text():
            return elements.text(block)
        case Facts():
            return elements.facts(block)
        case Lines():
            return elements.lines(block)
        case Table():
            return elements.table(block)
        case Quote():
            return elements.quotation(block)
        case Link():
            return elements.link(block)
        case Picture():
            return elements.picture(block)
        case Rule():
            return [{"type": "divider"}]
        case Actions():
            return elements.actions(block, ActionIds())


def _classic(block: Block, ids: ActionIds) -> list[Json]:
    match block:
        case Text():
            said = elements.toned(block)
            return elements.small(said) if block.style == "subtle" else elements.section(said)
        case Facts():
            return elements.section("\n".join(f"{elements.label(fact)}: {clean(fact.value)}" for fact in block.items))
        case Lines():
            return elements.section("\n".join(_bullets(block)))
        case Table():
            heading = [one_line(block.heading)] if block.heading else []
            return elements.section("\n".join([*heading, *(f"• {said}" for said in elements.read_out(block))]))
        case Quote():
            return elements.section(f"{one_line(block.who)}: “{clean(block.text)}”")
        case Link():
            return elements.classic_link(one_line(block.label), block.url)
        case Picture():
            return elements.classic_link(one_line(block.alt), block.url)
        case Rule():
            return [{"type": "divider"}]
        case Actions():
            return list(elements.actions(block, ids))


def _bullets(block: Lines) -> Iterator[str]:
    if heading := one_line(block.heading):
        yield heading
    for item in block.items:
        parts = (one_line(item.what) or "–", one_line(item.amount), clean(item.detail))
        yield "• " + " — ".join(part for part in parts if part)
