"""What a picture of a report shows: some weeks of cases and how old the open ones are, small enough for an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.cards.reports.words import first_day
from handlers.mechanisms.reports.figures import AGES, WEEKS, Figures


@dataclass(frozen=True)
class Bar:
    """One week or month: the day it begins on, and its numbers; `backlog` is what was open at its end."""

    begins: date
    opened: int
    closed: int
    backlog: int


@dataclass(frozen=True)
class Chart:
    """All that is in one picture. Nobody's words are: whatever a case is called, every letter can be drawn."""

    weeks: tuple[Bar, ...]
    aging: tuple[int, ...]
    """As `AGES`."""
    locale: str
    monthly: bool = False


def chart_of(figures: Figures, locale: str) -> Chart | None:
    """The picture of frozen figures; None where no week is over yet."""
    weeks = tuple(
        Bar(first_day(one["week"]), one["opened"], one["closed"], one["backlog"]) for one in figures["weeks"][-WEEKS:]
    )
    if not weeks:
        return None
    return Chart(weeks, tuple(figures["aging"]), locale, monthly="W" not in figures["weeks"][-1]["week"])


def packed(chart: Chart) -> dict[str, Any]:
    """The chart as JSON of few letters: it stands in an address."""
    weeks = [[one.begins.toordinal(), one.opened, one.closed, one.backlog] for one in chart.weeks]
    return {"w": weeks, "a": list(chart.aging), "l": chart.locale, **({"m": 1} if chart.monthly else {})}


def unpacked(said: Mapping[str, Any]) -> Chart:
    """The chart again. ValueError for what is none."""
    try:
        weeks = tuple(Bar(date.fromordinal(day), *_counts(rest, 3)) for day, *rest in said["w"])
        chart = Chart(weeks, _counts(said["a"], len(AGES)), str(said["l"]), bool(said.get("m")))
    except (KeyError, TypeError, OverflowError) as problem:
        raise ValueError("this is no chart") from problem
    if not 1 <= len(chart.weeks) <= WEEKS:
        raise ValueError(f"a chart has 1 to {WEEKS} weeks")
    return chart


def _counts(given: list[Any], many: int) -> tuple[int, ...]:
    if len(given) != many or not all(type(one) is int and one >= 0 for one in given):
        raise ValueError("a chart counts in whole numbers from 0")
    return tuple(given)
