"""The picture of a report on its card, the same in words for those who do not see it, and as a table of its numbers."""

from __future__ import annotations

from bot.cards.card import Block, Line, Lines, Picture, Table
from bot.cards.parts import Viewer
from bot.cards.reports.words import AGED, label_said, period, span_word
from bot.cards.wording import decimal
from handlers.mechanisms.reports.standing import Standing


def picture(standing: Standing, viewer: Viewer, url: str) -> list[Block]:
    """The picture; where there is no address for it, its numbers; nothing where there has been nothing."""
    if not anything(standing):
        return []
    return [Picture(url, alt(standing, viewer))] if url else as_numbers(standing, viewer)


def anything(standing: Standing) -> bool:
    """Whether there has been any case in all this time."""
    return any(one["opened"] or one["closed"] or one["backlog"] for one in standing.figures["weeks"])


def alt(standing: Standing, viewer: Viewer) -> str:
    """Everything that the picture shows."""
    figures, each = standing.figures, span_word(standing)
    weeks = figures["weeks"]
    named = f"{len(weeks)} {each}s" if len(weeks) != 1 else f"1 {each}"
    rows = {
        f"Open at the end of the {each}": [one["backlog"] for one in weeks],
        "Opened": [one["opened"] for one in weeks],
        "Closed": [one["closed"] for one in weeks],
    }
    said = [
        f"{label}: {', '.join(decimal(count, viewer.locale) for count in counts)}." for label, counts in rows.items()
    ]
    ages = [
        f"{decimal(count, viewer.locale)} {words}" for words, count in zip(AGED, figures["aging"], strict=True) if count
    ]
    open_now = f"Age of what is open: {', '.join(ages)}." if ages else "Nothing is open."
    return " ".join([f"Chart of {named} to {_last(standing, viewer)}.", *said, open_now])


def as_numbers(standing: Standing, viewer: Viewer) -> list[Block]:
    """The same as a table, and the ages as a list."""
    figures, each = standing.figures, span_word(standing)
    rows = tuple(
        (
            label_said(one["week"], viewer),
            decimal(one["opened"], viewer.locale),
            decimal(one["closed"], viewer.locale),
            decimal(one["backlog"], viewer.locale),
        )
        for one in reversed(figures["weeks"])
    )
    blocks: list[Block] = []
    if rows:
        heads = ("Month" if each == "month" else "Week from", "Opened", "Closed", "Open")
        blocks.append(Table(heads, rows, f"The {each}s in numbers, the newest first" if len(rows) > 1 else ""))
    if figures["backlog_end"]:
        ages = tuple(
            Line(words, decimal(count, viewer.locale)) for words, count in zip(AGED, figures["aging"], strict=True)
        )
        blocks.append(Lines(ages, "Age of what is open"))
    return blocks


def _last(standing: Standing, viewer: Viewer) -> str:
    return period(standing, viewer).rpartition(" to ")[2]
