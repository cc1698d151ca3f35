"""REST: meetings planned, agreed on the phone, held, left out, put on file and closed, as a PSA tool does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import touchpointmodels as shapes
from bot.web.callers import PREFIX, Caller
from bot.web.cursors import Page
from bot.web.models import NothingIn
from bot.web.notices import Doors
from bot.web.performing import Performer, perform
from bot.web.problems import Problem
from bot.web.scoping import client_id_of, is_id, named_client
from bot.web.touchpointbodies import detail_body, meeting_body
from handlers.commands import CloseTouchpoint, Command, Ref
from handlers.mechanisms.talks.standing import load
from storage.queries import touchpoint_pages, touchpoints
from storage.store import Store


class Touchpoints:
    """The meetings of the REST interface, each within the caller's client."""

    def __init__(self, *, store: Store, performer: Performer, now: Callable[[], datetime], limits: Limits) -> None:
        self._store, self._performer, self._now, self._limits = store, performer, now, limits

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        one, add = "/touchpoints/{id}", router.add_api_route
        read: dict[str, Any] = {"openapi_extra": doors.read}
        write: dict[str, Any] = {"openapi_extra": doors.write}
        told = doors.answers(shapes.MeetingDetailOut)
        add("/touchpoints", self.plan, methods=["POST"], **write, **doors.answers(shapes.MeetingDetailOut, 201))
        add("/touchpoints", self.list, methods=["GET"], **read, **doors.answers(shapes.MeetingsOut))
        add(one, self.show, methods=["GET"], **read, **told)
        for name, step in (
            ("offer", self.offer),
            ("agree", self.agree),
            ("agenda", self.agenda),
            ("hold", self.hold),
            ("miss", self.miss),
            ("skip", self.skip),
            ("actions", self.actions),
            ("records", self.records),
            ("close", self.close),
        ):
            add(f"{one}/{name}", step, methods=["POST"], **write, **told)

    async def plan(self, request: Request, body: shapes.MeetingIn) -> Response:
        """Propose a meeting outside the rhythm, with one to three times."""
        client_id = await run_in_threadpool(self._client, request.state.caller, body.client)
        outcome = await perform(self._performer, request, body.command(client_id))
        assert outcome.ref is not None
        found = await run_in_threadpool(self._one, request.state.caller, outcome.ref.id)
        return JSONResponse(found, 201, {"Location": f"{PREFIX}/touchpoints/{outcome.ref.id}"})

    async def list(self, request: Request, query: Annotated[shapes.MeetingsQuery, Query()]) -> Response:
        """Meetings, newest first."""
        return JSONResponse(await run_in_threadpool(self._page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One meeting with its times, agenda, notes and what is to do."""
        return JSONResponse(await run_in_threadpool(self._one, request.state.caller, id))

    async def offer(self, request: Request, id: str, body: shapes.TimesIn) -> Response:
        """Offer other times; an agreed one is off."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def agree(self, request: Request, id: str, body: shapes.AgreeIn) -> Response:
        """Write down the time that a contact has named, or that was agreed on the phone."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def agenda(self, request: Request, id: str, body: shapes.ItemIn) -> Response:
        """Put something on the agenda."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def hold(self, request: Request, id: str, body: shapes.HoldIn) -> Response:
        """It took place: what was said."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def miss(self, request: Request, id: str, body: shapes.MissIn | None = None) -> Response:
        """The time came and nobody was there."""
        return await self._told(request, id, (body or shapes.MissIn()).command(Ref("touchpoint", id)))

    async def skip(self, request: Request, id: str, body: shapes.SkipIn) -> Response:
        """Leave it out, with a reason; the next comes as the rhythm says."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def actions(self, request: Request, id: str, body: shapes.ActionIn) -> Response:
        """Give somebody something to do."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def records(self, request: Request, id: str, body: shapes.RecordIn) -> Response:
        """Put on file what it needs, or say why there is none."""
        return await self._told(request, id, body.command(Ref("touchpoint", id)))

    async def close(self, request: Request, id: str, body: NothingIn | None = None) -> Response:
        """Everything is written down; 409 with its name while something is missing."""
        return await self._told(request, id, CloseTouchpoint(Ref("touchpoint", id)))

    async def _told(self, request: Request, id_: str, command: Command) -> Response:
        await run_in_threadpool(self._own, request.state.caller, id_)
        await perform(self._performer, request, command)
        return JSONResponse(await run_in_threadpool(self._one, request.state.caller, id_))

    def _client(self, caller: Caller, slug: str) -> str:
        with self._store.read() as tx:
            return client_id_of(tx, caller, slug)

    def _own(self, caller: Caller, id_: str) -> None:
        with self._store.read() as tx:
            row = touchpoints.talk(tx, id_) if is_id(id_) else None
        if row is None or caller.client_id not in (None, row.client_id):
            raise Problem(404, "not_found", "There is no such meeting.")

    def _one(self, caller: Caller, id_: str) -> dict[str, Any]:
        self._own(caller, id_)
        with self._store.read() as tx:
            standing = load(tx, id_, self._now())
            assert standing is not None
            return detail_body(tx, standing)

    def _page(self, caller: Caller, query: shapes.MeetingsQuery) -> dict[str, Any]:
        page = Page.asked(query, self._limits)
        with self._store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            which: dict[str, Any] = {"client_id": client_id, "state": query.state, "kind": query.kind}
            rows = touchpoint_pages.page(tx, **which, after=page.after, limit=page.wanted)
        return page.body(rows, [meeting_body(row, row.client_slug) for row in page.shown(rows)])
