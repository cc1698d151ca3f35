"""The console's pages of reports: how those of a week or month stand, and all of one report."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.cards.parts import Viewer
from bot.cards.reports import words
from bot.web.frame import NOTHING, page, sentence
from bot.web.reportboard import report_board
from bot.web.reportlist import report_list
from bot.web.scoping import is_id
from handlers.mechanisms.reports.standing import load
from storage.queries import report_pages
from storage.store import Store

PATH = "/console/reports"
KINDS = {"case_report": "Weekly reports", "exec_summary": "Monthly summaries"}
LISTED = 200
PERIODS = 8


@dataclass(frozen=True)
class ReportPages:
    """`renew` and `renew_list` are the seconds between two looks."""

    store: Store
    renew: int
    renew_list: int

    def overview(self, request: Request, viewer: Viewer) -> Response:
        """Which clients have reviewed theirs, and which have not; the newest period, or the one that is asked for."""
        asked = request.query_params
        kind = asked.get("kind", "case_report")
        kind = kind if kind in KINDS else "case_report"
        with self.store.read() as tx:
            known = report_pages.periods(tx, kind, PERIODS)
            wanted = asked.get("period", "")
            period = wanted if _is_period(wanted) else known[0] if known else ""
            number = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 5 else 1
            counts = report_pages.counts(tx, kind, period)
            skip = (max(1, number) - 1) * LISTED
            rows = report_pages.of_period(tx, kind, period, most=LISTED, skip=skip)
            body = report_list(kind, known, period, counts, rows, viewer, number=max(1, number))
        return page(KINDS[kind], body, viewer=viewer, renew=self.renew_list)

    def show(self, request: Request, viewer: Viewer) -> Response:
        """One report with all that it says and all that was said about it."""
        id_ = request.path_params["id"]
        standing = None
        if is_id(id_):
            with self.store.read() as tx:
                standing = load(tx, id_, viewer.now)
        if standing is None:
            return sentence(NOTHING, 404, viewer=viewer)
        paused = "hold" in request.query_params
        body = report_board(standing, viewer, address=f"{PATH}/{standing.row.id}", paused=paused)
        over = paused or standing.state in ("reviewed", "superseded")
        title = f"{words.status_of(standing).text} · {words.title(standing, viewer)}"
        return page(title, body, viewer=viewer, renew=0 if over else self.renew)


def _is_period(said: str) -> bool:
    try:
        words.first_day(said)
    except ValueError:
        return False
    return len(said) <= len("2026-W23")
