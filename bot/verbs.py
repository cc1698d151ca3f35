"""Every verb that a button or a form can carry: which kinds of subject it is for, and what it asks of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards import forms
from bot.cards.gallery import Gallery
from handlers import commands
from handlers.commands import Command, Ref
from storage.rows import Row


@dataclass(frozen=True)
class Given:
    """What a press says, all of it a claim, and ways to look up what its words mean for whoever pressed."""

    ref: Ref
    version: int
    inputs: Mapping[str, str]
    who: Callable[[], str]
    gallery: Gallery
    now: datetime
    detail: str = ""
    """What stands after an @ in the verb."""

    def get(self, field: str) -> str:
        """What stands in a field of the form, "" when nothing does."""
        return self.inputs.get(field, "")

    def zone(self) -> ZoneInfo:
        """The zone in which this person means days and hours."""
        return self.gallery.zone_of(self.who())

    def client(self) -> tuple[Row[Any], str]:
        """The client that the form is for, and the person's zone."""
        return self.gallery.client_of_form(self.inputs, self.who())


@dataclass(frozen=True)
class Verb:
    """One thing that can be asked for. `kinds` are those of the references it may name.

    `form`: pressing its button opens a form first, and only submitting that asks for it.
    """

    kinds: frozenset[str]
    asks: Callable[[Given], Command]
    form: bool = False


def _about(kind: str, table: Mapping[str, Callable[[Given], Command]], *with_form: str) -> dict[str, Verb]:
    return {verb: Verb(frozenset({kind}), asks, verb in with_form) for verb, asks in table.items()}


_APPROVALS: Mapping[str, Callable[[Given], Command]] = {
    "approve": lambda it: commands.Approve(it.ref, it.version),
    "reject": lambda it: commands.Reject(it.ref, it.version, it.get("reason")),
    "withdraw": lambda it: commands.Withdraw(it.ref, it.get("reason")),
    "ask": lambda it: commands.AskQuestion(it.ref, it.version, it.get("text")),
    "answer": lambda it: commands.AnswerQuestion(it.ref, it.get("text")),
    "hand": lambda it: commands.HandOver(it.ref, it.version, it.get("to")),
    "snooze": lambda it: commands.Snooze(it.ref, it.version, it.get("choice")),
    "disown": lambda it: commands.Disown(it.ref),
    "take_back": lambda it: commands.TakeBack(it.ref),
    "regret": lambda it: commands.Regret(it.ref, it.get("text")),
    "stands": lambda it: commands.SettleMistake(it.ref, True, it.get("text")),
    "cancel_approval": lambda it: commands.SettleMistake(it.ref, False, it.get("text")),
    "remind_now": lambda it: commands.RemindNow(it.ref),
    "send_on": lambda it: commands.SendOn(it.ref),
    "fulfil": lambda it: commands.Fulfil(it.ref, it.get("note")),
    "phone": lambda it: commands.RecordPhone(it.ref, it.version, it.get("person"), it.get("note")),
    "phone:yes": lambda it: commands.ConfirmPhone(it.ref, it.version, True),
    "phone:no": lambda it: commands.ConfirmPhone(it.ref, it.version, False),
}
_TASKS: Mapping[str, Callable[[Given], Command]] = {
    "task:yes": lambda it: commands.FinishTask(it.ref, True),
    "task:later": lambda it: commands.SnoozeTask(it.ref),
    "task:hand": lambda it: commands.HandTask(it.ref, it.get("to")),
    "task:no": lambda it: commands.FinishTask(it.ref, False),
}
_PAGES: Mapping[str, Callable[[Given], Command]] = {
    "request:purchase": lambda it: forms.read_purchase(it.inputs, *it.client()),
    "request:access": lambda it: forms.read_access(it.inputs, *it.client()),
    "away": lambda it: forms.read_away(it.inputs, it.zone()),
    "back": lambda it: commands.ComeBack(),
}

VERBS: Mapping[str, Verb] = {
    **_about("approval", _APPROVALS, *forms.WORDS, "hand", "snooze", "phone"),
    **_about("task", _TASKS, "task:hand"),
    **_about("page", _PAGES, "request:purchase", "request:access", "away"),
}
