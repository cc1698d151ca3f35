"""Who is meant by words that people typed: whose access it is about, and whether somebody outside is named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from storage.rows import Row

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")

PUBLIC_MAIL = frozenset(
    [
        "aol.com",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "web.de",
        "yahoo.com",
        "ymail.com",
    ]
)
"""Anybody has an address there: a contact who uses one does not make everybody else's a colleague's."""


def readable(text: str) -> str:
    """As a reader sees it: letters that look alike are one, nothing invisible, single spaces, no capitals."""
    shown = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return " ".join(shown.casefold().split())


def mentioned(text: str, people: Iterable[Row[Any]]) -> list[str]:
    """The ids of everybody whose id, e-mail or full name stands in the text.

    Somebody who joined without an e-mail chose the own name: one word of it in a text proves nothing.
    """
    words = readable(text)
    addresses = _addresses(words)
    found = []
    for row in people:
        name = readable(row.name)
        named = _stands_in(name, words) and (" " in name or bool(row.email))
        if named or _bare(readable(row.email)) in addresses or _stands_in(row.id.casefold(), words):
            found.append(row.id)
    return found


def outsiders(texts: Iterable[str], people: Iterable[Row[Any]]) -> bool:
    """Whether an address is named that is neither a known colleague's nor of a domain of the company's own."""
    known = {_bare(readable(row.email)) for row in people if row.email}
    own = {address.rpartition("@")[2] for address in known} - PUBLIC_MAIL
    named = {address for text in texts for address in _addresses(readable(text))}
    return any(address not in known and address.rpartition("@")[2] not in own for address in named)


def _addresses(words: str) -> set[str]:
    return {_bare(address.strip(".'")) for address in EMAIL.findall(words)}


def _bare(address: str) -> str:
    """Without what follows a plus sign: it is the same mailbox."""
    box, at, domain = address.rpartition("@")
    return f"{box.partition('+')[0]}{at}{domain}" if box else address


def _stands_in(needle: str, words: str) -> bool:
    return bool(needle) and re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", words) is not None
