"""REST: reports as they were frozen, who has read them, and what the provider does with one before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import reportmodels as shapes
from bot.web.callers import Caller
from bot.web.cursors import Page
from bot.web.models import NothingIn
from bot.web.notices import Doors
from bot.web.performing import Performer, perform
from bot.web.problems import Problem
from bot.web.scoping import client_id_of, is_id, named_client
from handlers.commands import Command, Ref, RegenerateReport
from handlers.mechanisms.reports.standing import load
from storage.queries import report_writing, reports
from storage.store import Store

SCOPE = "cases:write"


class Reports:
    """The reports of the REST interface, each within the caller's client.

    A client's own caller who may not steer reports knows only of those that are out: what waits for the provider's look
    may still be wrong.
    """

    def __init__(self, *, store: Store, performer: Performer, now: Callable[[], datetime], limits: Limits) -> None:
        self._store, self._performer, self._now, self._limits = store, performer, now, limits

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        read: dict[str, Any] = {"openapi_extra": doors.read}
        write: dict[str, Any] = {"openapi_extra": doors.write}
        add, answers, one = router.add_api_route, doors.answers, "/reports/{id}"
        detail = answers(shapes.ReportDetailOut)
        add("/reports", self.list, methods=["GET"], **read, **answers(shapes.ReportsOut))
        add(one, self.show, methods=["GET"], **read, **detail)
        add(f"{one}/hold", self.hold, methods=["POST"], **write, **detail)
        add(f"{one}/release", self.release, methods=["POST"], **write, **detail)
        add(f"{one}/regenerate", self.regenerate, methods=["POST"], **write, **detail)
        add(f"{one}/correct", self.correct, methods=["POST"], **write, **detail)
        add("/health-checks", self.check, methods=["POST"], **write, **answers(shapes.HealthCheckOut))

    async def list(self, request: Request, query: Annotated[shapes.ReportsQuery, Query()]) -> Response:
        """Reports without their figures, the newest first."""
        return JSONResponse(await run_in_threadpool(self._page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One report with its figures, readers and remarks."""
        return JSONResponse(await run_in_threadpool(self._one, request.state.caller, id))

    async def hold(self, request: Request, id: str, body: shapes.HoldIn) -> Response:
        """Keep a report back that is not out yet: it does not go out by itself."""
        return await self._told(request, id, body.command(Ref("report", id)))

    async def release(self, request: Request, id: str, body: shapes.ReleaseIn) -> Response:
        """Send a report now, as of the version that was looked at; 409 when it has changed since."""
        return await self._told(request, id, body.command(Ref("report", id)))

    async def regenerate(self, request: Request, id: str, body: NothingIn | None = None) -> Response:
        """Take the figures of a report anew that is not out yet; a hold ends."""
        return await self._told(request, id, RegenerateReport(Ref("report", id)))

    async def correct(self, request: Request, id: str, body: shapes.CorrectIn) -> Response:
        """Replace a report that is out by one with the figures as of now; answers the new one."""
        return await self._told(request, id, body.command(Ref("report", id)))

    async def check(self, request: Request, body: shapes.HealthCheckIn) -> Response:
        """Note what this week's look at a client's systems found; said again, it replaces what was said."""
        await run_in_threadpool(self._client, request.state.caller, body.client)
        outcome = await perform(self._performer, request, body.command())
        return JSONResponse({"client": body.client, "week": outcome.facts["week"], "result": body.result})

    async def _told(self, request: Request, id_: str, command: Command) -> Response:
        await run_in_threadpool(self._own, request.state.caller, id_)
        outcome = await perform(self._performer, request, command)
        assert outcome.ref is not None
        return JSONResponse(await run_in_threadpool(self._one, request.state.caller, outcome.ref.id))

    def _client(self, caller: Caller, slug: str) -> str:
        with self._store.read() as tx:
            return client_id_of(tx, caller, slug)

    def _own(self, caller: Caller, id_: str) -> None:
        with self._store.read() as tx:
            row = reports.report(tx, id_) if is_id(id_) else None
        hidden = row is not None and row.state in reports.UNRELEASED and _only_out(caller)
        if row is None or hidden or caller.client_id not in (None, row.client_id):
            raise Problem(404, "not_found", "There is no such report.")

    def _one(self, caller: Caller, id_: str) -> dict[str, Any]:
        self._own(caller, id_)
        with self._store.read() as tx:
            standing = load(tx, id_, self._now())
            assert standing is not None
            return shapes.detail_body(standing)

    def _page(self, caller: Caller, query: shapes.ReportsQuery) -> dict[str, Any]:
        page = Page.asked(query, self._limits)
        with self._store.read() as tx:
            rows = reports.listed(
                tx,
                client_id=named_client(tx, caller, query.client) or "",
                kind=query.kind or "",
                state=query.state or "",
                before=page.after,
                most=page.wanted,
                only_out=_only_out(caller),
            )
            ids = {row.client_id for row in page.shown(rows)}
            slugs = {row.id: row.slug for row in report_writing.clients_by_id(tx, ids)} if ids else {}
        items = [shapes.report_body(row, slugs[row.client_id]) for row in page.shown(rows)]
        return page.body(rows, items, by="generated_at")


def _only_out(caller: Caller) -> bool:
    return caller.client_id is not None and SCOPE not in caller.service.scopes
