"""Which buttons of a report are for whom: what the desk would refuse is not offered."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Button
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.reports.periods import MONTHLY
from handlers.mechanisms.reports.standing import Standing
from storage.rows import Row

TO_REVIEW = ("released", "unreviewed")


def reader_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """For whoever reads it: Reviewed as long as nobody has, and what may be said about it."""
    if viewer.staff or not standing.may_review(viewer.id):
        return []
    ref, version = standing.ref, standing.row.version
    found = []
    if standing.state in TO_REVIEW:
        found.append(Button("Reviewed", "report:review", ref, version, style="primary"))
    if asks_about_cases(standing):
        found.append(Button("Question on a case", "report:question", ref, version, form=True))
        found.append(Button("Escalate a case", "report:escalate", ref, version, form=True))
    found.append(Button("Wrong number", "report:wrong", ref, version, form=True))
    return found


def asks_about_cases(standing: Standing) -> bool:
    """Whether there is any case that could be asked about."""
    figures = standing.figures
    return bool(figures["opened"] or figures["closed"] or figures["backlog_end"])


def desk_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """For the provider: before it goes out, and when what went out was wrong."""
    if not (viewer.staff and standing.may_steer(viewer.id)):
        return []
    ref, version = standing.ref, standing.row.version
    look = [] if standing.row.kind == MONTHLY else [health_button(standing.row)]
    if standing.is_unreleased:
        hold = [Button("Hold", "report:hold", ref, version, form=True)] if standing.state == "generated" else []
        return [
            Button("Release", "report:release", ref, version, style="primary"),
            *hold,
            Button("Regenerate", "report:regenerate", ref, version),
            Button("Release with a note", "report:note", ref, version, form=True),
            *look,
        ]
    return [Button("Send a correction", "report:correct", ref, version, form=True), *look] if standing.is_out else []


def health_button(row: Row[Any]) -> Button:
    """What this week's look at the client's systems found is noted on its newest weekly report."""
    return Button("Health check", "report:health", Ref("report", row.id), row.version, form=True)
