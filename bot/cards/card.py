"""The neutral vocabulary of cards and forms: plain text and structure, never markup.

Every string here is what a person should read, letter for letter. Escaping it for a platform, cutting it to
a platform's limits and choosing how it looks is the renderer's work (`bot.slack.blocks`, `bot.teams.adaptive`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from handlers.commands import Ref

Tone = Literal["plain", "ask", "good", "bad", "warning", "muted"]
"""What a status means: ask = you are needed, good = agreed, bad = refused or failed, warning = look here."""

FieldKind = Literal["text", "longtext", "number", "money", "date", "datetime", "email", "choice", "choices"]


@dataclass(frozen=True)
class Text:
    """A paragraph. `strong` for the one sentence that matters, `large` for the one figure, `subtle` for small print."""

    text: str
    style: Literal["normal", "strong", "large", "subtle"] = "normal"
    tone: Tone = "plain"


@dataclass(frozen=True)
class Fact:
    """One label with its value: "Vendor" · "Northwind Supply"."""

    label: str
    value: str


@dataclass(frozen=True)
class Facts:
    """Short facts side by side where there is room, one under the other on a phone."""

    items: tuple[Fact, ...]


@dataclass(frozen=True)
class Line:
    """One line of an order or a list: what it is, a detail under it, an amount at the right."""

    what: str
    amount: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Lines:
    """A list of lines under an optional heading."""

    items: tuple[Line, ...]
    heading: str = ""


@dataclass(frozen=True)
class Table:
    """Numbers under short heads: the first column says of what, the others stand at the right. At most one a card.

    Every row has as many cells as there are heads; where tables cannot be shown, a row is read with its heads.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: str = ""


@dataclass(frozen=True)
class Quote:
    """A person's own words: a reason, a question, an answer."""

    who: str
    text: str


@dataclass(frozen=True)
class Link:
    """A link shown with its host, so that nobody is surprised where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class Picture:
    """A picture by URL with a text for those who do not see it."""

    url: str
    alt: str


@dataclass(frozen=True)
class Rule:
    """A thin line between two parts of a card."""


@dataclass(frozen=True)
class Button:
    """A button: pressing it sends `verb` for `ref` as seen at `version` and `revision`.

    `form` says that the press opens a form first (Teams has to know before the press).
    """

    label: str
    verb: str
    ref: Ref
    version: int = 0
    revision: int = 0
    style: Literal["plain", "primary", "danger"] = "plain"
    form: bool = False


@dataclass(frozen=True)
class Actions:
    """Buttons in a row; several rows may stand in one card (a list where each item can be decided)."""

    buttons: tuple[Button, ...]


Block = Text | Facts | Lines | Table | Quote | Link | Picture | Rule | Actions


@dataclass(frozen=True)
class Status:
    """The pill at the head of a card: "Needs your approval", "Approved", "1 of 2 approved"."""

    text: str
    tone: Tone = "plain"


class Printed(NamedTuple):
    """A card as one platform is told of it: a digest of what it shows, and the parts of the message by name."""

    look: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Card:
    """What one person sees of one subject at one moment.

    `summary` is the one line that a phone's notification shows. `ref`, `version` and `revision` say what was drawn.
    A card that is `printed` already has come without its blocks.
    """

    title: str
    summary: str
    blocks: tuple[Block, ...] = ()
    status: Status | None = None
    ref: Ref | None = None
    version: int = 0
    revision: int = 0
    printed: Printed | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Option:
    """One choice of a field: what is sent, what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One input. `value` prefills it (for `choices`: comma-separated values); `hint` stands under it."""

    id: str
    label: str
    kind: FieldKind = "text"
    required: bool = True
    hint: str = ""
    value: str = ""
    placeholder: str = ""
    max_length: int = 3000
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Form:
    """A form: submitting it sends `verb` for `ref` with the inputs keyed by field id (strings).

    `errors` (field id -> sentence) are shown at their fields when the form is drawn again; "" is the form's own error.
    """

    title: str
    verb: str
    fields: tuple[Field, ...]
    submit: str = "Send"
    intro: str = ""
    ref: Ref | None = None
    version: int = 0
    revision: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)


def buttons_of(card: Card) -> tuple[Button, ...]:
    """Every button of a card in reading order."""
    return tuple(button for block in card.blocks if isinstance(block, Actions) for button in block.buttons)
