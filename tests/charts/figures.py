"""Charts and figures for the tests of pictures and cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.charts.chart import Bar, Chart

NEWEST = date(2026, 6, 8)
FLOW = ((12, 9), (15, 16), (11, 10), (18, 14), (13, 15), (9, 12), (16, 13), (14, 17))
BACKLOG = (21, 20, 21, 25, 23, 20, 23, 20)
USUAL = tuple((opened, closed, left) for (opened, closed), left in zip(FLOW, BACKLOG, strict=True))


def chart(
    rows: Sequence[tuple[int, int, int]] = USUAL, aging: tuple[int, ...] = (8, 5, 4, 2, 1), locale: str = "en_US"
) -> Chart:
    """(opened, closed, open) of each week, the newest last."""
    first = NEWEST - timedelta(weeks=len(rows) - 1)
    return Chart(tuple(Bar(first + timedelta(weeks=n), *row) for n, row in enumerate(rows)), aging, locale)


LARGE = chart([(1240, 1300, 10_234), (1502, 1433, 10_303), (999, 1102, 10_200)] * 2, (1200, 2300, 3000, 2700, 1000))
QUIET = chart([(0, 0, 0)] * 8, (0, 0, 0, 0, 0))
FIRST = chart([(14, 6, 8)], (8, 0, 0, 0, 0), "de_DE")
