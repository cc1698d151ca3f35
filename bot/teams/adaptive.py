"""Draws a Card as an Adaptive Card 1.5 that reads well on a phone and never exceeds what Teams accepts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

from bot.cards.card import (
    Actions,
    Block,
    Card,
    Facts,
    Line,
    Lines,
    Link,
    Picture,
    Quote,
    Rule,
    Status,
    Table,
    Text,
    Tone,
)
from bot.cards.written import Kept, Writer, Written
from bot.teams import elements, text
from bot.teams.elements import Element
from bot.teams.links import web_host

MOST_BYTES = 78_000
"""Teams refuses a message over about 100 KB of UTF-16 (413); its documentation says to stay at 80 or below, and the
activity around the card needs some."""

CELL_WIDTH = "62px"
"""A column of numbers: four digits and a head of eight letters in small print."""
LABEL_WIDTH = "120px"
"""The label of a fact: a phone shows about 300 px of card."""


@dataclass(frozen=True)
class _Fit:
    """How much of the long things is shown: lines of a list, characters of a text, of a detail; fallbacks or not."""

    lines: int
    words: int
    detail: int
    fallback: bool = True


_FITS = (
    _Fit(lines=400, words=6000, detail=1000),
    _Fit(lines=60, words=3000, detail=500),
    _Fit(lines=25, words=1500, detail=200),
    _Fit(lines=12, words=800, detail=120),
    _Fit(lines=5, words=500, detail=80, fallback=False),
)
"""Tried in this order until the card fits: lists and other people's words give way first, then fallbacks of buttons."""

_GIVES_WAY: tuple[tuple[type, ...], ...] = ((Picture, Link, Quote, Lines, Table, Rule), (Text,), (Facts,), (Actions,))
"""What is left out, last first, when even the tightest fit is too large. No card of ours gets here."""


WRITER = Writer(ascii=False)
BELOW_A_RULE = {"separator": True, "spacing": "medium"}


def render(card: Card, *, notice: str = "", tone: Tone = "ask") -> Element:
    """The Adaptive Card (a dict of JSON). `notice` is the answer to a click, shown at the top in its tone's colour."""
    drawn = _fitted(card, notice, tone)
    return {**drawn, "body": [dict(part) for part in drawn["body"]]}  # Microsoft's SDK knows dicts, and no kind of them


def written(card: Card) -> Written:
    """The same with its JSON, most of which was written for another card."""
    around, kept = _around(card.title, card.status, card.summary, "", "ask"), [*map(_KEPT[0].of, card.blocks)]
    if around.size + sum([part.size for part in kept]) > MOST_BYTES:
        done = _fitted(card, "", "ask")
        return Written(done, WRITER.write(done))
    done = _assemble(card, around.head, [(block, part.elements) for block, part in zip(card.blocks, kept, strict=True)])
    texts, separate = around.texts, False
    for block, part in zip(card.blocks, kept, strict=True):
        separate = separate or isinstance(block, Rule)
        if part.elements:
            texts = [*texts, part.separate if separate else part.text]
            separate = False
    return Written(done, f"{around.before}{','.join(texts)}]}}")


def _fitted(card: Card, notice: str, tone: Tone) -> Element:
    around = _around(card.title, card.status, card.summary, notice, tone)
    drawn: list[tuple[Block, Sequence[Element]]] = []
    for kept in _KEPT:
        parts = [*map(kept.of, card.blocks)]
        drawn = [(block, part.elements) for block, part in zip(card.blocks, parts, strict=True)]
        done = _assemble(card, around.head, drawn)
        if around.size + sum(part.size for part in parts) <= MOST_BYTES or size(done) <= MOST_BYTES:
            return done
    return _squeeze(card, list(around.head), drawn)


class _Around(NamedTuple):
    """A card without its blocks: its head, the JSON of it, and that of all that comes before; how many bytes it is."""

    head: Sequence[Element]
    texts: Sequence[str]
    before: str
    size: int


@lru_cache(maxsize=256)
def _around(title: str, status: Status | None, summary: str, notice: str, tone: Tone) -> _Around:
    card = Card(title, summary, status=status)
    head = [WRITER.once(part) for part in _head(card, notice, tone)]
    before = WRITER.write(_assemble(card, [], [])).removesuffix("]}")
    return _Around(head, [part.text for part in head], before, size(_assemble(card, head, [])))


class _Part(NamedTuple):
    """The drawing of one block, its JSON where it stands and below a rule, and how many bytes it adds at most."""

    elements: Sequence[Element]
    text: str
    separate: str
    size: int


def _part(block: Block, fit: _Fit) -> _Part:
    parts = [WRITER.once(part) for part in _DRAW[type(block)](block, fit)]
    below = [{**parts[0], **BELOW_A_RULE}, *parts[1:]] if parts else []
    most = sum([size({"part": part, **BELOW_A_RULE}) for part in parts])
    return _Part(parts, ",".join([part.text for part in parts]), WRITER.listed(below)[1:-1], most)


def size(drawn: Mapping[str, Any]) -> int:
    """Bytes of the JSON in UTF-16, which is what Teams counts."""
    return len(json.dumps(drawn, separators=(",", ":"), ensure_ascii=False).encode("utf-16-le"))


def _head(card: Card, notice: str, tone: Tone) -> list[Element]:
    head: list[Element] = []
    if said := elements.words(notice, 1000):
        head.append(elements.box(said, elements.STYLES[tone]))
    head.append(elements.heading(card.title))
    if card.status and (pill := text.line(card.status.text, 120)):
        run = elements.run(pill, tone=card.status.tone, bold=True)
        run.pop("isSubtle", None)
        style = elements.STYLES[card.status.tone]
        head.append(elements.columns(elements.column([elements.rich(run)], "auto", style=style), spacing="small"))
    return head


def _assemble(card: Card, head: Sequence[Element], drawn: Sequence[tuple[Block, Sequence[Element]]]) -> Element:
    body, separate = list(head), False
    for block, parts in drawn:
        if isinstance(block, Rule):
            separate = True
        for part in parts:
            body.append({**part, **BELOW_A_RULE} if separate else part)
            separate = False
    return elements.adaptive_card(body, card.summary or card.title)


def _squeeze(card: Card, head: list[Element], drawn: Sequence[tuple[Block, Sequence[Element]]]) -> Element:
    rest = elements.words("This is too long to be shown here in full.", subtle=True)
    kept = [(block, part) for block, parts in drawn for part in parts]
    total = size(_assemble(card, [*head, *rest], [(block, [part]) for block, part in kept]))
    for kinds in _GIVES_WAY:
        for index in range(len(kept) - 1, -1, -1):
            if total > MOST_BYTES and isinstance(kept[index][0], kinds):
                total -= size(kept.pop(index)[1])
    return _assemble(card, [*head, *rest], [(block, [part]) for block, part in kept])


def _text(block: Text, fit: _Fit) -> list[Element]:
    if block.style == "large":
        return [elements.heading(block.text, spacing="small")] if text.line(block.text) else []
    return elements.words(
        block.text,
        fit.words,
        tone=block.tone,
        bold=block.style == "strong",
        small=block.style == "subtle",
        subtle=block.style == "subtle",
        spacing="small" if block.style == "subtle" else "",
    )


def _facts(block: Facts, fit: _Fit) -> list[Element]:
    rows: list[Element] = []
    for fact in block.items:
        value = elements.words(fact.value, max(fit.words // 2, 300))
        label = elements.words(text.line(fact.label, 60), subtle=True)
        if value or label:
            rows.append(
                elements.columns(
                    elements.column(label, LABEL_WIDTH),
                    elements.column(value, "stretch"),
                    spacing="small" if rows else "",
                )
            )
    return rows


def _lines(block: Lines, fit: _Fit) -> list[Element]:
    drawn = elements.words(text.line(block.heading, 200), bold=True)
    shown = block.items if len(block.items) <= fit.lines else block.items[: fit.lines]
    drawn += [_line(item, fit) for item in shown]
    if left := len(block.items) - len(shown):
        drawn += elements.words(f"…and {left} more", subtle=True, spacing="small")
    return drawn


def _line(item: Line, fit: _Fit) -> Element:
    what = elements.words(item.what, max(fit.detail, 160)) or elements.words("–")
    what += elements.words(item.detail, fit.detail, small=True, subtle=True, spacing="none")
    parts = [elements.column(what, "stretch")]
    if amount := text.line(item.amount, 60):
        parts.append(elements.column([elements.rich(elements.run(amount), right=True)], "auto"))
    return elements.columns(*parts, spacing="small")


def _table(block: Table, fit: _Fit) -> list[Element]:
    """Rows of columns: Teams' own tables hold only texts in which marks take effect."""
    drawn = elements.words(text.line(block.heading, 200), bold=True)
    for number, row in enumerate((block.heads, *block.rows)):
        cells = [elements.run(text.line(cell, 60) or "–", small=number == 0, subtle=number == 0) for cell in row]
        parts = [elements.column([elements.rich(cells[0])], "stretch")]
        parts += [elements.column([elements.rich(cell, right=True)], CELL_WIDTH) for cell in cells[1:]]
        drawn.append(elements.columns(*parts, spacing="small"))
    return drawn


def _quote(block: Quote, fit: _Fit) -> list[Element]:
    said = elements.words(text.line(block.who, 120), bold=True, small=True)
    said += elements.words(block.text, fit.words, spacing="none")
    return [elements.box(said, "emphasis")] if said else []


def _link(block: Link, fit: _Fit) -> list[Element]:
    host = web_host(block.url)
    label = text.line(block.label, 200) or host
    if not host:
        return elements.words(label)
    run = elements.run(label, tone="ask")
    run["underline"] = True
    run["selectAction"] = {"type": "Action.OpenUrl", "title": label, "url": block.url}
    return [elements.rich(run, elements.run(f" ({host})", subtle=True))]


def _picture(block: Picture, fit: _Fit) -> list[Element]:
    alt = text.line(block.alt, 500)
    if not web_host(block.url):
        return elements.words(alt, subtle=True)
    return [{"type": "Image", "url": block.url, "altText": alt, "size": "stretch"}]


def _actions(block: Actions, fit: _Fit) -> list[Element]:
    return elements.rows_of_actions([elements.press(button, fallback=fit.fallback) for button in block.buttons])


def _rule(block: Rule, fit: _Fit) -> list[Element]:
    return []


_DRAW: Mapping[type, Callable[[Any, _Fit], list[Element]]] = {
    Text: _text,
    Facts: _facts,
    Lines: _lines,
    Table: _table,
    Quote: _quote,
    Link: _link,
    Picture: _picture,
    Actions: _actions,
    Rule: _rule,
}

_KEPT = tuple(Kept(partial(_part, fit=fit)) for fit in _FITS)
"""By tightness: the cards of a broadcast have most of their blocks in common, and nobody changes a drawing."""
