"""What Teams demands of a card, and what a person reads on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import adaptive_cards
import pytest
from jsonschema import Draft6Validator

from bot.playground.teams.cards import problems
from bot.playground.teams.reading import read_card, read_markdown
from tests.playground_teams.house import card, execute, form_button

RICH = {"type": "RichTextBlock", "inlines": ["by ", {"type": "TextRun", "text": "Sofia"}]}
FULL: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "**Needs your approval**"},
        {"type": "ColumnSet", "columns": [{"type": "Column", "items": [{"type": "TextBlock", "text": "6 × laptop"}]}]},
        {"type": "Container", "items": [RICH]},
        {"type": "FactSet", "facts": [{"title": "Vendor", "value": "Northwind \\& Sons"}]},
        {
            "type": "Table",
            "columns": [{"width": 1}, {"width": 1}],
            "rows": [
                {
                    "type": "TableRow",
                    "cells": [
                        {"type": "TableCell", "items": [{"type": "TextBlock", "text": "Total"}]},
                        {"type": "TableCell", "items": [{"type": "TextBlock", "text": "$8,659.88"}]},
                    ],
                }
            ],
        },
        {"type": "Image", "url": "https://charts.example.test/1.png", "altText": "Spend by month"},
        {"type": "Input.Text", "id": "note", "label": "Note"},
        {"type": "ActionSet", "actions": [execute("Approve", "approve"), form_button("Reject", "reject")]},
        {"type": "TextBlock", "text": "hidden", "isVisible": False},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Quote", "url": "https://quotes.example.test"}],
}


def test_a_whole_card_is_read_from_top_to_bottom() -> None:
    assert read_card(FULL).splitlines() == [
        "Needs your approval",
        "6 × laptop",
        "by Sofia",
        "Vendor: Northwind & Sons",
        "Total  $8,659.88",
        "Spend by month",
        "Note:",
        "[Approve] [Reject]",
        "[Quote]",
    ]


def test_a_card_in_order_has_no_problems_here_nor_by_the_official_schema() -> None:
    schema = json.loads((Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json").read_text())
    assert problems(FULL) == []
    assert [error.message for error in Draft6Validator(schema).iter_errors(FULL)] == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**bold** and _slanted_ and *so*", "bold and slanted and so"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("\\*not bold\\* \\_nor slanted\\_", "*not bold* _nor slanted_"),
        ("[the quote](https://quotes.example.test/1)", "the quote"),
        ("\\[not a link\\](x)", "[not a link](x)"),
        ("Marlow &amp; Finch &lt;LLP&gt;", "Marlow & Finch <LLP>"),
    ],
)
def test_markdown_is_read_as_its_words(written: str, read: str) -> None:
    assert read_markdown(written) == read


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "not an AdaptiveCard"),
        ({"type": "AdaptiveCard"}, "is not a version"),
        (card("x", version="1.6"), "up to version 1.5"),
        (card("x", execute("A", "a"), version="1.3"), "need version 1.4"),
        (card("x", *[execute(str(n), "a") for n in range(7)]), "shows 6 actions, not 7"),
        (card("x", actions=[execute(str(n), "a") for n in range(7)]), "shows 6 actions, not 7"),
        (card("x", {"type": "Action.Execute", "title": "A"}), "has no verb"),
        (card("x", {"type": "Action.Dance", "title": "A"}), "does not know the action"),
        (card("x", execute("A", "a") | {"fallback": "Action.Submit"}), "neither an action nor"),
        (card("x", execute("A", "a") | {"fallback": {"type": "Action.Execute"}}), "has no verb"),
        (card("x", {"type": "Action.ShowCard", "title": "A"}), "has no card"),
        (card("x", {"type": "Action.OpenUrl", "title": "A", "url": "javascript:x"}), "leads nowhere"),
        (card("x", inputs=({"type": "Hologram"},)), "does not know the element"),
        (card("x", inputs=({"type": "TextBlock"},)), "has no text"),
        (card("x", inputs=({"type": "Image", "url": "http://elsewhere.example"},)), "it takes https"),
        (card("x", inputs=({"type": "FactSet", "facts": [{"title": "only"}]},)), "a title and a value"),
        (card("x", inputs=({"type": "Input.Text"},)), "no id"),
        (card("x", inputs=({"type": "Input.Text", "id": "a"}, {"type": "Input.Date", "id": "a"})), "share the id"),
        (card("x", refresh={"userIds": []}), "needs an Action.Execute"),
        (card("x", refresh={"action": execute("A", "a"), "userIds": ["29:x"] * 61}), "at most 60 users"),
    ],
)
def test_each_breach_is_named(content: Any, why: str) -> None:
    assert any(why in problem for problem in problems(content)), problems(content)


def test_a_chart_or_a_stranger_with_a_fallback_is_fine() -> None:
    stranger = {"type": "Hologram", "fallback": {"type": "TextBlock", "text": "a hologram"}}
    assert problems(card("x", inputs=({"type": "Chart.Donut", "title": "Cases", "data": []}, stranger))) == []


def test_a_dialogs_card_sends_with_submit_only() -> None:
    assert problems(card("x", execute("Send", "send")), dialog=True)
    assert problems(card("x", {"type": "Action.Submit", "title": "Send"}), dialog=True) == []
