"""Every button that anybody is shown of a downtime in any state does something; nobody is shown what is not theirs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.cards.card import Button, Field, buttons_of
from bot.cards.gallery import Gallery
from bot.verbs import VERBS, Given
from handlers.commands import Ref, Refused, SuggestWindow
from storage.store import Store
from tests.cards.downtimes import ANJA, GRETA, KAI, MARCUS, TOM, window
from tests.cards.scenes import DANA, LUIS, SOFIA
from tests.handlers import pressing
from tests.handlers.downtime_states import OVER, STATES, slack, turn
from tests.handlers.office import Office
from tests.handlers.screens import Screens

WHO = (MARCUS, ANJA, GRETA, TOM, SOFIA, KAI)
LATER = "2026-07-18T06:00:00-04:00"
TYPED = {
    "windows": LATER,
    "length": "120",
    "longer": "30",
    "weekday": "0",
    "weekdays": "0",
    "from_wall": "07:00",
    "until_wall": "12:00",
    "override": "It was asked for.",
    "client": "northgate",
    "location": "northgate",
}


@pytest.mark.parametrize("make", STATES)
def test_every_button_that_is_shown_does_something(
    make: Callable[[Office], Ref], seeded_file: Path, tmp_path: Path
) -> None:
    ready = tmp_path / "ready.db"
    shutil.copy(seeded_file, ready)
    office = Office(Store(f"sqlite:///{ready}"))
    ref = make(office)
    found = list(_shown(office))
    now = office.now
    office.store.close()
    assert any(button.ref == ref for _, button in found) == (make not in OVER)
    for number, (name, button) in enumerate(found):
        path = tmp_path / f"{number}.db"
        shutil.copy(ready, path)
        _press(path, now, name, button)
        path.unlink()


@pytest.mark.parametrize("make", STATES)
def test_every_deed_in_every_state_is_answered(
    make: Callable[[Office], Ref], seeded_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    ref, answers = make(office), []
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    for verb in (one for one in VERBS.values() if "downtime" in one.kinds):
        for who in (*WHO, LUIS, DANA):
            filled = {**TYPED, "reason": "Words.", "text": "Words.", "consent": "yes", "numbers": "1"}
            given = Given(ref, 1, filled, lambda who=who: office.person(who), gallery, office.now, "1")  # type: ignore[misc]
            try:
                answers.append(office.do(who, verb.asks(given)).say)
            except Refused as refused:
                answers.append(refused.sentence)
    office.store.close()
    assert len(answers) > 150
    assert all(said.endswith((".", "?", "!", "”")) for said in answers), sorted(set(answers))


@pytest.mark.parametrize("make", STATES)
def test_a_forged_button_shows_nobody_what_is_not_theirs(
    make: Callable[[Office], Ref], seeded_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    ref = make(office)
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    others = (TOM, GRETA, *((MARCUS, ANJA) if make is slack else (DANA, LUIS)))
    forms = [verb for verb, one in VERBS.items() if one.form and "downtime" in one.kinds]
    for name in others:
        assert gallery.pressed(ref, office.person(name), "refresh") is None, name
        for verb in forms:
            with pytest.raises(Refused):
                gallery.form(verb, ref, 1, office.person(name))
    office.store.close()


def test_a_button_of_older_times_opens_nothing(seeded_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    ref = turn(office)
    screens = Screens(office)
    old = [(MARCUS, one) for one in screens.buttons(MARCUS, ref, "turn:r1")]
    old += [(ANJA, one) for one in screens.buttons(ANJA, ref, "offer:r1")]
    assert len(old) == 6
    office.do(MARCUS, SuggestWindow(ref, 1, window(LATER)))
    for name, button in old:
        answer = screens.push(name, button)
        assert answer.form is None and answer.tone == "bad", button.label
        assert screens.labels(name, ref, "offer:r1") == []
    office.store.close()


# ------------------------------------------------------------------ parts


def _shown(office: Office) -> Iterator[tuple[str, Button]]:
    """Every button about downtimes on every card that somebody has been sent, and on their lists, each once."""
    for name, button in pressing.shown(office, _lists):
        verb = VERBS[button.verb.partition("@")[0]]
        assert button.form == (verb.form and "@" not in button.verb), f"{name}: {button.label}"
        assert button.ref.kind in verb.kinds, f"{name}: {button.label}"
        yield name, button


def _lists(screens: Screens, person_id: str) -> list[Button]:
    return [*buttons_of(screens.gallery.waiting(person_id)), *buttons_of(screens.gallery.downtimes(person_id))]


def _press(path: Path, now: datetime, name: str, button: Button) -> None:
    office = Office(Store(f"sqlite:///{path}"))
    office.now = now
    pressing.press(office, name, button, _typed)


def _typed(field: Field) -> str:
    if field.value:
        return field.value
    if field.id in TYPED and not (field.options and TYPED[field.id] not in {one.value for one in field.options}):
        return TYPED[field.id]
    if not field.required and field.kind != "longtext":
        return ""
    return field.options[0].value if field.options else "Something new."
