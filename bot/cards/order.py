"""Draws what is asked: the lines and sums of a purchase, or a change of access as before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cards.card import Block, Fact, Facts, Line, Lines, Link, Text
from bot.cards.wording import all_of, day, money, quantity, when
from handlers import amounts
from handlers.commands import Purchase, PurchaseLine
from handlers.mechanisms.meanings import purchase_of
from handlers.mechanisms.standing import Standing
from storage.rows import Row

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
    papers: list[Block] = [Link(one["name"], one["url"]) for one in request.marks.get("attachments", ())]
    if purchase is not None:
        return [*_purchase(purchase, request.why, locale), *_summed(standing), *papers]
    return [*_access(request.facts["access"], request.why, request.tier, locale, timezone), *papers]


def what_changed(standing: Standing, locale: str, timezone: str) -> list[Block]:
    """For a later version: every fact that differs from the version before, old and new."""
    version = standing.request.version
    known = {row.version: row for row in standing.versions}
    if version < 2 or version not in known or version - 1 not in known:
        return []
    new, old = (_labelled(known[number], locale, timezone) for number in (version, version - 1))
    lines = [
        Line(label, detail=f"{old.get(label) or 'nothing'} → {new.get(label) or 'nothing'}")
        for label in dict.fromkeys((*old, *new))
        if old.get(label) != new.get(label)
    ]
    author = f"Changed by {known[version].author}"
    first = Text("The facts have changed, so earlier approvals do not count.", "strong", "warning")
    return [first, Lines(tuple(lines), author)] if lines else [first]


def _labelled(row: Row, locale: str, timezone: str) -> dict[str, str]:
    """One version as label -> text, to be compared with another."""
    named = {"Title": row.title, "Why": row.why}
    purchase = purchase_of(row.facts)
    blocks = _purchase(purchase, "", locale) if purchase is not None else []
    if purchase is None:
        blocks = _access(row.facts["access"], "", "", locale, timezone)
    for block in blocks:
        if isinstance(block, Facts):
            named |= {fact.label: fact.value for fact in block.items}
        elif isinstance(block, Lines):
            for line in block.items:
                count, _, name = line.what.rpartition(" × ")
                named[name] = " · ".join(part for part in (count, line.detail, line.amount) if part)
        elif isinstance(block, Link):
            named["Quote"] = block.url
    return named


def _summed(standing: Standing) -> list[Block]:
    """Split guard: what else was counted for the number of voices."""
    others = standing.request.marks.get("with")
    if not others:
        return []
    text = f"Counted together with {all_of(others)} from the same vendor: two halves need what the whole needs."
    return [Text(text, tone="warning")]


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
