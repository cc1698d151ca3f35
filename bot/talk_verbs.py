"""The verbs of planned talks, of what they leave to do, of pulses and of opinions: what each asks of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.cards.downtimes.reading import number
from bot.cards.talks import reading
from handlers import commands
from handlers.commands import Command

if TYPE_CHECKING:
    from bot.verbs import Given

Asks = Mapping[str, Callable[["Given"], Command]]


def _taken(it: Given) -> Command:
    starts_at, minutes = it.gallery.named_slot(it.ref, it.version)
    return commands.AgreeSlot(it.ref, starts_at, minutes)


TALKS: Asks = {
    "talk:pick": lambda it: commands.PickSlot(it.ref, it.version, number(it.detail)),
    "talk:reschedule": lambda it: reading.read_reschedule(
        it.ref, it.version, it.inputs, it.gallery.minutes_of(it.ref), it.now, it.zone()
    ),
    "talk:agenda": lambda it: commands.AddAgendaItem(it.ref, it.get("text")),
    "talk:skip": lambda it: commands.SkipTouchpoint(it.ref, it.get("reason")),
    "talk:take": _taken,
    "talk:agree": lambda it: reading.read_agreed(it.ref, it.inputs, it.now, it.zone()),
    "talk:offer": lambda it: reading.read_offer(it.ref, it.inputs, it.now, it.zone()),
    "talk:held": lambda it: commands.HoldTouchpoint(it.ref, it.get("notes")),
    "talk:missed": lambda it: commands.MissTouchpoint(it.ref, it.get("reason")),
    "talk:action": lambda it: reading.read_action(it.ref, it.inputs),
    "talk:settle": lambda it: reading.read_settled(it.inputs),
    "talk:record": lambda it: reading.read_record(it.ref, it.inputs),
    "talk:close": lambda it: commands.CloseTouchpoint(it.ref),
}
TALK_FORMS = tuple(
    f"talk:{deed}"
    for deed in ("reschedule", "agenda", "skip", "agree", "offer", "held", "missed", "action", "settle", "record")
)
ITEMS: Asks = {"agenda:remove": lambda it: commands.RemoveAgendaItem(it.ref)}
ACTIONS: Asks = {"action:done": lambda it: commands.FinishActionItem(it.ref)}
PULSES: Asks = {
    "pulse:log": lambda it: reading.read_pulse(it.ref, it.inputs),
    "pulse:skip": lambda it: commands.SkipPulse(it.ref, it.get("reason")),
    "pulse:confirm": lambda it: commands.SettleCadence(it.ref),
    "pulse:keep": lambda it: commands.SettleCadence(it.ref, True, it.get("reason")),
}
PULSE_FORMS = ("pulse:log", "pulse:skip", "pulse:keep")
OPINIONS: Asks = {
    "feedback:answer": lambda it: commands.AnswerFeedback(it.ref, it.get("text")),
    "feedback:form": lambda it: reading.read_form(it.ref, it.inputs),
}
OPINION_FORMS = ("feedback:answer", "feedback:form")
PAGES: Asks = {
    "feedback:give": lambda it: reading.read_feedback(it.inputs),
    "talk:plan": lambda it: reading.read_plan(it.inputs, it.clients(), it.now, it.zone()),
}
PAGE_FORMS = ("feedback:give", "talk:plan")
