"""The console's pages of downtimes: the list, one of them, and who was asked about it as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.cards.parts import Viewer
from bot.web.downtimeboard import downtime_board
from bot.web.downtimelines import Line, as_csv, lines_of
from bot.web.downtimelist import downtime_list
from bot.web.downtimewords import answered, headline, is_over
from bot.web.frame import BOM, HEADERS, NOTHING, page, sentence
from bot.web.scoping import is_id
from handlers.mechanisms.windows.standing import Standing, load
from storage.queries import downtime_pages, downtimes
from storage.rows import Row
from storage.store import Store

PATH = "/console/downtimes"
LISTED = 50


@dataclass(frozen=True)
class DowntimePages:
    """`renew` and `renew_list` are the seconds between two looks."""

    store: Store
    renew: int
    renew_list: int

    def overview(self, _request: Request, viewer: Viewer) -> Response:
        """What waits for an answer, what is to come, and what was."""
        with self.store.read() as tx:
            rows = downtime_pages.page(tx, client_id=None, limit=LISTED)
            offered: dict[str, list[Row[Any]]] = {}
            for one in downtimes.open_windows_of(tx, [row.id for row in rows]) if rows else ():
                offered.setdefault(one.downtime_id, []).append(one)
            clients, offices = downtime_pages.clients_of(tx, rows), downtime_pages.offices_of(tx, rows)
            body = downtime_list(rows, clients, offices, offered, viewer)
        return page("Downtimes", body, viewer=viewer, renew=self.renew_list)

    def show(self, request: Request, viewer: Viewer) -> Response:
        """One downtime."""
        found = self._found(request, viewer)
        if found is None:
            return sentence(NOTHING, 404, viewer=viewer)
        standing, lines = found
        paused = "hold" in request.query_params
        body = downtime_board(standing, lines, viewer, address=f"{PATH}/{standing.row.id}", paused=paused)
        renew = 0 if paused or is_over(standing.row) else self.renew
        return page(f"{answered(standing)} · {headline(standing.row)}", body, viewer=viewer, renew=renew)

    def export(self, request: Request, viewer: Viewer) -> Response:
        """Who was asked and what came of it."""
        found = self._found(request, viewer)
        if found is None:
            return sentence(NOTHING, 404, viewer=viewer)
        standing, lines = found
        name = {"Content-Disposition": f'attachment; filename="{standing.row.ref}-answers.csv"'}
        text = BOM + as_csv(standing, lines, viewer.timezone)
        return Response(text, headers={**HEADERS, **name}, media_type="text/csv; charset=utf-8")

    def _found(self, request: Request, viewer: Viewer) -> tuple[Standing, list[Line]] | None:
        id_ = request.path_params["id"]
        if not is_id(id_):
            return None
        with self.store.read() as tx:
            standing = load(tx, id_, viewer.now)
            return (standing, lines_of(tx, standing)) if standing is not None else None
