"""Every verb that a button or a form can carry: which kinds of subject it is for, and what it asks of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot import case_verbs, talk_verbs
from bot.cards import forms
from bot.cards.downtimes import reading as windows
from bot.cards.gallery import Gallery
from bot.cards.gallery.notices import DESK_FORMS
from bot.cards.gallery.reports import FORMS as REPORT_FORMS
from bot.cards.notices import reading
from bot.cards.notices.feedback import SCORES
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

    def clients(self) -> list[Row[Any]]:
        """The clients that this person may name."""
        return self.gallery.clients_of(self.who())

    def staff(self) -> bool:
        """Whether somebody of the provider has pressed."""
        return self.gallery.is_staff(self.who())

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


def _rated(score: int, it: Given) -> Command:
    return commands.Rate(it.ref, score)


def _chosen(number: int, it: Given) -> Command:
    return windows.read_choice(it.ref, it.version, number, it.inputs)


def _taken(number: int, it: Given) -> Command:
    return commands.TakeWindow(it.ref, it.version, number, it.get("override"))


def _case_of(it: Given) -> str:
    """The case that was chosen, or named by its number."""
    return it.get("other").strip() or it.get("case")


NUMBERS = (1, 2, 3)
"""Of the times on offer."""
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
_NOTICES: Mapping[str, Callable[[Given], Command]] = {
    "ack": lambda it: commands.Acknowledge(it.ref, it.version),
    "informed": lambda it: commands.StaffInformed(it.ref),
    "trouble": lambda it: commands.ReportTrouble(it.ref, it.get("text")),
    "call_me": lambda it: commands.CallMe(it.ref),
    "notice:send": lambda it: commands.SendNotice(it.ref, it.version),
    "notice:change": lambda it: reading.read_change(
        it.ref, it.inputs, it.gallery.form("notice:change", it.ref, it.version, it.who())
    ),
    "notice:discard": lambda it: commands.CancelNotice(it.ref),
    "notice:update": lambda it: reading.read_update(it.ref, it.inputs, it.now, it.zone()),
    "notice:no_change": lambda it: commands.UpdateNotice(it.ref, no_change=True),
    "notice:resolve": lambda it: commands.ResolveNotice(it.ref, it.get("text")),
    "notice:reopen": lambda it: reading.read_reopen(it.ref, it.inputs, it.now, it.zone()),
    "notice:cancel": lambda it: commands.CancelNotice(it.ref, it.get("reason")),
    "notice:remind": lambda it: commands.RemindReaders(it.ref),
    "notice:phone": lambda it: commands.RecordAcknowledgement(
        it.ref, it.gallery.reader_of(it.ref, it.get("person")), it.get("note")
    ),
    "notice:cause": lambda it: commands.ShareRootCause(it.ref, it.get("summary"), it.get("fix"), it.get("prevent")),
}
_NOTICE_FORMS = ("trouble", *DESK_FORMS)
_RELAYS: Mapping[str, Callable[[Given], Command]] = {
    "relay:post": lambda it: commands.PostRelay(it.ref, it.detail or it.get("room")),
    "relay:edit": lambda it: commands.EditRelay(it.ref, it.get("text")),
    "relay:copy": lambda it: commands.StaffInformed(it.ref),
    "relay:informed": lambda it: commands.StaffInformed(it.ref),
}
_FEEDBACK: Mapping[str, Callable[[Given], Command]] = {
    **{f"rate:{score}": partial(_rated, score) for score in SCORES},
    "rate:comment": lambda it: commands.Rate(it.ref, it.gallery.score_of(it.ref), it.get("comment")),
}
_DOWNTIMES: Mapping[str, Callable[[Given], Command]] = {
    "window:pick": lambda it: commands.ChooseWindow(it.ref, it.version, windows.number(it.detail)),
    **{f"window:choose:{number}": partial(_chosen, number) for number in NUMBERS},
    "window:ok": lambda it: commands.AnswerWindows(it.ref, it.version, True, windows.numbers(it.detail)),
    "window:object": lambda it: windows.read_objection(it.ref, it.version, it.inputs),
    "window:suggest": lambda it: windows.read_suggestion(it.ref, it.version, it.inputs, it.now, it.zone()),
    "window:decline": lambda it: commands.DeclineDowntime(it.ref, it.version, it.get("reason")),
    "window:take": lambda it: commands.TakeWindow(it.ref, it.version, windows.number(it.detail)),
    **{f"window:take:{number}": partial(_taken, number) for number in NUMBERS},
    "downtime:send": lambda it: commands.SendDowntime(it.ref, it.version),
    "downtime:change": lambda it: windows.read_change(
        it.ref, it.inputs, it.gallery.form("downtime:change", it.ref, it.version, it.who()), it.now, it.zone()
    ),
    "downtime:discard": lambda it: commands.WithdrawDowntime(it.ref),
    "downtime:withdraw": lambda it: commands.WithdrawDowntime(it.ref, it.get("reason")),
    "downtime:offer": lambda it: windows.read_offer(it.ref, it.inputs, it.now, it.zone()),
    "downtime:remind": lambda it: commands.RemindVoices(it.ref),
    "downtime:start": lambda it: commands.StartDowntime(it.ref),
    "downtime:extend": lambda it: windows.read_extension(
        it.ref, it.inputs, it.gallery.planned_end(it.ref), it.now, it.zone()
    ),
    "downtime:finish": lambda it: commands.FinishDowntime(it.ref),
    "downtime:complete": lambda it: commands.CompleteDowntime(it.ref),
    "downtime:postpone": lambda it: windows.read_postponement(it.ref, it.inputs, it.now, it.zone()),
    "downtime:cancel": lambda it: commands.CancelDowntime(it.ref, it.get("reason")),
}
_DOWNTIME_FORMS = (
    *(f"window:{deed}:{number}" for deed in ("choose", "take") for number in NUMBERS),
    *("window:object", "window:suggest", "window:decline"),
    *(f"downtime:{deed}" for deed in ("change", "withdraw", "offer", "extend", "postpone", "cancel")),
)
_BLACKOUTS: Mapping[str, Callable[[Given], Command]] = {
    "blackout:remove": lambda it: commands.RemoveBlackout(it.ref),
}
_REPORTS: Mapping[str, Callable[[Given], Command]] = {
    "report:review": lambda it: commands.ReviewReport(it.ref, it.version),
    "report:question": lambda it: commands.AskAboutCase(it.ref, it.get("text"), _case_of(it)),
    "report:escalate": lambda it: commands.EscalateCase(it.ref, it.get("text"), _case_of(it)),
    "report:wrong": lambda it: commands.ReportWrongNumber(it.ref, it.get("text"), it.get("about")),
    "report:release": lambda it: commands.ReleaseReport(it.ref, it.version),
    "report:note": lambda it: commands.ReleaseReport(it.ref, it.version, it.get("note")),
    "report:hold": lambda it: commands.HoldReport(it.ref, it.get("reason")),
    "report:regenerate": lambda it: commands.RegenerateReport(it.ref),
    "report:correct": lambda it: commands.CorrectReport(it.ref, it.get("reason")),
    "report:health": lambda it: commands.NoteHealthCheck(it.ref, it.get("result"), it.get("text")),
}
_PAGES: Mapping[str, Callable[[Given], Command]] = {
    "request:purchase": lambda it: forms.read_purchase(it.inputs, *it.client()),
    "request:access": lambda it: forms.read_access(it.inputs, *it.client()),
    "away": lambda it: forms.read_away(it.inputs, it.zone()),
    "notice:raise": lambda it: reading.read_raise(it.inputs, it.clients(), it.now, it.zone()),
    "downtime:raise": lambda it: windows.read_plan(it.inputs, it.clients(), it.now, it.zone(), staff=it.staff()),
    "blackout:put": lambda it: windows.read_blackout(it.inputs, it.clients(), it.now, it.zone()),
    "preferred:put": lambda it: windows.read_preference(it.inputs, it.clients()),
    "calendar:replace": lambda it: windows.read_replacement(it.inputs),
    "back": lambda it: commands.ComeBack(),
}
_PAGE_FORMS = (
    *("request:purchase", "request:access", "away", "notice:raise"),
    *("downtime:raise", "blackout:put", "preferred:put", "calendar:replace"),
)

VERBS: Mapping[str, Verb] = {
    **_about("approval", _APPROVALS, *forms.WORDS, "hand", "snooze", "phone"),
    **_about("task", _TASKS, "task:hand"),
    **_about("notice", _NOTICES, *_NOTICE_FORMS),
    **_about("relay", _RELAYS, "relay:post", "relay:edit", "relay:copy"),
    **_about("feedback", {**_FEEDBACK, **talk_verbs.OPINIONS}, "rate:comment", *talk_verbs.OPINION_FORMS),
    **_about("downtime", _DOWNTIMES, *_DOWNTIME_FORMS),
    **_about("blackout", _BLACKOUTS),
    **_about("report", _REPORTS, *REPORT_FORMS),
    **_about("touchpoint", talk_verbs.TALKS, *talk_verbs.TALK_FORMS),
    **_about("agenda_item", talk_verbs.ITEMS),
    **_about("action_item", talk_verbs.ACTIONS),
    **_about("pulse", talk_verbs.PULSES, *talk_verbs.PULSE_FORMS),
    **_about("case", case_verbs.CASES, *case_verbs.CASE_FORMS),
    **_about("remark", case_verbs.REMARKS, *case_verbs.REMARK_FORMS),
    **_about(
        "page",
        {**_PAGES, **talk_verbs.PAGES, **case_verbs.PAGES},
        *(*_PAGE_FORMS, *talk_verbs.PAGE_FORMS, *case_verbs.PAGE_FORMS),
    ),
}
