"""A card as the parts of a Slack message: its blocks as JSON, and the text beside them."""

from __future__ import annotations

from bot.cards.card import Card
from bot.slack import blocks


def printed(card: Card) -> dict[str, str]:
    """`text` is plain, `blocks` is JSON."""
    return {"text": blocks.summary(card), "blocks": blocks.written(card)}
