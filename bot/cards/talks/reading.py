"""What was typed into the forms of talks and pulses, read back as commands; what is wrong is refused at its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.downtimes.reading import windows
from bot.cards.inputs import day, whole
from bot.cards.notices.reading import moment
from handlers.commands import (
    AddActionItem,
    AgreeSlot,
    AnswerForm,
    FinishActionItem,
    GiveFeedback,
    LogPulse,
    PlanTouchpoint,
    PutMeetingRecord,
    Ref,
    Refused,
    Reschedule,
    Window,
)
from storage.rows import Row

Inputs = Mapping[str, str]
LONGEST = 8 * 60
"""Minutes."""
ANONYMOUS, OWN, NAMED = "anonymous", "own", "named"


def read_reschedule(ref: Ref, revision: int, inputs: Inputs, minutes: int, now: datetime, zone: ZoneInfo) -> Reschedule:
    """Another time if one was named; it lasts as long as the talk."""
    starts = moment(inputs, "starts_at", now, zone)
    window = None
    if starts is not None:
        starts = _exact(starts, "starts_at")
        if starts <= now:
            raise Refused("This time is in the past.", field="starts_at", code="invalid")
        window = Window(starts, starts + timedelta(minutes=minutes))
    return Reschedule(ref, revision, inputs.get("text", ""), window)


def read_offer(ref: Ref, inputs: Inputs, now: datetime, zone: ZoneInfo) -> PlanTouchpoint:
    """Other times for a talk there is."""
    return PlanTouchpoint(windows(inputs, now, zone), ref=ref, text=inputs.get("text", ""))


def read_plan(inputs: Inputs, clients: Sequence[Row[Any]], now: datetime, zone: ZoneInfo) -> PlanTouchpoint:
    """A talk outside the rhythm."""
    wanted = inputs.get("client", "").strip().casefold()
    found = [row for row in clients if wanted in (row.slug, row.code.casefold(), row.name.casefold())]
    if not found:
        raise Refused("Please choose the client.", field="client", code="invalid")
    return PlanTouchpoint(
        windows(inputs, now, zone),
        client=found[0].slug,
        kind=inputs.get("kind", "").strip() or "check_in",
        title=inputs.get("title", ""),
        link=inputs.get("link", ""),
        place=inputs.get("place", ""),
        text=inputs.get("text", ""),
    )


def read_agreed(ref: Ref, inputs: Inputs, now: datetime, zone: ZoneInfo) -> AgreeSlot:
    """What was agreed on the phone."""
    starts = moment(inputs, "starts_at", now, zone)
    if starts is None:
        raise Refused("Please say when it is.", field="starts_at", code="invalid")
    minutes = whole(inputs, "minutes", "How long") if inputs.get("minutes", "").strip() else 30
    if not 0 < minutes <= LONGEST:
        raise Refused("A meeting lasts a working day at most.", field="minutes", code="invalid")
    return AgreeSlot(ref, _exact(starts, "starts_at"), minutes, inputs.get("note", ""))


def read_action(ref: Ref, inputs: Inputs) -> AddActionItem:
    """Who does what by when."""
    return AddActionItem(ref, inputs.get("text", ""), inputs.get("owner", "").strip(), day(inputs, "due_on"))


def read_settled(inputs: Inputs) -> FinishActionItem:
    """Which action item is over, and how."""
    item = inputs.get("item", "").strip()
    if not item:
        raise Refused("Please choose which one.", field="item", code="invalid")
    return FinishActionItem(Ref("action_item", item), dropped=inputs.get("outcome", "").strip() == "dropped")


def read_record(ref: Ref, inputs: Inputs) -> PutMeetingRecord:
    """What is on file."""
    given = {name: inputs.get(name, "").strip() for name in ("kind", "url", "waived_why")}
    return PutMeetingRecord(ref, given["kind"], given["url"], day(inputs, "on"), given["waived_why"])


def read_pulse(ref: Ref, inputs: Inputs) -> LogPulse:
    """How it goes; the numbers of users are counts or empty."""
    counts = [
        whole(inputs, name, label) if inputs.get(name, "").strip() else None
        for name, label in (("users", "Users now"), ("users_year_ago", "Users a year ago"))
    ]
    return LogPulse(
        ref,
        inputs.get("temperature", "").strip(),
        inputs.get("text", ""),
        counts[0],
        counts[1],
        inputs.get("preference", "").strip() or "normal",
    )


def read_feedback(inputs: Inputs) -> GiveFeedback:
    """Whose opinion it is; a name counts only for somebody who is to be named."""
    whose = inputs.get("whose", "").strip() or OWN
    name = inputs.get("on_behalf_of", "").strip()
    if whose == NAMED and not name:
        raise Refused("Please say who it is, or choose that they stay unnamed.", field="on_behalf_of", code="invalid")
    if whose == OWN and name:
        said = "This name would not be used: choose whose opinion it is, or leave the name empty."
        raise Refused(said, field="on_behalf_of", code="invalid")
    return GiveFeedback(inputs.get("text", ""), name if whose == NAMED else "", whose == ANONYMOUS)


def read_form(ref: Ref, inputs: Inputs) -> AnswerForm:
    """The form before a talk."""
    if not inputs.get("score", "").strip():
        raise Refused("Please choose a number from 0 to 10.", field="score", code="invalid")
    score = whole(inputs, "score", "Overall")
    return AnswerForm(ref, score, inputs.get("went_well", ""), inputs.get("fix", ""))


def _exact(moment_: datetime, field: str) -> datetime:
    try:
        return moment_.astimezone(UTC)
    except OverflowError:
        raise Refused("Please give a date and a time.", field=field, code="invalid") from None
