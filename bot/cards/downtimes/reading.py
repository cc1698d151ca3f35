"""What was typed into the forms of downtimes, read back as commands; what does not fit is refused at its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Form
from bot.cards.downtimes.forms import LENGTHS, NOBODY, WINDOWS
from bot.cards.downtimes.wishes import ONCE
from bot.cards.inputs import whole
from bot.cards.notices.reading import moment, whom
from handlers.commands import (
    AnswerWindows,
    ChangeDowntime,
    ChooseWindow,
    ExtendDowntime,
    OfferWindows,
    PostponeDowntime,
    PutBlackout,
    PutPreferredTime,
    RaiseDowntime,
    Ref,
    Refused,
    ReplaceCalendar,
    SuggestWindow,
    Window,
)
from storage.rows import Row

Inputs = Mapping[str, str]
LONGEST = 7 * 24 * 60
"""Minutes."""


def read_plan(
    inputs: Inputs, clients: Sequence[Row[Any]], now: datetime, zone: ZoneInfo, *, staff: bool
) -> RaiseDowntime:
    """New work: a draft of the provider, or what a contact asks for."""
    client, locations = _where(inputs, clients) if staff else ("", _listed(inputs.get("locations", "")))
    return RaiseDowntime(
        work=inputs.get("work", ""),
        implications=inputs.get("implications", ""),
        windows=windows(inputs, now, zone),
        client=client,
        locations=locations,
        prep_steps=inputs.get("prep_steps", ""),
        engineer=_engineer(inputs) or "",
        override=inputs.get("override", ""),
    )


def read_change(ref: Ref, inputs: Inputs, form: Form, now: datetime, zone: ZoneInfo) -> ChangeDowntime:
    """What the form, as it is drawn now, asks for; an emptied field that Teams leaves out is empty."""
    there = {one.id for one in form.fields}

    def said(name: str) -> str | None:
        return inputs.get(name, "") if name in there else None

    return ChangeDowntime(
        ref,
        work=said("work"),
        implications=said("implications"),
        prep_steps=said("prep_steps"),
        windows=windows(inputs, now, zone) if WINDOWS[0] in there else None,
        engineer=_engineer(inputs) if "engineer" in there and inputs.get("engineer") else None,
        override=said("override"),
    )


def read_offer(ref: Ref, inputs: Inputs, now: datetime, zone: ZoneInfo) -> OfferWindows:
    """Other times."""
    return OfferWindows(ref, windows(inputs, now, zone), inputs.get("text", ""), inputs.get("override", ""))


def read_postponement(ref: Ref, inputs: Inputs, now: datetime, zone: ZoneInfo) -> PostponeDowntime:
    """A reason, and other times if there are any."""
    times = windows(inputs, now, zone, needed=False)
    return PostponeDowntime(ref, inputs.get("reason", ""), times, inputs.get("override", ""))


def read_suggestion(ref: Ref, revision: int, inputs: Inputs, now: datetime, zone: ZoneInfo) -> SuggestWindow:
    """One time."""
    return SuggestWindow(ref, revision, windows(inputs, now, zone)[0], inputs.get("text", ""))


def read_choice(ref: Ref, revision: int, number: int, inputs: Inputs) -> ChooseWindow:
    """A yes with what it has to say."""
    consent = "yes" in inputs.get("consent", "")
    return ChooseWindow(ref, revision, number, consent, inputs.get("reason", ""))


def read_objection(ref: Ref, revision: int, inputs: Inputs) -> AnswerWindows:
    """Which times, and why not; where there is only one to object to, it is that."""
    return AnswerWindows(ref, revision, False, numbers(inputs.get("numbers", "")), inputs.get("reason", ""))


def read_extension(ref: Ref, inputs: Inputs, planned: datetime, now: datetime, zone: ZoneInfo) -> ExtendDowntime:
    """The exact moment if given, else so many minutes after the planned end, or after now when that has passed."""
    until = moment(inputs, "until", now, zone)
    if until is None:
        if not inputs.get("longer", "").strip():
            raise Refused("Please choose how much longer it takes.", field="longer", code="invalid")
        minutes = whole(inputs, "longer", "How much longer")
        if not 0 < minutes <= LONGEST:
            raise Refused("Please choose how much longer it takes.", field="longer", code="invalid")
        until = max(planned, now) + timedelta(minutes=minutes)
    return ExtendDowntime(ref, until, inputs.get("text", ""))


def read_blackout(inputs: Inputs, clients: Sequence[Row[Any]], now: datetime, zone: ZoneInfo) -> PutBlackout:
    """Every week on a weekday between two hours, or once."""
    client, location = _office(inputs, clients)
    why, day = inputs.get("why", ""), inputs.get("weekday", "").strip()
    if day == ONCE:
        first, last = (moment(inputs, name, now, zone) for name in ("starts_at", "ends_at"))
        if first is None or last is None:
            field = "starts_at" if first is None else "ends_at"
            raise Refused("Please say from when until when.", field=field, code="invalid")
        return PutBlackout(why, client, location, window=Window(_exact(first), _exact(last)))
    if day not in map(str, range(7)):
        raise Refused("Please choose a weekday, or once only.", field="weekday", code="invalid")
    hours = [inputs.get(name, "").strip() for name in ("from_wall", "until_wall")]
    if not all(hours):
        field = "from_wall" if not hours[0] else "until_wall"
        raise Refused("Please choose from when until when.", field=field, code="invalid")
    return PutBlackout(why, client, location, int(day), hours[0], hours[1])


def read_preference(inputs: Inputs, clients: Sequence[Row[Any]]) -> PutPreferredTime:
    """Weekdays and hours; no weekdays take the preference away."""
    client, location = _office(inputs, clients)
    days = tuple(int(day) for day in _listed(inputs.get("weekdays", "")) if day in map(str, range(7)))
    hours = [inputs.get(name, "").strip() for name in ("from_wall", "until_wall")]
    if days and not all(hours):
        field = "from_wall" if not hours[0] else "until_wall"
        raise Refused("Please choose from when until when.", field=field, code="invalid")
    return PutPreferredTime(client, location, days, *(hours if days else ("", "")))


def read_replacement(inputs: Inputs) -> ReplaceCalendar:
    """The own one, when that is meant."""
    if "yes" not in inputs.get("sure", ""):
        raise Refused("Please say that the old addresses shall end.", field="sure", code="invalid")
    return ReplaceCalendar()


def windows(inputs: Inputs, now: datetime, zone: ZoneInfo, *, needed: bool = True) -> tuple[Window, ...]:
    """The times of a form, on this person's own wall; a later one without a length lasts as long as the first."""
    found: list[Window] = []
    first = ""
    for begins, lasts in zip(WINDOWS, LENGTHS, strict=True):
        starts = moment(inputs, begins, now, zone)
        typed = inputs.get(lasts, "").strip()
        if starts is None:
            if begins == WINDOWS[0] and needed:
                raise Refused("Please say when it begins.", field=begins, code="invalid")
            if typed and begins != WINDOWS[0] and found and typed != first:
                raise Refused("Please say when it begins, or leave the length empty too.", field=begins, code="invalid")
            continue
        first = first or typed
        if not (typed or first):
            raise Refused("Please choose how long it lasts.", field=lasts, code="invalid")
        minutes = whole({lasts: typed or first}, lasts, "How long it lasts")
        if not 0 < minutes <= LONGEST:
            raise Refused("Work lasts a week at most.", field=lasts, code="invalid")
        starts = _exact(starts)
        if starts <= now:
            raise Refused("This time begins in the past.", field=begins, code="invalid")
        found.append(Window(starts, starts + timedelta(minutes=minutes)))
    return tuple(found)


def numbers(typed: str) -> tuple[int, ...]:
    """ "1-3" or "1,3" -> (1, 3); nothing is everything that is open."""
    pieces = typed.replace("-", ",").split(",")
    return tuple(int(one) for one in map(str.strip, pieces) if one.isascii() and one.isdigit() and len(one) < 3)


def number(typed: str) -> int:
    """The number of a time, 0 for none."""
    return next(iter(numbers(typed)), 0)


def _exact(moment_: datetime) -> datetime:
    try:
        return moment_.astimezone(UTC)
    except OverflowError:
        raise Refused("Please give a date and a time.", code="invalid") from None


def _engineer(inputs: Inputs) -> str | None:
    chosen = inputs.get("engineer", "").strip()
    return "" if chosen == NOBODY else chosen


def _where(inputs: Inputs, clients: Sequence[Row[Any]]) -> tuple[str, tuple[str, ...]]:
    """The one client and its offices, () for all of them."""
    try:
        slugs, offices = whom(inputs.get("client", ""), clients)
    except Refused as refused:
        raise Refused("Please choose the client.", field="client", code="invalid") from refused
    if len(slugs) != 1 or slugs[0] == "all":
        raise Refused("A downtime is agreed with one client at a time.", field="client", code="invalid")
    return slugs[0], tuple(one.partition("/")[2] for one in offices)


def _office(inputs: Inputs, clients: Sequence[Row[Any]]) -> tuple[str, str]:
    """(client, office), "" for every office."""
    typed = inputs.get("location", "").strip()
    if not typed and len(clients) == 1:
        return clients[0].slug, ""
    if not typed:
        raise Refused("Please choose where.", field="location", code="invalid")
    client, _, office = typed.partition("/")
    return client.strip(), office.strip()


def _listed(typed: str) -> tuple[str, ...]:
    return tuple(one for one in map(str.strip, typed.replace("\n", ",").split(",")) if one)
