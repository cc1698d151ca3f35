"""What people type and press about cases: every button answers, nobody sees or does what is not theirs."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.cards.card import Button, Card, buttons_of
from bot.cards.pages import PAGE
from bot.demo import cases as demo
from bot.verbs import VERBS
from handlers.commands import Chat, PutCases, PutPerson, Ref, System
from tests.handlers.office import Office
from tests.handlers.screens import Screens, words
from tests.handlers.ticketing import TICKETS, put, ref_of, said

DANA, NORA, SOFIA, MARCUS, TOM = "Dana Whitlock", "Nora Blake", "Sofia Marchetti", "Marcus Hale", "Tom Beckett"


@pytest.fixture
def monday(office: Office) -> Screens:
    """The demo's cases as of Monday, June 15, with everybody's screens."""
    office.now = datetime.fromisoformat("2026-06-15T09:30:00-04:00")
    office.do(TICKETS, PutCases(demo.rows(office.now)))
    return Screens(office)


def typed(screens: Screens, who: str, said_: str) -> Card:
    """The page that typed words are answered with."""
    answer = screens.say(who, said_)
    assert answer.card is not None, answer
    return answer.card


def pressed(screens: Screens, who: str, verb: str, ref: Ref, **inputs: str) -> str:
    """A form that was filled in and sent; -> the sentence."""
    answer = screens.push(who, Button("", verb, ref), inputs)
    return answer.say or (next(iter(answer.form.errors.values())) if answer.form else "")


def test_dana_sees_twenty_open_cases_of_which_three_wait_for_her(monday: Screens) -> None:
    card = typed(monday, DANA, "cases")
    assert card.title == "20 open cases, 3 wait for you"
    shown = words(card)
    assert "CASE-4457 · Conference room phone echoes" in shown and "Waiting for Victor Amsel since Tue Jun 2" in shown
    assert "CASE-4498" not in shown, "that is Northgate's"
    assert [button.label for button in buttons_of(card)] == ["Ask about a case", "Escalate a case"]
    assert words(typed(monday, DANA, "/keyline cases")) == shown


def test_one_case_is_seen_by_its_number_in_any_letters(monday: Screens) -> None:
    for said_ in ("cases CASE-4471", "case case-4471", "CASES Case-4471"):
        assert typed(monday, DANA, said_).title == "CASE-4471 · Internet down in Providence"
    assert "Closed on Fri Jun 12" in words(typed(monday, DANA, "cases case-4471"))
    for said_ in ("cases case-4498", "cases case-9999", "cases 'OR 1=1--", "cases 0x"):
        assert typed(monday, DANA, said_).title == "No such case"
    assert typed(monday, SOFIA, "cases case-4498").title == "CASE-4498 · Label printer on line 2 drops jobs"


def test_the_provider_sees_how_many_and_a_clients(monday: Screens) -> None:
    assert "Marlow & Finch LLP" in words(typed(monday, SOFIA, "cases"))
    for said_ in ("cases marlow-finch", "cases mf", "cases Marlow & Finch LLP"):
        card = typed(monday, SOFIA, said_)
        assert card.title == "20 open cases, 3 wait for the client" and not buttons_of(card)


def test_more_cases_than_a_page_holds_follow_by_a_button(office: Office) -> None:
    screens = Screens(office)
    put(office, *(said(office, f"PSA-{n:02}") for n in range(45)))
    first = typed(screens, DANA, "cases")
    assert first.title == "45 open cases" and "And 25 more." in words(first)
    seen = words(first)
    for button in ("Show more", "Show more"):
        more = next(one for one in buttons_of(first) if one.label == button)
        first = typed(screens, DANA, more.ref.id)
        seen += words(first)
    assert all(f"PSA-{n:02}" in seen for n in range(45))
    assert "Show more" not in [one.label for one in buttons_of(first)]
    assert typed(screens, DANA, "cases 99").title == "45 open cases"


def test_a_question_goes_from_the_list_to_the_answer(monday: Screens) -> None:
    said_ = pressed(monday, DANA, "cases:ask", PAGE, case="", other="case-4460", text="Is it the network?")
    assert said_ == "Your question is with Sofia Marchetti. You get an answer here within one business day."
    remark = Ref("remark", monday.office.rows("SELECT id FROM report_remark")[0].id)
    assert "Harborline IT answers here by Tue Jun 16, 9:30 AM EDT." in monday.text(DANA, remark, "receipt")
    task = Ref("task", monday.office.rows("SELECT id FROM task WHERE kind = 'case_question'")[0].id)
    assert monday.labels(SOFIA, task, "task") == ["Answer", "Tomorrow morning", "Hand to a colleague"]
    assert (
        pressed(monday, SOFIA, "remark:answer", remark, text="It was the switch.") == "Dana Whitlock reads your answer."
    )
    assert "It was the switch." in monday.text(DANA, remark, "answer")
    assert monday.labels(DANA, remark, "receipt") == ["Ask again"]
    assert "It was the switch." in words(typed(monday, DANA, "cases case-4460"))


def test_a_form_says_what_is_missing_at_its_field(monday: Screens) -> None:
    assert pressed(monday, DANA, "cases:ask", PAGE, case="", other="", text="When?") == "Please choose the case."
    assert pressed(monday, DANA, "cases:escalate", PAGE, other="CASE-1", text="Now") == "There is no case CASE-1."
    assert pressed(monday, DANA, "cases:ask", PAGE, other="case-4460", text=" ") == "Please give your question."


def test_an_employee_sees_and_asks_about_the_own_cases_only(office: Office) -> None:
    screens = Screens(office)
    account = Chat("slack", "T0MARLOW", "U0NORA")
    office.do(
        System("cli"), PutPerson("marlow-finch", NORA, "nora@marlowfinch.example", accounts=(account,), grants=())
    )
    put(office, said(office, requester=NORA), said(office, "CASE-2", requester=DANA))
    assert typed(screens, NORA, "cases").title == "1 open case"
    assert typed(screens, NORA, "cases case-2").title == "No such case"
    form = screens.gallery.form("cases:ask", PAGE, 0, office.person(NORA))
    assert [one.label for field in form.fields for one in field.options] == ["CASE-1 · Printer is on fire"]
    assert "You can ask about cases of your own." in pressed(
        screens, NORA, "case:ask", ref_of(office, "CASE-2"), text="?"
    )
    assert pressed(screens, NORA, "case:ask", ref_of(office), text="When?").startswith("Your question is with")


@pytest.mark.parametrize("verb", sorted(verb for verb, one in VERBS.items() if one.kinds & {"case", "remark"}))
@pytest.mark.parametrize("who", [MARCUS, TOM])
def test_a_forged_press_on_another_companys_case_does_nothing(monday: Screens, verb: str, who: str) -> None:
    office = monday.office
    pressed(monday, DANA, "case:ask", ref_of(office, "CASE-4460"), text="When?")
    remark = Ref("remark", office.rows("SELECT id FROM report_remark")[0].id)
    before = office.rows("SELECT count(*) AS n FROM report_remark")[0].n, office.journal("remark.answered")
    for ref in (ref_of(office, "CASE-4460"), remark, Ref("case", "no"), Ref("remark", "no"), Ref("case", "x\x00")):
        if ref.kind in VERBS[verb].kinds:
            assert pressed(monday, who, verb, ref, text="Mine?"), "an answer, whatever it is"
            opened = monday.push(who, Button("", verb, ref))
            assert opened.form is None and opened.say and opened.card is None
            assert monday.gallery.pressed(ref, office.person(who)) is None
    assert before == (office.rows("SELECT count(*) AS n FROM report_remark")[0].n, office.journal("remark.answered"))


def test_every_button_on_a_card_about_cases_opens_its_form(monday: Screens) -> None:
    office, seen = monday.office, set()
    pressed(monday, DANA, "case:escalate", ref_of(office, "CASE-4502"), text="Now!")
    remark = Ref("remark", office.rows("SELECT id FROM report_remark")[0].id)
    pages = [typed(monday, DANA, said_) for said_ in ("cases", "cases case-4502", "cases case-4471")]
    cards = [(DANA, card) for card in pages] + [(SOFIA, monday.card(SOFIA, remark, "task"))]
    pressed(monday, SOFIA, "remark:answer", remark, text="Noon.")
    cards.append((DANA, monday.card(DANA, remark, "receipt")))
    for who, card in cards:
        for button in buttons_of(card):
            verb = VERBS[button.verb]
            assert button.ref.kind in verb.kinds and button.form == verb.form, button
            if button.verb != "remark:answer":
                assert monday.gallery.form(button.verb, button.ref, 0, office.person(who)).fields
            seen.add(button.verb)
    assert seen == {"cases:ask", "cases:escalate", "case:ask", "case:escalate", "remark:answer"}
