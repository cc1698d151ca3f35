"""The forms with which the provider writes and corrects a notice, and the fields that all its forms share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Field, Form, Option
from bot.cards.pages import PAGE
from handlers.mechanisms.broadcast import Broadcast
from storage.rows import Row

ALL = "all"
USUAL = "usual"
MOST_OPTIONS = 100
"""More are no list to look through; names are typed then."""
MOST_OWN_WORDS = 8
"""So many clients get a field of their own for what it means to them."""
LONGEST_TITLE, LONGEST_TEXT, LONGEST_FINDING = 150, 1000, 1500
LONGEST_VALUE = 75
"""Slack's limit for what an option sends."""

KINDS = (
    Option("outage", "Outage"),
    Option("advisory", "Advisory: something to know or to watch out for"),
    Option("msp_change", "A change on our side"),
    Option("critical_patch", "Critical patch"),
)
SEVERITIES = (
    Option("1", "SEV1: a location or a core service is down"),
    Option("2", "SEV2: a department is down, or all is very slow"),
    Option("3", "SEV3: limited, and there is a way around it"),
    Option("4", "SEV4: for information"),
)
STATES = (
    Option("investigating", "Investigating: the cause is not known"),
    Option("identified", "Identified: the cause is found"),
    Option("monitoring", "Monitoring: it works, we are watching"),
)
NEXT = (
    Option(USUAL, "As usual for this severity"),
    Option("15", "In 15 minutes"),
    Option("30", "In 30 minutes"),
    Option("60", "In 1 hour"),
    Option("120", "In 2 hours"),
    Option("240", "In 4 hours"),
)


def next_update_fields() -> tuple[Field, ...]:
    """When readers hear again: so long from now, or at a moment."""
    return (
        Field("next", "Next update", "choice", required=False, value=USUAL, options=NEXT),
        Field("next_update_at", "Or exactly at", "datetime", required=False, hint="In your own time zone."),
    )


def clients_field(clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]]) -> Field:
    """Clients, each followed by its offices where there are several; beyond a hundred choices names are typed."""
    options = [Option(ALL, "All clients")] if len(clients) > 1 else []
    for client, offices in clients:
        options.append(Option(client.slug, client.name))
        if len(offices) > 1:
            options += [Option(f"{client.slug}/{one.slug}", f"{client.name} — {one.name}") for one in offices]
    if len(options) > MOST_OPTIONS or any(len(one.value) > LONGEST_VALUE for one in options):
        hint = "Names or codes, one a line; an office as “client/office”; “all” for all clients."
        return Field("clients", "Who is affected", "longtext", hint=hint, placeholder="Marlow & Finch LLP\nNF")
    return Field("clients", "Who is affected", "choices", options=tuple(options))


def raise_form(clients: Sequence[tuple[Row[Any], Sequence[Row[Any]]]], now: datetime, zone: ZoneInfo) -> Form:
    """A new notice; submitting it only shows the preview."""
    fields = (
        Field("kind", "What kind of notice", "choice", value="outage", options=KINDS),
        clients_field(clients),
        Field("severity", "How bad", "choice", options=SEVERITIES),
        Field("services", "What is affected", placeholder="Internet and Wi-Fi", max_length=LONGEST_TITLE),
        Field(
            "impact",
            "What it means for them",
            "longtext",
            placeholder="No internet in the office. Phones work over the mobile network.",
            max_length=LONGEST_TEXT,
        ),
        Field("workaround", "What they can do meanwhile", "longtext", required=False, max_length=LONGEST_TEXT),
        Field("title", "Headline", required=False, max_length=LONGEST_TITLE, hint="If left empty: what is affected."),
        Field("started_at", "Since", "datetime", required=False, value=local(now, zone), hint="In your own time zone."),
        *next_update_fields(),
    )
    intro = "Nothing is sent yet: you see first who gets it and who cannot be reached."
    return Form("New notice", "notice:raise", fields, "Preview", intro=intro, ref=PAGE)


def change_form(broadcast: Broadcast) -> Form:
    """What the notice says; words of their own for single clients."""
    notice = broadcast.notice
    draft = notice.state == "draft"
    fields = [
        Field("severity", "How bad", "choice", value=str(notice.severity), options=SEVERITIES),
        Field("title", "Headline", value=notice.title, max_length=LONGEST_TITLE),
        Field("services", "What is affected", value=notice.services, max_length=LONGEST_TITLE),
        Field("impact", "What it means for them", "longtext", value=notice.impact, max_length=LONGEST_TEXT),
        Field(
            "workaround",
            "What they can do meanwhile",
            "longtext",
            required=False,
            value=notice.workaround,
            max_length=LONGEST_TEXT,
        ),
    ]
    fields += own_words_fields(broadcast)
    intro = "Nothing is sent yet." if draft else "Everybody who got the notice is told that it was corrected."
    return form_about(broadcast, "Change the notice", "notice:change", tuple(fields), "Save", intro)


def own_words_fields(broadcast: Broadcast) -> list[Field]:
    """For each of a few clients what it means to them in particular."""
    own: dict[str, str] = {}
    names: dict[str, str] = {}
    for place in broadcast.places:
        names[place.client.slug] = place.client.name
        own[place.client.slug] = own.get(place.client.slug, "") or place.row.impact
    if not 1 < len(names) <= MOST_OWN_WORDS:
        return []
    return [
        Field(
            f"impact/{slug}",
            f"For {name} in particular",
            "longtext",
            required=False,
            value=own[slug],
            max_length=LONGEST_TEXT,
        )
        for slug, name in names.items()
    ]


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as both platforms prefill it: the clock on this wall, with its distance from UTC."""
    return moment.astimezone(zone).replace(second=0, microsecond=0).isoformat()


def form_about(broadcast: Broadcast, title: str, verb: str, fields: tuple[Field, ...], submit: str, more: str) -> Form:
    """A form about a notice that names it first."""
    notice = broadcast.notice
    intro = f"{notice.ref} · {notice.title}" + (f"\n{more}" if more else "")
    return Form(title, verb, fields, submit, intro=intro, ref=broadcast.ref, version=notice.version)
