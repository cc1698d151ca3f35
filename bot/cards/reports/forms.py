"""The forms of a report: ask about a case of it, escalate one, doubt a number; hold, release and correct it."""

from __future__ import annotations

from bot.cards.card import Field, Form, Option
from bot.cards.parts import Viewer
from bot.cards.reports import words
from handlers.mechanisms.reports.figures import NamedCase
from handlers.mechanisms.reports.standing import Standing

LONGEST_TEXT = 2000
LONGEST_LABEL = 72
LONGEST_NOTE = 1000
ELSE = "Something else"
HEALTH = (Option("good", "Everything is in order"), Option("attention", "Something needs attention"))


def question_form(standing: Standing, viewer: Viewer, provider: str) -> Form:
    """Which case, and what about it."""
    text = Field("text", "Your question", "longtext", max_length=LONGEST_TEXT)
    intro = f"Choose a case or type its number. {provider} answers you here within one business day."
    return _about(standing, "Question on a case", "report:question", (*_which(standing, viewer), text), "Ask", intro)


def escalate_form(standing: Standing, viewer: Viewer, provider: str) -> Form:
    """Which case, and what makes it urgent."""
    text = Field("text", "What is urgent about it", "longtext", max_length=LONGEST_TEXT)
    intro = f"{provider} is told at once. No answer within two business hours: a supervisor is told, too."
    return _about(standing, "Escalate a case", "report:escalate", (*_which(standing, viewer), text), "Escalate", intro)


def wrong_form(standing: Standing, viewer: Viewer, provider: str) -> Form:
    """Which figure, and what it should be."""
    said = [("Open cases", words.cases(standing.figures["backlog_end"], viewer)), *words.numbers(standing, viewer)]
    options = [Option(label, f"{label}: {value}"[:LONGEST_LABEL]) for label, value in said]
    fields = (
        Field("about", "Which number", "choice", options=(*options, Option(ELSE, ELSE))),
        Field("text", "What is wrong with it", "longtext", max_length=LONGEST_TEXT),
    )
    intro = f"{provider} looks at it. If you are right, you get a corrected report."
    return _about(standing, "Wrong number", "report:wrong", fields, "Send", intro)


def hold_form(standing: Standing) -> Form:
    """Why it does not go out."""
    text = Field("reason", "Why", "longtext", hint="Only your own team reads it.", max_length=LONGEST_TEXT)
    intro = "It does not go out by itself any more, until somebody releases it."
    return _about(standing, "Hold", "report:hold", (text,), "Hold", intro)


def note_form(standing: Standing) -> Form:
    """What its readers should know with it."""
    text = Field("note", "Your note", "longtext", hint="The readers see it above the numbers.", max_length=LONGEST_TEXT)
    return _about(standing, "Release with a note", "report:note", (text,), "Release", "It goes out at once.")


def correct_form(standing: Standing) -> Form:
    """What was wrong."""
    text = Field("reason", "What was wrong", "longtext", hint="The readers see it.", max_length=LONGEST_TEXT)
    intro = "A new report with the figures as of now goes to the same readers at once, and takes this one's place."
    return _about(standing, "Send a correction", "report:correct", (text,), "Send", intro)


def health_form(standing: Standing) -> Form:
    """What a look at the client's systems found."""
    choice = Field("result", "What you found", "choice", options=HEALTH)
    hint = f"Only if something does. {standing.client.name} reads it in the report."
    text = Field("text", "What needs attention", "longtext", required=False, hint=hint, max_length=LONGEST_NOTE)
    intro = "It becomes a line of this report. Nothing else about it changes."
    if not standing.is_unreleased:
        intro = "This report is out. What you found this week becomes a line of the next one."
    return _about(standing, "Health check", "report:health", (choice, text), "Note it", intro)


def _which(standing: Standing, viewer: Viewer) -> tuple[Field, ...]:
    """One of the cases that the report names, or any other by its number."""
    figures = standing.figures
    named: dict[str, NamedCase] = {case["id"]: case for case in (*figures["waiting"], *figures["oldest"])}
    options = tuple(Option(id_, _label(case)) for id_, case in named.items())
    by_hand = Field("other", "Number of the case", hint="As you know it, like CASE-1234.", max_length=100)
    if not options:
        return (by_hand,)
    choice = Field("case", "Which case", "choice", required=False, options=options)
    other = Field("other", "Or another one, by its number", required=False, max_length=100)
    return choice, other


def _label(case: NamedCase) -> str:
    said = f"{case['external_id']} {' '.join(case['title'].split())}"
    return said if len(said) <= LONGEST_LABEL else f"{said[: LONGEST_LABEL - 1]}…"


def _about(standing: Standing, title: str, verb: str, fields: tuple[Field, ...], submit: str, intro: str) -> Form:
    return Form(title, verb, fields, submit, intro, standing.ref, standing.row.version)
