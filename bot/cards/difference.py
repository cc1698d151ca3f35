"""Says what a later version of a request changes: every fact that differs, old and new."""

from __future__ import annotations

from bot.cards.card import Block, Line, Lines, Text
from bot.cards.order import access_facts, purchase_facts, purchase_lines, sums
from handlers.mechanisms.meanings import purchase_of
from handlers.mechanisms.standing import Standing
from storage.rows import Row

SHORT = 60
"""A difference of so many letters stands on one line."""


def what_changed(standing: Standing, locale: str, timezone: str) -> list[Block]:
    """For a later version: every fact that differs from the version before, old and new."""
    version = standing.request.version
    known = {row.version: row for row in standing.versions}
    if version < 2 or version not in known or version - 1 not in known or not standing.is_open:
        return []
    new, old = (_labelled(known[number], locale, timezone) for number in (version, version - 1))
    lines = [
        _difference(label, old.get(label) or "nothing", new.get(label) or "nothing")
        for label in dict.fromkeys((*old, *new))
        if old.get(label) != new.get(label)
    ]
    author = f"Changed by {known[version].author}"
    first = Text("The facts have changed, so earlier approvals do not count.", "strong", "warning")
    return [first, Lines(tuple(lines), author)] if lines else [first]


def _difference(label: str, old: str, new: str) -> Line:
    whole = f"{label}: {old} → {new}"
    return Line(whole) if len(whole) <= SHORT else Line(label, detail=f"{old} → {new}")


def _labelled(row: Row, locale: str, timezone: str) -> dict[str, str]:
    """One version as label -> text, to be compared with another."""
    named = {"Title": row.title, "Why": row.why}
    purchase = purchase_of(row.facts)
    if purchase is None:
        return named | {fact.label: fact.value for fact in access_facts(row.facts["access"], locale, timezone)}
    for facts in sums(purchase, locale), *purchase_facts(purchase, locale):
        named |= {fact.label: fact.value for fact in facts.items}
    for line in purchase_lines(purchase, locale).items:
        count, _, name = line.what.rpartition(" × ")
        named[name] = " · ".join(part for part in (count, line.detail, line.amount) if part)
    return named | ({"Quote": purchase.quote_url} if purchase.quote_url else {})
