"""Draws a task for somebody of the provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Fact, Facts, Quote, Status, Text
from bot.cards.parts import Viewer
from handlers.commands import Ref
from storage.rows import Row

WHAT_TO_DO = {
    "find_holder": "Nobody can be asked, so the request is on hold. Add a contact with this role.",
    "call": "Nobody has answered. Please call; the request closes as not approved if nobody answers.",
    "call_back": "Nothing is changed before this call. Ask whether the person really wants it.",
    "disowned": "It is stopped. Somebody may be pretending to be this person, so please call at the number on file.",
    "mistake": "Nothing is carried out meanwhile. Please talk to them, then settle it on the request's card.",
    "removal": "The access was approved until now. Please remove it.",
    "question": "The deadline runs again. Please answer on the request's card.",
    "phone_denied": "The call does not count. Please find out who was on the phone.",
    "phone_lapsed": "The call does not count. Please ask for an answer in chat.",
    "quote": "Nothing may be ordered at the old price. Ask for a new quote and raise it again.",
    "account_lost": "Requests go to the next contact meanwhile. Please find out how to reach this person.",
    "undeliverable": "The chat message did not arrive. The next contact is asked where there is one. Please call.",
    "notice_call": "Nobody has acknowledged. Please call, then record it here.",
    "notice_undeliverable": "It did not arrive in chat. Please call, then record it here.",
    "update_due": "Readers expect news by then. “No change” is news, too.",
    "update_late": "Readers were promised news and have none. Please see that they get an update.",
    "root_cause": "Please share what happened, what you did and what changes.",
    "root_cause_late": "The client was promised an explanation and has none. Please see that it is shared.",
    "trouble": "They may have the same problem or another one. Please look into it and get back to them.",
    "call_me": "They asked for a call. Please use the number on file.",
    "relay_silent": "They have read it, but their staff may not know. Please ask, and offer help with the words.",
    "low_score": "Please call within one business day and ask what went wrong.",
    "feedback": "Please answer within one business day: whoever said it reads your answer in chat.",
    "case_question": "Please answer within one business day: whoever asked reads it in chat.",
    "case_escalated": "Please answer within two business hours: then a supervisor is told. The answer is read in chat.",
    "answer_lost": "The answer did not arrive in chat. Please call and tell it.",
    "escalation_late": "Nobody has answered for two business hours. Please see that somebody does.",
    "wrong_number": "Please check the figure. If it is wrong, send a corrected report; answer either way.",
    "report_held": "It should have gone out by now and waits for you. Please release it, or say when it comes.",
    "report_undeliverable": "The report did not arrive in chat. Please see how this person can be reached.",
    "report_unsound": "No report is made of figures that contradict each other. They are counted again every hour.",
    "health_check": "Nobody has noted a look at this client's systems for two weeks. Please see that somebody looks.",
    "talk_call": "Please call and agree on a time, then write it down here. Nothing goes to the client by chat.",
    "talk_answer": "Nothing is agreed until you answer. Please take the time or offer others.",
    "talk_notes": "Please write down what was said and who does what, or that nobody came.",
    "talk_records": "It cannot be closed before everything is on file. Please add it, or say why there is none.",
    "pulse_call": "Please call, then log how it goes.",
    "pulse_late": "Nobody has logged how it goes. Please see that somebody does.",
}


OF_DOWNTIME = {
    "find_holder": "Nobody can be asked, so nothing can be agreed. Add a contact for downtimes who is in chat.",
    "call": "Nobody has answered. Please call and ask them to answer in chat; nothing is agreed if nobody does.",
    "undeliverable": "The chat message did not arrive. Whoever is next is asked where there is somebody. Please call.",
    "overrun": "Please find out how the work stands, and say it here or on the downtime's card.",
    "relay_silent": "The work comes nearer, and the staff may not know. Please ask, and offer help with the words.",
}
"""The same, where it is about a downtime."""
OF_TALK = {
    "find_holder": "Nobody can be asked, so no time can be agreed. Add a contact with this role who is in chat.",
    "call": "Nobody has answered. Please call and agree on a time, then write it down here.",
    "undeliverable": "The chat message did not arrive. Please call and agree on a time.",
}
"""The same, where it is about a planned talk."""
OWN_WORDS = {"downtime": OF_DOWNTIME, "touchpoint": OF_TALK}


ENDED_BY_AN_ANSWER = ("feedback", "case_question", "case_escalated", "escalation_late", "wrong_number")
"""Nothing else ends these."""
WITHIN_HOURS = ("case_escalated", "escalation_late")
"""Not put off until the next morning."""


def _what_to_do(task: Row[Any]) -> str:
    own = OWN_WORDS.get(str(task.subject).partition(":")[0], {})
    return own.get(task.kind) or WHAT_TO_DO[task.kind]


def _buttons(task: Row, *, first: bool, own: bool) -> tuple[Button, ...]:
    ref = Ref("task", task.id)
    otherwise = _otherwise(ref)[0 if own else 1 :]
    if task.kind == "call_back":
        return (
            Button("Confirmed on the phone", "task:yes", ref, style="primary"),
            Button("Not confirmed: stop it", "task:no", ref, style="danger"),
            *otherwise,
        )
    if task.kind in ENDED_BY_AN_ANSWER:
        return otherwise[-1:] if task.kind in WITHIN_HOURS else otherwise
    return (Button("Done", "task:yes", ref, style="primary" if first else "plain"), *otherwise)


def _otherwise(ref: Ref) -> tuple[Button, ...]:
    return Button("Tomorrow morning", "task:later", ref), Button("Hand to a colleague", "task:hand", ref, form=True)


def task_card(
    task: Row[Any],
    client: Row[Any],
    phones: dict[str, str],
    viewer: Viewer,
    about: str = "",
    at_hand: tuple[Button, ...] = (),
    colleague: str = "",
    below: Sequence[Block] = (),
) -> Card:
    """What has to be done, for which client, about what, with the numbers on file; `at_hand` are buttons that do it.

    `colleague`: it is this person's, and the viewer hears of it because it has been open for too long. `below`: what
    is good to have before the eyes while it is done.
    """
    done = task.state != "open"
    blocks: list[Any] = [
        Text(f"{client.name} · since {viewer.when(task.created_at)}", "subtle"),
        *([Text(about)] if about else []),
    ]
    if not done and colleague:
        blocks.append(Text(f"This has been open for more than a business day. {colleague} has it.", tone="warning"))
    if not done:
        blocks.append(Text(_what_to_do(task), "strong"))
        if task.detail:
            blocks.append(Quote("Your answer" if task.kind == "answer_lost" else "They wrote", task.detail))
        if phones:
            blocks.append(Facts(tuple(Fact(name, number) for name, number in phones.items())))
        if at_hand:
            blocks.append(Actions(at_hand))
        blocks.append(Actions(_buttons(task, first=not at_hand, own=not colleague)))
        blocks += below
    status = Status("Done", "good") if done else Status("Your task", "warning")
    if not done and colleague:
        status = Status("Open for too long", "warning")
    elif not done and task.owner_id != viewer.id:
        blocks, status = blocks[:2], Status("Handed to a colleague", "muted")
    whose = "Open for too long" if colleague and not done else "Your task"
    return Card(task.title, f"{whose}: {task.title}", tuple(blocks), status, ref=Ref("task", task.id))
