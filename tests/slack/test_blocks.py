"""Cards as Block Kit: the golden files, and what holds for every card there can be."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.card import (
    Actions,
    Button,
    Card,
    Fact,
    Facts,
    Line,
    Lines,
    Link,
    Picture,
    Quote,
    Rule,
    Status,
    Text,
    buttons_of,
)
from bot.playground.slack.blocks import check_message
from bot.playground.slack.view import check_view
from bot.slack import blocks, forms, limits
from bot.slack.claims import unpack
from handlers.commands import Ref
from tests.slack import samples
from tests.slack.judge import judge_message, objects, texts

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, drawn: object) -> None:
    """The drawing equals the golden file; KEYLINE_WRITE_GOLDEN=1 writes it anew (CI never sets it)."""
    path = GOLDEN / f"{name}.json"
    if os.environ.get("KEYLINE_WRITE_GOLDEN") == "1":
        path.write_text(json.dumps(drawn, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(path.read_text()) == drawn


@pytest.mark.parametrize("name", samples.CARDS)
def test_a_card_is_drawn_as_agreed(name: str) -> None:
    card = samples.CARDS[name]
    drawn = blocks.draw(card)
    judge_message(drawn)
    check_message(drawn)
    golden(f"card_{name}", {"text": blocks.summary(card), "blocks": drawn})


def test_a_card_is_drawn_classically_as_agreed() -> None:
    drawn = blocks.draw_classic(samples.PURCHASE)
    judge_message(drawn)
    assert {block["type"] for block in drawn} <= {"section", "context", "actions", "divider"}
    golden("classic_purchase", drawn)


def test_fifty_lines_with_details_are_shown_whole() -> None:
    shown = "\n".join(texts(blocks.draw(samples.FIFTY_LINES)))
    assert all(f"LT-{n:03}" in shown for n in range(50))
    assert "assigned to person 49" in shown


def test_a_list_too_long_says_how_much_more_there_is_and_keeps_what_matters() -> None:
    drawn = blocks.draw(samples.MANY_LINES)
    shown = "\n".join(texts(drawn))
    kept = shown.count("Managed workstation")
    assert f"…and {300 - kept} more lines" in shown
    assert f"${(300 - kept) * 22:,}.00" in shown
    assert "$6,600.00" in shown and "Silence never holds the invoice back." in shown and "All correct" in shown
    assert kept >= 60


def test_a_text_of_three_thousand_characters_is_shown_whole() -> None:
    for letter in ("x", "漢", "é"):
        card = Card("t", "s", (Text(letter * 3000), Text((letter * 9 + " ") * 300)))
        drawn = blocks.draw(card)
        judge_message(drawn)
        assert sum(text.count(letter) for text in texts(drawn)) == 3000 + 2700


def test_nothing_a_person_wrote_is_parsed_as_markup() -> None:
    for drawing in (blocks.draw, blocks.draw_classic):
        for each in objects(drawing(samples.HOSTILE)):
            if each.get("type") == "mrkdwn":
                text = each["text"]
                for broken in ("<!", "<@", "*x*", "_it_", "`"):
                    assert broken not in text
                assert text.count("*") in (0, 2)
    assert "<" not in blocks.summary(samples.HOSTILE)
    assert "&lt;!here&gt;" in blocks.summary(samples.HOSTILE)


def test_what_disguises_or_breaks_a_text_is_removed() -> None:
    shown = "".join(texts(blocks.draw(samples.HOSTILE)))
    assert not [c for c in shown if c in "\u202e\u202c\u2066\u2069\x00\x07"]
    assert "gnp.exe" in shown


def test_right_to_left_text_stays_letter_for_letter() -> None:
    shown = list(texts(blocks.draw(samples.RIGHT_TO_LEFT)))
    assert "مرحبا، يرجى الموافقة على الطلب رقم 42." in shown


def test_a_link_shows_where_it_really_leads() -> None:
    links = [each for each in objects(blocks.draw(samples.HOSTILE)) if each.get("type") == "link"]
    assert [link["url"] for link in links] == ["https://evil.example/%3Ca%3E?q=1%7C2"]
    assert " · evil.example" in list(texts(blocks.draw(samples.HOSTILE)))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://x.example",
        "https://",
        "//x.example",
        "https://a b/",
        "https://[::1",
        "x",
        "",
        "https://\x00",
    ],
)
def test_only_web_addresses_become_links_and_pictures(url: str) -> None:
    card = Card("t", "s", (Link("words", url), Picture(url, "a chart")))
    drawn = blocks.draw(card)
    judge_message(drawn)
    assert not [each for each in objects(drawn) if each.get("type") in ("link", "image")]
    assert {"words", "a chart"} <= set(texts(drawn))


def test_a_lookalike_host_is_shown_in_ascii() -> None:
    drawn = blocks.draw(Card("t", "s", (Link("Bank", "https://bаnk.example/"),)))
    assert any("xn--" in text for text in texts(drawn))


def test_every_button_says_what_it_is_about() -> None:
    buttons = [each for each in objects(blocks.draw(samples.WAITING)) if each.get("type") == "button"]
    claims = [unpack(button["value"]) for button in buttons]
    assert [(claim.verb, str(claim.ref)) for claim in claims] == [
        ("approve", "approval:apr_1"),
        ("approve", "approval:apr_2"),
        ("say", "page:contacts"),
    ]
    assert (claims[0].version, claims[0].revision) == (1, 2)
    assert [button["action_id"] for button in buttons[:2]] == ["approve:approval:apr_1", "approve:approval:apr_2"]


def test_the_same_button_twice_has_two_action_ids() -> None:
    button = Button("Go", "go", samples.ORDER)
    judge_message(blocks.draw(Card("t", "s", (Actions((button, button)), Actions((button,))))))


def test_thirty_buttons_take_two_rows() -> None:
    card = Card("t", "s", (Actions(tuple(Button(str(n), f"v{n}", samples.ORDER) for n in range(30))),))
    drawn = blocks.draw(card)
    judge_message(drawn)
    assert [len(block["elements"]) for block in drawn if block["type"] == "actions"] == [25, 5]


def test_an_empty_card_is_still_a_message() -> None:
    judge_message(blocks.draw(Card("", "")))
    assert blocks.summary(Card("", "")) == "–"
    judge_message(blocks.draw_classic(Card("", "")))


def test_the_summary_fits_an_edit_even_when_every_character_is_escaped() -> None:
    assert len(blocks.summary(Card("t", "<" * 9000))) <= limits.MESSAGE_TEXT


def test_the_tight_drawing_fits_however_slack_counts() -> None:
    card = Card("t", "s", (Text("漢" * 3000), *samples.PURCHASE.blocks))
    drawn = blocks.draw(card, blocks.TIGHT)
    assert len(json.dumps(drawn)) <= limits.MESSAGE_JSON
    shown = "\n".join(texts(drawn))
    assert "No answer by Mon Jun 15" in shown and "Approve" in shown and "Northwind Supply" in shown


def test_a_view_has_room_for_what_a_message_has_not() -> None:
    drawn = blocks.draw(samples.MANY_LINES, blocks.VIEW)
    check_view(forms.notice("t", drawn))
    assert "\n".join(texts(drawn)).count("Managed workstation") > 150


def test_amounts_written_differently_are_not_added_up() -> None:
    mixed = [Line("x", "$1.00"), Line("y", "€1,00"), Line("z", "free")] * 200
    card = Card("t", "s", (Lines(tuple(replace(line, what=line.what * 60) for line in mixed)),))
    more = [text for text in texts(blocks.draw(card)) if "more lines" in text]
    assert len(more) == 1 and more[0].strip().endswith("more lines")


words = st.text(max_size=60) | st.text(alphabet="<>&*_~`!@#|:\u202e\u200d👩‍👩‍👧 漢אé\n\t\x00", max_size=400)
long_words = words | st.builds(lambda text, n: text * n, words, st.integers(1, 60))
refs = st.builds(Ref, st.sampled_from(["approval", "page"]), st.from_regex(r"[a-z0-9_]{1,80}", fullmatch=True))
buttons = st.builds(
    Button,
    words,
    st.from_regex(r"[a-z_]{1,60}", fullmatch=True),
    refs,
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.sampled_from(["plain", "primary", "danger"]),
)
tones = st.sampled_from(["plain", "ask", "good", "bad", "warning", "muted"])
urls = words | words.map(lambda text: f"https://example.com/{text}") | st.just("https://example.com/" + "a" * 4000)


def tuples(strategy: st.SearchStrategy, most: int) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most).map(tuple)


any_block = st.one_of(
    st.builds(Text, long_words, st.sampled_from(["normal", "strong", "subtle"]), tones),
    st.builds(Facts, tuples(st.builds(Fact, words, long_words), 14)),
    st.builds(Lines, tuples(st.builds(Line, words, words, long_words), 40), words),
    st.builds(Quote, words, long_words),
    st.builds(Link, words, urls),
    st.builds(Picture, urls, long_words),
    st.just(Rule()),
    st.builds(Actions, tuples(buttons, 30)),
)
any_card = st.builds(
    Card, long_words, long_words, tuples(any_block, 60), st.none() | st.builds(Status, long_words, tones)
)
much = st.builds(lambda text, n: (text or "x") * n, words, st.integers(20, 90))
big_block = st.one_of(
    any_block,
    st.builds(Text, much, st.sampled_from(["normal", "strong", "subtle"]), tones),
    st.builds(Facts, st.lists(st.builds(Fact, words, much), min_size=6, max_size=14).map(tuple)),
    st.builds(Lines, st.lists(st.builds(Line, words, words, much), min_size=9, max_size=40).map(tuple), words),
)
big_card = st.builds(
    Card, much, much, st.lists(big_block, min_size=8, max_size=60).map(tuple), st.builds(Status, much, tones)
)


@settings(max_examples=30, deadline=None)
@given(any_card | big_card)
def test_any_card_fits_into_a_message(card: Card) -> None:
    drawn = blocks.draw(card)
    judge_message(drawn)
    check_message(drawn)
    assert len(blocks.summary(card)) <= limits.MESSAGE_TEXT
    shown = [unpack(each["value"]) for each in objects(drawn) if each.get("type") == "button"]
    if len(buttons_of(card)) <= 20:
        assert len(shown) == len(buttons_of(card)), "a button was lost"


@settings(max_examples=12, deadline=None)
@given(any_card | big_card)
def test_any_card_fits_classically_and_into_a_view(card: Card) -> None:
    drawn = blocks.draw_classic(card)
    judge_message(drawn)
    assert len(json.dumps(drawn)) <= limits.MESSAGE_JSON
    check_view(forms.notice("t", blocks.draw(card, blocks.VIEW)))
