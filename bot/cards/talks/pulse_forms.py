"""The forms of a pulse: what was found, and why it is left out or the rhythm stays."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Field, Form, Option
from bot.cards.talks.pulses import COLOUR, PREFERENCE, Around
from handlers.commands import Ref
from storage.rows import Row

LONGEST = 2000


def log_form(row: Row[Any], around: Around) -> Form:
    """What was found; the numbers of users are those of the last time until somebody knows better."""
    last = around.last
    colours = tuple(Option(name, label) for name, (label, _) in COLOUR.items())
    wishes = tuple(Option(name, label) for name, label in PREFERENCE.items())
    users = str(last.users) if last is not None and last.users is not None else ""
    before = str(last.users_year_ago) if last is not None and last.users_year_ago is not None else ""
    fields = (
        Field("temperature", "How is the relationship?", "choice", options=colours),
        Field("text", "What was said", "longtext", required=False, max_length=LONGEST),
        Field("users", "Users now", "number", required=False, value=users),
        Field("users_year_ago", "Users a year ago", "number", required=False, value=before),
        Field("preference", "What the client prefers", "choice", value="normal", options=wishes),
    )
    intro = f"{around.client.name}\nFor your team only: the client does not see it."
    return Form("Log the pulse", "pulse:log", fields, "Save", intro=intro, ref=Ref("pulse", row.id))


def reason_form(row: Row[Any], around: Around, verb: str) -> Form:
    """Why it is left out, or why the rhythm stays."""
    title, label = {
        "pulse:skip": ("Skip with reason", "Why is it left out?"),
        "pulse:keep": ("Keep with reason", "Why does the rhythm stay as it is?"),
    }[verb]
    field = Field("reason", label, "longtext", hint="For your team only.", max_length=500)
    return Form(title, verb, (field,), "Save", intro=around.client.name, ref=Ref("pulse", row.id))
