"""A card as the parts of a Teams message: the Adaptive Card as JSON, and the line that a notification shows."""

from __future__ import annotations

from bot.cards.card import Card
from bot.teams import adaptive


def printed(card: Card) -> dict[str, str]:
    """`summary` is plain, `card` is JSON."""
    return {"summary": card.summary or card.title, "card": adaptive.written(card).text}
