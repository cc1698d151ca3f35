"""The forms with which the provider steers a notice: update, resolve, reopen, cancel, root cause, a phone call."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Field, Form, Option
from bot.cards.notices.forms import (
    LONGEST_FINDING,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MOST_OPTIONS,
    STATES,
    form_about,
    next_update_fields,
)
from bot.cards.notices.preview import people_at
from handlers.mechanisms.broadcast import Broadcast, Reader


def update_form(broadcast: Broadcast) -> Form:
    """A progress line."""
    notice = broadcast.notice
    fields = (
        Field(
            "text",
            "What is new",
            "longtext",
            max_length=LONGEST_TEXT,
            hint="For people who do not know technical words.",
        ),
        Field("state", "How it stands", "choice", value=notice.state, options=STATES),
        Field(
            "workaround",
            "What they can do meanwhile",
            "longtext",
            required=False,
            value=notice.workaround,
            max_length=LONGEST_TEXT,
        ),
        *next_update_fields(),
    )
    return form_about(broadcast, "Update", "notice:update", fields, "Send update", _everybody(broadcast))


def resolve_form(broadcast: Broadcast) -> Form:
    """It works again."""
    hint = "The internet works again."
    field = Field("text", "What do you tell them?", "longtext", placeholder=hint, max_length=LONGEST_TEXT)
    return form_about(broadcast, "Resolve", "notice:resolve", (field,), "Resolve", _everybody(broadcast))


def reopen_form(broadcast: Broadcast) -> Form:
    """It came back."""
    fields = (Field("text", "What do you tell them?", "longtext", max_length=LONGEST_TEXT), *next_update_fields())
    intro = "Everybody is asked to acknowledge again."
    return form_about(broadcast, "Reopen", "notice:reopen", fields, "Reopen", intro)


def cancel_form(broadcast: Broadcast) -> Form:
    """A false alarm."""
    hint = "“A false alarm” if left empty."
    field = Field("reason", "What do you tell them?", "longtext", required=False, hint=hint, max_length=LONGEST_TEXT)
    return form_about(broadcast, "Cancel notice", "notice:cancel", (field,), "Cancel it", _everybody(broadcast))


def cause_form(broadcast: Broadcast) -> Form:
    """Why it happened and what is done about it."""
    fields = (
        Field("summary", "What happened", "longtext", max_length=LONGEST_FINDING),
        Field("fix", "What you did", "longtext", max_length=LONGEST_FINDING),
        Field("prevent", "So that it does not happen again", "longtext", max_length=LONGEST_FINDING),
    )
    intro = "It goes to everybody who got the notice, as a notice of its own."
    return form_about(broadcast, "Root cause", "notice:cause", fields, "Share", intro)


def phone_form(broadcast: Broadcast, readers: Sequence[Reader]) -> Form:
    """Who was told on the phone; those who cannot be reached in chat stand first."""
    people = [
        Option(one.person.id, f"{one.person.name}, {one.client.name}{_number(one)}"[:LONGEST_VALUE]) for one in readers
    ]
    hint = "Call the number on file."
    who = Field("person", "Who was told", "choice", options=tuple(people), hint=hint)
    if len(people) > MOST_OPTIONS:
        hint = "Full name or e-mail address on file. Call the number on file."
        who = Field("person", "Who was told", hint=hint, max_length=200)
    fields = (who, Field("note", "What was said", "longtext", required=False, max_length=1000))
    return form_about(broadcast, "Phone acknowledgement", "notice:phone", fields, "Record", "")


def _number(reader: Reader) -> str:
    return f" ({reader.person.phone})" if reader.person.phone else ""


def _everybody(broadcast: Broadcast) -> str:
    people = sum(one.stage != "undeliverable" for one in broadcast.readers)
    clients = len({place.client.id for place in broadcast.places})
    return f"It goes to everybody who got the notice: {people_at(people, clients)}."
