"""Draws what is asked: the lines and sums of a purchase, or a change of access as before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cards.card import Block, Fact, Facts, Line, Lines, Link, Text
from bot.cards.wording import day, money, quantity, when
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


def what_is_asked(standing: Standing, locale: str, timezone: str) -> list[Block]:
    """The facts a person needs to decide, most important first."""
    request = standing.request
    purchase = purchase_of(request.facts)
    if purchase is not None:
        return _purchase(purchase, request.why, locale)
    return _access(request.facts["access"], request.why, request.tier, locale, timezone)


def _purchase(purchase: Purchase, why: str, locale: str) -> list[Block]:
    def cash(minor: int) -> str:
        return money(minor, purchase.currency, locale)

    totals = amounts.totals(purchase)
    lines = [_order_line(line, cash, locale) for line in purchase.lines]
    if purchase.shipping_minor:
        lines.append(Line("Shipping", cash(purchase.shipping_minor)))
    if purchase.tax_minor:
        lines.append(Line("Tax", cash(purchase.tax_minor)))
    sums = []
    if totals.monthly_minor:
        sums.append(Fact("Every month", cash(totals.monthly_minor)))
    if totals.yearly_minor:
        sums.append(Fact("Every year", cash(totals.yearly_minor)))
    recurring = bool(sums)
    sums.insert(0, Fact("First year, all in" if recurring else "Total", cash(totals.first_year_minor)))
    if totals.commitment_minor != totals.first_year_minor:
        sums.append(Fact("Whole commitment", cash(totals.commitment_minor)))
    facts = [
        *sums,
        Fact("Vendor", purchase.vendor),
        *([Fact("For", purchase.for_whom)] if purchase.for_whom else []),
        *([Fact("Quote valid until", day(purchase.quote_valid_until, locale))] if purchase.quote_valid_until else []),
    ]
    kind = CATEGORY[purchase.category] + (f" · Budget: {purchase.budget_line}" if purchase.budget_line else "")
    blocks: list[Block] = [Text(why), Facts(tuple(facts)), Lines(tuple(lines), kind)]
    if purchase.quote_url:
        blocks.append(Link("Open the quote", purchase.quote_url))
    return blocks


def _order_line(line: PurchaseLine, cash: Any, locale: str) -> Line:
    each = cash(line.unit_minor)
    per = f" a {RECURRING[line.recurrence]}" if line.recurrence in RECURRING else ""
    term = f" for {line.term_months} months" if line.term_months else ""
    detail = f"{each} each{per}{term}" if line.quantity > 1 else (f"{each}{per}{term}" if per else "")
    return Line(
        f"{quantity(line.quantity, locale)}{line.description}", cash(line.quantity * line.unit_minor) + per, detail
    )


def _access(access: Mapping[str, Any], why: str, tier: str, locale: str, timezone: str) -> list[Block]:
    facts = [
        Fact("Whose access", access["subject"]),
        Fact("To what", access["resource"]),
        Fact("Now", access["before"]),
        Fact("After", access["after"]),
        Fact("Kind", CATEGORY[access["kind"]]),
    ]
    if access.get("until"):
        facts.append(Fact("Until", when(datetime.fromisoformat(access["until"]), timezone, locale)))
    blocks: list[Block] = []
    if access.get("external"):
        blocks.append(Text("This gives access to somebody outside the company.", "strong", "bad"))
    blocks += [Text(why), Facts(tuple(facts))]
    if tier == "privileged":
        blocks.append(Text("This is a powerful change: two different people have to approve it.", "strong", "warning"))
    return blocks
