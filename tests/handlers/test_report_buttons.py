"""What people see of a report and press: the demo's Monday, every button that is shown, forged ones, the words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cards.card import Button, Field, buttons_of
from bot.verbs import VERBS, Given
from handlers.commands import PutCases, Ref, RegenerateReport, ReleaseReport
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.pressing import press
from tests.handlers.report_states import STATES, an_open_case, sent
from tests.handlers.reporting import (
    DANA,
    MARCUS,
    NF,
    PSA,
    SOFIA,
    TOM,
    et,
    monday,
    ref_of,
    rows,
    standing,
    until,
)
from tests.handlers.screens import Screens

READS = ["Reviewed", "Question on a case", "Escalate a case", "Wrong number"]
WHO = (SOFIA, DANA, MARCUS)


# ------------------------------------------------------------------ the demo's Monday


def test_the_demos_monday_on_screens(peopled: Store) -> None:
    office = monday(peopled)
    screens, moment = Screens(office), et(15, 7, 0)
    until(office, moment)
    ours, theirs = ref_of(office), ref_of(office, NF)
    waits = ["Release", "Regenerate", "Release with a note", "Health check"]
    assert screens.labels(SOFIA, theirs, "desk") == [waits[0], "Hold", *waits[1:]]
    assert "Goes out at 9:00 AM EDT" in screens.text(SOFIA, theirs, "desk")
    held = screens.press(SOFIA, theirs, "Hold", {"reason": "The count looks wrong."}, "desk")
    assert held.tone == "good" and "Sofia Marchetti holds it" in screens.text(SOFIA, theirs, "desk")
    assert screens.labels(SOFIA, theirs, "desk") == waits
    found = {"result": "attention", "text": "A backup failed twice."}
    assert "There was no health check this week." in screens.text(SOFIA, theirs, "desk")
    assert screens.press(SOFIA, theirs, "Health check", found, "desk").tone == "good"
    assert "Health check: A backup failed twice." in screens.text(SOFIA, theirs, "desk")
    assert "There was no health check" not in screens.text(SOFIA, theirs, "desk")
    assert screens.press(SOFIA, theirs, "Regenerate", purpose="desk").tone == "good"
    until(office, et(15, 8, 50))
    assert screens.press(SOFIA, theirs, "Release", purpose="desk").tone == "good"
    until(office, et(15, 9, 12))
    assert "checked by Sofia Marchetti" in screens.text(MARCUS, theirs, "report")
    assert "Health check: A backup failed twice." in screens.text(MARCUS, theirs, "report")
    read = screens.text(DANA, ours, "report")
    for said in (
        "20 cases open, down 3 in a week",
        "14 (",
        "17 (",
        "92.9% (13 of 14)",
        "94.1% (16 of 17)",
        "88.9% (8 of 9 answers)",
        "Please review",
    ):
        assert said in read, said
    assert "checked by" not in read and screens.labels(DANA, ours, "report") == READS
    assert an_open_case(office, ours) in screens.text(DANA, ours, "detail")
    answer = screens.press(DANA, ours, "Reviewed", purpose="report")
    assert answer.tone == "good" and answer.card is not None and answer.card.status is not None
    assert (
        answer.card.status.text == "You reviewed this"
        and "Reviewed by you, Mon Jun 15, 9:12 AM EDT." in screens.text(DANA, ours, "report")
    )
    assert "Reviewed by Dana Whitlock" in screens.text(SOFIA, ours, "desk")
    form = screens.press(MARCUS, theirs, "Question on a case", purpose="report").form
    assert form is not None and any("CASE-4498" in option.label for option in form.fields[0].options)
    chosen = next(option.value for option in form.fields[0].options if "CASE-4498" in option.label)
    asked = screens.send(MARCUS, form, case=chosen, text="When is somebody here?")
    assert asked.tone == "good" and "You asked about CASE-4498" in screens.text(MARCUS, theirs, "report")
    assert [button.label for button in screens.buttons(SOFIA, theirs, "desk")] == [
        "Send a correction",
        "Health check",
        "Answer",
    ]
    assert screens.press(SOFIA, theirs, "Answer", {"text": "Tomorrow at nine."}, "desk").tone == "good"
    assert "Tomorrow at nine." in screens.text(MARCUS, theirs, "report")
    corrected = screens.press(SOFIA, theirs, "Send a correction", {"reason": "One case was counted twice."}, "desk")
    assert corrected.tone == "good"
    new = ref_of(office, NF)
    assert screens.labels(MARCUS, theirs, "report") == [] and screens.labels(MARCUS, new, "report") == READS
    for ref in (theirs, new):
        assert "One case was counted twice." in screens.text(MARCUS, ref, "report")


def test_the_task_about_a_doubted_number_names_it_and_the_reports_days(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 9, 1))
    screens, ref = Screens(office), ref_of(office)
    said = {"about": "Closed", "text": "We closed at least three on Thursday."}
    assert screens.press(DANA, ref, "Wrong number", said, "report").tone == "good"
    (row,) = office.rows("SELECT id, title FROM task WHERE kind = 'wrong_number'")
    assert row.title == "Dana Whitlock doubts “Closed”"
    assert "In the report of Jun 8 to Jun 14" in screens.text(SOFIA, Ref("task", row.id), "task")


def test_a_form_sent_without_a_case_comes_back_with_its_words(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 9, 1))
    screens, ref = Screens(office), ref_of(office)
    form = screens.press(DANA, ref, "Escalate a case", purpose="report").form
    assert form is not None
    again = screens.send(DANA, form, text="It is on fire.")
    assert again.form is not None and list(again.form.errors) == ["case"]
    assert {field.id: field.value for field in again.form.fields}["text"] == "It is on fire."
    assert screens.send(DANA, again.form, other=an_open_case(office, ref), text="It is on fire.").tone == "good"
    unknown = screens.send(DANA, form, other="CASE-0", text="What?")
    assert (unknown.form is not None and unknown.tone == "bad") or unknown.form is not None


def test_the_reminder_and_what_comes_of_silence(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 9, 1))
    ref, screens = ref_of(office), Screens(office)
    assert "Not reviewed by Wed Jun 17, 9:00 AM EDT: you are reminded. Still not by" in screens.text(
        DANA, ref, "report"
    )
    until(office, et(17, 9, 1))
    assert screens.labels(DANA, ref, "remind") == READS
    end = standing(office, ref).unreviewed_at
    assert end is not None and f"Not reviewed by {end:%a %b} {end.day}," in screens.text(DANA, ref, "remind")
    until(office, end + timedelta(minutes=1))
    assert standing(office, ref).state == "unreviewed" and screens.labels(DANA, ref, "report") == READS
    assert screens.press(DANA, ref, "Reviewed", purpose="report").tone == "good"


# ------------------------------------------------------------------ every button


@pytest.fixture(scope="module")
def beginning(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cases are in."""
    path = tmp_path_factory.mktemp("monday") / "keyline.db"
    shutil.copy(seeded_file, path)
    office = Office(Store(f"sqlite:///{path}"))
    office.now = et(15, 6, 59)
    office.do(PSA, PutCases(rows(office.now)))
    office.store.close()
    return path


def opened(path: Path, now: datetime) -> Office:
    office = Office(Store(f"sqlite:///{path}"))
    office.now = now
    return office


@pytest.mark.parametrize("make", STATES)
def test_every_button_that_is_shown_is_taken(make: Callable[[Office], None], beginning: Path, tmp_path: Path) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(beginning, path)
    office = opened(path, et(15, 6, 59))
    make(office)
    now, found = office.now, list(_shown(office))
    office.store.close()
    assert len(found) >= 6
    for number, (name, button) in enumerate(found):
        own = tmp_path / f"{number}.db"
        shutil.copy(path, own)
        press(opened(own, now), name, button, _typed)


@pytest.mark.parametrize("make", STATES)
def test_every_deed_in_every_state_is_answered(make: Callable[[Office], None], beginning: Path, tmp_path: Path) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(beginning, path)
    office = opened(path, et(15, 6, 59))
    make(office)
    screens, answers = Screens(office), []
    filled = {"reason": "Words.", "text": "Words.", "note": "Words.", "about": "Closed", "other": "CASE-4471"}
    for ref in (ref_of(office), Ref("report", "rpt_none"), Ref("report", "\x00")):
        for verb in (one for one in VERBS if "report" in VERBS[one].kinds):
            for who in WHO:
                for inputs in (None, filled):
                    answer = screens.push(who, Button("x", verb, ref, 1, form=VERBS[verb].form), inputs)
                    answers.append(answer.say or (answer.form.intro if answer.form is not None else ""))
    office.store.close()
    assert "" not in answers and not [one for one in answers if "Something went wrong on our side" in one]


def test_a_forged_button_shows_nobody_what_is_not_theirs(beginning: Path, tmp_path: Path) -> None:
    path = tmp_path / "keyline.db"
    shutil.copy(beginning, path)
    office = opened(path, et(15, 6, 59))
    sent(office)
    screens, ref = Screens(office), ref_of(office)
    for name in (TOM, MARCUS, "Luis Ortega", "Hannah Cole"):
        assert screens.gallery.pressed(ref, office.person(name), "refresh") is None, name
        for verb in ("report:review", "report:release", "report:wrong"):
            answer = screens.push(name, Button("x", verb, ref, 1), {"text": "x"})
            assert answer.tone == "bad" and answer.card is None, f"{name}: {verb}"
    office.store.close()


def test_a_service_or_an_old_card_releases_nothing_that_changed_since(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 7, 1))
    screens, ref = Screens(office), ref_of(office)
    release = next(button for button in screens.buttons(SOFIA, ref, "desk") if button.label == "Release")
    office.do(SOFIA, RegenerateReport(ref))
    answer = screens.push(SOFIA, release)
    assert answer.tone == "bad" and "changed" in answer.say
    again = next(button for button in screens.buttons(SOFIA, ref, "desk") if button.label == "Release")
    given = Given(ref, again.version, {}, lambda: office.person(SOFIA), screens.gallery, office.now)
    assert VERBS["report:release"].asks(given) == ReleaseReport(ref, again.version)
    assert screens.push(SOFIA, again).tone == "good"


# ------------------------------------------------------------------ words


def test_the_word_reports_answers_everybody(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 9, 1))
    screens = Screens(office)
    board = screens.say(SOFIA, "reports").card
    assert board is not None and board.title == "Reports: Jun 8 to Jun 14"
    own = screens.say(SOFIA, "reports NF").card
    assert own is not None and own.title.startswith("Northgate Fabrication")
    assert screens.say(SOFIA, "reports nobody").say == "There is no client called nobody."
    for word in ("report", "reports", "reports 2"):
        mine = screens.say(DANA, word).card
        assert mine is not None and [button.label for button in buttons_of(mine)] == READS
    assert screens.say("Hannah Cole", "report").say == "This report is for Dana Whitlock."


# ------------------------------------------------------------------ parts


def _shown(office: Office) -> Iterator[tuple[str, Button]]:
    """Every button about reports on every card that somebody has been sent, each once."""
    screens, seen = Screens(office), set()
    found = office.rows(
        "SELECT DISTINCT d.subject, d.purpose, p.id, p.name FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject LIKE 'report:%' OR d.subject LIKE 'task:%' ORDER BY p.name, d.subject, d.purpose"
    )
    for row in found:
        card = screens.gallery.draw(Ref.parse(row.subject), row.purpose, row.id)
        for button in buttons_of(card) if card is not None else ():
            if button.ref.kind in ("report", "remark") and (row.name, button.verb, button.ref) not in seen:
                seen.add((row.name, button.verb, button.ref))
                yield row.name, button


def _typed(field: Field) -> str:
    if field.id == "other" and not field.required:
        return ""
    return field.options[0].value if field.options else "Something new." if field.id != "other" else "CASE-4471"
