"""One drawing function per kind of card block: neutral vocabulary in, Block Kit out, with no user text ever parsed.

Everything a person wrote goes into plain_text objects or rich text elements, which Slack shows letter for letter; the
only mrkdwn is the label of a fact, and that is escaped. Shapes: docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from bot.cards.card import Actions, Button, Fact, Facts, Line, Lines, Link, Picture, Quote, Status, Table, Text, Tone
from bot.slack import limits
from bot.slack.claims import Claim, pack
from bot.slack.text import clean, cut, cut_escaped, length, literal, one_line, split

Json = dict[str, Any]

SYMBOLS: dict[Tone, str] = {"plain": "◔", "ask": "●", "good": "✓", "bad": "✕", "warning": "▲", "muted": "○"}
"""A status is told by shape and words, so nobody needs to tell colours apart."""

_BESIDE = 40
"""So long a detail stands beside the amount where lines are drawn compactly."""
_AIRY_LINES = 20
"""Up to here the amount of a line stands out in bold; longer lists are drawn compactly."""


def plain(text: str, limit: int) -> Json:
    """A plain_text object; its text may not be empty."""
    return {"type": "plain_text", "text": cut(text, limit) or "–", "emoji": False}


def section(text: str) -> list[Json]:
    """Sections that hold all of `text`."""
    return [
        {"type": "section", "text": plain(piece, limits.SECTION_TEXT)} for piece in split(text, limits.SECTION_TEXT)
    ]


def small(text: str) -> list[Json]:
    """Small print that holds all of `text`."""
    return [
        {"type": "context", "elements": [plain(piece, limits.CONTEXT_TEXT)]}
        for piece in split(text, limits.CONTEXT_TEXT)
    ]


def runs(text: str, *, bold: bool = False) -> list[Json]:
    """Rich text elements that hold all of `text`."""
    style: Json = {"style": {"bold": True}} if bold else {}
    return [{"type": "text", "text": piece, **style} for piece in split(text, limits.RICH_TEXT)]


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def paragraph(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def title(text: str) -> list[Json]:
    """A header, or bold text when a header could not hold all of it."""
    text = one_line(text)
    if length(text) <= limits.HEADER_TEXT:
        return [{"type": "header", "text": plain(text, limits.HEADER_TEXT)}] if text else []
    return [rich(paragraph(*runs(text, bold=True)))]


def status(pill: Status) -> list[Json]:
    return [rich(paragraph(*runs(f"{SYMBOLS[pill.tone]} {one_line(pill.text)}", bold=True)))]


def toned(block: Text) -> str:
    """The text, led by its tone's symbol where the tone is news; "" when there is nothing to show."""
    text = clean(block.text)
    return f"{SYMBOLS[block.tone]} {text}" if text and block.tone in ("good", "bad", "warning") else text


def text(block: Text) -> list[Json]:
    said = toned(block)
    if not said:
        return []
    if block.style == "large":
        return title(said)
    if block.style == "strong":
        return [rich(paragraph(*runs(said, bold=True)))]
    return small(said) if block.style == "subtle" else section(said)


def facts(block: Facts) -> Iterator[Json]:
    """One line a fact: fields of a section stand far apart on a desk and one under the other on a phone."""
    parts: list[Json] = []
    for fact in block.items:
        parts += runs(("\n" if parts else "") + label(fact), bold=True)
        parts += runs(f"  {clean(fact.value) or '–'}")
    if parts:
        yield rich(paragraph(*parts))


def label(fact: Fact) -> str:
    return cut(one_line(fact.label), limits.BUTTON_TEXT) or "–"


def lines(block: Lines) -> list[Json]:
    """A bulleted list under its heading, in one block."""
    heading = one_line(block.heading)
    parts = [paragraph(*runs(heading, bold=True))] if heading else []
    airy = len(block.items) <= _AIRY_LINES
    items = [paragraph(*_line(item, airy)) for item in block.items]
    if len(items) == 1 and not heading:
        parts = items
    elif items:
        parts.append({"type": "rich_text_list", "style": "bullet", "elements": items})
    return [rich(*parts)] if parts else []


def _line(item: Line, airy: bool) -> list[Json]:
    what, amount, detail = one_line(item.what) or "–", one_line(item.amount), clean(item.detail)
    under = f"\n{detail}" if detail else ""
    if not amount:
        return runs(what + under)
    if not airy:
        beside = f" ({detail})" if detail and "\n" not in detail and length(detail) <= _BESIDE else under
        return runs(f"{what} — {amount}{beside}")
    return [*runs(f"{what}   "), *runs(amount, bold=True), *(runs(under) if under else [])]


def table(block: Table) -> list[Json]:
    """A table under its heading; every cell is raw text."""
    rows = [block.heads, *block.rows]
    drawn = {
        "type": "table",
        "column_settings": [{"align": "right" if at else "left"} for at in range(len(block.heads))],
        "rows": [[{"type": "raw_text", "text": one_line(cell) or "–"} for cell in row] for row in rows],
    }
    heading = one_line(block.heading)
    return [*([rich(paragraph(*runs(heading, bold=True)))] if heading else []), drawn]


def read_out(block: Table) -> Iterator[str]:
    """A table's rows as sentences: "Jun 8: 14 opened, 17 closed"."""
    for first, *rest in block.rows:
        said = ", ".join(f"{cell} {head.lower()}" for head, cell in zip(block.heads[1:], rest, strict=True))
        yield one_line(f"{first}: {said}")


def quotation(block: Quote) -> list[Json]:
    who, said = one_line(block.who), clean(block.text)
    parts = [paragraph(*runs(who, bold=True))] if who else []
    if said:
        parts.append({"type": "rich_text_quote", "elements": runs(said)})
    return [rich(*parts)] if parts else []


def web_address(url: str) -> tuple[str, str] | None:
    """A link that is safe to show and the host it really leads to; None for anything but http and https.

    The host is shown in ASCII (punycode), so that a look-alike letter cannot pass for another company.
    """
    try:
        parts = urlsplit(clean(url))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not host or not all(c.isalnum() or c in ".-:" for c in host):
        return None
    netloc = (f"[{host}]" if ":" in host else host) + port
    path, query, fragment = (quote(part, safe="/%:@!$&'()*+,;=?~-._") for part in parts[2:])
    address = f"{parts.scheme}://{netloc}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return (address, netloc) if len(address) <= limits.URL else None


def link(block: Link) -> list[Json]:
    words = one_line(block.label)
    found = web_address(block.url)
    if found is None:
        return section(words)
    address, host = found
    shown = {"type": "link", "url": address, "text": cut(words or host, limits.RICH_TEXT)}
    return [rich(paragraph(shown, *runs(f" · {cut(host, limits.HEADER_TEXT)}")))]


def picture(block: Picture) -> list[Json]:
    alt = one_line(block.alt)
    found = web_address(block.url)
    if found is None:
        return small(alt)
    return [{"type": "image", "image_url": found[0], "alt_text": cut(alt, limits.ALT_TEXT) or "–"}]


class ActionIds:
    """Action ids unique within one message: the verb and its subject, numbered when both are there twice."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def next(self, button: Button) -> str:
        base = f"{button.verb}:{button.ref}"[: limits.ACTION_ID - 5]
        self._seen[base] += 1
        return base if self._seen[base] == 1 else f"{base}:{self._seen[base]}"


def actions(block: Actions, ids: ActionIds, row: int = limits.ACTIONS_ELEMENTS) -> Iterator[Json]:
    buttons = iter(block.buttons)
    while chunk := list(islice(buttons, row)):
        yield {"type": "actions", "elements": [_button(button, ids.next(button)) for button in chunk]}


def _button(button: Button, action_id: str) -> Json:
    drawn = {
        "type": "button",
        "action_id": action_id,
        "text": plain(one_line(button.label), limits.BUTTON_TEXT),
        "value": pack(Claim(button.verb, button.ref, button.version, button.revision)),
    }
    return drawn if button.style == "plain" else {**drawn, "style": button.style}


def classic_link(words: str, url: str) -> list[Json]:
    """A link for a workspace that refuses rich text: the one other place where mrkdwn is written."""
    found = web_address(url)
    if found is None:
        return section(words)
    address, host = found
    label = literal(cut(words or host, limits.HINT // 5)).replace("|", "∣")
    written = f"<{address.replace('&', '&amp;').replace('|', '%7C')}|{label}> · {cut_escaped(host, limits.HEADER_TEXT)}"
    if length(written) > limits.SECTION_TEXT:
        return section(words)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": written, "verbatim": True}}]
