"""User text made safe for Slack: cleaned, measured as Slack may measure it, cut or split, never parsed as markup."""

from __future__ import annotations

import re
import unicodedata

from bot.slack import limits

# C0 and C1 controls except tab and newline; bidirectional overrides and isolates, which can reorder what stands beside
# them; and characters that show nothing and only serve to disguise (zero-width space, word joiner, BOM).
# U+200C–U+200F stay: Persian, emoji sequences and right-to-left text need them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASCII = re.compile(r"[\x00-\x7f]*")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKS = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_ANGLED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def clean(text: str) -> str:
    """The same text without what could break or disguise a message; line ends become newlines, ends are trimmed."""
    text = _UNWANTED.sub("", _BREAKS.sub("\n", text))
    return _SURROGATE.sub("\ufffd", text).strip()


def one_line(text: str) -> str:
    """Cleaned, with every run of white space as one space: for labels, titles and options."""
    return " ".join(clean(text).split())


def length(text: str) -> int:
    """UTF-16 units: never less than the number of characters, so no way of counting finds it longer."""
    return len(text) if _ASCII.fullmatch(text) else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fits(text: str, limit: int) -> int:
    """How many leading characters of `text` fit in `limit` units without tearing a combined character apart."""
    at = min(len(text), limit)
    while length(text[:at]) > limit:
        at -= max(1, (length(text[:at]) - limit) // 2)
    back = at
    while 0 < back < len(text) and (_joins(text[back]) or text[back - 1] == "\u200d"):
        back -= 1
    return back or at


def _joins(character: str) -> bool:
    """Whether it belongs to the character before it: marks, joiners, variation selectors, skin tones."""
    return (
        bool(unicodedata.combining(character))
        or character in "\u200d\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    )


def cut(text: str, limit: int) -> str:
    """At most `limit` units, ended by "…" when something had to go."""
    if length(text) <= limit:
        return text
    return text[: _fits(text, limit - 1)].rstrip() + "…"


def split(text: str, limit: int) -> list[str]:
    """All of the text in pieces of at most `limit` units, broken at a line, else at a space, else where it must."""
    pieces = []
    while length(text) > limit:
        at = _fits(text, limit)
        for mark in ("\n", " "):
            found = text.rfind(mark, at // 2, at)
            if found > 0:
                at = found
                break
        if piece := text[:at].rstrip():
            pieces.append(piece)
        text = text[at:].lstrip()
    return [*pieces, text] if text else pieces


def escape(text: str) -> str:
    """For `text` beside blocks: & < > are Slack's control characters there, so no mention or link can be written."""
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)


def cut_escaped(text: str, limit: int) -> str:
    """Escaped and within `limit` units after escaping."""
    room = limit
    while length(out := escape(cut(text, room))) > limit:
        room -= max(1, (length(out) - limit) // 5)
    return out


def literal(text: str) -> str:
    """For mrkdwn: escaped, and formatting marks and emoji colons replaced by look-alikes where they would take effect.

    Slack has no escape for * _ ~ and `, and formats only at the edge of a word: `file_name` keeps its underscore.
    """

    def mark(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        inside = before.isalnum() and after.isalnum() and found[0] != "`"
        return found[0] if inside else _MARKS[found[0]]

    marked = re.sub("[*_~`]", mark, text)
    return escape(re.sub(":(?=[a-z0-9_+'-]+:)", "∶", marked))


def typed(text: str) -> str:
    """What a person typed, from Slack's encoding: mentions dropped, links as their text, entities decoded."""

    def plain(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith("@"):
            return ""
        if target.startswith(("#", "!")):
            return label or ""
        return label or target.removeprefix("mailto:")

    text = _ANGLED.sub(plain, text)
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return clean(cut(text, limits.INPUT_TEXT))
