"""The forms of opinions: something to say unasked, the provider's answer, the three questions before a talk."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Field, Form, Option
from bot.cards.pages import PAGE
from bot.cards.talks.opinions import BEST, QUESTIONS
from bot.cards.talks.reading import ANONYMOUS, NAMED, OWN
from handlers.commands import Ref
from storage.rows import Row

LONGEST, LONGEST_NAME = 2000, 120
ASKED = (("went_well", "What went well?"), ("fix", "What should we fix?"))
WORDS = {0: "very bad", 5: "in between", 10: "excellent"}


def give_form(provider: str) -> Form:
    """Something to say unasked."""
    choices = (
        Option(OWN, "My own opinion"),
        Option(NAMED, "A colleague's, by name"),
        Option(ANONYMOUS, "A colleague's who stays unnamed"),
    )
    fields = (
        Field("text", "What do you want to tell us?", "longtext", max_length=LONGEST),
        Field("whose", "Whose opinion is it?", "choice", value=OWN, options=choices),
        Field(
            "on_behalf_of",
            "The colleague's name",
            required=False,
            hint="Only for a colleague by name. Nobody asks who an unnamed colleague is.",
            max_length=LONGEST_NAME,
        ),
    )
    intro = f"{provider} reads it and answers you within one business day."
    return Form("Give feedback", "feedback:give", fields, "Send", intro=intro, ref=PAGE)


def answer_form(row: Row[Any], whose: str) -> Form:
    """The provider's answer."""
    said = row.comment or "\n".join(
        f"{label}: {row.answers[name]}" for name, label in QUESTIONS if row.answers.get(name)
    )
    score = f"{row.score} of {BEST if row.kind == 'formal' else 5}" if row.score is not None else ""
    intro = "\n".join(part for part in (whose, score, said[:600]) if part)
    hint = "Whoever gave this feedback reads it." + (" It is passed on to the colleague." if row.anonymous else "")
    field = Field("text", "Your answer", "longtext", hint=hint, max_length=LONGEST)
    return Form("Answer", "feedback:answer", (field,), "Answer", intro=intro, ref=Ref("feedback", row.id))


def formal_form(row: Row[Any], about: str) -> Form:
    """0 to 10 overall, what went well, what to fix."""
    scores = tuple(
        Option(str(each), f"{each}: {WORDS[each]}" if each in WORDS else str(each)) for each in range(BEST, -1, -1)
    )
    value = str(row.score) if row.score is not None else ""
    fields = (
        Field("score", "Overall, how are we doing?", "choice", options=scores, value=value),
        *(
            Field(name, label, "longtext", required=False, value=row.answers.get(name, ""), max_length=LONGEST)
            for name, label in ASKED
        ),
    )
    return Form("How are we doing?", "feedback:form", fields, "Send", intro=about, ref=Ref("feedback", row.id))
