"""The forms with which people answer times on offer and say how work goes: object, choose, suggest, extend, give up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.cards.card import Field, Form, Option
from bot.cards.downtimes import offered, words
from bot.cards.downtimes.forms import LONGEST_TEXT, about, override_field, text_field, window_fields
from bot.cards.parts import Viewer
from bot.cards.wording import duration
from handlers.mechanisms.windows.answering import LONGEST
from handlers.mechanisms.windows.shapes import Offer
from handlers.mechanisms.windows.standing import Standing

LONGER = (15, 30, 60, 120, 240)
"""Minutes."""


def object_form(standing: Standing, viewer: Viewer) -> Form:
    """Which times do not suit an office, and why."""
    fields: tuple[Field, ...] = (
        Field(
            "reason",
            "Why not?",
            "longtext",
            hint="The key contact and your provider read it, so that another time can be found.",
            max_length=LONGEST,
        ),
    )
    open_ = [one for one in standing.offers if not one.over]
    if len(open_) > 1:
        options = tuple(Option(str(one.number), f"{one.number}. {words.window(one.row, viewer)}") for one in open_)
        fields = (Field("numbers", "Which times?", "choices", options=options), *fields)
        intro = ""
    else:
        intro = words.window(open_[0].row, viewer) if open_ else ""
    return about(standing, "Object", "window:object", fields, "Object", intro)


def choose_form(standing: Standing, offer: Offer, viewer: Viewer) -> Form:
    """A yes that has to say more than yes: to a short notice, an objection, an office not heard."""
    row = offer.row
    said = [words.window(row, viewer), *words.elsewhere(standing, row.starts_at, row.ends_at, viewer)]
    said += [words.sentence(one) for one in offer.conflicts]
    said += [one.replace(" … (in full below)", " …") for one in offered.reactions(standing, offer, viewer)]
    fields: tuple[Field, ...] = ()
    if offer.short:
        said.append(words.sentence(offered.notice(offer)))
        agree = (Option("yes", "Yes, I agree to this short notice"),)
        fields += (Field("consent", "Short notice", "choices", options=agree),)
    needed = bool(standing.objections(offer.number)) or bool(standing.unanswered(offer.number))
    if needed:
        hint = "Everybody concerned reads it."
        fields += (Field("reason", "Why all the same", "longtext", hint=hint, max_length=LONGEST),)
    return about(standing, "Pick this time", f"window:choose:{offer.number}", fields, "Pick", "\n".join(said))


def suggest_form(standing: Standing, zone: ZoneInfo, provider: str) -> Form:
    """Another time, as the key contact would like it."""
    known = [one.window for one in standing.offers if not one.over][:1]
    fields = [replace(one, value="") if one.kind == "datetime" else one for one in window_fields(known, zone, most=1)]
    intro = f"{provider} answers. Nothing is agreed until then."
    return about(standing, "Suggest another time", "window:suggest", (*fields, text_field()), "Suggest", intro)


def take_form(standing: Standing, offer: Offer, viewer: Viewer, against: tuple[str, ...]) -> Form:
    """Something speaks against a time that the client named."""
    override = replace(override_field(), required=True, hint="The client reads it.")
    intro = "\n".join([words.window(offer.row, viewer), *against])
    return about(standing, "Take this time", f"window:take:{offer.number}", (override,), "Take", intro)


def reason_form(standing: Standing, verb: str, title: str, hint: str, *, required: bool = True) -> Form:
    """One reason that everybody concerned reads."""
    field = Field("reason", "Why", "longtext", hint=hint, required=required, max_length=LONGEST_TEXT)
    return about(standing, title, verb, (field,), title)


def extend_form(standing: Standing, viewer: Viewer) -> Form:
    """Until when it takes now."""
    planned = words.ends_at(standing) or standing.row.ends_at
    counted = max(planned, viewer.now)
    ends = {each: counted + timedelta(minutes=each) for each in LONGER}
    options = tuple(
        Option(str(each), f"{duration(timedelta(minutes=each))} (until {viewer.on_the_day(end, counted)})")
        for each, end in ends.items()
    )
    fields = (
        Field("longer", "How much longer", "choice", required=False, options=options),
        Field("until", "Or until exactly", "datetime", required=False, hint="In your own time zone."),
        Field("text", "What people should know", "longtext", required=False, max_length=LONGEST_TEXT),
    )
    intro = f"Planned until {viewer.when(planned)}. Everybody concerned is told at once."
    return about(standing, "Extend", "downtime:extend", fields, "Extend", intro)
