"""What people see of talks, pulses and opinions and press: every button that is shown is taken, forged ones are not."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cards.card import Button, Card, Field, buttons_of
from bot.verbs import VERBS
from handlers.commands import PutCadence, Ref, SkipTouchpoint
from storage.store import Store
from tests.handlers import pressing
from tests.handlers.office import Office
from tests.handlers.screens import Screens, words
from tests.handlers.talk_states import STATES, agreed, offered, opinions, pulses
from tests.handlers.talking import BEN, DANA, HANNAH, JILL, LUIS, MARCUS, SOFIA, TOM, talk_of

KINDS = ("touchpoint", "agenda_item", "action_item", "pulse", "feedback")
QUIET = ("closed", "skipped", "missed", "settled")
"""States in which there may be nothing to press."""
TYPED = {
    "starts_at": "2026-07-30T10:00:00-04:00",
    "windows": "2026-07-30T14:00:00-04:00",
    "length": "30",
    "url": "https://files.example/it.pdf",
    "users": "142",
    "users_year_ago": "118",
    "due_on": "2026-07-31",
    "score": "8",
}
EMPTY = ("waived_why", "windows_2", "length_2", "windows_3", "length_3", "on_behalf_of", "on", "link", "place")


def opened(path: Path, now: object) -> Office:
    """The office in this file, at this moment."""
    office = Office(Store(f"sqlite:///{path}"))
    office.now = now  # type: ignore[assignment]
    return office


@pytest.mark.parametrize("make", STATES)
def test_every_button_that_is_shown_is_taken(make: Callable[[Office], None], seeded_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    make(office)
    now, found = office.now, list(_shown(office))
    office.store.close()
    assert found or make.__name__ in QUIET
    for number, (name, button) in enumerate(found):
        own = tmp_path / f"{number}.db"
        shutil.copy(path, own)
        _press(opened(own, now), name, button)


@pytest.mark.parametrize("make", STATES)
def test_every_deed_in_every_state_is_answered(
    make: Callable[[Office], None], seeded_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    make(office)
    screens, answers = Screens(office), []
    for kind, table in zip(KINDS, ("touchpoint", "agenda_item", "action_item", "pulse", "feedback"), strict=True):
        ids = [row.id for row in office.rows(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 1")]
        for id_ in (*ids, "none", "\x00"):
            for verb in (one for one in VERBS if kind in VERBS[one].kinds):
                for who in (DANA, SOFIA, TOM):
                    for inputs in (None, {"text": "x", "reason": "x", "notes": "x", **TYPED}, {"starts_at": "soon"}):
                        answer = screens.push(who, Button("x", verb, Ref(kind, id_), 1, form=VERBS[verb].form), inputs)
                        answers.append(answer.say or (answer.form.title if answer.form is not None else ""))
    office.store.close()
    assert "" not in answers and not [one for one in answers if "Something went wrong on our side" in one]


def test_a_forged_button_shows_nobody_what_is_not_theirs(office: Office) -> None:
    agreed(office)
    opinions(office)
    (said,) = office.rows("SELECT id FROM feedback WHERE kind = 'ongoing' AND anonymous")
    ids = {"feedback": said.id, "touchpoint": talk_of(office, "marlow-finch", nth=0).id}
    screens = Screens(office)
    for name in (TOM, MARCUS, LUIS, HANNAH):
        assert screens.gallery.pressed(Ref("feedback", ids["feedback"]), office.person(name), "refresh") is None, name
        for verb, kind in (("talk:pick@2", "touchpoint"), ("talk:take", "touchpoint"), ("feedback:form", "feedback")):
            answer = screens.push(name, Button("x", verb, Ref(kind, ids[kind]), 1), {"score": "9"})
            assert answer.tone == "bad" and answer.card is None, f"{name}: {verb}"
    for name in (TOM, MARCUS):
        assert screens.gallery.pressed(Ref("touchpoint", ids["touchpoint"]), office.person(name), "refresh") is None


def test_a_pulse_is_the_providers_own(office: Office) -> None:
    pulses(office)
    screens = Screens(office)
    (first, *_) = office.rows("SELECT id FROM pulse ORDER BY id")
    ref = Ref("pulse", first.id)
    assert screens.gallery.pressed(ref, office.person(BEN), "refresh") is not None
    for name in (DANA, TOM, MARCUS, JILL):
        assert screens.gallery.pressed(ref, office.person(name), "refresh") is None
        assert screens.gallery.draw(ref, "pulse", office.person(name)) is None
        assert screens.push(name, Button("x", "pulse:log", ref, form=True)).tone == "bad"


# ------------------------------------------------------------------ words and forms


def test_the_word_feedback_opens_a_form_for_a_contact_and_a_list_for_the_provider(office: Office) -> None:
    screens = Screens(office)
    form = screens.say(DANA, "feedback").form
    assert form is not None and next(field.label for field in form.fields) == "What do you want to tell us?"
    unnamed = screens.send(DANA, form, text="Nobody calls back.", whose="named")
    assert unnamed.form is not None and "on_behalf_of" in unnamed.form.errors
    kept = {field.id: field.value for field in unnamed.form.fields}
    assert (kept["text"], kept["whose"]) == ("Nobody calls back.", "named")
    assert screens.send(DANA, unnamed.form, on_behalf_of="Sam Lee").tone == "good"
    page = screens.say(SOFIA, "feedback").card
    assert page is not None and "Dana Whitlock, for Sam Lee" in words(page)
    (answer,) = buttons_of(page)
    asked = screens.push(SOFIA, answer)
    assert asked.form is not None and "Nobody calls back." in asked.form.intro
    done = screens.send(SOFIA, asked.form, text="From Monday on somebody is there.")
    assert done.tone == "good" and done.card is not None and "From Monday on" in words(done.card)
    after = screens.say(SOFIA, "feedback").card
    assert after is not None and after.title == "All feedback is answered"


def test_a_name_that_would_not_be_used_is_not_dropped_in_silence(office: Office) -> None:
    screens = Screens(office)
    form = screens.say(DANA, "feedback").form
    assert form is not None
    answer = screens.send(DANA, form, text="The phones are great.", whose="own", on_behalf_of="Sam Lee")
    assert answer.form is not None and "would not be used" in answer.form.errors["on_behalf_of"]


def test_the_word_meetings_shows_what_is_planned_and_lets_the_provider_plan(office: Office) -> None:
    offered(office)
    screens = Screens(office)
    mine = screens.say(DANA, "meetings").card
    assert mine is not None and mine.title == "1 meeting" and "The lease of the printers" in words(mine)
    off = next(button for button in buttons_of(mine) if button.label == "Take off")
    gone = screens.push(DANA, off)
    assert gone.card is not None and "The lease of the printers" not in words(gone.card)
    picks = [button.label for button in buttons_of(gone.card) if button.label.startswith("Pick ")]
    assert picks == ["Pick Thu Jun 18, 10:00 AM EDT", "Pick Tue Jun 23, 10:00 AM EDT", "Pick Thu Jun 25, 10:00 AM EDT"]
    assert screens.say(LUIS, "meetings").card is not None
    form = screens.say(SOFIA, "meetings new").form
    assert form is not None
    typed = {"client": "northgate", "kind": "operational_call", "windows": TYPED["windows"], "length": "30"}
    past = screens.send(SOFIA, form, **{**typed, "windows": "2026-06-01T10:00:00-04:00"})
    assert past.form is not None and "windows" in past.form.errors
    assert screens.send(SOFIA, form, **typed).tone == "good"
    assert talk_of(office, "northgate", "operational_call") is not None
    waits = screens.say(MARCUS, "waiting").card
    assert waits is not None and waits.title == "1 meeting to answer (Operational call)"


def test_the_buttons_of_an_offer_are_exactly_these(office: Office) -> None:
    offered(office)
    ref, screens = talk_of(office, "marlow-finch"), Screens(office)
    times = ["Pick Thu Jun 18, 10:00 AM EDT", "Pick Tue Jun 23, 10:00 AM EDT", "Pick Thu Jun 25, 10:00 AM EDT"]
    others = ["Reschedule", "Add agenda item", "Skip with reason"]
    assert screens.labels(DANA, ref, "offer:r1") == [*times, *others]
    assert "No answer by Thu Jun 25, 10:00 AM EDT: this meeting is left out." in screens.text(DANA, ref, "offer:r1")
    answer = screens.press(DANA, ref, times[1], purpose="offer:r1")
    assert answer.tone == "good" and answer.card is not None
    assert "Tue Jun 23, 10:00 AM to 10:30 AM EDT" in words(answer.card)
    assert screens.labels(DANA, ref, "offer:r1") == others
    late = screens.push(DANA, Button(times[0], "talk:pick@1", ref, 1))
    assert late.tone == "bad" and "agreed already" in late.say


def test_a_next_one_is_promised_only_where_it_is_planned(office: Office) -> None:
    offered(office)
    ref, screens = talk_of(office, "marlow-finch"), Screens(office)
    office.do(DANA, SkipTouchpoint(ref, "We are moving."))
    assert "The next one is planned as usual." in screens.text(DANA, ref, "offer:r1")
    office.do(SOFIA, PutCadence("marlow-finch", "check_in", "never", "They see us daily."))
    assert "The next one" not in screens.text(DANA, ref, "offer:r1")


# ------------------------------------------------------------------ parts


def _shown(office: Office) -> Iterator[tuple[str, Button]]:
    """Every button on every card about talks, pulses and opinions that somebody has been sent; each once, and of those
    that do the same to several subjects two."""
    screens, seen, alike = Screens(office), set(), Counter[tuple[str, str]]()
    found = office.rows(
        "SELECT DISTINCT d.subject, d.purpose, p.id, p.name FROM delivery d JOIN person p ON p.id = d.person_id "
        "ORDER BY p.name, d.subject, d.purpose"
    )
    cards: list[tuple[str, Card | None]] = [
        (row.name, screens.gallery.draw(Ref.parse(row.subject), row.purpose, row.id))
        for row in found
        if row.subject.partition(":")[0] in (*KINDS, "task")
    ]
    cards += [(name, screens.say(name, word).card) for name in (DANA, SOFIA) for word in ("meetings", "waiting")]
    for name, card in cards:
        for button in buttons_of(card) if card is not None else ():
            same = (name, button.verb)
            if button.ref.kind in KINDS and (*same, button.ref) not in seen and alike[same] < 2:
                seen.add((*same, button.ref))
                alike[same] += 1
                yield name, button


def _press(office: Office, name: str, button: Button) -> None:
    pressing.press(office, name, button, _typed)


def _typed(field: Field) -> str:
    if field.id in EMPTY:
        return ""
    return TYPED.get(field.id) or (field.options[0].value if field.options else "Something new.")
