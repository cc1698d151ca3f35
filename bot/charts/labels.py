"""The words and numbers in a picture, in letters that its one font has and that read from left to right."""

from __future__ import annotations

import re
from datetime import date

from bot.cards.wording import day_of_month, decimal, month_name

SAFE = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff .,'’/\-–\u00a0]+")
"""Latin, Greek and Cyrillic letters: what the font draws without joining or turning letters."""


def day_label(day: date, locale: str) -> str:
    """ "Jun 8", "8. Juni"; by number where the month's name is in other letters: "6/8"."""
    for numeric in (False, True):
        if SAFE.fullmatch(said := day_of_month(day, locale, numeric=numeric)):
            return said
    return f"{day:%m-%d}"


def month_label(day: date, locale: str) -> str:
    """ "Jun", "mai"; by number where its name is in other letters: "06"."""
    said = month_name(day, locale)
    return said if SAFE.fullmatch(said) else f"{day:%m}"


def count_label(count: int, locale: str) -> str:
    """ "1,234" as this locale writes it."""
    said = decimal(count, locale).replace("\u202f", "\u00a0")
    return said if SAFE.fullmatch(said) else f"{count}"
