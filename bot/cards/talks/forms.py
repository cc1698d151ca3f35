"""The forms around a talk: another time, one more thing to talk about, notes, who does what, what is on file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Field, Form, Option
from bot.cards.downtimes.forms import window_fields
from bot.cards.notices.forms import local
from bot.cards.pages import PAGE
from bot.cards.parts import Viewer
from bot.cards.talks import words
from bot.cards.wording import duration
from handlers.mechanisms.talks.names import NAMES, RECORD_NAMES, recorded
from handlers.mechanisms.talks.standing import Standing
from handlers.timetable import KINDS
from storage.rows import Row

LONGEST_ITEM, LONGEST_REASON, LONGEST_NOTES = 300, 1000, 3000
MINUTES = (15, 30, 45, 60, 90, 120)
MOST_PEOPLE = 99


def reschedule_form(standing: Standing, viewer: Viewer, provider: str) -> Form:
    """It does not suit: why, and if possible when it would."""
    fields = (
        Field(
            "starts_at",
            "A time that would suit",
            "datetime",
            required=False,
            hint=f"{zone_hint(ZoneInfo(viewer.timezone))} Left empty: {provider} offers others.",
        ),
        Field("text", "What we should know", "longtext", required=False, max_length=LONGEST_REASON),
    )
    intro = words.agreed_time(standing, viewer)
    said = f"{standing.owner or provider} answers here. Nothing is agreed until then."
    return about(standing, "Reschedule", "talk:reschedule", fields, "Send", "\n".join(filter(None, (intro, said))))


def agenda_form(standing: Standing) -> Form:
    """One more thing to talk about."""
    field = Field("text", "What do you want to talk about?", "longtext", max_length=LONGEST_ITEM)
    return about(standing, "Add agenda item", "talk:agenda", (field,), "Add", "Everybody who takes part sees it.")


def skip_form(standing: Standing, *, staff: bool) -> Form:
    """Left out, with a reason."""
    hint = "The client reads it." if staff else "Your provider reads it."
    field = Field("reason", "Why is it left out?", "longtext", hint=hint, max_length=LONGEST_REASON)
    return about(standing, "Skip with reason", "talk:skip", (field,), "Skip", words.next_one(standing))


def offer_form(standing: Standing, zone: ZoneInfo) -> Form:
    """One to three other times."""
    known = [one.window for one in standing.offers if not one.over and one.row.side != "client"]
    fields = (
        *window_fields(known if standing.state == "proposed" else (), zone),
        Field("text", "What you want to say with it", "longtext", required=False, max_length=LONGEST_REASON),
    )
    said = "Whoever was asked is asked again."
    if standing.state == "confirmed":
        said = "The agreed time is given up, and the client is asked anew."
    return about(standing, "Offer other times", "talk:offer", fields, "Offer", said)


def agree_form(standing: Standing, zone: ZoneInfo) -> Form:
    """The time that was agreed on the phone."""
    named = standing.named
    fields = (
        Field(
            "starts_at",
            "When",
            "datetime",
            value=local(named.row.starts_at, zone) if named is not None and not named.over else "",
            hint=zone_hint(zone),
        ),
        _minutes(standing.row.minutes),
        Field("note", "With whom, and what was said", "longtext", required=False, max_length=LONGEST_REASON),
    )
    said = "It counts as agreed at once. The client gets it in chat where there is one."
    return about(standing, "Agreed on the phone", "talk:agree", fields, "Save", said)


def held_form(standing: Standing) -> Form:
    """What was said; who does what is added afterwards."""
    field = Field("notes", "What was said", "longtext", max_length=LONGEST_NOTES, hint="The client reads these notes.")
    said = "Afterwards you can add who does what."
    return about(standing, "It was held", "talk:held", (field,), "Save", said)


def missed_form(standing: Standing) -> Form:
    """Nobody was there."""
    field = Field("reason", "What happened", "longtext", required=False, max_length=LONGEST_REASON)
    return about(standing, "Nobody came", "talk:missed", (field,), "Save", words.next_one(standing))


def action_form(standing: Standing, team: Sequence[Row[Any]]) -> Form:
    """Somebody of either side is to do something."""
    theirs = [one for one in standing.people.values() if one.client_id == standing.client.id and one.state == "active"]
    both = [(one, "") for one in team] + [(one, f", {standing.client.name}") for one in theirs]
    options = tuple(Option(one.id, f"{one.name}{of}"[:75]) for one, of in both[:MOST_PEOPLE])
    fields = (
        Field("text", "What is to be done", "longtext", max_length=LONGEST_ITEM),
        Field("owner", "Who does it", "choice", options=options),
        Field("due_on", "By when", "date", required=False),
    )
    return about(standing, "Add action item", "talk:action", fields, "Add", "Whoever does it gets it in chat.")


def settle_form(standing: Standing) -> Form:
    """One of the open action items is done, or will not be."""
    open_ = [one for one in standing.actions if one.state == "open"]
    options = tuple(Option(one.id, f"{standing.name(one.owner_id)}: {one.text}"[:75]) for one in open_[:MOST_PEOPLE])
    outcomes = (Option("done", "It is done"), Option("dropped", "It will not be done"))
    fields = (
        Field("item", "Which one", "choice", options=options, value=options[0].value if len(options) == 1 else ""),
        Field("outcome", "How it ended", "choice", options=outcomes, value="done"),
    )
    return about(standing, "Settle an action item", "talk:settle", fields, "Save")


def record_form(standing: Standing) -> Form:
    """What the talk needs on file: where it is, or why there is none."""
    there = {one.kind for one in standing.records}
    kinds = [kind for kind in standing.rule.records if kind not in there] or list(standing.rule.records)
    options = tuple(Option(kind, recorded(kind).capitalize()) for kind in kinds if kind in RECORD_NAMES)
    fields = (
        Field("kind", "What", "choice", options=options, value=options[0].value if len(options) == 1 else ""),
        Field("url", "Where it is", required=False, max_length=1000, hint="A link that starts with https://"),
        Field("on", "Of which day", "date", required=False),
        Field("waived_why", "Why there is none", "longtext", required=False, max_length=LONGEST_REASON),
    )
    said = "Give a link, or say why there is none."
    return about(standing, "Add a record", "talk:record", fields, "Save", said)


def plan_form(clients: Sequence[Row[Any]], zone: ZoneInfo) -> Form:
    """A talk outside the usual rhythm, for people of the provider."""
    options = tuple(Option(row.slug, row.name) for row in clients)
    if 0 < len(options) <= MOST_PEOPLE:
        client = Field(
            "client", "Client", "choice", options=options, value=options[0].value if len(options) == 1 else ""
        )
    else:
        client = Field("client", "Client", hint="The client's name or code.", max_length=200)
    fields = (
        client,
        Field(
            "kind", "What kind", "choice", options=tuple(Option(kind, NAMES[kind]) for kind in KINDS), value=KINDS[0]
        ),
        Field("title", "What it is called", required=False, hint="Left empty: as its kind.", max_length=120),
        *window_fields((), zone),
        Field("link", "Link to join", required=False, max_length=500, hint="Starts with https://"),
        Field("place", "Or where", required=False, max_length=200),
        Field("text", "What you want to say with it", "longtext", required=False, max_length=LONGEST_REASON),
    )
    intro = "The client's contact is asked to pick one of the times. Nothing is agreed until then."
    return Form("Plan a meeting", "talk:plan", fields, "Ask", intro=intro, ref=PAGE)


def zone_hint(zone: ZoneInfo) -> str:
    """In whose time hours are meant."""
    return f"In your own time zone ({zone.key.rpartition('/')[2].replace('_', ' ')})."


def about(standing: Standing, title: str, verb: str, fields: tuple[Field, ...], submit: str, more: str = "") -> Form:
    """A form about a talk that names it first; what it has seen is the revision of the times."""
    intro = f"{standing.row.ref} · {standing.title}, {standing.client.name}" + (f"\n{more}" if more else "")
    return Form(title, verb, fields, submit, intro=intro, ref=standing.ref, version=standing.row.revision)


def _minutes(usual: int) -> Field:
    known = sorted({*MINUTES, usual})
    options = tuple(Option(str(each), duration(timedelta(minutes=each))) for each in known)
    return Field("minutes", "How long", "choice", value=str(usual), options=options)


def today(now: datetime, zone: ZoneInfo) -> str:
    """The day on this wall, as a field is prefilled."""
    return now.astimezone(zone).date().isoformat()
