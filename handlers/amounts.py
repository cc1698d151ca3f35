"""What an order costs: once, a month, a year, in the first year, and in all that is signed for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.commands import Purchase, PurchaseLine, Recurrence, Refused
from handlers.order_checks import MOST_MINOR, check

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Totals:
    """The sums of an order in minor units of its currency.

    `one_off_minor` is the goods paid once, without `shipping_minor` and `tax_minor`, which are paid once on top.
    `monthly_minor` and `yearly_minor` are what each month and each year costs; they are not parts of each other.
    `first_year_minor` is everything due within twelve months. `commitment_minor` is what tiers go by: the first year,
    but the whole term of every line that is signed for longer than a year.
    """

    one_off_minor: int
    monthly_minor: int
    yearly_minor: int
    shipping_minor: int
    tax_minor: int
    first_year_minor: int
    commitment_minor: int


def totals(purchase: Purchase) -> Totals:
    """The sums of a purchase; Refused (code invalid, with its field) when the order makes no sense or is too large."""
    check(purchase)
    lines = purchase.lines
    extras = purchase.shipping_minor + purchase.tax_minor
    found = Totals(
        one_off_minor=_sum_of(lines, "once"),
        monthly_minor=_sum_of(lines, "monthly"),
        yearly_minor=_sum_of(lines, "yearly"),
        shipping_minor=purchase.shipping_minor,
        tax_minor=purchase.tax_minor,
        first_year_minor=extras + sum(line_minor(line) * _payments(line, MONTHS_A_YEAR) for line in lines),
        commitment_minor=extras + sum(line_minor(line) * _payments(line, _committed(line)) for line in lines),
    )
    if found.commitment_minor > MOST_MINOR:
        raise Refused("The order's total is too large to be true. Check prices and quantities.", code="invalid")
    return found


def line_minor(line: PurchaseLine) -> int:
    """What one line costs each time it is paid: once, a month or a year."""
    return line.quantity * line.unit_minor


def _sum_of(lines: Iterable[PurchaseLine], recurrence: Recurrence) -> int:
    return sum(line_minor(line) for line in lines if line.recurrence == recurrence)


def _committed(line: PurchaseLine) -> int:
    """For how many months a line counts as signed for: an open end counts as a year."""
    return max(line.term_months or MONTHS_A_YEAR, MONTHS_A_YEAR)


def _payments(line: PurchaseLine, months: int) -> int:
    """How often a line is paid within so many months from its start, as far as its term goes."""
    if line.recurrence == "once":
        return 1
    running = min(months, line.term_months or months)
    return running if line.recurrence == "monthly" else -(-running // MONTHS_A_YEAR)
