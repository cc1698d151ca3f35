"""Draws what is asked: the lines and sums of a purchase, or a change of access as before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from textwrap import shorten
from typing import Any

from bot.cards.card import Block, Fact, Facts, Line, Lines, Link, Text
from bot.cards.wording import all_of, day, money, quantity, when
from handlers import amounts
from handlers.commands import Purchase, PurchaseLine
from handlers.mechanisms.meanings import purchase_of
from handlers.mechanisms.standing import Standing

CATEGORY = {
    "computer": "Computers",
    "printer": "Printers",
    "peripheral": "Peripherals",
    "infrastructure": "Infrastructure",
    "software_license": "Software licences",
    "service_license": "Service licences",
    "onsite_charge": "On-site work",
    "project": "Project",
    "other": "Other",
    "folder_permission": "Folder access",
    "distribution_list": "Distribution list",
    "shared_mailbox": "Shared mailbox",
    "group": "Group membership",
    "privileged": "Administrator rights",
    "mfa_or_password_reset": "Sign-in reset",
}

RECURRING = {"monthly": "month", "yearly": "year"}


LONG_WHY = 500
"""A reason of more letters is shown by its beginning, and in full below the buttons."""
LONG_SUBJECT = 80
"""A name that does not fit into the headline stands among the facts."""
LONG = 12
"""From so many lines on, an order's lines stand below the buttons, so that nobody has to scroll to decide."""


def headline(standing: Standing, locale: str) -> Text:
    """What it is in one line: the money, or whose access to what kind of thing."""
    purchase = purchase_of(standing.request.facts)
    if purchase is None:
        access = standing.request.facts["access"]
        kind = CATEGORY[access["kind"]]
        return Text(kind if len(access["subject"]) > LONG_SUBJECT else f"{kind} for {access['subject']}", "large")
    totals = amounts.totals(purchase)
    sum_ = money(totals.commitment_minor, purchase.currency, locale)
    if totals.commitment_minor != totals.first_year_minor:
        return Text(f"{sum_} for the whole term", "large")
    recurring = totals.monthly_minor or totals.yearly_minor
    return Text(f"{sum_} for the first year" if recurring else f"{sum_} in total", "large")


def in_brief(standing: Standing, locale: str, timezone: str, *, whole: bool = True) -> list[Block]:
    """Why (its beginning, unless `whole`), and the facts a person needs to decide, most important first."""
    request = standing.request
    purchase = purchase_of(request.facts)
    why = request.why if whole else _beginning(request.why)
    if purchase is not None:
        return [Text(why), *purchase_facts(purchase, locale), *_summed(standing)]
    access = request.facts["access"]
    blocks: list[Block] = []
    if access.get("external"):
        blocks.append(Text("This gives access to somebody outside the company.", "strong", "bad"))
    if request.tier == "privileged" and standing.is_open:
        blocks.append(Text("This is a powerful change: two different people have to approve it.", "strong", "warning"))
    said = ("Kind",) if len(access["subject"]) > LONG_SUBJECT else ("Kind", "Whose access")
    facts = tuple(fact for fact in access_facts(access, locale, timezone) if fact.label not in said)
    return [*blocks, Text(why), Facts(facts)]


def _beginning(why: str) -> str:
    """The first words of a long reason, which stands in full further down."""
    if len(why) <= LONG_WHY:
        return why
    return shorten(why, LONG_WHY // 2, placeholder=" …") if " " in why[: LONG_WHY // 4] else f"{why[: LONG_WHY // 2]}…"


def in_detail(standing: Standing, locale: str, *, whole: bool = True) -> list[Block]:
    """Every line of an order, and the papers; first the reason in full when `in_brief` had its beginning only."""
    request = standing.request
    purchase = purchase_of(request.facts)
    cut = not whole and len(request.why) > LONG_WHY
    why: list[Block] = [Text("Why:", "strong"), Text(request.why)] if cut else []
    papers: list[Block] = [Link(one["name"], one["url"]) for one in request.marks.get("attachments", ())]
    if purchase is None:
        return [*why, *papers]
    quote: list[Block] = [Link("Open the quote", purchase.quote_url)] if purchase.quote_url else []
    return [*why, purchase_lines(purchase, locale), *quote, *papers]


def what_is_asked(standing: Standing, locale: str, timezone: str) -> list[Block]:
    """All of it."""
    return [headline(standing, locale), *in_brief(standing, locale, timezone), *in_detail(standing, locale)]


def is_long(standing: Standing) -> bool:
    """Whether the lines or the reason would push the decision off the screen."""
    request = standing.request
    return len(request.facts.get("purchase", {}).get("lines", ())) > LONG or len(request.why) > LONG_WHY


def _summed(standing: Standing) -> list[Block]:
    """Split guard: what else was counted for the number of voices."""
    others = standing.request.marks.get("with")
    if not others:
        return []
    text = f"Counted together with {all_of(others)}, from the same vendor, when it is about how many have to approve."
    return [Text(text, "subtle")]


def sums(purchase: Purchase, locale: str) -> Facts:
    """The total, what comes again, and the whole commitment where that is more."""
    totals = amounts.totals(purchase)
    recurring = bool(totals.monthly_minor or totals.yearly_minor)
    named = [
        ("First year" if recurring else "Total", totals.first_year_minor),
        ("Every month", totals.monthly_minor),
        ("Every year", totals.yearly_minor),
    ]
    if totals.commitment_minor != totals.first_year_minor:
        named.append(("Whole term", totals.commitment_minor))
    return Facts(tuple(Fact(label, money(sum_, purchase.currency, locale)) for label, sum_ in named if sum_))


def purchase_facts(purchase: Purchase, locale: str) -> list[Facts]:
    """What the headline does not say: further sums, from whom, for whom, out of which budget."""
    every = sums(purchase, locale).items
    said = "Whole term" if any(fact.label == "Whole term" for fact in every) else every[0].label if every else ""
    facts = [fact for fact in every if fact.label != said]
    facts.append(Fact("Vendor", purchase.vendor))
    if purchase.for_whom:
        facts.append(Fact("For", purchase.for_whom))
    if purchase.budget_line:
        facts.append(Fact("Budget", purchase.budget_line))
    if purchase.quote_valid_until:
        facts.append(Fact("Quote valid until", day(purchase.quote_valid_until, locale)))
    return [Facts(tuple(facts))]


def purchase_lines(purchase: Purchase, locale: str) -> Lines:
    def cash(minor: int) -> str:
        return money(minor, purchase.currency, locale)

    lines = [_order_line(line, cash, locale) for line in purchase.lines]
    if purchase.shipping_minor:
        lines.append(Line("Shipping", cash(purchase.shipping_minor)))
    if purchase.tax_minor:
        lines.append(Line("Tax", cash(purchase.tax_minor)))
    return Lines(tuple(lines), CATEGORY[purchase.category])


def _order_line(line: PurchaseLine, cash: Any, locale: str) -> Line:
    per = f" a {RECURRING[line.recurrence]}" if line.recurrence in RECURRING else ""
    each = f"{cash(line.unit_minor)} each{per}" if line.quantity > 1 else ""
    term = f"for {line.term_months} months" if line.term_months else ""
    amount = cash(line.quantity * line.unit_minor) + per
    detail = " ".join(part for part in (each, term) if part)
    return Line(f"{quantity(line.quantity, locale)}{line.description}", amount, detail)


def access_facts(access: Mapping[str, Any], locale: str, timezone: str) -> list[Fact]:
    facts = [
        Fact("Kind", CATEGORY[access["kind"]]),
        Fact("Whose access", access["subject"]),
        Fact("To what", access["resource"]),
        Fact("Now", access["before"]),
        Fact("After", access["after"]),
    ]
    if access.get("until"):
        facts.append(Fact("Until", when(datetime.fromisoformat(access["until"]), timezone, locale)))
    return facts
