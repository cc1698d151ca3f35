"""What a purchase must look like before anybody is asked about it: every refusal names the field in a sentence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NoReturn, get_args
from urllib.parse import urlsplit

from handlers.commands import Purchase, PurchaseLine, Recurrence, Refused
from handlers.currencies import CURRENCIES
from handlers.walltime import LAST_YEAR

MOST_LINES = 200
MOST_PIECES = 1_000_000
MOST_MONTHS = 120
MOST_MINOR = 10**14
"""A million million dollars: below what a 64-bit integer and a JSON number hold exactly, with room for every sum."""


def check(purchase: Purchase) -> None:
    """Refused (code invalid, `field` like "lines.0.quantity") unless the order's own facts make sense.

    Which categories there are and whether the quote is still valid depend on policy and time and are asked elsewhere.
    """
    _text(purchase.category, "category", "The category", 100)
    _text(purchase.vendor, "vendor", "The vendor", 200)
    _text(purchase.for_whom, "for_whom", "Who it is for", 200, required=False)
    _text(purchase.budget_line, "budget_line", "The budget line", 200, required=False)
    _text(purchase.proposal, "proposal", "The proposal", 100, required=False)
    _currency(purchase.currency)
    _url(purchase.quote_url)
    until = purchase.quote_valid_until
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        _refuse("quote_valid_until", "The quote's last day is a date.")
    if until is not None and until.year > LAST_YEAR:
        _refuse("quote_valid_until", f"The quote's last day lies beyond the year {LAST_YEAR}.")
    _minor(purchase.shipping_minor, "shipping_minor", "Shipping")
    _minor(purchase.tax_minor, "tax_minor", "Tax")
    if not isinstance(purchase.lines, (tuple, list)) or not purchase.lines:
        _refuse("lines", "An order needs at least one line.")
    if len(purchase.lines) > MOST_LINES:
        _refuse("lines", f"An order has at most {MOST_LINES} lines, not {len(purchase.lines)}.")
    for index, line in enumerate(purchase.lines):
        _line(line, index)


def _line(line: PurchaseLine, index: int) -> None:
    field, name = f"lines.{index}", f"Line {index + 1}"
    _text(line.description, f"{field}.description", f"{name}: the description", 500)
    if not _whole(line.quantity) or not 1 <= line.quantity <= MOST_PIECES:
        _refuse(f"{field}.quantity", f"{name}: the quantity is a whole number from 1 to {MOST_PIECES:,}.")
    _minor(line.unit_minor, f"{field}.unit_minor", f"{name}: the price of one")
    if line.recurrence not in get_args(Recurrence):
        _refuse(f"{field}.recurrence", f"{name}: a price is paid once, monthly or yearly.")
    term = line.term_months
    if term is None:
        return
    if line.recurrence == "once":
        _refuse(f"{field}.term_months", f"{name}: a price paid once has no term.")
    if not _whole(term) or not 1 <= term <= MOST_MONTHS:
        _refuse(f"{field}.term_months", f"{name}: the term is from 1 to {MOST_MONTHS} months.")
    if line.recurrence == "yearly" and term % 12:
        _refuse(f"{field}.term_months", f"{name}: a price paid yearly runs for whole years; {term} months are not.")


def _text(given: Any, field: str, what: str, longest: int, *, required: bool = True) -> None:
    """One line of text that every screen and database can hold."""
    if not isinstance(given, str):
        _refuse(field, f"{what} is a text.")
    if required and not given.strip():
        _refuse(field, f"{what} is missing.")
    if len(given) > longest:
        _refuse(field, f"{what} is too long: at most {longest} characters, not {len(given)}.")
    # PostgreSQL refuses NUL, and UTF-8 has no lone surrogates: both arrive as escapes in JSON.
    if any(letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff" for letter in given):
        _refuse(field, f"{what} holds a line break or a character that cannot be shown.")


def _currency(given: Any) -> None:
    if isinstance(given, str) and given in CURRENCIES:
        return
    if isinstance(given, str) and given.upper() in CURRENCIES:
        _refuse("currency", f"Write the currency in capitals: {given.upper()}.")
    _refuse("currency", "The currency is a code of three letters like USD or EUR.")


def _url(given: Any) -> None:
    _text(given, "quote_url", "The link to the quote", 2000, required=False)
    if not given:
        return
    try:
        parts = urlsplit(given)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, given))
    except ValueError:
        good = False
    if not good:
        _refuse("quote_url", "The link to the quote starts with https:// and has no spaces.")


def _minor(given: Any, field: str, what: str) -> None:
    if not _whole(given) or given < 0:
        _refuse(field, f"{what} is a whole number of the currency's smallest unit, not below 0.")
    if given > MOST_MINOR:
        _refuse(field, f"{what} is too large to be true.")


def _whole(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _refuse(field: str, sentence: str) -> NoReturn:
    raise Refused(sentence, field=field, code="invalid")
