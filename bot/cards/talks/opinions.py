"""Draws what people say about the provider's work: the receipt, the answer, the form before a talk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Quote, Rule, Status, Text
from bot.cards.parts import Viewer
from handlers.commands import Ref
from storage.rows import Row

BEST, MOST = 10, 8
QUESTIONS = (("went_well", "What went well"), ("fix", "What we should fix"))


def receipt(row: Row[Any], viewer: Viewer, *, provider: str, by: datetime | None, fresh: bool = False) -> Card:
    """What was said unasked, for whoever said it, and the answer as soon as there is one.

    `by`: until when an answer is due, None when nobody knows; `fresh`: the message that brings the answer.
    """
    ref = Ref("feedback", row.id)
    blocks: list[Block] = [
        *([] if row.reply else [Text(_expected(viewer, provider, by), "strong")]),
        *(_answer(row, provider) if fresh else []),
        Quote(_wrote(row), row.comment),
        *([] if fresh else _answer(row, provider)),
        *_pass_on(row),
        Text(f"Given {viewer.when(row.asked_at)}", "subtle"),
    ]
    status = Status("Answered", "good") if row.reply else Status("With your provider", "plain")
    title = "Your feedback is answered" if fresh else "Your feedback"
    summary = f"{row.replied_by or provider} has answered your feedback" if row.reply else "Your feedback has arrived"
    return Card(title, summary, tuple(blocks), status, ref)


def for_staff(row: Row[Any], whose: str, about: str, viewer: Viewer, *, can_answer: bool) -> Card:
    """The same for somebody of the provider who has answered it from a task."""
    ref = Ref("feedback", row.id)
    blocks: list[Block] = [Text(f"{whose} · {viewer.when(row.answered_at or row.asked_at)}", "subtle")]
    blocks += [Text(about)] if about else []
    if row.score is not None:
        blocks.append(Text(f"{row.score} of {BEST if row.kind == 'formal' else 5}", "large"))
    blocks += [Quote("They wrote", row.comment)] if row.comment else []
    blocks += _said(row)
    if row.reply:
        blocks.append(Quote(f"{row.replied_by} answered", row.reply))
    elif can_answer:
        blocks.append(Actions((answer_button(ref),)))
    status = Status("Answered", "good") if row.reply else Status("Needs an answer", "ask")
    return Card("Feedback", f"Feedback from {whose}", tuple(blocks), status, ref)


def answer_button(ref: Ref, style: Any = "primary") -> Button:
    """Opens the form of the answer."""
    return Button("Answer", "feedback:answer", ref, style=style, form=True)


def formal(
    row: Row[Any],
    about: str,
    ends: str,
    viewer: Viewer,
    *,
    provider: str,
    open_: bool,
    again: bool = False,
    fresh: bool = False,
) -> Card:
    """The form before a talk. `about`: which talk and when; `ends`: until when it can be filled in; `open_`: it can."""
    ref = Ref("feedback", row.id)
    blocks: list[Block] = [Text(about, "subtle")] if about else []
    asks = row.state in ("requested", "unanswered")
    if fresh:
        blocks += _answer(row, provider)
    if asks and open_:
        lead = "You have not answered yet." if again else ""
        blocks += [Text(lead, "strong")] if lead else []
        blocks.append(Text("Three short questions before we meet, so that we come prepared."))
        blocks.append(Text(f"No answer by {ends}: it is the first thing we ask when we meet.", "strong"))
        blocks.append(Actions((Button("Fill in the form", "feedback:form", ref, style="primary", form=True),)))
        status = Status("Three questions", "ask")
    elif asks:
        blocks.append(Text("Not answered before the meeting: it is the first thing we ask there."))
        status = Status("Not answered", "muted")
    else:
        blocks.append(Text(f"You gave {row.score} of {BEST}.", "large"))
        blocks += _said(row)
        if not fresh:
            blocks += _answer(row, provider)
        if open_ and not row.reply:
            blocks.append(Text("It stands first on the agenda."))
            blocks.append(Actions((Button("Change my answers", "feedback:form", ref, form=True),)))
        status = Status("Answered", "good") if row.reply else Status("Thank you", "good")
    title = "Your feedback is answered" if fresh else "Before we meet: how are we doing?"
    return Card(title, title, tuple(blocks), status, ref)


def answered_score(row: Row[Any], about: str, *, provider: str) -> Card:
    """The answer to a number that somebody gave, in the thread of the question."""
    blocks = [*([Text(about, "subtle")] if about else []), *_answer(row, provider)]
    blocks.append(Text(f"You gave {row.score} of 5."))
    blocks += [Quote("You wrote", row.comment)] if row.comment else []
    title = "Your feedback is answered"
    return Card(title, title, tuple(blocks), Status("Answered", "good"), Ref("feedback", row.id))


def to_fill_in(rows: Sequence[Row[Any]]) -> list[Block]:
    """The forms that wait for this person, in a list."""
    blocks: list[Block] = []
    for row in rows:
        blocks.append(Lines((Line("Before we meet: how are we doing?", detail="Three short questions"),)))
        button = Button("Fill in the form", "feedback:form", Ref("feedback", row.id), style="primary", form=True)
        blocks.append(Actions((button,)))
    return blocks


def to_answer(row: Row[Any], viewer: Viewer) -> list[Block]:
    """One opinion that waits for the provider's answer; `row` has the names of its `person` and `client`."""
    whom = "a colleague who stays unnamed" if row.anonymous else row.on_behalf_of
    passed_on = f", for {whom}" if whom else ""
    return [
        Text(f"{row.client} · {viewer.when(row.asked_at)}", "subtle"),
        Quote(f"{row.person}{passed_on}", row.comment),
        Actions((answer_button(Ref("feedback", row.id)),)),
    ]


def page(items: Sequence[Sequence[Block]]) -> Card:
    """What people have said and nobody has answered."""
    if not items:
        return Card("All feedback is answered", "All feedback is answered", (Text("Nothing waits for an answer."),))
    blocks = [block for one in items[:MOST] for block in (*one, Rule())][:-1]
    if (left := len(items) - MOST) > 0:
        blocks.append(Text(f"… and {left} more.", "subtle"))
    title = "Feedback to answer"
    return Card(title, f"{title}: {len(items)}", tuple(blocks))


# ------------------------------------------------------------------ parts


def _expected(viewer: Viewer, provider: str, by: datetime | None) -> str:
    return f"{provider} answers here by {viewer.when(by)}." if by is not None else f"{provider} answers here."


def _wrote(row: Row[Any]) -> str:
    if row.anonymous:
        return "A colleague who stays unnamed says"
    return f"{row.on_behalf_of} says" if row.on_behalf_of else "You wrote"


def _answer(row: Row[Any], provider: str) -> list[Block]:
    return [Quote(f"{row.replied_by or provider} answered", row.reply)] if row.reply else []


def _pass_on(row: Row[Any]) -> list[Block]:
    """The answer reaches somebody else only through whoever gave it."""
    whom = "your colleague" if row.anonymous else row.on_behalf_of
    if not whom:
        return []
    if row.reply:
        return [Text(f"Please pass the answer on to {whom}.")]
    hidden = " We do not know who it is, and nobody asks." if row.anonymous else ""
    return [Text(f"You get the answer, and can pass it on to {whom}.{hidden}")]


def _said(row: Row[Any]) -> list[Block]:
    return [Quote(label, str(row.answers[name])) for name, label in QUESTIONS if (row.answers or {}).get(name)]
