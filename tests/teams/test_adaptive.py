"""Cards as Adaptive Cards: the pictures we agreed on, valid by the official schema, with no user text as markup."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.card import Actions, Button, Card, Fact, Facts, Line, Lines, Link, Picture, Quote, Rule, Status, Text
from bot.teams import adaptive, forms, text
from bot.teams.elements import ACTIONS_IN_A_ROW
from handlers.commands import Ref
from tests.teams import judges, samples

GOLDEN = Path(__file__).parent / "golden"
TEAMS_LIMIT = 80_000


def _drawn() -> dict[str, dict[str, Any]]:
    drawn = {f"card_{name}": adaptive.render(card) for name, card in samples.CARDS.items()}
    drawn["card_purchase_answered"] = adaptive.render(samples.RECEIPT, notice="Thank you. Approved.", tone="good")
    drawn |= {f"dialog_{name}": forms.dialog(form) for name, form in samples.FORMS.items()}
    drawn |= {f"inline_{name}": forms.inline(form) for name, form in samples.FORMS.items()}
    drawn["dialog_everything_typed"] = forms.dialog(samples.EVERYTHING, samples.TYPED)
    return drawn


DRAWN = _drawn()


@pytest.mark.parametrize("name", DRAWN)
def test_it_looks_as_agreed(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    written = json.dumps(DRAWN[name], indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("KEYLINE_WRITE_GOLDEN") == "1":
        path.write_text(written, "utf-8")
    assert path.read_text("utf-8") == written


@pytest.mark.parametrize("name", DRAWN)
def test_the_official_schema_agrees(name: str) -> None:
    assert judges.problems(DRAWN[name]) == []


def test_the_judge_is_awake() -> None:
    broken = json.loads(json.dumps(DRAWN["card_purchase"]))
    broken["body"][0]["wobble"] = 1
    assert judges.problems(broken)


@pytest.mark.parametrize("name", DRAWN)
def test_no_element_renders_markdown(name: str) -> None:
    kinds = {node.get("type") for node in judges.nodes(DRAWN[name])}
    assert not kinds & {"TextBlock", "FactSet", "Table", "Fact"}


def test_hostile_words_stay_letters() -> None:
    card = DRAWN["card_hostile"]
    runs = [node["text"] for node in judges.nodes(card) if node.get("type") == "TextRun"]
    assert "**Urgent** [pay here](https://evil.example) <at>Everyone</at>" in runs
    assert "{\u2060{DATE(2026-06-08T09:00:00Z,LONG)}} stays" in runs
    assert "שלום עולם" in runs, "right-to-left text stays readable"
    everything = json.dumps(card, ensure_ascii=False)
    assert not any(mark in everything for mark in "\u202e\0\x1b")
    assert "entities" not in everything, "nobody is mentioned"


def test_a_link_shows_where_it_leads_or_is_none() -> None:
    card = DRAWN["card_hostile"]
    opened = [node["url"] for node in judges.nodes(card) if node.get("type") == "Action.OpenUrl"]
    runs = [node["text"] for node in judges.nodes(card) if node.get("type") == "TextRun"]
    assert opened == ["https://bank.example@evil.example/login", "https://аррӏе.example/"]
    assert " (evil.example)" in runs
    assert any(run.startswith(" (xn--") for run in runs), "a look-alike shows its real name"
    assert "Run this" in runs
    assert "javascript" not in json.dumps(card) and "file:" not in json.dumps(card)


def test_every_button_can_be_pressed_by_old_clients_too() -> None:
    for node in judges.nodes(DRAWN["card_purchase"]):
        if node.get("type") == "Action.Execute":
            assert node["fallback"]["type"] == "Action.Submit"
            assert node["fallback"]["data"] == node["data"]
            assert node["data"]["keyline"]["verb"] == node["verb"]


def test_more_than_six_buttons_stand_in_several_rows() -> None:
    rows = [node["actions"] for node in judges.nodes(DRAWN["card_waiting"]) if node.get("type") == "ActionSet"]
    assert [len(row) for row in rows] == [1, 3, 3, 2], "as wide as a phone"
    many = Actions(tuple(Button(f"{n}", "go", Ref("approval", "apr_1")) for n in range(13)))
    drawn = adaptive.render(Card("t", "s", (many,)))
    rows = [node["actions"] for node in judges.nodes(drawn) if node.get("type") == "ActionSet"]
    assert [len(row) for row in rows] == [ACTIONS_IN_A_ROW, ACTIONS_IN_A_ROW, 1]


def _long(card_lines: int) -> Card:
    lines = tuple(Line(f"Licence {n} " + "x" * 80, f"${n}.00", "y" * 100) for n in range(card_lines))
    blocks = (Text("Please decide.", "strong"), Lines(lines, "Lines"), *samples.PURCHASE.blocks)
    return Card("A very long order", "long", blocks, samples.PURCHASE.status)


def test_a_long_list_gives_way_before_facts_buttons_and_what_silence_does() -> None:
    drawn = adaptive.render(_long(900))
    runs = [node["text"] for node in judges.nodes(drawn) if node.get("type") == "TextRun"]
    titles = [node["title"] for node in judges.nodes(drawn) if node.get("type") in ("Action.Execute", "Action.Submit")]
    assert adaptive.size(drawn) <= TEAMS_LIMIT
    assert "…and 875 more" in runs
    assert "No answer by Mon Jun 15, 4:30 PM EDT: not approved." in runs
    assert "$8,659.88" in runs
    assert {"Approve", "Reject", "Ask a question", "Hand to someone else"} <= set(titles)


def test_even_an_absurd_card_fits() -> None:
    ref = Ref("approval", "apr_1")
    absurd = Card(
        "x" * 5000,
        "y" * 5000,
        (
            *(Facts(tuple(Fact("l" * 500, "🙂" * 5000) for _ in range(50))) for _ in range(5)),
            *(Text("\n".join(["z" * 200] * 500)) for _ in range(30)),
            Actions(tuple(Button(f"Button {n}", "press", ref) for n in range(20))),
        ),
        Status("s" * 5000, "bad"),
    )
    drawn = adaptive.render(absurd)
    titles = {node["title"] for node in judges.nodes(drawn) if node.get("type") == "Action.Execute"}
    assert adaptive.size(drawn) <= TEAMS_LIMIT
    assert judges.problems(drawn) == []
    assert len(titles) == 20, "buttons are the last to go"


words = st.text(max_size=60) | st.sampled_from(
    ["**b**", "<at>x</at>", "[a](http://b)", "{{TIME(x)}}", "\ud800", "\u202e"]
)
tones = st.sampled_from(["plain", "ask", "good", "bad", "warning", "muted"])
buttons = st.builds(
    Button,
    label=words,
    verb=st.just("approve"),
    ref=st.just(Ref("approval", "apr_1")),
    style=st.sampled_from(["plain", "primary", "danger"]),
    form=st.booleans(),
)
blocks = st.one_of(
    st.builds(Text, words, st.sampled_from(["normal", "strong", "subtle"]), tones),
    st.builds(Facts, st.lists(st.builds(Fact, words, words), max_size=4).map(tuple)),
    st.builds(Lines, st.lists(st.builds(Line, words, words, words), max_size=4).map(tuple), words),
    st.builds(Quote, words, words),
    st.builds(Link, words, words | st.just("https://example.com/a b") | st.just("https://example.com/x")),
    st.builds(Picture, words | st.just("https://example.com/p.png"), words),
    st.builds(Rule),
    st.builds(Actions, st.lists(buttons, max_size=8).map(tuple)),
)
cards = st.builds(
    Card, words, words, st.lists(blocks, max_size=6).map(tuple), st.none() | st.builds(Status, words, tones)
)

PLACES = {"text", "title", "altText", "fallbackText", "url"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=cards, notice=words)
def test_any_card_of_any_unicode_is_valid_and_holds_words_only_where_they_are_letters(card: Card, notice: str) -> None:
    drawn = adaptive.render(card, notice=notice)
    assert judges.problems(drawn) == []
    assert adaptive.size(drawn) <= TEAMS_LIMIT
    json.dumps(drawn, ensure_ascii=False).encode()
    for node in judges.nodes(drawn):
        assert node.get("type") != "TextBlock"
        for name, value in node.items():
            if isinstance(value, str) and name in PLACES:
                assert name != "text" or node["type"] == "TextRun"
                assert value == text.clean(value) or name == "url" or value[0] == " "
                assert "\n" not in value
            elif isinstance(value, str) and name not in ("verb", "ref", "$schema"):
                assert value.isascii() and len(value) < 20, "only our own keywords stand elsewhere"


@given(st.text())
def test_cleaning_twice_changes_nothing_and_loses_no_visible_letter(value: str) -> None:
    once = text.clean(value)
    assert text.clean(once) == once
    assert [mark for mark in value if mark.isalnum()] == [mark for mark in once if mark.isalnum()]
