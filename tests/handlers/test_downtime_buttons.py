"""Every button that anybody is shown of a downtime in any state does something; nobody is shown what is not theirs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cards.card import Button, Field, buttons_of
from bot.cards.gallery import Gallery
from bot.verbs import VERBS, Given
from handlers.commands import (
    AnswerWindows,
    CancelDowntime,
    ChooseWindow,
    CompleteDowntime,
    DeclineDowntime,
    FinishDowntime,
    GoAway,
    PostponeDowntime,
    PutBlackout,
    Ref,
    Refused,
    StartDowntime,
    SuggestWindow,
    WithdrawDowntime,
)
from storage.store import Store
from tests.cards.downtimes import ANJA, FIRST, GRETA, KAI, MARCUS, SATURDAY, SUNDAY, TOM, firewall, switch, window
from tests.cards.scenes import DANA, LUIS, SOFIA
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


def _raised(office: Office, **changes: object) -> Ref:
    office.now = datetime.fromisoformat(FIRST)
    ref = office.do(SOFIA, firewall(**{"engineer": office.person(KAI), **changes})).ref
    assert ref is not None
    return ref


def _at(office: Office, moment: str) -> None:
    office.later(seconds=(datetime.fromisoformat(moment) - office.now).total_seconds())


def draft(office: Office) -> Ref:
    """Written, not sent."""
    return _raised(office, send=False)


def blocked(office: Office) -> Ref:
    """Something speaks against it."""
    return _raised(office, send=False, windows=(window("2026-06-24T10:00:00-04:00"),))


def offered(office: Office) -> Ref:
    """Nobody has answered."""
    return _raised(office)


def objected(office: Office) -> Ref:
    """Leipzig is against the first time and has not said anything about the second."""
    ref = offered(office)
    office.do(ANJA, AnswerWindows(ref, 1, False, (1,), "Night shift."))
    return ref


def turn(office: Office) -> Ref:
    """The key contact decides."""
    ref = objected(office)
    office.do(ANJA, AnswerWindows(ref, 1, True))
    return ref


def silent(office: Office) -> Ref:
    """Leipzig has not answered in time; there are tasks to call."""
    ref = offered(office)
    _at(office, "2026-06-12T12:00:00-04:00")
    return ref


def one_of_two_over(office: Office) -> Ref:
    """The first time has begun while the second can still be chosen."""
    ref = _raised(office, windows=(window("2026-06-09T18:00:00-04:00", 1), window(SUNDAY)))
    office.do(ANJA, AnswerWindows(ref, 1, True))
    return ref


def short(office: Office) -> Ref:
    """Less notice than the rules ask for."""
    ref = _raised(office, windows=(window("2026-06-13T06:00:00-04:00"),))
    office.do(ANJA, AnswerWindows(ref, 1, True))
    return ref


def countered(office: Office) -> Ref:
    """The key contact has suggested another time."""
    ref = offered(office)
    office.do(MARCUS, SuggestWindow(ref, 1, window("2026-06-27T06:00:00-04:00")))
    return ref


def awkward(office: Office) -> Ref:
    """The key contact has suggested a time in business hours."""
    ref = offered(office)
    office.do(MARCUS, SuggestWindow(ref, 1, window("2026-06-24T10:00:00-04:00")))
    return ref


def asked_for(office: Office) -> Ref:
    """A contact has asked."""
    office.now = datetime.fromisoformat(FIRST)
    ref = office.do(MARCUS, firewall(client="", send=False)).ref
    assert ref is not None
    return ref


def away(office: Office) -> Ref:
    """The coordinator is away after having been asked."""
    ref = offered(office)
    office.do(ANJA, GoAway(office.now, office.now + timedelta(days=3)))
    return ref


def agreed(office: Office) -> Ref:
    """Agreed for Sunday."""
    ref = offered(office)
    office.do(ANJA, AnswerWindows(ref, 1, True))
    office.do(MARCUS, ChooseWindow(ref, 1, 2))
    return ref


def doubted(office: Office) -> Ref:
    """No work is wanted then any more."""
    ref = agreed(office)
    office.do(ANJA, PutBlackout("Stocktaking.", location="leipzig", window=window(SUNDAY)))
    return ref


def beginning(office: Office) -> Ref:
    """Five minutes before."""
    ref = agreed(office)
    _at(office, "2026-06-21T05:55:00-04:00")
    return ref


def late(office: Office) -> Ref:
    """It should have begun."""
    ref = agreed(office)
    _at(office, "2026-06-21T06:20:00-04:00")
    return ref


def missed(office: Office) -> Ref:
    """Its time is over."""
    ref = agreed(office)
    _at(office, "2026-06-21T11:00:00-04:00")
    return ref


def running(office: Office) -> Ref:
    """Under way."""
    ref = beginning(office)
    office.do(KAI, StartDowntime(ref))
    return ref


def overrun(office: Office) -> Ref:
    """Longer than planned, and nobody says anything."""
    ref = running(office)
    _at(office, "2026-06-21T10:20:00-04:00")
    return ref


def checked(office: Office) -> Ref:
    """Done and being checked."""
    ref = running(office)
    office.do(KAI, FinishDowntime(ref))
    return ref


def completed(office: Office) -> Ref:
    """Everything works."""
    ref = running(office)
    office.do(KAI, CompleteDowntime(ref))
    return ref


def postponed(office: Office) -> Ref:
    """Given up for another time."""
    ref = agreed(office)
    office.do(SOFIA, PostponeDowntime(ref, "A part is late.", (window("2026-07-25T06:00:00-04:00"),)))
    return ref


def cancelled(office: Office) -> Ref:
    """Given up for good."""
    ref = agreed(office)
    office.do(MARCUS, CancelDowntime(ref, "Closed."))
    return ref


def declined(office: Office) -> Ref:
    """The key contact has said no."""
    ref = offered(office)
    office.do(MARCUS, DeclineDowntime(ref, 1, "Not now."))
    return ref


def withdrawn(office: Office) -> Ref:
    """Taken back."""
    ref = offered(office)
    office.do(SOFIA, WithdrawDowntime(ref))
    return ref


def expired(office: Office) -> Ref:
    """Nobody has answered."""
    ref = offered(office)
    _at(office, "2026-06-18T10:00:00-04:00")
    return ref


def slack(office: Office) -> Ref:
    """At a client on the other platform."""
    office.now = datetime.fromisoformat(FIRST)
    ref = office.do(SOFIA, switch(windows=(window(SATURDAY, 0.25),))).ref
    assert ref is not None
    return ref


STATES = (
    draft,
    blocked,
    offered,
    objected,
    turn,
    silent,
    one_of_two_over,
    short,
    countered,
    awkward,
    asked_for,
    away,
    agreed,
    doubted,
    beginning,
    late,
    missed,
    running,
    overrun,
    checked,
    completed,
    postponed,
    cancelled,
    declined,
    withdrawn,
    expired,
    slack,
)
OVER = (completed, postponed, cancelled, declined, withdrawn, expired)


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
    """Every button about downtimes on every card that somebody has been sent, and on their lists, each once.

    Meetings, pulses and reports come round by themselves meanwhile; their buttons are pressed in tests of their own.
    """
    screens, seen, lists = Screens(office), set(), set()
    others = {f"task:{row.id}" for row in office.rows("SELECT id, subject FROM task") if _of_others(row.subject)}
    rows = office.rows(
        "SELECT DISTINCT d.subject, d.purpose, p.id, p.name FROM delivery d JOIN person p ON p.id = d.person_id "
        "ORDER BY p.name, d.subject, d.purpose"
    )
    for row in rows:
        card = screens.gallery.draw(Ref.parse(row.subject), row.purpose, row.id)
        found = [*(buttons_of(card) if card is not None else ())]
        if row.id not in lists:
            lists.add(row.id)
            found += [*buttons_of(screens.gallery.waiting(row.id)), *buttons_of(screens.gallery.downtimes(row.id))]
        for button in found:
            others_own = _of_others(str(button.ref)) or str(button.ref) in others
            if not others_own and (row.name, button.verb, button.ref) not in seen:
                seen.add((row.name, button.verb, button.ref))
                verb = VERBS[button.verb.partition("@")[0]]
                assert button.form == (verb.form and "@" not in button.verb), f"{row.name}: {button.label}"
                assert button.ref.kind in verb.kinds, f"{row.name}: {button.label}"
                yield row.name, button


def _of_others(subject: str) -> bool:
    return subject.startswith(("touchpoint:", "pulse:", "report:", "agenda_item:", "action_item:"))


def _press(path: Path, now: datetime, name: str, button: Button) -> None:
    office = Office(Store(f"sqlite:///{path}"))
    office.now = now
    screens = Screens(office)
    answer = screens.push(name, button)
    assert (answer.form is not None) == button.form, f"{name}: {button.label} says {answer.say}"
    if answer.form is not None:
        answer = screens.send(name, answer.form, **{field.id: _typed(field) for field in answer.form.fields})
        assert answer.form is None, f"{name}: {button.label} says {answer.form.errors if answer.form else ''}"
    office.store.close()
    assert answer.tone != "bad" and answer.say, f"{name}: {button.label} says {answer.say}"


def _typed(field: Field) -> str:
    if field.value:
        return field.value
    if field.id in TYPED and not (field.options and TYPED[field.id] not in {one.value for one in field.options}):
        return TYPED[field.id]
    if not field.required and field.kind != "longtext":
        return ""
    return field.options[0].value if field.options else "Something new."
