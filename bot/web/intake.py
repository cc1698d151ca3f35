"""REST: what a PSA or a script may ask and tell. Reads look at the store, writes go to the desk like a click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import openapi, shapes
from bot.web.blackouts import Blackouts
from bot.web.bodies import approval_body
from bot.web.calendarlinks import CalendarLinks
from bot.web.callers import PREFIX, Caller
from bot.web.cases import Cases
from bot.web.cursors import Page
from bot.web.downtimes import Downtimes
from bot.web.histories import links_of
from bot.web.lookups import ApprovalsQuery
from bot.web.models import AnswerIn, ApprovalIn, ChangeIn, FulfilIn, NothingIn, SettleIn, WithdrawIn
from bot.web.notices import Doors, Notices
from bot.web.once import Ledger, guarded, security
from bot.web.opinions import Opinions
from bot.web.performing import Performer, perform
from bot.web.policies import Policies
from bot.web.problems import Problem
from bot.web.readings import Readings
from bot.web.reports import Reports
from bot.web.scoping import client_id_of
from bot.web.touchpoints import Touchpoints
from handlers.commands import AnswerQuestion, Command, Fulfil, Ref, RemindNow, SettleMistake, Withdraw
from handlers.mechanisms import standing
from storage.queries import rest
from storage.store import Store

READ, WRITE, RULES, TELL, WORK = "read", "approvals:write", "policies:write", "notices:write", "downtimes:write"
TICKETS, MEET = "cases:write", "touchpoints:write"


def answers(model: Any, status: int = 200) -> dict[str, Any]:
    """What a route documents: its answer, and a problem for every error."""
    errors = openapi.problems(400, 401, 403, 404, 408, 409, 413, 415, 422)
    return {"response_model": None, "responses": {status: {"model": model}, **errors}, "status_code": status}


class Intake:
    """The approvals of the REST interface."""

    def __init__(
        self,
        *,
        store: Store,
        performer: Performer,
        now: Callable[[], datetime],
        ledger: Ledger,
        limits: Limits,
        calendars: CalendarLinks,
    ) -> None:
        self._store = store
        self._performer = performer
        self._now = now
        self._limits = limits
        self._ledger = ledger
        self._calendars = calendars

    def router(self) -> APIRouter:
        """Every route under /api/v1."""
        router = APIRouter(prefix=PREFIX, route_class=guarded(self._ledger))
        one, write, read = "/approvals/{id}", security(WRITE), security(READ)
        page, body = answers(shapes.ApprovalsOut), answers(shapes.ApprovalOut)
        add = router.add_api_route
        add("/approvals", self.raise_, methods=["POST"], openapi_extra=write, **answers(shapes.ApprovalOut, 201))
        add("/approvals", self.list, methods=["GET"], openapi_extra=read, **page)
        add(one, self.show, methods=["GET"], openapi_extra=read, **body)
        add(one, self.change, methods=["PATCH"], openapi_extra=write, **body)
        add(f"{one}/withdraw", self.withdraw, methods=["POST"], openapi_extra=write, **body)
        add(f"{one}/fulfil", self.fulfil, methods=["POST"], openapi_extra=write, **body)
        add(f"{one}/answer", self.answer, methods=["POST"], openapi_extra=write, **body)
        add(f"{one}/remind", self.remind, methods=["POST"], openapi_extra=write, **body)
        add(f"{one}/settle-mistake", self.settle_mistake, methods=["POST"], openapi_extra=write, **body)
        Policies(self._store, self._performer).add_to(router, read, security(RULES), answers)
        doors = Doors(read, security(TELL), answers)
        Notices(store=self._store, performer=self._performer, now=self._now, limits=self._limits).add_to(router, doors)
        work = Doors(read, security(WORK), answers)
        Blackouts(store=self._store, performer=self._performer, now=self._now, limits=self._limits).add_to(router, work)
        Downtimes(store=self._store, performer=self._performer, now=self._now, limits=self._limits).add_to(router, work)
        tickets = Doors(read, security(TICKETS), answers)
        Cases(store=self._store, performer=self._performer, limits=self._limits).add_to(router, tickets)
        reports = Reports(store=self._store, performer=self._performer, now=self._now, limits=self._limits)
        reports.add_to(router, tickets)
        meet = Doors(read, security(MEET), answers)
        Touchpoints(store=self._store, performer=self._performer, now=self._now, limits=self._limits).add_to(
            router, meet
        )
        Opinions(store=self._store, limits=self._limits).add_to(router, meet)
        self._calendars.add_to(router, work)
        Readings(store=self._store, now=self._now, limits=self._limits).add_to(router, read, answers)
        return router

    async def raise_(self, request: Request, body: ApprovalIn) -> Response:
        """Ask a client's key contacts for a decision."""
        caller: Caller = request.state.caller
        await run_in_threadpool(self._own_client, caller, body.client)
        outcome = await perform(self._performer, request, body.command())
        assert outcome.ref is not None
        approval = await run_in_threadpool(self._load, outcome.ref.id)
        return JSONResponse(approval, 201, {"Location": f"{PREFIX}/approvals/{outcome.ref.id}"})

    async def list(self, request: Request, query: Annotated[ApprovalsQuery, Query()]) -> Response:
        """Approvals, newest first."""
        return JSONResponse(await run_in_threadpool(self._page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One approval."""
        await run_in_threadpool(self._own_approval, request.state.caller, id)
        return JSONResponse(await run_in_threadpool(self._load, id))

    async def change(self, request: Request, id: str, body: ChangeIn) -> Response:
        """Change facts: a new version, earlier votes are void."""
        if not body.model_fields_set:
            raise Problem(422, "invalid", "Give at least one field to change.")
        return await self._told(request, id, body.command(Ref("approval", id)))

    async def withdraw(self, request: Request, id: str, body: WithdrawIn | None = None) -> Response:
        """Take the question back."""
        reason = (body.reason if body else "").strip() or f"Withdrawn through {request.state.caller.service.name}."
        return await self._told(request, id, Withdraw(Ref("approval", id), reason))

    async def fulfil(self, request: Request, id: str, body: FulfilIn | None = None) -> Response:
        """The approved thing was bought or done."""
        return await self._told(request, id, Fulfil(Ref("approval", id), body.note if body else ""))

    async def answer(self, request: Request, id: str, body: AnswerIn) -> Response:
        """Answer every open question; the deadline runs again."""
        return await self._told(request, id, AnswerQuestion(Ref("approval", id), body.text))

    async def remind(self, request: Request, id: str, body: NothingIn | None = None) -> Response:
        """Remind everybody who is silent, at most once in four business hours."""
        return await self._told(request, id, RemindNow(Ref("approval", id)))

    async def settle_mistake(self, request: Request, id: str, body: SettleIn) -> Response:
        """What an approver called a mistake is settled: the approval stands, or it is void."""
        return await self._told(request, id, SettleMistake(Ref("approval", id), body.stands, body.text))

    async def _told(self, request: Request, id_: str, command: Command) -> Response:
        await run_in_threadpool(self._own_approval, request.state.caller, id_)
        await perform(self._performer, request, command)
        return JSONResponse(await run_in_threadpool(self._load, id_))

    def _load(self, id_: str) -> dict[str, Any]:
        with self._store.read() as tx:
            found = standing.load(tx, id_, self._now())
            if found is None:
                raise _no_approval()
            return approval_body(found, links_of(tx, found))

    def _own_approval(self, caller: Caller, id_: str) -> None:
        """Another client's approval is as unknown as one that never was."""
        if not id_.isascii() or not id_.isprintable() or len(id_) > 80:
            raise _no_approval()
        with self._store.read() as tx:
            row = rest.approval(tx, id_)
        if row is None or caller.client_id not in (None, row.client_id):
            raise _no_approval()

    def _own_client(self, caller: Caller, slug: str) -> None:
        with self._store.read() as tx:
            client_id_of(tx, caller, slug)

    def _page(self, caller: Caller, query: ApprovalsQuery) -> dict[str, Any]:
        page = Page.asked(query, self._limits)
        with self._store.read() as tx:
            client_id = client_id_of(tx, caller, query.client) if query.client else caller.client_id
            rows = rest.approvals_page(tx, client_id=client_id, state=query.state, after=page.after, limit=page.wanted)
            found = [standing.stand(tx, row, self._now()) for row in page.shown(rows)]
            items = [approval_body(one, links_of(tx, one)) for one in found]
        return page.body(rows, items)


def _no_approval() -> Problem:
    return Problem(404, "not_found", "There is no such approval.")
