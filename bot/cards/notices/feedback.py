"""Draws the question how something was handled: five buttons, then thanks and room for a comment."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Field, Form, Quote, Status, Text
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.opinions import ANSWER_WITHIN
from storage.rows import Row

SCORES = (1, 2, 3, 4, 5)
LOW = 2
IN_WORDS = {1: "bad", 2: "poor", 3: "fair", 4: "good", 5: "very good"}


def question(feedback: Row[Any], about: str, viewer: Viewer, *, provider: str) -> Card:
    """Asked once; the answer stands where the question stood."""
    ref = Ref("feedback", feedback.id)
    blocks: list[Block] = [Text(about, "subtle")] if about else []
    title = "How did we handle it?"
    if feedback.score is None:
        row = tuple(Button(str(score), f"rate:{score}", ref) for score in SCORES)
        blocks += [Text("1 is bad, 5 is very good. One press is enough."), Actions(row)]
        if feedback.state == "requested":
            by = viewer.when(feedback.asked_at + ANSWER_WITHIN)
            blocks.append(Text(f"No answer by {by}: it counts as not answered. Nothing else changes.", "subtle"))
        return Card(title, f"{title} {about}".strip(), tuple(blocks), Status("One question", "ask"), ref)
    if feedback.score <= LOW:
        blocks.append(Text(f"We are sorry. Somebody from {provider} gets in touch within one business day."))
    if feedback.comment:
        blocks.append(Quote("You wrote", feedback.comment))
    else:
        blocks.append(Actions((Button("Add a comment", "rate:comment", ref, form=True),)))
    status = Status(
        f"You gave {feedback.score} of {SCORES[-1]}: {IN_WORDS[feedback.score]}",
        "muted" if feedback.score <= LOW else "good",
    )
    return Card("Thank you", f"Thank you for your answer. {about}".strip(), tuple(blocks), status, ref)


def comment_form(ref: Ref, about: str) -> Form:
    """A few words beside the number."""
    field = Field("comment", "What should we know?", "longtext", hint="Your provider reads this.", max_length=1000)
    return Form("Add a comment", "rate:comment", (field,), "Send", intro=about, ref=ref)
