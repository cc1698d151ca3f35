"""Forms as data: a reason, a purchase to ask for, a change of access; and their inputs read back as commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Field, Form, Option
from bot.cards.inputs import day, instant, minor, whole
from bot.cards.order import CATEGORY
from handlers.commands import Access, GoAway, Purchase, PurchaseLine, RaiseApproval, Ref, Refused
from handlers.policy import ACCESS_KINDS, CATEGORIES
from storage.rows import Row

URGENCIES = (Option("normal", "Normal"), Option("urgent", "Urgent: needed within a day"))
RECURRENCES = (Option("once", "Once"), Option("monthly", "Every month"), Option("yearly", "Every year"))


WORDS: dict[str, tuple[str, str, str, str, bool]] = {
    "reject": ("reason", "Reject", "Why not?", "Everybody concerned will read this.", True),
    "withdraw": ("reason", "Withdraw", "Why is it withdrawn?", "Everybody concerned will read this.", True),
    "ask": ("text", "Ask a question", "Your question", "The deadline waits for the answer.", True),
    "answer": ("text", "Answer", "Your answer", "It will stand on every card.", True),
    "regret": ("text", "That was a mistake", "What was wrong?", "Nothing is carried out until it is settled.", True),
    "stands": ("text", "It stands", "What was agreed?", "Everybody concerned will read this.", True),
    "fulfil": ("note", "Mark as done", "What was done?", "For the record. It cannot be undone.", False),
    "cancel_approval": ("text", "Cancel it", "What was agreed?", "Everybody concerned will read this.", True),
}
"""verb -> field, title (and button), label, hint, required"""

SNOOZES = (Option("2", "In 2 hours"), Option("4", "In 4 hours"), Option("tomorrow", "Next working day, 9 AM"))


def words_form(verb: str, ref: Ref, version: int, revision: int, title: str) -> Form:
    """One text: a reason, a question, an answer."""
    field, name, label, hint, required = WORDS[verb]
    one = Field(field, label, "longtext", hint=hint, max_length=3000, required=required)
    return Form(name, verb, (one,), name, intro=title, ref=ref, version=version, revision=revision)


def hand_form(ref: Ref, version: int, revision: int, title: str, heirs: Sequence[tuple[str, str]]) -> Form:
    """To whom the question is handed: only people who may decide it."""
    options = tuple(Option(person_id, name) for person_id, name in heirs)
    field = Field("to", "To whom", "choice", options=options, hint="You can still decide it yourself.")
    return Form("Hand over", "hand", (field,), "Hand over", intro=title, ref=ref, version=version, revision=revision)


def hand_task_form(ref: Ref, title: str, colleagues: Sequence[tuple[str, str]]) -> Form:
    """Who takes a task over."""
    options = tuple(Option(person_id, name) for person_id, name in colleagues)
    return Form("Hand on", "task:hand", (Field("to", "To whom", "choice", options=options),), intro=title, ref=ref)


def snooze_form(ref: Ref, version: int, revision: int, title: str, choices: Sequence[str]) -> Form:
    """When to be reminded: once, and the deadline stays. `choices` are those that come before it."""
    options = tuple(one for one in SNOOZES if one.value in choices)
    field = Field("choice", "Remind me", "choice", options=options, hint="Once only. The deadline stays as it is.")
    return Form(
        "Remind me later", "snooze", (field,), "Remind me", intro=title, ref=ref, version=version, revision=revision
    )


def phone_form(ref: Ref, version: int, revision: int, title: str, people: Sequence[Row]) -> Form:
    """Who said yes on the phone, at the number on file."""
    options = tuple(Option(row.id, f"{row.name} ({row.phone})"[:75]) for row in people)
    hint = "Call the number on file, never one from an e-mail."
    fields = (
        Field("person", "Who approved", "choice", options=options, hint=hint),
        Field("note", "What was said", "longtext", required=False, max_length=1000),
    )
    intro = f"{title}. It counts when the person confirms it in chat, within one business day."
    return Form("Phone approval", "phone", fields, "Record", intro=intro, ref=ref, version=version, revision=revision)


def away_form(colleagues: Sequence[tuple[str, str]], today: date, *, staff: bool = False) -> Form:
    """From when until when somebody is away, and who stands in."""
    fields = [Field("from", "First day away", "date", value=today.isoformat()), Field("to", "Last day away", "date")]
    if colleagues:
        options = tuple(Option(person_id, name) for person_id, name in colleagues)
        hint = f"Leave it empty and whoever is next in line {'stands in' if staff else 'is asked'}."
        fields.append(Field("delegate", "Who stands in", "choice", required=False, options=options, hint=hint))
    intro = "While you are away, requests go to somebody else at once. You get them again when you are back."
    if staff:
        intro = "Meetings agreed for then are held by a colleague. Times that are offered avoid a short absence."
    return Form("I'm away", "away", tuple(fields), "Save", intro=intro)


def read_away(inputs: Mapping[str, str], zone: ZoneInfo) -> GoAway:
    """Whole days on the person's own calendar; `Refused` names the field that is wrong."""
    first, last = day(inputs, "from"), day(inputs, "to")
    if first is None or last is None:
        raise Refused("Please give both days.", field="to" if first else "from", code="invalid")
    if last < first or last.year > 2200:
        raise Refused("The last day is before the first, or too far away.", field="to", code="invalid")
    starts, ends = datetime.combine(first, time(0), zone), datetime.combine(last + timedelta(days=1), time(0), zone)
    return GoAway(starts, ends, inputs.get("delegate", ""))


def _for_whom(clients: Sequence[Row[Any]], staff: bool) -> tuple[Field, ...]:
    """What people of the provider say besides: which client, and who of it asked them."""
    if not staff:
        return ()
    options = tuple(Option(row.slug, row.name) for row in clients)
    hint = "E-mail address on file of the person who asked you. Leave empty if nobody did."
    asker = Field("requested_by", "Asked by", "email", required=False, hint=hint, max_length=200)
    return (*([Field("client", "Client", "choice", options=options)] if len(clients) > 1 else []), asker)


def purchase_form(clients: Sequence[Row[Any]], *, staff: bool) -> Form:
    """Something to buy; people of the provider choose the client."""
    currency = clients[0].currency if len(clients) == 1 else "the client's currency"
    return Form(
        "Ask for a purchase",
        "request:purchase",
        (
            *_for_whom(clients, staff),
            Field("title", "What is needed", placeholder="Six laptops for the litigation team", max_length=150),
            Field("why", "Why", "longtext", max_length=3000),
            Field("category", "Category", "choice", options=tuple(Option(c, CATEGORY[c]) for c in CATEGORIES)),
            Field("vendor", "Vendor", max_length=200),
            Field(
                "description",
                "Item",
                required=False,
                max_length=200,
                hint="As it stands on the quote, if that is not what you wrote above.",
            ),
            Field("quantity", "How many", "number", value="1"),
            Field("unit", "Price of one", "money", hint=f"In {currency}, like 1349.00"),
            Field("recurrence", "Paid", "choice", value="once", options=RECURRENCES),
            Field(
                "term_months",
                "Months committed",
                "number",
                required=False,
                hint="For something paid monthly or yearly.",
            ),
            Field("shipping", "Shipping", "money", required=False),
            Field("tax", "Tax", "money", required=False),
            Field("for_whom", "For whom", required=False, max_length=200),
            Field("quote_url", "Link to the quote", required=False, max_length=1000, hint="Starts with https://"),
            Field("quote_valid_until", "Quote valid until", "date", required=False),
            Field("urgency", "How urgent", "choice", value="normal", options=URGENCIES),
        ),
        "Ask for approval",
        intro="The right key contacts are asked at once. Nothing is ordered before they approve.",
    )


def access_form(clients: Sequence[Row[Any]], *, staff: bool) -> Form:
    """A change of access; people of the provider choose the client."""
    return Form(
        "Ask for access",
        "request:access",
        (
            *_for_whom(clients, staff),
            Field("title", "What is needed", placeholder="Nora Blake: read and write on Litigation", max_length=150),
            Field("why", "Why", "longtext", max_length=3000),
            Field("kind", "Kind of change", "choice", options=tuple(Option(k, CATEGORY[k]) for k in ACCESS_KINDS)),
            Field("subject", "Whose access", hint="Full name or e-mail address.", max_length=200),
            Field("resource", "To what", placeholder="Litigation/Harlow", max_length=500),
            Field("before", "Access now", placeholder="None", max_length=500),
            Field("after", "Access afterwards", placeholder="Read and write", max_length=500),
            Field("until", "Until", "datetime", required=False, hint="Leave empty if it stays."),
            Field(
                "external",
                "Outside the company",
                "choices",
                required=False,
                options=(Option("yes", "Somebody outside the company gets access"),),
            ),
            Field("urgency", "How urgent", "choice", value="normal", options=URGENCIES),
        ),
        "Ask for approval",
        intro="The right key contacts are asked at once. Nothing changes before they approve.",
    )


def read_purchase(inputs: Mapping[str, str], client: Row[Any], zone: str) -> RaiseApproval:
    """The submitted form as a command; `Refused` names the field that is wrong. Nothing in it depends on `zone`."""
    line = PurchaseLine(
        description=inputs.get("description", "").strip() or inputs.get("title", ""),
        quantity=whole(inputs, "quantity", "How many"),
        unit_minor=minor(inputs, "unit", client.currency),
        recurrence=inputs.get("recurrence") or "once",  # type: ignore[arg-type]
        term_months=whole(inputs, "term_months", "Months committed") if inputs.get("term_months") else None,
    )
    purchase = Purchase(
        category=inputs.get("category", ""),
        vendor=inputs.get("vendor", ""),
        currency=client.currency,
        lines=(line,),
        shipping_minor=minor(inputs, "shipping", client.currency),
        tax_minor=minor(inputs, "tax", client.currency),
        for_whom=inputs.get("for_whom", ""),
        quote_url=inputs.get("quote_url", ""),
        quote_valid_until=day(inputs, "quote_valid_until"),
    )
    return RaiseApproval(
        client.slug,
        "purchase",
        inputs.get("title", ""),
        inputs.get("why", ""),
        requested_by=inputs.get("requested_by", ""),
        urgency=_urgency(inputs),
        purchase=purchase,
    )


def read_access(inputs: Mapping[str, str], client: Row[Any], zone: str) -> RaiseApproval:
    """The submitted form as a command; `Refused` names the field that is wrong. `zone` is that of who filled it in."""
    access = Access(
        kind=inputs.get("kind", ""),
        subject=inputs.get("subject", ""),
        resource=inputs.get("resource", ""),
        before=inputs.get("before", ""),
        after=inputs.get("after", ""),
        until=instant(inputs, "until", zone),
        external="yes" in inputs.get("external", ""),
    )
    return RaiseApproval(
        client.slug,
        "access",
        inputs.get("title", ""),
        inputs.get("why", ""),
        requested_by=inputs.get("requested_by", ""),
        urgency=_urgency(inputs),
        access=access,
    )


def _urgency(inputs: Mapping[str, str]) -> Any:
    return "urgent" if inputs.get("urgency") == "urgent" else "normal"
