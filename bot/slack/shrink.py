"""Makes a card smaller step by step when Slack could not take it whole: lists first, then long texts, no buttons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from bot.cards.card import Block, Card, Fact, Facts, Line, Lines, Quote, Text
from bot.slack.text import clean, cut

_LIST_STEPS = (80, 60, 50, 40, 30, 25, 20, 15, 10, 6, 3)
_TEXT_STEPS = (2_400, 1_600, 1_000, 600, 350)
_FACT_STEPS = (400, 150)
_AMOUNT = re.compile(
    r"(?P<before>\D{0,4}?)(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<cents>\.\d\d)?(?P<after>[^\d.,]\D{0,11})?"
)


def smaller(card: Card) -> Iterator[Card]:
    """The card itself, then ever smaller ones. Facts stay whole until everything else has given way."""
    yield card
    for items in _LIST_STEPS:
        card_then = _each(card, lambda block, items=items: _shorter_list(block, items))  # type: ignore[misc]
        if card_then != card:
            yield card_then
    card = _each(card, lambda block: _shorter_list(block, _LIST_STEPS[-1]))
    for limit in _TEXT_STEPS:
        card = _each(card, lambda block, limit=limit: _shorter_text(block, limit))  # type: ignore[misc]
        yield card
    for limit in _FACT_STEPS:
        card = _each(card, lambda block, limit=limit: _shorter_facts(block, limit))  # type: ignore[misc]
        yield replace(card, title=cut(clean(card.title), 150))


def _each(card: Card, change: Callable[[Block], Block]) -> Card:
    return replace(card, blocks=tuple(change(block) for block in card.blocks))


def _shorter_list(block: Block, items: int) -> Block:
    if not isinstance(block, Lines) or len(block.items) <= items:
        return block
    rest = block.items[items:]
    more = "…and 1 more line" if len(rest) == 1 else f"…and {len(rest)} more lines"
    return replace(block, items=(*block.items[:items], Line(more, amount=total(rest))))


def total(lines: tuple[Line, ...]) -> str:
    """The sum of the lines' amounts when all are written alike ("$1,349.00"), else ""."""
    found = [_AMOUNT.fullmatch(line.amount.strip()) for line in lines]
    if not all(found):
        return ""
    matches = [match for match in found if match]
    first = matches[0]
    if any(
        (m["before"], m["after"], bool(m["cents"])) != (first["before"], first["after"], bool(first["cents"]))
        for m in matches
    ):
        return ""
    summed = sum(Decimal(m["number"].replace(",", "") + (m["cents"] or "")) for m in matches)
    return f"{first['before']}{summed:,}{first['after'] or ''}"


def _shorter_text(block: Block, limit: int) -> Block:
    if isinstance(block, Text) and block.style != "strong":
        return replace(block, text=cut(clean(block.text), limit))
    if isinstance(block, Quote):
        return replace(block, who=cut(clean(block.who), limit), text=cut(clean(block.text), limit))
    if isinstance(block, Lines):
        return replace(
            block,
            heading=cut(block.heading, limit),
            items=tuple(_shorter_line(line, limit // 2) for line in block.items),
        )
    return block


def _shorter_line(line: Line, limit: int) -> Line:
    return replace(
        line,
        what=cut(clean(line.what), limit),
        amount=cut(clean(line.amount), limit),
        detail=cut(clean(line.detail), limit),
    )


def _shorter_facts(block: Block, limit: int) -> Block:
    if isinstance(block, Facts):
        return Facts(tuple(Fact(fact.label, cut(clean(fact.value), limit)) for fact in block.items))
    if isinstance(block, Text):
        return replace(block, text=cut(clean(block.text), limit))
    return _shorter_text(block, limit)
