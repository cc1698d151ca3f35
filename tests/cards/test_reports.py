"""Reports as the store has them: who is shown what, what buttons ask of the desk, the board of all clients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards.card import Card, Lines, Link, Picture, buttons_of
from bot.cards.gallery import Gallery
from bot.cards.gallery.reports import FORMS
from bot.cards.reports import forms, may
from bot.slack import blocks
from bot.verbs import VERBS, Given
from handlers import commands
from handlers.commands import Ref, Refused, RemovePerson, System
from storage.queries import bulk
from storage.store import Store
from tests.cards import reports as scenes
from tests.cards.reported import MONDAY, PROVIDER, SENT, SOFIA, figures, large, quiet, report, standing, view
from tests.cards.stored import client_id, keep, say
from tests.cards.studio import chart_at
from tests.handlers.office import Office
from tests.slack import judge as slack_judge

BUTTONS = ["Reviewed", "Question on a case", "Escalate a case", "Wrong number"]
MAY: dict[str, Any] = {
    "kind": "exec_summary",
    "period": "2026-05",
    "from_at": datetime(2026, 5, 1, 4, tzinfo=UTC),
    "until_at": datetime(2026, 6, 1, 4, tzinfo=UTC),
}
NAMES = ("Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega", "Tom Beckett", "Marcus Hale")


@pytest.fixture
def office(peopled: Store) -> Office:
    """The Monday of the demo's report."""
    found = Office(peopled)
    found.now = SENT + timedelta(minutes=30)
    return found


def gallery(office: Office) -> Gallery:
    page = lambda ref, person_id: f"https://bot.example/console/{ref}"  # noqa: E731
    return Gallery(office.store, lambda: office.now, PROVIDER, page_of=page, chart_of=chart_at)


def labels(card: Card | None) -> list[str]:
    return [button.label for button in buttons_of(card)] if card is not None else []


def text_of(card: Card) -> str:
    return " ".join(slack_judge.texts(blocks.draw(card)))


# ------------------------------------------------------------------ who is shown what


def test_the_reader_has_exactly_four_buttons_and_the_picture(office: Office) -> None:
    id_ = keep(office.store, readers=[office.person(NAMES[0])])
    card = gallery(office).draw(Ref("report", id_), "report", office.person("Dana Whitlock"))
    assert card is not None and labels(card) == BUTTONS
    assert any(isinstance(block, Picture) for block in card.blocks)
    assert "20 cases open, down 3 in a week" in text_of(card)
    for said in ("92.9% (13 of 14)", "94.1% (16 of 17)", "88.9% (8 of 9 answers)"):
        assert said in text_of(card)


def test_nobody_of_a_client_sees_a_report_before_it_is_out(office: Office) -> None:
    for state in ("generated", "on_hold"):
        id_ = keep(office.store, state=state, id=f"rpt_{state}", number=2 if state == "on_hold" else 1)
        for name in NAMES:
            for purpose in ("report", "detail", "remind", "desk"):
                assert gallery(office).draw(Ref("report", id_), purpose, office.person(name)) is None
            assert gallery(office).pressed(Ref("report", id_), office.person(name), "refresh") is None
            with pytest.raises(Refused):
                gallery(office).form("report:wrong", Ref("report", id_), 1, office.person(name))


def test_a_forged_reference_shows_nothing_of_a_report(office: Office) -> None:
    id_ = keep(office.store, readers=[office.person("Dana Whitlock")])
    ref = Ref("report", id_)
    for name in NAMES[2:]:
        assert gallery(office).pressed(ref, office.person(name), "report:review") is None, name
        with pytest.raises(Refused):
            gallery(office).form("report:question", ref, 1, office.person(name))
    assert gallery(office).draw(ref, "report", office.person("Tom Beckett")) is None
    card = gallery(office).draw(ref, "report", office.person("Hannah Cole"))
    assert card is not None and labels(card) == [] and "20" not in text_of(card)


def test_somebody_who_has_left_reads_nothing_of_it_any_more(office: Office) -> None:
    priya = office.person("Priya Raman")
    id_ = keep(office.store, readers=[office.person("Dana Whitlock"), priya])
    assert labels(gallery(office).draw(Ref("report", id_), "report", priya)) == BUTTONS
    office.do(System("operator"), RemovePerson(priya, successor=office.person("Dana Whitlock")))
    card = gallery(office).draw(Ref("report", id_), "report", priya)
    assert card is None or labels(card) == []


def test_a_desk_form_is_for_the_provider_and_only_as_long_as_it_means_something(office: Office) -> None:
    ref = Ref("report", keep(office.store, readers=[office.person("Dana Whitlock")]))
    sofia, dana = office.person("Sofia Marchetti"), office.person("Dana Whitlock")
    assert gallery(office).form("report:correct", ref, 1, sofia).submit == "Send"
    for verb, who in (
        ("report:hold", sofia),
        ("report:note", sofia),
        ("report:correct", dana),
        ("report:wrong", sofia),
    ):
        with pytest.raises(Refused):
            gallery(office).form(verb, ref, 1, who)
    with pytest.raises(Refused):
        gallery(office).form("report:wrong", Ref("report", "rpt_none"), 1, dana)


def test_the_desk_answers_what_was_said_with_a_button_each(office: Office) -> None:
    dana = office.person("Dana Whitlock")
    id_ = keep(office.store, readers=[dana])
    remark = say(office.store, id_, "marlow-finch", dana)
    card = gallery(office).draw(Ref("report", id_), "desk", office.person("Sofia Marchetti"))
    assert card is not None
    answers = [button for button in buttons_of(card) if button.label == "Answer"]
    assert [(one.verb, one.ref) for one in answers] == [("remark:answer", Ref("remark", remark))]
    assert any(isinstance(block, Link) for block in card.blocks)


# ------------------------------------------------------------------ what buttons ask


def given(verb: str, inputs: dict[str, str], version: int = 3) -> Any:
    """The command that a press of this verb makes."""
    known: Any = None
    return VERBS[verb].asks(Given(Ref("report", "rpt_1"), version, inputs, lambda: "per_x", known, MONDAY))


def test_every_button_of_a_report_makes_its_command() -> None:
    ref = Ref("report", "rpt_1")
    assert given("report:review", {}) == commands.ReviewReport(ref, 3)
    assert given("report:question", {"case": "cas_1", "text": "Why?"}) == commands.AskAboutCase(ref, "Why?", "cas_1")
    by_hand = {"case": "cas_1", "other": " CASE-7 ", "text": "Now."}
    assert given("report:escalate", by_hand) == commands.EscalateCase(ref, "Now.", "CASE-7")
    assert given("report:wrong", {"about": "Closed", "text": "18"}) == commands.ReportWrongNumber(ref, "18", "Closed")
    assert given("report:release", {}) == commands.ReleaseReport(ref, 3)
    assert given("report:note", {"note": "Hello"}) == commands.ReleaseReport(ref, 3, "Hello")
    assert given("report:hold", {"reason": "No."}) == commands.HoldReport(ref, "No.")
    assert given("report:regenerate", {}) == commands.RegenerateReport(ref)
    assert given("report:correct", {"reason": "Nine."}) == commands.CorrectReport(ref, "Nine.")
    assert given("report:health", {"result": "good"}) == commands.NoteHealthCheck(ref, "good")


def test_every_button_that_is_drawn_is_known_and_opens_its_form_first_where_it_has_one() -> None:
    seen = set()
    for scene in scenes.SCENES:
        for name, drawn in scene(None):  # type: ignore[arg-type]
            for button in buttons_of(drawn) if isinstance(drawn, Card) else ():
                if button.ref.kind == "report":
                    seen.add(button.verb)
                    assert VERBS[button.verb].kinds == {"report"} and button.form == VERBS[button.verb].form, name
    assert seen == {verb for verb, one in VERBS.items() if "report" in one.kinds}
    assert set(FORMS) == {verb for verb in seen if VERBS[verb].form}


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("generated", []),
        ("on_hold", []),
        ("released", BUTTONS),
        ("unreviewed", BUTTONS),
        ("reviewed", BUTTONS[1:]),
        ("superseded", []),
    ],
)
def test_what_may_be_said_depends_on_where_it_stands(state: str, wanted: list[str]) -> None:
    found = standing(report(state))
    assert [button.label for button in may.reader_buttons(found, view(at=found))] == wanted
    desk = [button.label for button in may.desk_buttons(found, view(SOFIA, found))]
    unreleased = ["Release", "Hold", "Regenerate", "Release with a note", "Health check"]
    expected = {"generated": unreleased, "on_hold": [unreleased[0], *unreleased[2:]], "superseded": []}
    assert desk == expected.get(state, ["Send a correction", "Health check"])
    assert may.desk_buttons(found, view(at=found)) == [] and may.reader_buttons(found, view(SOFIA, found)) == []


def test_no_case_can_be_asked_about_where_there_was_none() -> None:
    calm = standing(report(shown=quiet()))
    assert [button.label for button in may.reader_buttons(calm, view(at=calm))] == ["Reviewed", "Wrong number"]


def test_the_form_offers_each_case_of_the_report_once_and_any_other_by_its_number() -> None:
    choice, other, text = forms.question_form(standing(), view(), PROVIDER).fields
    assert [option.value for option in choice.options] == [
        "cas_4431",
        "cas_4460",
        "cas_4466",
        "cas_4402",
        "cas_4437",
        "cas_4471",
    ]
    assert (choice.required, other.required, text.required) == (False, False, True)
    much = forms.escalate_form(standing(report(shown=large("x" * 200))), view(), PROVIDER).fields[0].options
    assert len(much) == 25 and all(len(option.label) <= 75 for option in much)
    by_hand, _ = forms.question_form(standing(report(shown=figures(waiting=(), oldest=()))), view(), PROVIDER).fields
    assert by_hand.id == "other" and by_hand.required


# ------------------------------------------------------------------ the board


def lines_of(card: Card) -> list[tuple[str, str, str]]:
    found: Sequence[Any] = [block for block in card.blocks if isinstance(block, Lines)]
    return [(block.heading, line.what, line.detail) for block in found for line in block.items]


def test_the_board_says_which_clients_have_reviewed_theirs(office: Office) -> None:
    dana, sofia = office.person("Dana Whitlock"), office.person("Sofia Marchetti")
    first = keep(office.store, state="reviewed", reviewed_by=dana, readers=[dana])
    say(office.store, first, "marlow-finch", dana)
    keep(office.store, "cedar-ridge", readers=[office.person("Tom Beckett")])
    keep(office.store, "northgate", "on_hold")
    keep(office.store, "northgate", "released", id="rpt_old", period="2026-W23")
    card = gallery(office).reports(sofia, "")
    assert card.title == "Reports: Jun 8 to Jun 14"
    assert "1 on hold · 1 waiting for a review · 1 reviewed" in text_of(card)
    assert [(heading.split(":")[0], who) for heading, who, _ in lines_of(card)] == [
        ("On hold", "Northgate Fabrication"),
        ("Waiting for a review", "Cedar Ridge Pediatrics"),
        ("Reviewed", "Marlow & Finch LLP"),
    ]
    assert lines_of(card)[2][2] == "marlow-finch · Dana Whitlock, Mon Jun 15, 9:12 AM EDT · 1 to answer"
    own = gallery(office).reports(sofia, "northgate")
    assert labels(own) == ["Release", "Regenerate", "Release with a note", "Health check"]
    assert own.title.startswith("Northgate")


def test_the_months_have_a_board_of_their_own_one_press_away_from_the_weeks(office: Office) -> None:
    dana, sofia = office.person("Dana Whitlock"), office.person("Sofia Marchetti")
    keep(office.store, readers=[dana])
    assert labels(gallery(office).reports(sofia, "")) == [], "there is no summary to go to"
    empty = gallery(office).reports(sofia, "months")
    assert empty.title == "No monthly summaries yet" and labels(empty) == ["Weekly report: Jun 8 to Jun 14"]
    keep(office.store, id="rpt_may", state="reviewed", reviewed_by=dana, **MAY)
    assert labels(gallery(office).reports(sofia, "")) == ["Monthly summary: May 2026"]
    board = gallery(office).reports(sofia, "months")
    assert board.title == "Monthly summaries: May 2026" and "1 reviewed" in text_of(board)
    assert [who for _, who, _ in lines_of(board)] == ["Marlow & Finch LLP"]
    assert "Type “reports months marlow-finch”" in text_of(board)
    for typed in ("months marlow-finch", "Marlow & Finch LLP monthly", "MF summary"):
        assert gallery(office).reports(sofia, typed).title == "Marlow & Finch LLP: monthly summary May 2026"
    with pytest.raises(Refused, match="Cedar Ridge Pediatrics has no monthly summary yet"):
        gallery(office).reports(sofia, "cedar-ridge months")


def test_a_contact_goes_from_the_newest_week_to_the_newest_month_and_back(office: Office) -> None:
    dana, hannah = office.person("Dana Whitlock"), office.person("Hannah Cole")
    keep(office.store, readers=[dana])
    assert gallery(office).reports(dana, "months").title == "There is no monthly summary yet"
    keep(office.store, id="rpt_may", readers=[dana], **MAY)
    week, month = gallery(office).reports(dana, ""), gallery(office).reports(dana, "months")
    assert week.title == "Weekly report: Jun 8 to Jun 14" and labels(week) == [*BUTTONS, "Monthly summary: May 2026"]
    assert month.title == "Monthly summary: May 2026"
    assert labels(month) == [*BUTTONS, "Weekly report: Jun 8 to Jun 14"]
    with pytest.raises(Refused):
        gallery(office).reports(hannah, "months")


def test_a_first_report_says_where_the_weeks_before_it_come_from_and_the_next_does_not(office: Office) -> None:
    dana, sofia = office.person("Dana Whitlock"), office.person("Sofia Marchetti")
    ref = Ref("report", keep(office.store, readers=[dana]))
    said = "The weeks before are as Harborline IT's ticket system has them."
    card, desk = gallery(office).draw(ref, "report", dana), gallery(office).draw(ref, "desk", sofia)
    assert card is not None and f"This is your first weekly report. {said}" in text_of(card)
    assert desk is not None and f"This is Marlow & Finch LLP's first weekly report. {said}" in text_of(desk)
    keep(office.store, id="rpt_old", period="2026-W23", readers=[dana], state="reviewed", reviewed_by=dana)
    card = gallery(office).draw(ref, "report", dana)
    assert card is not None and said not in text_of(card)
    fresh = {**figures(), "last": None}
    unknown = Ref("report", keep(office.store, "northgate", figures=fresh, readers=[office.person("Marcus Hale")]))
    card = gallery(office).draw(unknown, "report", office.person("Marcus Hale"))
    assert card is not None and "first" not in text_of(card), "there is no week before it"


def test_a_client_that_is_not_known_or_has_no_report_is_a_sentence(office: Office) -> None:
    sofia = office.person("Sofia Marchetti")
    assert gallery(office).reports(sofia, "").title == "No reports yet"
    for words_, said in (
        ("nobody", "There is no client called nobody."),
        ("CR", "Cedar Ridge Pediatrics has no report yet."),
    ):
        with pytest.raises(Refused, match=re.escape(said)):
            gallery(office).reports(sofia, words_)


def test_a_contact_who_asks_sees_the_newest_report_of_the_own_company(office: Office) -> None:
    dana, tom, hannah = (office.person(name) for name in ("Dana Whitlock", "Tom Beckett", "Hannah Cole"))
    keep(office.store, readers=[dana])
    keep(office.store, "marlow-finch", "generated", id="rpt_next", period="2026-W25")
    assert gallery(office).reports(dana, "").title == "Weekly report: Jun 8 to Jun 14"
    assert labels(gallery(office).reports(dana, "northgate")) == BUTTONS
    assert gallery(office).reports(tom, "").title == "There is no report yet"
    with pytest.raises(Refused, match="This report is for Dana Whitlock"):
        gallery(office).reports(hannah, "")


# ------------------------------------------------------------------ tasks about reports


@pytest.mark.parametrize("kind", ["report_held", "report_undeliverable", "report_unsound", "health_check"])
def test_a_task_about_a_report_says_what_to_do_and_has_what_does_it(office: Office, kind: str) -> None:
    state = "on_hold" if kind == "report_held" else "released"
    id_ = keep(office.store, state=state, readers=[office.person("Dana Whitlock")])
    mine = kind in ("report_held", "report_undeliverable")
    client = client_id(office.store, "marlow-finch")
    row = {
        "id": "tsk_report",
        "client_id": client,
        "owner_id": office.person("Sofia Marchetti"),
        "subject": f"report:{id_}" if mine else f"client:{client}",
        "kind": kind,
        "key": "x",
        "title": "Weekly report: look at it",
        "detail": "",
        "state": "open",
        "created_at": office.now,
    }
    with office.store.write() as tx:
        bulk.add_tasks(tx, [row])
    card = gallery(office).draw(Ref("task", "tsk_report"), "task", office.person("Sofia Marchetti"))
    assert card is not None
    at_hand = {"report_held": ["Release", "Regenerate"], "health_check": ["Health check"]}
    said, wanted = text_of(card), at_hand.get(kind, [])
    assert labels(card) == [*wanted, "Done", "Tomorrow morning", "Hand to a colleague"]
    assert ("Marlow & Finch LLP: weekly report Jun 8 to Jun 14" in said) == mine
    assert ("Dana Whitlock" in said) == (kind == "report_undeliverable")


def test_what_waits_names_the_report_until_somebody_has_reviewed_it(office: Office) -> None:
    dana, tom = office.person("Dana Whitlock"), office.person("Tom Beckett")
    keep(office.store, readers=[dana])
    keep(office.store, state="reviewed", id="rpt_done", period="2026-W23", readers=[dana], reviewed_by=dana)
    card = gallery(office).waiting(dana)
    assert card.title == "1 report to review" and labels(card) == ["Reviewed"]
    assert "20 cases open, down 3 in a week." in text_of(card)
    assert gallery(office).waiting(tom).title == "Nothing is waiting for you"
