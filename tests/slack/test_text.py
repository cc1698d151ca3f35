"""Text on its way to and from Slack."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.claims import Claim, Malformed, pack, unpack
from bot.slack.text import clean, cut, cut_escaped, escape, length, literal, split, typed
from handlers.commands import Ref


@given(st.text(), st.integers(2, 80))
def test_a_cut_text_fits_and_says_so(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert length(short) <= limit
    assert short == text or short.endswith("…")


@given(st.text(alphabet=st.characters(), max_size=400), st.integers(8, 60))
def test_a_split_text_loses_nothing_but_spaces(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(piece and length(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(alphabet="<>&x😀", max_size=200), st.integers(12, 100))
def test_an_escaped_text_fits_after_escaping(text: str, limit: int) -> None:
    assert length(cut_escaped(text, limit)) <= limit


def test_an_emoji_of_several_parts_is_not_torn() -> None:
    family = "👩\u200d👩\u200d👧"
    assert cut("ab" + family, 6) == "ab…"
    assert split("e\u0301" * 10, 7)[0].endswith("e\u0301")


def test_surrogates_and_controls_cannot_break_the_encoding() -> None:
    clean("\ud83d\x00a\u202eb").encode()
    assert clean("a\r\nb\u2028c\x85d") == "a\nb\nc\nd"
    assert clean("\u200e\u05d0\u200f") == "\u200e\u05d0\u200f"


def test_escaping_leaves_no_way_to_write_a_mention() -> None:
    assert escape("<!here> & <@U1>") == "&lt;!here&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold*", "∗bold∗"),
        ("file_name_v2", "file_name_v2"),
        ("_it_", "ˍitˍ"),
        ("a`b`c", "aˋbˋc"),
        (":tada: 10:30", "∶tada: 10:30"),
        ("2*3=6", "2*3=6"),
    ],
)
def test_marks_are_replaced_only_where_they_would_format(text: str, shown: str) -> None:
    assert literal(text) == shown


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0KEYBOT1> waiting", "waiting"),
        ("feedback VPN &lt;slow&gt; &amp;amp; bad", "feedback VPN <slow> &amp; bad"),
        ("see <https://x.example/a|x.example/a>", "see x.example/a"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("in <#C1|general> <!here>", "in general"),
        ("  help  ", "help"),
    ],
)
def test_typed_words_are_what_the_person_typed(sent: str, meant: str) -> None:
    assert typed(sent) == meant


def test_a_claim_survives_the_journey() -> None:
    claim = Claim("reject", Ref("approval", "apr_1"), 3, 7, "D1")
    assert unpack(pack(claim)) == claim
    assert unpack(pack(Claim("say"))) == Claim("say")
    with pytest.raises(ValueError, match="verb"):
        pack(Claim("x" * 101))


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "",
        "approve",
        "[]",
        "null",
        "{}",
        '{"v":""}',
        '{"v":5}',
        '{"v":"a","r":"x"}',
        '{"v":"a","r":5}',
        '{"v":"a","n":-1}',
        '{"v":"a","n":true}',
        '{"v":"a","n":1e9}',
        '{"v":"a","n":99999999999999999999}',
        '{"v":"a","c":[]}',
        "[" * 2000,
        '{"v":"' + "a" * 101 + '"}',
        "x" * 3001,
    ],
)
def test_a_claim_we_did_not_write_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        unpack(value)
