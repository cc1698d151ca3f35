"""REST: cases as a ticket system knows them, a thousand at a time, and what is kept of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import casemodels as shapes
from bot.web.callers import Caller
from bot.web.casemodels import CasesIn, case_body
from bot.web.cursors import Page
from bot.web.lookups import CasesQuery, RaiseQuery
from bot.web.notices import Doors
from bot.web.once import previewed
from bot.web.performing import Performer, perform, rehearse
from bot.web.problems import Problem
from bot.web.scoping import is_id, named_client
from handlers.commands import Outcome, PutCases
from storage.queries import cases
from storage.store import Store, Tx

RESULTS = ("created", "changed", "unchanged", "refused")


class Cases:
    """The cases of the REST interface, each within the caller's client."""

    def __init__(self, *, store: Store, performer: Performer, limits: Limits) -> None:
        self._store, self._performer, self._limits = store, performer, limits

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        read: dict[str, Any] = {"openapi_extra": doors.read}
        add, answers = router.add_api_route, doors.answers
        batch = {"openapi_extra": doors.write, **answers(shapes.BatchOut)}
        add("/cases:batch", self.put, methods=["POST"], **batch)
        add("/cases", self.list, methods=["GET"], **read, **answers(shapes.CasesOut))
        add("/cases/{id}", self.show, methods=["GET"], **read, **answers(shapes.CaseOut))

    async def put(self, request: Request, body: CasesIn, query: Annotated[RaiseQuery, Query()]) -> Response:
        """Add or change up to 1,000 cases by their external ids; with `dry_run` only say what would become of each."""
        caller: Caller = request.state.caller
        command = PutCases(body.rows(caller.service.client or ""))
        if query.dry_run:
            previewed(request)
            found = await rehearse(self._performer, request, command, _rows)
        else:
            found = (await perform(self._performer, request, command)).facts["rows"]
        results = body.results(list(found))
        counts = {name: sum(one["result"] == name for one in results) for name in RESULTS}
        return JSONResponse({"results": results, **counts})

    async def list(self, request: Request, query: Annotated[CasesQuery, Query()]) -> Response:
        """Cases, the latest opened first; `state` open is every one that is not closed."""
        return JSONResponse(await run_in_threadpool(self._page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One case."""
        return JSONResponse(await run_in_threadpool(self._one, request.state.caller, id))

    def _page(self, caller: Caller, query: CasesQuery) -> dict[str, Any]:
        page = Page.asked(query, self._limits)
        with self._store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            rows = cases.page(tx, client_id=client_id, state=query.state or "", after=page.after, limit=page.wanted)
        return page.body(rows, [case_body(row) for row in page.shown(rows)], by="opened_at")

    def _one(self, caller: Caller, id_: str) -> dict[str, Any]:
        with self._store.read() as tx:
            row = cases.case(tx, id_) if is_id(id_) else None
        if row is None or caller.client_id not in (None, row.client_id):
            raise Problem(404, "not_found", "There is no such case.")
        return case_body(row)


def _rows(_tx: Tx, outcome: Outcome) -> Any:
    return outcome.facts["rows"]
