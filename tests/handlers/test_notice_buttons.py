"""Every button that anybody is shown of a notice in any state does something; whatever else is asked is answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.cards.card import Button, Field, buttons_of
from bot.cards.gallery import Gallery
from bot.verbs import VERBS, Given
from handlers.commands import (
    CancelNotice,
    ChangeNotice,
    Rate,
    Ref,
    Refused,
    ReopenNotice,
    ReportTrouble,
    ResolveNotice,
    ShareRootCause,
    StaffInformed,
    UpdateNotice,
)
from storage.queries import rooms
from storage.store import Store
from tests.handlers import pressing
from tests.handlers.alarm import DANA, LUIS, MARCUS, SOFIA, TOM, acknowledge, internet, mail, raised
from tests.handlers.office import Office

WHO = (DANA, LUIS, TOM, MARCUS, SOFIA)
KINDS = {"notice", "relay", "feedback", "page"}


def draft(office: Office) -> Ref:
    """Written, not sent."""
    return raised(office, mail(send=False))


def discarded(office: Office) -> Ref:
    """Never sent."""
    ref = draft(office)
    office.do(SOFIA, CancelNotice(ref))
    return ref


def sent(office: Office) -> Ref:
    """Nobody has answered."""
    return raised(office, mail())


def acknowledged(office: Office) -> Ref:
    """Dana has read it, Luis has a problem too; there are two channels at Marlow & Finch."""
    ref = sent(office)
    acknowledge(office, ref, DANA)
    office.do(LUIS, ReportTrouble(ref, "The door."))
    for name in ("all-staff", "partners"):
        _room(office, name)
    return ref


def updated(office: Office) -> Ref:
    """Dana's staff knew, and there is news; there is one channel."""
    ref = sent(office)
    acknowledge(office, ref, DANA)
    office.do(DANA, StaffInformed(ref))
    office.do(SOFIA, UpdateNotice(ref, "Found.", "monitoring"))
    _room(office, "all-staff")
    return ref


def changed(office: Office) -> Ref:
    """What it says was corrected."""
    ref = sent(office)
    office.do(SOFIA, ChangeNotice(ref, severity=1, impact="No mail at all."))
    return ref


def unheard(office: Office) -> Ref:
    """Everybody is silent, until there are tasks to call."""
    ref = raised(office, internet())
    office.later(minutes=50)
    return ref


def resolved(office: Office) -> Ref:
    """It works again, and people are asked how it went."""
    ref = updated(office)
    office.do(SOFIA, ResolveNotice(ref, "Repaired."))
    return ref


def rated(office: Office) -> Ref:
    """Dana was not happy."""
    ref = resolved(office)
    asked = Ref("feedback", office.rows("SELECT id FROM feedback")[0].id)
    office.do(DANA, Rate(asked, 1))
    return ref


def reopened(office: Office) -> Ref:
    """It came back."""
    ref = resolved(office)
    office.do(SOFIA, ReopenNotice(ref, "It is back."))
    return ref


def cancelled(office: Office) -> Ref:
    """A false alarm after somebody had read it."""
    ref = acknowledged(office)
    office.do(SOFIA, CancelNotice(ref, "A test."))
    return ref


def explained(office: Office) -> Ref:
    """Closed by its root cause, which nobody has read."""
    ref = resolved(office)
    cause = office.do(SOFIA, ShareRootCause(ref, "A digger.", "Spliced.", "A second line.")).ref
    assert cause is not None
    return cause


def advisory(office: Office) -> Ref:
    """No outage, only news."""
    return raised(office, mail(kind="advisory", severity=4))


def over(office: Office) -> Ref:
    """Long closed."""
    ref = advisory(office)
    office.later(days=12)
    return ref


STATES = (
    draft,
    discarded,
    sent,
    acknowledged,
    updated,
    changed,
    unheard,
    resolved,
    rated,
    reopened,
    cancelled,
    explained,
    advisory,
    over,
)


@pytest.mark.parametrize("make", STATES)
def test_every_button_that_is_shown_does_something(
    make: Callable[[Office], Ref], seeded_file: Path, tmp_path: Path
) -> None:
    prepared = tmp_path / "prepared.db"
    shutil.copy(seeded_file, prepared)
    office = Office(Store(f"sqlite:///{prepared}"))
    make(office)
    found = list(_shown(office))
    now = office.now
    office.store.close()
    assert bool(found) == (make not in (discarded, over)), "nothing can be pressed"
    for number, (name, button) in enumerate(found):
        path = tmp_path / f"{number}.db"
        shutil.copy(prepared, path)
        _press(path, now, name, button)
        path.unlink()


@pytest.mark.parametrize("make", STATES)
def test_every_deed_in_every_state_is_answered(
    make: Callable[[Office], Ref], seeded_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    subjects, answers = _subjects(office, make(office)), []
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    for verb in (one for one in VERBS.values() if one.kinds & KINDS):
        for ref in (one for one in subjects if one.kind in verb.kinds):
            for who in WHO:
                filled = {"text": "Words.", "severity": "2", "person": office.person(TOM), "room": "rom_1"}
                given = Given(ref, 1, filled, lambda who=who: office.person(who), gallery, office.now)  # type: ignore[misc]
                try:
                    answers.append(office.do(who, verb.asks(given)).say)
                except Refused as refused:
                    answers.append(refused.sentence)
    office.store.close()
    assert len(answers) > 50
    assert all(said.endswith((".", "?", "!", "”", "first.")) for said in answers), sorted(set(answers))


# ------------------------------------------------------------------ parts


def _shown(office: Office) -> Iterator[tuple[str, Button]]:
    """Every button about notices on every card that somebody has been sent, and on their lists, each once."""
    return pressing.shown(office, lambda screens, id_: buttons_of(screens.gallery.waiting(id_)))


def _press(path: Path, now: datetime, name: str, button: Button) -> None:
    office = Office(Store(f"sqlite:///{path}"))
    office.now = now
    pressing.press(office, name, button, _typed)


def _typed(field: Field) -> str:
    if field.value or (not field.required and field.kind != "longtext"):
        return field.value
    return field.options[0].value if field.options else "Something new."


def _subjects(office: Office, ref: Ref) -> list[Ref]:
    """The notice, the page where notices begin, and whatever hangs on it."""
    relays = [Ref("relay", row.id) for row in office.rows("SELECT id FROM relay ORDER BY id")]
    asked = [Ref("feedback", row.id) for row in office.rows("SELECT id FROM feedback ORDER BY id")]
    return [ref, *relays[:2], *asked[:1], Ref("relay", "rly_none"), Ref("feedback", "fbk_none")]


def _room(office: Office, name: str) -> None:
    client = office.rows("SELECT id FROM client WHERE slug = 'marlow-finch'")[0].id
    row = {"id": f"rom_{name}", "platform": "slack", "org": "T0MARLOW", "channel": f"C0{name}", "name": name}
    with office.store.write() as tx:
        rooms.put_room(tx, {**row, "client_id": client, "state": "in"})


def test_a_button_names_what_opens_a_form(seeded_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    acknowledged(office)
    for name, button in _shown(office):
        verb = VERBS[button.verb.partition("@")[0]]
        assert button.form == (verb.form and "@" not in button.verb), f"{name}: {button.label}"
        assert button.ref.kind in verb.kinds, f"{name}: {button.label}"
    office.store.close()
