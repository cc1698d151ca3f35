"""Signed links: bound to a purpose, to a moment, and to our key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.signing import BadLink, Signer

NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
signer = Signer("k" * 32)


def test_a_link_opens_for_its_purpose_until_its_moment() -> None:
    token = signer.sign("chart", {"report": "rep_1", "name": "Ærøskøbing"}, NOW + timedelta(minutes=5))
    assert signer.open("chart", token, NOW) == {"report": "rep_1", "name": "Ærøskøbing"}
    with pytest.raises(BadLink) as late:
        signer.open("chart", token, NOW + timedelta(minutes=5))
    assert late.value.expired and "expired" in late.value.sentence


def test_a_link_for_one_purpose_opens_no_other() -> None:
    token = signer.sign("chart", {"id": 1}, NOW + timedelta(minutes=5))
    with pytest.raises(BadLink, match="not valid"):
        signer.open("console", token, NOW)


def test_another_key_opens_nothing() -> None:
    token = Signer("other" * 8).sign("chart", {"id": 1}, NOW + timedelta(minutes=5))
    with pytest.raises(BadLink, match="not valid"):
        signer.open("chart", token, NOW)


def test_every_changed_character_is_noticed() -> None:
    token = signer.sign("chart", {"id": 1}, NOW + timedelta(minutes=5))
    for place in range(len(token)):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadLink):
            signer.open("chart", forged, NOW)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "é.ß", "\ud800.x", "\x00", "a" * 5000])
def test_nonsense_is_a_bad_link_and_nothing_worse(token: str) -> None:
    with pytest.raises(BadLink):
        signer.open("chart", token, NOW)


def test_a_signer_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="secret key"):
        Signer("")
