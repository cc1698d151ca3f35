"""The addresses that cards name: a subject's page, somebody's calendar, a chart. All signed; "" where none can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.calendars.links import event_link, feed_link
from bot.charts.chart import Chart, chart_of
from bot.charts.links import chart_link
from bot.entrance import console_link
from bot.signing import Signer
from handlers.commands import Ref
from handlers.mechanisms.reports.figures import Figures

PAGES = {"notice": "notices", "board": "notices", "downtime": "downtimes", "report": "reports", "reports": "reports"}
"""The section of the console that shows a subject."""


@dataclass(frozen=True)
class Addresses:
    """Of one Keyline. `expect` hears of every chart that a card is about to show."""

    signer: Signer | None
    public_url: str
    expect: Callable[[Chart], None] = lambda chart: None

    def page_of(self, ref: Ref, person_id: str) -> str:
        """Where somebody of the provider sees all of a subject; links run out by real time."""
        section = PAGES.get(ref.kind)
        if self.signer is None or section is None:
            return ""
        path = f"/console/{section}/{ref.id}".rstrip("/")
        return console_link(self.signer, self.public_url, path, person_id, datetime.now(UTC))

    def calendar_of(self, ref: Ref, person_id: str, number: int) -> str:
        """Puts a downtime or a talk into somebody's calendar; of a client or person, all of it as a live calendar."""
        if self.signer is None:
            return ""
        if ref.kind in ("downtime", "touchpoint"):
            return event_link(self.signer, self.public_url, ref.id, person_id, number)
        return feed_link(self.signer, self.public_url, person_id, ref.id if ref.kind == "client" else "", number)

    def chart_of(self, figures: Figures, locale: str) -> str:
        """The picture of a report's figures; it is drawn while its card is on the way."""
        chart = chart_of(figures, locale) if self.signer is not None else None
        if self.signer is None or chart is None:
            return ""
        if link := chart_link(self.signer, self.public_url, chart):
            self.expect(chart)
        return link
