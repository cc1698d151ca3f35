"""The forms about cases: ask, escalate, and the provider's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.card import Field, Form, Option
from bot.cards.cases import words
from bot.cards.pages import PAGE
from handlers.commands import Ref
from storage.rows import Row

LONGEST = 2000
MOST_OPTIONS = 60
WRITING = {
    "ask": ("Ask about a case", "Your question", "Ask"),
    "escalate": ("Escalate a case", "What is urgent about it", "Escalate"),
}


def about_one(row: Row[Any], deed: str, provider: str) -> Form:
    """About one case; `deed` is ask or escalate."""
    title, label, submit = WRITING[deed]
    intro = f"{words.named(row, 200)}\n{_intro(deed, provider)}"
    return Form(title, f"case:{deed}", (_text(label),), submit, intro=intro, ref=Ref("case", row.id))


def about_any(rows: Sequence[Row[Any]], deed: str, provider: str) -> Form:
    """About one of these, or any other by its number."""
    title, label, submit = WRITING[deed]
    options = tuple(Option(row.id, words.shortened(words.named(row), words.LONGEST_LABEL)) for row in rows)
    fields = [
        *([Field("case", "Which case", "choice", required=False, options=options[:MOST_OPTIONS])] if options else []),
        Field(
            "other",
            "Or another one, by its number" if options else "Number of the case",
            required=not options,
            hint="As you know it, like CASE-1234.",
            max_length=100,
        ),
        _text(label),
    ]
    return Form(title, f"cases:{deed}", tuple(fields), submit, intro=_intro(deed, provider), ref=PAGE)


def answer_form(row: Row[Any], about: str) -> Form:
    """The provider's answer to something that was asked."""
    intro = "\n".join(part for part in (f"{row.person_name}, {row.client_name}", about, row.text[:600]) if part)
    hint = f"{row.person_name} reads it in chat."
    field = Field("text", "Your answer", "longtext", hint=hint, max_length=LONGEST)
    return Form("Answer", "remark:answer", (field,), "Answer", intro=intro, ref=Ref("remark", row.id))


def _text(label: str) -> Field:
    return Field("text", label, "longtext", max_length=LONGEST)


def _intro(deed: str, provider: str) -> str:
    if deed == "escalate":
        return f"{provider} is told at once. No answer within two business hours: a supervisor is told, too."
    return f"{provider} answers you here within one business day."
