"""How often something comes round, written as people say it, and the day on which it is due next."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.businessdays import BusinessDays
from handlers.timetable import EVERY

MOST_STEPS = 20_000
"""Days in over fifty years: nothing that comes round stood still for longer."""


@dataclass(frozen=True)
class Rule:
    """So many days, weeks, months or years."""

    count: int
    unit: str

    def after(self, day: date, times: int = 1) -> date:
        """The day so many intervals later; the 31st of a shorter month is its last day."""
        many = self.count * times
        if self.unit in ("day", "week"):
            return day + timedelta(days=many * (7 if self.unit == "week" else 1))
        return months_after(day, many * (12 if self.unit == "year" else 1))


def read(every: str) -> Rule | None:
    """ "2 weeks" -> Rule; None for "never"; ValueError for anything else."""
    found = EVERY.fullmatch(every)
    if found is None:
        raise ValueError("how often is written like 2 weeks, 1 month or never")
    return Rule(int(found[1]), found[2]) if found[1] else None


def months_after(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_due(
    since: date,
    rule: Rule,
    calendar: BusinessDays,
    *,
    earliest: date | None = None,
    weekday: int | None = None,
    closes_quarter: bool = False,
) -> date:
    """The first day a whole number of intervals after `since` (the last time) that is not before `earliest`.

    With `weekday` (0 = Monday) the nearest such day, so that one held a day late does not shift all that follow; not
    for rules in days. `closes_quarter`: in the nearest last month of a quarter. A day without business moves to the
    next business day.
    """
    for times in range(1, MOST_STEPS):
        day = rule.after(since, times)
        if closes_quarter:
            day = _in_last_month(day, since)
        if weekday is not None and rule.unit != "day":
            day = nearest(day, weekday)
        day = calendar.at_or_after_business_day(day)
        if day > since and (earliest is None or day >= earliest):
            return day
    raise ValueError(f"Nothing has come round since {since.isoformat()}.")


def nearest(day: date, weekday: int) -> date:
    """That weekday of the seven days around a day."""
    return day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)


def _in_last_month(day: date, since: date) -> date:
    moved = months_after(day, (0, -1, 1)[day.month % 3])
    return moved if moved > since else months_after(moved, 3)
