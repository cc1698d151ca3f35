"""The forms with which work is planned or asked for, changed, offered for other times and postponed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Field, Form, Option
from bot.cards.notices.forms import clients_field, local
from bot.cards.pages import PAGE
from bot.cards.wording import duration
from handlers.commands import Window
from handlers.mechanisms.windows.standing import Standing
from storage.rows import Row

LONGEST_TITLE, LONGEST_TEXT = 150, 1000
ORDINALS = ("First", "Second", "Third")
WINDOWS = ("windows", "windows_2", "windows_3")
"""Ids of the fields with beginnings; a sentence about the times as such stands at the first."""
LENGTHS = ("length", "length_2", "length_3")
MINUTES = (15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 1440, 2880, 4320, 10080)
NOBODY = "nobody"


def lengths(more: int = 0) -> tuple[Option, ...]:
    """How long work may last; `more` is a number of minutes that has to be among them."""
    found = sorted({*MINUTES, more} - {0})
    return tuple(Option(str(each), duration(timedelta(minutes=each))) for each in found)


def window_fields(
    known: Sequence[Window], zone: ZoneInfo, *, most: int = 3, required: bool = True
) -> tuple[Field, ...]:
    """One to three times, each by its beginning and how long it lasts; times are meant in this zone."""
    fields: list[Field] = []
    for index in range(most):
        begins, lasts = WINDOWS[index], LENGTHS[index]
        value, minutes = "", 0
        if index < len(known):
            one = known[index]
            value, minutes = local(one.starts_at, zone), round((one.ends_at - one.starts_at).total_seconds() / 60)
        name = f"{ORDINALS[index]} time" if most > 1 else "Time"
        must = required and index == 0
        hint = "" if index else f"In your own time zone ({zone.key.rpartition('/')[2].replace('_', ' ')})."
        fields.append(Field(begins, f"{name}: begins", "datetime", required=must, value=value, hint=hint))
        again = "" if index == 0 else "Left empty: as long as the first."
        fields.append(
            Field(
                lasts,
                f"{name}: lasts",
                "choice",
                required=must,
                value=str(minutes or ""),
                options=lengths(minutes),
                hint=again,
            )
        )
    return tuple(fields)


def words_fields(
    work: str = "", implications: str = "", prep_steps: str = "", *, agreed: bool = False
) -> tuple[Field, ...]:
    """What is done, what stops working, what to do before; of agreed work only the last may still change."""
    before = Field(
        "prep_steps",
        "What to do before",
        "longtext",
        required=False,
        value=prep_steps,
        placeholder="Save your work and sign out by Saturday evening.",
        max_length=LONGEST_TEXT,
    )
    if agreed:
        return (before,)
    return (
        Field("work", "What is done", value=work, placeholder="Firewall upgrade", max_length=LONGEST_TITLE),
        Field(
            "implications",
            "What stops working, and what people can do",
            "longtext",
            value=implications,
            placeholder="No internet and no phones in the office. Mobile phones work.",
            max_length=LONGEST_TEXT,
        ),
        before,
    )


def override_field(value: str = "") -> Field:
    """Why it is offered in spite of what speaks against a time."""
    hint = "Only needed when a blackout, a holiday, business hours or other work speaks against a time."
    return Field(
        "override",
        "Why it is offered all the same",
        "longtext",
        required=False,
        hint=hint,
        value=value,
        max_length=LONGEST_TEXT,
    )


def text_field() -> Field:
    """What is said with other times."""
    return Field("text", "What you want to say with it", "longtext", required=False, max_length=LONGEST_TEXT)


def engineer_field(team: Sequence[Row[Any]], chosen: str = "") -> tuple[Field, ...]:
    """Who does the work."""
    if not team:
        return ()
    options = (Option(NOBODY, "Whoever plans it"), *(Option(row.id, row.name) for row in team[:99]))
    value = chosen if any(one.value == chosen for one in options) else NOBODY
    return (Field("engineer", "Who does the work", "choice", required=False, value=value, options=options),)


def plan_form(clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]], team: Sequence[Row[Any]], zone: ZoneInfo) -> Form:
    """New work, for people of the provider; submitting it only shows the preview."""
    fields = (
        _one_client(clients),
        *words_fields(),
        *window_fields((), zone),
        *engineer_field(team),
        override_field(),
    )
    intro = "Nobody is asked yet: you see first what speaks against the times and how much notice they give."
    return Form("Plan a downtime", "downtime:raise", fields, "Preview", intro=intro, ref=PAGE)


def ask_form(offices: Sequence[Row[Any]], zone: ZoneInfo, provider: str) -> Form:
    """A contact asks the provider for it."""
    where = (
        Field(
            "locations",
            "Which offices",
            "choices",
            required=False,
            hint="None chosen: all offices.",
            options=tuple(Option(row.slug, row.name) for row in offices[:100]),
        ),
    )
    fields = (*words_fields(), *(where if len(offices) > 1 else ()), *window_fields((), zone))
    intro = f"{provider} answers. Nothing is agreed until one of your times is taken."
    return Form("Ask for downtime", "downtime:raise", fields, "Ask", intro=intro, ref=PAGE)


def change_form(standing: Standing, team: Sequence[Row[Any]], zone: ZoneInfo) -> Form:
    """What it says, and of a draft its times."""
    row = standing.row
    draft = standing.state == "draft"
    fields = words_fields(row.work, row.implications, row.prep_steps, agreed=standing.state == "accepted")
    if draft:
        fields += window_fields([one.window for one in standing.offers], zone)
    fields += engineer_field(team, row.engineer_id or "")
    if draft:
        fields += (override_field(row.override),)
    intro = {
        "draft": "Nobody has been asked yet.",
        "proposed": "If the words change, everybody is asked again and earlier answers do not count.",
        "accepted": "What was agreed stays as it is. Postpone it if the work itself has changed.",
    }.get(standing.state, "")
    return about(standing, "Change the downtime", "downtime:change", fields, "Save", intro, version=row.version)


def offer_form(standing: Standing, zone: ZoneInfo) -> Form:
    """Other times; what was answered to the older ones no longer counts."""
    fields = (*window_fields((), zone), text_field(), override_field())
    intro = "Everybody is asked again, and answers to the times before do not count."
    return about(standing, "Offer other times", "downtime:offer", fields, "Offer", intro)


def postpone_form(standing: Standing, zone: ZoneInfo) -> Form:
    """The agreed time is given up; other times may be offered in the same breath."""
    fields = (
        Field("reason", "Why", "longtext", hint="Everybody who was told reads it.", max_length=LONGEST_TEXT),
        *window_fields((), zone, required=False),
        override_field(),
    )
    intro = "With other times, everybody is asked about them at once."
    return about(standing, "Postpone", "downtime:postpone", fields, "Postpone", intro)


def about(
    standing: Standing,
    title: str,
    verb: str,
    fields: tuple[Field, ...],
    submit: str,
    more: str = "",
    *,
    version: int = 0,
) -> Form:
    """A form about a downtime that names it first; what it has seen is the revision of the times, unless said."""
    row = standing.row
    intro = f"{row.ref} · {row.work}" + (f"\n{more}" if more else "")
    return Form(title, verb, fields, submit, intro=intro, ref=standing.ref, version=version or row.revision)


def today(now: datetime, zone: ZoneInfo) -> str:
    """The day on this wall, as a field is prefilled."""
    return now.astimezone(zone).date().isoformat()


def _one_client(clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]]) -> Field:
    """One client, as a whole or some of its offices."""
    field = clients_field(clients)
    options = tuple(one for one in field.options if one.value != "all")
    hint = "One client: all of it, or some of its offices."
    if not options:  # too many to choose from
        hint = "The client's name or code, or some of its offices as “client/office”, one a line."
    placeholder = "" if options else "northgate/toledo"
    return Field("client", "Client and offices", field.kind, hint=hint, placeholder=placeholder, options=options)
