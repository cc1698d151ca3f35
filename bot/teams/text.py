"""Makes any person's words safe to put on an Adaptive Card without changing what is read."""

from __future__ import annotations

import re
from functools import lru_cache

MORE = "…"

_INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides, isolates: they can make a word read backwards
    "\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"  # byte order and interlinear marks, lone surrogates
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
"""What nobody sees and what must not stand on a card. The plain direction marks U+200E, U+200F and U+061C stay:
right-to-left names and sums need them."""

_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_TEMPLATE = re.compile(r"\{(?=\{\s*(?:DATE|TIME)\s*\()", re.IGNORECASE)
"""Adaptive Cards rewrite {{DATE(...)}} and {{TIME(...)}} in every text, TextRun included; a word joiner between the
braces leaves the words as they were typed."""

_MARKS = re.compile(r"[*`~<\\]|&(?=[#\w])|(?<!\w)_|_(?!\w)|\](?=[(\[:])|\((?=\S)|:(?=//)|^(?:\d+[.)]|[#>+-]+)(?=\s|$)")
_ALIKE = {"*": "∗", "`": "ˋ", "~": "∼", "<": "‹", "\\": "∖", "_": "ˍ"}


def sound(text: str) -> str:
    """What came in from outside, without what no database and no JSON can hold: lone surrogates and NUL."""
    if text.isprintable():
        return text
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean(text: str, limit: int = 0) -> str:
    """Drops control and override characters, makes every line break "\\n", cuts to `limit` characters (0: does not)."""
    if limit:
        text = text[: 4 * limit]
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    text = _TEMPLATE.sub("{\u2060", text.replace("\t", " ")).strip()
    return cut(text, limit) if limit else text


@lru_cache(maxsize=512)
def line(text: str, limit: int = 0) -> str:
    """The same on one line, runs of white space made one space."""
    text = " ".join(clean(text, 2 * limit).split())
    return cut(text, limit) if limit else text


def choice(text: str, limit: int = 0) -> str:
    """One line for the title of a choice, the one place where Adaptive Cards know no text without markdown: marks give
    way to look-alikes, links and images come apart at a word joiner, and a joiner in front ends lists and headings."""
    text = line(text, limit)
    if not _MARKS.search(text):
        return text
    text = _MARKS.sub(lambda found: _ALIKE.get(found.group(), found.group() + "\u2060"), text)
    return text if text[0].isalpha() else "\u2060" + text


def paragraphs(text: str, limit: int = 0, most: int = 60) -> list[str]:
    """The lines of a text; neither a TextRun nor every client shows a line break inside one. At most `most` lines."""
    found = [part.strip() for part in clean(text, limit).split("\n") if part.strip()]
    return found if len(found) <= most else [*found[: most - 1], MORE]


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending in "…" when something was left out."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + MORE
