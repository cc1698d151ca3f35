"""Presses every button that a test's own subject has brought to people: which these are, and what a press has to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.cards.card import Button, Field, buttons_of
from handlers.commands import Ref
from tests.handlers.office import Office
from tests.handlers.screens import Screens

OF_ITSELF = ("touchpoint:", "pulse:", "report:", "agenda_item:", "action_item:")
"""What comes round by itself meanwhile; its buttons are pressed in tests of their own."""


def shown(office: Office, lists: Callable[[Screens, str], Iterable[Button]]) -> Iterator[tuple[str, Button]]:
    """(who, button) of every card that somebody has been sent, and of `lists` (by person), each once."""
    screens, seen, listed = Screens(office), set(), set()
    tasks = office.rows("SELECT id, subject FROM task")
    others = {f"task:{row.id}" for row in tasks if row.subject.startswith(OF_ITSELF)}
    rows = office.rows(
        "SELECT DISTINCT d.subject, d.purpose, p.id, p.name FROM delivery d JOIN person p ON p.id = d.person_id "
        "ORDER BY p.name, d.subject, d.purpose"
    )
    for row in rows:
        card = screens.gallery.draw(Ref.parse(row.subject), row.purpose, row.id)
        found = [*(buttons_of(card) if card is not None else ())]
        if row.id not in listed:
            listed.add(row.id)
            found += lists(screens, row.id)
        for button in found:
            about = str(button.ref)
            if not about.startswith(OF_ITSELF) and about not in others and (row.name, button.verb, about) not in seen:
                seen.add((row.name, button.verb, about))
                yield row.name, button


def press(office: Office, name: str, button: Button, typed: Callable[[Field], str]) -> None:
    """Whoever presses gets a form exactly where the button says so, and at last an answer that is no refusal."""
    screens = Screens(office)
    answer = screens.push(name, button)
    assert (answer.form is not None) == button.form, f"{name}: {button.label} says {answer.say}"
    if answer.form is not None:
        answer = screens.send(name, answer.form, **{field.id: typed(field) for field in answer.form.fields})
        assert answer.form is None, f"{name}: {button.label} says {answer.form.errors if answer.form else ''}"
    office.store.close()
    assert answer.tone != "bad" and answer.say, f"{name}: {button.label} says {answer.say}"
