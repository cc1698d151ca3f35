"""A press comes in, an answer goes out: the one way from Slack, Teams and the web to the desk and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.cards.card import Card, Form
from bot.platform import Platform
from handlers.commands import Ref


@dataclass(frozen=True)
class Press:
    """One thing a verified person did on a platform.

    `key` is the platform's own identity of the event: a retry has the same key. `org` and `user` are the verified
    identity. `verb`, `ref`, `version`, `revision` are what the button said and are *claims*: nothing is believed but
    which subject is meant. `inputs` is None when a button was pressed and a mapping (field id -> text) when a form was
    submitted. `words` is what the person typed after the command (verb "say"). `locale` and `name` are courtesy only.
    """

    key: str
    platform: Platform
    org: str
    user: str
    verb: str
    ref: Ref | None = None
    version: int = 0
    revision: int = 0
    inputs: Mapping[str, str] | None = None
    words: str = ""


@dataclass(frozen=True)
class Answer:
    """What the person sees at once.

    Either `form` (open it; with `form.errors`: keep it open and show them at the fields), or `say` and/or `card`.
    `say` is a private sentence. `card` is the pressed card redrawn for this person (Teams answers the invoke with it; on
    Slack the courier's edit shows the same) or, for verb "say", the page asked for (waiting, contacts, help).
    """

    say: str = ""
    tone: Literal["good", "bad", "info"] = "info"
    card: Card | None = None
    form: Form | None = None


class Talk(Protocol):
    """What an adapter needs of the conversation."""

    async def press(self, press: Press) -> Answer:
        """Never raises for what a person did; whatever happens there is a sentence to show."""
        ...
