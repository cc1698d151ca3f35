"""The forms with which a client says when no work is wanted, when it is liked, and that a calendar's address leaked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Field, Form, Option
from bot.cards.pages import PAGE
from storage.rows import Row

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_OFFICE = "all"
ONCE = "once"
LONGEST_WHY = 200
HOURS = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30))


def where_fields(
    clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]], *, staff: bool, everywhere: bool = True
) -> tuple[Field, ...]:
    """Whose wish it is: an office or all of them; people of the provider choose the client with it."""
    options: list[Option] = []
    for client, offices in clients:
        name = f"{client.name}: " if staff else ""
        if everywhere:
            options.append(Option(client.slug, f"{name}{'all offices' if staff else 'All offices'}"))
        if len(offices) > 1 or not everywhere:
            options += [Option(f"{client.slug}/{one.slug}", f"{name}{one.name}") for one in offices]
    if len(options) > 100 or any(len(one.value) > 75 for one in options):
        hint = "The client's name or code; an office as “client/office”."
        return (Field("location", "Where", hint=hint, max_length=200),)
    if everywhere and len(options) < 2 and not staff:
        return ()
    return (Field("location", "Where", "choice", options=tuple(options), value=options[0].value if not staff else ""),)


def blackout_form(
    clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]], zone: ZoneInfo, *, staff: bool, everywhere: bool = True
) -> Form:
    """Every week or once."""
    weekly = (Option(str(number), f"Every {name}") for number, name in enumerate(WEEKDAYS))
    days = (Option(ONCE, "Once only (say below from when until when)"), *weekly)
    hint = f"In your own time zone ({zone.key.rpartition('/')[2].replace('_', ' ')})."
    fields = (
        *where_fields(clients, staff=staff, everywhere=everywhere),
        Field("weekday", "When", "choice", options=days),
        *hours_fields(required=False),
        Field("starts_at", "Once: from", "datetime", required=False, hint=hint),
        Field("ends_at", "Once: until", "datetime", required=False, hint=hint),
        Field("why", "Why", placeholder="Month end: everybody needs the system", max_length=LONGEST_WHY),
    )
    intro = "Work is not offered for these times unless somebody says why. What is agreed already stands."
    return Form("No work then", "blackout:put", fields, "Save", intro=intro, ref=PAGE)


def preferred_form(
    clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]], *, staff: bool, everywhere: bool = True
) -> Form:
    """On which days, between which hours; no days takes the preference away."""
    days = tuple(Option(str(number), name) for number, name in enumerate(WEEKDAYS))
    fields = (
        *where_fields(clients, staff=staff, everywhere=everywhere),
        Field(
            "weekdays",
            "On these days",
            "choices",
            required=False,
            options=days,
            hint="None chosen: there is no preference any more.",
        ),
        *hours_fields(required=False),
    )
    intro = "Your provider sees it when times are planned. Other times may still be offered."
    return Form("Preferred times", "preferred:put", fields, "Save", intro=intro, ref=PAGE)


def replace_form() -> Form:
    """A live calendar gets another address."""
    yes = (Option("yes", "Yes, end the old addresses"),)
    fields = (Field("sure", "New address", "choices", options=yes),)
    intro = (
        "If somebody who should not has the address of your calendar, replace it. "
        "Calendars with the old one are not kept up to date any more: subscribe again with the new one."
    )
    return Form("New address", "calendar:replace", fields, "Replace", intro=intro, ref=PAGE)


def hours_fields(*, required: bool) -> tuple[Field, ...]:
    """From when until when on the office's own clocks."""
    options = tuple(Option(each, each) for each in HOURS)
    said = "On the office's own clocks. Until 00:00 is midnight; earlier than From is the next morning."
    return (
        Field("from_wall", "Every week: from", "choice", required=required, options=options),
        Field("until_wall", "Every week: until", "choice", required=required, options=options, hint=said),
    )
