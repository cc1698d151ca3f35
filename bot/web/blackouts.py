"""REST: when clients want no work, and when they like it to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import blackoutmodels as shapes
from bot.web.blackoutmodels import BlackoutIn, PreferredTimeIn, blackout_body, preferred_body
from bot.web.callers import PREFIX, Caller
from bot.web.cursors import Page, pack, unpack
from bot.web.lookups import WishesQuery
from bot.web.notices import Doors
from bot.web.performing import Performer, perform
from bot.web.problems import Problem
from bot.web.scoping import client_id_of, is_id, named_client
from handlers.commands import Command, Outcome, PutPreferredTime, Ref, Refused, RemoveBlackout
from storage.queries import blackouts
from storage.rows import Row
from storage.store import Store

WEEKLY = {"weekday": "weekly.weekday", "from_wall": "weekly.from", "until_wall": "weekly.until", "window": "once"}
LIKED = {"from_wall": "from", "until_wall": "until"}
"""The desk names fields as the command has them; a REST body has its own names."""


class Blackouts:
    """Blackouts and preferred times, each within the caller's client."""

    def __init__(self, *, store: Store, performer: Performer, now: Callable[[], datetime], limits: Limits) -> None:
        self._store, self._performer, self._now, self._limits = store, performer, now, limits

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        add = router.add_api_route
        read: dict[str, Any] = {"openapi_extra": doors.read}
        write: dict[str, Any] = {"openapi_extra": doors.write}
        one, liked = "/blackouts/{id}", "/preferred-times/{id}"
        add("/blackouts", self.put, methods=["POST"], **write, **doors.answers(shapes.BlackoutOut, 201))
        add("/blackouts", self.list, methods=["GET"], **read, **doors.answers(shapes.BlackoutsOut))
        add(one, self.show, methods=["GET"], **read, **doors.answers(shapes.BlackoutOut))
        add(one, self.remove, methods=["DELETE"], **write, **doors.answers(shapes.BlackoutOut))
        add("/preferred-times", self.prefer, methods=["POST"], **write, **doors.answers(shapes.PreferredTimeOut, 201))
        add("/preferred-times", self.preferred, methods=["GET"], **read, **doors.answers(shapes.PreferredTimesOut))
        add(liked, self.show_preferred, methods=["GET"], **read, **doors.answers(shapes.PreferredTimeOut))
        add(liked, self.forget, methods=["DELETE"], **write, **doors.answers(shapes.PreferredTimeOut))

    async def put(self, request: Request, body: BlackoutIn) -> Response:
        """Say that a client wants no work then; what is agreed for that time stands, and its people are told."""
        await run_in_threadpool(self._own_client, request.state.caller, body.client)
        outcome = await self._done(request, body.command(), WEEKLY)
        found = await run_in_threadpool(self._blackout, request.state.caller, outcome.facts["id"])
        return JSONResponse(blackout_body(found), 201, {"Location": f"{PREFIX}/blackouts/{found.id}"})

    async def list(self, request: Request, query: Annotated[WishesQuery, Query()]) -> Response:
        """Blackouts that count from now on, newest first."""
        return JSONResponse(await run_in_threadpool(self._page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One blackout, also a removed one."""
        return JSONResponse(blackout_body(await run_in_threadpool(self._blackout, request.state.caller, id)))

    async def remove(self, request: Request, id: str) -> Response:
        """Work is welcome then again; removing it twice is removing it once."""
        await run_in_threadpool(self._blackout, request.state.caller, id)
        await perform(self._performer, request, RemoveBlackout(Ref("blackout", id)))
        return JSONResponse(blackout_body(await run_in_threadpool(self._blackout, request.state.caller, id)))

    async def prefer(self, request: Request, body: PreferredTimeIn) -> Response:
        """Say when a client, or one of its offices, likes work to be done."""
        await run_in_threadpool(self._own_client, request.state.caller, body.client)
        outcome = await self._done(request, body.command(), LIKED)
        found = await run_in_threadpool(self._preference, request.state.caller, outcome.facts["id"])
        return JSONResponse(preferred_body(found), 201, {"Location": f"{PREFIX}/preferred-times/{found.id}"})

    async def preferred(self, request: Request, query: Annotated[WishesQuery, Query()]) -> Response:
        """Preferred times, in a stable order."""
        return JSONResponse(await run_in_threadpool(self._preferred_page, request.state.caller, query))

    async def show_preferred(self, request: Request, id: str) -> Response:
        """One preferred time."""
        return JSONResponse(preferred_body(await run_in_threadpool(self._preference, request.state.caller, id)))

    async def forget(self, request: Request, id: str) -> Response:
        """No preference any more; the answer is what there was."""
        found = await run_in_threadpool(self._preference, request.state.caller, id)
        await perform(self._performer, request, PutPreferredTime(found.client_slug, found.location_id))
        return JSONResponse(preferred_body(found))

    async def _done(self, request: Request, command: Command, names: Mapping[str, str]) -> Outcome:
        try:
            return await perform(self._performer, request, command)
        except Refused as refused:
            field = names.get(refused.field, refused.field)
            raise Refused(refused.sentence, field=field, code=refused.code) from None

    def _own_client(self, caller: Caller, slug: str) -> None:
        with self._store.read() as tx:
            client_id_of(tx, caller, slug)

    def _blackout(self, caller: Caller, id_: str) -> Row[Any]:
        with self._store.read() as tx:
            row = blackouts.blackout(tx, id_) if is_id(id_) else None
        return _own(caller, row, "There is no such blackout.")

    def _preference(self, caller: Caller, id_: str) -> Row[Any]:
        with self._store.read() as tx:
            row = blackouts.preference(tx, id_) if is_id(id_) else None
        return _own(caller, row, "There is no such preferred time.")

    def _page(self, caller: Caller, query: WishesQuery) -> dict[str, Any]:
        page = Page.asked(query, self._limits)
        with self._store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            rows = blackouts.page(tx, self._now(), client_id=client_id, after=page.after, limit=page.wanted)
        return page.body(rows, [blackout_body(row) for row in page.shown(rows)])

    def _preferred_page(self, caller: Caller, query: WishesQuery) -> dict[str, Any]:
        limit = min(query.limit, self._limits.page_items)
        after = unpack(query.cursor)[1] if query.cursor is not None else ""
        with self._store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            rows = blackouts.preferred_page(tx, client_id=client_id, after=after, limit=limit + 1)
        cursor = pack("", rows[limit - 1].id) if len(rows) > limit else None
        return {"items": [preferred_body(row) for row in rows[:limit]], "next": cursor}


def _own(caller: Caller, row: Row[Any] | None, sentence: str) -> Row[Any]:
    """Another client's is as unknown as one that never was."""
    if row is None or caller.client_id not in (None, row.client_id):
        raise Problem(404, "not_found", sentence)
    return row
