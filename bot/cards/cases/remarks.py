"""Draws what a contact has asked, escalated or doubted: the receipt, the answer, and the same for the provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Link, Quote, Status, Text
from bot.cards.cases import words
from bot.cards.parts import Viewer
from bot.cards.reports.lists import period_said
from handlers.commands import Ref
from storage.rows import Row

TITLES = {"question": "Your question", "escalate": "You escalated a case", "wrong_number": "You doubt a number"}
ANSWERED = {"question": "Your question", "escalate": "Your escalation", "wrong_number": "Your doubt about a number"}
STATES = {"open": "open", "waiting_on_client": "waiting for you", "waiting_on_vendor": "waiting for a vendor"}


def receipt(
    row: Row[Any], viewer: Viewer, *, provider: str, due: datetime | None, late: bool = False, fresh: bool = False
) -> Card:
    """What was said, for whoever said it, and the answer as soon as there is one.

    `due`: until when an answer is due; `late`: the supervisor was told; `fresh`: the message that brings the answer.
    """
    ref = Ref("remark", row.id)
    answer = [Quote(f"{row.answered_by or provider} answered", row.answer)] if row.answer else []
    blocks: list[Block] = [Text(said, "subtle") for said in (about(row),) if said]
    if row.answer and fresh:
        blocks += answer
    elif not row.answer:
        blocks += [Text(one, "strong") for one in _expected(row, viewer, provider, due, late=late)]
    blocks.append(Quote("You wrote", row.text))
    blocks += [] if fresh else answer
    if row.case_url:
        blocks.append(Link("Open the case in the portal", row.case_url))
    if row.answer and row.case_id:
        blocks.append(Actions((Button("Ask again", "case:ask", Ref("case", row.case_id), form=True),)))
    blocks.append(Text(f"Sent {viewer.when(row.at)}", "subtle"))
    answered = f"{ANSWERED[row.kind]} is answered"
    title = answered if fresh else TITLES[row.kind]
    summary = f"{answered}: {row.case_name or row.about}".rstrip(": ") if row.answer else TITLES[row.kind]
    status = Status("Answered", "good") if row.answer else Status("With your provider", "plain")
    if late and not row.answer:
        status = Status("A supervisor has been told", "warning")
    return Card(title, summary, tuple(blocks), status, ref)


def for_staff(row: Row[Any], viewer: Viewer) -> Card:
    """The same for somebody of the provider who has answered it from a task."""
    blocks: list[Block] = [Text(f"{row.client_name} · {viewer.when(row.at)}", "subtle")]
    blocks += [Text(said) for said in (about(row),) if said]
    blocks.append(Quote(f"{row.person_name} wrote", row.text))
    if row.answer:
        blocks.append(Quote(f"{row.answered_by} answered", row.answer))
    else:
        blocks.append(Actions((answer_button(Ref("remark", row.id)),)))
    title = f"{row.person_name} {VERBS[row.kind]}"
    status = Status("Answered", "good") if row.answer else Status("Needs an answer", "ask")
    return Card(title, title, tuple(blocks), status, Ref("remark", row.id))


VERBS = {"question": "asks", "escalate": "escalates", "wrong_number": "doubts a number"}


def answer_button(ref: Ref) -> Button:
    """Opens the form of the answer."""
    return Button("Answer", "remark:answer", ref, style="primary", form=True)


def about(row: Row[Any]) -> str:
    """ "CASE-4498 · Label printer on line 2 drops jobs · waiting for a vendor", or which figure."""
    if row.case_name:
        return f"{row.case_name} · {words.shortened(row.case_title, 200)} · {STATES.get(row.case_state, 'closed')}"
    return str(row.about)


def about_for_staff(row: Row[Any], viewer: Viewer) -> str:
    """The same for people of the provider, whom "you" does not mean."""
    said = about(row).replace("waiting for you", "waiting for the client")
    report = f"In the report of {period_said(row.report_period, viewer)}" if row.report_period else ""
    return " · ".join(part for part in (said, report) if part)


def _expected(row: Row[Any], viewer: Viewer, provider: str, due: datetime | None, *, late: bool) -> list[str]:
    """By when there is an answer, and what happens otherwise."""
    by = f" by {viewer.when(due)}" if due is not None and not late else ""
    if row.kind == "escalate":
        if late:
            return [f"A supervisor of {provider} has been told that there is no answer yet."]
        return [f"{provider} answers here{by}. No answer by then: a supervisor is told."]
    return [f"{provider} answers here{by}."]
