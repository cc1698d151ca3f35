"""Makes any person's words safe to put on an Adaptive Card without changing what is read."""

from __future__ import annotations

import re
import unicodedata

MORE = "…"

_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb")
"""Bidi embeddings, overrides and isolates (they can make "approve" read backwards), byte order marks, interlinear
marks. The plain direction marks U+200E, U+200F and U+061C stay: right-to-left names and sums need them."""

_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_TEMPLATE = re.compile(r"\{(?=\{\s*(?:DATE|TIME)\s*\()", re.IGNORECASE)
"""Adaptive Cards rewrite {{DATE(...)}} and {{TIME(...)}} in every text, TextRun included; a word joiner between the
braces leaves the words as they were typed."""


def sound(text: str) -> str:
    """What came in from outside, without what no database and no JSON can hold: lone surrogates and NUL."""
    if text.isprintable():
        return text
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean(text: str, limit: int = 0) -> str:
    """Drops control and override characters, makes every line break "\\n", cuts to `limit` characters (0: does not)."""
    text = _BREAKS.sub("\n", text)
    if not text.isascii() or not text.isprintable():
        text = "".join(mark for mark in text if mark in "\n\t" or _visible(mark))
    text = _TEMPLATE.sub("{\u2060", text.replace("\t", " ")).strip()
    return cut(text, limit) if limit else text


def line(text: str, limit: int = 0) -> str:
    """The same on one line, runs of white space made one space."""
    text = " ".join(clean(text).split())
    return cut(text, limit) if limit else text


def paragraphs(text: str, limit: int = 0, most: int = 60) -> list[str]:
    """The lines of a text; neither a TextRun nor every client shows a line break inside one. At most `most` lines."""
    found = [part.strip() for part in clean(text, limit).split("\n") if part.strip()]
    return found if len(found) <= most else [*found[: most - 1], MORE]


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending in "…" when something was left out."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + MORE


def _visible(mark: str) -> bool:
    if mark in _INVISIBLE or unicodedata.category(mark) in ("Cc", "Cs"):
        return False
    point = ord(mark)  # noncharacters; an unassigned one may be an emoji newer than this Python
    return point & 0xFFFE != 0xFFFE and not 0xFDD0 <= point <= 0xFDEF
