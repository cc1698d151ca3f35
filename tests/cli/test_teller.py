"""Which message a story means by its first words."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Card, Text
from bot.demo.stories.teller import Teller
from bot.playground.teams.reading import read_card
from bot.teams import adaptive

MAIL = "E-mail is late"


class _Looking(Teller):
    """Somebody's screen on Teams shows these cards, oldest first."""

    shown: tuple[dict[str, Any], ...] = ()

    async def screen(self, who: str) -> list[dict[str, Any]]:
        return [{"platform": "teams", "text": read_card(card), "native": card} for card in self.shown]

    async def _line(self, who: str, what: str) -> None:
        return None


async def test_a_card_is_found_by_its_title_below_the_answer_that_came_after_its_edit() -> None:
    teller = _Looking("", None, lambda *_: None)  # type: ignore[arg-type]
    acknowledged = Card(MAIL, MAIL, (Text("You acknowledged at 10:06 AM EDT."),))
    draft = Card("A message for your staff", "", (Text(f"About N-1: {MAIL}"),))
    answer = adaptive.render(acknowledged, notice="Thank you.\nYour provider sees it.", tone="good")
    teller.shown = (dict(answer), dict(adaptive.render(draft)))
    await teller.sees("Marcus Hale", MAIL, "Thank you.", "You acknowledged", but_not=("your staff",))
    teller.shown = (dict(adaptive.render(acknowledged)), dict(adaptive.render(draft)))
    await teller.sees("Marcus Hale", MAIL, "You acknowledged", but_not=("Thank you.", "your staff"))
