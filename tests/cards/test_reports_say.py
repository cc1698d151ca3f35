"""What the cards of a report say: the one figure, the percentages, silence, the picture in words and in numbers."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards.card import Card, Picture, Table, Text, buttons_of
from bot.cards.reports import detail, picture, reader, words
from bot.cards.reports.desk import desk_card, odd
from bot.slack import blocks
from bot.teams import adaptive
from tests.cards import reports as scenes
from tests.cards.reported import PROVIDER, SOFIA, figures, large, quiet, report, standing, view
from tests.slack import judge as slack_judge
from tests.teams import judges as teams_judges


def labels(card: Card) -> list[str]:
    return [button.label for button in buttons_of(card)]


def text_of(card: Card) -> str:
    return " ".join(slack_judge.texts(blocks.draw(card)))


# ------------------------------------------------------------------ what it says


def test_an_auto_released_report_does_not_say_that_anybody_checked_it() -> None:
    for by, said in (("", False), ("Sofia Marchetti", True)):
        found = standing(report(released_by=by))
        card = reader.report_card(found, view(at=found), provider=PROVIDER, chart="")
        assert ("checked by" in text_of(card)) == said


def test_a_replaced_report_has_lost_its_numbers() -> None:
    new = report(id="rpt_2", number=2, correction="Nine cases of another company were counted as yours.")
    old = standing(report("superseded"), instead=new)
    for card in (
        reader.report_card(old, view(at=old), provider=PROVIDER, chart="https://x.example/c.png"),
        reader.reminder(old, view(at=old), provider=PROVIDER),
    ):
        assert "Nine cases of another company" in text_of(card) and labels(card) == []
        assert "92.9%" not in text_of(card) and not any(isinstance(block, Picture) for block in card.blocks)


def test_silence_is_said_with_its_hours_and_who_is_reminded_until_it_is_over() -> None:
    fresh = standing()
    (said,) = reader.silence(fresh, view(at=fresh))
    assert isinstance(said, Text)
    assert said.text == (
        "Not reviewed by Wed Jun 17, 9:00 AM EDT: you are reminded, and Priya Raman gets it as well. "
        "Still not by Fri Jun 19, 5:00 PM EDT: it is filed as not reviewed. Nothing else changes."
    )
    assert reader.silence(standing(report("reviewed")), view()) == []
    assert reader.silence(fresh, view(SOFIA, fresh)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "20 cases open, down 3 in a week"),
        ({"backlog_start": 20, "opened": 17}, "20 cases open, as a week before"),
        ({"backlog_start": 3, "opened": 34}, "20 cases open, up 17 in a week"),
        ({"backlog_start": 0, "opened": 37, "last": None}, "20 cases open"),
        ({"backlog_end": 0, "backlog_start": 3, "aging": [0, 0, 0, 0, 0]}, "No case is open, down 3 in a week"),
        ({"backlog_end": 1, "backlog_start": 4, "aging": [1, 0, 0, 0, 0]}, "1 case open, down 3 in a week"),
    ],
)
def test_the_one_figure_says_whether_it_is_up_or_down(changes: dict[str, Any], said: str) -> None:
    found = standing(report(shown=figures(**changes)))
    assert words.headline(found, view(at=found)) == said


def test_nothing_at_all_is_a_quiet_week_and_no_percentage_of_nothing() -> None:
    calm = standing(report(shown=quiet()))
    card = reader.report_card(calm, view(at=calm), provider=PROVIDER, chart="")
    assert words.headline(calm, view(at=calm)) == "A quiet week: nothing was opened, nothing is open"
    assert "%" not in text_of(card) and "Nothing waits for you." in text_of(card)
    assert not [block for block in card.blocks if isinstance(block, (Picture, Table))]
    assert detail.detail_card(calm, view(at=calm), provider=PROVIDER) is None


@pytest.mark.parametrize(
    ("locale", "said"), [("de_DE", "92,9\u00a0% (13 of 14)"), ("fr_FR", "92,9"), ("ar_EG", "92.9%")]
)
def test_numbers_are_written_as_the_client_writes_them(locale: str, said: str) -> None:
    found = standing()
    assert words.met(found.figures["response"], view(at=found, locale=locale)).startswith(said)
    much = standing(report(shown=large()))
    assert words.cases(10_191, view(at=much, locale="de_DE")) == "10.191 cases"


def test_what_has_been_open_for_long_is_said_once_on_the_desks_card_of_a_month() -> None:
    shown = figures(month=scenes.MONTH)
    row = report("generated", shown, kind="exec_summary", period="2026-05")
    card = desk_card(standing(row), view(SOFIA), provider=PROVIDER, chart="", page="")
    assert text_of(card).count("open for more than 30 days") == 1


def test_the_desk_is_told_what_looks_odd() -> None:
    assert odd(standing(), view(SOFIA)) == ["1 case is open for more than 30 days."]
    low = figures(response={"met": 12, "of": 14, "by_priority": {"P3": [12, 14]}}, aging=[9, 5, 4, 2, 0])
    assert odd(standing(report(shown=low)), view(SOFIA)) == [
        "Only 85.7% (12 of 14) of the cases were answered in time."
    ]
    assert odd(standing(report(shown=quiet())), view(SOFIA)) == ["There was no health check this week."]


# ------------------------------------------------------------------ the picture, without eyes and without pictures


def test_the_pictures_words_say_every_number_that_it_shows() -> None:
    found = standing()
    said = picture.alt(found, view(at=found))
    for numbers in (
        "Open at the end of the week: 21, 20, 21, 25, 23, 20, 23, 20.",
        "Opened: 12, 15, 11, 18, 13, 9, 16, 14.",
        "Closed: 9, 16, 10, 14, 15, 12, 13, 17.",
        "Age of what is open: 8 up to 3 days, 5 4 to 7 days, 4 8 to 14 days, 2 15 to 30 days, 1 over 30 days.",
    ):
        assert numbers.replace("5 4 to", "5 4 to") in said
    assert said.startswith("Chart of 8 weeks to Jun 14.")


def test_both_platforms_carry_the_pictures_words_whole() -> None:
    much = standing(report(shown=large()))
    said = picture.alt(much, view(at=much))
    card = Card("x", "x", (Picture("https://bot.example/charts/x.png", said),))
    (image,) = [each for each in blocks.draw(card) if each["type"] == "image"]
    assert image["alt_text"] == said
    (shown,) = [node for node in teams_judges.nodes(adaptive.render(card)) if node.get("type") == "Image"]
    assert shown["altText"] == said


def test_without_an_address_the_numbers_stand_on_the_card_themselves() -> None:
    found = standing()
    card = reader.report_card(found, view(at=found), provider=PROVIDER, chart="")
    (table,) = [block for block in card.blocks if isinstance(block, Table)]
    assert table.rows[0] == ("Jun 8", "14", "17", "20") and len(table.rows) == 8
    assert not any(isinstance(block, Picture) for block in card.blocks)
    classic = " ".join(slack_judge.texts(blocks.draw_classic(card)))
    assert "Jun 8: 14 opened, 17 closed, 20 open" in classic
    on_teams = [node["text"] for node in teams_judges.nodes(adaptive.render(card)) if node.get("type") == "TextRun"]
    at = on_teams.index("Jun 8")
    assert on_teams[at : at + 4] == ["Jun 8", "14", "17", "20"]


def test_a_card_has_at_most_one_table_as_slack_takes_no_more() -> None:
    for scene in scenes.SCENES:
        for name, drawn in scene(None):  # type: ignore[arg-type]
            if isinstance(drawn, Card):
                assert sum(isinstance(block, Table) for block in drawn.blocks) <= 1, name


def test_ten_thousand_cases_and_the_worst_titles_fit_and_keep_their_buttons() -> None:
    for scene in (scenes.small_and_large, scenes.worst):
        for name, drawn in scene(None):  # type: ignore[arg-type]
            if isinstance(drawn, Card):
                said = blocks.draw(drawn)
                pressed = [each for each in slack_judge.objects(said) if each.get("type") == "button"]
                assert len(pressed) == len(buttons_of(drawn)), name
