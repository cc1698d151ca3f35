"""A card as one platform is told of it, made ready beforehand, and how it is told from another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from bot.cards.card import Card, Status
from bot.cards.written import Kept
from handlers.commands import Ref

Printer = Callable[[Card], Mapping[str, str]]
"""A card -> the parts of a platform's message by name, JSON already where the platform takes JSON."""


def look_of(card: Card) -> str:
    """A digest of what a card shows: an edit that would change nothing need not be sent."""
    if card.printed is not None:
        return card.printed.look
    head = _headed(card.title, card.summary, card.status, card.ref, card.version, card.revision)
    said = head + "".join([*map(_SAID.of, card.blocks)])
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


@lru_cache(maxsize=64)
def _headed(title: str, summary: str, status: Status | None, ref: Ref | None, version: int, revision: int) -> str:
    return repr(Card(title, summary, (), status, ref, version, revision))


_SAID: Kept[str] = Kept(repr)
"""The cards of a broadcast have most of their blocks in common."""
