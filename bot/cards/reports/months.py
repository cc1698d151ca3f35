"""What a monthly summary says beyond the figures of a report: outages, decisions, repetitions, risks, talks to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.cards.card import Block, Fact, Facts, Line, Lines
from bot.cards.parts import Viewer
from bot.cards.wording import all_of, decimal, duration, money, percentage
from handlers.mechanisms.reports.figures import Named
from handlers.mechanisms.reports.standing import Standing
from handlers.mechanisms.talks.names import titled

FEW = 3


def numbers(standing: Standing, viewer: Viewer) -> list[tuple[str, str]]:
    """The month's own figures by what they are called; none for a weekly report."""
    month = _month(standing)
    if not month:
        return []
    outages, decided = month["outages"], month["decisions"]
    found = [("Availability", percentage(outages["uptime"], viewer.locale, 2))]
    if outages["count"]:
        long = duration(timedelta(minutes=outages["minutes"]), viewer.locale)
        found.append(("Outages", f"{decimal(outages['count'], viewer.locale)} ({long})"))
    said = [
        f"{decimal(decided[name], viewer.locale)} {name}"
        for name in ("approved", "rejected", "expired")
        if decided[name]
    ]
    if said:
        found.append(("Requests", ", ".join(said)))
    if decided["committed"]:
        sums = [money(minor, currency, viewer.locale) for currency, minor in decided["committed"]]
        found.append(("Committed", all_of(sums)))
    return found


def risks(standing: Standing) -> list[Block]:
    """What to keep an eye on."""
    said = _month(standing).get("risks", ())
    return [Lines(tuple(Line(one) for one in said), "To keep an eye on")] if said else []


def talks(standing: Standing, viewer: Viewer, most: int = FEW) -> list[Block]:
    """What is agreed to be talked about next month."""
    found: Sequence[Named] = _month(standing).get("talks", ())
    lines = tuple(Line(titled(one["text"]), detail=_when(one, viewer)) for one in found[:most])
    return [Lines(lines, "Meetings to come")] if lines else []


def behind(standing: Standing, viewer: Viewer) -> list[Block]:
    """What stands behind these figures by name."""
    month = _month(standing)
    if not month:
        return []
    blocks: list[Block] = []
    if named := month["outages"]["named"]:
        blocks.append(Lines(tuple(Line(one["text"], detail=_when(one, viewer)) for one in named), "Outages"))
    if repeated := month["repeated"]:
        lines = tuple(
            Line(
                " · ".join(part for part in (one["category"], one["device"]) if part),
                decimal(one["count"], viewer.locale),
            )
            for one in repeated
        )
        blocks.append(Lines(lines, "Reported again and again, in 90 days"))
    if priorities := {name: count for name, count in month["priorities"].items() if count}:
        each = ", ".join(f"{name}: {decimal(count, viewer.locale)}" for name, count in priorities.items())
        blocks.append(Facts((Fact("Opened", each),)))
    return blocks


def _month(standing: Standing) -> Mapping[str, Any]:
    found: Mapping[str, Any] = standing.figures.get("month") or {}
    return found


def _when(row: Named, viewer: Viewer) -> str:
    return viewer.when(datetime.fromisoformat(row["at"])) if row["at"] else ""
