"""What people see and press: cards drawn as the courier would draw them, buttons pressed as an adapter would."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from bot.cards.card import Button, Card, Facts, Form, Lines, Quote, Text, buttons_of
from bot.cards.gallery import Gallery
from bot.conversation import Answer, Conversation, Press
from handlers.commands import Ref
from tests.handlers.office import Office


class Screens:
    """Everybody's cards at an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
        self.talk = Conversation(office.desk, self.gallery, lambda: office.now, lambda: None, command="/keyline")
        self._keys = itertools.count()

    def card(self, name: str, ref: Ref, purpose: str = "ask") -> Card:
        """One card of a person, as it is drawn now."""
        card = self.gallery.draw(ref, purpose, self.office.person(name))
        assert card is not None, f"{name} sees nothing of {ref} for {purpose}"
        return card

    def labels(self, name: str, ref: Ref, purpose: str = "ask") -> list[str]:
        """The buttons on a person's card."""
        return [button.label for button in buttons_of(self.card(name, ref, purpose))]

    def buttons(self, name: str, ref: Ref, purpose: str = "ask") -> tuple[Button, ...]:
        """The same as what they send."""
        return buttons_of(self.card(name, ref, purpose))

    def text(self, name: str, ref: Ref, purpose: str = "ask") -> str:
        """Every word on a person's card."""
        return words(self.card(name, ref, purpose))

    def purposes(self, name: str, ref: Ref) -> list[str]:
        """Which cards of a subject a person has been sent, the oldest first."""
        rows = self.office.rows(
            "SELECT d.purpose FROM delivery d JOIN person p ON p.id = d.person_id "
            "WHERE p.name = :name AND d.subject = :subject ORDER BY d.created_at, d.id",
            name=name,
            subject=str(ref),
        )
        return [row.purpose for row in rows]

    def sent(self, name: str, ref: Ref, kind: str) -> str:
        """The newest card of a kind that a person has been sent."""
        return [purpose for purpose in self.purposes(name, ref) if purpose.partition(":")[0] == kind][-1]

    def press(
        self, name: str, ref: Ref, label: str, inputs: Mapping[str, str] | None = None, purpose: str = "ask"
    ) -> Answer:
        """Presses the button with this label on a person's card; with `inputs`, fills its form in and sends it."""
        found = next(b for b in buttons_of(self.card(name, ref, purpose)) if b.label == label)
        return self.push(name, found, inputs)

    def push(self, name: str, button: Button, inputs: Mapping[str, str] | None = None) -> Answer:
        """Presses a button, also one from a card that is not drawn like that any more."""
        return self._pressed(name, button.verb, button.ref, button.version, button.revision, inputs=inputs)

    def say(self, name: str, typed: str) -> Answer:
        """Types words."""
        return self._pressed(name, "say", words=typed)

    def send(self, name: str, form: Form, **typed: str) -> Answer:
        """Fills a form in, where it is not filled in already, and sends it."""
        inputs = {field.id: field.value for field in form.fields} | typed
        return self._pressed(name, form.verb, form.ref, form.version, form.revision, inputs=inputs)

    def _pressed(self, name: str, verb: str, ref: Ref | None = None, *seen: int, **more: Any) -> Answer:
        account = self.office.account(name)
        key, platform = f"press:{next(self._keys)}", account.platform
        press = Press(key, platform, account.org, account.user, verb, ref, *seen, **more)  # type: ignore[arg-type]
        return self.talk._press(press)  # without the hop to another thread, which would cost more than the press


def words(card: Card) -> str:
    """Every word of a card, block by block."""
    parts: list[Any] = [card.title, card.status.text if card.status else ""]
    for block in card.blocks:
        if isinstance(block, Text):
            parts.append(block.text)
        elif isinstance(block, Quote):
            parts.append(f"{block.who}: {block.text}")
        elif isinstance(block, Facts):
            parts += [f"{fact.label}: {fact.value}" for fact in block.items]
        elif isinstance(block, Lines):
            parts.append(block.heading)
            parts += [f"{line.what} {line.amount} {line.detail}" for line in block.items]
    return "\n".join(parts)
